"""The hub's own clock: every case nobody acts on is told again once, whatever happens to hub, file or clock."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.due import Times, due
from kotaconsole.domain.evolution import Case
from kotaconsole.hub.logs import telling
from kotaconsole.hub.site.records import set_value
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.watch.steady import SLEW, Steady
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.test_durability import HubProcess, user_in
from tests.hub.test_metrics import value
from tests.hub.watched import SetClock, WatchedHub, done, hub_made, kinds
from tests.world.waiting import until

BOTH = ["escalated case 1", "escalated case 2"]


@pytest.fixture
def watched(make_hub: Callable[..., TestHub]) -> WatchedHub:
    return WatchedHub(make_hub)


def acknowledge(person: Person, rid: str) -> None:
    done(person.command("acknowledge", rid, {"through": person.case(rid)["version"]}))


def test_nobody_answers_the_supervisor_is_called_at_60_s_and_everybody_at_120_s(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.pass_time(59)
    assert hub_made(asha, rid) == []
    watched.pass_time(1)
    assert hub_made(asha, rid) == BOTH[:1]
    assert asha.case(rid)["alarm"]["stage"] == 1
    watched.pass_time(59)
    assert hub_made(asha, rid) == BOTH[:1]
    watched.pass_time(1)
    assert hub_made(asha, rid) == BOTH
    watched.pass_time(250)
    assert hub_made(asha, rid) == BOTH


def test_what_the_hub_makes_is_nobodys_and_reaches_every_feed_that_shows_the_case(watched: WatchedHub) -> None:
    asha, above = watched.person("asha"), watched.person("mohan", unit="range-kota")
    rid = watched.flag("A-1")
    watched.pass_time(60)
    for person, unit in ((asha, "kota-city"), (above, "range-kota")):
        event = person.feed(unit)[-1]
        assert (event["kind"], event["referral_id"], event["by"]) == ("escalated", rid, None)
        assert event["referral"]["alarm"]["stage"] == 1


def test_an_acknowledgement_in_time_calls_nobody(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.pass_time(50)
    acknowledge(asha, rid)
    watched.pass_time(100)
    assert hub_made(asha, rid) == []


def test_acknowledged_and_left_it_rings_again_at_300_s_and_once(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    acknowledge(asha, rid)
    watched.pass_time(299)
    assert hub_made(asha, rid) == []
    watched.pass_time(1)
    assert hub_made(asha, rid) == ["realarmed no_action unit"]
    alarm = asha.case(rid)["alarm"]
    assert (alarm["cause"], alarm["stage"]) == ("realarm", 0)
    watched.pass_time(30)
    assert len(hub_made(asha, rid)) == 1


def test_whoever_acts_is_left_alone(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    acknowledge(asha, rid)
    done(asha.command("inform", rid, {"unit": "kunhadi"}, seen=asha.case(rid)["version"]))
    watched.pass_time(1_000)
    assert hub_made(asha, rid) == []


def test_a_trace_past_its_recheck_is_the_holders_first_and_the_units_a_minute_later(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    acknowledge(asha, rid)
    done(asha.command("locate", rid, {"plan": "trace", "recheck_minutes": 2}, seen=asha.case(rid)["version"]))
    watched.pass_time(119)
    assert hub_made(asha, rid) == []
    watched.pass_time(1)
    assert hub_made(asha, rid) == ["realarmed recheck holder"]
    watched.pass_time(60)
    assert hub_made(asha, rid) == ["realarmed recheck holder", "realarmed recheck unit", "escalated case 1"]


def test_a_transfer_nobody_accepts_escalates_there_and_rings_here(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    target = watched.person("ravi", unit="kota-rural")
    acknowledge(asha, rid)
    done(asha.command("forward", rid, {"to": "kota-rural", "reason": "there"}, seen=asha.case(rid)["version"]))
    watched.pass_time(60)
    assert hub_made(target, rid) == ["escalated transfer 1"]
    assert target.case(rid)["transfer"]["alarm"]["stage"] == 1
    watched.pass_time(60)
    watched.pass_time(180)
    assert hub_made(asha, rid) == [
        "escalated transfer 1",
        "escalated transfer 2",
        "realarmed transfer_not_accepted unit",
    ]


def test_accepted_by_phone_is_asked_after_every_quarter_of_an_hour(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    acknowledge(asha, rid)
    done(asha.command("forward", rid, {"to": "bundi", "reason": "there"}, seen=asha.case(rid)["version"]))
    said = {"person": "B. Singh", "rank": "SI", "phone": "+91 00000 00077"}
    done(asha.command("accept_by_phone", rid, said, seen=asha.case(rid)["version"]))
    for _ in range(2):
        watched.pass_time(899)
        before = hub_made(asha, rid)
        watched.pass_time(1)
        assert hub_made(asha, rid) == [*before, "realarmed contact_check unit"]
        acknowledge(asha, rid)


# ----------------------------------------------------------------------------------------- restarts, kills, failures


def test_a_hub_that_was_down_at_the_moment_makes_it_once_when_it_is_back(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.pass_time(50)
    watched.hub.stop()
    watched.clock.advance(80)
    watched.hub.start()
    watched.look()
    assert hub_made(asha, rid) == BOTH
    watched.hub.restart()
    watched.look()
    assert hub_made(asha, rid) == BOTH


def test_a_row_that_does_not_say_when_is_put_right_at_the_start(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.hub.stop()
    raw = watched.hub.raw()
    raw.execute("UPDATE referrals SET due_at = NULL")
    raw.commit()
    raw.close()
    watched.hub.start()
    watched.pass_time(60)
    assert hub_made(asha, rid) == BOTH[:1]


@pytest.mark.log_errors_expected
def test_what_could_not_be_committed_is_made_whole_later_and_once(watched: WatchedHub) -> None:
    asha, rid, other = watched.person("asha"), watched.flag("A-1"), watched.flag("A-2")
    raw = watched.hub.raw()
    # the first of its two events is written, the second fails: nothing of it may stand
    raw.execute(
        "CREATE TRIGGER fail BEFORE INSERT ON events WHEN NEW.kind = 'escalated' AND NEW.version = 3"
        f" AND NEW.referral_id = '{rid}' BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    raw.commit()
    watched.pass_time(130)
    assert hub_made(asha, rid) == []
    assert hub_made(asha, other) == BOTH, "one case that fails holds up no other"
    assert any("clock of 1 case" in trouble for trouble in watched.troubles())
    raw.execute("DROP TRIGGER fail")
    raw.commit()
    raw.close()
    watched.pass_time(61)
    assert hub_made(asha, rid) == BOTH
    assert not any("clock of" in trouble for trouble in watched.troubles())


@pytest.mark.log_errors_expected("a mistake is planted in one case")
@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_case_whose_clock_fails_is_told_without_naming_it_and_holds_up_no_other(
    watched: WatchedHub, monkeypatch: pytest.MonkeyPatch, form: Any
) -> None:
    asha = watched.person("asha")
    words = {"name": "CANARY-NAME", "institute": "CANARY-INSTITUTE"}
    bad = watched.flag("CANARY-REF", subject=words)
    good = [watched.flag(f"A-{n}") for n in range(2)]
    number = asha.case(bad)["number"]

    def fails(case: Case, now: Instant, times: Times) -> Any:
        if case.referral.id == bad:
            raise ValueError(f"{bad} {number} {case.referral.subject} {case.referral.flags}")
        return due(case, now, times)

    monkeypatch.setattr("kotaconsole.hub.watch.rounds.due", fails)
    out = io.StringIO()
    with telling(form, out):
        watched.pass_time(130)
    assert [hub_made(asha, rid) for rid in good] == [BOTH, BOTH], "one case that fails holds up no other"
    assert hub_made(asha, bad) == []
    told = out.getvalue()
    assert told.count("the clock of a case does not run: ValueError") == 1, "once, and not every second"
    assert "rounds.py" in told, "and where in the program"
    assert [word for word in (bad, bad[:8], bad[-12:], number, "CANARY") if word in told] == []
    assert value(watched.hub, "kotaconsole_stuck_cases") == 1
    until(lambda: asha.get("/readyz").status == 200, 20, "the hub to be ready: one case takes it not out of service")
    monkeypatch.undo()
    watched.pass_time(61)
    assert hub_made(asha, bad) == BOTH
    assert value(watched.hub, "kotaconsole_stuck_cases") == 0


@pytest.mark.slow
def test_killed_right_after_it_was_made_it_is_not_made_again(tmp_path: Path) -> None:
    process = HubProcess(tmp_path / "hub.db").start()
    try:
        with_short_times(tmp_path / "hub.db")
        process.end(signal.SIGKILL)
        process.start()
        user_in(process, "platform", "source")
        source = Person(process.url, "platform", new_uuid())
        rid = source.send("PUT", "/v1/flags/instagram/A-1", {"kind": "story"}).json["referral_id"]
        user_in(process, "asha")
        asha = Person(process.url, "asha", new_uuid())
        for made in (BOTH[:1], BOTH):
            until(partial(made_so_far, asha, rid, made), 30, f"the hub to make {made[-1]}")
            process.end(signal.SIGKILL)
            process.start()
        until(lambda: asha.get("/readyz").status == 200, 20, "the hub to be back")
        n = asha.case(rid)["version"]
        assert n == 3
        assert kinds(asha, rid) == ["flag_received", *BOTH]
    finally:
        process.end(signal.SIGKILL)


def made_so_far(person: Person, rid: str, wanted: list[str]) -> bool:
    return hub_made(person, rid) == wanted


def with_short_times(db: Path) -> None:
    database = open_database(f"sqlite:///{db}")
    settings, now = TestHub(db.parent).settings, ManualClock().now()
    try:
        set_value(database.writer, settings, now, "escalate-1", ["10"])
        set_value(database.writer, settings, now, "escalate-2", ["20"])
    finally:
        database.close()


# -------------------------------------------------------------------------------------------------- the clock is set


@pytest.mark.parametrize("step", [3_600.0, -3_600.0])
def test_a_clock_that_is_set_neither_fires_anything_nor_stops_anything(watched: WatchedHub, step: float) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.pass_time(30)
    watched.clock.jump(step)
    watched.look()
    assert hub_made(asha, rid) == [], "no time has passed"
    watched.pass_time(29)
    assert hub_made(asha, rid) == []
    watched.pass_time(2)
    assert hub_made(asha, rid) == BOTH[:1], "a minute has passed"
    assert any("clock was set" in trouble for trouble in watched.troubles())


def test_a_clock_set_back_while_the_hub_is_down_keeps_no_alarm_waiting(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    watched.hub.stop()
    watched.clock.jump(-3_600)
    watched.hub.start()
    watched.look()
    asha.sign_in()
    assert hub_made(asha, rid) == BOTH


def test_the_steady_clock_follows_the_calendar_slowly_and_never_runs_back() -> None:
    machine = SetClock()
    steady = Steady(machine)
    began = steady.now()
    machine.advance(60)
    assert steady.now().seconds_since(began) == 60
    machine.jump(10)
    last = steady.now()
    assert last.seconds_since(began) == 60, "a step is not taken over"
    for second in range(1, 2_200):
        machine.advance(1)
        now = steady.now()
        assert 1 - SLEW - 0.002 <= now.seconds_since(last) <= 1 + SLEW + 0.002, f"second {second}"
        last = now
    assert abs(steady.apart_s()) < 0.01, "10 s are made good within 34 minutes"
    machine.jump(-30)
    assert steady.now() >= last
    machine.advance(60)
    assert 59.6 < steady.now().seconds_since(last) < 60


# ------------------------------------------------------------------------------------------------ the site's own times


def test_new_times_of_the_site_hold_for_cases_that_wait_already(watched: WatchedHub) -> None:
    asha, rid = watched.person("asha"), watched.flag("A-1")
    assert watched.hub.running is not None
    database = watched.hub.running.hub._database
    set_value(database.writer, watched.hub.settings, watched.clock.now(), "escalate-1", ["20"])
    until(lambda: watched.hub.running.hub.settings.site.times.escalate_1 == 20, 20, "the hub to follow")  # type: ignore[union-attr]
    watched.pass_time(20)
    assert hub_made(asha, rid) == BOTH[:1]


def test_many_cases_at_once_are_all_made(watched: WatchedHub) -> None:
    asha = watched.person("asha")
    cases = [watched.flag(f"M-{n}") for n in range(40)]
    watched.pass_time(120)
    assert all(hub_made(asha, rid) == BOTH for rid in cases)
