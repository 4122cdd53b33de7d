"""The list and the case pane as values: what the screen shows, worked out without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event, Location, Referral, is_minor, open_alarm
from kotaconsole.domain.triage import is_unreadable
from kotaconsole.domain.vocabulary import LEVELS, Level, State

Reach = Literal["good", "poor", "none"]
"""Can we act on it? good: a fresh place within walking reach; poor: some place; none: no place at all."""

GOOD_RADIUS_M: Final = 1_000
"""A circle a patrol can search on foot; wider ones are shown as poor."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list, already with the desk's pending commands laid over it.

    Attributes:
        key: the referral id, or `unreadable:<place>` for an event nobody could read.
        ringing: the alarm is not acknowledged, or another unit waits for this one to take the case.
        who: the name or alias as known, unmasked; the screen masks it.
        where: best place in words, or None. unit: the unit that owns the case.
        incoming: another unit asks this desk's unit to take it.
        away: the hub was restored and does not have the case at present; this is how it last stood.
        pending: commands saved here and not at the hub; refused: commands the hub refused and nobody resolved.
    """

    key: str
    number: str | None
    level: Level
    state: State
    ringing: bool
    since: Instant
    who: str | None
    where: str | None
    unit: str
    reach: Reach
    minor: str
    holder_is_subject: str
    repeat: bool
    stale_place: bool
    unreadable: bool
    flags: int
    holder: str | None
    platform: str | None
    training: bool
    version: int
    pending: int = 0
    refused: int = 0
    transfer_to: str | None = None
    incoming: bool = False
    withdrawn: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline: an event of the hub, or a command of this desk that is not one yet.

    Attributes:
        mark: hub, pending or refused.
        event: the hub's event; entry: the outbox row. Exactly one is set.
    """

    mark: Literal["hub", "pending", "refused"]
    at: Instant
    kind: str
    by: str | None
    event: Event | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case for the pane: the case with pending commands laid over, and its timeline, oldest first."""

    row: CaseRow
    case: Referral | None
    timeline: tuple[TimelineEntry, ...]
    raw: str | None = None


def order(row: CaseRow) -> tuple[bool, int, bool, Instant, str]:
    """Sort key of the list: real before training, level, unacknowledged first, oldest first; the key settles ties."""
    return (row.training, LEVELS.index(row.level), not row.ringing, row.since, row.key)


def row_of(
    case: Referral, *, now: Instant, stale_after_s: float, unit: str = "", pending: int = 0, refused: int = 0
) -> CaseRow:
    """The line of one case, as a desk of this unit shows it."""
    incoming = case.transfer is not None and case.transfer.to == unit and case.state != "closed"
    place = best_place(case)
    latest = case.flags[-1] if case.flags else None
    return CaseRow(
        key=case.id,
        number=case.number,
        level=case.level,
        state=case.state,
        ringing=incoming or open_alarm(case) is not None,
        since=case.opened_at,
        who=case.subject.name or case.account.display_name or case.account.handle,
        where=_words(place),
        unit=case.unit,
        reach=reach(case, now=now, stale_after_s=stale_after_s),
        minor=is_minor(case),
        holder_is_subject=case.account.holder_is_subject,
        repeat=case.flag_count > 1 or case.previous is not None,
        stale_place=place is not None and _stale(place, now, stale_after_s),
        unreadable=_unread(case),
        flags=case.flag_count or len(case.flags),
        holder=case.holder.name if case.holder else None,
        platform=latest.platform if latest else None,
        training=case.training,
        version=case.version,
        pending=pending,
        refused=refused,
        transfer_to=case.transfer.to if case.transfer else None,
        incoming=incoming,
        withdrawn=bool(case.flags) and all(flag.withdrawn_at is not None for flag in case.flags),
    )


def _unread(case: Referral) -> bool:
    """Whether something unreadable waits for a person: an assessment settles only what was there."""
    seen = case.assessed
    return any(is_unreadable(flag) and (seen is None or flag.received_at > seen.at) for flag in case.flags)


def best_place(case: Referral) -> Location | None:
    """The place to name first: one a person accepted, else the newest with the smallest circle."""
    accepted = [place for place in case.locations if place.accepted_at is not None]
    if accepted:
        return max(accepted, key=lambda place: place.accepted_at or Instant(0))
    usable = [place for place in case.locations if _words(place) is not None]
    if not usable:
        return None
    return min(usable, key=lambda place: (_circle(place), -(place.observed_at or Instant(0))))


def reach(case: Referral, *, now: Instant, stale_after_s: float) -> Reach:
    """Whether somebody can be sent: a column of its own, so that an untraceable P1 stays on top."""
    place = best_place(case)
    if place is None:
        return "none"
    near = _circle(place) <= GOOD_RADIUS_M
    return "good" if near and not _stale(place, now, stale_after_s) else "poor"


def _circle(place: Location) -> float:
    if place.radius_m is not None:
        return place.radius_m
    # an address without a radius is as good as its words; coordinates without one say nothing of their error
    return 500.0 if place.kind in ("address", "operator", "relative") and place.text else 50_000.0


def _stale(place: Location, now: Instant, stale_after_s: float) -> bool:
    if place.accepted_at is not None or place.kind == "address":
        return False
    return place.observed_at is None or now.seconds_since(place.observed_at) > stale_after_s


def _words(place: Location | None) -> str | None:
    if place is None:
        return None
    if place.text:
        return place.text
    if place.pincode:
        return place.pincode
    if place.lat is not None and place.lon is not None:
        return f"{place.lat:.4f}, {place.lon:.4f}"
    return None
