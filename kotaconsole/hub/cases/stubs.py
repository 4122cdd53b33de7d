"""Stubs: what a unit keeps of a case that went to another, and how its feed is told.

`left_scope` and `stub_updated` stand in feeds only. They carry the version of the event that caused them, because
nothing of its own happened to the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, or_, select

from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import Referral, Stub
from kotaconsole.hub.cases.placing import Cause, Placed, place
from kotaconsole.hub.cases.scope import Scope, stub_horizon
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage.tables import notices, referrals, stubs
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec

NOTHING = b"null"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a case: how the case stood before it and stands after it."""

    before: Referral | None
    after: Referral
    happening: Happening
    cause: Cause


def follow(tx: Transaction, scope: Scope, step: Step) -> list[Placed]:
    """Tell the feeds that lose sight of a case by an event, and those that hold a stub of it."""
    shown = scope.readers(step.after)
    gone = scope.readers(step.before) - shown
    if not gone and not _shows_through(step):
        return []
    kept = _kept(tx, step.after.id)
    placed = [_left(tx, step, unit, kept.get(unit)) for unit in sorted(gone)]
    if step.before is not None and step.before.unit != step.after.unit:
        _taken_back(tx, step.after.id, scope.above(step.after.unit))
    if _shows_through(step):
        waiting = sorted(set(kept) - shown - gone)
        placed += [_updated(tx, step, unit, kept[unit]) for unit in waiting]
    return placed


def expire(tx: Transaction) -> list[Placed]:
    """Let go of the stubs whose seven days are over; their feeds are told that nothing may be kept."""
    old = (
        select(stubs.c.unit, stubs.c.referral_id, referrals.c.version)
        .join(referrals, stubs.c.referral_id == referrals.c.id)
        .where(stubs.c.closed_at < stub_horizon(tx.now))
        .order_by(stubs.c.referral_id, stubs.c.unit)
    )
    placed = []
    for row in tx.connection.execute(old).all():
        tx.connection.execute(delete(stubs).where(stubs.c.unit == row.unit, stubs.c.referral_id == row.referral_id))
        head = {"kind": "left_scope", "referral_id": row.referral_id, "version": row.version, "at": tx.now}
        placed.append(_notice(tx, row.unit, {**head, "by": None, "command_id": None}, NOTHING))
    return placed


def stub_of(referral: Referral, accepted_by: str | None) -> Stub:
    """What may be kept of a case: no account, no person, no place."""
    return Stub(
        id=referral.id, version=referral.version, state=referral.state, level=referral.level, unit=referral.unit,
        stub=True, number=referral.number, accepted_by=accepted_by,
        outcome_code=None if referral.outcome is None else referral.outcome.code, times=referral.times,
    )  # fmt: skip


def _shows_through(step: Step) -> bool:
    """Whether an event changed something a stub tells; the version, which every event changes, is nothing."""
    if step.before is None:
        return False
    before, after = (replace(stub_of(case, None), version=0) for case in (step.before, step.after))
    return before != after


def _kept(tx: Transaction, case_id: str) -> dict[str, Any]:
    alive = or_(stubs.c.closed_at.is_(None), stubs.c.closed_at >= stub_horizon(tx.now))
    rows = tx.connection.execute(select(stubs).where(stubs.c.referral_id == case_id, alive))
    return {row.unit: row for row in rows}


def _left(tx: Transaction, step: Step, unit: str, kept: Any) -> Placed:
    body = NOTHING
    by = step.happening.by
    if step.happening.what.kind == "accepted":
        body = _keep(tx, unit, stub_of(step.after, None if by is None else by.name))
    elif kept is not None:  # it came back for a while only, and is known from before
        body = _keep(tx, unit, stub_of(step.after, kept.accepted_by))
    head = {**_told(step, "left_scope"), "by": by, "command_id": step.cause.command_id}
    return _notice(tx, unit, head, body)


def _updated(tx: Transaction, step: Step, unit: str, kept: Any) -> Placed:
    body = _keep(tx, unit, stub_of(step.after, kept.accepted_by))
    return _notice(tx, unit, {**_told(step, "stub_updated"), "by": None, "command_id": None}, body)


def _told(step: Step, kind: str) -> dict[str, Any]:
    after = step.after
    return {"kind": kind, "referral_id": after.id, "version": after.version, "at": step.happening.at}


def _keep(tx: Transaction, unit: str, stub: Stub) -> bytes:
    body = codec.encode(stub)
    closed = stub.times.closed_at if stub.state == "closed" else None
    row = {
        "unit": unit, "referral_id": stub.id, "version": stub.version, "accepted_by": stub.accepted_by,
        "closed_at": None if closed is None else int(closed), "body": body,
    }  # fmt: skip
    written = upsert(stubs).values(row)
    tx.connection.execute(written.on_conflict_do_update(index_elements=["unit", "referral_id"], set_=row))
    return body


def _taken_back(tx: Transaction, case_id: str, owners: Iterable[str]) -> None:
    """A unit that owns the case again needs no stub of it."""
    tx.connection.execute(delete(stubs).where(stubs.c.referral_id == case_id, stubs.c.unit.in_(tuple(owners))))


def _notice(tx: Transaction, unit: str, told: dict[str, Any], body: bytes) -> Placed:
    event_id = new_id(tx.now)
    head = codec.encode({"event_id": event_id, **told, "recorded_at": tx.now, "data": {}})
    row = {"event_id": event_id, "referral_id": told["referral_id"], "head": head, "referral": body}
    tx.connection.execute(insert(notices).values(row))
    return place(tx.connection, unit, event_id, head, body)
