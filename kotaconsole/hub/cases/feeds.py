"""Feeds: the newest events of every unit as ready bytes, and whoever waits for the next one.

A poll that has nothing to read costs no query and no encoding: a commit calls everyone who waits at its feeds, and
the first of them makes the page that the others send too. After a feed has called many it rests a little, so that a
storm of commits is told in pages of several events and the hub keeps its time for the commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy import Connection, func, select

from kotaconsole.domain.clock import Clock
from kotaconsole.hub.cases.placing import Placed, begins, stored_events
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import feed_events, feeds

TAIL_EVENTS: Final = 1_000
TAIL_BYTES: Final = 4 * 1024 * 1024
"""Events of one feed kept ready in memory; older ones are read from the file."""
SHARED_FOR_S: Final = 0.02
"""How long one page is sent to every waiter that asked the same: its server_time may be that old."""
REST_PER_WAITER_S: Final = 0.00025
"""A feed rests several times as long as its waiters and their next polls cost, which is some 40 us each."""
MOST_REST_S: Final = 0.05
"""Below what anybody notices; the first event after a rest never waits at all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for changes; wait in seconds."""

    unit: str
    epoch: str
    after: int
    limit: int
    wait: float


class Waiter(Protocol):
    """Somebody who waits at a feed."""

    def called(self) -> None:
        """Something may be new: ask again. Called once, on the event loop; never when it was forgotten before."""


@dataclass(slots=True)
class _Feed:
    head: int = 0
    oldest: int = 1
    tail: list[bytes] = field(default_factory=list)
    tail_bytes: int = 0
    waiters: dict[Waiter, None] = field(default_factory=dict)
    rest_until: float = 0.0
    called_at: int = 0  # the head when it last called
    timer: asyncio.TimerHandle | None = None
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
        begun = begins(connection)
        for row in connection.execute(select(feeds)):
            first = max(oldest.get(row.unit, row.head + 1), begun.get(row.unit, 1))
            self._feeds[row.unit] = _Feed(head=row.head, oldest=first)

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
            self._call(feed)

    def trimmed(self, unit: str, oldest: int) -> None:
        """A feed now begins at this seq: what stood before it was erased."""
        feed = self._feeds.setdefault(unit, _Feed())
        feed.oldest = max(feed.oldest, min(oldest, feed.head + 1))
        self._forget_tail(feed)

    def begin_again(self, heads: Mapping[str, int]) -> None:
        """These feeds begin anew after these heads, and whoever waits at any feed is answered now.

        Waiting polls of the others are answered too: who may read a feed was decided when they were asked, and the
        tree of units by which it was decided is another one now.
        """
        for unit, head in heads.items():
            feed = self._feeds.setdefault(unit, _Feed())
            feed.head, feed.oldest = head, head + 1
            self._forget_tail(feed)
        for feed in self._feeds.values():
            _call_all(feed)

    def forget_tails(self) -> None:
        """Keep no event in memory: what was erased from the file must not be sent from here."""
        for feed in self._feeds.values():
            self._forget_tail(feed)

    def stop(self) -> None:
        """Answer every waiting poll now, and let none wait again."""
        self._stopping = True
        for feed in self._feeds.values():
            _call_all(feed)

    def waiting(self, unit: str | None = None) -> int:
        """How many polls wait at a feed, or at all of them."""
        found = self._feeds.values() if unit is None else filter(None, [self._feeds.get(unit)])
        return sum(len(feed.waiters) for feed in found)

    async def page(self, asked: Asked) -> bytes:
        """One page of changes, after waiting for it where nothing is new.

        Raises:
            Refused: `cursor-expired` or `epoch-changed`.
        """
        feed = self._feeds.setdefault(asked.unit, _Feed())
        self._check(feed, asked)
        if self.waits(asked):
            waiter = _Sleeper(asyncio.get_running_loop().create_future())
            self.wait(asked, waiter)
            try:
                await asyncio.wait([waiter.future], timeout=asked.wait)
            finally:
                self.forget(asked, waiter)
            self._check(feed, asked)
        return await self._page(feed, asked)

    def in_order(self, asked: Asked) -> bool:
        """Whether a question is about this epoch and a place the feed still has."""
        feed = self._feeds.setdefault(asked.unit, _Feed())
        return asked.epoch == self.epoch and feed.oldest - 1 <= asked.after <= feed.head

    def waits(self, asked: Asked) -> bool:
        """Whether a question that is in order has to wait: nothing is new, or its feed rests from the last news."""
        feed = self._feeds.get(asked.unit)
        if feed is None or asked.wait <= 0 or self._stopping:
            return False
        rests = asked.after >= feed.called_at and self._clock.monotonic() < feed.rest_until
        return asked.after == feed.head or rests

    def wait(self, asked: Asked, waiter: Waiter) -> None:
        """Have somebody called at the next news of a feed."""
        feed = self._feeds.setdefault(asked.unit, _Feed())
        feed.waiters[waiter] = None
        if asked.after < feed.head:
            self._call(feed)

    def forget(self, asked: Asked, waiter: Waiter) -> None:
        """Whoever waited does so no longer."""
        self._feeds[asked.unit].waiters.pop(waiter, None)

    def at_once(self, asked: Asked) -> bytes | None:
        """The page of a question, or None where it is out of order or takes a look into the file."""
        if not self.in_order(asked):
            return None
        feed = self._feeds[asked.unit]
        page = self._shared(feed, asked)
        if page is None and (events := self._ready(feed, asked)) is not None:
            page = self._made(feed, asked, events)
        return page

    def _call(self, feed: _Feed) -> None:
        """Call whoever waits: now, or when the feed has rested from the last time."""
        if not feed.waiters or feed.timer is not None:
            return
        rest = feed.rest_until - self._clock.monotonic()
        if rest <= 0:
            self._call_now(feed)
        else:
            feed.timer = asyncio.get_running_loop().call_later(min(rest, MOST_REST_S), self._call_now, feed)

    def _call_now(self, feed: _Feed) -> None:
        rest = min(MOST_REST_S, len(feed.waiters) * REST_PER_WAITER_S)
        feed.called_at = feed.head
        _call_all(feed)
        feed.rest_until = self._clock.monotonic() + rest

    @staticmethod
    def _forget_tail(feed: _Feed) -> None:
        feed.tail = []
        feed.tail_bytes = 0
        feed.shared = None

    def _check(self, feed: _Feed, asked: Asked) -> None:
        if asked.epoch != self.epoch or asked.after > feed.head:
            raise Refused("epoch-changed", "take the snapshot and read on from there", epoch=self.epoch)
        if asked.after < feed.oldest - 1:
            raise Refused("cursor-expired", "the feed no longer goes back that far: take the snapshot")

    async def _page(self, feed: _Feed, asked: Asked) -> bytes:
        page = self._shared(feed, asked)
        if page is not None:
            return page
        events = self._ready(feed, asked)
        if events is None:
            # not past the head: what is committed and not yet published would make the next question unknown here
            most = min(asked.limit, feed.head - asked.after)
            found = await self._readers.run(lambda connection: stored_events(connection, asked.unit, asked.after, most))
            if not found or not found[0].startswith(b'{"seq":%d,' % (asked.after + 1)):
                raise Refused("cursor-expired", "the feed was cut meanwhile: take the snapshot")
            events = fitting(found, self._limits.page_bytes)
        return self._made(feed, asked, events)

    def _shared(self, feed: _Feed, asked: Asked) -> bytes | None:
        if feed.shared is None or feed.shared[0] != (asked.after, asked.limit, feed.head, self.beat):
            return None
        return feed.shared[2] if self._clock.monotonic() - feed.shared[1] < SHARED_FOR_S else None

    def _made(self, feed: _Feed, asked: Asked, events: Sequence[bytes]) -> bytes:
        last = asked.after + len(events)
        body = (
            b'{"epoch":"%b","events":[%b],"next":%d,"head":%d,"oldest":%d,"more":%b,"beat":%d,"server_time":"%b"}'
            % (
                self.epoch.encode(), b",".join(events), last, feed.head, feed.oldest,
                b"true" if last < feed.head else b"false", self.beat, self._clock.now().iso().encode(),
            )
        )  # fmt: skip
        feed.shared = ((asked.after, asked.limit, feed.head, self.beat), self._clock.monotonic(), body)
        return body

    def _ready(self, feed: _Feed, asked: Asked) -> list[bytes] | None:
        """The events of a page from memory; None when some of them are older than that."""
        first_ready = feed.head - len(feed.tail) + 1
        if asked.after + 1 < first_ready:
            return None
        start = asked.after + 1 - first_ready
        return fitting(feed.tail[start : start + asked.limit], self._limits.page_bytes)


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


def _cut(feed: _Feed) -> None:
    # rarely and by half, so that a list need not be moved with every event
    while feed.tail and (len(feed.tail) > 2 * TAIL_EVENTS or feed.tail_bytes > 2 * TAIL_BYTES):
        half = max(1, len(feed.tail) // 2)
        feed.tail_bytes -= sum(map(len, feed.tail[:half]))
        del feed.tail[:half]


def _call_all(feed: _Feed) -> None:
    if feed.timer is not None:
        feed.timer.cancel()
        feed.timer = None
    waiters, feed.waiters = feed.waiters, {}
    loop = asyncio.get_running_loop()
    for waiter in waiters:
        # each by itself: what goes wrong with one must not keep the others from being called
        loop.call_soon(waiter.called)


class _Sleeper:
    """A coroutine that waits."""

    def __init__(self, future: asyncio.Future[None]) -> None:
        self.future = future

    def called(self) -> None:
        """Wake it."""
        if not self.future.done():
            self.future.set_result(None)
