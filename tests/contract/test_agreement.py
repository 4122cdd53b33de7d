"""Routes and document agree, and the check that every answer passes finds what it is there for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kotaconsole.hub.web.addresses import ADDRESSES
from tests.contract.agreement import Breach, check, operation_of
from tests.contract.document import golden, operations
from tests.hub.client import Http, new_uuid
from tests.hub.fixtures import TestHub

pytestmark = pytest.mark.contract

CASE = "/v1/referrals/00000000-0000-5000-8000-000000000001"
JSON = {"content-type": "application/json", "cache-control": "no-store"}
PROBLEM = {"content-type": "application/problem+json"}


def test_routes_and_document_name_the_same_addresses_and_methods() -> None:
    told = {(path, method) for path, method, _ in operations()}
    served = {(path, method) for path, methods in ADDRESSES.items() for method in methods}
    assert served - told == set(), "the hub does what the document does not tell"
    assert told - served == set(), "the document promises what the hub does not do"


def test_an_answer_of_the_document_passes() -> None:
    check("GET", CASE, 200, JSON, json.dumps(golden("answer-referral")).encode())
    check("GET", CASE, 404, PROBLEM, json.dumps(golden("problem-not-found")).encode())
    check("PATCH", CASE, 405, {**PROBLEM, "allow": "GET"}, json.dumps(golden("problem-method-not-allowed")).encode())
    check("GET", "/nowhere", 404, PROBLEM, json.dumps(golden("problem-not-found")).encode())


def without(name: str, member: str) -> Any:
    value = golden(name)
    del value[member]
    return value


@pytest.mark.parametrize(
    ("method", "path", "status", "headers", "value"),
    [
        ("GET", CASE, 418, PROBLEM, golden("problem-not-found")),
        ("GET", CASE, 409, PROBLEM, golden("problem-held")),
        ("GET", CASE, 404, PROBLEM, golden("problem-held")),
        ("GET", CASE, 404, JSON, golden("problem-not-found")),
        ("GET", CASE, 404, PROBLEM, without("problem-not-found", "terminal")),
        ("GET", CASE, 200, {**JSON, "content-type": "text/html"}, golden("answer-referral")),
        ("GET", CASE, 200, {**JSON, "cache-control": "public"}, golden("answer-referral")),
        ("GET", CASE, 200, JSON, without("answer-referral", "alarm")),
        ("GET", CASE, 200, JSON, {**golden("answer-referral"), "level": "P0"}),
        ("GET", "/v1/me", 503, PROBLEM, golden("problem-unavailable")),
        ("GET", "/v1/me", 200, JSON, golden("answer-meta")),
        ("GET", "/nowhere", 200, JSON, {}),
        ("PATCH", CASE, 405, PROBLEM, golden("problem-method-not-allowed")),
        ("HEAD", "/v1/meta", 200, JSON, golden("answer-meta")),
        ("DELETE", "/v1/sessions/current", 204, {}, {}),
    ],
)
def test_an_answer_the_document_does_not_know_is_found(
    method: str, path: str, status: int, headers: dict[str, str], value: Any
) -> None:
    with pytest.raises(Breach):
        check(method, path, status, headers, json.dumps(value).encode())


def test_words_come_before_places() -> None:
    for path, method, operation in operations():
        found = operation_of(method, path.replace("{uuid}", new_uuid()).replace("{id}", new_uuid()))
        assert found is not None
        assert found.path == path, operation["operationId"]


def test_every_test_of_the_hub_is_held_against_the_document(shared: TestHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Http.checked
    seen: list[str] = []
    monkeypatch.setattr("tests.contract.agreement.check", lambda *told: seen.append(told[1]))
    shared.anyone().get("/v1/meta")
    assert seen == ["/v1/meta"]
