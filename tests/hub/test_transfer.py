"""A case goes to another district: who is told what, in which order, and who may do what meanwhile."""

from __future__ import annotations

import pytest

from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.stories import AWAY, NOTE, PHONE, done, flagged, forwarded, in_hand, kinds, of, snapshot, told

SEND = ["flag_received", "acknowledged", "forwarded"]


def test_both_units_and_all_above_them_see_the_question_and_its_alarm(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    top = shared.person(f"{name}-hq", unit="rajasthan")
    rid = forwarded(kota, shared, name)
    assert kinds(kota, "kota-city", rid) == SEND
    assert kinds(jhunjhunu, "jhunjhunu", rid) == ["forwarded"], "what came before is read with the case"
    assert kinds(top, "range-jaipur", rid) == ["forwarded"]
    assert kinds(top, "rajasthan", rid) == SEND, "once, although it stands above both"
    event = of(jhunjhunu.feed("jhunjhunu"), rid)[0]
    case = jhunjhunu.case(rid)
    assert event["referral"] == case == kota.case(rid)
    assert event["data"] == AWAY
    assert (case["unit"], case["transfer"]["to"], case["holder"]["operator_id"]) == ("kota-city", "jhunjhunu", kota.id)
    assert case["transfer"]["alarm"]["stage"] == 0
    assert case["alarm"] is None, "the sender has nothing to acknowledge"
    assert rid in snapshot(jhunjhunu, "jhunjhunu")
    timeline = jhunjhunu.get(f"/v1/referrals/{rid}/events").json["events"]
    assert [one["kind"] for one in timeline] == SEND


def test_the_asked_unit_may_add_and_answer_and_nothing_else(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    station = shared.person(f"{name}-s", unit="kota-rural")
    rid = forwarded(kota, shared, name)
    assert done(jhunjhunu, "note", rid, NOTE) == 4
    place = {"id": new_uuid(), "kind": "operator", "text": "बस अड्डे के पास", "source": "operator"}
    assert done(jhunjhunu, "add_location", rid, {"location": place}) == 5
    for kind, payload in (("inform", {"unit": "kunhadi"}), ("release", {"reason": "x"}), ("recall", {"reason": "x"})):
        assert told(jhunjhunu.command(kind, rid, payload, seen=5)) == (403, "not-allowed", True)
    assert told(kota.command("accept", rid, {}, seen=5)) == (403, "not-allowed", True), "nobody accepts for another"
    assert told(station.command("note", rid, NOTE)) == (404, "not-found", True), "a unit beside both sees nothing"


def test_an_acceptance_moves_the_case_and_leaves_the_sender_a_stub(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    top = shared.person(f"{name}-hq", unit="rajasthan")
    rid = forwarded(kota, shared, name)
    accepted = done(jhunjhunu, "accept", rid)
    case = jhunjhunu.case(rid)
    assert (case["unit"], case["holder"]["operator_id"], case["transfer"], case["alarm"]) == (
        "jhunjhunu", jhunjhunu.id, None, None
    )  # fmt: skip

    sender = of(kota.feed("kota-city"), rid)[-2:]
    assert [event["kind"] for event in sender] == ["accepted", "left_scope"]
    assert [event["version"] for event in sender] == [accepted, accepted], "left_scope tells the version of its cause"
    assert sender[0]["event_id"] != sender[1]["event_id"]
    assert sender[0]["referral"]["unit"] == "jhunjhunu"
    stub = sender[1]["referral"]
    assert (stub["stub"], stub["id"], stub["unit"], stub["state"], stub["version"]) == (
        True, rid, "jhunjhunu", case["state"], accepted
    )  # fmt: skip
    assert stub["number"] == case["number"]
    assert stub["accepted_by"] == f"{name}-j नमूना"
    assert not {"account", "subject", "flags", "locations"} & set(stub), "a stub names nobody in distress"
    assert kinds(top, "range-kota", rid)[-2:] == ["accepted", "left_scope"]
    for unit in ("jhunjhunu", "range-jaipur", "rajasthan"):
        assert kinds(top, unit, rid)[-1] == "accepted", "who goes on seeing it loses nothing"
    timeline = jhunjhunu.get(f"/v1/referrals/{rid}/events").json["events"]
    assert [one["kind"] for one in timeline] == [*SEND, "accepted"], "the timeline is of the case, not of a feed"


@pytest.mark.parametrize(("kind", "by_target"), [("return", True), ("recall", False), ("accept_by_phone", False)])
def test_a_question_that_ends_otherwise_leaves_nothing_at_the_asked_unit(
    shared: TestHub, name: str, kind: str, by_target: bool
) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    top = shared.person(f"{name}-hq", unit="rajasthan")
    rid = forwarded(kota, shared, name)
    payload = PHONE if kind == "accept_by_phone" else {"reason": "पता बदल गया"}
    version = done(jhunjhunu if by_target else kota, kind, rid, payload)

    left = of(jhunjhunu.feed("jhunjhunu"), rid)
    assert [event["kind"] for event in left] == ["forwarded", "left_scope"]
    assert (left[1]["referral"], left[1]["version"], left[1]["data"]) == (None, version, {})
    event = {"return": "returned", "recall": "recalled", "accept_by_phone": "accepted_by_phone"}[kind]
    for unit in ("kota-city", "range-kota", "rajasthan"):
        assert kinds(top, unit, rid)[-1] == event
    assert kinds(top, "range-jaipur", rid)[-1] == "left_scope"
    assert jhunjhunu.get(f"/v1/referrals/{rid}").code == "not-found"
    assert rid not in snapshot(jhunjhunu, "jhunjhunu")
    assert told(jhunjhunu.command("note", rid, NOTE)) == (404, "not-found", True)
    case = kota.case(rid)
    assert (case["unit"], case["holder"]["operator_id"], case["transfer"]) == ("kota-city", kota.id, None)
    rings = None if case["alarm"] is None else case["alarm"]["cause"]
    assert rings == ("returned" if kind == "return" else None), "what comes back rings, what was called back does not"


def test_the_command_that_ended_it_can_be_found_in_the_asked_units_own_feed(shared: TestHub, name: str) -> None:
    """The console of the asked unit waits for its own `return` to come back, and only left_scope comes."""
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = forwarded(kota, shared, name)
    command_id = new_uuid()
    body = jhunjhunu.envelope("return", rid, {"reason": "दूसरा ज़िला"}, seen=3)
    assert jhunjhunu.send("PUT", f"/v1/commands/{command_id}", body).status == 201
    left = of(jhunjhunu.feed("jhunjhunu"), rid)[-1]
    assert (left["kind"], left["command_id"], left["by"]["operator_id"]) == ("left_scope", command_id, jhunjhunu.id)


def test_a_station_of_the_sender_takes_it_and_nobody_loses_sight(shared: TestHub, name: str) -> None:
    kota, kunhadi = shared.person(name), shared.person(f"{name}-k", unit="kunhadi")
    rid = forwarded(kota, shared, name, to="kunhadi")
    done(kunhadi, "accept", rid)
    assert kinds(kota, "kota-city", rid)[-1] == "accepted"
    assert kota.case(rid)["unit"] == "kunhadi"
    assert "stub" not in {str(item["stub"]).lower() for item in snapshot(kota, "kota-city").values()}
    assert told(kota.command("inform", rid, {"unit": "nanta"}, seen=4)) == (403, "not-allowed", True)
    assert kota.command("note", rid, NOTE).status == 201, "a unit above may still add"


def test_an_acceptance_seen_too_late_is_refused_with_the_case(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    other = shared.person(f"{name}-j2", unit="jhunjhunu")
    rid = forwarded(kota, shared, name)
    done(jhunjhunu, "accept", rid)
    late = other.command("accept", rid, {}, seen=3)
    assert late.status in (403, 412), late.raw
    assert late.json.get("current", jhunjhunu.case(rid)) == jhunjhunu.case(rid)
    lost = kota.command("recall", rid, {"reason": "x"}, seen=3)
    assert told(lost) == (404, "not-found", True)
    assert "current" not in lost.json, "who sees only a stub is not told how the case stands"


def test_a_case_is_forwarded_to_a_unit_that_exists_and_one_at_a_time(shared: TestHub, name: str) -> None:
    kota = shared.person(name)
    rid = in_hand(kota, shared, name)
    assert told(kota.command("forward", rid, {**AWAY, "to": "atlantis"}, seen=2)) == (422, "invalid", True)
    done(kota, "forward", rid, AWAY)
    assert told(kota.command("forward", rid, {**AWAY, "to": "bundi"}, seen=3)) == (409, "illegal-transition", True)


def test_closing_while_the_question_is_open_ends_it_for_the_asked_unit(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name, "supervisor"), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = forwarded(kota, shared, name)
    done(kota, "close", rid, {"code": "not_located", "summary": "no such place"})
    assert kinds(jhunjhunu, "jhunjhunu", rid) == ["forwarded", "left_scope"]
    assert jhunjhunu.get(f"/v1/referrals/{rid}").code == "not-found"


def test_a_flag_that_comes_while_it_is_on_its_way_rings_at_both(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = flagged(shared, name, account=name)
    done(kota, "acknowledge", rid, {"through": 1})
    done(kota, "forward", rid, AWAY)
    assert shared.put_flag(f"{name}-b", account=name).json["referral_id"] == rid
    for person, unit in ((kota, "kota-city"), (jhunjhunu, "jhunjhunu")):
        assert kinds(person, unit, rid)[-1] == "flag_repeated"
    done(jhunjhunu, "accept", rid)
    assert shared.put_flag(f"{name}-c", account=name).json["referral_id"] == rid, "it joins where the case is now"
    assert kinds(jhunjhunu, "jhunjhunu", rid)[-1] == "flag_repeated"
    assert jhunjhunu.case(rid)["alarm"]["cause"] == "repeat"


def test_seq_stays_dense_in_every_feed_a_case_comes_through(hub: TestHub) -> None:
    kota, jhunjhunu = hub.person("asha"), hub.person("ravi", unit="jhunjhunu")
    top = hub.person("hq", unit="rajasthan")
    for n in range(2):
        rid = forwarded(kota, hub, f"A-{n}")
        done(jhunjhunu, "return", rid, {"reason": "x"})
        done(kota, "forward", rid, AWAY)
        done(jhunjhunu, "accept", rid)
        done(jhunjhunu, "note", rid, NOTE)
    before = {}
    for unit in ("kota-city", "range-kota", "jhunjhunu", "range-jaipur", "rajasthan"):
        before[unit] = top.feed(unit)
        assert [event["seq"] for event in before[unit]] == list(range(1, len(before[unit]) + 1))
    hub.restart()
    top = Person(hub.url, "hq", top.workstation)
    assert {unit: top.feed(unit) for unit in before} == before, "notices are read from the file as they were sent"
