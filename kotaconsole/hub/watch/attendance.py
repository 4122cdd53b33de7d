"""Whether somebody listens: which consoles have fallen silent, which units nobody listens for, and who is told.

Pure: it is given what is known and says what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.hub.watch.presence import Console
from kotaconsole.wire.bodies import WatchAlarm


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that must be listened for and is not; told: the unit above that is, None where there is none."""

    unit: str
    since: Instant
    told: str | None


@dataclass(frozen=True, slots=True)
class Watched:
    """Everything that is wrong with the watching at one moment."""

    silent: tuple[Console, ...] = ()
    missing: tuple[Missing, ...] = ()
    listening: frozenset[str] = frozenset()

    def alarms(self, workstation_id: str, unit: str, directory: Directory) -> tuple[WatchAlarm, ...]:
        """What one console is told.

        A unit that nobody listens for is told to the unit that stands in for it, and to its own deaf consoles. A
        console that fell silent is told to the others of its unit, or, where none of them listens, to the unit that
        stands in.
        """
        units = [
            WatchAlarm("unit_unattended", one.unit, one.since) for one in self.missing if unit in (one.told, one.unit)
        ]
        desks = [
            WatchAlarm("console_silent", one.unit, one.since, one.desk)
            for one in self.silent
            if one.id != workstation_id
            and (one.unit == unit or (one.unit not in self.listening and above(one.unit, self, directory) == unit))
        ]
        return (*units, *desks)


def above(unit: str, watched: Watched, directory: Directory) -> str | None:
    """The nearest unit above this one that somebody listens at."""
    return next((one for one in directory.ancestors(unit) if one != unit and one in watched.listening), None)


def needing(directory: Directory, holding: Iterable[str]) -> frozenset[str]:
    """Units that must be listened for, given the units that hold open cases.

    A station below a district holds for the nearest unit at or above it that is watched at all.
    """
    watched = {unit.id: unit.watch for unit in directory.units if unit.watch != "never"}
    always = {unit for unit, watch in watched.items() if watch == "always"}
    nearest = (next((one for one in directory.ancestors(unit) if one in watched), None) for unit in holding)
    return frozenset(always | {unit for unit in nearest if unit is not None})


def watched_now(
    consoles: Sequence[Console], heard: Mapping[str, Instant], needed: Mapping[str, Instant], directory: Directory,
    now: Instant, patience_s: float,
) -> Watched:  # fmt: skip
    """What is wrong now.

    Args:
        consoles: as they were last seen.
        heard: when a unit was last heard to listen.
        needed: units that must be listened for, and since when they must (or the hub may tell).
        directory: the tree of units.
        now: the hub's time.
        patience_s: seconds without a sign before anybody is told.
    """
    listening = frozenset(unit for unit, at in heard.items() if now.seconds_since(at) < patience_s)
    silent = tuple(
        one
        for one in consoles
        if one.state in ("silent", "unheard", "deaf") and now.seconds_since(one.since) >= patience_s
    )
    found = Watched(silent, (), listening)
    missing = []
    for unit, begun in sorted(needed.items()):
        since = max(begun, heard.get(unit, begun))
        if unit not in listening and now.seconds_since(since) >= patience_s:
            missing.append(Missing(unit, since, above(unit, found, directory)))
    return Watched(silent, tuple(missing), listening)
