"""Opening and closing the desk's store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kotaconsole.domain.clock import Clock
from kotaconsole.store import rows
from kotaconsole.store import tables as t
from kotaconsole.store.commands import Commands
from kotaconsole.store.engine import File, open_cache, open_outbox
from kotaconsole.store.queries import Queries
from kotaconsole.store.writer import Listener, Writer

STALE_AFTER_S: Final = 900.0
"""A place older than 15 minutes is shown as stale; a site may say otherwise."""


@dataclass(frozen=True, slots=True)
class Store:
    """What this desk keeps.

    Attributes:
        commands: everything that is written; queries: everything that is read.
        workstation: the id of this desk, made with its outbox.
    """

    commands: Commands
    queries: Queries
    workstation: str
    _writer: Writer
    _files: tuple[File, File]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change after its commit; calling the answer ends it.

        Thread: the listener is called on "store-writer", must be quick and must not write itself.
        """
        return self._writer.subscribe(listener)

    def close(self) -> None:
        """Finish the writes under way, then close both files. Later writes raise `store-closed`."""
        self._writer.close()
        for file in self._files:
            file.close()


def open_store(folder: Path, key: bytes, *, clock: Clock, stale_after_s: float = STALE_AFTER_S) -> Store:
    """Open outbox.db and cache.db of a desk, or make them where there is no outbox yet.

    Args:
        folder: the desk's folder; it exists.
        key: 32 random bytes.
        clock: tells the time of entries.
        stale_after_s: age in seconds after which a place counts as stale.

    Raises:
        EnvironmentFault: `store-key-wrong`, `store-newer`, `store-unusable`; no existing outbox was touched.
    """
    outbox = open_outbox(folder / "outbox.db", key)
    try:
        cache = open_cache(folder / "cache.db", key)
    except BaseException:
        outbox.close()
        raise
    workstation = _workstation(outbox, clock)
    _settle(outbox, cache)
    writer = Writer()
    commands = Commands(writer, outbox, cache, clock, workstation)
    queries = Queries(outbox, cache, workstation, stale_after_s)
    commands.void_unprinted()
    commands.forget_old()
    return Store(commands, queries, workstation, writer, (outbox, cache))


def _workstation(outbox: File, clock: Clock) -> str:
    """The id of this desk: made once, and the same as long as the file lives."""
    with outbox.writer.begin() as connection:
        minted = {"name": "workstation", "value": rows.uuid7(clock.now())}
        connection.execute(upsert(t.desk).values(**minted).on_conflict_do_nothing())
        found: str = connection.execute(select(t.desk.c.value).where(t.desk.c.name == "workstation")).scalar_one()
    return found


def _settle(outbox: File, cache: File) -> None:
    """Mark commands whose event was stored just before a crash could mark them."""
    with outbox.reader.begin() as connection:
        open_ids = connection.execute(select(t.command.c.command_id).where(t.command.c.settled == 0)).scalars().all()
    with cache.reader.begin() as connection:
        asked = select(t.event.c.command_id).where(t.event.c.command_id.is_not(None))
        here = set(connection.execute(asked).scalars().all()) if open_ids else set()
    found = [one for one in open_ids if one in here]
    if found:
        with outbox.writer.begin() as connection:
            for one in found:
                connection.execute(update(t.command).where(t.command.c.command_id == one).values(settled=1))
