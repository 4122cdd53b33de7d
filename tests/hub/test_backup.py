"""A backup is one consistent moment of a running hub, whole and checked, or it is not there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kotaconsole.hub import cli
from kotaconsole.hub.storage import backup, cipher
from kotaconsole.hub.storage.database import key_of
from tests.hub.administering import audited
from tests.hub.client import new_uuid
from tests.hub.fixtures import TestHub


def run(*words: str) -> int:
    return cli.main(list(words))


def counts(hub: TestHub, path: Path) -> tuple[int, int, int]:
    file = cipher.connect(path, key_of(f"sqlite:///{hub.db}"))
    commands = file.execute("SELECT count(*) FROM commands").fetchone()[0]
    notes = file.execute("SELECT count(*) FROM events WHERE kind = 'note_added'").fetchone()[0]
    rows = file.execute("SELECT count(*) FROM audit WHERE what = 'command note'").fetchone()[0]
    file.close()
    return commands, notes, rows


def test_a_backup_in_the_midst_of_writing_holds_whole_commands_only(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    enough = threading.Event()
    sent: list[int] = []

    def write() -> None:
        while not enough.is_set():
            sent.append(person.command("note", rid, {"text": "नोट"}).status)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            to = hub.db.parent / f"{number}.backup"
            before = len(sent)
            assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 0
            commands, notes, rows = counts(hub, to)
            assert commands == notes == rows, "effect, record and audit row are one"
            assert notes >= before, "what was answered before the backup began is in it"
    finally:
        enough.set()
        thread.join(60)
    assert set(sent) == {201}, "the hub went on meanwhile"


def test_a_backup_is_one_file_under_the_hubs_key_and_its_owners_alone(hub: TestHub) -> None:
    hub.put_flag("A-1", subject={"name": "तन्वी नमूना"})
    folder = hub.db.parent / "backups"
    folder.mkdir()
    to = folder / "b"
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 0
    assert [path.name for path in folder.iterdir()] == ["b"]
    assert to.stat().st_mode & 0o077 == 0
    assert "तन्वी".encode() not in to.read_bytes()
    assert not cipher.is_plain(to)
    assert not cipher.fits(to, bytes(32))


def test_a_copy_of_the_hub_holds_the_row_that_tells_of_it(hub: TestHub, backed_up: Path) -> None:
    assert audited(hub, "backup taken", "command line") == 1
    hub.stop()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(backed_up)) == 0
    assert audited(hub, "backup taken", "command line") == 1
    assert run("audit", "verify", "--db", f"sqlite:///{hub.db}") == 0


def test_a_backup_never_replaces_another(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    to = hub.db.parent / "b"
    to.write_text("the only good one")
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 2
    assert "never replaces" in capsys.readouterr().err
    assert to.read_text() == "the only good one"


def test_a_backup_that_fails_leaves_no_part_behind(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = hub.db.parent / "backups"
    folder.mkdir()

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(backup, "inspect", fails)
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(folder / "b")) == 2
    assert "no part of it" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_what_is_not_there_is_not_backed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("backup", "--db", f"sqlite:///{tmp_path}/none.db", "--to", str(tmp_path / "b")) == 2
    assert "Nothing was created" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def backed_up(hub: TestHub) -> Path:
    hub.person("asha")
    hub.put_flag("A-1")
    to = hub.db.parent / "b"
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 0
    return to


def test_a_restore_begins_an_epoch_skips_numbers_and_ends_nobodys_session(hub: TestHub, backed_up: Path) -> None:
    asha = hub.person("asha2")
    old, number, beat = asha.epoch(), asha.case(hub.put_flag("A-1").json["referral_id"])["number"], 0
    beat = asha.changes("kota-city", old, 0).json["beat"]
    to = hub.db.parent / "b2"
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 0
    hub.stop()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(to)) == 0
    hub.start()
    fresh = asha.epoch()
    assert fresh != old
    assert asha.get("/v1/me").status == 200, "a restore ends nothing else"
    assert asha.changes("kota-city", old, 0).code == "epoch-changed"
    assert asha.changes("kota-city", fresh, 0).json["beat"] > beat
    later = asha.case(hub.put_flag("B-1").json["referral_id"])["number"]
    assert int(later.rsplit("-", 1)[1]) == int(number.rsplit("-", 1)[1]) + 1001
    assert int(hub.person("meena").desk[1:]) > 100
    past = [row[0] for row in hub.raw().execute("SELECT epoch FROM epochs")]
    assert past == [old]
    hub.stop()
    assert run("audit", "verify", "--db", f"sqlite:///{hub.db}") == 0


def test_epochs_that_began_after_the_backup_are_remembered_too(hub: TestHub, backed_up: Path) -> None:
    first = hub.anyone().get("/v1/meta").json["epoch"]
    seen = [first]
    for _ in range(2):
        hub.stop()
        assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(backed_up)) == 0
        hub.start()
        seen.append(hub.anyone().get("/v1/meta").json["epoch"])
    assert {row[0] for row in hub.raw().execute("SELECT epoch FROM epochs")} == set(seen[:2])


def test_the_replaced_file_is_kept_and_can_be_gone_back_to(hub: TestHub, backed_up: Path) -> None:
    late = hub.put_flag("LATE-1").json["referral_id"]
    hub.stop()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(backed_up)) == 0
    (aside,) = hub.db.parent.glob("hub.db.before-*")
    hub.start()
    person = hub.person("meena")
    assert person.get(f"/v1/referrals/{late}").status == 404
    hub.stop()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(aside)) == 0
    hub.start()
    hub.add_user("rao")
    assert hub.person("rao2").get(f"/v1/referrals/{late}").status == 200


def test_a_running_hub_is_not_restored_over(hub: TestHub, backed_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(backed_up)) == 2
    assert "Another hub" in capsys.readouterr().err
    assert hub.anyone().get("/healthz").status == 200


def torn(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 0xFF
    path.write_bytes(raw)


@pytest.mark.parametrize(
    "spoil",
    [torn, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(4080)),
     lambda path: path.write_bytes(path.read_bytes()[:40_960]), lambda path: path.write_bytes(b"letters" * 9_000)],
)  # fmt: skip
def test_what_cannot_be_gone_back_to_changes_nothing(
    hub: TestHub, backed_up: Path, spoil: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    epoch = hub.anyone().get("/v1/meta").json["epoch"]
    hub.stop()
    spoil(backed_up)
    before = hub.db.read_bytes()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(backed_up)) == 2
    assert "cannot be gone back to" in capsys.readouterr().err
    assert hub.db.read_bytes() == before
    assert not [path.name for path in hub.db.parent.iterdir() if "restoring" in path.name or "before" in path.name]
    hub.start()
    assert hub.anyone().get("/v1/meta").json["epoch"] == epoch


def test_commands_offered_again_under_the_old_epoch_are_taken_once(hub: TestHub) -> None:
    import json

    asha = hub.person("asha")
    old = asha.epoch()
    rid = hub.put_flag("A-1").json["referral_id"]
    kept_id, kept = new_uuid(), json.dumps(asha.envelope("note", rid, {"text": "पहला"})).encode()
    assert asha.put(kept_id, kept).status == 201
    to = hub.db.parent / "b"
    assert run("backup", "--db", f"sqlite:///{hub.db}", "--to", str(to)) == 0
    lost_id, lost = new_uuid(), json.dumps(asha.envelope("note", rid, {"text": "दूसरा"})).encode()
    assert asha.put(lost_id, lost).status == 201
    hub.stop()
    assert run("restore", "--db", f"sqlite:///{hub.db}", "--from", str(to)) == 0
    hub.start()
    again = {"Replay-Of-Epoch": old}
    first = asha.put(kept_id, kept, **again)
    assert (first.status, first.headers["idempotent-replayed"]) == (200, "true")
    assert asha.put(lost_id, lost, **again).status == 201
    assert asha.put(lost_id, lost, **again).status == 200
    texts = [
        e["data"]["text"] for e in asha.get(f"/v1/referrals/{rid}/events").json["events"] if e["kind"] == "note_added"
    ]
    assert texts == ["पहला", "दूसरा"]
