"""Who asks, and whether they may: what every address begins with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, Protocol

from starlette.requests import Request

from kotaconsole.hub.access.signatures import Claim
from kotaconsole.hub.bearer import READS, Bearer
from kotaconsole.hub.cases import referrals
from kotaconsole.hub.cases.scope import Reader, Seen
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.requests import whole_number
from kotaconsole.wire import codec

PAGE: Final = 100
"""Items of a page when the client does not say."""
MAX_REQUEST: Final = codec.MAX_REQUEST


class Asking(Protocol):
    """As much of a request as tells who asks for what: whatever is not read through the application has this too."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    @property
    def path_params(self) -> Mapping[str, Any]:
        """What stands in the address."""


def bearer_of(hub: Hub, request: Asking) -> Bearer:
    """Whoever the request's token stands for (401 otherwise)."""
    return hub.auth.bearer(request.headers.get("authorization"))


def source_of(hub: Hub, request: Request) -> Bearer:
    """A platform's session: nobody else sends flags (403)."""
    bearer = bearer_of(hub, request)
    if bearer.operator.role != "source":
        raise Refused("not-allowed", "flags come from sources")
    return bearer


def claim_of(request: Request) -> Claim | None:
    """What a signed request says of itself; None where no header of a signature is there.

    Either header makes it a signed one: a request that lost one of them on the way must not pass as something else.
    """
    timestamps, signatures = (request.headers.getlist(name) for name in ("x-hub-timestamp", "x-hub-signature-256"))
    if not timestamps and not signatures:
        return None
    path, query = request.scope["raw_path"], request.scope["query_string"]
    return Claim(timestamps, signatures, request.method, path + b"?" + query if query else path)


def reader_of(hub: Hub, request: Asking) -> Bearer:
    """Somebody who may read cases (403)."""
    bearer = bearer_of(hub, request)
    if bearer.operator.role not in READS:
        raise Refused("not-allowed", "this role reads no cases")
    return bearer


def feed_of(hub: Hub, request: Asking) -> str:
    """The unit of a feed the caller may read: their own or one below; every other is as unknown."""
    bearer = reader_of(hub, request)
    unit = str(request.path_params["unit"])
    if hub.directory.unit(unit) is None or not hub.directory.within(unit, bearer.operator.unit):
        raise Refused("not-found", "there is no such feed")
    hub.ledger.reads_feed(bearer, unit)
    return unit


async def case_of(hub: Hub, request: Request, *, stub: bool = False) -> Seen:
    """The case of the address, as far as the caller may see it (404); a stub only where one is asked for."""
    operator = reader_of(hub, request).operator
    read = partial(
        referrals.one, case_id=str(request.path_params["id"]), reader=Reader(operator.id, operator.unit),
        scope=hub.scope, now=hub.clock.now(), stub=stub,
    )  # fmt: skip
    return await hub.readers.run(read)


def limit_of(hub: Hub, request: Request, default: int = PAGE) -> int:
    """Items of a page as asked for, clamped to what the hub gives."""
    return max(1, min(whole_number(request, "limit", default), hub.settings.limits.max_page))
