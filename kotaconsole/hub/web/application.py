"""The ASGI application: routes, one way out for every error, and a log line without personal data."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kotaconsole.domain.errors import ContractBreach
from kotaconsole.hub.logs import places
from kotaconsole.hub.problems import PROBLEM_JSON, Refused, document, unfit
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web import noting
from kotaconsole.hub.web.addresses import ADDRESSES, Handler
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.polls import POLLS, Polls
from kotaconsole.hub.web.requests import waited_for_news

log = logging.getLogger("kotaconsole.hub.web.requests")

MAX_RETRY_AFTER: Final = 300
EVERY_FEW_SECONDS: Final = ("/v1/workstations/{id}/presence",)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def application(hub: Hub) -> Starlette:
    """All addresses of a hub, which starts and stops with the server."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[dict[str, Polls]]:
        await hub.start()
        try:
            polls = Polls(hub)
            hub.short_polls = lambda: polls.answered
            yield {POLLS: polls}
        finally:
            await hub.stop()

    routes = [
        Route(path, _endpoint(hub, path, methods), methods=list(METHODS), include_in_schema=False)
        for path, methods in ADDRESSES.items()
    ]
    app = Starlette(routes=routes, lifespan=life, exception_handlers={HTTPException: _unrouted})
    # a client is never sent elsewhere: a redirect would carry its token along
    app.router.redirect_slashes = False
    return app


def _endpoint(hub: Hub, path: str, methods: dict[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])

    async def endpoint(request: Request) -> Response:
        request.state.request_id = uuid.uuid4().hex
        began = time.monotonic()
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            response = await _problem(request, Refused("method-not-allowed", f"allowed here: {allowed}"))
            response.headers["Allow"] = allowed
        else:
            response = await _handled(hub, handler, request, path)
        response.headers["X-Request-Id"] = request.state.request_id
        _tell(hub, request, path, response.status_code, time.monotonic() - began - waited_for_news(request))
        return response

    return endpoint


def _tell(hub: Hub, request: Request, route: str, status: int, seconds: float) -> None:
    """Count and log one answer, by the route and not the address: ids in an address lead to persons."""
    hub.meters.request(route, request.method, status, seconds)
    # what only looks, or comes every few seconds, would hide the rest
    quiet = status < 400 and (request.method in ("GET", "HEAD") or route in EVERY_FEW_SECONDS)
    fields = {
        "event": "request", "method": request.method, "route": route, "status": status, "ms": round(seconds * 1000, 1),
        "request_id": request.state.request_id, "role": None if quiet else _role(hub, request),
    }  # fmt: skip
    level = logging.DEBUG if quiet else logging.INFO
    log.log(level, "%s %s %d %.0f ms", request.method, route, status, seconds * 1000, extra=fields)


def _role(hub: Hub, request: Request) -> str | None:
    try:
        return hub.auth.bearer(request.headers.get("authorization")).operator.role
    except Refused:
        return None


async def _handled(hub: Hub, handler: Handler, request: Request, path: str) -> Response:
    try:
        return await handler(hub, request)
    except Refused as refused:
        await noting.refused(hub, request, path, refused)
        return await _problem(request, refused)
    except ContractBreach as breach:
        return await _problem(request, unfit(breach))
    except Exception as error:  # noqa: BLE001 - whatever else it is, is our bug: it is logged, told, and the hub goes on
        log.error("%s %s: %s", request.method, request.state.request_id, places(error))  # noqa: TRY400
        return await _problem(request, Refused("internal", "the hub made a mistake; it is in the hub's log"))


async def _problem(request: Request, refused: Refused) -> Response:
    told = document(refused, request.state.request_id)
    headers = {}
    if refused.retry_after is not None:
        headers["Retry-After"] = str(min(MAX_RETRY_AFTER, max(1, round(refused.retry_after))))
    if told.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return await answer(request, told.body, status=told.status, media=PROBLEM_JSON, headers=headers)


async def _unrouted(request: Request, error: Exception) -> Response:
    request.state.request_id = uuid.uuid4().hex
    log.info("no such address", extra={"event": "unrouted", "request_id": request.state.request_id})
    code = "not-found" if isinstance(error, HTTPException) and error.status_code == 404 else "malformed"
    response = await _problem(request, Refused(code, "there is no such address"))
    response.headers["X-Request-Id"] = request.state.request_id
    return response
