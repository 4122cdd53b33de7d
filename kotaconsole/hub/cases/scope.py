"""Who sees what of a case: all of it, a stub, or nothing, which looks like a case that never was."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.referral import Referral
from kotaconsole.hub.storage.tables import pruned, referrals, stubs

STUB_DAYS = 7
"""Days after its closing for which a unit keeps the stub of a case that went to another."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever wants to see a case."""

    operator_id: str
    unit: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as far as a reader may see it: as it travels, or its stub."""

    version: int
    body: bytes
    stub: bool = False


class Scope:
    """The tree of units, walked once: every event asks for the units above it.

    A unit that is no longer in the directory counts as one below the intake unit: a case that stands there must not
    be seen by nobody.
    """

    def __init__(self, directory: Directory) -> None:
        self._above = {unit.id: tuple(directory.ancestors(unit.id)) for unit in directory.units}
        self._intake = self._above.get(directory.intake_unit, ())

    def above(self, unit: str) -> tuple[str, ...]:
        """The unit itself, then the units above it."""
        return self._above.get(unit) or (unit, *self._intake)

    def within(self, unit: str, above: str) -> bool:
        """Whether the first unit is the second or stands below it."""
        return above in self.above(unit)

    def known(self, unit: str) -> bool:
        """Whether the directory has this unit."""
        return unit in self._above

    def readers(self, referral: Referral | None) -> frozenset[str]:
        """The units whose feeds show a case whole: its own, the one it is on its way to, and all above both."""
        if referral is None:
            return frozenset()
        units = frozenset(self.above(referral.unit))
        return units if referral.transfer is None else units.union(self.above(referral.transfer.to))

    def shows(self, unit: str, transfer_to: str | None, holder_id: str | None, reader: Reader) -> bool:
        """Whether a reader sees a case whole: by its unit, by a pending transfer, or because they hold it."""
        return (
            self.within(unit, reader.unit)
            or (transfer_to is not None and self.within(transfer_to, reader.unit))
            or (holder_id is not None and holder_id == reader.operator_id)
        )

    def sees(self, referral: Referral, reader: Reader) -> bool:
        """The same of a case at hand."""
        transfer, holder = referral.transfer, referral.holder
        return self.shows(
            referral.unit, None if transfer is None else transfer.to, None if holder is None else holder.operator_id,
            reader,
        )  # fmt: skip


def seen(connection: Connection, scope: Scope, case_id: str, reader: Reader, now: Instant) -> Seen | None:
    """A case as far as a reader may see it; None also where there is no such case."""
    found = referrals.c
    query = select(found.unit, found.transfer_to, found.holder_id, found.version, found.body)
    row = connection.execute(query.where(found.id == case_id)).first()
    if row is None:
        return None
    if scope.shows(row.unit, row.transfer_to, row.holder_id, reader):
        return Seen(row.version, row.body, stub=is_pruned(connection, case_id))
    kept = select(stubs).where(stubs.c.unit == reader.unit, stubs.c.referral_id == case_id)
    stub = connection.execute(kept).first()
    if stub is None or (stub.closed_at is not None and stub.closed_at < stub_horizon(now)):
        return None
    return Seen(stub.version, stub.body, stub=True)


def is_pruned(connection: Connection, case_id: str) -> bool:
    """Whether a case was pruned: of it everybody holds a stub, and nobody writes to it any more."""
    return connection.execute(select(pruned.c.at).where(pruned.c.referral_id == case_id)).first() is not None


def stub_horizon(now: Instant) -> int:
    """Stubs of cases closed before this moment are kept no longer."""
    return int(now.plus(days=-STUB_DAYS))
