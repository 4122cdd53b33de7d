"""Checking the audit log: every record against the one before, against what it stands for, and against witnesses.

A chain alone shows a change only to whoever knows its end: who can write the file can also compute every hash anew.
That is what heads are for, which consoles saw and kept: a log that was made anew cannot contain them. A head from
before a restore may be of a record that the restore left behind: `epochs` says when that is so.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select, text

from kotaconsole.domain.errors import Bilingual
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.epochs import Line, Restore, Witness, line_of
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
_HEAD: Final = re.compile(r"(?:([^\s:]{1,100}):)?([0-9]{1,15}):([0-9a-fA-F]{64})", re.ASCII)
HOLDS: Final = 0
BROKEN: Final = 1
UNCHECKED: Final = 3
"""Exit statuses; 2 is a refusal of the command line. A head that could not be checked is none of the others: a job that
runs every night must neither cry tampering after each restore nor be kept quiet by one."""
__all__ = ["Break", "Report", "Witness", "add_arguments", "audit_verify", "table", "verify", "witness"]


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong, and the record where it shows; 0 is the log as a whole."""

    n: int
    why: Bilingual


@dataclass(slots=True)
class Report:
    """What was checked.

    Attributes:
        records: found to follow on each other. opened: commitments that hold against their digest. matched: of these,
            against the record of a command. erased: commitments whose salt went with a pruned case or a term that ran
            out. old: committed to before digests were kept. witnessed: heads found in the log.
        broken: the first break, or None. lost: heads of records that a restore left behind; they prove nothing.
        epoch: the present one, or None where the hub never ran.
    """

    records: int = 0
    opened: int = 0
    matched: int = 0
    erased: int = 0
    old: int = 0
    witnessed: int = 0
    broken: Break | None = None
    last: str = chain.FIRST_PREV
    lost: list[tuple[Witness, Restore]] = field(default_factory=list)
    epoch: str | None = None


class _Broken(Exception):
    def __init__(self, n: int, en: str, hi: str) -> None:
        super().__init__(en)
        self.broken = Break(n, Bilingual(en=en, hi=hi))


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
        named = ", ".join(missing)
        raise _Broken(0, f"the log's guards were taken off: {named}", f"अभिलेख के पहरे हटाए गए: {named}")


def _chain(connection: Connection, report: Report, heads: tuple[Witness, ...]) -> None:
    wanted: dict[int, set[Witness]] = {}
    for head in heads:
        wanted.setdefault(head.n, set()).add(head)
    line = line_of(connection)
    report.epoch = line.present
    old, erased = counters.peek(connection, BEFORE_SALTS), counters.peek(connection, ERASED)
    before: Any = None
    for row in _rows(connection):
        n = report.records + 1
        _link(row, before, n, report.last)
        for seen in wanted.pop(n, ()):
            if seen.hash == row.hash:
                report.witnessed += 1
            else:
                _missed(report, line, seen, "this is not the record that was witnessed",
                        "यह वह अभिलेख नहीं है जो देखा गया था")  # fmt: skip
        _opened(row, report, n, old, erased)
        report.records, report.last, before = n, row.hash, row
    if not report.records and _has_lived(connection):
        raise _Broken(1, "the log is empty, and whoever was added to this hub stands in it",
                      "अभिलेख खाली है, जबकि इस हब में जोड़ा गया हर व्यक्ति उसमें होता है")  # fmt: skip
    end = report.records
    for seen in (head for n in sorted(wanted) for head in wanted[n]):
        _missed(report, line, seen, f"a record that was witnessed is missing: the log ends at {end}",
                f"देखा गया अभिलेख नहीं है: अभिलेख {end} पर समाप्त होता है")  # fmt: skip
    stray = select(audit_salts.c.n).where(audit_salts.c.n > report.records).limit(1)
    if (beyond := connection.execute(stray).scalar()) is not None:
        raise _Broken(int(beyond), f"a commitment without its record: the log ends at {end}",
                      f"प्रमाण है पर उसका अभिलेख नहीं: अभिलेख {end} पर समाप्त होता है")  # fmt: skip


def _missed(report: Report, line: Line, seen: Witness, en: str, hi: str) -> None:
    """A head that is not in the log: left behind by a restore that is told, or a break."""
    if (restore := line.left_behind(seen)) is not None:
        report.lost.append((seen, restore))
        return
    if seen.epoch is None and line.restores:
        last = line.restores[-1]
        en += (f"; if it was seen before the restore at record {last.n} ({last.at.iso()}), give its epoch with it, as"
               " EPOCH:N:HASH")  # fmt: skip
        hi += f"; यदि वह अभिलेख {last.n} की बहाली ({last.at.iso()}) से पहले देखा गया था, तो उसका युग भी दें: EPOCH:N:HASH"
    elif seen.epoch != line.present and seen.epoch is not None:
        en += "; it was seen under another epoch, but no restore in the log explains that it is gone"
        hi += "; वह दूसरे युग में देखा गया था, पर अभिलेख की किसी बहाली से उसका न होना समझ नहीं आता"
    raise _Broken(seen.n, en, hi)


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
        raise _Broken(n, f"the next record is {row.n!r}: one is missing, doubled or misplaced",
                      f"अगला अभिलेख {row.n!r} है: कोई अभिलेख नहीं है, दोहरा है या गलत जगह है")  # fmt: skip
    if row.prev != prev:
        raise _Broken(n, "it does not follow on the record before", "यह पिछले अभिलेख के बाद का नहीं है")
    try:
        hashed = chain.chained(row.prev, chain.record_of(row))
    except (ArithmeticError, TypeError, ValueError):
        raise _Broken(n, "it is no record", "यह कोई अभिलेख नहीं है") from None
    if hashed != row.hash:
        raise _Broken(n, "its content is not what was hashed", "इसमें वह नहीं है जिसका हैश लिया गया था")
    if before is not None and row.at < before.at - BACK_MS:
        raise _Broken(n, "it is said to have happened long before the record before it",
                      "इसका समय पिछले अभिलेख से बहुत पहले का बताया गया है")  # fmt: skip


def _opened(row: Any, report: Report, n: int, old: int, erased: int) -> None:
    """Hold a commitment against what it stands for, as far as that still exists."""
    if row.salted is None:
        # a case's salts go when it is pruned, and no sooner; those of no case when their term is over
        if row.pruned_at is None and (row.case is not None or n > erased):
            raise _Broken(n, "the salt of its commitment is missing, and nothing was pruned here",
                          "इसके प्रमाण का नमक नहीं है, जबकि यहाँ कुछ हटाया नहीं गया")  # fmt: skip
        report.erased += 1
        return
    if n <= old and row.digest is None:
        report.old += 1
        return
    if not isinstance(row.salt, bytes) or not isinstance(row.digest, bytes):
        raise _Broken(n, "its commitment cannot be opened", "इसका प्रमाण खोला नहीं जा सकता")
    if chain.commitment(row.salt, row.digest) != row.commitment:
        raise _Broken(n, "its commitment does not hold", "इसका प्रमाण सही नहीं बैठता")
    report.opened += 1
    if (row.command_id is not None) != row.what.startswith("command "):
        raise _Broken(n, "its commitment names no command, or one it should not",
                      "इसका प्रमाण कोई कमांड नहीं बताता, या ऐसी जो नहीं होनी चाहिए")  # fmt: skip
    if row.command is not None:
        if row.body_hash != row.digest:
            raise _Broken(n, "the command on record is not the one that was committed to",
                          "दर्ज कमांड वह नहीं है जिसका प्रमाण लिया गया था")  # fmt: skip
        report.matched += 1
    elif row.command_id is not None and row.case is not None and row.pruned_at is None:
        raise _Broken(n, "the record of its command is missing, and its case was not pruned",
                      "इसकी कमांड दर्ज नहीं है, जबकि इसका प्रकरण हटाया नहीं गया")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `kotaconsole hub audit verify` takes beside `--db`."""
    parser.add_argument(
        "--head", action="append", default=[], type=witness, metavar="EPOCH:N:HASH",
        help="देखा गया अभिलेख, या केवल N:HASH; कई बार दिया जा सकता है। बहाली से पहले देखा गया हो तो उसका युग भी दें, नहीं तो"
        " उसका न होना टूटना बताया जाएगा / a record somebody saw, or N:HASH alone; may be given again. With one from"
        " before a restore give its epoch, or that it is gone is told as a break",
    )  # fmt: skip


def witness(word: str) -> Witness:
    """`N:HASH` or `EPOCH:N:HASH` as it was typed.

    Raises:
        ArgumentTypeError: it is something else.
    """
    found = _HEAD.fullmatch(word.strip())
    if found is None:
        raise argparse.ArgumentTypeError(
            "[युग:]संख्या:हैश (64 अंक) / [epoch:]number:hash (64 hexadecimal digits)"
        )  # fmt: skip
    return Witness(int(found[2]), found[3].lower(), found[1])


def audit_verify(asked: argparse.Namespace, say: Callable[[str], None] = print) -> int:
    """`kotaconsole hub audit verify`: `HOLDS`, `BROKEN` after the first break, or `UNCHECKED`.

    Raises:
        EnvironmentFault: the file cannot be opened.
    """
    database = open_database(asked.db, asked.key_file, create=False)
    try:
        with database.reader.begin() as connection:
            report = verify(connection, asked.head)
    finally:
        database.close()
    say(table(report))
    if report.broken is not None:
        return BROKEN
    return UNCHECKED if report.lost else HOLDS


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
        # with its epoch, so that whoever keeps this line keeps a head that outlives a restore
        epoch = "" if report.epoch is None else f"{report.epoch}:"
        lines.append(f"ठीक है / holds: {epoch}{report.records}:{report.last}")
        lines += [_unchecked(seen, restore).both() for seen, restore in report.lost]
    else:
        broken = report.broken
        lines.append(f"टूटा हुआ: अभिलेख {broken.n}: {broken.why.hi}")
        lines.append(f"BROKEN at record {broken.n}: {broken.why.en}")
    return "\n".join(lines)


def _unchecked(seen: Witness, restore: Restore) -> Bilingual:
    at = restore.at.iso()
    return Bilingual(
        en=f"NOT CHECKED: record {seen.n} was seen under an earlier epoch ({seen.epoch}), and the restore at record"
        f" {restore.n} ({at}) went back behind it. If your site went back to a backup then, that is why it is gone,"
        " and the hub is as safe as before; check with a head that was seen since. If nobody did, records were cut off:"
        " keep the file and tell the auditor.",
        hi=f"जाँचा नहीं जा सका: अभिलेख {seen.n} पहले के युग ({seen.epoch}) में देखा गया था, और अभिलेख {restore.n} की बहाली ({at})"
        " उससे पीछे गई। यदि आपकी साइट तब बैकअप पर लौटी थी, तो वह इसी कारण नहीं है, और हब पहले जैसा सुरक्षित है; उसके बाद देखे गए"
        " अभिलेख से जाँचें। यदि कोई नहीं लौटा था, तो अभिलेख काटे गए हैं: फ़ाइल रखें और लेखा-परीक्षक को बताएँ।",
    )
