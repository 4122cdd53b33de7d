"""The files themselves: encrypted, never replaced, migrated, and safe against a kill at any point."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kotaconsole.domain.commands import Note
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Counts
from kotaconsole.store import NewCommand, engine, migrations, tables
from kotaconsole.store.examining import Examined, examine
from kotaconsole.store.migrations import cache, outbox
from tests.people import ROOT, TWO_AM
from tests.store.desk import CANARY, FEED, KEY, author, event, listed, opened, page, ringing, signed_in, snapshot

pytestmark = pytest.mark.store

OTHER_KEY = bytes(32)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def killed_while_writing(folder: Path, seed: int) -> list[int]:
    """Run a writer until it is killed; gives back the numbers it reported as saved."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_to_kill", str(folder)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert writer.stdout is not None
    chance, said = random.Random(seed), b""
    # up to here the import; from here on it writes
    said += writer.stdout.readline()
    end = time.monotonic() + chance.random() * 0.12
    while time.monotonic() < end:
        said += writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    said += writer.stdout.read()
    writer.wait(10)
    writer.stdout.close()
    return [int(line) for line in said.split(b"\n")[:-1]]


def test_a_look_counts_what_waits_while_the_desk_is_at_work_and_changes_nothing(tmp_path: Path) -> None:
    store = signed_in(opened(tmp_path))
    assert examine(tmp_path / "outbox.db", KEY) == Examined(0, 0, None)
    sent = [store.commands.queue("note", f"c{n}", Note("एक"), author=author(store)) for n in range(3)]
    store.commands.answered(sent[0].command_id, Answer(applied=True, version=3))
    assert examine(tmp_path / "outbox.db", KEY) == Examined(2, 0, sent[1].entered_at)
    store.close()
    before = digests(tmp_path)
    assert examine(tmp_path / "outbox.db", KEY).waiting == 2
    with pytest.raises(EnvironmentFault, match="store-key-wrong"):
        examine(tmp_path / "outbox.db", OTHER_KEY)
    assert digests(tmp_path) == before


def test_a_look_finds_a_page_that_is_not_what_was_written(tmp_path: Path) -> None:
    opened(tmp_path).close()
    file = tmp_path / "outbox.db"
    raw = bytearray(file.read_bytes())
    raw[-2000] ^= 1
    file.write_bytes(raw)
    with pytest.raises(EnvironmentFault, match="store-damaged"):
        examine(file, KEY)
    assert file.read_bytes() == raw


def test_after_kills_at_random_points_every_reported_number_is_there_and_none_twice(tmp_path: Path) -> None:
    """I1; the numbers go on where they were, and slips likewise."""
    opened(tmp_path).close()
    reported: list[int] = []
    for seed in range(8):
        reported += killed_while_writing(tmp_path, seed)
    store = opened(tmp_path)
    queue = store.queries.queue()
    notes = [entry.n for entry in queue if entry.kind == "note"]
    assert len(reported) > 20
    assert set(reported) <= set(notes)
    assert [entry.n for entry in queue] == list(range(1, len(queue) + 1)), "running, without a gap, none twice"
    assert len({entry.command_id for entry in queue}) == len(queue)
    numbers = [slip.number for slip in store.queries.slips()]
    assert len(set(numbers)) == len(numbers)
    assert {slip.status for slip in store.queries.slips()} <= {"void"}, "what was never printed is void, and visible"
    store.close()


@pytest.mark.parametrize("after", ["a clean end", "a kill"])
def test_a_wrong_key_changes_no_byte_and_makes_nothing(tmp_path: Path, after: str) -> None:
    """I10. After a kill the log holds what the file does not: opening it plainly would fold it in."""
    opened(tmp_path).close()
    if after == "a kill":
        assert killed_while_writing(tmp_path, 1)
        assert (tmp_path / "outbox.db-wal").stat().st_size > 0
    before = digests(tmp_path)
    with pytest.raises(EnvironmentFault) as caught:
        opened(tmp_path, key=OTHER_KEY)
    assert caught.value.code == "store-key-wrong"
    assert "untouched" in caught.value.sentence.en
    assert digests(tmp_path) == before
    opened(tmp_path).close()


@pytest.mark.parametrize("content", [b"", b"not a database at all, and longer than a header" * 100])
def test_an_outbox_that_cannot_be_read_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    """I11. An empty file opens with any key: it must not pass for a new one."""
    (tmp_path / "outbox.db").write_bytes(content)
    before = digests(tmp_path)
    with pytest.raises(EnvironmentFault) as caught:
        opened(tmp_path)
    assert caught.value.code == "store-key-wrong"
    assert digests(tmp_path) == before


def test_a_first_page_torn_by_a_power_cut_is_found_again_in_the_log(tmp_path: Path) -> None:
    store = opened(tmp_path)
    # long enough to make the file grow, which writes its first page into the log
    entry = store.commands.queue("note", "c1", Note("टिप्पणी " * 2000), author=author(store))
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("outbox.db", "outbox.db-wal"):
        shutil.copyfile(tmp_path / name, copy / name)
    store.close()
    whole = (copy / "outbox.db").read_bytes()
    (copy / "outbox.db").write_bytes(whole[:16] + bytes(2000) + whole[2016:])
    assert not engine._reads(f"file:{copy / 'outbox.db'}?immutable=1", KEY), "the file alone cannot be read"
    again = opened(copy)
    assert again.queries.queue() == (entry,)
    again.close()


def test_a_draft_of_an_outbox_left_by_a_crash_is_no_outbox(tmp_path: Path) -> None:
    (tmp_path / "outbox.db.new").write_bytes(b"half made")
    store = opened(tmp_path)
    assert not (tmp_path / "outbox.db.new").exists()
    store.close()


def test_nothing_that_was_written_can_be_read_off_the_disk(tmp_path: Path) -> None:
    store = signed_in(opened(tmp_path))
    store.commands.swap_snapshot(FEED, [snapshot(ringing(CANARY))])
    store.commands.apply_page(FEED, page(event(1, ringing(CANARY, 2), data={"text": CANARY})))
    store.commands.queue("note", CANARY, Note(CANARY), author=author(store, name=CANARY))
    store.commands.save_draft(CANARY, CANARY)
    store.commands.remember("canary", CANARY)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {"outbox.db", "outbox.db-wal", "cache.db", "cache.db-wal"} <= set(files)
    for name, content in files.items():
        assert CANARY.encode() not in content, name
        assert b"CANARY" not in content, name
        assert b"SQLite format" not in content, name
        assert b"CREATE TABLE" not in content, name
    store.close()


def test_a_cache_that_cannot_be_read_is_built_again_and_the_outbox_is_not(tmp_path: Path) -> None:
    store = signed_in(opened(tmp_path))
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    store.commands.queue("note", "c1", Note("टिप्पणी"), author=author(store))
    workstation = store.workstation
    store.close()
    for damage in (b"rubbish" * 1000, b""):
        (tmp_path / "cache.db").write_bytes(damage)
        store = opened(tmp_path)
        assert store.queries.cursor(FEED) is None, "everything is asked for again"
        assert len(store.queries.queue()) == 1
        assert store.workstation == workstation
        store.close()


def test_a_cache_of_a_later_release_is_built_again_and_an_outbox_of_one_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path).close()
    for name in ("cache.db", "outbox.db"):
        connection = dbapi2.connect(str(tmp_path / name))
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        if name == "cache.db":
            opened(tmp_path).close()
    with pytest.raises(EnvironmentFault) as caught:
        opened(tmp_path)
    assert caught.value.code == "store-newer"


@pytest.mark.parametrize(("name", "known"), [("outbox", tables.OUTBOX), ("cache", tables.CACHE)])
def test_the_steps_make_exactly_the_tables_the_code_uses(tmp_path: Path, name: str, known: object) -> None:
    opened(tmp_path).close()
    connection = dbapi2.connect(str(tmp_path / f"{name}.db"))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for table in known.sorted_tables:  # type: ignore[attr-defined]
        made = {
            row[1]: (row[2], bool(row[3] or row[5])) for row in connection.execute(f"PRAGMA table_info({table.name})")
        }
        used = {c.name: (str(c.type).replace("LARGEBINARY", "BLOB"), not c.nullable) for c in table.columns}
        assert made == {n: (("BLOB" if kind == "BLOB" else kind), full) for n, (kind, full) in used.items()}, table.name
    connection.close()


@pytest.mark.parametrize("steps", [outbox.STEPS, cache.STEPS])
def test_a_migration_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path, steps: tuple[object, ...]) -> None:
    opened(tmp_path).close()
    file = engine._file(tmp_path / "outbox.db", KEY, "FULL")
    broken = (*outbox.STEPS, ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))
    with pytest.raises(Exception, match="half"), file.writer.begin() as connection:
        migrations.run(connection, broken)
    with file.reader.begin() as connection:
        assert migrations.version(connection) == len(outbox.STEPS)
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'half'").scalar_one() == 0
    file.close()


def test_the_settings_that_keep_a_note_through_a_power_cut(tmp_path: Path) -> None:
    """With synchronous=NORMAL no commit is synced, and no test that kills a process can see it."""
    store = opened(tmp_path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}
    out, kept = store._files
    for name, value in wanted.items():
        with out.writer.begin() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value, name
    with kept.writer.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1
    for file in (out, kept):
        with file.reader.begin() as connection, pytest.raises(Exception, match="readonly"):
            connection.exec_driver_sql("CREATE TABLE x (y)")
    store.close()


def test_no_release_with_a_mistake_in_it_can_delete_a_queued_row(tmp_path: Path) -> None:
    """I3."""
    store = opened(tmp_path)
    store.commands.queue("note", "c1", Note("टिप्पणी"), author=author(store))
    with pytest.raises(Exception, match="never deleted"), store._files[0].writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM command")
    assert len(store.queries.queue()) == 1
    store.close()


def test_a_key_of_the_wrong_length_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        opened(tmp_path, key=b"short")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        opened(tmp_path / "nowhere")
    assert caught.value.code == "store-unusable"


def test_a_closed_store_says_that_nothing_was_saved(tmp_path: Path) -> None:
    store = opened(tmp_path)
    who = author(store)
    store.close()
    store.close()
    with pytest.raises(EnvironmentFault) as caught:
        store.commands.queue("note", "c1", Note("x"), author=who)
    assert caught.value.code == "store-closed"
    assert "NOT saved" in caught.value.sentence.en


@pytest.mark.log_errors_expected("a failed write is logged with its trace")
def test_a_full_disk_is_told_and_what_was_saved_stays(tmp_path: Path) -> None:
    store = signed_in(opened(tmp_path))
    saved = store.commands.queue("note", "c1", Note("पहले"), author=author(store))
    with store._files[0].writer.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long = [NewCommand("note", "c1", Note("x" * 50_000), author(store)) for _ in range(20)]
    with pytest.raises(EnvironmentFault) as caught:
        store.commands.queue_many(long)
    assert caught.value.code == "store-disk-full"
    assert "NOT saved" in caught.value.sentence.en
    assert store.queries.queue() == (saved,)
    with store._files[0].writer.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert store.commands.queue("note", "c1", Note("बाद में"), author=author(store)).n > saved.n
    store.close()


def test_a_crash_between_the_two_files_shows_nothing_twice(tmp_path: Path) -> None:
    """The event was stored, and the process died before its command could be marked."""
    store = signed_in(opened(tmp_path))
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    note = store.commands.queue("note", "c1", Note("एक"), author=author(store))
    counted = ringing("c1", 2, counts=Counts(notes=1))
    store.commands.apply_page(FEED, page(event(1, counted, kind="note_added", command_id=note.command_id)))
    with store._files[0].writer.begin() as connection:
        connection.exec_driver_sql("UPDATE command SET settled = 0")
    store.close()
    store = opened(tmp_path)
    view = store.queries.case("c1", TWO_AM)
    assert view is not None
    assert view.case is not None
    assert view.case.counts.notes == 1
    store.close()


def test_a_listener_that_writes_is_our_mistake_and_not_a_standstill(tmp_path: Path) -> None:
    store = opened(tmp_path)
    who, met = author(store), list[str]()
    came = threading.Event()

    def writes(_: object) -> None:
        try:
            store.commands.save_draft("c1", "x")
        except RuntimeError as mistake:
            met.append(str(mistake))
            came.set()

    store.subscribe(writes)
    store.commands.queue("note", "c1", Note("x"), author=who)
    assert came.wait(5)
    assert "store-writer" in met[0]
    store.close()


def test_the_list_of_the_last_run_is_there_at_once(tmp_path: Path) -> None:
    store = signed_in(opened(tmp_path))
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    store.close()
    store = opened(tmp_path)
    assert listed(store) == ["c1"]
    assert [alarm.key for alarm in store.queries.alarms()] == ["c1"]
    store.close()
