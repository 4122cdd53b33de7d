"""Who listens: what every console last said of itself, and when that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import Connection, Select, func, insert, select

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.storage.tables import facts, families, presence_changes, tokens, workstations
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire.bodies import Presence

State = Literal["heard", "unheard", "unproven", "deaf", "silent", "left"]
"""A console that listens and is heard, is not heard, or nobody knows; one that does not follow its feed; one that
says nothing any more; one that was signed out."""
ALIVE: Final = "alive_at"
"""The fact that tells when a hub last looked: what came after it, nobody watched."""
ALIVE_EVERY_S: Final = 30.0
_AUDIBLE: Final[dict[str, State]] = {"yes": "heard", "no": "unheard", "unknown": "unproven"}


@dataclass(frozen=True, slots=True)
class Console:
    """A workstation as the hub knows it now.

    Attributes:
        at: when it last said something. since: when `state` began. told: None where it has said nothing since the
            hub's start.
    """

    id: str
    desk: str
    unit: str
    state: State
    since: Instant
    at: Instant
    told: Presence | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    workstation_id: str
    unit: str
    at: Instant
    state: State


class Consoles:
    """All consoles that have said something lately. Thread: the event loop's, except the static readers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Console] = {}
        self._heard: dict[str, Instant] = {}
        self._changes: list[_Change] = []
        self._alive_at: Instant | None = None

    def __iter__(self) -> Iterator[Console]:
        return iter(self._known.values())

    def load(self, connection: Connection) -> None:
        """Take over the last life's consoles: from the moment nobody watched any more, they count as silent."""
        alive = connection.execute(select(facts.c.value).where(facts.c.name == ALIVE)).scalar()
        for row in connection.execute(_last_states()):
            if row.state == "left":
                continue
            since = Instant(row.at)
            if row.state != "silent":
                since = max(since, Instant.parse(alive)) if alive else since
                self._changes.append(_Change(row.workstation_id, row.unit, since, "silent"))
            self._known[row.workstation_id] = Console(
                row.workstation_id, row.desk, row.unit, "silent", since, since, name=row.name
            )

    def told(self, bearer: Bearer, said: Presence) -> None:
        """A console has said that it is there."""
        now, unit = self._clock.now(), bearer.operator.unit
        state: State = _AUDIBLE[said.audible] if said.listening else "deaf"
        old = self._known.get(bearer.workstation_id)
        same = old is not None and (old.state, old.unit) == (state, unit)
        since = old.since if old is not None and same else now
        if not same:
            self._changes.append(_Change(bearer.workstation_id, unit, now, state))
        self._known[bearer.workstation_id] = Console(
            bearer.workstation_id, bearer.desk, unit, state, since, now, said, None if old is None else old.name
        )
        if state == "heard":
            self._heard[unit] = now

    def missed(self, now: Instant, patience_s: float) -> tuple[str, ...]:
        """Consoles that have said nothing for so long, whether they are marked so already or not."""
        return tuple(
            console.id
            for console in self._known.values()
            if console.state != "left" and now.seconds_since(console.at) >= patience_s
        )

    def mark(self, ids: Iterable[str], signed_in: frozenset[str]) -> None:
        """Mark consoles that say nothing: as silent while somebody is signed in there, else as left."""
        for workstation_id in ids:
            old = self._known[workstation_id]
            state: State = "silent" if workstation_id in signed_in else "left"
            if old.state != state:
                since = old.at if state == "silent" else self._clock.now()
                self._known[workstation_id] = replace(old, state=state, since=since)
                self._changes.append(_Change(workstation_id, old.unit, since, state))

    def last_heard(self, unit: str) -> Instant | None:
        """When a listening, audible console of the unit last said so."""
        return self._heard.get(unit)

    def unwritten(self) -> bool:
        """Whether `write` has something to do."""
        now = self._clock.now()
        late = self._alive_at is None or now.seconds_since(self._alive_at) >= ALIVE_EVERY_S
        return late or bool(self._changes)

    def write(self, tx: Transaction) -> None:
        """Keep what changed, and that the hub is there. Thread: the writer's; what comes meanwhile waits."""
        changes = tuple(self._changes)
        rows = [
            {"workstation_id": one.workstation_id, "unit": one.unit, "at": int(one.at), "state": one.state}
            for one in changes
        ]
        if rows:
            tx.connection.execute(insert(presence_changes), rows)
        alive = upsert(facts).values(name=ALIVE, value=tx.now.iso())
        tx.connection.execute(alive.on_conflict_do_update(index_elements=["name"], set_={"value": tx.now.iso()}))
        tx.after_commit.append(lambda: self._written(len(changes), tx.now))

    def _written(self, count: int, now: Instant) -> None:
        del self._changes[:count]
        self._alive_at = now


def signed_in(connection: Connection, ids: Iterable[str], now: Instant) -> frozenset[str]:
    """Those of some workstations where a session can still go on."""
    query = (
        select(families.c.workstation_id)
        .join(tokens, tokens.c.family == families.c.id)
        .where(
            families.c.workstation_id.in_(tuple(ids)),
            families.c.revoked_at.is_(None),
            tokens.c.kind == "refresh",
            tokens.c.used_at.is_(None),
            tokens.c.expires_at > int(now),
        )
    )
    return frozenset(connection.execute(query).scalars())


def remembered(connection: Connection, units: Iterable[str]) -> dict[str, Console]:
    """The consoles of some units as the file knows them, from their last change."""
    wanted = set(units)
    return {
        row.workstation_id: Console(
            row.workstation_id, row.desk, row.unit, row.state, Instant(row.at), Instant(row.at), name=row.name
        )
        for row in connection.execute(_last_states())
        if row.unit in wanted
    }


def _last_states() -> Select[Any]:
    last = select(func.max(presence_changes.c.n).label("n")).group_by(presence_changes.c.workstation_id).subquery()
    return (
        select(presence_changes, workstations.c.desk, workstations.c.name)
        .join(last, presence_changes.c.n == last.c.n)
        .join(workstations, workstations.c.id == presence_changes.c.workstation_id)
    )
