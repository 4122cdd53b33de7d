"""Sign-in, refresh, sign-out, and who one is."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.vocabulary import MAX_NAME
from kotaconsole.hub.problems import malformed
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer, empty
from kotaconsole.hub.web.callers import (
    MAX_REQUEST,
    bearer_of,
)
from kotaconsole.hub.web.requests import address_of, read_json
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Desk as DeskBody
from kotaconsole.wire.bodies import Me, NewPassword, Refresh, SignIn

_WORKSTATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)


async def sign_in(hub: Hub, request: Request) -> Response:
    """`POST /v1/sessions`."""
    asked = await read_json(request, SignIn, MAX_REQUEST, hub.settings.limits.body_s)
    if _WORKSTATION.fullmatch(asked.workstation.id) is None:
        raise malformed("/workstation/id", "1 to 100 of A-Z a-z 0-9 . _ : -")
    for name in ("name", "version"):
        if len(getattr(asked.workstation, name) or "") > MAX_NAME:
            raise malformed(f"/workstation/{name}", f"at most {MAX_NAME} characters")
    # for the audit log, which keeps it only where somebody has this name: people type passwords there
    request.state.tried = asked.username
    session = await hub.auth.sign_in(asked, address_of(request, behind_proxy=hub.settings.behind_proxy))
    return await answer(request, codec.encode(session), status=201)


async def refresh(hub: Hub, request: Request) -> Response:
    """`POST /v1/sessions/refresh`."""
    asked = await read_json(request, Refresh, MAX_REQUEST, hub.settings.limits.body_s)
    return await answer(request, codec.encode(await hub.auth.refresh(asked)), status=201)


async def sign_out(hub: Hub, request: Request) -> Response:
    """`DELETE /v1/sessions/current`."""
    await hub.auth.sign_out(bearer_of(hub, request))
    return empty(204)


async def change_password(hub: Hub, request: Request) -> Response:
    """`PUT /v1/me/password`."""
    bearer = bearer_of(hub, request)
    asked = await read_json(request, NewPassword, MAX_REQUEST, hub.settings.limits.body_s)
    address = address_of(request, behind_proxy=hub.settings.behind_proxy)
    await hub.auth.change_password(bearer, asked.old, asked.new, address)
    return empty(204)


async def me(hub: Hub, request: Request) -> Response:
    """`GET /v1/me`."""
    bearer = bearer_of(hub, request)
    body = Me(bearer.operator, DeskBody(bearer.workstation_id, bearer.desk), hub.clock.now())
    return await answer(request, codec.encode(body))
