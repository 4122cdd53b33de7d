"""Running numbers that are given once and never again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.storage.tables import counters
from kotaconsole.hub.storage.upsert import upsert


def peek(connection: Connection, name: str) -> int:
    """The number last given; 0 before the first."""
    value = connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar()
    return 0 if value is None else int(value)


def take(connection: Connection, name: str) -> int:
    """The next number. It is spent only if the transaction commits, so the numbers have no holes."""
    begun = upsert(counters).values(name=name, value=1)
    stepped = begun.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return int(connection.execute(stepped.returning(counters.c.value)).scalar_one())


def put(connection: Connection, name: str, value: int) -> None:
    """Set a number that is noted down rather than given out."""
    new = upsert(counters).values(name=name, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def case_number(connection: Connection, now: Instant, *, training: bool) -> str:
    """The number of a new case: running within the year of the desk's calendar, or of all training."""
    letter, series = _series(now, training=training)
    return f"{letter}-{take(connection, series):06d}"


def next_case_number(connection: Connection, now: Instant, *, training: bool) -> str:
    """The number that `case_number` will give in this transaction, not spent yet."""
    letter, series = _series(now, training=training)
    return f"{letter}-{peek(connection, series) + 1:06d}"


def _series(now: Instant, *, training: bool) -> tuple[str, str]:
    """What a case's number begins with, and the counter it comes from."""
    year = now.ist().year
    return ("T", "case-training") if training else (str(year), f"case-{year}")
