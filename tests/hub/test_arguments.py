"""What the command line refuses, it refuses in Hindi and in English, and nothing has been begun."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import pytest

from kotaconsole.cli import main
from kotaconsole.hub.arguments import Parser, in_hindi

DB = ["--db", "sqlite:////nowhere/hub.db"]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    """The sentences, Hindi and English, behind the usage."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    usage, hindi, english = told.err.rstrip("\n").rsplit("\n", 2)
    assert usage.startswith("प्रयोग / usage: kotaconsole")
    assert "कुछ भी बदला नहीं गया" in hindi
    assert "Nothing was begun or changed" in english
    assert "--help" in hindi
    assert "--help" in english
    return hindi, english


@pytest.mark.parametrize(
    ("words", "hindi", "english"),
    [
        (["hub", "sreve", *DB], "'sreve' मान्य नहीं है; इनमें से चुनें", "invalid choice: 'sreve'"),
        (["hub"], "नहीं दिए गए: COMMAND", "required: COMMAND"),
        (["hub", "user"], "नहीं दिए गए: COMMAND", "required: COMMAND"),
        (["hub", "unit", "lst", *DB], "'lst' मान्य नहीं है", "invalid choice: 'lst'"),
        (["hub", "user", "list"], "नहीं दिए गए: --db", "required: --db"),
        (["hub", "user", "list", *DB, "--al"], "समझे नहीं गए: --al", "unrecognized arguments: --al"),
        (["hub", "serve", *DB, "--log", "loud"], "--log: 'loud' मान्य नहीं है", "invalid choice: 'loud'"),
        (["hub", "serve", *DB, "--host"], "--host: इसके बाद एक मान चाहिए", "expected one argument"),
        (["hub", "serve", *DB, "--port", "x"], "0 से 65535 तक", "from 0 to 65535"),
        (["hub", "serve", *DB, "--training=x"], "--training: इसके साथ मान 'x'", "ignored explicit argument 'x'"),
        (["hub", "serve", *DB, "--tls"], "--tls अधूरा है", "could match"),
        (["hub", "audit", "verify", *DB, "--head", "9"], "हैश (64 अंक)", "64 hexadecimal digits"),
        (["hub", "settings", "set", "x", *DB], "नहीं दिए गए: VALUE", "required: VALUE"),
        (["demo", "--seconds", "long"], "--seconds: 'long' सही मान नहीं है", "invalid float value: 'long'"),
        (["flags"], "नहीं दिए गए: FILE", "required: FILE"),
        (
            ["flags", "x", "--hub", "http://127.0.0.1:9", "--user", "x", "--password-stdin", "--rate", "0"],
            "0 से अधिक",
            "more than 0",
        ),
        (["--hubb", "x"], "समझे नहीं गए: --hubb x", "unrecognized arguments"),
    ],
)
def test_wrong_words_are_told_in_both_languages(
    words: list[str], hindi: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(capsys, *words)
    assert hindi in told[0]
    assert english in told[1]


def test_every_sentence_of_the_library_that_can_be_met_has_its_hindi() -> None:
    parser = Parser(prog="x", exit_on_error=False)
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument("--this", action="store_true")
    one.add_argument("--that", action="store_true")
    parser.add_argument("--two", nargs=2)
    parser.add_argument("--many", nargs="+")
    parser.add_argument("--number", type=int)
    met = [
        ([], "इनमें से एक ज़रूरी है: --this --that"),
        (["--this", "--that"], "--that: यह --this के साथ"),
        (["--this", "--two", "1"], "--two: इसके बाद 2 मान चाहिए"),
        (["--this", "--many"], "--many: इसके बाद कम से कम एक मान चाहिए"),
        (["--this", "--number", "x"], "--number: 'x' सही मान नहीं है"),
    ]
    for words, hindi in met:
        assert hindi in said(parser, words)
    assert in_hindi("something new") == "गलत शब्द: something new"


def said(parser: argparse.ArgumentParser, words: list[str]) -> str:
    kept, sys.stderr = sys.stderr, io.StringIO()
    try:
        with pytest.raises((SystemExit, argparse.ArgumentError)) as ended:
            parser.parse_args(words)
        return in_hindi(str(ended.value)) if isinstance(ended.value, argparse.ArgumentError) else sys.stderr.getvalue()
    finally:
        sys.stderr = kept


def test_what_was_typed_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    for told in refused(capsys, "hub", "user", "list", *DB, "x\x1b[2J\u202ey"):
        assert "\x1b" not in told
        assert "\u202e" not in told


def test_help_of_every_command_can_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The library stumbles over some characters in the names of values, and only when it has to break a line."""
    for words in (["audit", "verify"], ["serve"], ["init"], ["backup"], ["restore"], ["prune"], ["user", "add"]):
        with pytest.raises(SystemExit) as ended:
            main(["hub", *words, "--help"])
        assert ended.value.code == 0
        assert f"kotaconsole hub {' '.join(words)}" in capsys.readouterr().out


def test_nothing_is_made_by_wrong_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "hub", "init", "--db", f"sqlite:///{tmp_path}/hub.db", "--no-such-option")
    assert list(tmp_path.iterdir()) == []
