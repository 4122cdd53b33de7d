"""What is kept, for how long, and that what was erased is nowhere on the disk any more."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.audit.verify import Witness, verify
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.keeping import cutting, keeper
from kotaconsole.hub.keeping.keeper import Done, is_time
from kotaconsole.hub.keeping.offline import keep_now
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.tables import audit_salts, feed_events, metadata, notices
from tests.hub.audit_files import bytes_on_disk
from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub

NOTE = {"text": "टिप्पणी"}
DAYS = 200
"""More than a site keeps closed cases by default."""


def later(days: float) -> Instant:
    return WallClock().now().plus(days=days)


def kept_in_order(hub: TestHub, days: float = DAYS) -> Done:
    """The night's work, as it is done so many days from now."""
    assert hub.running is not None
    inner = hub.running.hub
    inner.keeper._clock = ManualClock(later(days))
    loop = inner.writer._loop
    assert loop is not None
    return asyncio.run_coroutine_threadsafe(inner.keeper.run(), loop).result(120)


def done(got: Got) -> Any:
    assert got.status == 201, got.raw
    return got.json


def closed(person: Person, rid: str, summary: str = "परिजनों के साथ", **fields: Any) -> None:
    """From new to closed, as an operator does it."""
    version = person.case(rid)["version"]
    version = done(person.command("acknowledge", rid, {"through": version}))["version"]
    version = done(person.command("contact", rid, {"in_person": True, "who": "नमूना"}, seen=version))["version"]
    done(person.command("close", rid, {"code": "counselled", "summary": summary}, seen=version, **fields))


def flagged(hub: TestHub, reference: str, **fields: Any) -> str:
    got = hub.put_flag(reference, **fields)
    assert got.status in (200, 201, 202), got.raw
    return str(got.json["referral_id"])


def verified(hub: TestHub, *heads: Witness) -> None:
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        report = verify(connection, heads)
    assert report.broken is None, report.broken


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


def test_salts_of_what_belongs_to_no_case_go_when_the_term_is_over(hub: TestHub) -> None:
    person = hub.person("asha")
    person.send("POST", "/v1/referrals:search", {"q": "kisi ka naam"})
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        before = connection.execute(select(func.count()).select_from(audit_salts)).scalar()
    kept_in_order(hub)
    with hub.running.hub._database.reader.begin() as connection:
        after = connection.execute(select(func.count()).select_from(audit_salts)).scalar()
    assert before
    assert after == 0
    verified(hub)


@pytest.mark.parametrize(
    ("hour", "waited", "due"),
    [(4, 24.0, True), (4, 11.0, False), (5, 24.0, False), (5, 36.0, True), (4, -5.0, False), (3, 35.9, False)],
)
def test_the_work_is_done_once_in_the_quiet_hour_or_when_it_is_overdue(hour: int, waited: float, due: bool) -> None:
    now = Instant.parse(f"2026-11-23T{hour:02d}:30:00+05:30")
    assert is_time(now, now.plus(hours=-waited), 4) is due


def test_every_table_is_either_erased_with_a_case_or_kept_for_a_reason() -> None:
    """A table somebody adds has to be decided on here, or a pruned case could live on in it."""
    erased = {
        "account_keys", "audit_salts", "commands", "drill_cases", "events", "feed_events", "flag_keys", "flags",
        "handovers", "hints", "kept_bodies", "notices", "referrals", "split_keys", "split_sides", "stubs",
    }  # fmt: skip
    about_nobody = {
        "audit": "ids, times, commitments", "counters": "numbers", "epochs": "times", "facts": "the hub itself",
        "feeds": "numbers", "papers": "directory", "pruned": "ids", "site_settings": "settings",
        "unattended": "units", "presence_changes": "desks", "drills": "ids of drills",
        "families": "staff", "postings": "staff", "seats": "staff", "source_keys": "sources", "tokens": "hashes",
        "users": "staff", "workstations": "desks",
    }  # fmt: skip
    assert set(metadata.tables) == erased | set(about_nobody)


class Canaries:
    """Words that stand in one place only, so that each of them can be looked for."""

    def __init__(self, brood: str) -> None:
        self._brood = brood
        self._numbers = itertools.count(1)
        self.all: list[bytes] = []

    def word(self) -> str:
        found = f"zq{self._brood}canary{next(self._numbers):03d}zq"
        self.all.append(found.encode())
        return found

    def phone(self) -> str:
        """A number that cannot be dialled: no number in India begins with 0."""
        found = f"0{ord(self._brood) % 10}{next(self._numbers):03d}73519"
        self.all.append(found.encode())
        return found


def test_no_canary_is_left_anywhere_on_the_disk(hub: TestHub) -> None:
    """Everything personal that can be written, twice over: once it is pruned, once it is on legal hold."""
    person, boss = hub.person("asha"), hub.person("veena", "supervisor")
    gone, held = Canaries("a"), Canaries("b")
    ids = {brood: told_everything(hub, person, boss, birds) for brood, birds in (("a", gone), ("b", held))}
    for rid in ids["b"]:
        done(boss.command("hold", rid, {"on": True, "reason": held.word()}))
    # many other cases between them, so that pages are split, moved and used again
    for number in range(60):
        flagged(hub, f"other-{number}", excerpt="क" * (number * 37 % 900))
    before = bytes_on_disk(hub.db)
    stored = [bird for bird in (*gone.all, *held.all) if bird not in before]
    assert stored == [], "every canary can be seen while it lives, or not finding it later would prove nothing"
    finished = kept_in_order(hub)
    assert (finished.pruned, finished.emptied) == (2, True)
    after = bytes_on_disk(hub.db)
    assert [bird for bird in gone.all if bird in after] == []
    assert [bird for bird in held.all if bird not in after] == [], "a legal hold keeps everything"
    hub.stop()
    assert [bird for bird in gone.all if bird in bytes_on_disk(hub.db)] == []


def told_everything(hub: TestHub, person: Person, boss: Person, birds: Canaries) -> list[str]:
    """A case with a canary in every field a source or a desk can fill, and one nobody could read; closed at the end."""
    word, phone = birds.word, birds.phone
    account = {
        "platform_account_id": word(), "display_name": word(), "handle": word(), "url": f"https://example.org/{word()}",
        "phones": [phone(), phone()], "emails": [f"{word()}@example.org"],
    }  # fmt: skip
    subject = {
        name: word()
        for name in ("name", "guardian_name", "institute", "hostel", "room", "warden", "home_district", "hazards")
    }
    body = {
        "kind": "story", "excerpt": word(), "url": f"https://example.org/{word()}", "reviewer_note": word(),
        "callback_ref": word(), "signals": ["plan"], "posted_at": {"not a time": word()}, "account": account,
        "subject": {**subject, "phone": phone(), "guardian_phone": phone()},
        "locations": [{"kind": "address", "text": word(), "pincode": "324005", "source": word()}],
    }  # fmt: skip
    reference = word()
    got = hub.source().send("PUT", f"/v1/flags/instagram/{reference}", body)
    assert got.status == 202, got.raw
    rid = str(got.json["referral_id"])
    hub.source().send("PUT", f"/v1/flags/instagram/{reference}", {**body, "excerpt": word()})
    large = json.dumps({**body, "excerpt": word() * 40_000}).encode()
    unreadable = str(hub.put_raw(word(), large).json["referral_id"])
    closed(person, unreadable, word())

    def say(kind: str, payload: dict[str, Any], who: Person = person) -> Any:
        return done(who.command(kind, rid, payload, seen=person.case(rid)["version"]))

    say("acknowledge", {"through": person.case(rid)["version"]})
    say("note", {"text": f"{word()} {word()}"})
    say("note", {"text": word() + " लंबा" * 9_000})
    say("call", {"whom": "guardian", "number": phone(), "person": word(), "result": word()})
    fields = ("subject.institute", "account.display_name")
    say("update", {"set": [{"field": field, "to": word()} for field in fields]})
    say("add_location", {"location": {"id": new_uuid(), "kind": "operator", "text": word()}})
    say("assess", {"signals": ["plan"], "urgency": "high", "reason": word()})
    say("raise_level", {"level": "P1", "reason": word()})
    say("locate", {"plan": word(), "recheck_minutes": 10})
    say("inform", {"unit": "kunhadi", "person": word(), "rank": word(), "phone": phone()})
    number = f"K1-261123-{len(birds.all):02d}"
    slip = {"number": number, "form": "station", "unit": "kunhadi", "status": "failed", "copies": 1}
    say("slip", {**slip, "reason": word()})
    # a refusal carries the case as it stood, and its record is kept
    refused = person.command("depart", rid, {}, seen=1)
    assert refused.status in (201, 412), refused.raw
    boss.command("close", rid, {"code": "counselled", "summary": "x"}, seen=1)
    say("forward", {"to": "kota-rural", "reason": word()})
    say("accept_by_phone", {"person": word(), "rank": word(), "phone": phone()})
    say("contact", {"in_person": True, "who": word()})
    say("close", {"code": "counselled", "summary": word()})
    done(person.command("note", rid, {"text": word(), "late": True}))
    return [rid, unreadable]


def test_a_password_and_a_name_nobody_has_are_never_on_the_disk(hub: TestHub) -> None:
    hub.add_user("asha", password="zqcanary-password-1")
    for name, password in (("asha", "zqcanary-password-1"), ("asha", "zqcanary-2"), ("zqcanary-name", "zqcanary-3")):
        workstation = {"id": new_uuid(), "name": "test", "version": "0.1.0"}
        body = {"username": name, "password": password, "workstation": workstation}
        hub.anyone().send("POST", "/v1/sessions", body)
    assert b"zqcanary" not in bytes_on_disk(hub.db)
    assert b"asha" in bytes_on_disk(hub.db), "the look into the file does see names"


def test_the_notices_of_a_pruned_case_are_gone_but_for_the_last(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    kept_in_order(hub)
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        heads = connection.execute(select(notices.c.head).where(notices.c.referral_id == rid)).scalars().all()
    assert {json.loads(head)["kind"] for head in heads} == {"pruned"}


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
