"""What is kept, and for how long."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.audit.verify import Witness
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.keeping import cutting, keeper
from kotaconsole.hub.keeping.keeper import Done, is_time
from kotaconsole.hub.keeping.offline import keep_now
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.tables import feed_events
from tests.hub.client import new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.nights import DAYS, NOTE, closed, done, flagged, kept_in_order, later, verified
from tests.hub.test_metrics import value
from tests.world.waiting import until


def test_a_case_whose_term_is_over_leaves_number_dates_level_unit_and_outcome(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1", subject={"name": "तन्वी नमूना"})
    closed(person, rid)
    number, version = person.case(rid)["number"], person.case(rid)["version"]
    head = person.get("/v1/audit/head").json
    assert kept_in_order(hub).pruned == 1
    left = person.get(f"/v1/referrals/{rid}").json
    assert left["times"].pop("closed_at")
    assert {name: value for name, value in left.items() if name not in ("times", "accepted_by")} == {
        "id": rid, "number": number, "version": version + 1, "stub": True, "state": "closed", "level": "P3",
        "unit": "kota-city", "outcome_code": "counselled",
    }  # fmt: skip
    verified(hub, Witness(head["n"], head["hash"]))


def test_nobody_writes_to_a_pruned_case_or_finds_its_words(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1", subject={"name": "Tanvi Namuna"})
    closed(person, rid)
    kept_in_order(hub)
    for kind, payload in (("note", NOTE), ("view", {"fields": ["subject.name"]}), ("reopen", {"reason": "फिर"})):
        assert person.command(kind, rid, payload, seen=1).code == "not-found"
    assert person.get(f"/v1/referrals/{rid}/events").status == 404
    assert person.get(f"/v1/referrals/{rid}/flags").status == 404
    assert person.send("POST", "/v1/referrals:search", {"q": "Tanvi"}).json["items"] == []
    assert person.send("POST", "/v1/referrals:search", {}).json["items"] == []


def test_the_same_account_begins_anew_once_its_case_is_pruned(hub: TestHub) -> None:
    person = hub.person("asha")
    first = flagged(hub, "A-1", account="one-account")
    closed(person, first)
    kept_in_order(hub)
    other = flagged(hub, "A-2", account="one-account")
    case = person.case(other)
    assert (case.get("previous"), case["level"]) == (None, "P3"), "nothing is remembered of the account"
    closed(person, other)
    kept_in_order(hub)
    assert flagged(hub, "A-1", account="one-account") not in (first, other), "an id is never given twice"


def test_the_consoles_are_told_and_the_feed_stays_without_a_hole(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    other = flagged(hub, "A-2")
    epoch, before = person.epoch(), person.changes("kota-city", person.epoch(), 0).json
    kept_in_order(hub)
    page = person.changes("kota-city", epoch, before["head"]).json
    (event,) = page["events"]
    assert (event["kind"], event["referral_id"], event["referral"]) == ("pruned", rid, None)
    assert (event["seq"], page["oldest"]) == (before["head"] + 1, before["head"] + 1)
    expired = person.changes("kota-city", epoch, 0)
    assert (expired.status, expired.code) == (410, "cursor-expired")
    items = person.get("/v1/feeds/kota-city/snapshot").json["items"]
    assert [item["id"] for item in items if not item["stub"]] == [other]
    flagged(hub, "A-3")
    hub.restart()
    page = person.changes("kota-city", epoch, before["head"]).json
    assert [event["seq"] for event in page["events"]] == [before["head"] + 1, before["head"] + 2]
    assert page["oldest"] == before["head"] + 1, "also after a restart"


@pytest.mark.parametrize("state", ["open", "held", "young", "noted"])
def test_what_is_not_over_stays_whole(hub: TestHub, state: str) -> None:
    person, boss = hub.person("asha"), hub.person("veena", "supervisor")
    rid = flagged(hub, "A-1")
    if state != "open":
        closed(person, rid)
    if state == "held":
        done(boss.command("hold", rid, {"on": True, "reason": "न्यायालय"}))
    days = 100 if state == "young" else DAYS
    if state == "noted":
        done(person.command("note", rid, NOTE))
    assert kept_in_order(hub, days).pruned == (state == "noted"), "a later note does not lengthen a term"
    if state == "noted":
        return
    assert person.case(rid)["stub"] is False
    assert person.case(rid)["flag_count"] == 1
    if state == "held":
        done(boss.command("hold", rid, {"on": False, "reason": "समाप्त"}))
        assert kept_in_order(hub).pruned == 1


def test_a_case_on_hold_does_not_cost_the_feed_its_past(hub: TestHub) -> None:
    person, boss = hub.person("asha"), hub.person("veena", "supervisor")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    done(boss.command("hold", rid, {"on": True, "reason": "न्यायालय"}))
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        before = connection.execute(select(func.count()).select_from(feed_events)).scalar()
    # within the days a feed goes back, but past the term of a case
    inner = hub.running.hub
    site = inner.settings.site
    inner.keeper._works = keeper.Works(
        lambda: type(site)(retained_days=9), inner.keeper._works.scope, inner.feeds.publish, inner.feeds.trimmed
    )
    assert kept_in_order(hub, 12).pruned == 0
    with hub.running.hub._database.reader.begin() as connection:
        assert connection.execute(select(func.count()).select_from(feed_events)).scalar() == before


def test_somebody_who_writes_while_it_is_pruned_keeps_it_for_another_night(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    assert hub.running is not None
    inner = hub.running.hub
    cut = inner.keeper._cut

    async def note_then_nothing(place: Any) -> None:
        await cut(place)
        await asyncio.to_thread(person.command, "note", rid, NOTE)

    inner.keeper._cut = note_then_nothing  # type: ignore[method-assign]
    assert kept_in_order(hub).pruned == 0
    assert person.case(rid)["counts"]["notes"] >= 1
    inner.keeper._cut = cut  # type: ignore[method-assign]
    assert kept_in_order(hub).pruned == 1


def test_closed_drills_go_sooner_than_cases_with_a_person_in_them(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(training=True)
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    assert kept_in_order(hub, keeper.TRAINING_DAYS - 1).pruned == 0
    assert kept_in_order(hub, keeper.TRAINING_DAYS + 1).pruned == 1


def test_a_desk_whose_clock_runs_years_behind_erases_nothing(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid, happened_at="2016-01-01T00:00:00.000Z")
    assert kept_in_order(hub, 1).pruned == 0
    assert kept_in_order(hub).pruned == 1


def test_answers_to_commands_are_kept_90_days_and_then_forgotten_with_their_case(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    command_id, body = new_uuid(), json.dumps(person.envelope("note", rid, NOTE)).encode()
    first = person.put(command_id, body)
    closed(person, rid)
    kept_in_order(hub)
    again = person.put(command_id, body)
    assert (again.status, again.raw) == (200, first.raw), "younger than 90 days: a console may still offer it"
    assert hub.running is not None
    inner = hub.running.hub

    class Later(WallClock):
        def now(self) -> Instant:
            return later(91)

    inner.writer._clock = Later()
    kept_in_order(hub)
    assert person.put(command_id, body).code == "not-found"


@pytest.mark.log_errors_expected("a mistake is planted")
def test_a_night_that_was_broken_off_is_told_and_another_follows(
    make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOK_S", 0.05)
    monkeypatch.setattr(keeper, "BROKEN_S", 0.05)
    monkeypatch.setattr(keeper, "is_time", lambda *_: True)
    run, nights = keeper.Keeper.run, itertools.count()

    async def fails(self: keeper.Keeper) -> Done:
        if next(nights) < 2:
            raise ValueError("planted")
        return await run(self)

    monkeypatch.setattr(keeper.Keeper, "run", fails)
    began = later(0)
    hub = make_hub()
    kept = "kotaconsole_kept_timestamp_seconds"
    first = value(hub, kept)
    assert first >= int(began) // 1000, "a hub that has not kept anything yet has had nothing to keep before"
    until(lambda: value(hub, kept) > first, 20, "the third night to be whole")


@pytest.mark.log_errors_expected("a case is made unreadable")
def test_a_case_that_cannot_be_read_keeps_no_other_from_its_term(
    hub: TestHub, caplog: pytest.LogCaptureFixture
) -> None:
    person = hub.person("asha")
    ids = sorted(flagged(hub, f"A-{number}") for number in range(3))
    for rid in ids:
        closed(person, rid)
    raw = hub.raw()
    raw.execute("UPDATE referrals SET whole = ? WHERE id = ?", (b'{"no": "case"}', ids[1]))
    raw.close()
    assert kept_in_order(hub).pruned == 2
    assert "a case that cannot be read is not pruned" in caplog.text
    assert ids[1] not in caplog.text


def test_feeds_go_back_a_month_and_are_cut_a_few_entries_at_a_time(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "AT_ONCE", 3)
    monkeypatch.setattr(keeper, "REST_S", 0)
    person = hub.person("asha")
    for number in range(8):
        flagged(hub, f"A-{number}")
    epoch, head = person.epoch(), person.changes("kota-city", person.epoch(), 0).json["head"]
    kept_in_order(hub, keeper.FEED_DAYS - 1)
    assert person.changes("kota-city", epoch, 0).json["oldest"] == 1
    kept_in_order(hub, keeper.FEED_DAYS + 1)
    page = person.changes("kota-city", epoch, head).json
    assert (page["oldest"], page["head"], page["events"]) == (head + 1, head, [])
    assert person.changes("kota-city", epoch, head - 1).code == "cursor-expired"
    assert len(person.get("/v1/feeds/kota-city/snapshot").json["items"]) == 8
    flagged(hub, "A-9")
    assert [event["seq"] for event in person.changes("kota-city", epoch, head).json["events"]] == [head + 1]


@pytest.mark.parametrize(
    ("hour", "waited", "due"),
    [(4, 24.0, True), (4, 11.0, False), (5, 24.0, False), (5, 36.0, True), (4, -5.0, False), (3, 35.9, False)],
)
def test_the_work_is_done_once_in_the_quiet_hour_or_when_it_is_overdue(hour: int, waited: float, due: bool) -> None:
    now = Instant.parse(f"2026-11-23T{hour:02d}:30:00+05:30")
    assert is_time(now, now.plus(hours=-waited), 4) is due


def test_a_hub_that_does_not_run_can_be_kept_in_order_too(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    head = person.get("/v1/feeds/kota-city/snapshot").json["as_of"]
    assert hub.running is not None
    directory, site = hub.running.hub.directory, hub.running.hub.settings.site
    hub.stop()
    database = open_database(f"sqlite:///{hub.db}")
    try:
        assert keep_now(database, directory, site, ManualClock(later(DAYS))) == Done(1, emptied=True)
    finally:
        database.close()
    hub.start()
    (event,) = person.changes("kota-city", person.epoch(), head).json["events"]
    assert (event["kind"], event["referral_id"]) == ("pruned", rid)
    verified(hub)
