"""Writing what the hub says, each a transaction of the cache. `Commands` adds what people do at this desk."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from sqlalchemy import Connection, delete, update

from kotaconsole.domain.changes import Changes, FeedPage, SnapshotPage, Timeline
from kotaconsole.domain.clock import Clock
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.referral import Event
from kotaconsole.store import feeds
from kotaconsole.store import tables as t
from kotaconsole.store.engine import File, Sql
from kotaconsole.store.writer import NOTHING, Writer
from kotaconsole.wire import codec

T = TypeVar("T")

KEPT_DAYS: Final = 90
"""A hub remembers answers at least so long; what it has is kept here for the same time."""
_TO_SEND: Final = """
    SELECT DISTINCT referral_id FROM command WHERE fate = 'queued'
    OR coalesce(offered, epoch, :epoch) != :epoch AND resolved IS NULL AND entered_at >= :since AND length(body) > 0"""


class Arrivals:
    """The writes that follow from what the hub sent.

    Thread: any but "store-writer" and, because each waits for the disk, any but the one that draws the window.
    """

    def __init__(self, writer: Writer, outbox: File, cache: File, clock: Clock, workstation: str) -> None:
        self._writer = writer
        self._outbox = outbox
        self._cache = cache
        self._clock = clock
        self._workstation = workstation
        with cache.reading() as sql:
            self._revs = itertools.count(feeds.newest_rev(sql) + 1)

    def apply_page(self, feed: str, page: FeedPage) -> Changes:
        """Store the events of a page and the new cursor in one commit; the same page again changes nothing.

        Raises:
            ContractBreach: the page does not join on to what is stored; nothing of it counts.
        """

        def job() -> tuple[Changes, Changes]:
            with self._cache.writing() as sql:
                events = feeds.fresh(sql, feed, page)
                if not events:
                    return NOTHING, NOTHING
                pruned = [one.referral_id for one in events if getattr(one, "kind", "") == "pruned"]
                self._wipe(pruned)
                touched = feeds.apply(sql, feed, page, events, self._revs)
            if pruned:
                _empty_log(self._cache)
            # a file of its own, so after the commit; a crash between the two is made good at the next start
            self._settle({one.command_id for one in events if isinstance(one, Event) and one.command_id})
            changes = Changes(referrals=frozenset(touched), rings=True)
            return changes, changes

        return self._writer.run(job)

    def swap_snapshot(self, feed: str, pages: Iterable[SnapshotPage]) -> Changes:
        """Read a snapshot into a shadow while the list stays, then swap the two in one commit.

        Args:
            feed: whose list it is.
            pages: may come from the network one by one; an error on the way leaves the list as it is.

        Raises:
            ContractBreach: there is no page, or the pages are of two epochs.
        """
        first: SnapshotPage | None = None
        self._take(_clearing(feed))
        for page in pages:
            first = first or page
            if page.epoch != first.epoch:
                raise ContractBreach("the snapshot is of two epochs")
            self._take(_filling(feed, page))
        if first is None:
            raise ContractBreach("the snapshot has no page")
        changes = Changes(rings=True, everything=True)
        begin = first

        def job(sql: Sql) -> tuple[Changes, Changes]:
            feeds.swap(sql, feed, begin, next(self._revs), self._to_send(begin.epoch))
            return changes, changes

        return self._take(job)

    def skip_missing(self, feed: str) -> None:
        """Let the event after the cursor stand as unreadable: the hub has shown that it cannot give it."""
        now = self._clock.now()

        def job(sql: Sql) -> tuple[None, Changes]:
            return None, Changes(referrals=frozenset(feeds.skip(sql, feed, now)), rings=True)

        self._take(job)

    def add_timeline(self, referral_id: str, timeline: Timeline) -> None:
        """Store events of one case that came otherwise than by the feed; nothing new is no change to tell of.

        Otherwise a case of which an event is missing for good would be asked for again and again.
        """

        def job(sql: Sql) -> tuple[None, Changes]:
            mine = tuple(event for event in timeline.events if event.referral_id == referral_id)
            new = feeds.add_events(sql, mine)
            return None, Changes(referrals=frozenset({referral_id}) if new else frozenset())

        self._take(job)

    def save_directory(self, directory: Directory, etag: str) -> None:
        """Keep the directory with the mark it was handed out under."""

        def job(sql: Sql) -> tuple[None, Changes]:
            kept = (etag, codec.encode(directory))
            sql.execute("INSERT OR REPLACE INTO directory (only, etag, body) VALUES (1, ?, ?)", kept)
            return None, Changes(everything=True)

        self._take(job)

    def _take(self, job: Callable[[Sql], tuple[T, Changes]]) -> T:
        """Do a job on the cache."""

        def inside() -> tuple[T, Changes]:
            with self._cache.writing() as sql:
                return job(sql)

        return self._writer.run(inside)

    def _write(self, file: File, job: Callable[[Connection], tuple[T, Changes]]) -> T:
        def inside() -> tuple[T, Changes]:
            with file.writer.begin() as connection:
                return job(connection)

        return self._writer.run(inside)

    def _to_send(self, epoch: str) -> list[str]:
        """Cases with commands that are queued, or will be offered again under this epoch."""
        since = int(self._clock.now().plus(days=-KEPT_DAYS))
        found = self._outbox.ask(_TO_SEND, {"epoch": epoch, "since": since})
        return [row["referral_id"] for row in found]

    def _let_go(self, referral_id: str) -> None:
        def job(sql: Sql) -> tuple[None, Changes]:
            gone = feeds.let_go(sql, referral_id)
            return None, Changes(referrals=frozenset({referral_id}), rings=True) if gone else NOTHING

        self._take(job)

    def _settle(self, command_ids: set[str]) -> None:
        """Mark the commands of this desk whose events have come: the case itself shows them now."""
        if not command_ids:
            return
        mine = t.command.c.command_id.in_(command_ids)
        with self._outbox.writer.begin() as connection:
            connection.execute(update(t.command).where(mine).values(settled=1))

    def _wipe(self, pruned: list[str | None]) -> None:
        """Erase the words of acknowledged commands on cases the hub has pruned, before the event counts as stored."""
        if not pruned:
            return
        mine = t.command.c.referral_id.in_(pruned) & (t.command.c.fate == "acked")
        with self._outbox.writer.begin() as connection:
            connection.execute(update(t.command).where(mine).values(body=b"", last_detail=None))
            connection.execute(delete(t.draft).where(t.draft.c.referral_id.in_(pruned)))
        _empty_log(self._outbox)


def _empty_log(file: File) -> None:
    """What was erased must not live on in the log; outside a transaction, as a checkpoint has to be."""
    with file.writer.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[union-attr]


def _clearing(feed: str) -> Callable[[Sql], tuple[None, Changes]]:
    def job(sql: Sql) -> tuple[None, Changes]:
        feeds.clear_shadow(sql, feed)
        return None, NOTHING

    return job


def _filling(feed: str, page: SnapshotPage) -> Callable[[Sql], tuple[None, Changes]]:
    def job(sql: Sql) -> tuple[None, Changes]:
        feeds.fill_shadow(sql, feed, page)
        return None, NOTHING

    return job
