"""The arithmetic of a shift's report: counts, percentiles, floods, minutes, and what is too few to be told. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.referral import Referral
from kotaconsole.domain.vocabulary import LEVELS
from kotaconsole.wire.watching import Cells, Flood, Steps

FEWEST: Final = 5
"""Counts below this point at single persons; only supervisors and auditors see them."""
_DISTRICTS: Final = ("district", "commissionerate", "grp")
LINK_LOST: Final = ("silent", "deaf")
AUDIO_LOST: Final = ("unheard",)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment (included) to another (excluded)."""

    begin: Instant
    end: Instant

    def holds(self, at: Instant) -> bool:
        """Whether a moment lies in it."""
        return self.begin <= at < self.end


@dataclass(frozen=True, slots=True)
class Changed:
    """A console's state from a moment on."""

    workstation_id: str
    at: Instant
    state: str


def counted(cases: Sequence[Referral], directory: Directory) -> dict[str, Cells]:
    """How many cases of each kind, as they stand here."""
    found: dict[str, Counter[str]] = {
        "level": Counter(dict.fromkeys(LEVELS, 0)),
        "platform": Counter(),
        "state": Counter(),
        "outcome": Counter(),
        "district": Counter(),
    }
    for case in cases:
        found["level"][case.level] += 1
        found["platform"][case.flags[0].platform if case.flags else "other"] += 1
        found["state"][case.state] += 1
        found["district"][district_of(case, directory)] += 1
        if case.outcome is not None:
            found["outcome"][case.outcome.code] += 1
    return {name: dict(sorted(cells.items())) for name, cells in found.items()}


def district_of(case: Referral, directory: Directory) -> str:
    """The police district the case stands in; one that was accepted by telephone stands where it was accepted."""
    unit = case.unit if case.by_phone is None else case.by_phone.to
    kinds = {one.id: one.kind for one in directory.units}
    return next((one for one in directory.ancestors(unit) if kinds.get(one) in _DISTRICTS), unit)


def steps(cases: Iterable[Referral]) -> dict[str, Steps]:
    """How long each step took, over the cases that have both of its moments.

    A case that a person opened by hand was never a flag that waited, so it does not count for the first step.
    """
    lasted: dict[str, list[float]] = {
        "flag_to_acknowledged": [], "acknowledged_to_informed": [], "informed_to_contact": []
    }  # fmt: skip
    for case in cases:
        times = case.times
        by_hand = times.acknowledged_at == case.opened_at
        _add(lasted["flag_to_acknowledged"], None if by_hand else case.opened_at, times.acknowledged_at)
        _add(lasted["acknowledged_to_informed"], times.acknowledged_at, times.informed_at)
        _add(lasted["informed_to_contact"], times.informed_at, times.contact_at)
    return {name: Steps(len(found), percentile(found, 50), percentile(found, 90)) for name, found in lasted.items()}


def percentile(values: Sequence[float], share: int) -> float | None:
    """The smallest of the values that so many per cent do not pass (nearest rank); None of none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(len(values) * share / 100) - 1)]


def floods(moments: Iterable[Instant], flags: int, window_s: float) -> tuple[Flood, ...]:
    """Times in which more than so many flags came within so many seconds, from the first flag to the last."""
    at = sorted(moments)
    found: list[tuple[int, int]] = []
    first = 0
    for last, moment in enumerate(at):
        while moment.seconds_since(at[first]) >= window_s:
            first += 1
        if last - first < flags:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(Flood(at[first], at[last], last - first + 1) for first, last in found)


def minutes(changes: Iterable[Changed], states: Sequence[str], span: Span) -> float:
    """Minutes of the span that consoles spent in some states, all consoles together."""
    by_console: dict[str, list[Changed]] = {}
    for change in changes:
        by_console.setdefault(change.workstation_id, []).append(change)
    lost = 0.0
    for theirs in by_console.values():
        ends = [change.at for change in theirs[1:]] + [span.end]
        for change, end in zip(theirs, ends, strict=True):
            if change.state in states:
                lost += max(0.0, min(end, span.end).seconds_since(max(change.at, span.begin)))
    return round(lost / 60, 1)


def suppressed(counts: Mapping[str, Cells]) -> dict[str, Cells]:
    """Counts without the cells that are too few to be told, and without what would give them away.

    One hidden cell is what the others leave of the total, so a second one is hidden with it: the smallest that
    stands.
    """
    return {name: _hidden(cells) for name, cells in counts.items()}


def few(count: int | None) -> bool:
    """Whether a count is too small to be told; none at all points at nobody."""
    return count is not None and 0 < count < FEWEST


def _hidden(cells: Cells) -> Cells:
    small = {name for name, count in cells.items() if few(count)}
    standing = sorted((count, name) for name, count in cells.items() if count and name not in small)
    if len(small) == 1 and standing:
        small.add(standing[0][1])
    return {name: None if name in small else count for name, count in cells.items()}


def _add(lasted: list[float], begin: Instant | None, end: Instant | None) -> None:
    if begin is not None and end is not None:
        # the desk's clock may be a little behind the hub's
        lasted.append(max(0.0, end.seconds_since(begin)))
