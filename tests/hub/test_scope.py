"""Who sees a case, and whose word counts: the author's, as they stood when they wrote it."""

from __future__ import annotations

from collections.abc import Callable

from kotaconsole.hub.access.people import move_user
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.database import open_database
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.stories import NOTE, done, flagged, in_hand, told

HOUR = 3600


def move(hub: TestHub, username: str, *, role: str | None = None, unit: str | None = None) -> None:
    """Give somebody another post, as the administrator does."""
    database = open_database(f"sqlite:///{hub.db}")
    try:
        directory = read_papers(find_resources(), None).directory
        move_user(database.writer, directory, hub.clock.now(), username=username, role=role, unit=unit)
    finally:
        database.close()


def test_a_holder_who_was_moved_goes_on_with_the_case_in_hand(hub: TestHub) -> None:
    asha = hub.person("asha")
    rid, other = in_hand(asha, hub, "A-1"), flagged(hub, "A-2")
    move(hub, "asha", unit="bundi")
    asha.sign_in()
    assert asha.case(rid)["holder"]["operator_id"] == asha.id
    now = asha.get("/v1/meta").json["server_time"]
    assert asha.command("inform", rid, {"unit": "kunhadi"}, seen=2, entered_at=now).status == 201
    assert asha.get(f"/v1/referrals/{rid}/events").status == 200
    assert asha.get(f"/v1/referrals/{other}").code == "not-found", "only what they hold"
    assert told(asha.command("note", other, NOTE, entered_at=now)) == (404, "not-found", True)


def test_the_role_at_the_time_of_entry_decides(make_hub: Callable[..., TestHub]) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    boss, rid = hub.person("boss", "supervisor"), flagged(hub, "A-1", signals=["means_in_hand"])
    before = clock.now().iso()
    clock.advance(HOUR)
    move(hub, "boss", role="operator")
    clock.advance(HOUR)
    boss.sign_in()
    lower = {"level": "P3", "reason": "भूल से लगा संकेत"}
    after = clock.now().iso()
    assert told(boss.command("lower_level", rid, lower, seen=1, entered_at=after)) == (403, "not-allowed", True)
    assert boss.command("lower_level", rid, lower, seen=1, entered_at=before).status == 201, (
        "what they entered as a supervisor is judged as a supervisor's, however late it comes"
    )


def test_an_operator_does_not_become_a_supervisor_backwards(make_hub: Callable[..., TestHub]) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    asha, rid = hub.person("asha"), flagged(hub, "A-1")
    before = clock.now().iso()
    clock.advance(HOUR)
    move(hub, "asha", role="supervisor")
    asha.sign_in()
    hold = {"on": True, "reason": "न्यायालय"}
    assert told(asha.command("hold", rid, hold, entered_at=before)) == (403, "not-allowed", True)
    assert asha.command("hold", rid, hold, entered_at=clock.now().iso()).status == 201


def test_a_queue_written_before_a_move_is_carried_by_a_colleague_of_the_old_unit(
    make_hub: Callable[..., TestHub],
) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    asha = hub.person("asha")
    ravi = hub.person("ravi", workstation=asha.workstation)
    rid = flagged(hub, "A-1")
    before = clock.now().iso()
    clock.advance(HOUR)
    move(hub, "asha", unit="bundi")
    late = asha.envelope("note", rid, NOTE, entered_at=before)
    ravi.sign_in()
    now = clock.now().iso()
    assert told(ravi.command("note", rid, NOTE, author=asha.id, entered_at=now)) == (403, "unknown-author", False)
    got = ravi.send("PUT", f"/v1/commands/{new_uuid()}", late)
    assert got.status == 201, got.raw
    events = ravi.get(f"/v1/referrals/{rid}/events").json["events"]
    by = next(event["by"] for event in events if event["kind"] == "note_added")
    assert (by["operator_id"], by["unit"], by["sent_by"]) == (asha.id, "kota-city", ravi.id)


def test_the_bearer_has_to_be_at_the_desk_the_queue_was_written_at(shared: TestHub, name: str) -> None:
    asha, ravi = shared.person(name), shared.person(f"{name}-b")
    rid = flagged(shared, name)
    queued = asha.envelope("note", rid, NOTE)
    assert told(ravi.send("PUT", f"/v1/commands/{new_uuid()}", queued)) == (403, "unknown-author", False)


def test_a_colleague_of_the_new_unit_carries_the_queue_of_a_holder_who_was_moved(hub: TestHub) -> None:
    """They see nothing of the case themselves: neither before nor in what is refused."""
    asha = hub.person("asha")
    rid = in_hand(asha, hub, "A-1")
    move(hub, "asha", unit="bundi")
    asha.sign_in()
    ravi = hub.person("ravi", unit="bundi", workstation=asha.workstation)
    now = asha.get("/v1/meta").json["server_time"]
    assert ravi.get(f"/v1/referrals/{rid}").code == "not-found"
    assert ravi.command("note", rid, NOTE, author=asha.id, entered_at=now).status == 201
    closed = {"reason": "x"}
    refused = ravi.command("reopen", rid, closed, seen=3, author=asha.id, entered_at=now)
    assert told(refused) == (409, "illegal-transition", True)
    assert "current" not in refused.json, "the case is shown only to whoever may see it"
    own = asha.command("reopen", rid, closed, seen=3, entered_at=now)
    assert own.json["current"]["id"] == rid


def test_nobody_finds_a_case_by_guessing_its_holder(shared: TestHub, name: str) -> None:
    asha = shared.person(name)
    rid = in_hand(asha, shared, name)
    stranger = shared.person(f"{name}-s", unit="bundi")
    assert told(stranger.command("note", rid, NOTE, author=asha.id)) == (404, "not-found", True)


def test_an_auditor_looks_and_does_nothing_else(shared: TestHub, name: str) -> None:
    auditor, rid = shared.person(name, "auditor"), flagged(shared, name)
    version = auditor.case(rid)["version"]
    got = auditor.command("view", rid, {"fields": ["subject.phone"]})
    assert (got.status, got.json["event_ids"], got.json["version"]) == (201, [], version), "a look is no event"
    for kind, payload in (("note", NOTE), ("acknowledge", {"through": 1})):
        assert told(auditor.command(kind, rid, payload)) == (403, "not-allowed", True)
    away = shared.person(f"{name}-b", "auditor", "bundi")
    assert told(away.command("view", rid, {"fields": ["subject.phone"]})) == (404, "not-found", True)


def test_roles_without_case_data_cannot_tell_whether_a_case_exists(shared: TestHub, name: str) -> None:
    rid = flagged(shared, name)
    for role in ("admin", "source"):
        person = shared.person(f"{name}-{role}", role, "rajasthan")
        answers = [person.command("note", case_id, NOTE) for case_id in (rid, new_uuid())]
        assert [(got.status, got.code, got.json["detail"]) for got in answers] == [
            (404, "not-found", "there is no such case")
        ] * 2


def test_a_unit_above_adds_and_its_supervisor_takes_over(shared: TestHub, name: str) -> None:
    asha = shared.person(name)
    hq, boss = shared.person(f"{name}-hq", unit="rajasthan"), shared.person(f"{name}-b", "supervisor", "rajasthan")
    rid = in_hand(asha, shared, name)
    assert hq.command("note", rid, NOTE).status == 201
    assert told(hq.command("take_over", rid, {"reason": "अनुपस्थित"}, seen=3)) == (403, "not-allowed", True)
    done(boss, "take_over", rid, {"reason": "अनुपस्थित"})
    assert hq.case(rid)["holder"]["operator_id"] == boss.id
    assert boss.command("inform", rid, {"unit": "kunhadi"}, seen=4).status == 201, "the holder, whatever the unit"


def test_the_workstation_that_wrote_it_is_the_one_that_counts(shared: TestHub, name: str) -> None:
    """Two desks: what another desk changed since is a conflict, field by field; notes never are."""
    asha, ravi = shared.person(name), shared.person(f"{name}-b")
    rid = in_hand(asha, shared, name)
    named = {"set": [{"field": "subject.name", "to": "नमूना"}]}
    hostel = {"set": [{"field": "subject.hostel", "to": "नमूना हॉस्टल"}]}
    assert ravi.command("update", rid, named, seen=2).status == 201
    assert asha.command("update", rid, hostel, seen=2).status == 201, "another field is no conflict"
    late = asha.command("update", rid, {"set": [{"field": "subject.name", "to": "दूसरा"}]}, seen=2)
    assert told(late) == (412, "version-mismatch", True)
    assert late.json["current"] == asha.case(rid)
    assert Person(shared.url, name, asha.workstation).case(rid)["subject"]["name"] == "नमूना"
