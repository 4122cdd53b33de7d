"""The shift's report: figures only, never a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.referral import Referral
from kotaconsole.hub.ids import first_id
from kotaconsole.hub.settings import Site
from kotaconsole.hub.storage.tables import events, presence_changes, referrals
from kotaconsole.hub.watch import figures
from kotaconsole.hub.watch.figures import Changed, Span
from kotaconsole.wire import codec
from kotaconsole.wire.watching import ShiftReport, Steps

AT_ONCE: Final = 500
"""Cases asked for in one query."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked about; all: nothing is too few to be told to whoever asks.

    Attributes:
        units: the unit and those below it. training: on a hub for training, its cases are what is counted.
    """

    unit: str
    units: tuple[str, ...]
    span: Span
    all: bool
    training: bool


def made(connection: Connection, asked: Asked, directory: Directory, site: Site, now: Instant) -> dict[str, Any]:
    """The report, as it travels."""
    span = asked.span
    read = tuple(_cases(connection, asked))
    opened = [case for case in read if span.holds(case.opened_at)]
    flags = [flag.received_at for case in read for flag in case.flags if span.holds(flag.received_at)]
    # what happened after the span is no part of how it ended: whoever reads a night's report later reads the same
    stood = _as_of(connection, opened, span.end)
    lost = _lost(connection, asked, Span(span.begin, min(span.end, now)), now.plus(days=-site.retained_days))
    report = ShiftReport(
        unit=asked.unit, total=len(opened), counts=figures.counted(stood, directory), times=figures.steps(opened),
        floods=figures.floods(flags, site.flood_flags, site.flood_window_s),
        link_lost_minutes=lost[0], audio_lost_minutes=lost[1],
        suppressed_below=None, server_time=now,
    )  # fmt: skip
    told = codec.plain(report if asked.all else _without_few(report))
    return {"unit": asked.unit, "from": span.begin.iso(), "to": span.end.iso(), **told}


def _without_few(report: ShiftReport) -> ShiftReport:
    return replace(
        report,
        total=None if figures.few(report.total) else report.total,
        counts=figures.suppressed(report.counts),
        times={name: Steps(None, None, None) if figures.few(one.n) else one for name, one in report.times.items()},
        suppressed_below=figures.FEWEST,
    )


def _cases(connection: Connection, asked: Asked) -> Iterator[Referral]:
    """Cases that were open in the span; only these can have been opened, or flagged again, within it."""
    query = select(referrals.c.whole).where(
        referrals.c.unit.in_(asked.units),
        or_(referrals.c.closed_at.is_(None), referrals.c.closed_at >= int(asked.span.begin)),
    )
    if not asked.training:
        query = query.where(referrals.c.number.not_like("T-%"))
    for whole in connection.execute(query).scalars():
        yield codec.decode(bytes(whole), Case).referral


def _as_of(connection: Connection, cases: Sequence[Referral], end: Instant) -> list[Referral]:
    """Cases with state, level and outcome as the hub had them at a moment; all else as it is.

    One that reached the hub only later stands as it came. One that was pruned has no timeline to ask any more, and
    stands as it ended.
    """
    later = [case.id for case in cases if case.updated_at >= end]
    then: dict[str, Referral] = {}
    for begin in range(0, len(later), AT_ONCE):
        then |= _bodies(connection, later[begin : begin + AT_ONCE], end)
    return [
        case if (old := then.get(case.id)) is None
        else replace(case, state=old.state, level=old.level, outcome=old.outcome)
        for case in cases
    ]  # fmt: skip


def _bodies(connection: Connection, ids: Sequence[str], end: Instant) -> dict[str, Referral]:
    kept = events.c
    # the id of an event begins with the time at which it was recorded (RFC 9562)
    before = func.max(kept.version).filter(kept.event_id < first_id(end))
    known = select(kept.referral_id, func.coalesce(before, func.min(kept.version)).label("version"))
    known_by = known.where(kept.referral_id.in_(ids)).group_by(kept.referral_id).subquery()
    query = select(kept.referral_id, kept.referral).join(
        known_by, and_(kept.referral_id == known_by.c.referral_id, kept.version == known_by.c.version)
    )
    return {row.referral_id: codec.decode(bytes(row.referral), Referral) for row in connection.execute(query)}


def _lost(connection: Connection, asked: Asked, span: Span, kept_since: Instant) -> tuple[float | None, float | None]:
    """Minutes without link and without sound; None where it is not kept any more how the consoles stood."""
    if span.begin < kept_since:
        return None, None
    changes = tuple(_changes(connection, asked))
    return figures.minutes(changes, figures.LINK_LOST, span), figures.minutes(changes, figures.AUDIO_LOST, span)


def _changes(connection: Connection, asked: Asked) -> Iterator[Changed]:
    """How the consoles of the units stood, from before the span on, each in the order of time."""
    kept, begin = presence_changes.c, int(asked.span.begin)
    ours = select(kept.workstation_id).where(kept.unit.in_(asked.units)).distinct()
    theirs = kept.workstation_id.in_(ours)
    before = select(func.max(kept.n)).where(theirs, kept.at < begin).group_by(kept.workstation_id)
    within = and_(theirs, kept.at >= begin, kept.at < int(asked.span.end))
    query = select(presence_changes).where(or_(within, kept.n.in_(before))).order_by(kept.n)
    units = set(asked.units)
    for row in connection.execute(query):
        # a console that was moved to another unit is no longer missing here
        yield Changed(row.workstation_id, Instant(row.at), row.state if row.unit in units else "left")
