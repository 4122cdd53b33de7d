"""The hub's addresses. Each takes a request apart, asks the room that knows, and sends what it said."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection, text
from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.intake import REFERENCE
from kotaconsole.hub import referrals
from kotaconsole.hub.answers import answer, empty
from kotaconsole.hub.commands import Asked as CommandAsked
from kotaconsole.hub.feeds import Asked as ChangesAsked
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.intake import Sent, Taken
from kotaconsole.hub.pagetokens import Place
from kotaconsole.hub.problems import Refused, malformed
from kotaconsole.hub.requests import address_of, matches, read_body, read_json, seconds, whole_number
from kotaconsole.hub.sessions import Bearer
from kotaconsole.hub.state import Hub
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Desk as DeskBody
from kotaconsole.wire.bodies import Me, Meta, Presence, PresenceAnswer, Refresh, SignIn

Handler = Callable[[Hub, Request], Awaitable[Response]]

READS: Final = ("operator", "supervisor", "auditor")
PAGE: Final = 100
"""Items of a page when the client does not say."""
MAX_REQUEST: Final = codec.MAX_REQUEST
_WORKSTATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)


async def sign_in(hub: Hub, request: Request) -> Response:
    """`POST /v1/sessions`."""
    asked = await read_json(request, SignIn, MAX_REQUEST, hub.settings.limits.body_s)
    if _WORKSTATION.fullmatch(asked.workstation.id) is None:
        raise malformed("/workstation/id", "1 to 100 of A-Z a-z 0-9 . _ : -")
    session = await hub.auth.sign_in(asked, address_of(request, behind_proxy=hub.settings.behind_proxy))
    return await answer(request, codec.encode(session), status=201)


async def refresh(hub: Hub, request: Request) -> Response:
    """`POST /v1/sessions/refresh`."""
    asked = await read_json(request, Refresh, MAX_REQUEST, hub.settings.limits.body_s)
    return await answer(request, codec.encode(await hub.auth.refresh(asked)), status=201)


async def sign_out(hub: Hub, request: Request) -> Response:
    """`DELETE /v1/sessions/current`."""
    await hub.auth.sign_out(_bearer(hub, request))
    return empty(204)


async def me(hub: Hub, request: Request) -> Response:
    """`GET /v1/me`."""
    bearer = _bearer(hub, request)
    body = Me(bearer.operator, DeskBody(bearer.workstation_id, bearer.desk), hub.clock.now())
    return await answer(request, codec.encode(body))


async def meta(hub: Hub, request: Request) -> Response:
    """`GET /v1/meta`, before any sign-in."""
    limits = hub.settings.limits
    body = Meta(
        api="1", server_time=hub.clock.now(), epoch=hub.epoch, max_wait=limits.max_wait_s, max_page=limits.max_page,
        closed_days=limits.closed_days, min_console=hub.settings.min_console, training=hub.settings.training,
    )  # fmt: skip
    return await answer(request, codec.encode(body))


async def directory(hub: Hub, request: Request) -> Response:
    """`GET /v1/directory`."""
    _bearer(hub, request)
    headers = {"ETag": hub.directory_etag, "Cache-Control": "no-cache"}
    if matches(request, hub.directory_etag):
        return empty(304, headers)
    return await answer(request, hub.directory_body, headers=headers)


async def openapi(hub: Hub, request: Request) -> Response:
    """`GET /v1/openapi.json`: the contract itself, before any sign-in."""
    return await answer(request, hub.openapi, headers={"Cache-Control": "no-cache"})


async def healthz(_: Hub, request: Request) -> Response:
    """`GET /healthz`: the process answers."""
    return await answer(request, b'{"status":"ok"}')


async def readyz(hub: Hub, request: Request) -> Response:
    """`GET /readyz`: the database answers too, for reading and for writing."""
    await hub.readers.run(_probe)
    await hub.writer.run(lambda tx: _probe(tx.connection))
    return await answer(request, b'{"status":"ok"}')


async def changes(hub: Hub, request: Request) -> Response:
    """`GET /v1/feeds/{unit}/changes`, the long poll."""
    unit = _feed(hub, request)
    limits = hub.settings.limits
    epoch = request.query_params.get("epoch")
    if not epoch:
        raise malformed("/epoch", "the epoch of the snapshot")
    asked = ChangesAsked(
        unit=unit, epoch=epoch, after=whole_number(request, "after"), limit=_limit(hub, request),
        wait=seconds(request, "wait", limits.max_wait_s),
    )  # fmt: skip
    return await answer(request, await hub.feeds.page(asked))


async def snapshot(hub: Hub, request: Request) -> Response:
    """`GET /v1/feeds/{unit}/snapshot`."""
    unit = _feed(hub, request)
    limits, now = hub.settings.limits, hub.clock.now()
    token = request.query_params.get("page_token")
    place = hub.page_tokens.read(token, unit, now) if token else None
    asked = referrals.SnapshotAsked(
        unit=unit, after_id=place.after_id if place else "", as_of=place.as_of if place else None,
        limit=_limit(hub, request, limits.max_page), page_bytes=limits.page_bytes,
        closed_since=now.plus(days=-limits.closed_days),
    )  # fmt: skip
    found = await hub.readers.run(partial(referrals.snapshot, asked=asked, units=hub.units_under(unit)))
    body = b'{"epoch":"%b","as_of":%d,"items":[%b],"server_time":"%b"' % (
        hub.epoch.encode(), found.as_of, b",".join(found.items), now.iso().encode(),
    )  # fmt: skip
    if found.next_after is not None:
        until = now.plus(seconds=limits.page_token_s)
        body += b',"next_page_token":%b' % codec.encode(
            hub.page_tokens.write(Place(unit, found.next_after, found.as_of, until))
        )
    return await answer(request, body + b"}")


async def referral(hub: Hub, request: Request) -> Response:
    """`GET /v1/referrals/{id}`."""
    found = await _case(hub, request)
    headers = {"ETag": f'"v{found.version}"'}
    if matches(request, headers["ETag"]):
        return empty(304, headers)
    return await answer(request, found.body, headers=headers)


async def referral_events(hub: Hub, request: Request) -> Response:
    """`GET /v1/referrals/{id}/events`."""
    after, limit = whole_number(request, "after_version", 0), _limit(hub, request)
    await _case(hub, request)
    read = partial(
        referrals.timeline, case_id=request.path_params["id"], after=after, limit=limit,
        page_bytes=hub.settings.limits.page_bytes,
    )  # fmt: skip
    found, more = await hub.readers.run(read)
    body = b'{"events":[%b],"more":%b,"server_time":"%b"}' % (
        b",".join(found), b"true" if more else b"false", hub.clock.now().iso().encode(),
    )  # fmt: skip
    return await answer(request, body)


async def referral_flags(hub: Hub, request: Request) -> Response:
    """`GET /v1/referrals/{id}/flags`."""
    after, limit = whole_number(request, "after", 0), _limit(hub, request)
    await _case(hub, request)
    read = partial(
        referrals.flags_after, case_id=request.path_params["id"], after=after, limit=limit,
        page_bytes=hub.settings.limits.page_bytes,
    )  # fmt: skip
    return await answer(request, await hub.readers.run(read))


async def put_command(hub: Hub, request: Request) -> Response:
    """`PUT /v1/commands/{uuid}`."""
    bearer = _bearer(hub, request)
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
    bearer = _source(hub, request)
    platform, reference = _flag_name(request)
    body = await read_body(request, MAX_REQUEST, hub.settings.limits.body_s)
    sent = Sent(platform, reference, body.data, body.cut, bearer.operator.id)
    return await _taken(request, await hub.writer.run(partial(hub.intake.put, sent=sent)))


async def delete_flag(hub: Hub, request: Request) -> Response:
    """`DELETE /v1/flags/{platform}/{reference}`."""
    bearer = _source(hub, request)
    platform, reference = _flag_name(request)
    withdraw = partial(
        hub.intake.withdraw, platform=platform, reference=reference, source=bearer.operator.id,
        reason=request.query_params.get("reason", ""),
    )  # fmt: skip
    return await _taken(request, await hub.writer.run(withdraw))


async def presence(hub: Hub, request: Request) -> Response:
    """`PUT /v1/workstations/{id}/presence`."""
    bearer = _bearer(hub, request)
    told = await read_json(request, Presence, MAX_REQUEST, hub.settings.limits.body_s)
    if request.path_params["id"] != bearer.workstation_id:
        raise Refused("not-allowed", "this is not the workstation of the session")
    hub.presence[bearer.workstation_id] = told
    return await answer(request, codec.encode(PresenceAnswer(hub.clock.now())))


ADDRESSES: Final[dict[str, dict[str, Handler]]] = {
    "/healthz": {"GET": healthz},
    "/readyz": {"GET": readyz},
    "/v1/openapi.json": {"GET": openapi},
    "/v1/meta": {"GET": meta},
    "/v1/sessions": {"POST": sign_in},
    "/v1/sessions/refresh": {"POST": refresh},
    "/v1/sessions/current": {"DELETE": sign_out},
    "/v1/me": {"GET": me},
    "/v1/directory": {"GET": directory},
    "/v1/feeds/{unit}/snapshot": {"GET": snapshot},
    "/v1/feeds/{unit}/changes": {"GET": changes},
    "/v1/referrals/{id}": {"GET": referral},
    "/v1/referrals/{id}/events": {"GET": referral_events},
    "/v1/referrals/{id}/flags": {"GET": referral_flags},
    "/v1/commands/{uuid}": {"PUT": put_command},
    "/v1/flags/{platform}/{reference}": {"PUT": put_flag, "DELETE": delete_flag},
    "/v1/workstations/{id}/presence": {"PUT": presence},
}


def _bearer(hub: Hub, request: Request) -> Bearer:
    return hub.auth.bearer(request.headers.get("authorization"))


def _source(hub: Hub, request: Request) -> Bearer:
    bearer = _bearer(hub, request)
    if bearer.operator.role != "source":
        raise Refused("not-allowed", "flags come from sources")
    return bearer


def _reader(hub: Hub, request: Request) -> Bearer:
    bearer = _bearer(hub, request)
    if bearer.operator.role not in READS:
        raise Refused("not-allowed", "this role reads no cases")
    return bearer


def _feed(hub: Hub, request: Request) -> str:
    """The unit of a feed the caller may read: their own or one below; every other is as unknown."""
    bearer = _reader(hub, request)
    unit = str(request.path_params["unit"])
    if hub.directory.unit(unit) is None or not hub.directory.within(unit, bearer.operator.unit):
        raise Refused("not-found", "there is no such feed")
    return unit


async def _case(hub: Hub, request: Request) -> referrals.Found:
    bearer = _reader(hub, request)
    read = partial(
        referrals.one, case_id=str(request.path_params["id"]), unit=bearer.operator.unit, directory=hub.directory
    )
    return await hub.readers.run(read)


def _limit(hub: Hub, request: Request, default: int = PAGE) -> int:
    return max(1, min(whole_number(request, "limit", default), hub.settings.limits.max_page))


def _flag_name(request: Request) -> tuple[str, str]:
    platform, reference = str(request.path_params["platform"]), str(request.path_params["reference"])
    if REFERENCE.fullmatch(reference) is None or REFERENCE.fullmatch(platform) is None:
        raise Refused("not-found", "platform and reference are 1 to 128 of A-Z a-z 0-9 . _ : -")
    return platform, reference


async def _taken(request: Request, taken: Taken) -> Response:
    return await answer(request, taken.body, status=taken.status)


def _probe(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
