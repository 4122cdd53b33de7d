"""Checking the audit log: every record against the one before, against what it stands for, and against witnesses.

A chain alone shows a change only to whoever knows its end: who can write the file can also compute every hash anew.
That is what heads are for, which consoles saw and kept: a log that was made anew cannot contain them.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select, text

from kotaconsole.hub.audit import chain
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.tables import audit, audit_salts, commands, pruned, referrals, users

BACK_MS: Final = 60 * 60 * 1000
"""How far a record may lie before the one before it: a clock set right is moved by seconds, seldom by minutes."""
GUARDS: Final = ("audit_never_changes", "audit_never_shrinks", "audit_only_grows")
BEFORE_SALTS: Final = "audit-before-salts"
"""Counter: the last record that was committed to before digests were kept."""
ERASED: Final = "audit-salts-erased"
"""Counter: up to this record the salts of what belongs to no case were erased, because their term was over."""
_HEAD: Final = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Witness:
    """A record somebody saw: its number and hash."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong, and the record where it shows; 0 is the log as a whole."""

    n: int
    why: str


@dataclass(slots=True)
class Report:
    """What was checked.

    Attributes:
        records: found to follow on each other. opened: commitments that hold against their digest. matched: of these,
            against the record of a command. erased: commitments whose salt went with a pruned case or a term that ran
            out. old: committed to before digests were kept. witnessed: heads found in the log.
        broken: the first break, or None.
    """

    records: int = 0
    opened: int = 0
    matched: int = 0
    erased: int = 0
    old: int = 0
    witnessed: int = 0
    broken: Break | None = None
    last: str = chain.FIRST_PREV


class _Broken(Exception):
    def __init__(self, n: int, why: str) -> None:
        super().__init__(why)
        self.broken = Break(n, why)


def verify(connection: Connection, heads: Iterable[Witness] = (), *, guarded: bool = True) -> Report:
    """Check the whole log; stops at the first break.

    Args:
        connection: one consistent view of the database.
        heads: what others saw of the log.
        guarded: also ask for the triggers that keep the log from being changed.
    """
    report = Report()
    try:
        if guarded:
            _guards(connection)
        _chain(connection, report, tuple(heads))
    except _Broken as found:
        report.broken = found.broken
    return report


def _has_lived(connection: Connection) -> bool:
    """Whether anybody was ever added, which is always recorded."""
    return connection.execute(select(users.c.id).limit(1)).first() is not None


def _guards(connection: Connection) -> None:
    there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    missing = [name for name in GUARDS if name not in there]
    if missing:
        raise _Broken(0, f"the log's guards were taken off: {', '.join(missing)}")


def _chain(connection: Connection, report: Report, heads: tuple[Witness, ...]) -> None:
    wanted: dict[int, set[str]] = {}
    for head in heads:
        wanted.setdefault(head.n, set()).add(head.hash)
    old, erased = counters.peek(connection, BEFORE_SALTS), counters.peek(connection, ERASED)
    before: Any = None
    for row in _rows(connection):
        n = report.records + 1
        _link(row, before, n, report.last)
        for seen in wanted.pop(n, ()):
            if seen != row.hash:
                raise _Broken(n, "this is not the record that was witnessed")
            report.witnessed += 1
        _opened(row, report, n, old, erased)
        report.records, report.last, before = n, row.hash, row
    if not report.records and _has_lived(connection):
        raise _Broken(1, "the log is empty, and whoever was added to this hub stands in it")
    for n in sorted(wanted):
        raise _Broken(n, f"a record that was witnessed is missing: the log ends at {report.records}")
    stray = select(audit_salts.c.n).where(audit_salts.c.n > report.records).limit(1)
    if (beyond := connection.execute(stray).scalar()) is not None:
        raise _Broken(int(beyond), f"a commitment without its record: the log ends at {report.records}")


def _rows(connection: Connection) -> Iterator[Any]:
    query = (
        select(
            audit, audit_salts.c.n.label("salted"), audit_salts.c.salt, audit_salts.c.digest, audit_salts.c.command_id,
            commands.c.id.label("command"), commands.c.body_hash, commands.c.referral_id.label("command_case"),
            pruned.c.at.label("pruned_at"), referrals.c.id.label("case"),
        )
        .join(audit_salts, audit_salts.c.n == audit.c.n, isouter=True)
        .join(commands, commands.c.id == audit_salts.c.command_id, isouter=True)
        .join(pruned, pruned.c.referral_id == audit.c.referral_id, isouter=True)
        .join(referrals, referrals.c.id == audit.c.referral_id, isouter=True)
        .order_by(audit.c.n)
    )  # fmt: skip
    yield from connection.execution_options(yield_per=1000).execute(query)


def _link(row: Any, before: Any, n: int, prev: str) -> None:
    if row.n != n:
        raise _Broken(n, f"the next record is {row.n!r}: one is missing, doubled or misplaced")
    if row.prev != prev:
        raise _Broken(n, "it does not follow on the record before")
    try:
        hashed = chain.chained(row.prev, chain.record_of(row))
    except (ArithmeticError, TypeError, ValueError):
        raise _Broken(n, "it is no record") from None
    if hashed != row.hash:
        raise _Broken(n, "its content is not what was hashed")
    if before is not None and row.at < before.at - BACK_MS:
        raise _Broken(n, "it is said to have happened long before the record before it")


def _opened(row: Any, report: Report, n: int, old: int, erased: int) -> None:
    """Hold a commitment against what it stands for, as far as that still exists."""
    if row.salted is None:
        # a case's salts go when it is pruned, and no sooner; those of no case when their term is over
        if row.pruned_at is None and (row.case is not None or n > erased):
            raise _Broken(n, "the salt of its commitment is missing, and nothing was pruned here")
        report.erased += 1
        return
    if n <= old and row.digest is None:
        report.old += 1
        return
    if not isinstance(row.salt, bytes) or not isinstance(row.digest, bytes):
        raise _Broken(n, "its commitment cannot be opened")
    if chain.commitment(row.salt, row.digest) != row.commitment:
        raise _Broken(n, "its commitment does not hold")
    report.opened += 1
    if (row.command_id is not None) != row.what.startswith("command "):
        raise _Broken(n, "its commitment names no command, or one it should not")
    if row.command is not None:
        if row.body_hash != row.digest:
            raise _Broken(n, "the command on record is not the one that was committed to")
        report.matched += 1
    elif row.command_id is not None and row.case is not None and row.pruned_at is None:
        raise _Broken(n, "the record of its command is missing, and its case was not pruned")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `kotaconsole hub audit verify` takes beside `--db`."""
    parser.add_argument(
        "--head", action="append", default=[], type=witness, metavar="N:HASH",
        help="देखा गया अभिलेख / a record somebody saw; may be given again",
    )  # fmt: skip


def witness(word: str) -> Witness:
    """`N:HASH` as it was typed.

    Raises:
        ArgumentTypeError: it is something else.
    """
    found = _HEAD.fullmatch(word.strip().lower())
    if found is None:
        raise argparse.ArgumentTypeError("संख्या:हैश (64 अंक) / number:hash (64 hexadecimal digits)")
    return Witness(int(found[1]), found[2])


def audit_verify(asked: argparse.Namespace, say: Callable[[str], None] = print) -> int:
    """`kotaconsole hub audit verify`: 0 when all holds, 1 after the first break.

    Raises:
        EnvironmentFault: the file cannot be opened.
    """
    database = open_database(asked.db, asked.key_file)
    try:
        with database.reader.begin() as connection:
            report = verify(connection, asked.head)
    finally:
        database.close()
    say(table(report))
    return 0 if report.broken is None else 1


def table(report: Report) -> str:
    """What was checked, for people."""
    rows = (
        ("क्रम में अभिलेख / records in order", report.records),
        ("जाँचे गए प्रमाण / commitments that hold", report.opened),
        ("कमांड से मिलाए गए / held against the command", report.matched),
        ("मिटाए गए नमक / salts erased on schedule", report.erased),
        ("पुराने प्रकार के / of the older kind", report.old),
        ("देखे गए अभिलेख मिले / witnessed records found", report.witnessed),
    )
    lines = [f"{number:>10}  {name}" for name, number in rows]
    if report.broken is None:
        lines.append(f"ठीक है / holds: {report.records}:{report.last}")
    else:
        lines.append(f"टूटा हुआ: अभिलेख {report.broken.n} / BROKEN at record {report.broken.n}: {report.broken.why}")
    return "\n".join(lines)
