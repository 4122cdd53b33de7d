"""What may be gone back to: a backup of this release or an earlier one; everything else is told in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kotaconsole.hub import cli
from kotaconsole.hub.audit import chain
from kotaconsole.hub.storage import cipher, database
from kotaconsole.hub.storage.database import key_of, open_database
from tests.hub.client import new_uuid
from tests.hub.fixtures import TestHub
from tests.people import TWO_AM

EARLIER = ("0001", "0002", "0003", "0004", "0005")


def run(hub: TestHub, *words: str) -> int:
    return cli.main([*words, "--db", f"sqlite:///{hub.db}"])


def told(capsys: pytest.CaptureFixture[str]) -> str:
    hindi, english = capsys.readouterr().err.strip().split("\n")
    assert any("ऀ" <= letter <= "ॿ" for letter in hindi)
    return english


@pytest.fixture
def stopped(hub: TestHub) -> Iterator[TestHub]:
    hub.person("asha")
    hub.stop()
    yield hub
    hub.stop()


def backup_of(hub: TestHub, revision: str) -> Path:
    """A backup as the release with this schema made it, under the hub's key."""
    file = hub.db.with_name(f"backup-{revision}")
    engine = database._engine(file, key_of(f"sqlite:///{hub.db}"), read_only=False)
    try:
        database.upgrade(engine, revision)
        with engine.begin() as connection:
            for name, value in (("epoch", "first"), ("epoch_began", TWO_AM.iso()), ("kind", "live")):
                connection.execute(text("INSERT INTO facts VALUES (:name, :value)"), {"name": name, "value": value})
            connection.execute(
                text("INSERT INTO users VALUES ('op-1', 'meena', '', 'operator', 'kota-city', '-', :at, 0)"),
                {"at": int(TWO_AM)},
            )
            _one_record(connection, salted_apart=revision >= "0005")
    finally:
        engine.dispose()
    return file


def _one_record(connection: object, *, salted_apart: bool) -> None:
    row = {
        "n": 1, "at": int(TWO_AM), "who": "command line", "desk": None, "what": "user added", "referral_id": None,
        "commitment": chain.commitment(b"s" * 16, b"d" * 32), "prev": chain.FIRST_PREV,
    }  # fmt: skip
    told = {**row, "at": TWO_AM.iso()}
    row["hash"] = chain.chained(chain.FIRST_PREV, told)
    names = "n, at, who, desk, what, referral_id, commitment, prev, hash"
    values = ", ".join(f":{name}" for name in names.split(", "))
    execute = connection.execute  # type: ignore[attr-defined]
    if salted_apart:
        execute(text(f"INSERT INTO audit ({names}) VALUES ({values})"), row)
        execute(text("INSERT INTO audit_salts (n, salt, digest) VALUES (1, :salt, :digest)"),
                {"salt": b"s" * 16, "digest": b"d" * 32})  # fmt: skip
    else:
        execute(text(f"INSERT INTO audit ({names}, salt) VALUES ({values}, :salt)"), {**row, "salt": b"s" * 16})


@pytest.mark.parametrize("revision", EARLIER)
def test_a_backup_of_an_earlier_release_is_brought_up_to_date(
    stopped: TestHub, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = backup_of(stopped, revision)
    before = source.read_bytes()
    epoch = stopped.raw().execute("SELECT value FROM facts WHERE name = 'epoch'").fetchone()[0]
    assert run(stopped, "restore", "--from", str(source)) == 0, capsys.readouterr().err
    assert source.read_bytes() == before, "the backup stays what it is"
    stopped.start()
    assert stopped.anyone().get("/v1/meta").json["epoch"] not in (epoch, "first")
    assert stopped.person("ravi").get("/v1/me").status == 200, "it works with the present schema"
    stopped.stop()
    capsys.readouterr()
    assert run(stopped, "user", "list") == 0
    listed = capsys.readouterr().out
    assert "meena" in listed
    assert "asha" not in listed
    assert run(stopped, "audit", "verify") == 0


def test_the_numbers_of_a_replaced_file_of_the_first_release_are_known(stopped: TestHub) -> None:
    """It has no table of past epochs; its epoch and its beat count all the same."""
    source = stopped.db.with_name("b")
    assert run(stopped, "backup", "--to", str(source)) == 0
    old = backup_of(stopped, "0001")
    connection = cipher.connect(old, key_of(f"sqlite:///{stopped.db}"))
    connection.execute("INSERT INTO counters VALUES ('beat', 5000000000)")
    connection.close()
    old.replace(stopped.db)
    assert run(stopped, "restore", "--from", str(source)) == 0
    raw = stopped.raw()
    assert raw.execute("SELECT value FROM counters WHERE name = 'beat'").fetchone()[0] > 5_000_000_000
    assert ("first",) in raw.execute("SELECT epoch FROM epochs").fetchall()
    raw.close()


def test_a_backup_of_a_later_release_is_refused_in_words(stopped: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    source = stopped.db.with_name("b")
    assert run(stopped, "backup", "--to", str(source)) == 0
    connection = cipher.connect(source, key_of(f"sqlite:///{stopped.db}"))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    unchanged(stopped, source, capsys, "made by a later release")


def absent(path: Path) -> Path:
    return path.with_name("none")


def folder(path: Path) -> Path:
    return path.parent


def below_a_file(path: Path) -> Path:
    return path / "b"


@pytest.mark.parametrize("name", [absent, folder, below_a_file])
def test_what_is_no_file_is_told_as_that(
    stopped: TestHub, name: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    unchanged(stopped, name(stopped.db), capsys, "There is no backup")


def test_a_backup_under_another_key_is_refused(
    stopped: TestHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / f"{new_uuid()}.db"
    open_database(str(other)).close()
    unchanged(stopped, other, capsys, "another key")


def test_without_the_key_nothing_is_restored(stopped: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    source = stopped.db.with_name("b")
    assert run(stopped, "backup", "--to", str(source)) == 0
    key = stopped.db.with_name("hub.db.key")
    kept = shutil.move(key, key.with_name("elsewhere"))
    unchanged(stopped, source, capsys, "is not at")
    shutil.move(kept, key)


def unchanged(hub: TestHub, source: Path, capsys: pytest.CaptureFixture[str], says: str) -> None:
    """The restore is refused in these words, and no byte in the hub's folder is another."""
    capsys.readouterr()
    before = {path.name: path.read_bytes() for path in hub.db.parent.iterdir() if path.is_file()}
    assert run(hub, "restore", "--from", str(source)) == 2
    english = told(capsys)
    assert says in english
    assert "left as" in english
    assert {path.name: path.read_bytes() for path in hub.db.parent.iterdir() if path.is_file()} == before


def test_a_damaged_file_is_replaced_and_kept_with_its_log(stopped: TestHub) -> None:
    source, log = stopped.db.with_name("b"), stopped.db.with_name("hub.db-wal")
    assert run(stopped, "backup", "--to", str(source)) == 0
    connection = stopped.raw()
    connection.execute("INSERT INTO counters VALUES ('newest', 7)")
    newest = log.read_bytes()
    connection.close()
    damaged = b"overwritten" + stopped.db.read_bytes()[11:]
    stopped.db.write_bytes(damaged)
    log.write_bytes(newest)
    assert run(stopped, "restore", "--from", str(source)) == 0
    (aside,) = (path for path in stopped.db.parent.glob("hub.db.before-*") if not path.name.endswith("-wal"))
    assert aside.read_bytes() == damaged
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == newest, "what the damaged file did not hold yet"
    stopped.start()
    assert stopped.anyone().get("/healthz").status == 200
