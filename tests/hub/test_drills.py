"""Drills on a live hub: they ring like cases, join with nothing real, and give way to a real P1."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.watched import WatchedHub, done, hub_made
from tests.world.waiting import until


@pytest.fixture
def watched(make_hub: Callable[..., TestHub]) -> WatchedHub:
    return WatchedHub(make_hub)


def drill(person: Person, scenario: str = "drill-one", *, unit: str = "kota-city", key: str | None = None) -> Got:
    headers = {"Idempotency-Key": key or new_uuid()}
    return person.send("POST", "/v1/drills", {"unit": unit, "scenario": scenario}, **headers)


def state(person: Person, rid: str) -> tuple[str, str | None]:
    case = person.case(rid)
    return case["state"], (case["outcome"] or {}).get("code")


def test_a_drill_makes_training_cases_that_ring(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    got = drill(kiran)
    assert got.status == 201
    (rid,) = got.json["referral_ids"]
    case = asha.case(rid)
    assert (case["training"], case["number"], case["level"], case["state"]) == (True, "T-000001", "P1", "new")
    assert case["alarm"]["cause"] == "flag"
    assert asha.feed()[-1]["referral_id"] == rid
    watched.pass_time(60)
    assert hub_made(asha, rid) == ["escalated case 1"], "the escalation is exercised too"
    assert watched.hub.put_flag("A-1").json["number"] == "2026-000001", "no number of a real case is spent"


def test_flags_of_one_account_join_within_a_drill(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    first, second = done(drill(kiran, "drill-three")).json["referral_ids"]
    assert (kiran.case(first)["flag_count"], kiran.case(first)["level"]) == (2, "P1")
    assert kiran.case(second)["flag_count"] == 1


def test_a_drill_joins_with_nothing_real_nor_with_another_drill(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    (before,) = done(drill(kiran)).json["referral_ids"]
    (after,) = done(drill(kiran)).json["referral_ids"]
    assert before != after
    real = watched.flag("R-1", account="drill-1001", signals=[])
    assert real not in (before, after)
    assert kiran.case(real)["training"] is False
    assert kiran.case(real)["level"] == "P3", "an invented flag makes no real one a repeat"
    assert kiran.case(before)["flag_count"] == 1


def test_the_whole_night_can_be_played(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    found = done(drill(kiran, "kota-night")).json["referral_ids"]
    assert len(found) > 20
    assert all(kiran.case(rid)["training"] for rid in found)


def test_a_real_p1_ends_every_drill_it_concerns_and_no_other(watched: WatchedHub) -> None:
    kiran, far = watched.person("kiran", "supervisor"), watched.person("far", "supervisor", "jaipur-east")
    mine = done(drill(kiran, "drill-three")).json["referral_ids"]
    (theirs,) = done(drill(far, unit="jaipur-east")).json["referral_ids"]
    watched.flag("P3-1", signals=[])
    watched.look()
    assert [state(kiran, rid)[0] for rid in mine] == ["new", "new"], "a P3 is no reason"
    real = watched.flag("P1-1", urgency="imminent")
    until(lambda: all(state(kiran, rid) == ("closed", "drill") for rid in mine), 20, "the drill to end")
    assert all(kiran.case(rid)["alarm"] is None for rid in mine)
    closed = kiran.get(f"/v1/referrals/{mine[0]}/events").json["events"][-1]
    assert (closed["kind"], closed["by"]) == ("closed", None)
    assert kiran.case(real)["state"] == "new"
    assert state(far, theirs)[0] == "new"


def test_a_case_opened_by_hand_ends_it_too_although_it_does_not_ring(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    (rid,) = done(drill(kiran)).json["referral_ids"]
    watched.clock.advance(5)
    done(asha.command("open", new_uuid(), {"received_via": "phone", "urgency": "imminent"},
                      happened_at=watched.clock.now().iso(), entered_at=watched.clock.now().iso()))  # fmt: skip
    until(lambda: state(kiran, rid) == ("closed", "drill"), 20, "the drill to end")


def test_a_drill_that_is_under_way_ends_also_after_a_restart(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    (rid,) = done(drill(kiran)).json["referral_ids"]
    watched.restart()
    watched.flag("P1-1", urgency="imminent")
    until(lambda: state(kiran, rid) == ("closed", "drill"), 20, "the drill to end")


def test_none_begins_while_a_real_p1_rings(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    rid = watched.flag("P1-1", urgency="imminent")
    got = drill(kiran)
    assert (got.status, got.code) == (409, "illegal-transition")
    done(kiran.command("acknowledge", rid, {"through": kiran.case(rid)["version"]}))
    assert drill(kiran).status == 201


def test_the_same_request_again_gives_the_first_answer_and_no_second_drill(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    first = drill(kiran, key="drill-of-today")
    watched.restart()
    again = drill(kiran, key="drill-of-today")
    assert (again.status, again.raw, again.headers["idempotent-replayed"]) == (200, first.raw, "true")
    other = drill(kiran, "drill-three", key="drill-of-today")
    assert (other.status, other.code) == (422, "command-id-reused")
    numbers = [one["number"] for one in kiran.get("/v1/feeds/kota-city/snapshot").json["items"]]
    assert numbers == ["T-000001"]


@pytest.mark.parametrize("scenario", ["", "no-such", "../directory/demo-directory", "kota-night.jsonl"])
def test_a_scenario_nobody_knows(watched: WatchedHub, scenario: str) -> None:
    got = drill(watched.person("kiran", "supervisor"), scenario)
    assert (got.status, got.json["errors"][0]["pointer"]) == (422, "/scenario")
    assert "drill-one" in got.json["errors"][0]["detail"], "and is told which there are"


def test_who_may_and_where(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    assert drill(asha).code == "not-allowed"
    assert drill(watched.person("anil", "auditor")).code == "not-allowed"
    assert drill(kiran, unit="bundi").code == "not-found"
    assert drill(watched.person("above", "supervisor", "range-kota"), unit="bundi").status == 201
    body: dict[str, Any] = {"unit": "kota-city", "scenario": "drill-one"}
    assert kiran.ask("POST", "/v1/drills", json.dumps(body).encode()).status == 400, "no key"


def test_who_began_it_and_that_the_hub_ended_it_is_in_the_audit_log(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    (rid,) = done(drill(kiran)).json["referral_ids"]
    watched.flag("P1-1", urgency="imminent")
    until(lambda: state(kiran, rid)[0] == "closed", 20, "the drill to end")
    raw = watched.hub.raw()
    rows = raw.execute("SELECT who, what, referral_id FROM audit WHERE what LIKE 'drill%' ORDER BY n").fetchall()
    raw.close()
    ended = ("hub", "drill ended: a real P1 came", rid)
    assert [tuple(row) for row in rows] == [(kiran.id, "drill in kota-city", None), ended]
