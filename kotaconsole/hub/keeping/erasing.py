"""Pruning one case: its words go, and number, dates, level, unit and outcome stay for the statistics.

The audit log is not touched: what it says of the case are ids, times and commitments, and the salts that could open
these go with the case. Whatever the case was joined to others by goes too: the same account begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, and_, delete, exists, insert, select, tuple_, update

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.referral import Outcome, Referral, Stub
from kotaconsole.hub.audit import chain
from kotaconsole.hub.cases import records
from kotaconsole.hub.cases.placing import Placed, place
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.keeping.cutting import places_of_case
from kotaconsole.hub.storage.tables import (
    account_keys,
    audit,
    audit_salts,
    drill_cases,
    events,
    flag_keys,
    flags,
    hints,
    kept_bodies,
    notices,
    pruned,
    referrals,
    split_keys,
    split_sides,
    stubs,
)
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec

NOTHING: Final = b"null"


@dataclass(frozen=True, slots=True)
class Term:
    """Cases closed before a moment are over; those of a drill sooner, because nobody is in them."""

    real: Instant
    training: Instant


def candidates(connection: Connection, term: Term, after: str, limit: int) -> list[str]:
    """Closed cases whose term may be over, by id; `prune` looks again at each, also for a legal hold."""
    earliest = max(term.real, term.training)
    over = and_(referrals.c.closed_at < int(earliest), referrals.c.id > after)
    unpruned = ~exists().where(pruned.c.referral_id == referrals.c.id)
    query = select(referrals.c.id).where(over, unpruned).order_by(referrals.c.id).limit(limit)
    return [str(found) for found in connection.execute(query).scalars()]


def is_over(case: Case, term: Term) -> bool:
    """Whether a case may go: closed long enough, and held by nobody.

    Both by the desk that closed it and by the hub's own clock: a desk whose clock runs years behind must erase nothing.
    """
    referral = case.referral
    closed = referral.times.closed_at
    if referral.hold or referral.state != "closed" or closed is None:
        return False
    return max(closed, referral.updated_at) < (term.training if referral.training else term.real)


def prune(tx: Transaction, case_id: str, term: Term, scope: Scope) -> tuple[Placed, ...] | None:
    """Erase a case in this transaction; its feeds were cut before.

    Returns:
        What to publish, or None: it is not over after all, or somebody wrote on it meanwhile.
    """
    case = load_case(tx.connection, case_id)
    if case is None or not is_over(case, term) or places_of_case(tx.connection, case_id):
        return None
    referral = replace(case.referral, version=case.referral.version + 1)
    units = _units(tx, referral, scope)
    _erase_words(tx, case_id)
    _erase_keys(tx, case_id)
    # a refusal's record carries the case as it stood; what was answered stays, the case in it goes
    records.scrub(tx, case_id)
    mine = select(audit.c.n).where(audit.c.referral_id == case_id)
    tx.connection.execute(delete(audit_salts).where(audit_salts.c.n.in_(mine)))
    bare = codec.encode(Case(_bare(referral)))
    row = {"version": referral.version, "whole": bare, "body": codec.encode(_stub(referral)), "due_at": None}
    tx.connection.execute(
        update(referrals).where(referrals.c.id == case_id).values(**row, transfer_to=None, holder_id=None)
    )
    tx.connection.execute(insert(pruned).values(referral_id=case_id, at=int(tx.now)))
    chain.write(tx, who="hub", what="pruned", referral_id=case_id)
    return tuple(_tell(tx, referral, unit) for unit in units)


def erase_loose_salts(tx: Transaction, before: Instant, counter: int, limit: int) -> int:
    """Erase the salts of audit rows that belong to no case and are old enough (searches, sign-ins).

    Returns:
        The record up to which that is done; the same as `counter` when nothing is left to do.
    """
    last = select(audit.c.n).where(audit.c.n > counter, audit.c.at < int(before)).order_by(audit.c.n).limit(limit)
    numbers = tx.connection.execute(last).scalars().all()
    if not numbers:
        return counter
    through = int(numbers[-1])
    loose = (
        select(audit.c.n)
        .outerjoin(referrals, referrals.c.id == audit.c.referral_id)
        .where(audit.c.n > counter, audit.c.n <= through, referrals.c.id.is_(None))
    )
    tx.connection.execute(delete(audit_salts).where(audit_salts.c.n.in_(loose)))
    return through


def _units(tx: Transaction, referral: Referral, scope: Scope) -> list[str]:
    """The feeds whose consoles may still keep something of the case."""
    holders = select(stubs.c.unit).where(stubs.c.referral_id == referral.id)
    return sorted({*scope.above(referral.unit), *tx.connection.execute(holders).scalars()})


def _tell(tx: Transaction, referral: Referral, unit: str) -> Placed:
    """The event `pruned`; the case stands in it as null, and the console erases what it has."""
    event_id = new_id(tx.now)
    head = codec.encode(
        {
            "event_id": event_id, "kind": "pruned", "referral_id": referral.id, "version": referral.version,
            "at": tx.now, "recorded_at": tx.now, "by": None, "command_id": None, "data": {},
        }
    )  # fmt: skip
    row = {"event_id": event_id, "referral_id": referral.id, "head": head, "referral": NOTHING}
    tx.connection.execute(insert(notices).values(row))
    return place(tx.connection, unit, event_id, head, NOTHING)


def _erase_words(tx: Transaction, case_id: str) -> None:
    for table in (events, notices, stubs, hints, drill_cases):
        tx.connection.execute(delete(table).where(table.c.referral_id == case_id))


def _erase_keys(tx: Transaction, case_id: str) -> None:
    """Everything by which a later flag would find the case again."""
    connection = tx.connection
    mine = select(flags.c.platform, flags.c.reference).where(flags.c.referral_id == case_id)
    for table in (flag_keys, kept_bodies):
        connection.execute(delete(table).where(tuple_(table.c.platform, table.c.reference).in_(mine)))
    for table in (flags, account_keys):
        connection.execute(delete(table).where(table.c.referral_id == case_id))
    sides = connection.execute(select(split_sides).where(split_sides.c.referral_id == case_id)).all()
    connection.execute(delete(split_sides).where(split_sides.c.referral_id == case_id))
    for row in sides:
        same = and_(split_sides.c.split == row.split, split_sides.c.side == row.side)
        if connection.execute(select(split_sides.c.split).where(same).limit(1)).first() is None:
            theirs = and_(split_keys.c.split == row.split, split_keys.c.side == row.side)
            connection.execute(delete(split_keys).where(theirs))


def _bare(referral: Referral) -> Referral:
    outcome = referral.outcome
    return Referral(
        id=referral.id, version=referral.version, state=referral.state, level=referral.level, unit=referral.unit,
        opened_at=referral.opened_at, updated_at=referral.updated_at, number=referral.number, times=referral.times,
        outcome=None if outcome is None else Outcome(outcome.code, outcome.at),
        training=referral.training, late_entry=referral.late_entry,
    )  # fmt: skip


def _stub(referral: Referral) -> Stub:
    return Stub(
        id=referral.id, version=referral.version, state=referral.state, level=referral.level, unit=referral.unit,
        stub=True, number=referral.number, times=referral.times,
        outcome_code=None if referral.outcome is None else referral.outcome.code,
    )  # fmt: skip
