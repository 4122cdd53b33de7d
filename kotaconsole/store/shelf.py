"""Cases already decoded, so that who asks again after each change decodes only what has changed.

What stands here is a copy of what is stored and is made good before each answer: every write to the list bears a rev
above all before it, so what is new is found by its rev, and what is gone by the count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from kotaconsole.domain.referral import Referral, open_alarm
from kotaconsole.store import feeds
from kotaconsole.store.engine import File, Sql
from kotaconsole.wire import pages

T = TypeVar("T")

# all three standings are named, so that SQLite goes by the index on (feed, standing, rev)
_NEW: Final = """
    SELECT id, rev, CASE WHEN standing = 'open' THEN body END AS body FROM referral
    WHERE feed = ? AND standing IN ('open', 'closed', 'stub') AND rev > ?"""
_OPEN: Final = "FROM referral WHERE feed = ? AND standing = 'open'"
_ONE: Final = """
    SELECT epoch, body FROM feed LEFT JOIN referral
    ON referral.feed = feed.feed AND id = ? AND standing != 'stub' WHERE feed.feed = ?"""


class Shelf:
    """The open cases of the feed that is shown, as values. Every answer comes with the epoch of the list.

    Thread: any; one at a time.
    """

    def __init__(self, cache: File) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._feed: str | None = None
        self._seen = 0
        self._open: dict[str, Referral] = {}
        self._ringing: dict[str, Referral] = {}

    def listed(self, feed: str, also: Iterable[str] = ()) -> tuple[str | None, list[Referral]]:
        """All open cases of a feed, and of these others those that are closed; stubs never."""

        def look(sql: Sql) -> list[Referral]:
            closed = (key for key in also if key not in self._open)
            others = (_case(sql.execute(_ONE, (key, feed)).fetchall())[1] for key in closed)
            return [*self._open.values(), *(case for case in others if case is not None)]

        return self._caught_up(feed, look)

    def ringing(self, feed: str) -> tuple[str | None, list[Referral]]:
        """The open cases with an alarm, their own or that of a transfer, that nobody has answered at the hub."""
        return self._caught_up(feed, lambda _sql: list(self._ringing.values()))

    def one(self, feed: str, referral_id: str) -> tuple[str | None, Referral | None]:
        """One case of any state, unless it is a stub or unknown."""
        return _case(self._cache.ask(_ONE, (referral_id, feed)))

    def _caught_up(self, feed: str, look: Callable[[Sql], T]) -> tuple[str | None, T]:
        # the lock before the transaction: a look at an older state must never follow one at a newer
        with self._lock, self._cache.reading() as sql:
            if feed != self._feed:
                self._feed, self._seen, self._open, self._ringing = feed, 0, {}, {}
            for row in sql.execute(_NEW, (feed, self._seen)).fetchall():
                self._take(row["id"], row["body"])
                self._seen = max(self._seen, row["rev"])
            (count,) = sql.execute(f"SELECT count(*) {_OPEN}", (feed,)).fetchone()
            if count != len(self._open):
                here = {row["id"] for row in sql.execute(f"SELECT id {_OPEN}", (feed,))}
                for gone in self._open.keys() - here:
                    self._take(gone, None)
            return _epoch(sql, feed), look(sql)

    def _take(self, key: str, body: bytes | None) -> None:
        self._open.pop(key, None)
        self._ringing.pop(key, None)
        case = None if body is None else pages.read_case(body)
        if isinstance(case, Referral):
            self._open[key] = case
            if open_alarm(case) is not None or (case.transfer is not None and case.transfer.alarm is not None):
                self._ringing[key] = case


def _epoch(sql: Sql, feed: str) -> str | None:
    cursor = feeds.cursor(sql, feed)
    return None if cursor is None else cursor.epoch


def _case(found: list[Any]) -> tuple[str | None, Referral | None]:
    if not found:
        return None, None
    epoch, body = found[0]
    case = None if body is None else pages.read_case(body)
    return epoch, case if isinstance(case, Referral) else None
