"""A thousand ways to falsify the log, each on a copy of a real hub's file: all are found, and a clean file passes."""

from __future__ import annotations

import argparse
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from kotaconsole.hub.audit import chain, verify
from kotaconsole.hub.audit.verify import Report, Witness
from kotaconsole.hub.storage import database
from kotaconsole.hub.storage.writer import Transaction
from tests.hub.audit_files import as_connection, in_memory, plain_copy
from tests.hub.client import new_uuid
from tests.hub.fixtures import TestHub
from tests.people import TWO_AM

TAMPERINGS: Final = 1000
SEED: Final = 20261123
COLUMNS: Final = ("n", "at", "who", "desk", "what", "referral_id", "commitment", "prev", "hash")
HASHED: Final = ("at", "who", "desk", "what", "referral_id", "commitment")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A real log with everything in it that a night brings."""
    folder = tmp_path_factory.mktemp("tampering")
    hub = TestHub(folder / "hub").start()
    try:
        person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
        for number in range(5):
            rid = hub.put_flag(f"A-{number}").json["referral_id"]
            person.command("acknowledge", rid, {"through": 1})
            for text in ("एक", "दो"):
                person.command("note", rid, {"text": text})
            person.case(rid)
            person.command("view", rid, {"fields": ["subject.phone"]})
            auditor.get(f"/v1/referrals/{rid}")
        person.get(f"/v1/referrals/{new_uuid()}")
        person.command("note", new_uuid(), {"text": "कहीं नहीं"})
        auditor.get("/v1/audit")
    finally:
        hub.stop()
    found = sqlite3.connect(plain_copy(hub.db, folder / "plain.db"), check_same_thread=False)
    yield found
    found.close()


def checked(raw: sqlite3.Connection, *heads: Witness) -> Report:
    with as_connection(raw) as connection:
        return verify.verify(connection, heads)


def rows_of(raw: sqlite3.Connection) -> Rows:
    raw.row_factory = sqlite3.Row
    found = [dict(row) for row in raw.execute("SELECT * FROM audit ORDER BY n")]
    raw.row_factory = None
    return found


def unguarded(raw: sqlite3.Connection, work: Callable[[], None]) -> None:
    """Whoever can write the file can take the triggers off and put them back."""
    guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        raw.execute(f"DROP TRIGGER {name}")
    work()
    for _, sql in guards:
        raw.execute(sql)


def rewritten(raw: sqlite3.Connection, rows: Rows) -> None:
    """Put these rows in the place of the log."""

    def work() -> None:
        raw.execute("DELETE FROM audit")
        marks = ", ".join(f":{name}" for name in COLUMNS)
        raw.executemany(f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({marks})", rows)

    unguarded(raw, work)


def rehashed(rows: Rows, start: int) -> Rows:
    """The rows with every number and hash from one on computed anew: a falsification without a seam."""
    prev = rows[start - 1]["hash"] if start else chain.FIRST_PREV
    for index in range(start, len(rows)):
        row = rows[index]
        row["n"], row["prev"] = index + 1, prev
        told = argparse.Namespace(**row)
        prev = row["hash"] = chain.chained(prev, chain.record_of(told))
    return rows


def other(random_: random.Random, column: str, value: Any) -> Any:
    """Another value for a column."""
    if column == "n":
        return random_.randint(10_000, 20_000)
    if column == "at":
        return value + random_.choice((-1, 1)) * random_.randint(1, 10**10)
    if value is None:
        return "K9"
    if column in ("prev", "hash", "commitment"):
        return f"{random_.getrandbits(256):064x}"
    return random_.choice((f"{value}x", value[:-1] or "y", "nobody"))


def edit(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    index, column = random_.randrange(len(rows)), random_.choice(COLUMNS)
    rows[index][column] = other(random_, column, rows[index][column])
    rewritten(raw, rows)
    return ()


def delete(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    # the newest ones are `truncate`, which only a witness can tell
    del rows[random_.randrange(len(rows) - 1)]
    rewritten(raw, rows)
    return ()


def insert(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    index = random_.randrange(len(rows))
    new = {**rows[index], "n": rows[-1]["n"] + 1, "who": "nobody"}
    rows.append({**new, "prev": random_.choice((rows[-1]["hash"], new["prev"]))})
    rewritten(raw, rows)
    return ()


def reorder(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    one, two = random_.sample(range(len(rows)), 2)
    rows[one]["n"], rows[two]["n"] = rows[two]["n"], rows[one]["n"]
    rewritten(raw, rows)
    return ()


def truncate(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    kept = random_.randrange(len(rows))
    seen = rows[random_.randrange(kept, len(rows))]
    rewritten(raw, rows[:kept])
    raw.execute("DELETE FROM audit_salts WHERE n > ?", (kept,))
    return (Witness(seen["n"], seen["hash"]),)


def rewrite_history(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    """Edit a record and compute everything after it anew."""
    index = random_.randrange(len(rows))
    seen = Witness(rows[-1]["n"], rows[-1]["hash"])
    column = random_.choice([name for name in HASHED if name != "at"])
    rows[index][column] = other(random_, column, rows[index][column])
    rewritten(raw, rehashed(rows, index))
    return (seen,)


def drop_from_history(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    """Take a record out with its salt and close the gap everywhere."""
    index = random_.randrange(len(rows) - 1)
    seen = Witness(rows[-1]["n"], rows[-1]["hash"])
    del rows[index]
    rewritten(raw, rehashed(rows, index))
    raw.execute("DELETE FROM audit_salts WHERE n = ?", (index + 1,))
    raw.execute("UPDATE audit_salts SET n = n - 1 WHERE n > ?", (index + 1,))
    return (seen,)


def salts(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    """What opens the commitments: changed, emptied, or erased although nothing was pruned."""
    n = rows[random_.randrange(len(rows))]["n"]
    column = random_.choice(("salt", "digest"))
    match random_.randrange(3):
        case 0:
            raw.execute(f"UPDATE audit_salts SET {column} = ? WHERE n = ?", (random_.randbytes(16), n))
        case 1:
            raw.execute(f"UPDATE audit_salts SET {column} = NULL WHERE n = ?" if column == "digest" else
                        "UPDATE audit_salts SET salt = x'' WHERE n = ?", (n,))  # fmt: skip
        case _:
            raw.execute("DELETE FROM audit_salts WHERE n = ?", (n,))
    return ()


def commands(random_: random.Random, raw: sqlite3.Connection, rows: Rows) -> tuple[Witness, ...]:
    """What the log tells of: a command's record changed, gone, or no longer named."""
    query = (
        "SELECT command_id FROM audit_salts JOIN audit USING (n) JOIN referrals ON referrals.id = audit.referral_id"
        " WHERE command_id IS NOT NULL ORDER BY n"
    )
    mine = random_.choice([row[0] for row in raw.execute(query)])
    match random_.randrange(3):
        case 0:
            raw.execute("UPDATE commands SET body_hash = ? WHERE id = ?", (random_.randbytes(32), mine))
        case 1:
            raw.execute("DELETE FROM commands WHERE id = ?", (mine,))
        case _:
            raw.execute("UPDATE audit_salts SET command_id = NULL WHERE command_id = ?", (mine,))
    return ()


WAYS: Final = (edit, delete, insert, reorder, truncate, rewrite_history, drop_from_history, salts, commands)


def test_a_clean_file_passes_with_every_head_that_was_ever_seen(plain: sqlite3.Connection) -> None:
    raw = in_memory(plain)
    rows = rows_of(raw)
    report = checked(raw, *(Witness(row["n"], row["hash"]) for row in rows))
    raw.close()
    assert report.broken is None
    assert (report.records, report.opened, report.witnessed) == (len(rows), len(rows), len(rows))
    assert report.matched == sum(row["what"].startswith("command ") for row in rows)
    assert report.matched >= 20


def test_a_thousand_tamperings_are_a_thousand_found(plain: sqlite3.Connection) -> None:
    missed = []
    for number in range(TAMPERINGS):
        random_ = random.Random(SEED + number)
        way = WAYS[number % len(WAYS)]
        raw = in_memory(plain)
        heads = way(random_, raw, rows_of(raw))
        if checked(raw, *heads).broken is None:
            missed.append((SEED + number, way.__name__))
        raw.close()
    assert missed == []


def test_history_made_anew_without_a_seam_is_what_only_a_witness_can_tell(plain: sqlite3.Connection) -> None:
    """The reason why desks keep heads: without one, a log cut short passes, and so does one that was hashed anew."""
    for way in (truncate, drop_from_history):
        raw = in_memory(plain)
        rows = rows_of(raw)
        heads = way(random.Random(7), raw, rows)
        assert checked(raw).broken is None
        broken = checked(raw, *heads).broken
        assert broken is not None
        assert "witnessed" in broken.why.en
        raw.close()


def test_a_log_whose_guards_were_taken_off_does_not_pass(plain: sqlite3.Connection) -> None:
    raw = in_memory(plain)
    raw.execute("DROP TRIGGER audit_never_changes")
    broken = checked(raw).broken
    assert broken is not None
    assert (broken.n, "audit_never_changes" in broken.why.en) == (0, True)
    raw.close()


def test_a_log_that_was_emptied_is_no_log_of_a_hub_with_people(plain: sqlite3.Connection) -> None:
    raw = in_memory(plain)
    rewritten(raw, [])
    raw.execute("DELETE FROM audit_salts")
    broken = checked(raw).broken
    assert broken is not None
    assert (broken.n, "empty" in broken.why.en) == (1, True)
    raw.close()


def test_a_record_long_before_the_one_before_it_is_found_even_with_right_hashes(plain: sqlite3.Connection) -> None:
    raw = in_memory(plain)
    rows = rows_of(raw)
    rows[9]["at"] -= verify.BACK_MS + 60_000
    rewritten(raw, rehashed(rows, 9))
    broken = checked(raw).broken
    assert broken is not None
    assert broken.n == 10
    raw.close()


def test_a_hole_in_the_numbers_is_found_even_with_right_hashes(plain: sqlite3.Connection) -> None:
    raw = in_memory(plain)
    rows = rows_of(raw)
    prev = rows[9]["hash"]
    for row in rows[10:]:
        row["n"], row["prev"] = row["n"] + 1, prev
        prev = row["hash"] = chain.chained(prev, chain.record_of(argparse.Namespace(**row)))
    rewritten(raw, rows)
    raw.execute("UPDATE audit_salts SET n = -n - 1 WHERE n > 10")
    raw.execute("UPDATE audit_salts SET n = -n WHERE n < 0")
    broken = checked(raw).broken
    assert broken is not None
    assert (broken.n, "missing" in broken.why.en) == (11, True)
    raw.close()


def test_the_command_line_says_what_was_checked_and_where_it_breaks(tmp_path: Path) -> None:
    hub = TestHub(tmp_path / "hub").start()
    try:
        person = hub.person("asha")
        rid = hub.put_flag("A-1").json["referral_id"]
        person.command("note", rid, {"text": "एक"})
        head = person.get("/v1/audit/head").json
    finally:
        hub.stop()
    parser = argparse.ArgumentParser()
    parser.add_argument("--db")
    parser.add_argument("--key-file")
    verify.add_arguments(parser)
    said: list[str] = []
    good, bad = f"{head['n']}:{head['hash']}", f"{head['n']}:{'0' * 64}"
    arguments = ["--db", f"sqlite:///{hub.db}", "--head"]
    assert verify.audit_verify(parser.parse_args([*arguments, good]), said.append) == 0
    assert f"{head['n']}:{head['hash']}" in said[0]
    assert verify.audit_verify(parser.parse_args([*arguments, good, "--head", bad]), said.append) == 1
    assert f"BROKEN at record {head['n']}" in said[1]
    with pytest.raises(SystemExit):
        parser.parse_args([*arguments, "12:something"])


def test_a_log_of_an_earlier_release_is_taken_over_whole_and_goes_on(tmp_path: Path) -> None:
    """Before salts had a table of their own they stood in the chain, and the commitment was made in another way."""
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(database.__file__)).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        prev = chain.FIRST_PREV
        for n in range(1, 6):
            row: dict[str, Any] = {
                "n": n, "at": int(TWO_AM) + n, "who": "op-1", "desk": None, "what": "signed in", "referral_id": None,
                "commitment": f"{n:064x}", "prev": prev,
            }  # fmt: skip
            prev = chain.chained(prev, chain.record_of(argparse.Namespace(**row)))
            row |= {"salt": b"s" * 16, "hash": prev}
            connection.execute(
                text(f"INSERT INTO audit ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"), row
            )
        command.upgrade(config, "head")
        chain.write(Transaction(connection, TWO_AM.plus(seconds=9)), who="op-1", what="opened case")
        report = verify.verify(connection, [Witness(5, prev)])
        assert report.broken is None
        assert (report.records, report.old, report.opened) == (6, 5, 1)
        # what is old is known by its number: nobody makes a new row look like an old one
        connection.execute(text("UPDATE audit_salts SET digest = NULL WHERE n = 6"))
        broken = verify.verify(connection).broken
        assert broken is not None
        assert broken.n == 6
    engine.dispose()
