"""Consoles telling that they listen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import (
    MAX_REQUEST,
    bearer_of,
)
from kotaconsole.hub.web.requests import read_json
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Presence, PresenceAnswer


async def presence(hub: Hub, request: Request) -> Response:
    """`PUT /v1/workstations/{id}/presence`."""
    bearer = bearer_of(hub, request)
    told = await read_json(request, Presence, MAX_REQUEST, hub.settings.limits.body_s)
    if request.path_params["id"] != bearer.workstation_id:
        raise Refused("not-allowed", "this is not the workstation of the session")
    hub.presence[bearer.workstation_id] = told
    return await answer(request, codec.encode(PresenceAnswer(hub.clock.now())))
