"""A hub's file that is missing, empty, damaged or half made: nothing takes its place, nothing beside it is lost."""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub import cli, serve
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage import cipher, database, keys
from kotaconsole.hub.storage.database import key_of, open_database
from kotaconsole.hub.storage.tables import counters
from tests.hub.client import PASSWORD
from tests.hub.fixtures import TestHub

EVERY_COMMAND = [
    ["user", "list"], ["user", "add", "asha", "--role", "operator", "--unit", "kota-city", "--password-stdin"],
    ["unit", "list"], ["settings", "show"], ["workstation", "list"], ["source", "key", "list"], ["audit", "verify"],
    ["prune"], ["init"], ["serve", "--port", "0", "--log", "none"], ["backup", "--to", "{folder}/b"],
]  # fmt: skip


def run(file: Path, *words: str) -> int:
    return cli.main([word.format(folder=file.parent) for word in words] + ["--db", f"sqlite:///{file}"])


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said, once it is known to be Hindi and then English."""
    hindi, english = capsys.readouterr().err.strip().split("\n")
    assert any("ऀ" <= letter <= "ॿ" for letter in hindi)
    assert not any("ऀ" <= letter <= "ॿ" for letter in english)
    return english


def everything_in(folder: Path) -> dict[str, bytes]:
    # the lock of a hub holds nothing, and stays after it
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}


@pytest.fixture(autouse=True)
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))


@pytest.fixture
def never_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that did begin to serve would not end."""

    def begun(*_: object) -> None:
        raise AssertionError("it serves")

    monkeypatch.setattr(serve.HubServer, "run", begun)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's folder that nobody changes, with a log beside the file as a killed hub leaves it."""
    folder = tmp_path_factory.mktemp("made")
    file = folder / "hub.db"
    assert cli.main(["init", "--db", f"sqlite:///{file}"]) == 0
    connection = cipher.connect(file, key_of(str(file)))
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    connection.execute("INSERT INTO counters VALUES ('newest', 7)")
    copy = folder / "killed"
    copy.mkdir()
    for name in ("hub.db", "hub.db-wal", "hub.db.key"):
        shutil.copy2(folder / name, copy / name)
    connection.close()
    return copy


@pytest.fixture
def left(made: Path, tmp_path: Path) -> Path:
    """The file of a copy of that folder."""
    return Path(shutil.copytree(made, tmp_path / "left")) / "hub.db"


@pytest.mark.usefixtures("never_serving")
@pytest.mark.parametrize("words", EVERY_COMMAND, ids=lambda words: words[0])
def test_an_empty_file_never_becomes_a_new_hub(
    left: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    left.write_bytes(b"")
    before = everything_in(left.parent)
    assert run(left, *words) == 2
    english = told(capsys)
    for said in ("empty (0 bytes)", "Nothing was changed", "hub restore", "hub.db-wal"):
        assert said in english
    assert everything_in(left.parent) == before, "its log above all: the newest entries stand only there"


def test_a_restore_over_an_empty_file_keeps_what_was_beside_it(left: Path) -> None:
    assert run(left, "backup", "--to", "{folder}/b") == 0
    log = left.with_name("hub.db-wal")
    kept = b"what stood in the log of a file that is gone" * 100
    left.write_bytes(b"")
    log.write_bytes(kept)
    # a hub that never ran has no epoch to end
    with_epoch(left.with_name("b"), key_of(str(left)))
    assert run(left, "restore", "--from", "{folder}/b") == 0
    (aside,) = left.parent.glob("hub.db.before-*-wal")
    assert aside.read_bytes() == kept
    assert not log.exists()
    assert newest(left) == 7


def test_a_restore_never_puts_a_file_under_the_log_of_another(left: Path) -> None:
    assert run(left, "backup", "--to", "{folder}/b") == 0
    with_epoch(left.with_name("b"), key_of(str(left)))
    left.unlink()
    left.with_name("hub.db-wal").write_bytes(b"x" * 5000)
    assert run(left, "restore", "--from", "{folder}/b") == 0
    assert [path.read_bytes() for path in left.parent.glob("hub.db.before-*-wal")] == [b"x" * 5000]
    assert newest(left) == 7


def with_epoch(file: Path, key: bytes) -> None:
    connection = cipher.connect(file, key)
    connection.execute("INSERT INTO facts VALUES ('epoch', 'e-1'), ('epoch_began', '2026-11-01T00:00:00.000Z')")
    connection.close()


def newest(file: Path) -> int | None:
    opened = open_database(str(file))
    try:
        with opened.reader.begin() as connection:
            return connection.execute(select(counters.c.value).where(counters.c.name == "newest")).scalar()
    finally:
        opened.close()


@pytest.mark.usefixtures("never_serving")
def test_serving_a_name_that_is_not_there_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.db", "serve", "--port", "0") == 2
    assert "Nothing was created" in told(capsys)
    assert list(tmp_path.iterdir()) == []


def test_adding_the_first_person_says_that_a_database_was_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["user", "add", "asha", "--role", "operator", "--unit", "kota-city", "--password-stdin"]
    assert run(tmp_path / "hub.db", *words) == 0
    assert "a new, empty one was made" in told(capsys)


@pytest.mark.parametrize("side", ["-wal", "-shm"])
def test_a_log_without_its_file_is_not_given_a_new_one(
    tmp_path: Path, side: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath(f"hub.db{side}").write_bytes(b"the newest entries")
    assert run(tmp_path / "hub.db", "init") == 2
    assert "Put the database back" in told(capsys)
    assert everything_in(tmp_path) == {f"hub.db{side}": b"the newest entries"}


def test_whoever_opens_a_file_while_it_is_made_finds_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, seen = tmp_path / "hub.db", []
    whole = database.whole

    def watched(draft: Path) -> None:
        seen.append(file.exists())
        whole(draft)

    monkeypatch.setattr(database, "whole", watched)
    results: list[object] = []

    def opening() -> None:
        try:
            open_database(str(file)).close()
        except EnvironmentFault as fault:
            results.append(fault)

    threads = [threading.Thread(target=opening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == []
    assert seen == [False], "made once, and without its name until it is whole"
    assert sorted(everything_in(tmp_path)) == ["hub.db", "hub.db.key"]


def test_a_making_that_fails_leaves_neither_file_nor_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(database, "whole", full)
    assert run(tmp_path / "hub.db", "init") == 2
    assert "free space" in told(capsys)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    # one that was killed in the midst of it is in nobody's way
    tmp_path.joinpath("hub.db.creating").write_bytes(b"half")
    open_database(str(tmp_path / "hub.db")).close()
    assert sorted(everything_in(tmp_path)) == ["hub.db", "hub.db.key"]


def overwritten(raw: bytes) -> bytes:
    return os.urandom(64) + raw[64:]


def text(raw: bytes) -> bytes:
    return b"letters of another program" * 1000


def beginning(raw: bytes) -> bytes:
    return raw[:100]


@pytest.mark.usefixtures("never_serving")
@pytest.mark.parametrize("spoil", [overwritten, text, beginning])
@pytest.mark.parametrize("words", [["user", "list"], ["serve", "--port", "0", "--log", "none"], ["init"],
                                   ["backup", "--to", "{folder}/b"]], ids=lambda words: words[0])  # fmt: skip
def test_a_damaged_file_is_told_as_damage_or_a_wrong_key_and_kept_with_its_log(
    left: Path, spoil: Callable[[bytes], bytes], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    left.write_bytes(spoil(left.read_bytes()))
    before = everything_in(left.parent)
    assert run(left, *words) == 2
    english = told(capsys)
    for said in ("not its key", "damaged", "Nothing was changed", "--key-file", "hub restore"):
        assert said in english
    assert everything_in(left.parent) == before


def test_the_wrong_key_folds_no_log_into_the_file(left: Path) -> None:
    before = everything_in(left.parent)
    assert not cipher.fits(left, os.urandom(32))
    assert everything_in(left.parent) == before
    assert cipher.fits(left, key_of(str(left)))


def cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def torn(raw: bytes) -> bytes:
    """Every page but the first."""
    spoilt = bytearray(raw)
    for start in range(4096, len(raw), 4096):
        spoilt[start + 50] ^= 0xFF
    return bytes(spoilt)


@pytest.mark.parametrize("spoil", [cut, torn])
def test_a_file_with_damage_behind_its_first_page_is_refused_and_not_backed_up(
    left: Path, spoil: Callable[[bytes], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    left.with_name("hub.db-wal").unlink()
    left.write_bytes(spoil(left.read_bytes()))
    before = everything_in(left.parent)
    for words in (["user", "list"], ["audit", "verify"], ["backup", "--to", "{folder}/b"]):
        assert run(left, *words) == 2
        assert "damaged" in told(capsys)
    assert everything_in(left.parent) == before


def test_one_torn_page_makes_no_backup_that_looks_good(left: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = bytearray(left.read_bytes())
    raw[len(raw) // 2 // 4096 * 4096 + 50] ^= 0xFF
    left.write_bytes(raw)
    assert run(left, "backup", "--to", "{folder}/b") == 2
    english = told(capsys)
    assert "is damaged" in english
    assert "no backup was made" in english
    assert not left.with_name("b").exists()


def test_damage_that_is_met_in_the_midst_of_a_command_is_told(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.person("asha")
    hub.stop()
    raw = bytearray(hub.db.read_bytes())
    connection = hub.raw()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()
    connection.close()
    raw[(page - 1) * 4096 + 50] ^= 0xFF
    hub.db.write_bytes(raw)
    assert run(hub.db, "audit", "verify") == 2
    assert "is damaged" in told(capsys)


def test_a_commit_elsewhere_is_waited_for_longer_than_a_request_waits() -> None:
    assert Limits().write_s * 1000 < database.BUSY_MS


def test_a_file_somebody_else_holds_is_told_in_words(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.person("asha")
    monkeypatch.setattr(database, "BUSY_MS", 10)
    hub.stop()
    connection = hub.raw()
    connection.execute("BEGIN IMMEDIATE")
    assert run(hub.db, "user", "disable", "asha") == 2
    assert "free space" in told(capsys)
    connection.close()


def test_a_folder_in_the_place_of_the_file_is_told(left: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left.unlink()
    left.mkdir()
    assert run(left, "user", "list") == 2
    assert "is a folder" in told(capsys)


@pytest.mark.parametrize("words", [["user", "list"], ["backup", "--to", "{folder}/b"]], ids=lambda words: words[0])
def test_a_key_that_is_missing_or_unreadable_is_told_as_that(
    left: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    key = left.with_name("hub.db.key")
    key.unlink()
    before = everything_in(left.parent)
    assert run(left, *words) == 2
    assert "is not at" in told(capsys)
    key.mkdir()
    assert run(left, *words) == 2
    english = told(capsys)
    assert "cannot be read" in english
    assert "64" not in english, "nothing was found out about what stands in it"
    key.rmdir()
    assert everything_in(left.parent) == before


def test_a_key_that_could_not_be_written_whole_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(keys.os, "fsync", full)
    assert run(tmp_path / "hub.db", "init") == 2
    english = told(capsys)
    assert "could not be made" in english
    assert "64" not in english
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("raw", ["पासवर्ड जो लंबा है\n".encode("utf-16"), b"caf\xe9-caf\xe9-caf\xe9\n"])
@pytest.mark.parametrize(
    "words",
    [["user", "password", "asha"], ["user", "add", "ravi", "--role", "operator", "--unit", "kota-city"]],
    ids=lambda words: words[1],
)
def test_a_password_that_is_no_utf8_is_told_as_that(
    left: Path, raw: bytes, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", errors="surrogateescape"))
    assert run(left, *words, "--password-stdin") == 2
    assert "not UTF-8" in told(capsys)


def test_a_password_is_read_as_utf8_whatever_the_terminal_claims(
    left: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kotaconsole.hub.cli.shared import one_line

    for raw in ("पासवर्ड-जो-लंबा-है\n".encode(), "पासवर्ड-जो-लंबा-है\r\n".encode("utf-8-sig")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="latin-1"))
        assert one_line() == "पासवर्ड-जो-लंबा-है"
