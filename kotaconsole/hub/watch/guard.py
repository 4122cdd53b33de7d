"""Watching the watchers: once a second, whether somebody listens wherever somebody must."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection, delete, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub import tasks
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import referrals, unattended
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.hub.watch import nobody
from kotaconsole.hub.watch.attendance import Missing, Watched, needing, watched_now
from kotaconsole.hub.watch.means import HUB, Means
from kotaconsole.hub.watch.presence import Consoles, signed_in
from kotaconsole.wire.bodies import Presence, WatchAlarm
from kotaconsole.wire.watching import CommandRun

log = logging.getLogger(__name__)

FAILED_AGAIN_S: Final = 60.0
"""Seconds until a command that failed is tried again: nobody has been told yet."""


@dataclass(frozen=True, slots=True)
class _Incident:
    """Nobody listens for a unit, nor for any above it."""

    since: Instant
    run: CommandRun | None = None


class Guard:
    """Knows who listens, and calls for help where nobody does.

    Attributes:
        consoles: all that have said something lately. watched: what was wrong at the last look.

    Thread: the event loop's.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self.consoles = Consoles(means.clock)
        self.watched = Watched()
        self._began = means.clock.now()
        self._needed: dict[str, Instant] = {}
        self._incidents: dict[str, _Incident] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def load(self, connection: Connection) -> None:
        """Take over what the last life knew."""
        self.consoles.load(connection)
        self._began = self._means.clock.now()
        for row in connection.execute(select(unattended)):
            run = None if row.run_at is None else CommandRun(Instant(row.run_at), row.failure)
            self._incidents[row.unit] = _Incident(Instant(row.since), run)

    async def stop(self) -> None:
        """End what was begun, with the site's commands that still run."""
        for task in tuple(self._running.values()):
            await tasks.end(task)

    def told(self, bearer: Bearer, said: Presence) -> tuple[WatchAlarm, ...]:
        """Take in what a console says of itself, and say what it has to know."""
        self.consoles.told(bearer, said)
        return self.watched.alarms(bearer.workstation_id, bearer.operator.unit, self._means.directory())

    def run_of(self, unit: str) -> CommandRun | None:
        """What became of the site's command for a unit."""
        incident = self._incidents.get(unit)
        return None if incident is None else incident.run

    def troubles(self) -> tuple[str, ...]:
        """What an administrator has to see to, in sentences without personal data."""
        found = []
        for one in self.watched.missing:
            if one.told is not None:
                continue
            run = self.run_of(one.unit)
            if not self._means.settings().site.on_nobody_listening:
                found.append(f"nobody listens for {one.unit}, and no on-nobody-listening command is set")
            elif run is not None and run.failure is not None:
                found.append(f"nobody listens for {one.unit}: {run.failure}")
            else:
                found.append(f"nobody listens for {one.unit}")
        return tuple(found)

    async def look(self) -> None:
        """One look.

        Raises:
            Refused: the database cannot be read or written at the moment.
        """
        now, settings = self._means.clock.now(), self._means.settings()
        patience = settings.site.unattended_s
        missed = self.consoles.missed(now, patience)
        if missed:
            self.consoles.mark(missed, await self._means.readers.run(partial(signed_in, ids=missed, now=now)))
        if self.consoles.unwritten():
            await self._means.writer.run(self.consoles.write)
        holding = await self._means.readers.run(partial(_holding, training=settings.training))
        needed = needing(self._means.directory(), holding)
        self._needed = {unit: self._needed.get(unit, now) for unit in needed}
        # a hub that has only just begun has heard nobody yet: silence counts from its start, not from the life before
        if now.seconds_since(self._began) < patience:
            return
        heard = {unit: at for unit in self._units() if (at := self.consoles.last_heard(unit)) is not None}
        self.watched = watched_now(
            tuple(self.consoles), heard, self._needed, self._means.directory(), now, patience
        )  # fmt: skip
        await self._incident_by_incident(now)

    def _units(self) -> tuple[str, ...]:
        return tuple(unit.id for unit in self._means.directory().units)

    async def _incident_by_incident(self, now: Instant) -> None:
        alone = {one.unit: one for one in self.watched.missing if one.told is None}
        over = [unit for unit in self._incidents if unit not in alone]
        for unit in over:
            del self._incidents[unit]
            log.warning("somebody listens for %s again", unit)
        if over:
            await self._means.writer.run(partial(_forget, units=over))
        for unit, missing in alone.items():
            if unit not in self._incidents:
                await self._means.writer.run(partial(_note, missing=missing))
                self._incidents[unit] = _Incident(missing.since)
                log.warning("nobody listens for %s since %s", unit, missing.since.iso())
            self._call(missing, now)

    def _call(self, missing: Missing, now: Instant) -> None:
        """Begin the site's command where it has not run, or not for long enough."""
        argv = self._means.settings().site.on_nobody_listening
        run = self._incidents[missing.unit].run
        again = self._means.settings().site.nobody_repeat_s
        if run is not None and run.failure is not None:
            again = min(again, FAILED_AGAIN_S)
        lately = run is not None and now.seconds_since(run.last_run_at) < again
        if argv and not lately and missing.unit not in self._running:
            task = asyncio.create_task(self._run(argv, missing, now), name="hub-nobody")
            self._running[missing.unit] = task
            task.add_done_callback(lambda _: self._running.pop(missing.unit, None))

    async def _run(self, argv: tuple[str, ...], missing: Missing, now: Instant) -> None:
        limit = self._means.settings().limits.nobody_limit_s
        failure = await nobody.run(argv, missing.unit, missing.since, limit)
        if failure is not None:
            log.error("nobody listens for %s: %s", missing.unit, failure)
        if missing.unit in self._incidents:
            self._incidents[missing.unit] = _Incident(missing.since, CommandRun(now, failure))
        try:
            await self._means.writer.run(partial(_remember, missing=missing, at=now, failure=failure))
        except Refused as refused:
            log.warning("the run of the command could not be kept: %s", refused.code)


def _holding(connection: Connection, training: bool) -> tuple[str, ...]:
    """Units that hold open cases; an exercise on a live hub keeps nobody awake."""
    query = select(referrals.c.unit).where(referrals.c.closed_at.is_(None)).distinct()
    if not training:
        query = query.where(referrals.c.number.not_like("T-%"))
    return tuple(connection.execute(query).scalars())


def _note(tx: Transaction, missing: Missing) -> None:
    """Keep that nobody listens, also where the site has no command to run."""
    row = {"unit": missing.unit, "since": int(missing.since)}
    tx.connection.execute(upsert(unattended).values(row).on_conflict_do_nothing())
    chain.write(tx, who=HUB, what=f"nobody listens for {missing.unit}")


def _remember(tx: Transaction, missing: Missing, at: Instant, failure: str | None) -> None:
    row = {"unit": missing.unit, "since": int(missing.since), "run_at": int(at), "failure": failure}
    tx.connection.execute(upsert(unattended).values(row).on_conflict_do_update(index_elements=["unit"], set_=row))
    what = "nobody listens: the command ran" if failure is None else "nobody listens: the command failed"
    chain.write(tx, who=HUB, what=what, content=missing.unit.encode())


def _forget(tx: Transaction, units: list[str]) -> None:
    tx.connection.execute(delete(unattended).where(unattended.c.unit.in_(units)))
