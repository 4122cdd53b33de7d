"""The API document against its golden examples: each is valid, each part of each matters, and nothing is untold."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate as validate_document

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "resources" / "referral-api.openapi.yaml"
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))

# The longest prefix decides.
SCHEMA_OF = {
    "answer-command": "CommandAnswer",
    "answer-directory": "Directory",
    "answer-flag": "FlagAnswer",
    "answer-health": "Health",
    "answer-me": "Me",
    "answer-meta": "Meta",
    "answer-presence": "PresenceAnswer",
    "answer-referral": "Referral",
    "answer-session": "Session",
    "answer-stub": "Stub",
    "command": "Command",
    "event": "FeedEvent",
    "page-changes": "ChangesPage",
    "page-events": "EventsPage",
    "page-flags": "FlagsPage",
    "page-snapshot": "SnapshotPage",
    "problem": "Problem",
    "request-flag": "FlagBody",
    "request-presence": "Presence",
    "request-refresh": "Refresh",
    "request-sign-in": "SignIn",
}
EVENT_KINDS = {
    "acknowledged", "closed", "contact_made", "flag_received", "flag_repeated", "flag_updated", "flag_withdrawn",
    "informed", "level_raised", "linked", "note_added", "opened", "slip",
}  # fmt: skip
COMMAND_KINDS = {"open", "acknowledge", "note", "inform", "slip", "contact", "close"}
OPERATIONS = {
    "POST /v1/sessions", "POST /v1/sessions/refresh", "DELETE /v1/sessions/current", "GET /v1/me", "GET /v1/meta",
    "GET /v1/directory", "GET /v1/feeds/{unit}/snapshot", "GET /v1/feeds/{unit}/changes", "GET /v1/referrals/{id}",
    "GET /v1/referrals/{id}/events", "GET /v1/referrals/{id}/flags", "PUT /v1/commands/{uuid}",
    "PUT /v1/flags/{platform}/{reference}", "DELETE /v1/flags/{platform}/{reference}",
    "PUT /v1/workstations/{id}/presence", "GET /v1/openapi.json", "GET /healthz",
}  # fmt: skip

JsonObject = dict[str, Any]


@cache
def document() -> JsonObject:
    loaded: JsonObject = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def schemas() -> JsonObject:
    found: JsonObject = document()["components"]["schemas"]
    return found


@cache
def validator(name: str) -> OAS31Validator:
    return OAS31Validator({"$ref": f"#/components/schemas/{name}", "components": document()["components"]})


def fits(name: str, value: Any) -> bool:
    return bool(validator(name).is_valid(value))


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def schema_of(name: str) -> str:
    prefixes = [prefix for prefix in SCHEMA_OF if name == prefix or name.startswith(f"{prefix}-")]
    return SCHEMA_OF[max(prefixes, key=len)]


def resolve(schema: JsonObject) -> tuple[str | None, JsonObject]:
    if "$ref" not in schema:
        return None, schema
    name = schema["$ref"].rsplit("/", 1)[1]
    return name, schemas()[name]


def inline_fits(schema: JsonObject, value: Any) -> bool:
    return bool(OAS31Validator({"allOf": [schema], "components": document()["components"]}).is_valid(value))


def branches(schema: JsonObject, value: Any) -> Iterator[JsonObject]:
    """The sub-schemas that speak about this very value."""
    yield from schema.get("allOf", ())
    yield from (branch for branch in schema.get("oneOf", ()) if inline_fits(branch, value))
    if "if" in schema and inline_fits(schema["if"], value):
        yield schema["then"]


def parts(schema: JsonObject, value: Any, at: str = "") -> Iterator[tuple[str | None, str, Any, set[str]]]:
    """Walk a value along its schema: (schema name, pointer, value, members this schema declares)."""
    name, body = resolve(schema)
    yield name, at, value, set(body.get("properties", {}))
    for branch in branches(body, value):
        yield from parts(branch, value, at)
    if isinstance(value, dict):
        for key, member in body.get("properties", {}).items():
            if key in value:
                yield from parts(member, value[key], f"{at}/{key}")
    if isinstance(value, list) and "items" in body:
        for place, item in enumerate(value):
            yield from parts(body["items"], item, f"{at}/{place}")


def walk(name: str) -> Iterator[tuple[str | None, str, Any, set[str]]]:
    return parts({"$ref": f"#/components/schemas/{schema_of(name)}"}, golden(name))


def required(schema: JsonObject) -> set[str]:
    _, body = resolve(schema)
    return set(body.get("required", ())).union(*(required(branch) for branch in body.get("allOf", ())))


def declared(schema: JsonObject) -> JsonObject:
    _, body = resolve(schema)
    found: JsonObject = {}
    for branch in body.get("allOf", ()):
        found |= declared(branch)
    return {**found, **body.get("properties", {})}


WRONG = [[3.5]]
"""Fits no member of the contract: none is a list of lists."""


def broken_copies(schema: str, value: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Copies that lack something required, or hold something of the wrong type."""
    whole = {"$ref": f"#/components/schemas/{schema}"}
    for key in sorted(required(whole) & set(value)):
        yield f"without {key}", {name: kept for name, kept in value.items() if name != key}
    for key, member in sorted(declared(whole).items()):
        anything = not set(member) - {"description"}
        if key in value and not anything:
            yield f"wrong {key}", copy.deepcopy(value) | {key: WRONG}


def moments(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from moments(member)
    elif isinstance(value, list):
        for item in value:
            yield from moments(item)
    elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        yield value


def test_document_is_valid_openapi() -> None:
    validate_document(document())
    assert document()["openapi"].startswith("3.1")


def test_document_has_exactly_the_operations_of_this_version() -> None:
    found = {
        f"{method.upper()} {path}"
        for path, item in document()["paths"].items()
        for method in item
        if method in ("get", "put", "post", "delete", "patch")
    }
    assert found == OPERATIONS


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
    concrete = f"{value['kind'].capitalize()}Command" if schema == "Command" else schema
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
    ("command-slip", "/payload/status", "printed"),
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
    ("event-level_raised", "/data", {"from": "P2"}),
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


def test_every_schema_has_an_example_and_guards_each_of_its_members() -> None:
    seen: dict[str, list[Any]] = {}
    for name in NAMES:
        for schema, _, value, _ in walk(name):
            if schema is not None and value is not None and value != {}:
                seen.setdefault(schema, []).append(value)
    assert set(schemas()) - set(seen) == set()
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


def test_every_kind_and_code_has_an_example() -> None:
    kinds = {golden(name)["kind"] for name in NAMES if schema_of(name) == "FeedEvent"}
    assert kinds == EVENT_KINDS | {"drone_sent"}
    assert {golden(name)["kind"] for name in NAMES if schema_of(name) == "Command"} == COMMAND_KINDS
    table = re.findall(r"^\| ([a-z-]+) \| (\d{3}) \| (yes|no) \|", document()["info"]["description"], re.MULTILINE)
    told = {code: (int(status), terminal == "yes") for code, status, terminal in table}
    shown = {
        value["code"]: (value["status"], value["terminal"])
        for value in (golden(name) for name in NAMES if schema_of(name) == "Problem")
    }
    assert shown == told
    rows = set(re.findall(r"^\| ([a-z_]+) \|", schemas()["Event"]["description"], re.MULTILINE)) - {"kind"}
    assert rows == EVENT_KINDS


def test_every_command_kind_that_needs_seen_is_refused_without() -> None:
    refused = set()
    for name in NAMES:
        value = golden(name)
        if schema_of(name) == "Command":
            value.pop("seen", None)
            if not fits("Command", value):
                refused.add(value["kind"])
    assert refused == {"inform", "contact", "close"}


@pytest.mark.parametrize("name", NAMES)
def test_golden_times_have_the_form_we_send(name: str) -> None:
    assert [when for when in moments(golden(name)) if not re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}Z", when)] == []


@pytest.mark.parametrize("name", NAMES)
def test_golden_people_cannot_be_reached(name: str) -> None:
    text = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    assert [number for number in re.findall(r"\+[\d ]{6,}", text) if not number.startswith("+91 00000 ")] == []
    hosts = re.findall(r"https?://([^/\"]+)", text) + re.findall(r"[\w.]+@([\w.]+)", text)
    assert [host for host in hosts if not host.endswith("example.invalid")] == []


def test_goldens_tell_one_consistent_story() -> None:
    events = sorted((golden(name) for name in NAMES if schema_of(name) == "FeedEvent"), key=lambda e: e["seq"])
    assert [event["seq"] for event in events] == list(range(events[0]["seq"], events[0]["seq"] + len(events)))
    assert len({event["event_id"] for event in events}) == len(events)
    version: dict[str, int] = {}
    for event in events:
        case = event["referral"]
        assert (case["id"], case["version"]) == (event["referral_id"], event["version"])
        assert event["version"] == version.get(case["id"], 0) + 1
        version[case["id"]] = event["version"]
        assert case["updated_at"] == event["recorded_at"] >= event["at"]
        assert case["flag_count"] == len(case["flags"])
        assert (case["alarm"] or case)[("through" if case["alarm"] else "version")] <= event["version"]
    by_seq = {event["seq"]: event for event in events}
    for name in NAMES:
        page = golden(name)
        if schema_of(name) == "ChangesPage":
            numbers = [event["seq"] for event in page["events"]]
            assert numbers == list(range(page["next"] - len(numbers) + 1, page["next"] + 1)), "no hole"
            assert page["next"] == (page["events"][-1]["seq"] if page["events"] else page["head"])
            assert [by_seq[event["seq"]] for event in page["events"]] == page["events"]
            assert page["more"] == (page["next"] < page["head"])
        if schema_of(name) == "EventsPage":
            assert [event["version"] for event in page["events"]] == list(range(1, len(page["events"]) + 1))
        if schema_of(name) == "SnapshotPage":
            assert [item["id"] for item in page["items"]] == sorted(item["id"] for item in page["items"])
