"""Whether the process runs and can work."""

from __future__ import annotations

from sqlalchemy import Connection, text
from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer


async def healthz(_: Hub, request: Request) -> Response:
    """`GET /healthz`: the process answers."""
    return await answer(request, b'{"status":"ok"}')


async def readyz(hub: Hub, request: Request) -> Response:
    """`GET /readyz`: the database answers too, for reading and for writing."""
    await hub.readers.run(_probe)
    await hub.writer.run(lambda tx: _probe(tx.connection))
    return await answer(request, b'{"status":"ok"}')


def _probe(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
