"""The audit log: read by auditors, witnessed by everybody."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.audit import chain
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import bearer_of, limit_of
from kotaconsole.hub.web.requests import whole_number
from kotaconsole.wire import codec
from kotaconsole.wire.auditing import AuditHead


async def audit(hub: Hub, request: Request) -> Response:
    """`GET /v1/audit`, for auditors."""
    bearer = bearer_of(hub, request)
    if bearer.operator.role != "auditor":
        raise Refused("not-allowed", "the audit log is read by auditors")
    after, limit = whole_number(request, "after", 0), limit_of(hub, request)
    # before the page is read and once per session: a reader who reads to the end must come to an end
    await hub.ledger.once(bearer, "read the audit log")
    found, more = await hub.readers.run(partial(chain.records, after=after, limit=limit))
    return await answer(request, codec.encode({"records": found, "more": more}))


async def audit_head(hub: Hub, request: Request) -> Response:
    """`GET /v1/audit/head`, for anyone signed in; with `n` the record of that number."""
    bearer_of(hub, request)
    n = whole_number(request, "n") if "n" in request.query_params else None
    if n == 0:  # the empty log, which every log begins with
        return await answer(request, codec.encode(AuditHead(hub.epoch, 0, chain.FIRST_PREV, hub.clock.now())))
    found = await hub.readers.run(partial(chain.head, n=n))
    if found is None:
        raise Refused("not-found", "the log does not go that far")
    return await answer(request, codec.encode(AuditHead(hub.epoch, found.n, found.hash, found.at)))
