"""Cutting feeds at their old end: a feed never has a hole, so whatever lies before a place goes with it.

Whoever reads on from before the cut is told `cursor-expired` and takes the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, exists, func, select, union_all

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.ids import first_id
from kotaconsole.hub.storage.tables import events, feed_events, notices
from kotaconsole.hub.storage.writer import Transaction

AT_ONCE = 500
"""Entries of one transaction: some milliseconds, so that no command waits long."""
Cut = Callable[[str, int], None]
"""Told after the commit: a feed, and the seq of the first entry it still has."""


@dataclass(frozen=True, slots=True)
class Place:
    """The last entry of a feed that has to go."""

    unit: str
    seq: int


def places_of_case(connection: Connection, case_id: str) -> list[Place]:
    """Where the last word of a case stands in each feed."""
    theirs = union_all(*(select(table.c.event_id).where(table.c.referral_id == case_id) for table in (events, notices)))
    query = (
        select(feed_events.c.unit, func.max(feed_events.c.seq).label("seq"))
        .where(feed_events.c.event_id.in_(theirs))
        .group_by(feed_events.c.unit)
    )
    return [Place(row.unit, row.seq) for row in connection.execute(query)]


def places_before(connection: Connection, moment: Instant) -> list[Place]:
    """Where each feed stood at a moment: ids of events begin with the time at which they were made (RFC 9562)."""
    made_before = feed_events.c.event_id < first_id(moment)
    query = select(feed_events.c.unit, func.max(feed_events.c.seq).label("seq")).where(made_before)
    return [Place(row.unit, row.seq) for row in connection.execute(query.group_by(feed_events.c.unit))]


def cut(tx: Transaction, place: Place, told: Cut) -> bool:
    """Take away the oldest entries of a feed up to a place, a few at a time; gives back whether that was all."""
    feed = feed_events.c.unit == place.unit
    oldest = tx.connection.execute(select(func.min(feed_events.c.seq)).where(feed)).scalar()
    if oldest is None or oldest > place.seq:
        return True
    last = min(place.seq, oldest + AT_ONCE - 1)
    going = feed & (feed_events.c.seq <= last)
    elsewhere = feed_events.alias()
    stays = exists().where(
        elsewhere.c.event_id == notices.c.event_id, ~((elsewhere.c.unit == place.unit) & (elsewhere.c.seq <= last))
    )
    orphans = notices.c.event_id.in_(select(feed_events.c.event_id).where(going)) & ~stays
    # the notices go first, while their entries still tell which they are
    tx.connection.execute(delete(notices).where(orphans))
    tx.connection.execute(delete(feed_events).where(going))
    tx.after_commit.append(partial(told, place.unit, last + 1))
    return bool(last == place.seq)
