"""Shutting out a workstation that was lost, and letting it in again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, or_, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import changing, fault
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.words import COMMAND_LINE
from kotaconsole.hub.storage.tables import families, workstations
from kotaconsole.hub.storage.writer import Transaction


@dataclass(frozen=True, slots=True)
class KnownWorkstation:
    """A workstation the hub has seen, with its code."""

    id: str
    desk: str
    name: str | None
    version: str | None
    first_seen: Instant
    revoked_at: Instant | None


def list_workstations(connection: Connection) -> tuple[KnownWorkstation, ...]:
    """All workstations, oldest first."""
    return tuple(
        KnownWorkstation(
            row.id, row.desk, row.name, row.version, Instant(row.first_seen),
            None if row.revoked_at is None else Instant(row.revoked_at),
        )
        for row in connection.execute(select(workstations).order_by(workstations.c.first_seen, workstations.c.id))
    )  # fmt: skip


def revoke_workstation(engine: Engine, now: Instant, *, workstation: str) -> None:
    """Shut a workstation out: every session on it ends, and nobody signs in from it any more.

    Args:
        engine: the hub's file.
        now: the hub's time.
        workstation: its id, or its code ("K3").

    Raises:
        EnvironmentFault: the hub knows no such workstation.
    """
    with changing(engine, now) as tx:
        found = _found(tx, workstation)
        _mark(tx, found, int(now))
        live = update(families).where(families.c.workstation_id == found, families.c.revoked_at.is_(None))
        tx.connection.execute(live.values(revoked_at=int(now)))
        chain.write(tx, who=COMMAND_LINE, what="workstation shut out", content=found.encode())


def allow_workstation(engine: Engine, now: Instant, *, workstation: str) -> None:
    """Let a workstation in again, so that what waits in its queue is not lost; its old sessions stay ended.

    Raises:
        EnvironmentFault: the hub knows no such workstation.
    """
    with changing(engine, now) as tx:
        found = _found(tx, workstation)
        _mark(tx, found, None)
        chain.write(tx, who=COMMAND_LINE, what="workstation let in again", content=found.encode())


def _found(tx: Transaction, workstation: str) -> str:
    named = or_(workstations.c.id == workstation, workstations.c.desk == workstation.upper())
    # an id can look like another's code: the id is meant then
    exact_first = (workstations.c.id == workstation).desc()
    found = tx.connection.execute(select(workstations.c.id).where(named).order_by(exact_first).limit(1)).scalar()
    if found is None:
        raise fault("hub-workstation-unknown", "The hub knows no such workstation.", "हब ऐसे किसी डेस्क को नहीं जानता।")
    return str(found)


def _mark(tx: Transaction, workstation_id: str, revoked_at: int | None) -> None:
    change = update(workstations).where(workstations.c.id == workstation_id)
    tx.connection.execute(change.values(revoked_at=revoked_at))
