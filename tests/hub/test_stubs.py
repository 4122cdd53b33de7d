"""A unit that handed a case over keeps a stub: enough to answer the telephone, nothing about the person."""

from __future__ import annotations

from collections.abc import Callable

from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.stories import AWAY, NOTE, done, forwarded, kinds, of, snapshot, told

DAY = 24 * 3600
CARE = {"code": "medical_care", "summary": "अस्पताल में भर्ती"}


def handed_over(kota: Person, other: Person, hub: TestHub, name: str) -> str:
    """A case that Jhunjhunu has accepted from Kota."""
    rid = forwarded(kota, hub, name)
    done(other, "accept", rid)
    return rid


def contact_and_close(person: Person, rid: str) -> None:
    done(person, "contact", rid, {"in_person": True, "who": "गश्ती दल"})
    done(person, "close", rid, CARE)


def test_the_stub_is_all_a_former_unit_gets(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = handed_over(kota, jhunjhunu, shared, name)
    got = kota.get(f"/v1/referrals/{rid}")
    assert (got.status, got.json["stub"], got.headers["etag"]) == (200, True, f'"v{got.json["version"]}"')
    assert got.json == of(kota.feed("kota-city"), rid)[-1]["referral"]
    for tail in ("/events", "/flags"):
        assert kota.get(f"/v1/referrals/{rid}{tail}").code == "not-found"
    for kind, payload in (("note", NOTE), ("acknowledge", {"through": 1}), ("view", {"fields": ["subject.name"]})):
        refused = kota.command(kind, rid, payload)
        assert told(refused) == (404, "not-found", True)
    assert told(kota.command("open", rid, {"received_via": "phone"})) == (404, "not-found", True)
    assert jhunjhunu.case(rid)["counts"]["notes"] == 0


def test_whoever_read_it_whole_is_not_told_that_nothing_changed(shared: TestHub, name: str) -> None:
    """The sender's feed showed `accepted` whole under this very version; the stub must still be sent."""
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = handed_over(kota, jhunjhunu, shared, name)
    version = of(kota.feed("kota-city"), rid)[-1]["version"]
    got = kota.get(f"/v1/referrals/{rid}", If_None_Match=f'"v{version}"')
    assert (got.status, got.json["stub"]) == (200, True)
    assert jhunjhunu.get(f"/v1/referrals/{rid}", If_None_Match=f'"v{version}"').status == 304


def test_the_stub_follows_state_level_and_outcome_and_nothing_else(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    top = shared.person(f"{name}-hq", unit="rajasthan")
    rid = handed_over(kota, jhunjhunu, shared, name)
    seen = len(kinds(kota, "kota-city", rid))
    done(jhunjhunu, "note", rid, NOTE)
    done(jhunjhunu, "update", rid, {"set": [{"field": "subject.name", "to": "नमूना"}]})
    assert len(kinds(kota, "kota-city", rid)) == seen, "what a stub does not tell is no news for it"
    informed = done(jhunjhunu, "inform", rid, {"unit": "jhunjhunu"})
    raised = done(jhunjhunu, "raise_level", rid, {"level": "P1", "reason": "साधन हाथ में"})
    contact_and_close(jhunjhunu, rid)
    news = of(kota.feed("kota-city"), rid)[seen:]
    assert [event["kind"] for event in news] == ["stub_updated"] * 4
    assert [event["version"] for event in news] == [informed, raised, raised + 1, raised + 2]
    assert [event["referral"]["state"] for event in news] == ["informed", "informed", "contact_made", "closed"]
    assert [event["referral"]["level"] for event in news] == ["P3", "P1", "P1", "P1"]
    assert news[-1]["referral"]["outcome_code"] == "medical_care"
    assert news[-1]["referral"]["accepted_by"] == f"{name}-j नमूना"
    assert {event["by"] for event in news} == {None}, "who did it is the other unit's business"
    assert kinds(top, "range-kota", rid)[-4:] == ["stub_updated"] * 4
    assert "stub_updated" not in kinds(top, "rajasthan", rid)
    ids = [event["event_id"] for event in jhunjhunu.get(f"/v1/referrals/{rid}/events").json["events"]]
    assert not {event["event_id"] for event in news} & set(ids), "news of a stub is not in the timeline"
    assert kota.get(f"/v1/referrals/{rid}").json == news[-1]["referral"]


def test_a_snapshot_shows_the_stub_page_by_page_among_the_cases(hub: TestHub) -> None:
    kota, jhunjhunu = hub.person("asha"), hub.person("ravi", unit="jhunjhunu")
    gone = {handed_over(kota, jhunjhunu, hub, f"A-{n}") for n in range(3)}
    here = {hub.put_flag(f"B-{n}").json["referral_id"] for n in range(3)}
    items, path = [], "/v1/feeds/kota-city/snapshot?limit=2"
    page = kota.get(path).json
    while True:
        items += page["items"]
        if not page.get("next_page_token"):
            break
        page = kota.get(f"{path}&page_token={page['next_page_token']}").json
    assert [item["id"] for item in items] == sorted(gone | here), "each once, by id"
    assert {item["id"] for item in items if item["stub"]} == gone
    assert not any(item["stub"] for item in snapshot(jhunjhunu, "jhunjhunu").values())
    top = hub.person("hq", unit="rajasthan")
    assert not any(item["stub"] for item in snapshot(top, "rajasthan").values()), "who sees it whole needs no stub"
    assert {item["id"] for item in snapshot(top, "range-kota").values() if item["stub"]} == gone


def test_a_step_that_comes_late_is_news_for_a_stub_that_shows_its_time(shared: TestHub, name: str) -> None:
    """Informing somebody after the departure moves the case nowhere, and the stub tells when it was."""
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = handed_over(kota, jhunjhunu, shared, name)
    done(jhunjhunu, "depart", rid, {})
    done(jhunjhunu, "inform", rid, {"unit": "jhunjhunu"})
    last = of(kota.feed("kota-city"), rid)[-1]
    assert (last["kind"], last["referral"]["state"]) == ("stub_updated", "departed")
    assert last["referral"]["times"]["informed_at"] is not None
    done(jhunjhunu, "inform", rid, {"unit": "jhunjhunu", "person": "दूसरे"})
    assert of(kota.feed("kota-city"), rid)[-1] == last, "only the first time is told"


def test_a_case_that_goes_on_to_a_third_unit_keeps_its_first_stub(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    sikar = shared.person(f"{name}-s", unit="sikar")
    rid = handed_over(kota, jhunjhunu, shared, name)
    done(jhunjhunu, "forward", rid, {**AWAY, "to": "sikar"})
    done(sikar, "accept", rid)
    last = of(kota.feed("kota-city"), rid)[-1]
    assert (last["kind"], last["referral"]["unit"], last["referral"]["accepted_by"]) == (
        "stub_updated", "sikar", f"{name}-j नमूना"
    )  # fmt: skip
    mine = of(jhunjhunu.feed("jhunjhunu"), rid)[-1]
    assert (mine["kind"], mine["referral"]["accepted_by"]) == ("left_scope", f"{name}-s नमूना")


def test_a_case_that_comes_back_is_whole_again_and_a_question_called_back_leaves_the_stub(
    shared: TestHub, name: str
) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = handed_over(kota, jhunjhunu, shared, name)
    done(jhunjhunu, "forward", rid, {"to": "kota-city", "reason": "लौट आए"})
    assert kota.case(rid)["stub"] is False
    assert snapshot(kota, "kota-city")[rid]["stub"] is False
    done(jhunjhunu, "recall", rid, {"reason": "यहीं मिले"})
    left = of(kota.feed("kota-city"), rid)[-1]
    assert (left["kind"], left["referral"]["stub"], left["referral"]["accepted_by"]) == (
        "left_scope", True, f"{name}-j नमूना"
    ), "it was theirs once: the stub stays"  # fmt: skip
    assert snapshot(kota, "kota-city")[rid]["stub"] is True

    done(jhunjhunu, "forward", rid, {"to": "kota-city", "reason": "लौट आए"})
    done(kota, "accept", rid)
    assert kota.case(rid)["unit"] == "kota-city"
    assert snapshot(kota, "kota-city")[rid]["stub"] is False
    assert snapshot(jhunjhunu, "jhunjhunu")[rid]["stub"] is True
    done(kota, "inform", rid, {"unit": "kunhadi"})
    assert kinds(kota, "kota-city", rid)[-1] == "informed", "no stub is told of beside the case itself"


def test_a_stub_is_kept_until_seven_days_after_closing(make_hub: Callable[..., TestHub]) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    kota, jhunjhunu = hub.person("asha"), hub.person("ravi", unit="jhunjhunu")
    rid = handed_over(kota, jhunjhunu, hub, "A-1")
    clock.advance(30 * DAY)
    kota.sign_in()
    jhunjhunu.sign_in()
    assert kota.case(rid)["stub"] is True, "as long as the case is open"
    at = clock.now().iso()
    for kind, payload in (("contact", {"in_person": True, "who": "गश्ती दल"}), ("close", CARE)):
        done(jhunjhunu, kind, rid, payload, happened_at=at, entered_at=at)
    clock.advance(7 * DAY - 60)
    kota.sign_in()
    assert kota.case(rid)["state"] == "closed"
    assert rid in snapshot(kota, "kota-city")
    clock.advance(120)
    kota.sign_in()
    assert kota.get(f"/v1/referrals/{rid}").code == "not-found"
    assert rid not in snapshot(kota, "kota-city")
    jhunjhunu.sign_in()
    assert jhunjhunu.case(rid)["state"] == "closed"


def test_an_id_that_never_was_and_one_that_left_answer_alike(shared: TestHub, name: str) -> None:
    kota, jhunjhunu = shared.person(name), shared.person(f"{name}-j", unit="jhunjhunu")
    rid = forwarded(kota, shared, name)
    done(jhunjhunu, "return", rid, {"reason": "x"})
    answers = [
        [(got.status, got.code, got.json["detail"]) for got in (
            jhunjhunu.get(f"/v1/referrals/{case_id}"), jhunjhunu.get(f"/v1/referrals/{case_id}/events"),
            jhunjhunu.command("note", case_id, NOTE), jhunjhunu.command("accept", case_id, {}, seen=1),
        )]
        for case_id in (rid, new_uuid())
    ]  # fmt: skip
    assert answers[0] == answers[1]
