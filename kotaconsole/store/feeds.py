"""Writing what the hub says: pages, snapshots, timelines. Each function works inside one transaction of the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kotaconsole.domain.changes import FeedPage, SnapshotPage, UnreadableEvent, UnreadableItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.referral import Event, Stub
from kotaconsole.store import rows
from kotaconsole.store import tables as t
from kotaconsole.store.values import Cursor

NOT_IN_TIMELINE: Final = ("left_scope", "stub_updated")


def cursor(connection: Connection, feed: str) -> Cursor | None:
    """How far a feed was read."""
    row = connection.execute(select(t.feed.c.epoch, t.feed.c.seq).where(t.feed.c.feed == feed)).one_or_none()
    return None if row is None else Cursor(row.epoch, row.seq)


def newest_rev(connection: Connection) -> int:
    """The highest mark given to a case so far."""
    return int(connection.execute(select(func.coalesce(func.max(t.referral.c.rev), 0))).scalar_one())


def fresh(connection: Connection, feed: str, page: FeedPage) -> tuple[Event | UnreadableEvent, ...]:
    """The events of a page that are not stored yet; none when it was applied before.

    Raises:
        ContractBreach: the page does not join on to what is stored: taking it would skip events nobody saw.
    """
    at = cursor(connection, feed)
    if at is None or at.epoch != page.epoch:
        raise ContractBreach("the page belongs to another epoch than the list")
    first = page.next - len(page.events) + 1
    if first > at.seq + 1:
        raise ContractBreach("the page begins after the next event")
    return page.events[max(0, at.seq + 1 - first) :]


def apply(
    connection: Connection, feed: str, page: FeedPage, events: tuple[Event | UnreadableEvent, ...], revs: Iterator[int]
) -> set[str]:
    """Store events and cursor; returns the ids of the cases they touch."""
    touched: set[str] = set()
    for event in events:
        if isinstance(event, UnreadableEvent):
            _keep_raw(connection, rows.unreadable_columns(feed, page.epoch, event, page.server_time))
            touched |= {event.referral_id} if event.referral_id else set()
        else:
            _take(connection, feed, event, next(revs))
            touched.add(event.referral_id)
    connection.execute(update(t.feed).where(t.feed.c.feed == feed).values(seq=page.next))
    return touched


def skip(connection: Connection, feed: str, at: Instant) -> None:
    """Let an event that the hub does not give stand as unreadable, so that the feed goes on and it rings."""
    here = cursor(connection, feed)
    if here is None:
        return
    missing = UnreadableEvent(here.seq + 1, "")
    _keep_raw(connection, rows.unreadable_columns(feed, here.epoch, missing, at))
    connection.execute(update(t.feed).where(t.feed.c.feed == feed).values(seq=here.seq + 1))


def add_events(connection: Connection, events: tuple[Event, ...]) -> bool:
    """Store events of a timeline; known ones stay as they are. Returns whether any was new."""
    found = [rows.event_columns(event) for event in events if event.kind not in NOT_IN_TIMELINE]
    known = select(func.count()).select_from(t.event)
    before = connection.execute(known).scalar_one()
    if found:
        connection.execute(upsert(t.event).on_conflict_do_nothing(), found)
    return bool(connection.execute(known).scalar_one() > before)


def clear_shadow(connection: Connection, feed: str) -> None:
    """Begin a snapshot."""
    connection.execute(delete(t.shadow).where(t.shadow.c.feed == feed))


def fill_shadow(connection: Connection, feed: str, page: SnapshotPage, revs: Iterator[int]) -> None:
    """Add one page to the snapshot; of two versions of a case the higher stays."""
    found = []
    for item in page.items:
        if isinstance(item, UnreadableItem):
            _keep_item(connection, feed, page, item)
        else:
            found.append(rows.case_columns(feed, item, next(revs)))
    if found:
        _put(connection, t.shadow, found)


def swap(connection: Connection, feed: str, first: SnapshotPage) -> None:
    """Let the whole snapshot take the place of the list, together with its cursor."""
    before = cursor(connection, feed)
    connection.execute(delete(t.referral).where(t.referral.c.feed == feed))
    columns = [column.name for column in t.referral.columns]
    whole = select(*(t.shadow.c[name] for name in columns)).where(t.shadow.c.feed == feed)
    connection.execute(insert(t.referral).from_select(columns, whole))
    clear_shadow(connection, feed)
    place = upsert(t.feed).values(feed=feed, epoch=first.epoch, seq=first.as_of)
    connection.execute(
        place.on_conflict_do_update(
            index_elements=["feed"], set_={"epoch": place.excluded.epoch, "seq": place.excluded.seq}
        )
    )
    gone = t.event.c.referral_id.not_in(select(t.referral.c.id))
    if before is not None and before.epoch != first.epoch:
        connection.execute(delete(t.event))  # a restored hub may not have them; they are read again case by case
    else:
        connection.execute(delete(t.event).where(gone))


def _take(connection: Connection, feed: str, event: Event, rev: int) -> None:
    if event.kind == "left_scope":
        _leave(connection, feed, event, rev)
        return
    if event.referral is not None:
        _put(connection, t.referral, (rows.case_columns(feed, event.referral, rev),))
    if event.kind == "pruned":
        connection.execute(delete(t.event).where(t.event.c.referral_id == event.referral_id))
    add_events(connection, (event,))


def _leave(connection: Connection, feed: str, event: Event, rev: int) -> None:
    """The case goes to another unit: a stub stays, or nothing; its words go in either case."""
    kept = _version(connection, feed, event.referral_id)
    if kept is not None and kept > event.version:
        return  # it has come back since, and a later snapshot knew that already
    mine = (t.referral.c.feed == feed) & (t.referral.c.id == event.referral_id)
    connection.execute(delete(t.referral).where(mine))
    connection.execute(delete(t.event).where(t.event.c.referral_id == event.referral_id))
    if isinstance(event.referral, Stub):
        _put(connection, t.referral, (rows.case_columns(feed, event.referral, rev),))


def _version(connection: Connection, feed: str, referral_id: str) -> int | None:
    asked = select(t.referral.c.version).where((t.referral.c.feed == feed) & (t.referral.c.id == referral_id))
    found: int | None = connection.execute(asked).scalar_one_or_none()
    return found


def _put(connection: Connection, table: Table, found: Sequence[dict[str, Any]]) -> None:
    new = upsert(table)
    changed = {name: new.excluded[name] for name in ("version", "standing", "rev", "body")}
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["feed", "id"], set_=changed, where=table.c.version <= new.excluded.version
        ),
        found,
    )


def _keep_raw(connection: Connection, columns: dict[str, Any]) -> None:
    connection.execute(upsert(t.unreadable).values(**columns).on_conflict_do_nothing())


def _keep_item(connection: Connection, feed: str, page: SnapshotPage, item: UnreadableItem) -> None:
    """Keep an item nobody can read, and the case as it was last readable beside it."""
    digest = hashlib.sha256(item.raw.encode("utf-8", "replace")).hexdigest()[:12]
    known = select(t.referral).where((t.referral.c.feed == feed) & (t.referral.c.id == item.key))
    old = connection.execute(known).mappings().one_or_none()
    at = cursor(connection, feed)
    if old is not None and at is not None and at.epoch == page.epoch:
        _put(connection, t.shadow, (dict(old),))
    _keep_raw(
        connection,
        {
            # of its words, because its place tells nothing: the next snapshot may have another one there
            "key": rows.unreadable_key(feed, page.epoch, f"{item.key}.{digest}"),
            "feed": feed, "through": 0, "referral_id": None if old is None else item.key,
            "at": int(page.server_time), "raw": item.raw,
        },
    )  # fmt: skip
