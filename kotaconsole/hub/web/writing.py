"""Writing: commands from desks, flags from sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.commands import PAYLOADS
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.intake import REFERENCE
from kotaconsole.hub.access.signatures import Verification
from kotaconsole.hub.cases.commands import Answered
from kotaconsole.hub.cases.commands import Asked as CommandAsked
from kotaconsole.hub.cases.intake import Sent, Taken
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import Refused, malformed
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import (
    MAX_REQUEST,
    bearer_of,
    claim_of,
    source_of,
)
from kotaconsole.hub.web.requests import Body, read_body
from kotaconsole.wire import codec

MAX_PLATFORM: Final = 128


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    outcome: str | None = None
    code: str | None = None


async def put_command(hub: Hub, request: Request) -> Response:
    """`PUT /v1/commands/{uuid}`."""
    bearer = bearer_of(hub, request)
    command_id = str(request.path_params["uuid"])
    if not is_uuid(command_id):
        raise malformed("/uuid", "the id of a command is a UUID")
    body = await read_body(request, MAX_REQUEST, hub.settings.limits.body_s)
    if not body.readable:
        raise Refused("malformed", "the content encoding is unknown or broken")
    asked = CommandAsked(
        command_id.lower(), body.data, body.cut, bearer, request.state.request_id,
        request.headers.get("replay-of-epoch"),
    )  # fmt: skip
    done = await hub.writer.run(partial(hub.commands.put, asked=asked))
    hub.meters.command(*_counted(body.data, done))
    headers = {"Idempotent-Replayed": "true"} if done.replayed else {}
    return await answer(request, done.body, status=done.status, media=done.media, headers=headers)


def _counted(raw: bytes, done: Answered) -> tuple[str, str]:
    """Kind and outcome of a command, in words of ours only: what a client wrote never becomes a label."""
    try:
        kind = codec.decode(raw, _Kind).kind
        told = codec.decode(done.body, _Outcome)
    except ContractBreach:
        return "unknown", "malformed"
    outcome = "replayed" if done.replayed else told.outcome or told.code or "other"
    return kind if kind in PAYLOADS else "unknown", outcome


async def put_flag(hub: Hub, request: Request) -> Response:
    """`PUT /v1/flags/{platform}/{reference}`."""
    source, body = await _from_source(hub, request)
    platform, reference = _flag_name(request)
    sent = Sent(platform, reference, body.data, body.cut, source)
    taken = await hub.writer.run(partial(hub.intake.put, sent=sent))
    hub.meters.flag(defective=taken.status == 202)
    return await _taken(request, taken)


async def delete_flag(hub: Hub, request: Request) -> Response:
    """`DELETE /v1/flags/{platform}/{reference}`."""
    source, _ = await _from_source(hub, request)
    platform, reference = _flag_name(request)
    withdraw = partial(
        hub.intake.withdraw, platform=platform, reference=reference, source=source,
        reason=request.query_params.get("reason", ""),
    )  # fmt: skip
    return await _taken(request, await hub.writer.run(withdraw))


async def _from_source(hub: Hub, request: Request) -> tuple[str, Body]:
    """Who sends a flag, by signature or by session, and the body; the signature stands for the body's bytes too."""
    claim = claim_of(request)
    patience_s = hub.settings.limits.body_s
    if claim is None:
        return source_of(hub, request).operator.id, await read_body(request, MAX_REQUEST, patience_s)
    verification = Verification(claim, hub.auth.keys, hub.wall.now())
    body = await read_body(request, MAX_REQUEST, patience_s, verification.take)
    return verification.source(), body


def _flag_name(request: Request) -> tuple[str, str]:
    platform, reference = str(request.path_params["platform"]), str(request.path_params["reference"])
    if REFERENCE.fullmatch(reference) is None:
        raise Refused("not-found", "a reference is 1 to 128 of A-Z a-z 0-9 . _ : -")
    if len(platform) > MAX_PLATFORM:
        raise Refused("not-found", "the name of a platform is at most 128 characters")
    return platform, reference  # a platform nobody knows is no reason to refuse a flag


async def _taken(request: Request, taken: Taken) -> Response:
    return await answer(request, taken.body, status=taken.status)
