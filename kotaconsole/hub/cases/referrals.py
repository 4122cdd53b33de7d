"""Reading cases: one, its timeline, its flags, and the snapshot of a feed.

Everything here runs in one consistent view of the database and joins stored bytes; nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.cases.feeds import fitting
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.cases.scope import Reader, Scope, Seen, seen, stub_horizon
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import events, feeds, referrals, stubs
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Flags


@dataclass(frozen=True, slots=True)
class SnapshotAsked:
    """One page of a snapshot: items after an id, for a snapshot begun at as_of (None: this is page 1)."""

    unit: str
    after_id: str
    as_of: int | None
    limit: int
    page_bytes: int
    closed_since: Instant
    now: Instant


@dataclass(frozen=True, slots=True)
class SnapshotFound:
    """The items of one page, and the id after which the next begins, where there is one."""

    as_of: int
    items: list[bytes]
    next_after: str | None


def one(connection: Connection, case_id: str, reader: Reader, scope: Scope, now: Instant, *, stub: bool) -> Seen:
    """A case as far as a reader may see it; a stub only where one is asked for.

    Raises:
        Refused: `not-found`, also for what the reader may not see.
    """
    found = seen(connection, scope, case_id, reader, now)
    if found is None or (found.stub and not stub):
        raise Refused("not-found", "there is no such case")
    return found


def timeline(connection: Connection, case_id: str, after: int, limit: int, page_bytes: int) -> tuple[list[bytes], bool]:
    """Events of a case after a version, and whether there are more."""
    query = (
        select(events.c.head)
        .where(events.c.referral_id == case_id, events.c.version > after)
        .order_by(events.c.version)
        .limit(limit + 1)
    )
    found = list(connection.execute(query).scalars())
    kept = fitting(found[:limit], page_bytes)
    return kept, len(kept) < len(found)


def flags_after(connection: Connection, case_id: str, after: int, limit: int, page_bytes: int) -> bytes:
    """Flags of a case after a number, counted from 1: also those its travelling form has left out."""
    case = load_case(connection, case_id)
    if case is None:
        raise Refused("not-found", "there is no such case")
    rest = case.referral.flags[after:]
    bodies = fitting([codec.encode(flag) for flag in rest[:limit]], page_bytes)
    return codec.encode(Flags(rest[: len(bodies)], len(bodies) < len(rest)))


def snapshot(connection: Connection, asked: SnapshotAsked, units: Sequence[str]) -> SnapshotFound:
    """What the feed of a unit shows, by id; the head is read in the same view.

    That is: the cases of these units and those on their way to one of them, open or closed lately, and the stubs
    the unit itself holds of cases it no longer sees.
    """
    as_of = asked.as_of
    if as_of is None:
        as_of = connection.execute(select(feeds.c.head).where(feeds.c.unit == asked.unit)).scalar() or 0
    limit = asked.limit + 1
    rows = sorted([*_whole(connection, asked, units, limit), *_stubs(connection, asked, units, limit)])[:limit]
    items = fitting([body for _, body in rows[: asked.limit]], asked.page_bytes)
    more = len(items) < len(rows)
    return SnapshotFound(as_of, items, rows[len(items) - 1][0] if more else None)


def _whole(connection: Connection, asked: SnapshotAsked, units: Sequence[str], limit: int) -> list[tuple[str, bytes]]:
    shown = or_(referrals.c.closed_at.is_(None), referrals.c.closed_at >= int(asked.closed_since))
    ours = or_(referrals.c.unit.in_(units), referrals.c.transfer_to.in_(units))
    query = select(referrals.c.id, referrals.c.body).where(ours, referrals.c.id > asked.after_id, shown)
    return [(row.id, row.body) for row in connection.execute(query.order_by(referrals.c.id).limit(limit))]


def _stubs(connection: Connection, asked: SnapshotAsked, units: Sequence[str], limit: int) -> list[tuple[str, bytes]]:
    kept = or_(stubs.c.closed_at.is_(None), stubs.c.closed_at >= stub_horizon(asked.now))
    # while it is on its way back, the case itself is shown
    theirs = and_(
        referrals.c.unit.not_in(units),
        or_(referrals.c.transfer_to.is_(None), referrals.c.transfer_to.not_in(units)),
    )
    query = (
        select(stubs.c.referral_id, stubs.c.body)
        .join(referrals, stubs.c.referral_id == referrals.c.id)
        .where(stubs.c.unit == asked.unit, stubs.c.referral_id > asked.after_id, kept, theirs)
        .order_by(stubs.c.referral_id)
        .limit(limit)
    )
    return [(row.referral_id, row.body) for row in connection.execute(query)]
