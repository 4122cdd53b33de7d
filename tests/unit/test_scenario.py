"""The scenario of one night: enough of it, told in order, and nobody in it who could be reached."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.unit.scenario import (
    ACCOUNT_KEYS,
    BODY_KEYS,
    LINE_KEYS,
    LOCATION_KEYS,
    MOMENT,
    SCENARIO,
    SUBJECT_KEYS,
    UNDIALLABLE,
    UNKNOWN_ON_PURPOSE,
    Line,
    account,
    bodies,
    key,
    lines,
    minor,
    minutes,
    puts,
    sent,
    strings,
    subject,
    whole_text,
)

pytestmark = pytest.mark.unit


def test_each_line_is_one_document_an_editor_shows_as_it_is() -> None:
    raw = SCENARIO.read_bytes()
    assert raw.endswith(b"\n")
    assert b"\r" not in raw
    hidden = {
        c
        for c in whole_text()
        if c not in "\n\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    }
    assert hidden == set(), "bidi and control characters stand as escapes"
    assert whole_text() == unicodedata.normalize("NFC", whole_text())
    for line in lines():
        assert isinstance(line, dict)


def test_lines_hold_what_the_loader_knows_and_nothing_else() -> None:
    for line in lines():
        kind = {"put": [{"body"}, {"raw"}, {"raw_base64"}], "delete": [{"reason"}]}[line["do"]]
        assert set(line) - LINE_KEYS in kind, line["note"]
        assert line["note"], "a reader is told what the line shows"
        assert re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", line["reference"])
        if "raw_base64" in line:
            sent(line)


def test_bodies_have_no_member_the_contract_does_not_know() -> None:
    for line, body in bodies():
        assert set(body) - BODY_KEYS <= UNKNOWN_ON_PURPOSE, line["note"]
        assert set(account(body)) <= ACCOUNT_KEYS, line["note"]
        assert set(subject(body)) <= SUBJECT_KEYS, line["note"]
        for place in body.get("locations", []):
            assert set(place) <= LOCATION_KEYS, line["note"]


def test_every_member_of_the_contract_is_used_somewhere() -> None:
    def used(pick: Callable[[Line], list[Line]]) -> set[str]:
        return {
            name
            for _, body in bodies()
            for part in pick(body)
            for name, value in part.items()
            if value not in (None, [])
        }

    assert used(lambda body: [body]) == BODY_KEYS | UNKNOWN_ON_PURPOSE
    assert used(lambda body: [account(body)]) == ACCOUNT_KEYS
    assert used(lambda body: [subject(body)]) == SUBJECT_KEYS
    assert used(lambda body: body.get("locations", [])) == LOCATION_KEYS


def test_at_least_sixty_distinct_flags_over_a_calm_night() -> None:
    assert len({key(line) for line in puts()}) >= 60
    times = [line["after"] for line in lines()]
    assert times == sorted(times)
    assert times[0] == 2
    assert 20 * 60 <= times[-1] <= 35 * 60
    gaps = [late - early for early, late in pairwise(times) if early > 45]
    assert min(gaps) >= 10, "after the first minute a person can follow"


def test_the_first_forty_seconds_show_the_main_stories() -> None:
    early = [line for line in lines() if line["after"] <= 40]
    assert len(early) >= 25
    first = early[0]["body"]
    assert first["urgency"] == "imminent"
    assert first["language"] == "hi"
    assert minor(first)
    assert "delete" in {line["do"] for line in early}
    assert any("raw" in line for line in early)
    flagged = [key(line) for line in early if line["do"] == "put"]
    assert len(flagged) > len(set(flagged)), "an update of an earlier flag"
    ids = [account(line["body"]).get("platform_account_id") for line in early if "body" in line]
    assert max(Counter(ident for ident in ids if isinstance(ident, str)).values()) > 1, "a repeat on one account"


def test_a_delete_follows_its_flag_and_one_flag_comes_back() -> None:
    known: set[tuple[str, str]] = set()
    withdrawn: set[tuple[str, str]] = set()
    back = set()
    for line in lines():
        if line["do"] == "put":
            known.add(key(line))
            back |= {key(line)} & withdrawn
        else:
            assert line["reason"] in ("error", "resolved", "duplicate", "other")
            assert key(line) in known
            withdrawn.add(key(line))
    assert len(withdrawn) >= 2
    assert back


def test_updates_add_and_one_of_them_raises_the_level() -> None:
    latest: dict[tuple[str, str], Line] = {}
    raised, same = 0, 0
    for line, body in bodies():
        before = latest.get(key(line))
        if before is not None:
            assert set(before["signals"]) <= set(body["signals"])
            same += body == before
            raised += "time_stated" in body["signals"] and "time_stated" not in before["signals"]
        latest[key(line)] = body
    assert raised >= 1
    assert same >= 1


def test_the_same_body_again_has_the_same_bytes() -> None:
    """A moment in it would be another one at each sending, and the hub would see a changed flag."""
    seen: dict[tuple[str, str], Line] = {}
    for line, body in bodies():
        if seen.get(key(line)) == body:
            assert not any(MOMENT.fullmatch(text) for text in strings(body)), line["note"]
        seen[key(line)] = body


def test_nobody_can_be_reached() -> None:
    """A national number that begins with 0 does not exist; example.invalid can never be registered."""
    for line in lines():
        text = json.dumps(line, ensure_ascii=False)
        for _, body in [(line, line["body"])] if "body" in line else []:
            phones = account(body).get("phones", [])
            told = [subject(body).get("phone"), subject(body).get("guardian_phone")]
            for phone in [*(phones if isinstance(phones, list) else []), *(one for one in told if one)]:
                assert UNDIALLABLE.fullmatch(phone), line["note"]
        left = UNDIALLABLE.sub("", text)
        assert not re.search(r"\+\d[\d ]{5,}|(?<![\d.])[6-9]\d{9}(?!\d)", left), line["note"]
        hosts = re.findall(r"https?://([^/\"\\ ]+)", text) + re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]+)", text)
        assert [host for host in hosts if not f".{host}".endswith(".example.invalid")] == []


def test_moments_are_relative_to_the_sending() -> None:
    for line, body in bodies():
        told = [
            body.get("posted_at"),
            body.get("flagged_at"),
            *(p.get("observed_at") for p in body.get("locations", [])),
        ]
        for moment in told:
            if moment is None or "cannot be" in line["note"] or "wrong types" in line["note"]:
                continue
            minutes(moment)
        for text in strings(body):
            assert not text.startswith("@-") or MOMENT.fullmatch(text), text


def test_no_line_names_how() -> None:
    """No detail of any method stands in a shipped file: it would be read on training days."""
    words = re.compile(
        r"\b(pills?|poison|rope|noose|hang(ing|ed)?|knife|blade|overdose|gun|zeher|zahar|fansi|phansi|rassi|goli)\b"
        r"|ज़?हर\s?खा|फांसी|फाँसी|फंदा|रस्सी|चाकू|ब्लेड|गोलियां|गोलियाँ|पंखे",
        re.IGNORECASE,
    )
    assert [line["reference"] for line in lines() if words.search(json.dumps(line, ensure_ascii=False))] == []
