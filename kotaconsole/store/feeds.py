"""Writing what the hub says: pages, snapshots, timelines. Each function works inside one transaction of the cache.

Every write to the list takes a rev above all before it, so that `Shelf` finds what is new by that alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kotaconsole.domain.changes import FeedPage, SnapshotPage, UnreadableEvent, UnreadableItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.referral import Event, Stub
from kotaconsole.store import rows
from kotaconsole.store.engine import Sql
from kotaconsole.store.values import Cursor

NOT_IN_TIMELINE: Final = ("left_scope", "stub_updated")

_PUT: Final = """
    INSERT INTO referral (feed, id, version, standing, rev, body)
    VALUES (:feed, :id, :version, :standing, :rev, :body)
    ON CONFLICT (feed, id) DO UPDATE SET
        version = excluded.version, standing = excluded.standing, rev = excluded.rev, body = excluded.body
    WHERE referral.version <= excluded.version"""
_PUT_SHADOW: Final = _PUT.replace("referral", "shadow")
_TAKE_SHADOW: Final = """
    INSERT INTO referral (feed, id, version, standing, rev, body)
    SELECT feed, id, version, standing, ?, body FROM shadow WHERE feed = ?"""
_KEEP_AWAY: Final = """
    INSERT INTO shadow (feed, id, version, standing, rev, body)
    SELECT feed, id, 0, standing, 0, body FROM referral
    WHERE feed = ? AND id = ? AND standing != 'stub' AND (? OR version = 0) ON CONFLICT DO NOTHING"""
_LET_GO: Final = "DELETE FROM referral WHERE feed IN (SELECT feed FROM feed) AND id = ? AND version = 0 RETURNING 1"
_ADD_EVENT: Final = """
    INSERT INTO event (event_id, referral_id, version, command_id, body)
    VALUES (:event_id, :referral_id, :version, :command_id, :body)
    ON CONFLICT DO NOTHING RETURNING 1"""
_KEEP_RAW: Final = """
    INSERT INTO unreadable (key, feed, through, referral_id, at, raw)
    VALUES (:key, :feed, :through, :referral_id, :at, :raw) ON CONFLICT DO NOTHING"""


def cursor(sql: Sql, feed: str) -> Cursor | None:
    """How far a feed was read."""
    row = sql.execute("SELECT epoch, seq FROM feed WHERE feed = ?", (feed,)).fetchone()
    return None if row is None else Cursor(row["epoch"], row["seq"])


def newest_rev(sql: Sql) -> int:
    """The highest mark given to a case so far."""
    (newest,) = sql.execute("SELECT coalesce(max(rev), 0) FROM referral").fetchone()
    return int(newest)


def fresh(sql: Sql, feed: str, page: FeedPage) -> tuple[Event | UnreadableEvent, ...]:
    """The events of a page that are not stored yet; none when it was applied before.

    Raises:
        ContractBreach: the page does not join on to what is stored: taking it would skip events nobody saw.
    """
    at = cursor(sql, feed)
    if at is None or at.epoch != page.epoch:
        raise ContractBreach("the page belongs to another epoch than the list")
    first = page.next - len(page.events) + 1
    if first > at.seq + 1:
        raise ContractBreach("the page begins after the next event")
    return page.events[max(0, at.seq + 1 - first) :]


def apply(
    sql: Sql, feed: str, page: FeedPage, events: tuple[Event | UnreadableEvent, ...], revs: Iterator[int]
) -> set[str]:
    """Store events and cursor; returns the keys of the lines they touch."""
    touched: set[str] = set()
    for event in events:
        if isinstance(event, UnreadableEvent):
            kept = rows.unreadable_columns(feed, page.epoch, event, page.server_time)
            _keep_raw(sql, kept)
            touched.add(kept["key"])
            touched |= {event.referral_id} if event.referral_id else set()
        else:
            _take(sql, feed, event, next(revs))
            touched.add(event.referral_id)
    sql.execute("UPDATE feed SET seq = ? WHERE feed = ?", (page.next, feed))
    return touched


def skip(sql: Sql, feed: str, at: Instant) -> set[str]:
    """Let an event that the hub does not give stand as unreadable, so that the feed goes on and it rings.

    Returns:
        The key of its line.
    """
    here = cursor(sql, feed)
    if here is None:
        return set()
    kept = rows.unreadable_columns(feed, here.epoch, UnreadableEvent(here.seq + 1, ""), at)
    _keep_raw(sql, kept)
    sql.execute("UPDATE feed SET seq = ? WHERE feed = ?", (here.seq + 1, feed))
    return {kept["key"]}


def add_events(sql: Sql, events: tuple[Event, ...]) -> bool:
    """Store events of a timeline; known ones stay as they are. Returns whether any was new."""
    found = [rows.event_columns(event) for event in events if event.kind not in NOT_IN_TIMELINE]
    new = [sql.execute(_ADD_EVENT, one).fetchone() for one in found]
    return any(new)


def clear_shadow(sql: Sql, feed: str) -> None:
    """Begin a snapshot."""
    sql.execute("DELETE FROM shadow WHERE feed = ?", (feed,))


def fill_shadow(sql: Sql, feed: str, page: SnapshotPage) -> None:
    """Add one page to the snapshot; of two versions of a case the higher stays."""
    for item in page.items:
        if isinstance(item, UnreadableItem):
            _keep_item(sql, feed, page, item)
        else:
            sql.execute(_PUT_SHADOW, rows.case_columns(feed, item, 0))


def swap(sql: Sql, feed: str, first: SnapshotPage, rev: int, queued: Iterable[str] = ()) -> None:
    """Let the whole snapshot take the place of the list, together with its cursor.

    Args:
        sql: inside a transaction.
        feed: whose list it is.
        first: the snapshot's first page.
        rev: above all before it.
        queued: cases with commands that wait here. Those a restored hub has lost stay as they were, as away: they bear
            version 0, so that whatever the hub says of them later takes their place.
    """
    before = cursor(sql, feed)
    restored = before is not None and before.epoch != first.epoch
    for key in queued:
        sql.execute(_KEEP_AWAY, (feed, key, restored))
    sql.execute("DELETE FROM referral WHERE feed = ?", (feed,))
    sql.execute(_TAKE_SHADOW, (rev, feed))
    clear_shadow(sql, feed)
    sql.execute("INSERT OR REPLACE INTO feed (feed, epoch, seq) VALUES (?, ?, ?)", (feed, first.epoch, first.as_of))
    if restored:
        sql.execute("DELETE FROM event")  # a restored hub may not have them; they are read again case by case
    else:
        sql.execute("DELETE FROM event WHERE referral_id NOT IN (SELECT id FROM referral)")


def let_go(sql: Sql, referral_id: str) -> bool:
    """Forget a case that is away, now that nothing of it waits here any more; whether it was."""
    return sql.execute(_LET_GO, (referral_id,)).fetchone() is not None


def _take(sql: Sql, feed: str, event: Event, rev: int) -> None:
    if event.kind == "left_scope":
        _leave(sql, feed, event, rev)
        return
    if event.referral is not None:
        sql.execute(_PUT, rows.case_columns(feed, event.referral, rev))
    if event.kind == "pruned":
        sql.execute("DELETE FROM event WHERE referral_id = ?", (event.referral_id,))
        if event.referral is None:
            sql.execute("DELETE FROM referral WHERE feed = ? AND id = ?", (feed, event.referral_id))
    add_events(sql, (event,))


def _leave(sql: Sql, feed: str, event: Event, rev: int) -> None:
    """The case goes to another unit: a stub stays, or nothing; its words go in either case."""
    kept = _version(sql, feed, event.referral_id)
    if kept is not None and kept > event.version:
        return  # it has come back since, and a later snapshot knew that already
    sql.execute("DELETE FROM referral WHERE feed = ? AND id = ?", (feed, event.referral_id))
    sql.execute("DELETE FROM event WHERE referral_id = ?", (event.referral_id,))
    if isinstance(event.referral, Stub):
        sql.execute(_PUT, rows.case_columns(feed, event.referral, rev))


def _version(sql: Sql, feed: str, referral_id: str) -> int | None:
    row = sql.execute("SELECT version FROM referral WHERE feed = ? AND id = ?", (feed, referral_id)).fetchone()
    return None if row is None else int(row["version"])


def _keep_raw(sql: Sql, columns: dict[str, Any]) -> None:
    sql.execute(_KEEP_RAW, columns)


def _keep_item(sql: Sql, feed: str, page: SnapshotPage, item: UnreadableItem) -> None:
    """Keep an item nobody can read, and the case as it was last readable beside it."""
    digest = hashlib.sha256(item.raw.encode("utf-8", "replace")).hexdigest()[:12]
    old = sql.execute("SELECT * FROM referral WHERE feed = ? AND id = ?", (feed, item.key)).fetchone()
    at = cursor(sql, feed)
    if old is not None and at is not None and at.epoch == page.epoch:
        sql.execute(_PUT_SHADOW, dict(old))
    _keep_raw(
        sql,
        {
            # of its words, because its place tells nothing: the next snapshot may have another one there
            "key": rows.unreadable_key(feed, page.epoch, f"{item.key}.{digest}"),
            "feed": feed, "through": 0, "referral_id": None if old is None else item.key,
            "at": int(page.server_time), "raw": item.raw,
        },
    )  # fmt: skip
