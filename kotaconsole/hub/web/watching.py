"""Watching the watchers: presence, workstations, hand-overs, drills, the shift's report."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.vocabulary import MAX_NAME
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import Refused, invalid, malformed
from kotaconsole.hub.state import Hub
from kotaconsole.hub.storage.tables import workstations as workstation_rows
from kotaconsole.hub.watch import drills, report
from kotaconsole.hub.watch import handovers as books
from kotaconsole.hub.watch.figures import Span
from kotaconsole.hub.watch.presence import Console, remembered
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import MAX_REQUEST, bearer_of, reader_of
from kotaconsole.hub.web.requests import read_body, read_json
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Presence, PresenceAnswer
from kotaconsole.wire.watching import (
    DrillBody,
    HandoverBody,
    HandoverList,
    Unattended,
    WatchedConsole,
    WorkstationList,
)

DESKS: Final = ("operator", "supervisor")
LONGEST_DAYS: Final = 31
_KEY: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
_TAG: Final = re.compile(r'"h([1-9][0-9]{0,8})"', re.ASCII)
_MOST: Final = 2**53 - 1
"""The largest number that every JSON reader takes exactly."""


async def presence(hub: Hub, request: Request) -> Response:
    """`PUT /v1/workstations/{id}/presence`."""
    bearer = _desk_of(hub, request)
    if request.path_params["id"] != bearer.workstation_id:
        raise Refused("not-allowed", "this is not the workstation of the session")
    said = await read_json(request, Presence, MAX_REQUEST, hub.settings.limits.body_s)
    for name, number in (("last_seq", said.last_seq), ("outbox_depth", said.outbox_depth)):
        if not 0 <= number <= _MOST:
            raise invalid(f"/{name}", "a whole number, 0 or more")
    for name, text in (("version", said.version), ("operator", said.operator or "-")):
        if not 0 < len(text) <= MAX_NAME:
            raise invalid(f"/{name}", f"1 to {MAX_NAME} characters")
    alarms = hub.watch.guard.told(bearer, said)
    return await answer(request, codec.encode(PresenceAnswer(hub.clock.now(), alarms)))


async def workstations(hub: Hub, request: Request) -> Response:
    """`GET /v1/workstations`."""
    bearer = _supervisor_of(hub, request)
    units = hub.units_under(bearer.operator.unit)
    guard = hub.watch.guard
    found = await hub.readers.run(partial(remembered, units=units))
    now_known = {one.id: one for one in guard.consoles}
    # what a console said since the hub's start wins, also where it has gone to another unit meanwhile
    theirs = [one for one in {**found, **now_known}.values() if one.unit in units]
    rows = await hub.readers.run(partial(_names, ids=[one.id for one in theirs]))
    missing = tuple(
        Unattended(one.unit, one.since, one.told, guard.run_of(one.unit))
        for one in guard.watched.missing
        if one.unit in units
    )
    told = WorkstationList(
        tuple(_shown(one, *rows[one.id]) for one in sorted(theirs, key=lambda one: (one.unit, one.desk))),
        missing, bool(hub.settings.site.on_nobody_listening), hub.clock.now(),
    )  # fmt: skip
    await hub.ledger.once(bearer, f"reads desks of {bearer.operator.unit}")
    return await answer(request, codec.encode(told))


async def handovers(hub: Hub, request: Request) -> Response:
    """`GET /v1/handovers`."""
    bearer = reader_of(hub, request)
    unit = _unit_of(hub, bearer, request.query_params.get("unit"))
    found = await hub.readers.run(partial(books.of_unit, unit=unit))
    await hub.ledger.once(bearer, f"reads hand-overs of {unit}")
    return await answer(request, codec.encode(HandoverList(found, hub.clock.now())))


async def put_handover(hub: Hub, request: Request) -> Response:
    """`PUT /v1/handovers/{id}`."""
    bearer = _desk_of(hub, request)
    handover_id = str(request.path_params["id"]).lower()
    if not is_uuid(handover_id):
        raise Refused("not-found", "the id of a hand-over is a UUID")
    body = await read_json(request, HandoverBody, MAX_REQUEST, hub.settings.limits.body_s)
    if _unit_of(hub, bearer, body.unit) != bearer.operator.unit:
        raise Refused("not-allowed", "a unit hands over its own shifts")
    asked = books.Put(handover_id, body, _precondition(request), bearer)
    kept = await hub.writer.run(partial(books.put, asked=asked, scope=hub.scope))
    headers = {"ETag": f'"h{kept.handover.version}"'}
    return await answer(request, codec.encode(kept.handover), status=201 if kept.created else 200, headers=headers)


async def drill(hub: Hub, request: Request) -> Response:
    """`POST /v1/drills`."""
    bearer = _supervisor_of(hub, request)
    key = request.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        raise malformed("", "the header Idempotency-Key has 1 to 100 of A-Z a-z 0-9 . _ : -")
    raw = await read_body(request, MAX_REQUEST, hub.settings.limits.body_s)
    if raw.cut:
        raise Refused("too-large", "a request is at most 256 KiB")
    if not raw.readable:
        raise Refused("malformed", "the content encoding is unknown or broken")
    body = codec.decode(raw.data, DrillBody)
    unit = _unit_of(hub, bearer, body.unit)
    steps = hub.watch.drills.steps(body.scenario)
    asked = drills.Asked(key, DrillBody(unit, body.scenario), drills.body_hash(raw.data), bearer)
    begun = await hub.writer.run(partial(hub.watch.drills.begin, asked=asked, steps=steps))
    if begun.replayed:
        return await answer(request, begun.body, headers={"Idempotent-Replayed": "true"})
    return await answer(request, begun.body, status=201)


async def shift_report(hub: Hub, request: Request) -> Response:
    """`GET /v1/reports/shift`."""
    bearer = reader_of(hub, request)
    unit = _unit_of(hub, bearer, request.query_params.get("unit"))
    span = Span(_moment(request, "from"), _moment(request, "to"))
    if not 0 <= span.end.seconds_since(span.begin) <= LONGEST_DAYS * 86_400:
        raise invalid("/to", f"not before from, and at most {LONGEST_DAYS} days after it")
    asked = report.Asked(
        unit, tuple(hub.units_under(unit)), span, bearer.operator.role != "operator", hub.settings.training
    )
    made = partial(report.made, asked=asked, directory=hub.directory, site=hub.settings.site, now=hub.clock.now())
    body = codec.encode(await hub.readers.run(made))
    await hub.ledger.looked(bearer, f"shift report of {unit}", content=body)
    return await answer(request, body)


def _desk_of(hub: Hub, request: Request) -> Bearer:
    bearer = bearer_of(hub, request)
    if bearer.operator.role not in DESKS:
        raise Refused("not-allowed", "this is for operators and supervisors")
    return bearer


def _supervisor_of(hub: Hub, request: Request) -> Bearer:
    bearer = bearer_of(hub, request)
    if bearer.operator.role != "supervisor":
        raise Refused("not-allowed", "this is for supervisors")
    return bearer


def _unit_of(hub: Hub, bearer: Bearer, unit: str | None) -> str:
    """A unit the caller may ask about: their own or one below; every other is as unknown."""
    if not unit:
        raise malformed("/unit", "a unit")
    if hub.directory.unit(unit) is None or not hub.directory.within(unit, bearer.operator.unit):
        raise Refused("not-found", "there is no such unit")
    return unit


def _precondition(request: Request) -> int | None:
    """The version that is to be changed, 0 for whatever stands there; None to create."""
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    if match is None and none_match is None:
        raise Refused("precondition-required", "If-Match with the version, or If-None-Match: * to create")
    if match is None:
        if (none_match or "").strip() != "*":
            raise malformed("", "If-None-Match is * here")
        return None
    if match.strip() == "*":
        return 0
    found = _TAG.fullmatch(match.strip())
    if found is None:
        # whatever it names, it is no version of this
        raise Refused("version-mismatch", "If-Match names no version of this hand-over")
    return int(found[1])


def _moment(request: Request, name: str) -> Instant:
    try:
        return Instant.parse(request.query_params.get(name, ""))
    except ValueError:
        raise malformed(f"/{name}", "a time with its offset (RFC 3339)") from None


def _names(connection: Connection, ids: list[str]) -> dict[str, tuple[str | None, str | None]]:
    rows = connection.execute(select(workstation_rows).where(workstation_rows.c.id.in_(ids)))
    return {row.id: (row.name, row.version) for row in rows}


def _shown(one: Console, name: str | None, version: str | None) -> WatchedConsole:
    said = one.told
    if said is None:
        return WatchedConsole(one.id, one.desk, False, "unknown", name, version, unit=one.unit, seen_at=one.at)
    here = one.state not in ("silent", "left")
    return WatchedConsole(
        one.id, one.desk, here and said.listening, said.audible if here else "unknown", name, said.version,
        said.operator, one.unit, said.last_seq, said.outbox_depth, one.at,
    )  # fmt: skip
