"""Whether an answer of the hub is one the API document promises.

Every answer that a test gets from a real hub goes through `check`: its status has to be listed for the operation, and
content type, headers and body have to be what is written there. So each test of the hub is a test of the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from tests.contract.document import document, operations

PROBLEM = "application/problem+json"


class Breach(AssertionError):
    """The hub gave an answer that the document does not know."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with its responses by status; references are followed."""

    path: str
    method: str
    responses: dict[int, Any]


def check(method: str, target: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Hold one answer against the document.

    Args:
        method: of the request. target: path and query. status: of the answer.
        headers: of the answer, names in lower case. body: unpacked.

    Raises:
        Breach: the document does not promise this answer.
    """
    path = target.partition("?")[0]
    found = _found(path)
    if method == "HEAD":
        _require(body == b"", method, path, "an answer to HEAD has a body")
        return
    if not found:
        _problem(method, path, status, headers, body, {404: ["not-found"]})
        return
    operation = found.get(method)
    if operation is None:
        _problem(method, path, status, headers, body, {405: ["method-not-allowed"]})
        _require("allow" in headers, method, path, "405 without Allow")
        return
    response = operation.responses.get(status)
    if response is None:
        raise Breach(f"breach of the document: {method} {operation.path} answered {status}, which it does not list")
    _headers(operation, status, response, headers)
    _body(operation, status, response, headers, body)


def operation_of(method: str, target: str) -> Operation | None:
    """The operation an address belongs to."""
    return _found(target.partition("?")[0]).get(method)


def _headers(operation: Operation, status: int, response: Any, headers: Mapping[str, str]) -> None:
    for name, header in response.get("headers", {}).items():
        whole = _resolved(header)
        value = headers.get(name.lower())
        if value is None:
            _require(not whole.get("required"), operation.method, operation.path, f"{status} without {name}")
            continue
        said: Any = int(value) if whole["schema"].get("type") == "integer" and value.isdigit() else value
        _require(
            jsonschema_rs.is_valid(whole["schema"], said), operation.method, operation.path, f"{status}: {name} {value}"
        )


def _body(operation: Operation, status: int, response: Any, headers: Mapping[str, str], body: bytes) -> None:
    method, path = operation.method, operation.path
    content = response.get("content")
    if content is None:
        _require(body == b"", method, path, f"{status} has a body")
        return
    media = headers.get("content-type", "").partition(";")[0].strip()
    _require(media in content, method, path, f"{status} is {media}")
    if media == "text/plain":
        return
    try:
        value = json.loads(body)
    except ValueError:
        raise Breach(f"breach of the document: {method} {path} {status} is no JSON") from None
    wrong = [
        f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in _validator(path, method, status, media).iter_errors(value)
    ]
    _require(not wrong, method, path, f"{status}: {wrong[:5]}")
    if media == PROBLEM and value["code"] == "in-progress":
        _require("retry-after" in headers, method, path, "in-progress without Retry-After")


def _problem(
    method: str, path: str, status: int, headers: Mapping[str, str], body: bytes, codes: dict[int, list[str]]
) -> None:
    _require(status in codes, method, path, f"{status} where only {list(codes)} can be")
    _require(headers.get("content-type") == PROBLEM, method, path, f"{status} is {headers.get('content-type')}")
    told = json.loads(body)
    wrong = [error.message[:300] for error in _schema("Problem").iter_errors(told)]
    _require(not wrong and told["code"] in codes[status], method, path, f"{status}: {wrong[:5]} {told.get('code')}")


def _require(holds: bool, method: str, path: str, sentence: str) -> None:
    if not holds:
        raise Breach(f"breach of the document: {method} {path}: {sentence}")


@cache
def _table() -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
    paths: dict[str, dict[str, Operation]] = {}
    for path, method, operation in operations():
        responses = {int(status): _resolved(response) for status, response in operation["responses"].items()}
        paths.setdefault(path, {})[method] = Operation(path, method, responses)
    # fixed words before places: /v1/sessions/current is nobody's id
    ordered = sorted(paths.items(), key=lambda entry: entry[0].count("{"))
    return [(_pattern(path), methods) for path, methods in ordered]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in _parts(path)))


def _parts(path: str) -> list[str]:
    return re.split(r"(\{[^}]+\})", path)


def _found(path: str) -> dict[str, Operation]:
    return next((methods for pattern, methods in _table() if pattern.fullmatch(path)), {})


def _resolved(value: Any) -> Any:
    if "$ref" not in value:
        return value
    inside = document()
    for step in value["$ref"].removeprefix("#/").split("/"):
        inside = inside[step]
    return inside


@cache
def _validator(path: str, method: str, status: int, media: str) -> jsonschema_rs.Draft202012Validator:
    operation = next(methods[method] for pattern, methods in _table() if method in methods and pattern.fullmatch(path))
    schema = operation.responses[status]["content"][media]["schema"]
    return jsonschema_rs.Draft202012Validator({"allOf": [schema], "components": document()["components"]})


@cache
def _schema(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    )
