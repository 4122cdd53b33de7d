"""Commands that are not exactly what the document asks for: refused with their place, and nothing is left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract import agreement
from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import TestHub

NOTE = {"text": "वार्डन को फ़ोन किया"}
STATION = {"unit": "kunhadi"}


def place_of(got: Got) -> tuple[int, str, str]:
    return got.status, got.code, got.json["errors"][0]["pointer"]


def asked(person: Person, kind: str, rid: str, payload: dict[str, Any], /, **fields: Any) -> Got:
    """One command of which members may be left out: those given as `...`."""
    envelope = {**person.envelope(kind, rid, payload), **fields}
    body = {name: value for name, value in envelope.items() if value is not ...}
    return person.put(new_uuid(), json.dumps(body).encode())


def flagged(hub: TestHub, name: str) -> str:
    return str(hub.put_flag(name).json["referral_id"])


OPENED_WRONGLY = [
    *(({"reference": name}, "/reference") for name in ("a b", "संदर्भ", "../x", "a/b", "x" * 129, 7)),
    ({"account": {"phones": ["1"] * 21}}, "/account/phones"),
    ({"account": {"emails": ["a"] * 21}}, "/account/emails"),
    ({"account": {"phones": ["1" * 301]}}, "/account/phones/0"),
    ({"subject": {"name": "x" * 301}}, "/subject/name"),
    ({"excerpt": "x" * 2001}, "/excerpt"),
    ({"reviewer_note": "x" * 2001}, "/reviewer_note"),
    ({"locations": [{"kind": "ip"}] * 101}, "/locations"),
    ({"subject": {"age": 3.5}}, "/subject/age"),
]


@pytest.mark.parametrize(("report", "pointer"), OPENED_WRONGLY)
def test_an_open_that_could_not_be_kept_whole_leaves_nothing(
    shared: TestHub, name: str, report: dict[str, Any], pointer: str
) -> None:
    person, rid = shared.person(name), new_uuid()
    head = person.changes("kota-city", person.epoch(), 0, limit=1).json["head"]
    got = person.command("open", rid, {"received_via": "phone", **report})
    assert place_of(got) == (422, "invalid", f"/payload{pointer}")
    assert person.get(f"/v1/referrals/{rid}").status == 404
    assert person.changes("kota-city", person.epoch(), head).json["events"] == []
    assert person.command("open", rid, {"received_via": "phone"}).status == 201, "the id is still free"


@pytest.mark.parametrize("n", [0, -1, 2**53, 2**64, 1.0, "1"])
def test_a_running_number_no_reader_could_keep_is_malformed(shared: TestHub, name: str, n: Any) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    assert place_of(asked(person, "note", rid, NOTE, n=n)) == (400, "malformed", "/n")
    assert asked(person, "note", rid, NOTE, n=2**53 - 1).status == 201


@pytest.mark.parametrize("seen", [0, -1, 2**53, 1.0])
def test_a_version_that_cannot_be_is_malformed(shared: TestHub, name: str, seen: Any) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    person.command("acknowledge", rid, {"through": 1})
    assert place_of(asked(person, "inform", rid, STATION, seen=seen)) == (400, "malformed", "/seen")
    assert asked(person, "inform", rid, STATION, seen=2).status == 201


@pytest.mark.parametrize(
    "member", ["kind", "referral_id", "workstation", "n", "author", "happened_at", "entered_at", "payload"]
)
@pytest.mark.parametrize("value", [..., None])
def test_a_missing_member_of_the_envelope_is_named(shared: TestHub, name: str, member: str, value: Any) -> None:
    person = shared.person(name)
    assert place_of(asked(person, "note", new_uuid(), NOTE, **{member: value})) == (400, "malformed", f"/{member}")


def test_a_missing_member_is_named_wherever_it_is_missing(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    assert place_of(asked(person, "inform", rid, STATION)) == (400, "malformed", "/seen")
    assert place_of(asked(person, "note", rid, {})) == (422, "invalid", "/payload/text")
    assert place_of(asked(person, "note", rid, {"text": None})) == (422, "invalid", "/payload/text")
    signed = shared.anyone().send("POST", "/v1/sessions", {"username": "a", "password": "b", "workstation": {}})
    assert place_of(signed) == (400, "malformed", "/workstation/id")
    book = {"unit": "kota-city", "shift": {"name": "रात", "start": "2026-11-22T22:00:00Z"}, "open": []}
    put = person.send("PUT", f"/v1/handovers/{new_uuid()}", book, **{"If-None-Match": "*"})
    assert place_of(put) == (400, "malformed", "/shift/end")
    del book["open"]
    book["shift"] = {"name": "रात", "start": "2026-11-22T22:00:00Z", "end": "2026-11-23T06:00:00Z"}
    put = person.send("PUT", f"/v1/handovers/{new_uuid()}", book, **{"If-None-Match": "*"})
    assert place_of(put) == (400, "malformed", "/open")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("referral_id", "A-1"), ("referral_id", ""), ("referral_id", "x" * 201), ("workstation", "a b"),
        ("workstation", ""), ("author", ""), ("author", "x" * 101),
    ],
)  # fmt: skip
def test_an_id_of_another_form_is_malformed(shared: TestHub, name: str, member: str, value: str) -> None:
    person = shared.person(name)
    got = asked(person, "note", new_uuid(), NOTE, **{member: value})
    assert place_of(got) == (400, "malformed", f"/{member}")


def test_ids_in_capitals_are_the_same_ids(shared: TestHub, name: str) -> None:
    person, rid, opened = shared.person(name), flagged(shared, name), new_uuid()
    command_id, body = new_uuid(), json.dumps(person.envelope("note", rid.upper(), NOTE)).encode()
    got = person.put(command_id.upper(), body)
    assert (got.status, got.json["referral_id"]) == (201, rid)
    assert person.put(command_id, body).status == 200
    event = person.get(f"/v1/referrals/{rid}/events?after_version=1").json["events"][0]
    assert (event["referral_id"], event["command_id"]) == (rid, command_id)
    assert person.command("open", opened.upper(), {"received_via": "phone"}).json["referral_id"] == opened
    assert person.case(opened)["flags"][0]["reference"] == opened


def test_the_log_keeps_ids_in_one_form_and_no_word_of_a_client(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    rid, unknown = flagged(hub, "A-1"), new_uuid()
    for case_id in (rid, unknown):
        person.command("note", case_id.upper(), NOTE)
        person.get(f"/v1/referrals/{case_id.upper()}")
    person.get("/v1/referrals/asha-devi-00000-00041")
    person.command("asha devi of kota", rid, {})
    person.command("view", rid, {"fields": ["asha_devi", "subject.phone", "account.asha", "excerpt"]})
    # every page is held against the document, so a record that breaks it fails here
    records = auditor.get("/v1/audit?limit=500").json["records"]
    assert {one["referral_id"] for one in records if "referral_id" in one} == {rid, unknown}
    assert not [one for one in records if "asha" in one["what"]]
    told = {one["what"] for one in records}
    assert {"command of an unknown kind refused: 422", "command view: subject.phone excerpt and 2 more"} <= told


def test_a_page_of_the_log_is_held_against_the_document() -> None:
    """The teeth of the test above."""
    record = {"n": 1, "at": "2026-11-21T02:14:00.000Z", "who": "hub", "what": "x", "commitment": "0" * 64,
              "prev": "0" * 64, "hash": "0" * 64, "referral_id": new_uuid().upper()}  # fmt: skip
    page = json.dumps({"records": [record], "more": False}).encode()
    headers = {"content-type": "application/json", "cache-control": "no-store", "x-request-id": "1"}
    with pytest.raises(agreement.Breach):
        agreement.check("GET", "/v1/audit", 200, headers, page)


@pytest.mark.parametrize(
    ("kind", "payload", "pointer"),
    [
        ("slip", {"number": "K1-1", "form": "station", "unit": "kunhadi", "copies": 2**53, "status": "spooled"},
         "/copies"),
        ("assess", {"signals": ["plan"] * 101, "reason": "r"}, "/signals"),
        ("update", {"set": [{"field": "subject.name", "to": "x"}, {"field": "subject.name", "to": "y"}]},
         "/set/1/field"),
    ],
)  # fmt: skip
def test_what_readers_could_not_take_is_refused(
    shared: TestHub, name: str, kind: str, payload: dict[str, Any], pointer: str
) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    person.command("acknowledge", rid, {"through": 1})
    assert place_of(asked(person, kind, rid, payload, seen=2)) == (422, "invalid", f"/payload{pointer}")
