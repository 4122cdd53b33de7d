"""Cases already decoded, so that a screen that asks again after each change decodes only what has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.referral import Referral
from kotaconsole.store import tables as t
from kotaconsole.store.engine import File
from kotaconsole.wire import pages

_AT_ONCE: Final = 500
"""Bodies asked for in one statement: below every limit SQLite was ever built with."""


class Shelf:
    """The open cases of the feed that is shown, as values.

    Thread: any; one at a time.
    """

    def __init__(self, cache: File) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._feed: str | None = None
        self._known: dict[str, tuple[int, Referral]] = {}

    def listed(self, feed: str, also: Iterable[str] = ()) -> tuple[Referral, ...]:
        """All open cases of a feed, and of these others those that are closed; stubs never."""
        mine = (t.referral.c.feed == feed) & (t.referral.c.standing != "stub")
        with self._lock, self._cache.reader.begin() as connection:
            listed = select(t.referral.c.id, t.referral.c.rev).where(mine & (t.referral.c.standing == "open"))
            marks = {row.id: int(row.rev) for row in connection.execute(listed)}
            for ids in _batches(also):
                named = select(t.referral.c.id, t.referral.c.rev).where(mine & t.referral.c.id.in_(ids))
                marks |= {row.id: int(row.rev) for row in connection.execute(named)}
            self._refresh(connection, feed, marks)
            return tuple(case for _, case in self._known.values())

    def one(self, feed: str, referral_id: str) -> Referral | None:
        """One case of any state, unless it is a stub or unknown."""
        mine = (t.referral.c.feed == feed) & (t.referral.c.id == referral_id) & (t.referral.c.standing != "stub")
        with self._cache.reader.begin() as connection:
            body = connection.execute(select(t.referral.c.body).where(mine)).scalar_one_or_none()
        case = None if body is None else pages.read_case(bytes(body))
        return case if isinstance(case, Referral) else None

    def _refresh(self, connection: Connection, feed: str, marks: dict[str, int]) -> None:
        if feed != self._feed:
            self._feed, self._known = feed, {}
        for gone in self._known.keys() - marks.keys():
            del self._known[gone]
        stale = [key for key, rev in marks.items() if key not in self._known or self._known[key][0] != rev]
        for ids in _batches(stale):
            asked = select(t.referral.c.rev, t.referral.c.body).where(
                (t.referral.c.feed == feed) & t.referral.c.id.in_(ids)
            )
            for rev, body in connection.execute(asked):
                case = pages.read_case(bytes(body))
                if isinstance(case, Referral):
                    self._known[case.id] = (rev, case)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
