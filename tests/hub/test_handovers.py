"""Hand-overs: two different people sign the same words, and then nobody changes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import TestHub

SHIFT = {"name": "रात", "start": "2026-11-22T16:30:00.000Z", "end": "2026-11-23T00:30:00.000Z"}
NEW = {"If-None-Match": "*"}


def book(unit: str = "kota-city", **fields: Any) -> dict[str, Any]:
    return {"unit": unit, "shift": SHIFT, "open": [], "remarks": "प्रिंटर में कागज़ कम है", **fields}


def put(person: Person, ident: str, value: dict[str, Any], headers: dict[str, str]) -> Got:
    return person.send("PUT", f"/v1/handovers/{ident}", value, **headers)


def match(version: int) -> dict[str, str]:
    return {"If-Match": f'"h{version}"'}


@pytest.fixture
def asha(shared: TestHub, name: str) -> Person:
    return shared.person(f"asha-{name}")


@pytest.fixture
def ravi(shared: TestHub, name: str) -> Person:
    return shared.person(f"ravi-{name}")


def signatures(got: Got) -> dict[str, str]:
    return {place: one["operator_id"] for place, one in got.json["signed"].items() if one}


def test_one_writes_and_signs_the_other_signs_and_then_it_stands(shared: TestHub, asha: Person, ravi: Person) -> None:
    ident = new_uuid()
    rid = shared.put_flag(f"H-{ident}").json["referral_id"]
    text = book(open=[{"referral_id": rid, "remark": "संपर्क बाक़ी"}])
    made = put(asha, ident, text, NEW)
    assert (made.status, made.headers["etag"], made.json["version"]) == (201, '"h1"', 1)
    first = put(asha, ident, {**text, "sign": "from"}, match(1))
    assert (first.status, first.headers["etag"], signatures(first)) == (200, '"h2"', {"from": asha.id})
    second = put(ravi, ident, {**text, "sign": "to"}, match(2))
    assert signatures(second) == {"from": asha.id, "to": ravi.id}
    late = put(asha, ident, {**text, "remarks": "something else"}, match(3))
    assert (late.status, late.code, late.json["terminal"]) == (409, "signed", True)
    kept = next(one for one in ravi.get("/v1/handovers?unit=kota-city").json["handovers"] if one["id"] == ident)
    assert (kept["remarks"], kept["open"], kept["version"]) == (text["remarks"], text["open"], 3)
    assert kept["signed"]["from"]["name"] == asha.session["operator"]["name"]


def test_nobody_signs_at_both_places_nor_over_another(asha: Person, ravi: Person) -> None:
    ident = new_uuid()
    put(asha, ident, book(sign="from"), NEW)
    for person, place in ((asha, "to"), (ravi, "from")):
        got = put(person, ident, book(sign=place), match(1))
        assert (got.status, got.code, got.json["errors"][0]["pointer"]) == (422, "invalid", "/sign")


def test_other_words_take_a_signature_away(asha: Person, ravi: Person) -> None:
    ident = new_uuid()
    put(asha, ident, book(sign="from"), NEW)
    got = put(ravi, ident, book(remarks="other words", sign="to"), match(1))
    assert signatures(got) == {"to": ravi.id}, "nobody has signed what they have not read"


def test_a_client_cannot_put_a_signature_in(asha: Person, ravi: Person) -> None:
    forged = {"from": {"operator_id": ravi.id, "name": "R", "at": SHIFT["start"]}}
    assert signatures(put(asha, new_uuid(), book(signed=forged), NEW)) == {}


def test_which_version_is_meant_must_be_said_and_must_fit(asha: Person, ravi: Person) -> None:
    ident = new_uuid()
    missing = put(asha, ident, book(), {})
    assert (missing.status, missing.code) == (428, "precondition-required")
    assert put(asha, ident, book(), match(1)).status == 412, "there is none yet"
    assert put(asha, ident, book(), NEW).status == 201
    assert put(ravi, ident, book(), NEW).status == 412, "it is there already"
    assert put(ravi, ident, book(remarks="two"), match(1)).status == 200
    stale = put(asha, ident, book(remarks="three"), match(1))
    assert (stale.status, stale.code) == (412, "version-mismatch")
    for tag in ('"v2"', 'W/"h2"', '"h1", "h2"'):
        assert put(asha, ident, book(), {"If-Match": tag}).status == 412
    assert put(asha, ident, book(), {"If-None-Match": '"h2"'}).status == 400
    assert put(asha, ident, book(remarks="four"), {"If-Match": "*"}).status == 200


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"open": [{"referral_id": "01a1fb27-7fba-707e-80c0-ffee007e007e"}]}, "/open/0/referral_id"),
        ({"shift": {**SHIFT, "end": SHIFT["start"]}}, "/shift/end"),
        ({"remarks": "x" * 2001}, "/remarks"),
        ({"shift": {**SHIFT, "name": ""}}, "/shift/name"),
        ({"open": [{"referral_id": "01a1fb27-7fba-707e-80c0-ffee007e007e", "remark": "x" * 2001}]}, "/open/0/remark"),
        ({"open": [{"referral_id": "01a1fb27-7fba-707e-80c0-ffee007e007e"}] * 501}, "/open"),
    ],
)
def test_values_are_checked_and_nothing_is_kept(asha: Person, fields: dict[str, Any], pointer: str) -> None:
    ident = new_uuid()
    got = put(asha, ident, book(**fields), NEW)
    assert (got.status, got.json["errors"][0]["pointer"]) == (422, pointer)
    assert put(asha, ident, book(), NEW).status == 201


def test_a_case_of_elsewhere_cannot_be_named_in_it(shared: TestHub, name: str) -> None:
    rid = shared.put_flag(f"E-{name}").json["referral_id"]
    other = shared.person(f"o-{name}", unit="bundi")
    got = put(other, new_uuid(), book("bundi", open=[{"referral_id": rid}]), NEW)
    assert got.json["errors"][0]["pointer"] == "/open/0/referral_id"


def test_who_writes_and_who_reads(shared: TestHub, name: str, asha: Person) -> None:
    ident = new_uuid()
    put(asha, ident, book(), NEW)
    above = shared.person(f"above-{name}", "supervisor", "range-kota")
    beside = shared.person(f"beside-{name}", unit="bundi")
    auditor = shared.person(f"auditor-{name}", "auditor")
    assert put(above, ident, book(), match(1)).code == "not-allowed"
    assert put(auditor, ident, book(), match(1)).code == "not-allowed"
    assert put(beside, ident, book(), match(1)).code == "not-found"
    for person in (above, auditor):
        assert ident in [one["id"] for one in person.get("/v1/handovers?unit=kota-city").json["handovers"]]
    assert beside.get("/v1/handovers?unit=kota-city").code == "not-found"
    assert shared.source().get("/v1/handovers?unit=kota-city").code == "not-allowed"
    assert asha.get("/v1/handovers").status == 400


def test_a_hand_over_does_not_change_its_unit(shared: TestHub, name: str, asha: Person) -> None:
    ident = new_uuid()
    put(asha, ident, book(), NEW)
    other = shared.person(f"r-{name}", unit="bundi")
    assert put(other, ident, book("bundi"), match(1)).json["errors"][0]["pointer"] == "/unit"


def test_the_newest_shift_comes_first(shared: TestHub, name: str) -> None:
    person = shared.person(f"j-{name}", unit="jhalawar")
    for hour in ("08", "16", "12"):
        shift = {**SHIFT, "start": f"2026-11-20T{hour}:00:00.000Z"}
        put(person, new_uuid(), book("jhalawar", shift=shift), NEW)
    found = person.get("/v1/handovers?unit=jhalawar").json["handovers"]
    assert [one["shift"]["start"][11:13] for one in found] == ["16", "12", "08"]


def test_every_signature_is_in_the_audit_log_in_its_own_transaction(
    shared: TestHub, name: str, asha: Person, ravi: Person
) -> None:
    ident = new_uuid()
    put(asha, ident, book(sign="from"), NEW)
    put(ravi, ident, book(sign="to"), match(1))
    put(asha, ident, book(sign="from"), match(2))
    raw = shared.raw()
    rows = raw.execute("SELECT who, what FROM audit WHERE what LIKE 'hand-over%' ORDER BY n").fetchall()
    raw.close()
    mine = [(who, what) for who, what in rows if who in (asha.id, ravi.id)]
    assert mine == [(asha.id, "hand-over signed: from"), (ravi.id, "hand-over signed: to")]
