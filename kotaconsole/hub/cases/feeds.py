"""Feeds: the newest events of every unit as ready bytes, and whoever waits for the next one.

A poll that has nothing to read costs no query and no encoding: one future per feed wakes all of its waiters, and
the first of them makes the page that the others send too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, func, select

from kotaconsole.domain.clock import Clock
from kotaconsole.hub.cases.recorder import Placed, stored_events
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import feed_events, feeds

TAIL_EVENTS: Final = 1_000
TAIL_BYTES: Final = 4 * 1024 * 1024
"""Events of one feed kept ready in memory; older ones are read from the file."""
SHARED_FOR_S: Final = 0.02
"""How long one page is sent to every waiter that asked the same: its server_time may be that old."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for changes; wait in seconds."""

    unit: str
    epoch: str
    after: int
    limit: int
    wait: float


@dataclass(slots=True)
class _Feed:
    head: int = 0
    oldest: int = 1
    tail: list[bytes] = field(default_factory=list)
    tail_bytes: int = 0
    wake: asyncio.Future[None] | None = None
    shared: tuple[tuple[int, int, int, int], float, bytes] | None = None


class Feeds:
    """All feeds of a running hub. Thread: the event loop's, except `load`, which runs before it."""

    def __init__(self, readers: Readers, clock: Clock, limits: Limits, epoch: str) -> None:
        self.epoch = epoch
        self.beat = 0
        self._readers = readers
        self._clock = clock
        self._limits = limits
        self._feeds: dict[str, _Feed] = {}
        self._stopping = False

    def load(self, connection: Connection, beat: int) -> None:
        """Take over the heads of the hub's last life."""
        self.beat = beat
        least = select(feed_events.c.unit, func.min(feed_events.c.seq).label("seq")).group_by(feed_events.c.unit)
        oldest = {row.unit: int(row.seq) for row in connection.execute(least)}
        for row in connection.execute(select(feeds)):
            self._feeds[row.unit] = _Feed(head=row.head, oldest=oldest.get(row.unit, row.head + 1))

    def publish(self, batch: Sequence[Placed]) -> None:
        """Show what one commit added, and wake whoever waits for it."""
        touched = set()
        for item in batch:
            feed = self._feeds.setdefault(item.unit, _Feed())
            if item.seq != feed.head + 1:
                raise RuntimeError("a feed has a hole: another process writes this database")
            feed.head = item.seq
            feed.tail.append(item.body)
            feed.tail_bytes += len(item.body)
            touched.add(item.unit)
        for unit in touched:
            feed = self._feeds[unit]
            _cut(feed)
            _wake(feed)

    def stop(self) -> None:
        """Answer every waiting poll now, and let none wait again."""
        self._stopping = True
        for feed in self._feeds.values():
            _wake(feed)

    async def page(self, asked: Asked) -> bytes:
        """One page of changes, after waiting for it where nothing is new.

        Raises:
            Refused: `cursor-expired` or `epoch-changed`.
        """
        feed = self._feeds.setdefault(asked.unit, _Feed())
        self._check(feed, asked)
        if asked.after == feed.head and asked.wait > 0 and not self._stopping:
            if feed.wake is None:
                feed.wake = asyncio.get_running_loop().create_future()
            await asyncio.wait([feed.wake], timeout=asked.wait)
        return await self._page(feed, asked)

    def _check(self, feed: _Feed, asked: Asked) -> None:
        if asked.epoch != self.epoch or asked.after > feed.head:
            raise Refused("epoch-changed", "take the snapshot and read on from there", epoch=self.epoch)
        if asked.after < feed.oldest - 1:
            raise Refused("cursor-expired", "the feed no longer goes back that far: take the snapshot")

    async def _page(self, feed: _Feed, asked: Asked) -> bytes:
        key = (asked.after, asked.limit, feed.head, self.beat)
        now = self._clock.monotonic()
        if feed.shared is not None and feed.shared[0] == key and now - feed.shared[1] < SHARED_FOR_S:
            return feed.shared[2]
        events = await self._events(feed, asked)
        last = asked.after + len(events)
        body = (
            b'{"epoch":"%b","events":[%b],"next":%d,"head":%d,"oldest":%d,"more":%b,"beat":%d,"server_time":"%b"}'
            % (
                self.epoch.encode(), b",".join(events), last, feed.head, feed.oldest,
                b"true" if last < feed.head else b"false", self.beat, self._clock.now().iso().encode(),
            )
        )  # fmt: skip
        feed.shared = (key, now, body)
        return body

    async def _events(self, feed: _Feed, asked: Asked) -> list[bytes]:
        if asked.after == feed.head:
            return []
        first_ready = feed.head - len(feed.tail) + 1
        if asked.after + 1 >= first_ready:
            start = asked.after + 1 - first_ready
            found = feed.tail[start : start + asked.limit]
        else:
            found = await self._readers.run(_reading(asked))
        return fitting(found, self._limits.page_bytes)


def fitting(bodies: Sequence[bytes], limit: int) -> list[bytes]:
    """As many bodies from the beginning as fit a page, and always the first."""
    kept: list[bytes] = []
    size = 0
    for body in bodies:
        size += len(body) + 1
        if kept and size > limit:
            break
        kept.append(body)
    return kept


def _reading(asked: Asked) -> Callable[[Connection], list[bytes]]:
    return lambda connection: stored_events(connection, asked.unit, asked.after, asked.limit)


def _cut(feed: _Feed) -> None:
    # rarely and by half, so that a list need not be moved with every event
    while feed.tail and (len(feed.tail) > 2 * TAIL_EVENTS or feed.tail_bytes > 2 * TAIL_BYTES):
        half = max(1, len(feed.tail) // 2)
        feed.tail_bytes -= sum(map(len, feed.tail[:half]))
        del feed.tail[:half]


def _wake(feed: _Feed) -> None:
    if feed.wake is not None:
        if not feed.wake.done():
            feed.wake.set_result(None)
        feed.wake = None
