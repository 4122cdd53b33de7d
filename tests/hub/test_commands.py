"""Commands: once, for ever the same, in the contract's order of checks."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.watched import WatchedHub, hub_made

NOTE = {"text": "वार्डन को फ़ोन किया, उत्तर नहीं मिला"}


def told(got: Got) -> tuple[int, str, bool]:
    return got.status, got.code, got.json["terminal"]


def flagged(hub: TestHub, name: str, **fields: Any) -> str:
    got = hub.put_flag(name, **fields)
    assert got.status == 201, got.raw
    return str(got.json["referral_id"])


def test_the_first_answer_tells_what_was_done(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    got = person.command("acknowledge", rid, {"through": 1})
    case = person.case(rid)
    event = person.get(f"/v1/referrals/{rid}/events?after_version=1").json["events"][0]
    assert got.status == 201
    assert got.json == {
        "outcome": "applied", "referral_id": rid, "number": case["number"], "version": 2,
        "event_ids": [event["event_id"]],
    }  # fmt: skip
    assert (case["state"], case["alarm"], case["holder"]["operator_id"]) == ("acknowledged", None, person.id)
    assert (event["kind"], event["by"]["name"], event["by"]["desk"]) == ("acknowledged", f"{name} नमूना", person.desk)


def test_the_same_bytes_again_are_the_first_answer_and_nothing_more(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    command_id, body = new_uuid(), json.dumps(person.envelope("note", rid, NOTE)).encode()
    first, again = person.put(command_id, body), person.put(command_id, body)
    assert (first.status, again.status) == (201, 200)
    assert first.raw == again.raw
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert person.case(rid)["counts"]["notes"] == 1
    assert person.case(rid)["version"] == 2


def test_a_replay_is_known_by_its_unpacked_bytes(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    command_id, body = new_uuid(), json.dumps(person.envelope("note", rid, NOTE)).encode()
    first = person.put(command_id, gzip.compress(body), **{"Content-Encoding": "gzip"})
    again = person.put(command_id, body)
    deflated = person.put(command_id, zlib.compress(body), **{"Content-Encoding": "deflate"})
    assert (first.status, again.status, deflated.status) == (201, 200, 200)
    assert first.raw == again.raw == deflated.raw


def test_a_replay_is_the_same_after_a_restart_and_for_another_bearer(hub: TestHub) -> None:
    asha = hub.person("asha")
    rid = flagged(hub, "A-1")
    command_id, body = new_uuid(), json.dumps(asha.envelope("note", rid, NOTE)).encode()
    first = asha.put(command_id, body)
    hub.restart()
    again = hub.person("ravi", workstation=asha.workstation).put(command_id, body)
    assert (again.status, again.raw) == (200, first.raw)


def test_a_first_answer_is_given_again_to_nobody_who_may_not_see_the_case(hub: TestHub) -> None:
    asha, rid = hub.person("asha"), flagged(hub, "A-1")
    asha.command("acknowledge", rid, {"through": 1})
    colleague = hub.person("ravi")
    refused, applied, unknown = ((new_uuid(), json.dumps(body).encode()) for body in (
        colleague.envelope("inform", rid, INFORM, seen=2), asha.envelope("note", rid, NOTE),
        asha.envelope("note", new_uuid(), NOTE),
    ))  # fmt: skip
    first = colleague.put(*refused)
    assert told(first) == (409, "held", True)
    assert first.json["current"]["id"] == rid
    assert asha.put(*applied).status == 201
    never = asha.put(*unknown)

    strangers = (
        hub.source(), hub.person("bundi", unit="bundi"), hub.person("beside", "auditor", unit="bundi"),
        hub.person("below", unit="kunhadi"), hub.person("desk", "source"), hub.person("root", "admin"),
    )  # fmt: skip
    for person in strangers:
        for one in (refused, applied):
            got = person.put(*one)
            assert told(got) == (404, "not-found", True), person.username
            assert "current" not in got.json
            assert "idempotent-replayed" not in got.headers
    readers = (
        hub.person("meera"), hub.person("auditor", "auditor"), hub.person("near", unit="range-kota"),
        hub.person("far", "auditor", unit="rajasthan"),
    )  # fmt: skip
    for person in (asha, colleague, *readers):
        assert [person.put(*one).raw for one in (refused, unknown)] == [first.raw, never.raw], person.username
        assert person.put(*applied).status == 200
    assert strangers[1].put(*unknown).raw == never.raw, "who was told that there is nothing may hear it again"


def test_an_author_s_unit_hears_the_first_answer_also_when_the_case_has_left(hub: TestHub) -> None:
    asha, taker, rid = hub.person("asha"), hub.person("taker", unit="jhunjhunu"), flagged(hub, "A-1")
    asha.command("acknowledge", rid, {"through": 1})
    command_id, body = new_uuid(), json.dumps(asha.envelope("note", rid, NOTE)).encode()
    first = asha.put(command_id, body)
    assert told(taker.put(command_id, body))[0] == 404
    assert asha.command("forward", rid, {"to": "jhunjhunu", "reason": "..."}, seen=3).status == 201
    assert taker.command("accept", rid, {}, seen=4).status == 201
    assert asha.get(f"/v1/referrals/{rid}").json["stub"] is True
    for person in (asha, hub.person("ravi"), taker):
        assert (person.put(command_id, body).status, person.put(command_id, body).raw) == (200, first.raw)


def test_the_same_id_with_other_bytes_is_reused_and_changes_nothing(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    command_id, body = new_uuid(), json.dumps(person.envelope("note", rid, NOTE)).encode()
    first = person.put(command_id, body)
    for other in (body + b" ", b"not json", b"x" * 300_000):
        assert told(person.put(command_id, other)) == (422, "command-id-reused", True)
    assert person.case(rid)["version"] == 2
    assert person.put(command_id.upper(), body).raw == first.raw


def test_a_terminal_refusal_is_kept_and_a_passing_one_is_not(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    refused_id, early = new_uuid(), json.dumps(person.envelope("contact", rid, CONTACT, seen=1)).encode()
    first = person.put(refused_id, early)
    assert told(first) == (409, "illegal-transition", True)
    person.command("acknowledge", rid, {"through": 1})
    again = person.put(refused_id, early)
    assert (again.status, again.raw) == (409, first.raw)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"

    malformed_id = new_uuid()
    assert told(person.put(malformed_id, b"{")) == (400, "malformed", True)
    good = json.dumps(person.envelope("note", rid, NOTE)).encode()
    assert person.put(malformed_id, good).status == 201

    stranger = shared.person(f"{name}-b")
    passing_id, body = new_uuid(), json.dumps(person.envelope("note", rid, NOTE, author=stranger.id)).encode()
    assert told(person.put(passing_id, body)) == (403, "unknown-author", False)
    Person(shared.url, stranger.username, person.workstation)
    assert person.put(passing_id, body).status == 201


CONTACT = {"in_person": True, "who": "गश्ती दल"}
INFORM = {"unit": "kunhadi"}


def test_the_checks_come_in_the_order_of_the_contract(make_hub: Callable[..., TestHub]) -> None:
    """One body breaks everything; what is mended one by one is the only thing that changes the answer."""
    hub = make_hub(min_console="0.2.0")
    rid = flagged(hub, "A-1")
    holder = hub.person("holder")
    holder = Person(hub.url, "holder", holder.workstation, "0.2.0")
    assert holder.command("acknowledge", rid, {"through": 1}).status == 201
    assert holder.command("inform", rid, INFORM, seen=2).status == 201
    hub.add_user("late", "operator", "kota-city")
    hub.add_user("station", "operator", "kunhadi")
    bearer = Person(hub.url, "late", new_uuid(), "0.1.9")
    body = bearer.envelope("inform", new_uuid(), {}, author=holder.id, seen=9)

    def attempt(person: Person, value: Any = None, command_id: str | None = None) -> tuple[int, str, bool]:
        raw = value if isinstance(value, bytes) else json.dumps(body).encode()
        return told(person.put(command_id or new_uuid(), raw))

    applied = new_uuid()
    assert holder.put(applied, json.dumps(holder.envelope("note", rid, NOTE)).encode()).status == 201
    nobody = Person(hub.url, "late", new_uuid())
    nobody.token = "invented"
    assert attempt(nobody, command_id=applied) == (401, "token-expired", False)
    assert attempt(bearer, command_id=applied) == (422, "command-id-reused", True)
    assert attempt(bearer, b"not json") == (426, "client-too-old", False)
    bearer = Person(hub.url, "late", bearer.workstation, "0.2.0")
    assert attempt(bearer, b"not json") == (400, "malformed", True)
    assert attempt(bearer, b"x" * 300_000) == (413, "too-large", True)
    assert attempt(bearer) == (404, "not-found", True)
    body["referral_id"] = rid
    assert attempt(Person(hub.url, "station", bearer.workstation, "0.2.0")) == (404, "not-found", True)
    auditor = hub.person("auditor", "auditor")
    assert attempt(Person(hub.url, auditor.username, auditor.workstation, "0.2.0")) == (403, "not-allowed", True)
    assert attempt(bearer) == (403, "unknown-author", False)
    body["author"] = bearer.id
    assert attempt(bearer) == (409, "held", True)
    boss = hub.person("boss", "supervisor")
    boss = Person(hub.url, "boss", boss.workstation, "0.2.0")
    body |= {"author": boss.id, "workstation": boss.workstation}
    assert attempt(boss) == (412, "version-mismatch", True), "a version that does not exist yet"
    body["seen"] = 2
    assert attempt(boss) == (412, "version-mismatch", True), "another desk changed the state since"
    body["seen"] = 4
    assert attempt(boss) == (422, "invalid", True)
    body |= {"kind": "contact", "payload": CONTACT}
    assert boss.command("contact", rid, CONTACT, seen=4).status == 201
    assert attempt(boss) == (409, "illegal-transition", True)


def test_a_refusal_by_state_carries_the_case_as_it_stands(shared: TestHub, name: str) -> None:
    asha, ravi, rid = shared.person(name), shared.person(f"{name}-b"), flagged(shared, name)
    asha.command("acknowledge", rid, {"through": 1})
    for got in (ravi.command("inform", rid, INFORM, seen=2), ravi.command("acknowledge", rid, {"through": 1})):
        assert told(got) == (409, "held", True)
        assert got.json["current"] == asha.case(rid)
    nothing = asha.command("acknowledge", rid, {"through": 1})
    assert (nothing.status, nothing.json["event_ids"], nothing.json["version"]) == (201, [], 2)


def test_own_commands_notes_and_the_source_never_conflict(shared: TestHub, name: str) -> None:
    asha, ravi, rid = shared.person(name), shared.person(f"{name}-b"), flagged(shared, name)
    asha.command("acknowledge", rid, {"through": 1})
    ravi.command("note", rid, NOTE)
    shared.put_flag(name, signals=["means_in_hand"])
    assert asha.command("inform", rid, INFORM, seen=2).status == 201
    assert asha.command("inform", rid, {"unit": "mahaveer-nagar"}, seen=2).status == 201


def test_seen_is_needed_where_the_contract_says_so(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    person.command("acknowledge", rid, {"through": 1})
    assert told(person.command("inform", rid, INFORM)) == (400, "malformed", True)
    assert person.command("note", rid, NOTE).status == 201


def test_a_colleague_carries_the_queue_of_the_shift_before(shared: TestHub, name: str) -> None:
    asha, rid = shared.person(name), flagged(shared, name)
    ravi = shared.person(f"{name}-b", workstation=asha.workstation)
    got = ravi.command("note", rid, NOTE, author=asha.id)
    assert got.status == 201
    by = ravi.get(f"/v1/referrals/{rid}/events?after_version=1").json["events"][0]["by"]
    assert (by["operator_id"], by["sent_by"], by["desk"]) == (asha.id, ravi.id, asha.desk)
    elsewhere = shared.person(f"{name}-c", unit="kota-rural", workstation=asha.workstation)
    assert told(ravi.command("note", rid, NOTE, author=elsewhere.id)) == (403, "unknown-author", False)
    assert told(ravi.command("note", rid, NOTE, workstation=new_uuid())) == (403, "unknown-author", False)


def test_a_case_of_another_unit_is_as_unknown_as_none(shared: TestHub, name: str) -> None:
    rid, stranger = flagged(shared, name), shared.person(name, unit="kota-rural")
    for case_id in (rid, new_uuid()):
        assert told(stranger.command("note", case_id, NOTE)) == (404, "not-found", True)
        for tail in ("", "/events", "/flags"):
            assert stranger.get(f"/v1/referrals/{case_id}{tail}").code == "not-found"
    assert told(stranger.command("open", rid, {"received_via": "phone"})) == (404, "not-found", True)


def test_a_unit_above_may_add_and_not_act(shared: TestHub, name: str) -> None:
    top, rid = shared.person(name, unit="rajasthan"), flagged(shared, name)
    assert top.command("note", rid, NOTE).status == 201
    assert told(top.command("acknowledge", rid, {"through": 1})) == (403, "not-allowed", True)


def test_a_case_opened_by_hand_has_a_number_a_holder_and_finds_later_flags(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), new_uuid()
    report = {"received_via": "phone", "account": {"platform_account_id": name}, "platform": "facebook"}
    got = person.command("open", rid, report)
    assert got.status == 201, got.raw
    case = person.case(rid)
    assert (case["state"], case["holder"]["operator_id"], case["number"]) == (
        "acknowledged", person.id, got.json["number"]
    )  # fmt: skip
    joined = shared.put_flag(f"{name}-f", platform="facebook", account=name)
    assert joined.json["referral_id"] == rid
    assert told(person.command("open", rid, report)) == (409, "illegal-transition", True)
    assert told(person.command("open", "not-a-uuid", report)) == (400, "malformed", True)
    assert told(person.command("open", new_uuid(), {"received_via": "pigeon"})) == (422, "invalid", True)


def test_refused_openings_use_up_no_case_number(hub: TestHub) -> None:
    person = hub.person("asha")
    assert told(person.command("open", new_uuid(), {"received_via": "phone", "kind": 7})) == (422, "invalid", True)
    assert person.command("open", new_uuid(), {"received_via": "phone"}).json["number"] == "2026-000001"
    assert hub.put_flag("A-1").json["number"] == "2026-000002"


def test_closing_a_ringing_duplicate_hands_its_alarm_over(shared: TestHub, name: str) -> None:
    person, first, second = shared.person(name), flagged(shared, name), flagged(shared, f"{name}-b")
    person.command("acknowledge", first, {"through": 1})
    closing = {"code": "duplicate", "summary": "same person", "duplicate_of": first}
    assert person.command("close", second, closing, seen=1).status == 201
    assert person.case(second)["state"] == "closed"
    alarm = person.case(first)["alarm"]
    assert (alarm["cause"], alarm["through"]) == ("repeat", 3)
    away = {**closing, "duplicate_of": new_uuid()}
    third = flagged(shared, f"{name}-c")
    assert told(person.command("close", third, away, seen=1)) == (422, "invalid", True)


def test_an_alarm_that_moves_goes_on_climbing_where_it_stood(make_hub: Callable[..., TestHub]) -> None:
    watched = WatchedHub(make_hub)
    person, kept, ringing = watched.person("asha"), watched.flag("A-1"), watched.flag("A-2")
    person.command("acknowledge", kept, {"through": 1})
    watched.pass_time(70)
    was = person.case(ringing)["alarm"]
    assert was["stage"] == 1
    closing = {"code": "duplicate", "summary": "same person", "duplicate_of": kept}
    assert person.command("close", ringing, closing, seen=2).status == 201
    case = person.case(kept)
    assert case["alarm"] == {**was, "through": case["version"], "cause": "repeat"}
    watched.pass_time(50)
    assert hub_made(person, kept) == ["escalated case 2"]


def test_who_accepted_elsewhere_is_told_whole_and_is_no_unit(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    whole = {"name": "डॉ. नमूना", "rank": "चिकित्सक", "body": "नमूना अस्पताल", "kind": "hospital"}

    def close(**changes: Any) -> tuple[int, str | None]:
        accepted = {key: value for key, value in (whole | changes).items() if value is not None}
        payload = {"code": "accepted_elsewhere", "summary": "...", "accepted_by": accepted}
        got = person.command("close", rid, payload, seen=1)
        return got.status, got.json["errors"][0]["pointer"] if got.status == 422 else None

    assert close(rank=None) == (422, "/payload/accepted_by/rank")
    for body in (None, "kota-rural", " kota  RURAL", "कोटा ग्रामीण"):
        assert close(body=body) == (422, "/payload/accepted_by/body"), body
    assert close() == (201, None)


def test_a_reused_n_is_applied_and_written_into_the_audit(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    for _ in range(2):
        assert person.command("note", rid, NOTE, n=7).status == 201
    hub.stop()
    whats = [row[0] for row in hub.raw().execute("SELECT what FROM audit ORDER BY n")]
    assert whats.count("n-reused") == 1
    assert whats.count("command note") == 2


@pytest.mark.parametrize("kind", ["dance", "forward"])
def test_an_unknown_kind_is_invalid(shared: TestHub, name: str, kind: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    got = person.command(kind, rid, {}, seen=1)
    assert told(got) == (422, "invalid", True)


def test_a_case_is_read_again_only_when_it_changed(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    first = person.get(f"/v1/referrals/{rid}")
    assert first.headers["etag"] == '"v1"'
    for known in ('"v1"', 'W/"v1"', '"v9", "v1"', "*"):
        got = person.get(f"/v1/referrals/{rid}", If_None_Match=known)
        assert (got.status, got.raw, got.headers["etag"]) == (304, b"", '"v1"')
    person.command("note", rid, NOTE)
    assert person.get(f"/v1/referrals/{rid}", If_None_Match='"v1"').status == 200


def test_the_timeline_goes_on_after_a_version(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    for n in range(4):
        person.command("note", rid, {"text": f"{n}"})
    first = person.get(f"/v1/referrals/{rid}/events?limit=3").json
    rest = person.get(f"/v1/referrals/{rid}/events?after_version=3").json
    events = first["events"] + rest["events"]
    assert [event["version"] for event in events] == [1, 2, 3, 4, 5]
    assert (first["more"], rest["more"]) == (True, False)
    assert not {"seq", "referral"} & set(events[0])
