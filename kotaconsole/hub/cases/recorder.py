"""Writing events: a new version of a case, its place in every feed that shows it, and the bytes that travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case, evolve, touches
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import Referral, Suggested
from kotaconsole.domain.triage import Rules
from kotaconsole.hub.cases import stubs
from kotaconsole.hub.cases.placing import Cause, Placed, place, stored_events
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.cases.travelling import MAX_REFERRAL, travelling
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage.tables import events, referrals
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.happenings import data_of

__all__ = ["MAX_REFERRAL", "Cause", "Placed", "Recorded", "Recorder", "load_case", "stored_events", "travelling"]

Due = Callable[[Case], Instant | None]
"""When the hub's own clock has something to do with a case."""
Suggest = Callable[[Referral], Suggested | None]
"""What a case suggests, as it stands after an event."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case after an event, and what to publish once the transaction is committed."""

    case: Case
    event_id: str
    placed: tuple[Placed, ...]


class Recorder:
    """Applies happenings to cases inside a transaction.

    Attributes:
        scope: who sees what.

    Thread: the writer's.
    """

    def __init__(self, rules: Rules, directory: Directory, due: Due | None = None) -> None:
        self.scope = Scope(directory)
        self._rules = rules
        self._due = due or _never

    def evolved(self, case: Case | None, happening: Happening) -> Case:
        """The case as it would be, without writing anything."""
        return evolve(case, happening, self._rules)

    def record(
        self, tx: Transaction, case: Case | None, happening: Happening, cause: Cause, suggest: Suggest | None = None
    ) -> Recorded:
        """Write one event: the case, the timeline and every feed that shows it, in this transaction.

        Feeds that lose sight of the case by this event are told so instead of the event; only an acceptance is
        shown to them first, because it answers what their unit asked.
        """
        after = self.evolved(case, happening)
        if suggest is not None:
            after = replace(after, referral=replace(after.referral, suggested=suggest(after.referral)))
        before = None if case is None else case.referral
        body = travelling(after.referral)
        self._store_case(tx.connection, before, after, body)
        event_id = new_id(tx.now)
        head = _head(event_id, after.referral, happening, cause)
        touched = " ".join(sorted(touches(before, after.referral)))
        row = {
            "event_id": event_id, "referral_id": after.referral.id, "version": after.referral.version,
            "kind": happening.what.kind, "workstation": cause.workstation, "touched": touched,
            "head": head, "referral": body,
        }  # fmt: skip
        tx.connection.execute(insert(events).values(row))
        units = self.scope.readers(after.referral)
        if happening.what.kind == "accepted":
            units |= self.scope.readers(before)
        placed = [place(tx.connection, unit, event_id, head, body) for unit in sorted(units)]
        placed += stubs.follow(tx, self.scope, stubs.Step(before, after.referral, happening, cause))
        return Recorded(after, event_id, tuple(placed))

    def _store_case(self, connection: Connection, before: Referral | None, after: Case, body: bytes) -> None:
        referral = after.referral
        closed = referral.times.closed_at if referral.state == "closed" else None
        due = self._due(after)
        row = {
            "number": referral.number, "version": referral.version, "unit": referral.unit, "state": referral.state,
            "closed_at": None if closed is None else int(closed), "whole": codec.encode(after), "body": body,
            "transfer_to": None if referral.transfer is None else referral.transfer.to,
            "holder_id": None if referral.holder is None else referral.holder.operator_id,
            "due_at": None if due is None else int(due),
        }  # fmt: skip
        if before is None:
            connection.execute(insert(referrals).values(id=referral.id, **row))
        else:
            connection.execute(update(referrals).where(referrals.c.id == referral.id).values(row))


def load_case(connection: Connection, referral_id: str) -> Case | None:
    """A case whole, or None."""
    found = connection.execute(select(referrals.c.whole).where(referrals.c.id == referral_id)).scalar()
    return None if found is None else codec.decode(bytes(found), Case)


def _never(_: Case) -> Instant | None:
    return None


def _head(event_id: str, referral: Referral, happening: Happening, cause: Cause) -> bytes:
    data = data_of(happening.what, superseded=happening.superseded)
    return codec.encode(
        {
            "event_id": event_id, "kind": happening.what.kind, "referral_id": referral.id,
            "version": referral.version, "at": happening.at, "recorded_at": happening.recorded_at,
            "by": happening.by, "command_id": cause.command_id,
            "data": data,
        }
    )  # fmt: skip
