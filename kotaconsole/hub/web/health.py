"""Whether the process runs, whether it can work, and what it counts."""

from __future__ import annotations

import ipaddress
import shutil
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Connection, func, select, text
from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.keeping.keeper import kept_at
from kotaconsole.hub.meters import Now
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.storage.database import file_of
from kotaconsole.hub.storage.tables import audit, feeds, unattended
from kotaconsole.hub.web.answers import answer

LEAST_FREE: Final = 256 * 1024 * 1024
"""Bytes of free disk below which a hub says that it is not ready, while it still can write."""
BEATS: Final = 5
"""Beats that may be missed: two are lost to a busy disk, five are not."""
PROXIED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers by which a proxy on this machine shows that somebody else asks."""


async def healthz(_: Hub, request: Request) -> Response:
    """`GET /healthz`: the process answers."""
    return await answer(request, b'{"status":"ok"}')


async def readyz(hub: Hub, request: Request) -> Response:
    """`GET /readyz`: the database answers for reading and writing, the beat goes on, and there is room on the disk.

    Raises:
        Refused: `unavailable`, saying what is missing.
    """
    failure = await hub.readers.run(_probe)
    await hub.writer.run(lambda tx: _probe(tx.connection))
    wrong = []
    if hub.beat_age_s() > BEATS * hub.settings.limits.beat_s:
        wrong.append("the beat stands still")
    if shutil.disk_usage(file_of(hub.settings.db).parent).free < LEAST_FREE:
        wrong.append("the disk is nearly full")
    if failure is not None:
        wrong.append(f"on-nobody-listening failed: {failure}")
    if wrong:
        raise Refused("unavailable", "; ".join(wrong))
    return await answer(request, b'{"status":"ok"}')


async def metrics(hub: Hub, request: Request) -> Response:
    """`GET /metrics`, for callers on this machine only; to everybody else there is no such address.

    Raises:
        Refused: `not-found`.
    """
    if not _from_here(request):
        raise Refused("not-found", "there is no such address")
    now = await hub.readers.run(lambda connection: _now(hub, connection))
    return await answer(request, hub.meters.text(now), media=CONTENT_TYPE_LATEST)


def _probe(connection: Connection) -> str | None:
    """Read something; gives back why the site's own command failed while somewhere nobody listens."""
    connection.execute(text("SELECT 1"))
    failed = select(unattended.c.failure).where(unattended.c.failure.is_not(None)).limit(1)
    found = connection.execute(failed).scalar()
    return None if found is None else str(found)


def _now(hub: Hub, connection: Connection) -> Now:
    return Now(
        waiting=hub.feeds.waiting(), short=hub.short_polls(), beat=hub.feeds.beat, queue=hub.writer.waiting,
        audit_n=int(connection.execute(select(func.max(audit.c.n))).scalar() or 0),
        unattended=int(connection.execute(select(func.count()).select_from(unattended)).scalar() or 0),
        stuck=hub.watch.stuck, kept_at=kept_at(connection),
        heads={row.unit: int(row.head) for row in connection.execute(select(feeds.c.unit, feeds.c.head))},
    )  # fmt: skip


def _from_here(request: Request) -> bool:
    if any(name in request.headers for name in PROXIED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
