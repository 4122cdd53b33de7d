"""Who asks, and whether they may: what every address begins with."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.requests import Request

from kotaconsole.hub.access.sessions import Bearer
from kotaconsole.hub.cases import referrals
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.requests import whole_number
from kotaconsole.wire import codec

READS: Final = ("operator", "supervisor", "auditor")
PAGE: Final = 100
"""Items of a page when the client does not say."""
MAX_REQUEST: Final = codec.MAX_REQUEST


def bearer_of(hub: Hub, request: Request) -> Bearer:
    """Whoever the request's token stands for (401 otherwise)."""
    return hub.auth.bearer(request.headers.get("authorization"))


def source_of(hub: Hub, request: Request) -> Bearer:
    """A platform's session: nobody else sends flags (403)."""
    bearer = bearer_of(hub, request)
    if bearer.operator.role != "source":
        raise Refused("not-allowed", "flags come from sources")
    return bearer


def reader_of(hub: Hub, request: Request) -> Bearer:
    """Somebody who may read cases (403)."""
    bearer = bearer_of(hub, request)
    if bearer.operator.role not in READS:
        raise Refused("not-allowed", "this role reads no cases")
    return bearer


def feed_of(hub: Hub, request: Request) -> str:
    """The unit of a feed the caller may read: their own or one below; every other is as unknown."""
    bearer = reader_of(hub, request)
    unit = str(request.path_params["unit"])
    if hub.directory.unit(unit) is None or not hub.directory.within(unit, bearer.operator.unit):
        raise Refused("not-found", "there is no such feed")
    return unit


async def case_of(hub: Hub, request: Request) -> referrals.Found:
    """The case of the address, as far as the caller may see it (404)."""
    bearer = reader_of(hub, request)
    read = partial(
        referrals.one, case_id=str(request.path_params["id"]), unit=bearer.operator.unit, directory=hub.directory
    )
    return await hub.readers.run(read)


def limit_of(hub: Hub, request: Request, default: int = PAGE) -> int:
    """Items of a page as asked for, clamped to what the hub gives."""
    return max(1, min(whole_number(request, "limit", default), hub.settings.limits.max_page))
