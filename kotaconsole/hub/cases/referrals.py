"""Reading cases: one, its timeline, its flags, and the snapshot of a feed.

Everything here runs in one consistent view of the database and joins stored bytes; nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.hub.cases.feeds import fitting
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import events, feeds, referrals
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Flags


@dataclass(frozen=True, slots=True)
class Found:
    """A case as it travels, with its version for the ETag."""

    version: int
    body: bytes


@dataclass(frozen=True, slots=True)
class SnapshotAsked:
    """One page of a snapshot: items after an id, for a snapshot begun at as_of (None: this is page 1)."""

    unit: str
    after_id: str
    as_of: int | None
    limit: int
    page_bytes: int
    closed_since: Instant


@dataclass(frozen=True, slots=True)
class SnapshotFound:
    """The items of one page, and the id after which the next begins, where there is one."""

    as_of: int
    items: list[bytes]
    next_after: str | None


def one(connection: Connection, case_id: str, unit: str, directory: Directory) -> Found:
    """A case within the caller's unit.

    Raises:
        Refused: `not-found`, also for what the caller may not see.
    """
    query = select(referrals.c.unit, referrals.c.version, referrals.c.body).where(referrals.c.id == case_id)
    row = connection.execute(query).first()
    if row is None or not directory.within(row.unit, unit):
        raise Refused("not-found", "there is no such case")
    return Found(row.version, row.body)


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
    """Open cases of these units and those closed lately, by id; the head is read in the same view."""
    as_of = asked.as_of
    if as_of is None:
        as_of = connection.execute(select(feeds.c.head).where(feeds.c.unit == asked.unit)).scalar() or 0
    shown = or_(referrals.c.closed_at.is_(None), referrals.c.closed_at >= int(asked.closed_since))
    query = (
        select(referrals.c.id, referrals.c.body)
        .where(referrals.c.unit.in_(units), referrals.c.id > asked.after_id, shown)
        .order_by(referrals.c.id)
        .limit(asked.limit + 1)
    )
    rows = connection.execute(query).all()
    items = fitting([row.body for row in rows[: asked.limit]], asked.page_bytes)
    more = len(items) < len(rows)
    return SnapshotFound(as_of, items, rows[len(items) - 1].id if more else None)
