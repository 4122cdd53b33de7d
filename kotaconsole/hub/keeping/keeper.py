"""One night's work: cases are pruned, feeds cut and bookkeeping trimmed, and what was erased leaves the disk.

Everything is done in small transactions with a rest between them, so that a red flag that comes in at four in the
morning waits for some milliseconds and no more. A run that is broken off is simply done again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.hub.audit.verify import ERASED
from kotaconsole.hub.cases import records
from kotaconsole.hub.cases.placing import Placed
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.keeping import cutting, erasing, trimming
from kotaconsole.hub.keeping.cutting import Place
from kotaconsole.hub.keeping.erasing import Term
from kotaconsole.hub.logs import places
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Site
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import facts
from kotaconsole.hub.storage.writer import Transaction, Writer

log = logging.getLogger(__name__)

TRAINING_DAYS: Final = 14
"""Days a closed drill is kept: longer than any stub of it (7), shorter than a case with a person in it."""
FEED_DAYS: Final = 30
"""Days a feed goes back; a console that was away for longer takes the snapshot anyway."""
PAGE: Final = 50
SALTS: Final = 2_000
"""Audit rows looked at in one transaction."""
REST_S: Final = 0.05
"""Between two transactions, for whoever waits."""
TRIES: Final = 20
"""How often the log is asked to empty itself; a reader in its midst keeps it from doing so."""
LAST: Final = "kept-at"
"""Counter: when the work was last done, in milliseconds."""
LOOK_S: Final = 60.0
BROKEN_S: Final = 3600.0
"""Seconds until work that a mistake of ours broke off is tried again: often enough, and the log stays readable."""
AGAIN_H: Final = 12
OVERDUE_H: Final = 36
"""Hours: the quiet hour counts once a day; a hub that was off in every quiet hour does it whenever it runs."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one run did; `emptied`: the write-ahead log was truncated."""

    pruned: int
    emptied: bool


@dataclass(frozen=True, slots=True)
class Works:
    """What the keeper works with, as the hub has it now: a site changes its settings while the hub runs."""

    site: Callable[[], Site]
    scope: Callable[[], Scope]
    publish: Callable[[Sequence[Placed]], None]
    cut: cutting.Cut


class Keeper:
    """Keeps what has to be kept, and nothing else.

    Thread: the event loop's.
    """

    def __init__(self, writer: Writer, readers: Readers, reader: Engine, clock: Clock, works: Works) -> None:
        """`reader` is the engine whose connections cannot write; emptying the log needs no more."""
        self._writer = writer
        self._readers = readers
        self._engine = reader
        self._clock = clock
        self._works = works

    async def keep_for_ever(self) -> None:
        """Do the work once a day at the site's quiet hour, until cancelled."""
        while True:
            pause = LOOK_S
            try:
                last = await self._readers.run(kept_at)
                if is_time(self._clock.now(), last, self._works.site().retention_hour):
                    done = await self.run()
                    log.info("kept in order: %d cases pruned, log emptied: %s", done.pruned, done.emptied)
            except Refused as refused:
                log.warning("nothing is pruned at the moment: %s", refused.code)
            except Exception as error:  # noqa: BLE001 - told in the log and by `kept_at`; other nights must come
                log.error("the night's work was broken off: %s", places(error))  # noqa: TRY400
                pause = BROKEN_S
            await asyncio.sleep(pause)

    async def run(self) -> Done:
        """Prune and cut what is over now.

        Raises:
            Refused: the database cannot be read or written at the moment; what was done stays done.
        """
        now, site = self._clock.now(), self._works.site()
        kept_days = site.retained_days
        term = Term(now.plus(days=-kept_days), now.plus(days=-min(kept_days, TRAINING_DAYS)))
        for place in await self._readers.run(lambda connection: cutting.places_before(connection, _feed_end(now))):
            await self._cut(place)
        count = await self._prune(term)
        await self._loose_salts(term.real)
        await self._writer.run(records.drop_old)
        await self._trim(trimming.ends(now, kept_days))
        emptied = await self._empty_log()
        await self._writer.run(lambda tx: counters.put(tx.connection, LAST, int(now)))
        return Done(count, emptied)

    async def _prune(self, term: Term) -> int:
        count, after = 0, ""
        while True:
            read = partial(erasing.candidates, term=term, after=after, limit=PAGE)
            found = await self._readers.run(read)
            if not found:
                return count
            for case_id in found:
                count += await self._one(case_id, term)
            after = found[-1]

    async def _one(self, case_id: str, term: Term) -> bool:
        try:
            over = await self._readers.run(partial(_over, case_id=case_id, term=term))
        except ContractBreach as breach:
            # the others have their term as well
            log.error("a case that cannot be read is not pruned: %s", places(breach))  # noqa: TRY400
            return False
        if not over:
            return False
        for place in await self._readers.run(partial(cutting.places_of_case, case_id=case_id)):
            await self._cut(place)

        def job(tx: Transaction) -> bool:
            placed = erasing.prune(tx, case_id, term, self._works.scope())
            if placed is not None:
                tx.after_commit.append(partial(self._works.publish, placed))
            return placed is not None

        pruned = await self._writer.run(job)
        await asyncio.sleep(REST_S)
        return pruned

    async def _cut(self, place: Place) -> None:
        while True:
            if await self._writer.run(partial(cutting.cut, place=place, told=self._works.cut)):
                return
            await asyncio.sleep(REST_S)

    async def _trim(self, ends: trimming.Ends) -> None:
        for trim in trimming.TRIMS:
            while keys := await self._readers.run(partial(trim.found, ends=ends)):
                for begin in range(0, len(keys), trimming.AT_ONCE):
                    some = keys[begin : begin + trimming.AT_ONCE]
                    await self._writer.run(partial(trim.delete, keys=some))
                    await asyncio.sleep(REST_S)

    async def _loose_salts(self, before: Instant) -> None:
        def job(tx: Transaction) -> bool:
            begun = counters.peek(tx.connection, ERASED)
            through = erasing.erase_loose_salts(tx, before, begun, SALTS)
            if through != begun:
                counters.put(tx.connection, ERASED, through)
            return through != begun

        while True:
            if not await self._writer.run(job):
                return
            await asyncio.sleep(REST_S)

    async def _empty_log(self) -> bool:
        for _ in range(TRIES):
            if await asyncio.to_thread(truncate_log, self._engine):
                return True
            await asyncio.sleep(REST_S)
        log.warning("the write-ahead log could not be emptied: somebody reads all the time")
        return False


def is_time(now: Instant, last: Instant, hour: int) -> bool:
    """Whether the work is due: once in each quiet hour (IST), or overdue."""
    waited_h = now.seconds_since(last) / 3600
    return waited_h >= OVERDUE_H or (now.ist().hour == hour and waited_h >= AGAIN_H)


def truncate_log(engine: Engine) -> bool:
    """Bring the write-ahead log into the file and make it empty; False when a reader is in its midst."""
    pooled = engine.raw_connection()
    try:
        raw: Any = pooled.driver_connection
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        pooled.close()


def _over(connection: Connection, case_id: str, term: Term) -> bool:
    """Look before cutting: a case on legal hold must not cost the feeds their past every night."""
    case = load_case(connection, case_id)
    return case is not None and erasing.is_over(case, term)


def kept_at(connection: Connection) -> Instant:
    """When this was last done, or when the hub began to have data: before that nothing was due."""
    done = counters.peek(connection, LAST)
    if done:
        return Instant(done)
    return Instant.parse(connection.execute(select(facts.c.value).where(facts.c.name == "epoch_began")).scalar_one())


def _feed_end(now: Instant) -> Instant:
    return now.plus(days=-FEED_DAYS)
