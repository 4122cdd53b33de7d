"""Writing: commands from desks, flags from sources."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.intake import REFERENCE
from kotaconsole.hub.cases.commands import Asked as CommandAsked
from kotaconsole.hub.cases.intake import Sent, Taken
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import Refused, malformed
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import (
    MAX_REQUEST,
    bearer_of,
    source_of,
)
from kotaconsole.hub.web.requests import read_body


async def put_command(hub: Hub, request: Request) -> Response:
    """`PUT /v1/commands/{uuid}`."""
    bearer = bearer_of(hub, request)
    command_id = str(request.path_params["uuid"])
    if not is_uuid(command_id):
        raise malformed("/uuid", "the id of a command is a UUID")
    body = await read_body(request, MAX_REQUEST, hub.settings.limits.body_s)
    if not body.readable:
        raise Refused("malformed", "the content encoding is unknown or broken")
    asked = CommandAsked(command_id.lower(), body.data, body.cut, bearer, request.state.request_id)
    done = await hub.writer.run(partial(hub.commands.put, asked=asked))
    headers = {"Idempotent-Replayed": "true"} if done.replayed else {}
    return await answer(request, done.body, status=done.status, media=done.media, headers=headers)


async def put_flag(hub: Hub, request: Request) -> Response:
    """`PUT /v1/flags/{platform}/{reference}`."""
    bearer = source_of(hub, request)
    platform, reference = _flag_name(request)
    body = await read_body(request, MAX_REQUEST, hub.settings.limits.body_s)
    sent = Sent(platform, reference, body.data, body.cut, bearer.operator.id)
    return await _taken(request, await hub.writer.run(partial(hub.intake.put, sent=sent)))


async def delete_flag(hub: Hub, request: Request) -> Response:
    """`DELETE /v1/flags/{platform}/{reference}`."""
    bearer = source_of(hub, request)
    platform, reference = _flag_name(request)
    withdraw = partial(
        hub.intake.withdraw, platform=platform, reference=reference, source=bearer.operator.id,
        reason=request.query_params.get("reason", ""),
    )  # fmt: skip
    return await _taken(request, await hub.writer.run(withdraw))


def _flag_name(request: Request) -> tuple[str, str]:
    platform, reference = str(request.path_params["platform"]), str(request.path_params["reference"])
    if REFERENCE.fullmatch(reference) is None or REFERENCE.fullmatch(platform) is None:
        raise Refused("not-found", "platform and reference are 1 to 128 of A-Z a-z 0-9 . _ : -")
    return platform, reference


async def _taken(request: Request, taken: Taken) -> Response:
    return await answer(request, taken.body, status=taken.status)
