"""Every bound the document sets to a payload is kept by the rules, in both directions, with the place of the breach.

The schemas themselves are walked: a fullest payload of each kind, its texts and lists at their bounds, has to pass, and
each single breach of a type, word, length, number, count, form or required member has to be refused where it stands.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kotaconsole.domain.checks import check
from kotaconsole.domain.commands import PAYLOADS
from kotaconsole.domain.decisions import decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.wire.payloads import read_payload
from tests.contract.document import document
from tests.people import command, facts, meena
from tests.unit.lives import standing

pytestmark = pytest.mark.contract

Way = tuple[str | int, ...]
SAMPLES: dict[str, Any] = {
    "Uuid": "0192f0c0-0000-7000-8000-000000000001",
    "UnitId": "x" * 64,
    "Time": "2026-11-21T02:14:05.250Z",
    "OptionalTime": "2026-11-21T02:14:05.250Z",
    "Reference": "x" * 128,
    "FlagName": "ref-2",
    "SetField": {"field": "subject.name", "to": "x" * 300},
}
"""Values of a form that no walk could make up."""
NO_MATTER = {
    # ids of other cases: one of another form names no case, and is refused by whoever looks for it
    ("link", "/to", "form"), ("close", "/duplicate_of", "form"),
    # not taken at all
    ("add_location", "/location/accepted_by", "too long"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """A payload with one thing wrong, and where."""

    at: str
    what: str
    payload: Any


def schema_of(kind: str) -> dict[str, Any]:
    schemas = document()["components"]["schemas"]
    (name,) = [
        name for name, one in schemas.items() if one.get("properties", {}).get("kind", {}).get("const") == kind
    ]  # fmt: skip
    return flat(schemas[name]["properties"]["payload"])


def flat(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references: `allOf` and `oneOf` with null folded into one; `name` is the reference it had."""
    found: dict[str, Any] = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "oneOf")}
    parts = list(schema.get("allOf", ()))
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        parts.append({**document()["components"]["schemas"][name], "name": name})
    parts += [one for one in schema.get("oneOf", ()) if one.get("type") != "null"]
    for part in parts:
        under = flat(part)
        properties = {**under.get("properties", {}), **found.get("properties", {})}
        required = [*under.get("required", ()), *found.get("required", ())]
        found = {**under, **found, "properties": properties, "required": required}
    if "enum" in found:
        found["enum"] = [word for word in found["enum"] if word is not None]
    if isinstance(found.get("type"), list):
        words = [one for one in found.pop("type") if one != "null"]
        found |= {"type": words[0]} if len(words) == 1 else {}
    return found


def fullest(schema: dict[str, Any]) -> Any:
    """A value with everything in it, as large as it may be."""
    if schema.get("name") in SAMPLES:
        return copy.deepcopy(SAMPLES[schema["name"]])
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return "324005"
    match schema.get("type"):
        case "string":
            return "x" * schema["maxLength"] if "maxLength" in schema else "operator"
        case "integer" | "number":
            return schema.get("maximum", 1)
        case "boolean":
            return True
        case "array":
            return [fullest(flat(schema["items"]))]
    return {name: fullest(flat(one)) for name, one in schema.get("properties", {}).items()}


def breaches(schema: dict[str, Any], value: Any, at: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every single thing that can be wrong with a value: where, what, and the value in its place (`...`: left out)."""
    if "enum" in schema:
        yield at, "word", "no such word"
    elif "pattern" in schema:
        yield at, "form", "न /"
    match schema.get("type"):
        case "string":
            yield at, "type", 7
            if "maxLength" in schema:
                yield at, "too long", "x" * (schema["maxLength"] + 1)
            if schema.get("minLength"):
                yield at, "empty", ""
        case "integer" | "number":
            yield from _number(schema, at)
        case "boolean":
            yield at, "type", "yes"
        case "array":
            yield at, "type", "x"
            yield from _list(schema, value, at)
        case _ if schema.get("properties"):
            yield at, "type", 7
            yield from _members(schema, value, at)


def _number(schema: dict[str, Any], at: str) -> Iterator[tuple[str, str, Any]]:
    yield at, "type", "1"
    if schema["type"] == "integer":
        yield at, "type", 1.0
    for bound, off in (("maximum", 1), ("minimum", -1)):
        if bound in schema:
            yield at, bound, schema[bound] + off


def _list(schema: dict[str, Any], value: list[Any], at: str) -> Iterator[tuple[str, str, Any]]:
    if schema.get("minItems"):
        yield at, "empty", []
    if "maxItems" in schema:
        yield at, "too many", value * (schema["maxItems"] + 1)
    yield from breaches(flat(schema["items"]), value[0], f"{at}/0")


def _members(schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[tuple[str, str, Any]]:
    for name in dict.fromkeys(schema.get("required", ())):
        yield f"{at}/{name}", "missing", ...
    for name, one in schema["properties"].items():
        yield from breaches(flat(one), value[name], f"{at}/{name}")


def broken(kind: str) -> Iterator[Breach]:
    schema = schema_of(kind)
    whole = fullest(schema)
    for at, what, wrong in breaches(schema, whole):
        if at and (kind, at, what) not in NO_MATTER:
            payload = copy.deepcopy(whole)
            put(payload, tuple(int(step) if step.isdigit() else step for step in at.split("/")[1:]), wrong)
            yield Breach(at, what, payload)


def put(value: Any, way: Way, wrong: Any) -> None:
    for step in way[:-1]:
        value = value[step]
    if wrong is ...:
        del value[way[-1]]
    else:
        value[way[-1]] = wrong


def judged(kind: str, payload: Any) -> Refusal | None:
    found = read_payload(kind, payload)
    by = meena(role="supervisor", unit="jhunjhunu" if kind == "return" else "kota-city")
    case = None if kind == "open" else standing("acknowledged", holder=by, transfer=kind == "return")
    decision = decide(case, command(kind, found, by=by, seen=1), facts())
    return decision if isinstance(decision, Refusal) else None


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_what_the_document_allows_is_in_order(kind: str) -> None:
    payload = read_payload(kind, fullest(schema_of(kind)))
    assert not isinstance(payload, Refusal), payload
    assert check(payload) is None


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_every_breach_of_a_bound_is_refused_in_its_place(kind: str) -> None:
    passed = []
    for one in broken(kind):
        refusal = judged(kind, one.payload)
        if (refusal and (refusal.code, refusal.pointer)) != ("invalid", f"/payload{one.at}"):
            passed.append((one.at, one.what, refusal))
    assert passed == []


def test_the_walk_finds_every_kind_of_breach() -> None:
    """Its own teeth: were the schemas read past, nothing would ever be broken."""
    found = {one.what for kind in PAYLOADS for one in broken(kind)}
    assert found == {"word", "form", "type", "too long", "empty", "maximum", "minimum", "too many", "missing"}
    assert len(list(broken("open"))) > 80
