"""What the rules need to know beyond the case and the command, read in the writing transaction."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kotaconsole.domain.closing import folded
from kotaconsole.domain.commands import Close, Command, MakeLink, Split
from kotaconsole.domain.decisions import Facts, LaterChange
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case
from kotaconsole.hub.access.sessions import supervisor_about
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.cases.scope import Reader, Scope
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import events, referrals
from kotaconsole.hub.storage.writer import Transaction

NUMBERED = ("open", "split")
"""Kinds that begin a case, which needs a number."""


class Knowing:
    """Finds the facts for a decision.

    Thread: the writer's.
    """

    def __init__(self, directory: Directory, scope: Scope, settings: HubSettings) -> None:
        self._units = frozenset(unit.id for unit in directory.units)
        self._unit_names = frozenset(
            folded(name) for unit in directory.units for name in (unit.id, unit.name.en, unit.name.hi)
        )
        self._scope = scope
        self._settings = settings

    def facts(self, tx: Transaction, case: Case | None, command: Command, *, again: bool) -> Facts:
        """The facts of one command.

        Args:
            tx: the transaction that will apply it.
            case: the case it is for, None for a case to be opened.
            command: what is asked.
            again: it is offered again after a restore, when nobody is asked who else was about.
        """
        connection, author = tx.connection, command.author
        unit = author.unit if case is None else case.referral.unit
        transfer = None if case is None else case.referral.transfer
        training = self._settings.training
        return Facts(
            now=tx.now,
            above=self._scope.above(unit),
            transfer_above=() if transfer is None else self._scope.above(transfer.to),
            later=() if again else later_changes(connection, command),
            supervisor_about=self._supervisor_about(tx, command, again=again),
            duplicate=self._duplicate(connection, command),
            linked=self._linked(connection, command),
            next_number=counters.next_case_number(connection, tx.now, training=training)
            if command.kind in NUMBERED
            else "",
            new_id_taken=_taken(connection, command),
            units=self._units,
            unit_names=self._unit_names,
            replay=again,
            training=training,
        )

    def lacks(self, tx: Transaction, command: Command) -> bool:
        """Whether a command names another case that its author does not see, or that is not there."""
        match command.payload:
            case Close(code="duplicate", duplicate_of=str() as named) | MakeLink(to=named):
                return self._in_sight(tx.connection, named, command) is None
        return False

    def _supervisor_about(self, tx: Transaction, command: Command, *, again: bool) -> bool:
        # only a closing asks for it, and every other command is spared the look
        if again or command.kind != "close":
            return not again
        away_s = self._settings.site.supervisor_away_s
        return supervisor_about(tx.connection, command.author.unit, tx.now, away_s)

    def _duplicate(self, connection: Connection, command: Command) -> str | None:
        """How the case stands that this one repeats; None where the author does not see it."""
        payload = command.payload
        if not isinstance(payload, Close) or payload.duplicate_of is None:
            return None
        other = self._in_sight(connection, payload.duplicate_of, command)
        if other is None:
            return None
        outcome = other.referral.outcome
        if outcome is not None and outcome.code == "duplicate":
            return "duplicate"
        return "closed" if other.referral.state == "closed" else "open"

    def _linked(self, connection: Connection, command: Command) -> bool:
        payload = command.payload
        return isinstance(payload, MakeLink) and self._in_sight(connection, payload.to, command) is not None

    def _in_sight(self, connection: Connection, case_id: str, command: Command) -> Case | None:
        case = load_case(connection, case_id)
        author = Reader(command.author.operator_id, command.author.unit)
        return case if case is not None and self._scope.sees(case.referral, author) else None


def later_changes(connection: Connection, command: Command) -> tuple[LaterChange, ...]:
    """The events after the version the author was looking at."""
    if command.seen is None:
        return ()
    query = select(events.c.workstation, events.c.touched).where(
        events.c.referral_id == command.referral_id, events.c.version > command.seen
    )
    return tuple(LaterChange(row.workstation, frozenset(row.touched.split())) for row in connection.execute(query))


def _taken(connection: Connection, command: Command) -> bool:
    """Whether the id a split gives to its new case cannot be used."""
    payload = command.payload
    if not isinstance(payload, Split):
        return False
    known = select(referrals.c.id).where(referrals.c.id == payload.new_referral_id)
    return not is_uuid(payload.new_referral_id) or connection.execute(known).first() is not None
