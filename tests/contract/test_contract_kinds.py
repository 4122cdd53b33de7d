"""Document, code and golden examples know the same kinds of event and command, the same codes, the same operations.

The lists are taken from the code that makes and reads them, so that a new kind without an example fails here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from typing import Any, get_args

import pytest

from kotaconsole.domain import happenings
from kotaconsole.domain.commands import NEEDS_SEEN, PAYLOADS
from kotaconsole.domain.intake import FLAG_NAMESPACE, referral_id
from kotaconsole.wire.problems import KINDS
from tests.contract.document import NAMES, command_schema, document, fits, golden, operations, schema_of, schemas

pytestmark = pytest.mark.contract

NOT_IN_A_TIMELINE = {"left_scope", "stub_updated"}
"""Made by the hub for one feed; no happening of a case."""
PRUNED = "pruned"
EVENT_KINDS = {
    "flag_received", "flag_repeated", "flag_updated", "flag_withdrawn", "opened", "acknowledged", "declined",
    "released", "taken_over", "note_added", "updated", "location_added", "location_accepted", "assessed",
    "level_raised", "level_lowered", "locating", "called", "informed", "slip", "forwarded", "accepted",
    "accepted_by_phone", "returned", "recalled", "departed", "on_scene", "contact_made", "closed", "reopened", "linked",
    "split", "hold_changed", "escalated", "realarmed", "left_scope", "stub_updated", "pruned",
}  # fmt: skip
COMMAND_KINDS = {
    "open", "acknowledge", "decline", "release", "take_over", "note", "call", "view", "slip", "add_location",
    "accept_location", "update", "assess", "raise_level", "lower_level", "locate", "inform", "depart", "arrive",
    "contact", "forward", "accept", "accept_by_phone", "return", "recall", "close", "reopen", "link", "split", "hold",
}  # fmt: skip
OPERATIONS = {
    "POST /v1/sessions", "POST /v1/sessions/refresh", "DELETE /v1/sessions/current", "GET /v1/me",
    "PUT /v1/me/password", "GET /v1/meta", "GET /v1/directory", "GET /v1/feeds/{unit}/snapshot",
    "GET /v1/feeds/{unit}/changes", "GET /v1/referrals/{id}", "GET /v1/referrals/{id}/events",
    "GET /v1/referrals/{id}/flags", "POST /v1/referrals:search", "PUT /v1/commands/{uuid}",
    "PUT /v1/flags/{platform}/{reference}", "DELETE /v1/flags/{platform}/{reference}", "POST /v1/drills",
    "PUT /v1/workstations/{id}/presence", "GET /v1/workstations", "GET /v1/handovers", "PUT /v1/handovers/{id}",
    "GET /v1/audit", "GET /v1/audit/head", "GET /v1/reports/shift", "GET /v1/openapi.json", "GET /healthz",
    "GET /readyz", "GET /metrics",
}  # fmt: skip


def text() -> str:
    found: str = document()["info"]["description"]
    return found


def examples(schema: str) -> list[Any]:
    return [golden(name) for name in NAMES if schema_of(name) == schema]


def happening_kinds() -> set[str]:
    """What can happen to a case, as the code has it."""
    return {what.kind for what in get_args(happenings.What)}


def test_the_domain_makes_the_events_of_the_contract_and_no_others() -> None:
    assert happening_kinds() | {PRUNED} == EVENT_KINDS - NOT_IN_A_TIMELINE


def test_every_kind_of_event_has_an_example_and_a_line() -> None:
    shown = {event["kind"] for event in examples("FeedEvent")}
    assert shown - {"drone_sent"} == EVENT_KINDS
    rows = set(re.findall(r"^\| ([a-z_]+) \|", schemas()["Event"]["description"], re.MULTILINE)) - {"kind"}
    assert rows == EVENT_KINDS


def test_every_kind_of_event_says_what_its_data_is() -> None:
    told = {}
    for branch in schemas()["Event"]["allOf"]:
        kind = branch["if"]["properties"]["kind"]
        for one in kind.get("enum") or [kind["const"]]:
            told[one] = branch["then"]["properties"]["data"]["$ref"].rsplit("/", 1)[1]
    table = dict(re.findall(r"^\| ([a-z_]+) \| ([A-Za-z]+) \|", schemas()["Event"]["description"], re.MULTILINE))
    assert told == {kind: schema for kind, schema in table.items() if kind != "kind"}


def test_every_kind_of_command_has_an_example_a_schema_and_a_line() -> None:
    assert set(PAYLOADS) == COMMAND_KINDS
    assert {command["kind"] for command in examples("Command")} == COMMAND_KINDS
    assert set(schemas()["Command"]["discriminator"]["mapping"]) == COMMAND_KINDS
    described = document()["paths"]["/v1/commands/{uuid}"]["put"]["description"]
    rows = dict(re.findall(r"^\| ([a-z_]+)( C)? \| [A-Z][A-Za-z]+ \|", described, re.MULTILINE))
    assert set(rows) == COMMAND_KINDS
    assert {kind for kind, mark in rows.items() if mark} == NEEDS_SEEN


def test_the_line_of_a_command_names_the_payload_of_its_schema() -> None:
    described = document()["paths"]["/v1/commands/{uuid}"]["put"]["description"]
    rows = dict(re.findall(r"^\| ([a-z_]+)(?: C)? \| ([A-Z][A-Za-z]+) \|", described, re.MULTILINE))
    used = {
        kind: schemas()[command_schema(kind)]["properties"]["payload"]["$ref"].rsplit("/", 1)[1]
        for kind in COMMAND_KINDS
    }
    assert rows == used


def test_every_command_kind_that_needs_seen_is_refused_without() -> None:
    refused = set()
    for value in examples("Command"):
        value.pop("seen", None)
        if not fits("Command", value):
            refused.add(value["kind"])
    assert refused == NEEDS_SEEN


def test_every_problem_has_an_example_a_line_and_one_meaning() -> None:
    table = re.findall(r"^\| ([a-z-]+) \| (\d{3}) \| (yes|no) \|", text(), re.MULTILINE)
    told = {code: (int(status), terminal == "yes") for code, status, terminal in table}
    shown = {value["code"]: (value["status"], value["terminal"], value["title"]) for value in examples("Problem")}
    assert shown == {code: (kind.status, kind.terminal, kind.title) for code, kind in KINDS.items()}
    assert told == {code: (kind.status, kind.terminal) for code, kind in KINDS.items()}


def test_every_answer_of_a_refusal_lists_codes_of_its_status() -> None:
    for name, response in document()["components"]["responses"].items():
        inside = response["content"]["application/problem+json"]["schema"]["properties"]
        for code in inside["code"]["enum"]:
            assert KINDS[code].status == inside["status"]["const"], name
        waits = "Retry-After" in response.get("headers", {})
        assert waits or not {"too-many-attempts", "unavailable"} & set(inside["code"]["enum"]), name


def test_every_code_is_listed_by_an_operation_or_told_for_all() -> None:
    listed = set()
    for _, _, operation in operations():
        for response in operation["responses"].values():
            if "$ref" in response:
                whole = document()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
                inside = whole["content"]["application/problem+json"]["schema"]["properties"]
                listed |= set(inside["code"]["enum"])
    assert set(KINDS) - listed == {"method-not-allowed"}, "a method that is not there stands at no operation"


def test_the_document_has_the_operations_of_this_version() -> None:
    assert {f"{method} {path}" for path, method, _ in operations()} == OPERATIONS


def test_every_operation_says_who_may_ask_and_how_it_can_fail() -> None:
    for path, method, operation in operations():
        named = f"{method} {path}"
        assert operation["description"].strip(), named
        assert {"500", "503"} <= set(operation["responses"]), named
        open_to_all = operation.get("security") == []
        assert ("401" in operation["responses"]) != (open_to_all and "sessions" not in path), named
        if "requestBody" in operation and "flags" not in path:
            assert {"400", "413"} <= set(operation["responses"]), named


def test_the_worked_audit_example_can_be_recomputed() -> None:
    lines = [line.strip() for line in text().splitlines()]
    records = [json.loads(line) for line in lines if line.startswith('{"at"')]
    hashes = [line.removeprefix("hash ") for line in lines if line.startswith("hash ")]
    assert len(records) == len(hashes) == 2
    prev = "0" * 64
    for record, told in zip(records, hashes, strict=True):
        assert record["prev"] == prev
        written = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        prev = hashlib.sha256((prev + written).encode()).hexdigest()
        assert prev == told
    shown = golden("page-audit")["records"]
    assert [{**record, "hash": told} for record, told in zip(records, hashes, strict=True)] == shown


def test_the_worked_signature_can_be_recomputed() -> None:
    words = re.sub(r"\s+", " ", text())
    secret = re.search(r"secret `([^`]+)`, `PUT", words)
    signed = re.search(r"signed text `([^`]+)`, signature `([0-9a-f]{64})`", words)
    assert secret
    assert signed
    made = hmac.new(secret[1].encode(), signed[1].encode(), hashlib.sha256).hexdigest()
    assert made == signed[2]


def test_the_worked_referral_id_can_be_recomputed() -> None:
    assert str(FLAG_NAMESPACE) in text()
    made = str(uuid.uuid5(FLAG_NAMESPACE, "instagram/IG-2026-0001"))
    assert made in text()
    assert made == referral_id("instagram", "IG-2026-0001")
