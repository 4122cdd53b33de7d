"""What an administrator does to the hub's file while the hub runs, and looking into that file."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import enable_user
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.tables import audit
from tests.hub.fixtures import TestHub

T = TypeVar("T")


def administer(hub: TestHub, change: Callable[[Engine, Instant], T]) -> T:
    """Do something as the command line does it: on connections of its own."""
    database = open_database(hub.settings.db)
    try:
        return change(database.writer, hub.clock.now())
    finally:
        database.close()


def let_in_again(hub: TestHub, username: str) -> None:
    """Undo a shutting out."""
    directory = read_papers(find_resources(), None).directory
    administer(hub, lambda engine, now: enable_user(engine, directory, now, username=username))


def rows(hub: TestHub, query: Select[Any]) -> list[Any]:
    """What the file holds."""
    database = open_database(hub.settings.db)
    try:
        with database.reader.begin() as connection:
            return list(connection.execute(query))
    finally:
        database.close()


def audited(hub: TestHub, what: str, who: str | None = None) -> int:
    """How many rows of the audit log say this."""
    query = select(audit.c.n).where(audit.c.what.like(f"%{what}%"))
    return len(rows(hub, query if who is None else query.where(audit.c.who == who)))


def seconds_now() -> int:
    return int(time.time())
