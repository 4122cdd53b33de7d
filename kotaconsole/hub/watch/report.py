"""The shift's report: figures only, never a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.referral import Referral
from kotaconsole.hub.settings import Site
from kotaconsole.hub.storage.tables import presence_changes, referrals
from kotaconsole.hub.watch import figures
from kotaconsole.hub.watch.figures import Changed, Span
from kotaconsole.wire import codec
from kotaconsole.wire.watching import ShiftReport, Steps


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
    changes = tuple(_changes(connection, asked))
    report = ShiftReport(
        unit=asked.unit, total=len(opened), counts=figures.counted(opened, directory), times=figures.steps(opened),
        floods=figures.floods(flags, site.flood_flags, site.flood_window_s),
        link_lost_minutes=figures.minutes(changes, figures.LINK_LOST, Span(span.begin, min(span.end, now))),
        audio_lost_minutes=figures.minutes(changes, figures.AUDIO_LOST, Span(span.begin, min(span.end, now))),
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
