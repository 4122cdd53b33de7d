"""The console's reader takes every golden example without losing anything: read and written again it is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kotaconsole.domain.commands import CommandBody
from kotaconsole.domain.errors import ContractBreach, Refusal
from kotaconsole.domain.referral import Referral, Stub
from kotaconsole.wire import auditing, bodies, codec, pages, payloads, searching, watching
from tests.contract.document import NAMES, golden, schema_of

pytestmark = pytest.mark.contract

SHAPES: dict[str, type] = {
    "AuditHead": auditing.AuditHead, "CommandAnswer": bodies.CommandAnswer,
    "DrillAnswer": watching.DrillAnswer, "FlagAnswer": bodies.FlagAnswer, "FlagsPage": bodies.Flags,
    "Handover": watching.Handover, "Handovers": watching.HandoverList, "HandoverBody": watching.HandoverBody,
    "Drill": watching.DrillBody, "Me": bodies.Me, "Meta": bodies.Meta, "Presence": bodies.Presence,
    "PresenceAnswer": bodies.PresenceAnswer, "Problem": bodies.Problem, "Refresh": bodies.Refresh,
    "Search": searching.Search, "Session": bodies.Session, "SignIn": bodies.SignIn,
    "Workstations": watching.WorkstationList, "ShiftReport": watching.ShiftReport, "Command": CommandBody,
}  # fmt: skip
"""What is read in one go; events, cases and pages have readers of their own."""
READ_OTHERWISE = {"Referral", "Stub", "FeedEvent", "ChangesPage", "EventsPage", "SnapshotPage", "SearchPage"}
NOT_READ = {"Directory", "Health", "FlagBody", "PasswordChange", "AuditPage"}
"""The directory has a reader and a test of its own; the rest is only sent, or read by other programs."""


def stated(value: Any) -> Any:
    """Without what is unknown: a missing member and null mean the same, and so does an empty list of problems."""
    if isinstance(value, dict):
        return {key: stated(member) for key, member in value.items() if member is not None and member != []}
    return [stated(item) for item in value] if isinstance(value, list) else value


def again(value: Any) -> Any:
    return stated(json.loads(codec.encode(value)))


def test_every_schema_that_travels_is_read() -> None:
    assert {schema_of(name) for name in NAMES} == set(SHAPES) | READ_OTHERWISE | NOT_READ


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) in SHAPES])
def test_read_and_written_again_it_is_the_same(name: str) -> None:
    example = golden(name)
    read = codec.decode(json.dumps(example).encode(), SHAPES[schema_of(name)])
    written = again(read)
    expected = stated(example)
    if schema_of(name) == "ShiftReport":  # `from` is no name for a member of the program: it stands in the request
        expected = {key: member for key, member in expected.items() if key not in ("from", "to")}
    assert written == expected


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every member of every object, those in open objects left out."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in pairs:
        if key in ("data", "payload", "to", "current"):
            continue
        if isinstance(value, dict):
            yield (*at, key)
        yield from places(member, (*at, key))


def changed(example: Any, at: tuple[Any, ...], *, null: bool) -> bytes:
    copy = json.loads(json.dumps(example))
    inside = copy
    for key in at[:-1]:
        inside = inside[key]
    if null:
        inside[at[-1]] = None
    else:
        del inside[at[-1]]
    return json.dumps(copy).encode()


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) in {*SHAPES, "Referral"} - {"ShiftReport"}])
def test_null_means_the_same_as_a_missing_member(name: str) -> None:
    """Hubs of others write nulls where ours writes nothing."""
    example, shape = golden(name), SHAPES.get(schema_of(name), Referral)
    for at in places(example):
        try:
            without = codec.decode(changed(example, at, null=False), shape)
        except ContractBreach:
            continue  # it has to be there
        assert codec.decode(changed(example, at, null=True), shape) == without, at


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) in ("Referral", "Stub")])
def test_a_case_is_kept_whole(name: str) -> None:
    read = pages.read_case(json.dumps(golden(name)).encode())
    assert isinstance(read, Referral | Stub)
    assert again(read) == stated(golden(name))


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) == "FeedEvent"])
def test_an_event_is_kept_whole(name: str) -> None:
    example = golden(name)
    if name == "event-unknown_kind":
        del example["referral"]["drone"], example["priority_lane"]
    assert again(pages.read_event(json.dumps(example).encode())) == stated(example)


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) == "Command"])
def test_the_payload_of_a_command_is_kept_whole(name: str) -> None:
    example = golden(name)
    read = payloads.read_payload(example["kind"], example["payload"])
    assert not isinstance(read, Refusal), read
    fields = stated(json.loads(codec.encode(payloads.payload_fields(read))))
    assert {key: member for key, member in fields.items() if key in example["payload"]} == stated(example["payload"])
