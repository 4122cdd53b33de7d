"""The hub's clock over the cases: what nobody acknowledged or acted on is told again, exactly once each time.

Nothing is remembered here. When a case is due stands in its row, what was made of it stands in the case itself, and
both are written in one transaction: a hub that is killed in between has made it or has not, and looks again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.due import Times, due, next_due
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.evolution import Case
from kotaconsole.hub.audit import chain
from kotaconsole.hub.cases import stubs
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.logs import places
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import referrals
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.hub.watch.means import HUB, Means
from kotaconsole.wire import codec

log = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""Cases of one round; the rest come a second later, and commands of people find their turn between them."""
STUCK_S: Final = 60.0
"""Seconds until a case that could not be seen to is tried again."""
STUBS_EVERY_S: Final = 600
"""Stubs end days after a closing: ten minutes more or less make no difference."""


@dataclass(frozen=True, slots=True)
class _Found:
    ids: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


class Rounds:
    """One round a second. Thread: the event loop's."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._swept_by: Times | None = None
        self._stuck: dict[str, float] = {}
        self._stubs_at: float | None = None

    @property
    def stuck(self) -> int:
        """Cases whose clock does not run, because they cannot be read or a mistake of ours stands in the way."""
        return len(self._stuck)

    async def go(self) -> None:
        """See to every case that is due.

        Raises:
            Refused: the database cannot be read or written at the moment; the next round sees to it.
        """
        times = self._means.settings().site.times
        now = self._means.clock.now()
        if times != self._swept_by:
            # after a start, or when the site has changed its times: every open case, whatever its row says
            found = await self._means.readers.run(partial(_sweep, now=now, times=times))
        else:
            found = _Found(await self._means.readers.run(partial(_ready, now=now)))
        for case_id in (*found.unreadable, *found.ids):
            await self._see_to(case_id, times)
        self._swept_by = times
        await self._old_stubs()

    async def _see_to(self, case_id: str, times: Times) -> None:
        """One case; whatever is wrong with it holds up no other."""
        now = self._means.clock.monotonic()
        if self._stuck.get(case_id, now) > now:
            return
        try:
            await self._means.writer.run(partial(self._one, case_id=case_id, times=times))
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - told in the log and by `stuck`; the other cases have their turn
            self._stuck[case_id] = now + STUCK_S
            log.error("the clock of a case does not run: %s", places(error))  # noqa: TRY400
        else:
            self._stuck.pop(case_id, None)

    def _one(self, tx: Transaction, case_id: str, times: Times) -> None:
        """One case in one transaction. Thread: the writer's."""
        case = load_case(tx.connection, case_id)
        if case is None:
            return
        made = due(case, tx.now, times)
        for what in made:
            case = self._means.record(tx, case, what)
            chain.write(tx, who=HUB, what=what.kind, content=codec.encode(what), referral_id=case_id)
        following = next_due(case, times)
        at = None if following is None else int(following)
        tx.connection.execute(update(referrals).where(referrals.c.id == case_id).values(due_at=at))

    async def _old_stubs(self) -> None:
        now = self._means.clock.monotonic()
        if self._stubs_at is not None and now - self._stubs_at < STUBS_EVERY_S:
            return
        await self._means.writer.run(self._expire)
        self._stubs_at = now

    def _expire(self, tx: Transaction) -> None:
        tx.after_commit.append(partial(self._means.publish, stubs.expire(tx)))


def _ready(connection: Connection, now: Instant) -> tuple[str, ...]:
    query = select(referrals.c.id).where(referrals.c.due_at <= int(now)).order_by(referrals.c.due_at).limit(AT_ONCE)
    return tuple(connection.execute(query).scalars())


def _sweep(connection: Connection, now: Instant, times: Times) -> _Found:
    """Every open case that is due, or whose row does not say when it will be."""
    query = select(referrals.c.id, referrals.c.whole, referrals.c.due_at).where(referrals.c.closed_at.is_(None))
    ids, unreadable = [], []
    for row in connection.execute(query):
        try:
            case = codec.decode(bytes(row.whole), Case)
        except ContractBreach:
            unreadable.append(row.id)
            continue
        following = next_due(case, times)
        if (None if following is None else int(following)) != row.due_at or due(case, now, times):
            ids.append(row.id)
    return _Found(tuple(ids), tuple(unreadable))
