"""What one directory has that another has not: told before units vanish, or at least when they have."""

from __future__ import annotations

from dataclasses import dataclass

from kotaconsole.domain.directory import Directory, Helpline, Unit


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit that stands below another one now; None: below none."""

    unit: Unit
    was: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit that is told otherwise now, and in which columns or tables."""

    unit: Unit
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that an import changes.

    Attributes:
        dropped, new, moved, changed: units; one may be both moved and changed.
        lines_dropped, lines_new, lines_changed: codes of helplines.
        intake: the unit where new cases began and the one where they begin now, when it is another one.
    """

    dropped: tuple[Unit, ...]
    new: tuple[Unit, ...]
    moved: tuple[Moved, ...]
    changed: tuple[Changed, ...]
    lines_dropped: tuple[str, ...]
    lines_new: tuple[str, ...]
    lines_changed: tuple[str, ...]
    intake: tuple[str, str] | None

    @property
    def nothing(self) -> bool:
        """Whether the two say the same."""
        units = self.dropped or self.new or self.moved or self.changed
        return not (units or self.lines_dropped or self.lines_new or self.lines_changed or self.intake)


def between(old: Directory, new: Directory) -> Changes:
    """What becomes of the first directory when the second takes its place; units in the order of their tables."""
    before = {unit.id: unit for unit in old.units}
    after = {unit.id: unit for unit in new.units}
    pairs = [(before[unit.id], unit) for unit in new.units if unit.id in before]
    lines = {line.id: line for line in old.helplines}
    kept = {line.id for line in new.helplines}
    return Changes(
        dropped=tuple(unit for unit in old.units if unit.id not in after),
        new=tuple(unit for unit in new.units if unit.id not in before),
        moved=tuple(Moved(unit, was.parent) for was, unit in pairs if was.parent != unit.parent),
        changed=tuple(Changed(unit, told) for was, unit in pairs if (told := _told(was, unit))),
        lines_dropped=tuple(line.id for line in old.helplines if line.id not in kept),
        lines_new=tuple(line.id for line in new.helplines if line.id not in lines),
        lines_changed=tuple(line.id for line in new.helplines if _otherwise(lines.get(line.id), line)),
        intake=None if old.intake_unit == new.intake_unit else (old.intake_unit, new.intake_unit),
    )


def _told(was: Unit, now: Unit) -> tuple[str, ...]:
    names = ("kind", "name", "watch", "phones", "point", "covers")
    return tuple(name for name in names if getattr(was, name) != getattr(now, name))


def _otherwise(was: Helpline | None, now: Helpline) -> bool:
    return was is not None and was != now
