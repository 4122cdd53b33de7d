"""Which alarms sound at which console. Pure.

An alarm belongs to a unit: the one the case is with, and for a case on its way the one that is asked to take it.
Every console of that unit sounds at once. The consoles of the units above it sound when nobody answered in time, or
when the hub says that nobody listens there: where it is not known whether somebody else hears it, noise is safer than
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kotaconsole.domain.alarm_parts import AlarmItem
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.referral import Alarm, Referral, Transfer

TRANSFER: str = "transfer:"
"""What the key of a transfer's alarm begins with; the case's id follows."""


@dataclass(frozen=True, slots=True)
class Ear:
    """One console.

    Attributes:
        unit: whose it is.
        directory: reads the directory as last handed out, None before there is one; asked only about other units.
        unattended: units nobody listens for, as the hub told this console.
    """

    unit: str
    directory: Callable[[], Directory | None]
    unattended: frozenset[str] = field(default=frozenset())

    def hears(self, unit: str, stage: int) -> bool:
        """Whether an alarm of this unit that has escalated so far sounds here."""
        if unit == self.unit or (stage >= 1 and self._oversees(unit)):
            return True
        return unit in self.unattended

    def _oversees(self, unit: str) -> bool:
        """A unit that is in no directory may well stand below this one."""
        directory = self.directory()
        return directory is None or directory.unit(unit) is None or directory.within(unit, self.unit)


def sounding(case: Referral, alarm: Alarm | None, transfer: Transfer | None, ear: Ear) -> Iterator[AlarmItem]:
    """What of a case sounds at a console.

    Args:
        case: as the hub last said it.
        alarm: what of its alarm nobody at this desk has acknowledged.
        transfer: its pending transfer, unless somebody at this desk has answered it.
        ear: the console.
    """
    if alarm is not None and ear.hears(case.unit, alarm.stage):
        yield AlarmItem(case.id, alarm.through, case.level, case.training, alarm.cause, alarm.stage)
    asked = None if transfer is None else transfer.alarm
    if transfer is not None and asked is not None and ear.hears(transfer.to, asked.stage):
        # there is no version to acknowledge up to: a transfer that begins later is a newer alarm
        yield AlarmItem(TRANSFER + case.id, int(asked.since), case.level, case.training, "flag", asked.stage)
