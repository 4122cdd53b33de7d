"""Units, their phones and the helplines, as the hub hands them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kotaconsole.domain.errors import Bilingual


@dataclass(frozen=True, slots=True)
class Phone:
    """A number with the day it was last verified; an unverified one is never printed."""

    number: str
    label: str | None = None
    verified_on: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A police unit. kind: state, range, district, commissionerate, grp or station."""

    id: str
    kind: str
    name: Bilingual
    parent: str | None = None
    watch: str = "never"
    phones: tuple[Phone, ...] = ()
    point: Any = None
    covers: Any = None


@dataclass(frozen=True, slots=True)
class Helpline:
    """A public helpline; dates are ISO days."""

    id: str
    name: Bilingual
    number: str
    hours: str | None = None
    verified_on: str | None = None
    expires_on: str | None = None

    def printable(self, today: str) -> bool:
        """Whether the number may stand on paper on this ISO day: verified, and not past its end."""
        return self.verified_on is not None and (self.expires_on is None or today <= self.expires_on)


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything the hub publishes about units."""

    revision: str | int
    intake_unit: str
    units: tuple[Unit, ...] = ()
    helplines: tuple[Helpline, ...] = ()
    triage_revision: str | int | None = None

    def unit(self, unit_id: str) -> Unit | None:
        """The unit of this code."""
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def name(self, unit_id: str) -> Bilingual:
        """A name to show; an unknown code shows itself."""
        unit = self.unit(unit_id)
        return unit.name if unit else Bilingual(unit_id, unit_id)

    def ancestors(self, unit_id: str) -> Iterator[str]:
        """The unit itself, then the units above it; a loop in the data ends the walk."""
        seen: set[str] = set()
        at: str | None = unit_id
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            unit = self.unit(at)
            at = unit.parent if unit else None

    def within(self, unit_id: str, above: str) -> bool:
        """Whether the first unit is the second or stands below it."""
        return above in self.ancestors(unit_id)
