"""The hub's watch: one task that looks once a second at cases, consoles and drills."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Connection

from kotaconsole.hub import tasks
from kotaconsole.hub.logs import places
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.watch.drills import Drills
from kotaconsole.hub.watch.guard import Guard
from kotaconsole.hub.watch.means import Means
from kotaconsole.hub.watch.rounds import Rounds
from kotaconsole.hub.watch.steady import Steady

log = logging.getLogger(__name__)

APART_S = 60.0
"""Seconds by which the machine's clock may differ from the hub's before an administrator is told."""


class Watch:
    """Everything the hub does without being asked, beside its beat.

    Attributes:
        guard: who listens. drills: exercises on a live hub. looks: how often it has looked since its start.

    Thread: the event loop's.
    """

    def __init__(self, means: Means, clock: Steady, resources: Path) -> None:
        self._means = means
        self._clock = clock
        self._rounds = Rounds(means)
        self.guard = Guard(means)
        self.drills = Drills(means, resources)
        self.looks = 0
        self._failed: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def stuck(self) -> int:
        """Cases whose clock does not run; all others have theirs."""
        return self._rounds.stuck

    def load(self, connection: Connection) -> None:
        """Take over what the last life knew, before the watch begins."""
        self.guard.load(connection)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._for_ever(), name="hub-watch")

    async def stop(self) -> None:
        """End it, while the writer still runs."""
        await tasks.end(self._task)
        await self.guard.stop()

    def troubles(self) -> tuple[str, ...]:
        """What an administrator has to see to, in sentences without personal data."""
        found = [f"the watch over {what} fails: {why}" for what, why in sorted(self._failed.items())]
        if self._rounds.stuck:
            found.append(f"the clock of {self._rounds.stuck} cases does not run")
        apart = self._clock.apart_s()
        if abs(apart) > APART_S:
            found.append(f"the machine's clock was set by {apart:.0f} s: start the hub anew at a quiet moment")
        return (*found, *self.guard.troubles())

    async def _for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._means.settings().limits.watch_s)
            await self._once("cases", self._rounds.go)
            await self._once("consoles", self.guard.look)
            await self._once("drills", self.drills.look)
            self.looks += 1

    async def _once(self, what: str, look: Callable[[], Awaitable[None]]) -> None:
        """One look; whatever goes wrong with it, the next second brings another, and the others are not held up."""
        try:
            await look()
        except Refused as refused:
            self._fails(what, refused.code)
        except Exception as error:  # noqa: BLE001 - told in the log and in `troubles`; a watch that ends helps nobody
            if self._fails(what, type(error).__name__):
                log.error("%s", places(error))  # noqa: TRY400
        else:
            self._failed.pop(what, None)

    def _fails(self, what: str, why: str) -> bool:
        """Note a failure; whether it is news, so that a long one does not fill the log."""
        if self._failed.get(what) == why:
            return False
        self._failed[what] = why
        log.error("the watch over %s fails: %s", what, why)
        return True
