"""The hub against the golden examples: it takes every golden request, and what it answers has the golden form."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator

from kotaconsole.hub.cli import find_resources
from tests.hub.client import PASSWORD, Got, Person, new_uuid
from tests.hub.fixtures import TestHub, name, shared

__all__ = ["name", "shared"]
pytestmark = pytest.mark.contract

GOLDEN = Path(__file__).parent / "golden"


@cache
def document() -> Any:
    return yaml.safe_load((find_resources() / "referral-api.openapi.yaml").read_text(encoding="utf-8"))


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def fits(schema: str, value: Any) -> None:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    assert [f"{error.json_path}: {error.message}" for error in OAS31Validator(whole).iter_errors(value)] == []


def has_form_of(value: Any, example: Any, at: str = "") -> None:
    """Every member of the example is there: a client that reads the example can read this."""
    if isinstance(example, dict) and isinstance(value, dict):
        assert set(example) <= set(value), f"{at}: {set(example) - set(value)} missing"
        for key, member in example.items():
            has_form_of(value[key], member, f"{at}/{key}")
    elif isinstance(example, list) and isinstance(value, list) and example and value:
        has_form_of(value[0], example[0], f"{at}/0")


def send(person: Person, name: str, referral_id: str, **fields: Any) -> Got:
    """A golden command, byte for byte save for ids and versions that belong to this hub."""
    value = golden(name)
    person.n += 1
    value |= {"referral_id": referral_id, "workstation": person.workstation, "author": person.id, "n": person.n}
    if value.get("seen") is not None:
        value["seen"] = fields.pop("seen", 0) or person.case(referral_id)["version"]
    value["payload"] |= fields
    return person.put(new_uuid(), json.dumps(value, ensure_ascii=False).encode())


def flagged(hub: TestHub, name: str, example: str = "request-flag") -> str:
    value = golden(example)
    if "account" in value:
        value["account"] = {**value["account"], "platform_account_id": name, "handle": name, "url": None}
    got = hub.source().send("PUT", f"/v1/flags/instagram/{name}", value)
    assert got.status == 201, got.raw
    fits("FlagAnswer", got.json)
    return str(got.json["referral_id"])


@pytest.fixture(scope="module")
def asha(shared: TestHub) -> Person:
    return shared.person("asha")


def test_golden_sign_in_and_refresh(shared: TestHub) -> None:
    asked = golden("request-sign-in")
    shared.add_user("golden", "operator")
    got = shared.anyone().send("POST", "/v1/sessions", {**asked, "username": "golden", "password": PASSWORD})
    assert got.status == 201
    fits("Session", got.json)
    has_form_of(got.json, golden("answer-session"))
    again = {**golden("request-refresh"), "refresh_token": got.json["refresh_token"],
             "workstation_id": asked["workstation"]["id"]}  # fmt: skip
    renewed = shared.anyone().send("POST", "/v1/sessions/refresh", again)
    assert renewed.status == 201
    fits("Session", renewed.json)
    has_form_of(renewed.json, golden("answer-session-refreshed"))


def test_golden_answers_of_reading(shared: TestHub, asha: Person, name: str) -> None:
    rid = flagged(shared, name)
    flagged(shared, f"{name}-b")
    send(asha, "command-acknowledge", rid, through=1)
    for path, schema, example in (
        ("/v1/meta", "Meta", "answer-meta"),
        ("/v1/me", "Me", "answer-me"),
        ("/v1/directory", "Directory", None),
        ("/healthz", "Health", "answer-health"),
        (f"/v1/referrals/{rid}", "Referral", "answer-referral"),
        (f"/v1/referrals/{rid}/events", "EventsPage", "page-events"),
        (f"/v1/referrals/{rid}/flags", "FlagsPage", "page-flags"),
        ("/v1/feeds/kota-city/snapshot", "SnapshotPage", None),
        ("/v1/feeds/kota-city/snapshot?limit=1", "SnapshotPage", "page-snapshot-first"),
        (f"/v1/feeds/kota-city/changes?epoch={asha.epoch()}&after=0", "ChangesPage", None),
        (f"/v1/feeds/kota-city/changes?epoch={asha.epoch()}&after=0&limit=1", "ChangesPage", None),
    ):
        got = asha.get(path)
        assert got.status == 200, path
        fits(schema, got.json)
        if example is not None and schema != "Referral":
            assert set(golden(example)) - {"retained_days", "min_console"} <= set(got.json), path
    has_form_of(asha.case(rid)["flags"][0], golden("answer-referral")["flags"][0])


def test_every_golden_command_is_applied_and_its_events_fit(shared: TestHub, asha: Person, name: str) -> None:
    rid = flagged(shared, name)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("command-acknowledge", {"through": 1}),
        ("command-acknowledge-again", {"through": 1}),
        ("command-note", {}),
        ("command-inform", {}),
        ("command-slip", {}),
        ("command-slip-completed", {}),
        ("command-contact", {}),
    ]
    for step, fields in steps:
        got = send(asha, step, rid, **fields)
        assert got.status == 201, (step, got.raw)
        fits("CommandAnswer", got.json)
    boss = shared.person(f"{name}-boss", "supervisor")
    assert send(boss, "command-close", rid).status == 201
    fits("Referral", asha.case(rid))
    assert asha.case(rid)["state"] == "closed"

    statement = flagged(shared, f"{name}-statement")
    send(boss, "command-acknowledge", statement, through=1)
    assert send(boss, "command-close-by-statement", statement).status == 201
    kept, twin = flagged(shared, f"{name}-kept"), flagged(shared, f"{name}-twin")
    assert send(asha, "command-close-duplicate", twin, duplicate_of=kept).status == 201
    opened = new_uuid()
    got = send(asha, "command-open", opened)
    assert got.status == 201, got.raw
    fits("CommandAnswer", got.json)
    shared.source().ask("DELETE", f"/v1/flags/instagram/{name}-kept?reason=error")
    joined = golden("request-flag")
    shared.source().send("PUT", f"/v1/flags/instagram/{name}-kept", {**golden("request-flag-update")})
    joined["account"] |= {"platform_account_id": f"{name}-kept", "handle": None, "url": None}
    assert shared.source().send("PUT", f"/v1/flags/instagram/{name}-joined", joined).json["referral_id"] == kept
    kinds = set()
    for event in asha.feed():
        fits("FeedEvent", event)
        kinds.add(event["kind"])
        has_form_of(event["data"], golden_data(event["kind"]), event["kind"])
    assert kinds >= {"flag_received", "flag_repeated", "flag_updated", "flag_withdrawn", "acknowledged", "note_added",
                     "informed", "slip", "contact_made", "closed", "linked", "opened"}  # fmt: skip
    for case_id in (rid, statement, kept, twin, opened):
        fits("Referral", asha.case(case_id))
        fits("EventsPage", asha.get(f"/v1/referrals/{case_id}/events").json)


def golden_data(kind: str) -> Any:
    """What every golden event of a kind has in common."""
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in GOLDEN.glob("event-*.json")]
    data = [example["data"] for example in examples if example["kind"] == kind]
    common = set(data[0]).intersection(*data)
    return {key: data[0][key] for key in common if not isinstance(data[0][key], dict)}


@pytest.mark.parametrize("example", [f"request-flag{kind}" for kind in ("", "-minimal", "-empty", "-update")])
def test_every_golden_flag_is_taken_without_a_defect(shared: TestHub, asha: Person, name: str, example: str) -> None:
    rid = flagged(shared, name, example)
    case = asha.case(rid)
    assert case["flags"][-1]["defects"] == []
    fits("Referral", case)


@pytest.mark.parametrize("example", ["request-presence", "request-presence-locked"])
def test_every_golden_presence_is_taken(asha: Person, example: str) -> None:
    got = asha.send("PUT", f"/v1/workstations/{asha.workstation}/presence", golden(example))
    assert got.status == 200
    fits("PresenceAnswer", got.json)
    has_form_of(got.json, golden("answer-presence-quiet"))


def test_refusals_have_the_golden_form(shared: TestHub, asha: Person, name: str) -> None:
    rid = flagged(shared, name)
    ravi = shared.person(f"{name}-ravi")
    send(ravi, "command-acknowledge", rid, through=1)
    boss = shared.person(f"{name}-boss", "supervisor")
    source = shared.source()
    expired = Person(shared.url, "asha", new_uuid())
    expired.token = "old"
    ended = Person(shared.url, "asha", new_uuid())
    ended.ask("DELETE", "/v1/sessions/current")
    command_id, body = new_uuid(), json.dumps(ravi.envelope("note", rid, {"text": "x"})).encode()
    ravi.put(command_id, body)
    refusals = {
        "malformed": asha.put(new_uuid(), b"{"),
        "token-expired": expired.get("/v1/me"),
        "session-revoked": ended.get("/v1/me"),
        "invalid-credentials": asha.send(
            "POST", "/v1/sessions", {**golden("request-sign-in"), "username": "x", "password": "x"}
        ),
        "not-allowed": source.get("/v1/feeds/kota-city/snapshot"),
        "unknown-author": asha.command("note", rid, {"text": "x"}, author=boss.id),
        "not-found": asha.get(f"/v1/referrals/{new_uuid()}"),
        "method-not-allowed": asha.ask("DELETE", "/v1/meta"),
        "held": send(asha, "command-inform", rid),
        "version-mismatch": send(ravi, "command-inform", rid, seen=99),
        "illegal-transition": send(asha, "command-contact", flagged(shared, f"{name}-n")),
        "too-large": asha.put(new_uuid(), b"x" * 300_000),
        "invalid": asha.command("note", rid, {}),
        "command-id-reused": ravi.put(command_id, body + b" "),
        "epoch-changed": asha.changes("kota-city", new_uuid(), 0),
    }
    for code, got in refusals.items():
        example = golden(f"problem-{code}")
        told = got.json
        assert (told["code"], got.status, told["terminal"], told["type"], told["title"]) == (
            code, example["status"], example["terminal"], example["type"], example["title"]
        )  # fmt: skip
        fits("Problem", told)
        assert set(example) <= set(told), code
