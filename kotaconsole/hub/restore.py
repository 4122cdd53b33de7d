"""Going back to a backup.

What was written since the backup is not in it, but at the desks: under the new epoch every console reads its list anew
and offers again what it entered. Numbers are skipped, because those given since the backup stand on paper somewhere.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.epochs import WHAT, WHO
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage import cipher, counters
from kotaconsole.hub.storage import tables as t
from kotaconsole.hub.storage.backup import facts_of, inspect, newer, no_backup, unfit
from kotaconsole.hub.storage.database import SIDES, clear, file_of, lock, open_database, whole
from kotaconsole.hub.storage.keys import key_path, read_key, settle
from kotaconsole.hub.storage.writer import Transaction

SKIPPED_CASES: Final = 1_000
SKIPPED_DESKS: Final = 100
SKIPPED_BEATS: Final = 100_000_000
"""Six years of beats: the number never runs backwards, whatever was lost."""
DESKS: Final = ("desk", "source-desk")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done.

    Attributes:
        epoch: the new one. until: how far the backup goes (RFC 3339). aside: where the replaced file is kept.
    """

    epoch: str
    until: str
    aside: Path | None


def restore(url: str, key_file: Path | None, source: Path, now: Instant) -> Restored:
    """Put a backup in the place of the hub's file, which is kept beside it.

    Either the backup is whole in its place, with the new epoch in it, or the old file still is.

    Raises:
        EnvironmentFault: `hub-already-running`, `hub-key-...`, `hub-backup-missing`, `hub-backup-unfit`,
            `hub-backup-newer`, `hub-database`; nothing was changed.
    """
    path = file_of(url)
    held = lock(path)
    try:
        at = key_path(path, key_file)
        key = read_key(at)
        _fit(source, key)
        draft = path.with_name(f"{path.name}.restoring")
        clear(draft)
        try:
            shutil.copyfile(source, draft)
            draft.chmod(0o600)
            # what does not open is kept just as it is, with its log: looking closer could change both
            readable = path.exists() and cipher.fits(path, key)
            replaced = facts_of(path, key) if readable else {}
            epoch, until = _begin_anew(draft, at, replaced, now)
            if readable:
                _fold(path, key)
            aside = _swap(path, draft, now)
        except (*cipher.ERRORS, DatabaseError) as error:
            raise _failed(type(error).__name__) from None
        except EnvironmentFault as fault:
            raise (newer(source) if fault.code == "hub-newer" else fault) from None
        finally:
            clear(draft)
    finally:
        os.close(held)
    return Restored(epoch, until, aside)


def _fit(source: Path, key: bytes) -> None:
    """Look at a backup before anything is touched."""
    try:
        if not source.is_file():
            raise no_backup(source)
        if cipher.is_plain(source) or not cipher.fits(source, key):
            raise unfit("no encrypted file")
    except OSError:
        raise no_backup(source) from None
    inspect(source, key)


def _begin_anew(draft: Path, key_at: Path, replaced: dict[str, Any], now: Instant) -> tuple[str, str]:
    database = open_database(str(draft), key_at, create=False)
    try:
        with database.writer.begin() as connection:
            tx = Transaction(connection, now)
            until = connection.execute(select(func.max(t.audit.c.at))).scalar()
            ended = _facts(connection)
            epoch = _new_epoch(connection, ended, replaced, now)
            _skip(connection, int(replaced.get("beat", 0)), until, now)
            chain.write(tx, who=WHO, what=WHAT, content=f"{ended['epoch']} {epoch}".encode())
    finally:
        database.close()
    whole(draft)
    return epoch, Instant(until or 0).iso()


def _facts(connection: Connection) -> dict[str, str]:
    found = {row.name: row.value for row in connection.execute(select(t.facts))}
    if "epoch" not in found:
        raise unfit("a hub that never ran")
    return found


def _new_epoch(connection: Connection, ended: dict[str, str], replaced: dict[str, Any], now: Instant) -> str:
    """Begin an epoch, and remember all that ever were, also those that began after the backup."""
    past = {row.epoch: int(row.began_at) for row in connection.execute(select(t.epochs))}
    past |= {str(epoch): int(began) for epoch, began in replaced.get("past", ())}
    for facts in (ended, replaced):
        if "epoch" in facts:
            past[facts["epoch"]] = int(Instant.parse(facts["epoch_began"]))
    connection.execute(delete(t.epochs))
    connection.execute(insert(t.epochs), [{"epoch": epoch, "began_at": began} for epoch, began in past.items()])
    fresh = new_id(now)
    for name, value in (("epoch", fresh), ("epoch_began", now.iso())):
        connection.execute(update(t.facts).where(t.facts.c.name == name).values(value=value))
    return fresh


def _skip(connection: Connection, beat: int, until: int | None, now: Instant) -> None:
    """Leave out the numbers that were given since the backup, and are known to others."""
    first = Instant(until or int(now)).ist().year
    years = {f"case-{year}" for year in range(min(first, now.ist().year), now.ist().year + 1)}
    known = set(connection.execute(select(t.counters.c.name).where(t.counters.c.name.like("case-%"))).scalars())
    for name in years | known:
        _raise(connection, name, counters.peek(connection, name) + SKIPPED_CASES)
    for name in DESKS:
        _raise(connection, name, counters.peek(connection, name) + SKIPPED_DESKS)
    _raise(connection, "beat", max(beat, counters.peek(connection, "beat")) + SKIPPED_BEATS)


def _raise(connection: Connection, name: str, value: int) -> None:
    connection.execute(delete(t.counters).where(t.counters.c.name == name))
    connection.execute(insert(t.counters).values(name=name, value=value))


def _swap(path: Path, draft: Path, now: Instant) -> Path | None:
    """Take the name over; the old file keeps one of its own, and at no moment is there no file."""
    aside = None
    left = [path.with_name(path.name + side) for side in SIDES]
    # a log without its file is kept too: under the new file it would be taken for that one's
    if path.exists() or any(log.exists() for log in left):
        aside = _free_name(path.with_name(f"{path.name}.before-{now.ist():%Y%m%dT%H%M%S}"))
        if path.exists():
            os.link(path, aside)
        for log, side in zip(left, SIDES, strict=True):
            with contextlib.suppress(FileNotFoundError):
                log.rename(aside.with_name(aside.name + side))
    draft.replace(path)
    settle(path.parent)
    return aside


def _free_name(wanted: Path) -> Path:
    """A name nobody has: two restores within a second keep two files."""
    name, number = wanted, 1
    while name.exists():
        number += 1
        name = wanted.with_name(f"{wanted.name}-{number}")
    return name


def _fold(path: Path, key: bytes) -> None:
    """Fold a log that a killed hub left into its file."""
    with contextlib.suppress(*cipher.ERRORS):
        connection = cipher.connect(path, key)
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        finally:
            connection.close()


def _failed(technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-database",
        Bilingual(
            en="The backup could not be put back. The hub's database was left as it is. Check the folder, the rights"
            " and the free space, which has to hold the database twice.",
            hi="बैकअप लौटाया नहीं जा सका। हब का डेटाबेस वैसा ही है। फ़ोल्डर, अनुमति और खाली जगह जाँचें, जिसमें डेटाबेस दो बार"
            " आना चाहिए।",
        ),
        technical,
    )
