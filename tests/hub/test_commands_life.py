"""Every kind of command through the hub: what the case becomes, what the feed tells, what else is touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.stories import NOTE, PHONE, done, flagged, in_hand, kinds, of, told

PLACE = {"id": "0198c0de-0000-7000-8000-000000000001", "kind": "operator", "text": "हॉस्टल के पीछे", "source": "operator"}
CARE = {"code": "medical_care", "summary": "अस्पताल में भर्ती"}
RELEASE = {"reason": "शिफ्ट समाप्त"}


def last(person: Person, rid: str) -> dict[str, Any]:
    """The newest event of a case, as its timeline tells it."""
    events = person.get(f"/v1/referrals/{rid}/events").json["events"]
    found: dict[str, Any] = events[-1]
    return found


def test_a_night_with_every_ordinary_command(shared: TestHub, name: str) -> None:
    """From the first flag to the reopening; after each command the event and the case say the same."""
    asha, boss = shared.person(name), shared.person(f"{name}-b", "supervisor")
    rid = flagged(shared, name)
    steps: list[tuple[Person, str, dict[str, Any], str, dict[str, Any]]] = [
        (asha, "decline", {"reason": "दूसरे प्रकरण पर"}, "escalated", {"state": "new"}),
        (asha, "acknowledge", {"through": 3}, "acknowledged", {"state": "acknowledged", "alarm": None}),
        (asha, "note", NOTE, "note_added", {"counts": {"notes": 1, "calls": 0}}),
        (asha, "call", {"whom": "station", "result": "बात हुई", "number": "+91 00000 00041"}, "called",
         {"counts": {"notes": 1, "calls": 1}}),
        (asha, "assess", {"signals": ["plan"], "urgency": None, "reason": "समीक्षा"}, "assessed", {"level": "P2"}),
        (asha, "raise_level", {"level": "P1", "reason": "साधन"}, "level_raised",
         {"level": "P1", "level_by_hand": True}),
        (boss, "lower_level", {"level": "P2", "reason": "भूल"}, "level_lowered", {"level": "P2"}),
        (asha, "add_location", {"location": PLACE}, "location_added", {"location_count": 1}),
        (asha, "accept_location", {"id": PLACE["id"]}, "location_accepted", {}),
        (asha, "update", {"set": [{"field": "subject.name", "to": "नमूना"}]}, "updated", {}),
        (asha, "locate", {"plan": "टावर", "recheck_minutes": 10}, "locating", {"state": "acknowledged"}),
        (asha, "release", RELEASE, "released", {"state": "new", "holder": None}),
        (asha, "acknowledge", {"through": 99}, "", {}),
        (boss, "take_over", {"reason": "अनुपस्थित"}, "taken_over", {}),
        (boss, "inform", {"unit": "kunhadi"}, "informed", {"state": "informed"}),
        (boss, "depart", {"unit": "kunhadi"}, "departed", {"state": "departed"}),
        (boss, "arrive", {"unit": "kunhadi"}, "on_scene", {"state": "on_scene"}),
        (boss, "contact", {"in_person": True, "who": "गश्ती दल"}, "contact_made", {"state": "contact_made"}),
        (boss, "hold", {"on": True, "reason": "न्यायालय"}, "hold_changed", {"hold": True}),
        (boss, "close", CARE, "closed", {"state": "closed", "alarm": None}),
        (asha, "reopen", {"reason": "फिर सूचना"}, "reopened", {"state": "acknowledged", "outcome": None}),
    ]  # fmt: skip
    for person, kind, payload, event, expected in steps:
        version = person.case(rid)["version"]
        if kind == "acknowledge" and payload["through"] == 99:
            done(person, kind, rid, {"through": version})
            continue
        done(person, kind, rid, payload)
        case, newest = person.case(rid), last(person, rid)
        assert newest["kind"] == event, kind
        assert newest["version"] == case["version"]
        assert {key: case[key] for key in expected} == expected, kind
        if event != "escalated":
            assert newest["by"]["operator_id"] == person.id
    feed = of(asha.feed("kota-city"), rid)
    assert [one["version"] for one in feed] == list(range(1, len(feed) + 1)), "every event, once, in order"
    assert feed[-1]["referral"] == asha.case(rid)


def test_what_the_hub_adds_to_a_command_is_nobodys_and_conflicts_with_nothing(shared: TestHub, name: str) -> None:
    asha, ravi = shared.person(name), shared.person(f"{name}-b")
    rid = flagged(shared, name)
    got = asha.command("decline", rid, {"reason": "दूसरे प्रकरण पर"})
    assert (got.status, len(got.json["event_ids"]), got.json["version"]) == (201, 2, 3)
    events = asha.get(f"/v1/referrals/{rid}/events?after_version=1").json["events"]
    assert [(event["kind"], event["by"] is None) for event in events] == [("declined", False), ("escalated", True)]
    assert events[0]["command_id"] is not None
    assert events[1].get("command_id") is None, "a desk that finds its command back takes its overlay off"
    assert asha.case(rid)["alarm"]["stage"] == 1
    assert ravi.command("assess", rid, {"signals": [], "reason": "देखा"}, seen=1).status == 201


def test_two_cases_are_linked_from_both_sides(shared: TestHub, name: str) -> None:
    asha = shared.person(name)
    one, other = in_hand(asha, shared, name), in_hand(asha, shared, f"{name}-b")
    done(asha, "link", one, {"to": other, "kind": "same_person"})
    assert asha.case(one)["links"] == [{"to": other, "kind": "same_person"}]
    assert asha.case(other)["links"] == [{"to": one, "kind": "same_person"}]
    assert kinds(asha, "kota-city", other)[-1] == "linked"
    assert asha.case(other)["alarm"] is None, "a link wakes nobody"
    away = {"to": new_uuid(), "kind": "related"}
    assert told(asha.command("link", one, away, seen=3)) == (422, "invalid", True)


def test_a_case_is_not_linked_to_one_its_author_cannot_see(shared: TestHub, name: str) -> None:
    asha, bundi = shared.person(name), shared.person(f"{name}-b", unit="bundi")
    mine = new_uuid()
    assert bundi.command("open", mine, {"received_via": "phone"}).status == 201
    rid = in_hand(asha, shared, name)
    assert told(asha.command("link", rid, {"to": mine, "kind": "related"}, seen=2)) == (422, "invalid", True)
    duplicate = {"code": "duplicate", "summary": "x", "duplicate_of": mine}
    assert told(asha.command("close", rid, duplicate, seen=2)) == (422, "invalid", True)
    assert bundi.case(mine)["links"] == []


def test_a_split_begins_a_case_of_its_own_that_rings(shared: TestHub, name: str) -> None:
    asha, boss = shared.person(name), shared.person(f"{name}-b", "supervisor")
    rid = in_hand(asha, shared, f"{name}-1", account=name)
    assert shared.put_flag(f"{name}-2", account=name).json["referral_id"] == rid
    new = new_uuid()
    payload = {"references": [f"{name}-2"], "new_referral_id": new, "reason": "दो व्यक्ति"}
    assert told(asha.command("split", rid, payload, seen=3)) == (403, "not-allowed", True)
    done(boss, "split", rid, payload)
    old, case = asha.case(rid), asha.case(new)
    assert [flag["reference"] for flag in old["flags"]] == [f"{name}-1"]
    assert [flag["reference"] for flag in case["flags"]] == [f"{name}-2"]
    assert (case["state"], case["holder"], case["version"], case["alarm"]["cause"]) == ("new", None, 1, "flag")
    assert case["number"] not in (None, old["number"])
    assert last(asha, rid)["data"] == payload
    begun = of(asha.feed("kota-city"), new)
    assert [event["kind"] for event in begun] == ["split"]
    assert (begun[0]["data"]["from"], begun[0]["by"]["operator_id"]) == (rid, boss.id)
    assert shared.put_flag(f"{name}-2", account=name, language="en").json["referral_id"] == new
    for wrong in (new, rid, "not-a-uuid"):
        again = {**payload, "references": [f"{name}-1"], "new_referral_id": wrong}
        assert boss.command("split", rid, again, seen=asha.case(rid)["version"]).status == 422
    assert shared.put_flag(f"{name}-9").status == 201, "refused splits used up no number"


def test_closing_a_duplicate_moves_its_alarm_and_a_quiet_one_only_links(shared: TestHub, name: str) -> None:
    asha = shared.person(name)
    kept = in_hand(asha, shared, name)
    ringing, quiet = flagged(shared, f"{name}-b"), in_hand(asha, shared, f"{name}-c")
    closing = {"code": "duplicate", "summary": "वही व्यक्ति", "duplicate_of": kept}
    done(asha, "close", quiet, closing)
    assert asha.case(kept)["alarm"] is None
    done(asha, "close", ringing, closing)
    case = asha.case(kept)
    assert (case["alarm"]["cause"], case["alarm"]["through"]) == ("repeat", case["version"])
    assert {link["to"] for link in case["links"]} == {quiet, ringing}
    assert asha.case(ringing)["alarm"] is None
    chain = {**closing, "duplicate_of": ringing}
    third = flagged(shared, f"{name}-d")
    assert told(asha.command("close", third, chain, seen=1)) == (422, "invalid", True), "no duplicate of a duplicate"


def test_an_acceptance_by_phone_leaves_the_case_with_the_sender(shared: TestHub, name: str) -> None:
    asha = shared.person(name)
    rid = in_hand(asha, shared, name)
    done(asha, "forward", rid, {"to": "sangod", "reason": "सांगोद का निवासी"})
    done(asha, "accept_by_phone", rid, PHONE)
    case = asha.case(rid)
    assert (case["unit"], case["holder"]["operator_id"], case["transfer"]) == ("kota-city", asha.id, None)
    assert (case["by_phone"]["to"], case["by_phone"]["person"]) == ("sangod", PHONE["person"])


def test_half_a_character_anywhere_in_a_command_is_malformed(shared: TestHub, name: str) -> None:
    asha, rid = shared.person(name), flagged(shared, name)
    for broken in (b'"text": "x\\ud800"', b'"text": "x", "other": "\\udfff"', b'"text": "x", "a\\ud800": 1'):
        body = json.dumps(asha.envelope("note", rid, {"text": "@"})).encode().replace(b'"text": "@"', broken)
        assert told(asha.put(new_uuid(), body)) == (400, "malformed", True)
    assert asha.case(rid)["version"] == 1


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("release", RELEASE), ("take_over", RELEASE), ("forward", {"to": "bundi", "reason": "x"}), ("close", CARE),
     ("update", {"set": []}), ("reopen", {"reason": "x"}), ("recall", {"reason": "x"}),
     ("link", {"to": "x", "kind": "related"})],
)  # fmt: skip
def test_kinds_that_write_over_something_say_what_they_looked_at(
    shared: TestHub, name: str, kind: str, payload: dict[str, Any]
) -> None:
    asha, rid = shared.person(name), flagged(shared, name)
    assert told(asha.command(kind, rid, payload)) == (400, "malformed", True)
    assert asha.case(rid)["version"] == 1


def test_a_refused_command_leaves_nothing_behind(shared: TestHub, name: str) -> None:
    asha, ravi = shared.person(name), shared.person(f"{name}-b")
    rid = in_hand(asha, shared, name)
    before, seq = asha.case(rid), len(asha.feed("kota-city"))
    for kind, payload in (("release", RELEASE), ("inform", {"unit": "kunhadi"}), ("close", CARE)):
        assert told(ravi.command(kind, rid, payload, seen=2)) == (409, "held", True)
    assert asha.case(rid) == before
    assert len(asha.feed("kota-city")) == seq
