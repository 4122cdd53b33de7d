"""The API document and the golden examples as the tests of this room read them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "resources" / "referral-api.openapi.yaml"
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")

# The longest prefix decides.
SCHEMA_OF = {
    "answer-audit-head": "AuditHead",
    "answer-command": "CommandAnswer",
    "answer-directory": "Directory",
    "answer-drill": "DrillAnswer",
    "answer-flag": "FlagAnswer",
    "answer-handover": "Handover",
    "answer-handovers": "Handovers",
    "answer-health": "Health",
    "answer-me": "Me",
    "answer-meta": "Meta",
    "answer-presence": "PresenceAnswer",
    "answer-referral": "Referral",
    "answer-report": "ShiftReport",
    "answer-session": "Session",
    "answer-stub": "Stub",
    "answer-workstations": "Workstations",
    "command": "Command",
    "event": "FeedEvent",
    "page-audit": "AuditPage",
    "page-changes": "ChangesPage",
    "page-events": "EventsPage",
    "page-flags": "FlagsPage",
    "page-search": "SearchPage",
    "page-snapshot": "SnapshotPage",
    "problem": "Problem",
    "request-drill": "Drill",
    "request-flag": "FlagBody",
    "request-handover": "HandoverBody",
    "request-password": "PasswordChange",
    "request-presence": "Presence",
    "request-refresh": "Refresh",
    "request-search": "Search",
    "request-sign-in": "SignIn",
}

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
        if isinstance(body.get("additionalProperties"), dict):
            yield None, at, value, set(value)
            for key, inside in value.items():
                yield from parts(body["additionalProperties"], inside, f"{at}/{key}")
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


def command_schema(kind: str) -> str:
    """The schema of one kind of command: accept_by_phone is AcceptByPhoneCommand."""
    return "".join(word.capitalize() for word in kind.split("_")) + "Command"


def operations() -> Iterator[tuple[str, str, JsonObject]]:
    """Every operation: (path, METHOD, operation)."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method.upper(), operation
