"""The API document against its golden examples: each is valid, each part of each matters, and nothing is untold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate as validate_document

from tests.contract.document import (
    NAMES,
    WRONG,
    JsonObject,
    broken_copies,
    command_schema,
    document,
    fits,
    golden,
    schema_of,
    schemas,
    validator,
    walk,
)  # fmt: skip

pytestmark = pytest.mark.contract


def test_document_is_valid_openapi() -> None:
    validate_document(document())
    assert document()["openapi"].startswith("3.1")


def test_words_in_the_document_stayed_words() -> None:
    """YAML reads a bare 18_24 as a number and a bare yes as true."""

    def words(node: Any) -> Iterator[Any]:
        if isinstance(node, dict):
            for key, member in node.items():
                assert isinstance(key, str), key
                if key == "enum" and isinstance(member, list):
                    yield from member
                yield from words(member)
        elif isinstance(node, list):
            for item in node:
                yield from words(item)

    assert {type(word) for word in words(document())} == {str, type(None)}


@pytest.mark.parametrize("name", NAMES)
def test_golden_is_valid(name: str) -> None:
    problems = [f"{error.json_path}: {error.message}" for error in validator(schema_of(name)).iter_errors(golden(name))]
    assert problems == []


@pytest.mark.parametrize("name", NAMES)
def test_broken_copy_of_golden_is_refused(name: str) -> None:
    schema, value = schema_of(name), golden(name)
    concrete = command_schema(value["kind"]) if schema == "Command" else schema
    copies = list(broken_copies(concrete, value))
    assert [what for what, broken in copies if fits(schema, broken)] == []
    assert copies or value == {}, "this example has nothing that could be broken"


# Written by hand, so that a rule dropped from the document is missed here although every example still fits.
RULES_BROKEN: list[tuple[str, str, Any]] = [
    ("command-note", "/payload", {}),
    ("command-note", "/payload/text", "x" * 60_001),
    ("command-acknowledge", "/payload", {}),
    ("command-acknowledge", "/n", 0),
    ("command-inform", "/seen", None),
    ("command-inform", "/payload", {"person": "somebody"}),
    ("command-contact", "/payload/in_person", "yes"),
    ("command-close", "/payload/code", "solved"),
    ("command-close", "/payload/accepted_by", {"name": "somebody"}),
    ("command-close", "/payload/accepted_by/rank", None),
    ("command-close", "/payload/accepted_by/body", None),
    ("command-slip", "/payload/status", "printed"),
    ("command-locate", "/payload/recheck_minutes", 16),
    ("command-call", "/payload/whom", "neighbour"),
    ("command-update", "/payload/set", []),
    ("command-update", "/payload/set/0/field", "holder.name"),
    ("command-assess", "/payload/signals/0", "sad"),
    ("command-decline", "/payload/reason", ""),
    ("command-accept_by_phone", "/payload", {"person": "somebody"}),
    ("command-split", "/payload/references", []),
    ("command-hold", "/payload/on", "yes"),
    ("command-view", "/payload/fields", []),
    ("command-open", "/payload", {"excerpt": "no word on how it came"}),
    ("command-open", "/happened_at", "20 November 2026"),
    ("command-open", "/referral_id", "2026-000124"),
    ("event-flag_received", "/referral/level", "P4"),
    ("event-flag_received", "/referral/state", "open"),
    ("event-flag_received", "/referral/stub", None),
    ("event-flag_received", "/referral/alarm/cause", "noise"),
    ("event-flag_received", "/referral/alarm/stage", 3),
    ("event-flag_received", "/referral/flags/0/signals/0", "score_0.97"),
    ("event-flag_received", "/referral/flags/0/received_at", None),
    ("event-flag_received", "/referral/account/age_band", "17"),
    ("event-flag_received", "/referral/subject/alone", True),
    ("event-flag_received", "/referral/locations/0/lat", 91),
    ("event-flag_received", "/referral/reasons/0/text", {"en": "only English"}),
    ("event-flag_received", "/referral/number", "123"),
    ("event-flag_received", "/data", {}),
    ("event-flag_received", "/seq", 0),
    ("event-flag_received", "/version", 0),
    ("event-level_raised", "/data", {"level": "P2"}),
    ("event-level_lowered", "/data/level", "P4"),
    ("event-locating", "/data/recheck_minutes", 16),
    ("event-escalated", "/data/stage", 3),
    ("event-realarmed", "/data/why", "boredom"),
    ("event-split", "/data/references", []),
    ("event-closed", "/data/code", "drilled"),
    ("event-left_scope", "/referral/stub", None),
    ("event-note_added", "/data", {"late": False}),
    ("event-closed", "/data/code", "solved"),
    ("page-changes-quiet", "/beat", None),
    ("page-changes-quiet", "/epoch", None),
    ("page-snapshot", "/items/0", {"id": "only an id"}),
    ("page-events", "/events/0/referral", {}),
    ("answer-session", "/operator/role", "root"),
    ("answer-meta", "/api", "2"),
    ("answer-directory", "/units/0/id", "Kota City"),
    ("answer-directory", "/units/0/kind", "office"),
    ("answer-command", "/outcome", "refused"),
    ("request-sign-in", "/workstation", {}),
    ("request-flag", "/urgency", "critical"),
    ("request-flag", "/account/phones", "one number"),
    ("request-presence", "/audible", True),
    ("request-password", "/new", "too-short"),
    ("request-handover", "/sign", "both"),
    ("answer-report", "/counts/level/P1", -1),
    ("page-audit", "/records/0/hash", "0"),
    ("problem-held", "/terminal", None),
    ("problem-held", "/status", 200),
]


@pytest.mark.parametrize(("name", "pointer", "value"), RULES_BROKEN)
def test_breach_of_the_contract_is_refused(name: str, pointer: str, value: Any) -> None:
    broken = golden(name)
    *way, last = pointer.removeprefix("/").split("/")
    inside = broken
    for step in way:
        inside = inside[int(step) if isinstance(inside, list) else step]
    place = int(last) if isinstance(inside, list) else last
    assert isinstance(inside, list) or inside.get(place) != value
    inside[place] = value
    assert not fits(schema_of(name), broken)


# By hand as well: what a client may count on in an answer, and a hub in a command.
ALWAYS_THERE = {
    "answer-command": "outcome referral_id number version event_ids",
    "answer-meta": "api server_time epoch max_wait max_page training",
    "answer-session": "access_token expires_in refresh_token operator workstation server_time",
    "command-inform": "kind referral_id workstation n author seen happened_at entered_at payload",
    "event-flag_received": "seq event_id kind referral_id version at recorded_at by data referral",
    "page-changes-quiet": "epoch events next head oldest more beat server_time",
    "page-snapshot": "epoch as_of items server_time",
    "problem-held": "type title status detail code terminal request_id",
}


@pytest.mark.parametrize("name", ALWAYS_THERE)
def test_what_is_always_there_may_not_be_left_out(name: str) -> None:
    value = golden(name)
    left_out = [key for key in ALWAYS_THERE[name].split() if fits(schema_of(name), {**value, key: None})]
    missing = [
        key
        for key in ALWAYS_THERE[name].split()
        if fits(schema_of(name), {member: value[member] for member in value if member != key})
    ]
    assert missing == []
    assert set(left_out) <= {"number", "by", "request_id", "referral"}, "only these may be null"


NOTHING_INSIDE = {"EmptyData", "EmptyPayload"}


def test_every_schema_has_an_example_and_guards_each_of_its_members() -> None:
    seen: dict[str, list[Any]] = {}
    for name in NAMES:
        for schema, _, value, _ in walk(name):
            if schema is not None and value is not None and value != {}:
                seen.setdefault(schema, []).append(value)
    assert set(schemas()) - set(seen) == NOTHING_INSIDE
    unguarded = []
    for schema, values in seen.items():
        unguarded += [schema] if fits(schema, WRONG) else []
        objects = [value for value in values if isinstance(value, dict)]
        if objects:
            richest = max(objects, key=lambda value: sum(member is not None for member in value.values()))
            unguarded += [f"{schema} {what}" for what, broken in broken_copies(schema, richest) if fits(schema, broken)]
    assert unguarded == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "event-unknown_kind"])
def test_golden_has_no_member_the_document_does_not_tell(name: str) -> None:
    told: dict[str, set[str]] = {}
    objects: dict[str, JsonObject] = {}
    for _, at, value, members in walk(name):
        told.setdefault(at, set()).update(members)
        if isinstance(value, dict) and not at.endswith("/covers"):
            objects[at] = value
    assert {f"{at}/{key}" for at, value in objects.items() for key in set(value) - told[at]} == set()
