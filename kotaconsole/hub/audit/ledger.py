"""Audit rows of requests that write nothing else: looks at cases, refusals, failed sign-ins.

Many readers share one transaction, so that a look costs at most one write in the queue. The answer waits for that
commit, but not for ever: with a full disk or a held-up writer a case must still open, and the row follows as soon as
the writer can.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Clock
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.chain import Entry
from kotaconsole.hub.audit.repeats import EVERY_S, Repeats
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import users
from kotaconsole.hub.storage.writer import Transaction, Writer

log = logging.getLogger(__name__)

PATIENCE_S: Final = 2.0
"""How long an answer waits for its audit row; a desk's own time-out is 10 s."""
KEPT: Final = 10_000
"""Rows held in memory while the writer cannot write; what comes after them is counted, and the count is written."""
PER_PERSON: Final = 30
PER_ADDRESS: Final = 20
PER_NAME: Final = 5
STRANGERS: Final = 60
"""Refusals in a minute that get a row of their own: of one signed-in person, of one address, of one name at one
address, of all who are not signed in. A hundred thousand guesses a minute are then some sixty rows and a count."""
SESSIONS: Final = 20_000
"""Sessions remembered for `once`; when there are more, all are forgotten and told once more."""
NOBODY: Final = "not signed in"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was refused: by whom it was asked, where, and the problem's code.

    Attributes:
        name: a sign-in name that was tried. It is looked up when the row is written, and if nobody has it it is not
            kept: people type passwords there.
    """

    what: str
    who: str = NOBODY
    desk: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    name: str | None = None


@dataclass(slots=True)
class _Batch:
    rows: list[_Row]
    task: asyncio.Task[None] | None = None


class Ledger:
    """Writes rows for whoever only reads or is refused.

    Thread: the event loop's; the rows themselves are written on the writer's.
    """

    def __init__(self, writer: Writer, clock: Clock, *, patience_s: float = PATIENCE_S) -> None:
        self._writer = writer
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._open: _Batch | None = None
        self._left: list[_Row] = []
        self._lost = 0
        self._told: set[tuple[str, str]] = set()
        self._repeats: Repeats[Refusal] = Repeats(clock, Refusal("refused: other requests"))
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    @property
    def unwritten(self) -> int:
        """Rows that could not be written yet."""
        return len(self._left) + self._lost

    async def looked(self, bearer: Bearer, what: str, referral_id: str | None = None, content: bytes = b"") -> None:
        """Record a look at a case, a search, a report; when this returns it is in the log, or follows later."""
        await self._write(_Row(Entry(bearer.operator.id, what, bearer.desk, referral_id, content)))

    async def once(self, bearer: Bearer, what: str) -> None:
        """Record something that is done again and again, once per session."""
        if self._first(bearer, what):
            await self.looked(bearer, what)

    def reads_feed(self, bearer: Bearer, unit: str) -> None:
        """Record once per session that a feed is read from now on; a poll does not wait for the row."""
        if self._first(bearer, unit):
            self._add(_Row(Entry(bearer.operator.id, f"reads feed {unit}", bearer.desk)))

    async def refused(self, refusal: Refusal, *, address: str, referral_id: str | None = None) -> None:
        """Record a refusal, within bounds."""
        bounds: list[tuple[Hashable, int]] = (
            [((refusal.name, address), PER_NAME), ((address,), PER_ADDRESS), ((), STRANGERS)]
            if refusal.who == NOBODY
            else [(refusal.who, PER_PERSON)]
        )
        if self._repeats.over():
            self._tell_counts()
        self._wind()
        if self._repeats.admit(refusal, bounds):
            await self._write(_row(refusal, refusal.what, referral_id))

    async def stop(self) -> None:
        """Write what is left; the writer must still run."""
        if self._timer is not None:
            self._timer.cancel()
        self._tell_counts()
        self._again()
        if self._running:
            await asyncio.wait(self._running)
        if self._left:
            log.error("%d audit rows could not be written before the hub stopped", self.unwritten)

    def _first(self, bearer: Bearer, what: str) -> bool:
        key = (bearer.family, what)
        if key in self._told:
            return False
        if len(self._told) >= SESSIONS:
            self._told.clear()
        self._told.add(key)
        return True

    def _wind(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._minute)

    def _minute(self) -> None:
        self._timer = None
        self._tell_counts()
        self._again()

    def _again(self) -> None:
        """Try what could not be written, although nobody may ask for anything any more."""
        if self.unwritten and self._open is None:
            self._begin()

    def _tell_counts(self) -> None:
        for refusal, count in self._repeats.counted():
            self._add(_row(refusal, f"{refusal.what}, {count} more within a minute"))

    async def _write(self, row: _Row) -> None:
        task = self._add(row)
        await asyncio.wait([task], timeout=self._patience_s)
        if task.done():
            task.result()

    def _add(self, row: _Row) -> asyncio.Task[None]:
        with self._lock:
            batch = self._open
            if batch is not None and batch.task is not None:
                batch.rows.append(row)
                return batch.task
        return self._begin(row)

    def _begin(self, *rows: _Row) -> asyncio.Task[None]:
        batch = _Batch(list(rows))
        task = batch.task = asyncio.get_running_loop().create_task(self._send(batch), name="hub-ledger")
        with self._lock:
            self._open = batch
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _send(self, batch: _Batch) -> None:
        left, lost = self._left, self._lost
        self._left, self._lost = [], 0
        try:
            await self._writer.run(partial(self._job, batch=batch, left=left, lost=lost))
        except Refused:
            # one that was under way may still be committed: a look is then in the log twice, never not at all
            self._close(batch)
            waiting = [*left, *map(_late, batch.rows), *self._left]
            self._left = waiting[:KEPT]
            self._lost += lost + len(waiting) - len(self._left)
            log.warning("audit rows that wait for the writer: %d", self.unwritten)
            self._wind()

    def _job(self, tx: Transaction, batch: _Batch, left: list[_Row], lost: int) -> None:
        self._close(batch)
        entries = [_resolved(tx.connection, row) for row in (*left, *batch.rows)]
        if lost:
            entries.append(Entry("hub", f"{lost} rows of looks and refusals could not be kept"))
        chain.write_all(tx, entries)

    def _close(self, batch: _Batch) -> None:
        """Nobody joins this batch any more."""
        with self._lock:
            if self._open is batch:
                self._open = None


def _row(refusal: Refusal, what: str, referral_id: str | None = None) -> _Row:
    return _Row(Entry(refusal.who, what, refusal.desk, referral_id), refusal.name)


def _late(row: _Row) -> _Row:
    return replace(row, entry=replace(row.entry, what=f"{row.entry.what} (written later)"))


def _resolved(connection: Connection, row: _Row) -> Entry:
    if row.name is None:
        return row.entry
    known = connection.execute(select(users.c.id).where(users.c.username == row.name)).scalar()
    return row.entry if known is None else replace(row.entry, who=str(known))
