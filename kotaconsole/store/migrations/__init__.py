"""Numbered steps from an empty file to today's tables; `PRAGMA user_version` says how many have run.

Alembic serves the hub, where operators of servers expect it. Here two small embedded files are opened before the
window may paint: importing alembic alone takes longer than that, and a step is only ever added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

Step = Sequence[str]


def version(connection: Connection) -> int:
    """How many steps this file has behind it."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def run(connection: Connection, steps: Sequence[Step]) -> None:
    """Run what is missing, inside the caller's transaction: a crash in the midst leaves the file as it was."""
    for number in range(version(connection), len(steps)):
        for statement in steps[number]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {number + 1}")
