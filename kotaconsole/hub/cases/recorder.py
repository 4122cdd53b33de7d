"""Writing events: a new version of a case, its place in every feed that shows it, and the bytes that travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case, bounded, evolve, touches
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import Referral
from kotaconsole.domain.triage import Rules
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage.tables import events, feed_events, feeds, referrals
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.happenings import data_of

MAX_REFERRAL: Final = 192 * 1024
"""Bytes of a case as it travels: many of them have to fit into one page."""
_LEFT_OUT: Final = ("flags", "locations", "slips", "informed", "links")
"""What is left out of a larger one, in this order, oldest first; its count still tells."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What made an event: a command of a workstation, or nothing of the kind (the source, the hub)."""

    command_id: str | None = None
    workstation: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its place in one feed."""

    unit: str
    seq: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case after an event."""

    case: Case
    event_id: str
    placed: tuple[Placed, ...]


class Recorder:
    """Applies happenings to cases inside a transaction.

    Thread: the writer's.
    """

    def __init__(self, rules: Rules, directory: Directory) -> None:
        self._rules = rules
        self._directory = directory

    def evolved(self, case: Case | None, happening: Happening) -> Case:
        """The case as it would be, without writing anything."""
        return evolve(case, happening, self._rules)

    def record(self, tx: Transaction, case: Case | None, happening: Happening, cause: Cause) -> Recorded:
        """Write one event: the case, the timeline and every feed, in this transaction."""
        after = self.evolved(case, happening)
        before = None if case is None else case.referral
        body = travelling(after.referral)
        _store_case(tx.connection, before, after, body)
        event_id = new_id(tx.now)
        head = _head(event_id, after.referral, happening, cause)
        touched = " ".join(sorted(touches(before, after.referral)))
        row = {
            "event_id": event_id, "referral_id": after.referral.id, "version": after.referral.version,
            "kind": happening.what.kind, "workstation": cause.workstation, "touched": touched,
            "head": head, "referral": body,
        }  # fmt: skip
        tx.connection.execute(insert(events).values(row))
        units = sorted(self._readers_of(before) | self._readers_of(after.referral))
        placed = tuple(_place(tx.connection, unit, event_id, head, body) for unit in units)
        return Recorded(after, event_id, placed)

    def _readers_of(self, referral: Referral | None) -> set[str]:
        if referral is None:
            return set()
        units = set(self._directory.ancestors(referral.unit))
        return units if referral.transfer is None else units | set(self._directory.ancestors(referral.transfer.to))


def load_case(connection: Connection, referral_id: str) -> Case | None:
    """A case whole, or None."""
    found = connection.execute(select(referrals.c.whole).where(referrals.c.id == referral_id)).scalar()
    return None if found is None else codec.decode(bytes(found), Case)


def stored_events(connection: Connection, unit: str, after: int, limit: int) -> list[bytes]:
    """Events of a feed after a seq, from the file."""
    query = (
        select(feed_events.c.seq, events.c.head, events.c.referral)
        .join(events, feed_events.c.event_id == events.c.event_id)
        .where(feed_events.c.unit == unit, feed_events.c.seq > after)
        .order_by(feed_events.c.seq)
        .limit(limit)
    )
    return [_assembled(row.seq, row.head, row.referral) for row in connection.execute(query)]


def travelling(referral: Referral) -> bytes:
    """A case as it travels: within the bounds of number and size."""
    case = bounded(referral)
    body = codec.encode(case)
    for name in _LEFT_OUT:
        if len(body) <= MAX_REFERRAL:
            break
        case, body = _shortened(case, name)
    return body


def _shortened(case: Referral, name: str) -> tuple[Referral, bytes]:
    """The latest items of one list, as many as fit; none of them when even that is too much."""
    items: tuple[Any, ...] = getattr(case, name)
    fits: Callable[[int], tuple[Referral, bytes]] = lambda kept: _with(case, name, items[len(items) - kept :])  # noqa: E731
    low, high = 0, len(items)
    while low < high:
        middle = (low + high + 1) // 2
        if len(fits(middle)[1]) <= MAX_REFERRAL:
            low = middle
        else:
            high = middle - 1
    return fits(low)


def _with(case: Referral, name: str, items: tuple[Any, ...]) -> tuple[Referral, bytes]:
    fields: dict[str, Any] = {name: items}
    shorter = replace(case, **fields)
    return shorter, codec.encode(shorter)


def _store_case(connection: Connection, before: Referral | None, after: Case, body: bytes) -> None:
    referral = after.referral
    closed = referral.times.closed_at if referral.state == "closed" else None
    row = {
        "number": referral.number, "version": referral.version, "unit": referral.unit, "state": referral.state,
        "closed_at": None if closed is None else int(closed), "whole": codec.encode(after), "body": body,
    }  # fmt: skip
    if before is None:
        connection.execute(insert(referrals).values(id=referral.id, **row))
    else:
        connection.execute(update(referrals).where(referrals.c.id == referral.id).values(row))


def _head(event_id: str, referral: Referral, happening: Happening, cause: Cause) -> bytes:
    return codec.encode(
        {
            "event_id": event_id, "kind": happening.what.kind, "referral_id": referral.id,
            "version": referral.version, "at": happening.at, "recorded_at": happening.recorded_at,
            "by": happening.by, "command_id": cause.command_id, "data": data_of(happening.what),
        }
    )  # fmt: skip


def _place(connection: Connection, unit: str, event_id: str, head: bytes, body: bytes) -> Placed:
    begun = upsert(feeds).values(unit=unit, head=1)
    stepped = begun.on_conflict_do_update(index_elements=["unit"], set_={"head": feeds.c.head + 1})
    seq = int(connection.execute(stepped.returning(feeds.c.head)).scalar_one())
    connection.execute(insert(feed_events).values(unit=unit, seq=seq, event_id=event_id))
    return Placed(unit, seq, _assembled(seq, head, body))


def _assembled(seq: int, head: bytes, referral: bytes) -> bytes:
    return b'{"seq":%d,%b,"referral":%b}' % (seq, head[1:-1], referral)
