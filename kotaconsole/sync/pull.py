"""What is new comes in: one question after the other, each page taken whole or refused whole.

Nothing that comes, or fails to come, ever empties the list: it changes only by a page that joins on to it, or by a
whole snapshot.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from kotaconsole.api.client import HubClient
from kotaconsole.domain import link
from kotaconsole.domain.changes import SnapshotPage
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault, ServerRefusal
from kotaconsole.store import Cursor, Store
from kotaconsole.sync.backoff import Backoff
from kotaconsole.sync.values import SyncSettings

GRAVE: Final = frozenset({"hub-certificate", "hub-not-a-hub", "hub-address", "hub-ca-file"})
"""Faults that no waiting makes right."""
NO_JSON: Final = "hub-not-a-hub"
"""Something that is no JSON came: a page that cannot be read, whoever sent it, and more than a lost line."""
RESYNC: Final = frozenset({"cursor-expired", "epoch-changed"})
HOLES: Final = frozenset({"the page has a hole", "next is not the last seq of the page"})
"""What `wire.pages` says of a page with events missing, in contrast to one that cannot be read at all."""
MOST_PAGES: Final = 10_000
"""A hub that hands out page after page for ever must not be followed for ever."""
SCREEN_FIRST_S: Final = 0.006
"""What the window needs to list a row: half a frame, and no flag waits for it, because the hub keeps what comes."""
EARLY_S: Final = 1.0
"""Rest after an answer without events that came before the wait was over: a hub that never waits, or that lets
everybody go because it stops, must not be asked a thousand times a second."""
_log = logging.getLogger(__name__)


class Watch(Protocol):
    """Who hears how the link does."""

    def good(self, *, beat: int, server_time: Instant) -> None:
        """A valid answer of the feed was stored."""

    def bad(self, why: Bilingual, *, grave: bool) -> None:
        """No usable answer came."""


class Pull:
    """Reads one feed into the store.

    Thread: "poll" only.
    """

    def __init__(
        self, store: Store, client: HubClient, feed: str, watch: Watch, settings: SyncSettings, *,
        chance: Callable[[], float] = random.random, rest: Callable[[float], object] = time.sleep,
    ) -> None:  # fmt: skip
        """`rest` waits for so many seconds, or less when the desk stops."""
        self._store = store
        self._client = client
        self._feed = feed
        self._watch = watch
        self._settings = settings
        # short: whoever waits for red flags asks often
        self._backoff = Backoff(base=0.5, cap=4.0, chance=chance)
        self._rest = rest
        self._failures = 0
        self._refused = 0
        self._quiet = False
        self._resync = False
        self._resynced_to: Cursor | None = None
        self._offered: str | None = None

    def step(self) -> float:
        """Ask once.

        Returns:
            Seconds to wait before the next question.
        """
        try:
            delay = self._ask()
        except ContractBreach as breach:
            delay = self._refuse(str(breach), link.REFUSED_PAGE)
        except ServerRefusal as refusal:
            delay = self._refused_by_hub(refusal)
        except EnvironmentFault as fault:
            if fault.code == NO_JSON:
                delay = self._refuse(fault.technical, fault.sentence)
            else:
                delay = self._failed(fault.sentence, grave=fault.code in GRAVE)
        else:
            self._failures = 0
        return delay

    def _ask(self) -> float:
        cursor = self._store.queries.cursor(self._feed)
        if cursor is None or self._resync:
            self._take_snapshot()
            return 0.0
        if self._offered != cursor.epoch:
            # also at the start: a crash may have come between the new list and this
            count = self._store.commands.offer_again(cursor.epoch)
            if count:
                _log.warning("the hub was restored: %d commands are offered again", count)
            self._offered = cursor.epoch
        # only a link that is known to live may keep quiet: after a failure the first answer is wanted at once
        wait = self._settings.wait if self._quiet else 0.0
        asked_at = time.monotonic()
        page = self._client.changes(
            self._feed, epoch=cursor.epoch, after=cursor.seq, limit=self._settings.limit, wait=wait
        )
        self._store.commands.apply_page(self._feed, page)
        self._refused = 0
        self._resynced_to = None
        self._quiet = not page.more
        if page.events and self._quiet:
            # the row on the screen comes before the next question: both want the one interpreter
            self._rest(SCREEN_FIRST_S)
        self._watch.good(beat=page.beat, server_time=page.server_time)
        early = not page.events and time.monotonic() - asked_at < min(wait, EARLY_S)
        return EARLY_S if early else 0.0

    def _take_snapshot(self) -> None:
        self._store.commands.swap_snapshot(self._feed, self._pages())
        self._offered = None
        self._resynced_to = self._store.queries.cursor(self._feed) if self._resync else None
        self._resync = False
        self._refused = 0
        self._quiet = False

    def _pages(self) -> Iterator[SnapshotPage]:
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = self._client.snapshot(self._feed, token)
            yield page
            token = page.next_page_token
            if not token:
                return
        raise ContractBreach("the snapshot does not end")

    def _refuse(self, what: str, why: Bilingual) -> float:
        """Fetch once more, then read anew; the same hole after that is stepped over, and rings."""
        _log.warning("a page was refused: %s", what)
        delay = self._failed(why, grave=True)
        self._refused += 1
        if self._resync or self._refused < 2:
            return delay if self._resync else 0.0
        cursor = self._store.queries.cursor(self._feed)
        if cursor is not None and cursor == self._resynced_to and what in HOLES:
            self._store.commands.skip_missing(self._feed)
            self._refused = 0
        else:
            self._resync = True
        return delay

    def _refused_by_hub(self, refusal: ServerRefusal) -> float:
        if refusal.code in RESYNC:
            _log.info("the feed is read anew: %s", refusal.code)
            again = self._resynced_to is not None or self._resync
            self._resync = True
            # at once; but a hub that expires what it has just given out is not asked in a circle
            return self._failed(link.REFUSED_PAGE, grave=True) if again else 0.0
        if refusal.status == 401:
            return self._failed(link.SIGNED_OUT, grave=True, retry_after=refusal.retry_after)
        if refusal.code == "client-too-old":
            return self._failed(link.TOO_OLD, grave=True, retry_after=refusal.retry_after)
        if refusal.status == 429 or refusal.status >= 500:
            return self._failed(link.BUSY, grave=False, retry_after=refusal.retry_after)
        return self._failed(link.NOT_READABLE, grave=True, retry_after=refusal.retry_after)

    def _failed(self, why: Bilingual, *, grave: bool, retry_after: float | None = None) -> float:
        self._failures += 1
        self._quiet = False
        self._watch.bad(why, grave=grave)
        return self._backoff.after(self._failures, retry_after)
