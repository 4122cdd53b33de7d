"""The schemas of the document, walked: what is allowed at most, and everything single that can be wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from tests.contract.document import document

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


def spoilt(whole: Any, at: str, wrong: Any) -> Any:
    """A copy with another value at a place; `...` leaves the member out."""
    value = copy.deepcopy(whole)
    *way, last = (int(step) if step.isdigit() else step for step in at.split("/")[1:])
    inner = value
    for step in way:
        inner = inner[step]
    if wrong is ...:
        del inner[last]
    else:
        inner[last] = wrong
    return value
