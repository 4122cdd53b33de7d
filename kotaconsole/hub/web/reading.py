"""Reading: the hub itself, the directory, feeds and cases."""

from __future__ import annotations

import time
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.cases import referrals
from kotaconsole.hub.cases.feeds import Asked as ChangesAsked
from kotaconsole.hub.cases.pagetokens import Place
from kotaconsole.hub.problems import malformed
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer, empty
from kotaconsole.hub.web.callers import (
    bearer_of,
    case_of,
    feed_of,
    limit_of,
)
from kotaconsole.hub.web.noting import looked
from kotaconsole.hub.web.requests import matches, seconds, whole_number
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Meta


async def meta(hub: Hub, request: Request) -> Response:
    """`GET /v1/meta`, before any sign-in."""
    limits = hub.settings.limits
    body = Meta(
        api="1", server_time=hub.clock.now(), epoch=hub.epoch, max_wait=limits.max_wait_s, max_page=limits.max_page,
        closed_days=limits.closed_days, retained_days=hub.settings.site.retained_days,
        min_console=hub.settings.min_console, training=hub.settings.training,
    )  # fmt: skip
    return await answer(request, codec.encode(body))


async def directory(hub: Hub, request: Request) -> Response:
    """`GET /v1/directory`."""
    bearer_of(hub, request)
    known = hub.directories
    headers = {"ETag": known.etag, "Cache-Control": "no-cache"}
    if matches(request, known.etag):
        return empty(304, headers)
    return await answer(request, known.body, headers=headers)


async def openapi(hub: Hub, request: Request) -> Response:
    """`GET /v1/openapi.json`: the contract itself, before any sign-in."""
    return await answer(request, hub.openapi, headers={"Cache-Control": "no-cache"})


async def changes(hub: Hub, request: Request) -> Response:
    """`GET /v1/feeds/{unit}/changes`, the long poll."""
    unit = feed_of(hub, request)
    limits = hub.settings.limits
    epoch = request.query_params.get("epoch")
    if not epoch:
        raise malformed("/epoch", "the epoch of the snapshot")
    asked = ChangesAsked(
        unit=unit, epoch=epoch, after=whole_number(request, "after"), limit=limit_of(hub, request),
        wait=seconds(request, "wait", limits.max_wait_s),
    )  # fmt: skip
    waits, began = hub.feeds.in_order(asked) and hub.feeds.waits(asked), time.monotonic()
    page = await hub.feeds.page(asked)
    request.state.waited_s = time.monotonic() - began if waits else 0.0
    # whoever was shut out while they waited does not get what woke them
    hub.auth.still(request.headers.get("authorization"))
    return await answer(request, page)


async def snapshot(hub: Hub, request: Request) -> Response:
    """`GET /v1/feeds/{unit}/snapshot`."""
    unit = feed_of(hub, request)
    await hub.ledger.looked(bearer_of(hub, request), f"read snapshot {unit}")
    limits, now = hub.settings.limits, hub.clock.now()
    token = request.query_params.get("page_token")
    place = hub.page_tokens.read(token, unit, now) if token else None
    asked = referrals.SnapshotAsked(
        unit=unit, after_id=place.after_id if place else "", as_of=place.as_of if place else None,
        limit=limit_of(hub, request, limits.max_page), page_bytes=limits.page_bytes,
        closed_since=now.plus(days=-limits.closed_days), now=now,
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
    """`GET /v1/referrals/{id}`; whoever holds a stub gets the stub."""
    found = await case_of(hub, request, stub=True)
    await looked(hub, request, "opened case")
    headers = {"ETag": f'"v{found.version}"'}
    # a stub carries the version at which the case left: whoever read it whole then must not go on showing that
    if not found.stub and matches(request, headers["ETag"]):
        return empty(304, headers)
    return await answer(request, found.body, headers=headers)


async def referral_events(hub: Hub, request: Request) -> Response:
    """`GET /v1/referrals/{id}/events`."""
    after, limit = whole_number(request, "after_version", 0), limit_of(hub, request)
    await case_of(hub, request)
    await looked(hub, request, "read timeline")
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
    after, limit = whole_number(request, "after", 0), limit_of(hub, request)
    await case_of(hub, request)
    await looked(hub, request, "read flags")
    read = partial(
        referrals.flags_after, case_id=request.path_params["id"], after=after, limit=limit,
        page_bytes=hub.settings.limits.page_bytes,
    )  # fmt: skip
    return await answer(request, await hub.readers.run(read))
