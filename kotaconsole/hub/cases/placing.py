"""Places in feeds: the next seq of a feed, given inside the writing transaction, and the bytes that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select

from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import counters as numbers
from kotaconsole.hub.storage.tables import events, feed_events, feeds, notices
from kotaconsole.hub.storage.upsert import upsert

_BEGIN: Final = "feed-begin "
"""Counters of this name and a unit: the first seq of a feed that was begun again."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What made an event: a command of a workstation, or nothing of the kind (the source, the hub)."""

    command_id: str | None = None
    workstation: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its place in one feed."""

    unit: str
    seq: int
    body: bytes


def place(connection: Connection, unit: str, event_id: str, head: bytes, referral: bytes) -> Placed:
    """Give an event the next place in a feed; the row of the feed counts, so that no two get the same."""
    seq = _stepped(connection, unit)
    connection.execute(insert(feed_events).values(unit=unit, seq=seq, event_id=event_id))
    return Placed(unit, seq, assembled(seq, head, referral))


def begin_again(connection: Connection, unit: str) -> int:
    """Spend one seq on nothing, so that no cursor from before is good any more, not even one at the head.

    What stands before it stays in the file until it is cut like everything old; nobody can ask for it any more, and
    a long feed costs this transaction no more than a short one.

    Returns:
        The head from now on; the next event gets the seq after it.
    """
    head = _stepped(connection, unit)
    counters.put(connection, f"{_BEGIN}{unit}", head + 1)
    return head


def begins(connection: Connection) -> dict[str, int]:
    """The first seq of each feed that was ever begun again."""
    found = connection.execute(select(numbers).where(numbers.c.name.startswith(_BEGIN, autoescape=True)))
    return {row.name.removeprefix(_BEGIN): int(row.value) for row in found}


def stored_events(connection: Connection, unit: str, after: int, limit: int) -> list[bytes]:
    """Events of a feed after a seq, from the file."""
    query = (
        select(
            feed_events.c.seq,
            func.coalesce(events.c.head, notices.c.head).label("head"),
            func.coalesce(events.c.referral, notices.c.referral).label("referral"),
        )
        .outerjoin(events, feed_events.c.event_id == events.c.event_id)
        .outerjoin(notices, feed_events.c.event_id == notices.c.event_id)
        .where(feed_events.c.unit == unit, feed_events.c.seq > after)
        .order_by(feed_events.c.seq)
        .limit(limit)
    )
    return [assembled(row.seq, row.head, row.referral) for row in connection.execute(query)]


def assembled(seq: int, head: bytes, referral: bytes) -> bytes:
    """One event as it travels in a feed."""
    return b'{"seq":%d,%b,"referral":%b}' % (seq, head[1:-1], referral)


def _stepped(connection: Connection, unit: str) -> int:
    """The next seq of a feed, which is its head now."""
    begun = upsert(feeds).values(unit=unit, head=1)
    stepped = begun.on_conflict_do_update(index_elements=["unit"], set_={"head": feeds.c.head + 1})
    return int(connection.execute(stepped.returning(feeds.c.head)).scalar_one())
