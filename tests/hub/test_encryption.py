"""The hub's file is unreadable without its key, and a wrong, missing or open key changes nothing."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.storage import cipher
from kotaconsole.hub.storage.database import Database, open_database
from kotaconsole.hub.storage.keys import CREDENTIAL, CREDENTIALS_DIRECTORY, key_path, read_key
from kotaconsole.hub.storage.tables import users
from tests.hub.fixtures import TestHub


def opened(path: Path, key: Path | None = None) -> Database:
    return open_database(f"sqlite:///{path}", key)


def refused(path: Path, code: str, key: Path | None = None) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as told:
        opened(path, key).close()
    assert told.value.code == code
    return told.value


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_no_word_of_a_case_stands_readable_in_any_file_of_the_hub(hub: TestHub) -> None:
    hub.put_flag("READABLE-REFERENCE", subject={"name": "तन्वी नमूना", "phone": "+91 00000 00041"})
    words = [word.encode() for word in ("READABLE-REFERENCE", "तन्वी", "00000 00041", "platform-desk", "flag_received")]
    live = b"".join(everything_in(hub.db.parent).values())
    assert [word for word in words if word in live] == [], "while it runs, the log beside the file too"
    hub.stop()
    assert [word for word in words if word in b"".join(everything_in(hub.db.parent).values())] == []
    assert not hub.db.read_bytes().startswith(cipher.PLAIN)
    assert hub.raw().execute("SELECT count(*) FROM flags").fetchone()[0] == 1


def test_the_key_is_made_with_the_file_and_is_its_owners_alone(tmp_path: Path) -> None:
    opened(tmp_path / "hub.db").close()
    key = tmp_path / "hub.db.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "hub.db").stat().st_mode) == 0o600
    assert len(read_key(key)) == 32
    opened(tmp_path / "other.db").close()
    assert read_key(tmp_path / "other.db.key") != read_key(key)


def test_a_missing_key_is_told_and_nothing_is_created(tmp_path: Path) -> None:
    opened(tmp_path / "hub.db").close()
    (tmp_path / "hub.db.key").unlink()
    before = everything_in(tmp_path)
    fault = refused(tmp_path / "hub.db", "hub-key-missing")
    assert "nothing was created" in fault.sentence.en
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    opened(tmp_path / "hub.db").close()
    (tmp_path / "hub.db.key").chmod(mode)
    before = everything_in(tmp_path)
    refused(tmp_path / "hub.db", "hub-key-open")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "ab" * 33, "ü" * 64])
def test_a_key_file_that_holds_no_key_is_refused(tmp_path: Path, text: str) -> None:
    opened(tmp_path / "hub.db").close()
    (tmp_path / "hub.db.key").write_text(text, encoding="utf-8")
    refused(tmp_path / "hub.db", "hub-key-broken")


def test_the_key_of_another_file_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path / "hub.db").close()
    opened(tmp_path / "other.db").close()
    before = everything_in(tmp_path)
    refused(tmp_path / "hub.db", "hub-key-wrong", tmp_path / "other.db.key")
    assert everything_in(tmp_path) == before


def test_the_key_may_stand_elsewhere_or_come_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    opened(tmp_path / "hub.db", safe / "named").close()
    assert not (tmp_path / "hub.db.key").exists()
    credential = safe / CREDENTIAL
    credential.write_bytes((safe / "named").read_bytes())
    # systemd gives a credential to its service by an access list, which shows as a right of the group
    credential.chmod(0o440)
    monkeypatch.setenv(CREDENTIALS_DIRECTORY, str(safe))
    assert key_path(tmp_path / "hub.db") == credential
    opened(tmp_path / "hub.db").close()
    credential.chmod(0o444)
    refused(tmp_path / "hub.db", "hub-key-open")


def plain_copy(source: Path, to: Path) -> None:
    """The same database as an earlier release kept it."""
    key = read_key(source.with_name(f"{source.name}.key"))
    connection = cipher.connect(source, key)
    connection.execute("ATTACH ? AS plain KEY ''", (str(to),))
    connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    connection.execute("DETACH plain")
    connection.close()


@pytest.fixture
def plain(tmp_path: Path, hub: TestHub) -> Path:
    hub.put_flag("PLAIN-1", subject={"name": "तन्वी नमूना"})
    hub.stop()
    to = tmp_path / "old" / "hub.db"
    to.parent.mkdir()
    plain_copy(hub.db, to)
    assert cipher.is_plain(to)
    assert "तन्वी".encode() in to.read_bytes()
    return to


def test_a_plain_file_of_an_earlier_release_is_encrypted_with_all_that_is_in_it(plain: Path) -> None:
    database = opened(plain)
    with database.reader.begin() as connection:
        names = connection.execute(select(users.c.username)).scalars().all()
    database.close()
    assert names == ["platform-desk"]
    assert {path.name for path in plain.parent.iterdir()} == {"hub.db", "hub.db.key"}
    assert "तन्वी".encode() not in b"".join(everything_in(plain.parent).values())


def test_a_failure_in_the_middle_leaves_the_plain_file_as_it_was(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = plain.read_bytes()

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(cipher, "_counted", fails)
    refused(plain, "hub-database")
    assert plain.read_bytes() == before
    assert not plain.with_name("hub.db.encrypting").exists()
    monkeypatch.undo()
    opened(plain).close()
    assert not cipher.is_plain(plain)


def test_a_plain_file_somebody_else_has_open_is_not_taken_from_under_them(plain: Path) -> None:
    other = os.fork()
    if other == 0:  # another process: locks of one process do not hold each other off
        connection = sqlite3.connect(plain, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM users").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        plain.with_name("ready").touch()
        while not plain.with_name("done").exists():
            os.sched_yield()
        os._exit(0)
    while not plain.with_name("ready").exists():
        os.sched_yield()
    try:
        refused(plain, "hub-database")
        assert cipher.is_plain(plain)
    finally:
        plain.with_name("done").touch()
        os.waitpid(other, 0)


def test_what_is_erased_is_overwritten_and_nothing_is_laid_aside_in_the_clear(tmp_path: Path) -> None:
    database = opened(tmp_path / "hub.db")
    for engine in (database.writer, database.reader):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA temp_store").scalar() == 2
    with database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    database.close()


def test_a_file_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path / "hub.db").close()
    connection = cipher.connect(tmp_path / "hub.db", read_key(tmp_path / "hub.db.key"))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "later release" in refused(tmp_path / "hub.db", "hub-newer").sentence.en
