"""An `open` and a flag of one name, and what else two clients could read in two ways: as the document says it."""

from __future__ import annotations

import json

import pytest

from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.stories import done, flagged, in_hand, told
from tests.people import body

NOTE = {"text": "वार्डन को फ़ोन किया"}


def opened(person: Person, reference: str, **account: str) -> str:
    rid = new_uuid()
    report = {"received_via": "phone", "platform": "instagram", "reference": reference, "account": account}
    assert person.command("open", rid, report).status == 201
    return rid


def test_an_open_of_a_flags_name_is_a_case_of_its_own(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    first = flagged(shared, name)
    second = opened(person, name, display_name="फ़ोन पर बताया गया")
    assert person.case(second)["flags"][0]["reference"] == name
    again = shared.put_flag(name, urgency="high")
    assert (again.status, again.json["referral_id"]) == (200, first), "the name belongs to whoever had it first"
    assert person.case(second)["version"] == 1


def test_what_was_said_on_the_telephone_stays_out_of_the_other_case(shared: TestHub, name: str) -> None:
    boss = shared.person(name, "supervisor")
    first = flagged(shared, name, account=name)
    assert shared.put_flag(f"{name}-b", account=name).json["referral_id"] == first
    opened(boss, name, display_name="फ़ोन पर बताया गया", handle=f"h-{name}")
    new = new_uuid()
    done(boss, "split", first, {"references": [name], "new_referral_id": new, "reason": "दूसरा व्यक्ति"})
    account = boss.case(new)["account"]
    assert (account["display_name"], account.get("handle")) == ("नमूना", None)


def test_an_open_of_a_flags_name_is_found_by_its_account(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    flagged(shared, name)
    second = opened(person, name, platform_account_id=f"other-{name}")
    assert shared.put_flag(f"{name}-c", account=f"other-{name}").json["referral_id"] == second


def test_a_flag_of_an_opens_name_is_an_update_of_its_case(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    rid = opened(person, name, platform_account_id=name)
    got = shared.put_flag(name, account=name, signals=["plan"])
    assert (got.status, got.json["referral_id"]) == (200, rid)
    case = person.case(rid)
    assert (case["flag_count"], case["flags"][0]["signals"], case["level"]) == (1, ["plan"], "P2")
    assert person.feed()[-1]["kind"] == "flag_updated"


def test_of_two_open_cases_of_an_account_a_flag_joins_the_one_opened_last(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    cases = [opened(person, f"{name}-{n}", platform_account_id=name) for n in range(3)]
    assert len(set(cases)) == 3, "an open joins nothing"
    for n in range(3):
        assert shared.put_flag(f"{name}-f{n}", account=name).json["referral_id"] == cases[-1]


@pytest.mark.parametrize("encoding", ["br", "gzip", "gzip, gzip"])
def test_a_flag_that_is_json_as_it_came_is_used_whatever_encoding_it_names(
    shared: TestHub, name: str, encoding: str
) -> None:
    raw = json.dumps(body(urgency="imminent", account={"platform_account_id": name})).encode()
    got = shared.put_raw(name, raw, **{"Content-Encoding": encoding})
    assert got.status == 201
    flag = shared.person(name).case(got.json["referral_id"])["flags"][0]
    assert (flag["urgency"], flag["defects"]) == ("imminent", [])


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_command_in_an_encoding_nobody_can_undo_is_malformed(shared: TestHub, name: str, encoding: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    raw = json.dumps(person.envelope("note", rid, NOTE)).encode()
    assert told(person.put(new_uuid(), raw, **{"Content-Encoding": encoding})) == (400, "malformed", True)


def test_a_step_is_made_once_and_never_back(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    rid = in_hand(person, shared, name)
    for kind in ("depart", "arrive"):
        done(person, kind, rid)
        again = person.command(kind, rid, {}, seen=person.case(rid)["version"])
        assert told(again) == (409, "illegal-transition", True)
    back = person.command("depart", rid, {}, seen=person.case(rid)["version"])
    assert told(back) == (409, "illegal-transition", True)


def test_through_nothing_claims_a_new_case_and_leaves_its_alarm(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    assert person.command("acknowledge", rid, {"through": 0}).status == 201
    case = person.case(rid)
    assert (case["state"], case["holder"]["operator_id"], case["alarm"]["through"]) == ("acknowledged", person.id, 1)


def test_a_workstation_tells_no_more_of_itself_than_readers_take(shared: TestHub, name: str) -> None:
    shared.person(name)
    for member in ("name", "version"):
        asked = {"username": name, "password": "x", "workstation": {"id": new_uuid(), member: "1" * 301}}
        got = shared.anyone().send("POST", "/v1/sessions", asked)
        assert (got.status, got.json["errors"][0]["pointer"]) == (400, f"/workstation/{member}")
