"""What the hub's clock makes of a case nobody acts on: at its moment, once, and again only for a new reason."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.due import AHEAD_S, Times, due, next_due
from kotaconsole.domain.evolution import evolve
from kotaconsole.domain.happenings import Escalated, Happening, Realarmed, What
from kotaconsole.domain.referral import Actor
from tests.people import TWO_AM, flagged, rules, withdrawn

TIMES = Times()
ASHA = Actor("op-asha", "आशा नमूना", "kota-city", "K1")


def at(seconds: float) -> Instant:
    return TWO_AM.plus(seconds=seconds)


def then(case: Case, what: What, seconds: float, by: Actor | None = ASHA) -> Case:
    return evolve(case, Happening(what, at(seconds), at(seconds), by), rules())


def passing(case: Case, seconds: float) -> tuple[Case, tuple[What, ...]]:
    """What the hub does at this moment, and the case after it."""
    made = due(case, at(seconds), TIMES)
    for what in made:
        case = then(case, what, seconds, None)
    return case, made


def acknowledged(seconds: float = 10) -> Case:
    case = flagged()
    return then(case, hap.Acknowledged(case.referral.version), seconds)


def locating(seconds: float = 20, minutes: int = 10) -> Case:
    return then(acknowledged(), hap.LocatingBegun("trace", minutes, at(seconds + 60 * minutes)), seconds)


def forwarded(seconds: float = 20) -> Case:
    return then(acknowledged(), hap.Forwarded("kota-rural", "the place lies there"), seconds)


def by_phone(seconds: float = 60) -> Case:
    return then(forwarded(), hap.AcceptedByPhone("kota-rural", "B. Singh", "SI", "+91 00000 00077"), seconds)


# ---------------------------------------------------------------------------------------------------- nobody answers


def test_a_flag_that_nobody_answers_calls_the_supervisor_at_60_s_and_everybody_at_120_s() -> None:
    case = flagged()
    assert next_due(case, TIMES) == at(60)
    assert passing(case, 59.999) == (case, ())
    case, made = passing(case, 60)
    assert made == (Escalated(1, "case"),)
    assert case.referral.alarm is not None
    assert case.referral.alarm.stage == 1
    assert next_due(case, TIMES) == at(120)
    assert passing(case, 119)[1] == ()
    case, made = passing(case, 120)
    assert made == (Escalated(2, "case"),)
    assert next_due(case, TIMES) is None
    assert passing(case, 10_000)[1] == ()


def test_a_hub_that_was_away_makes_both_stages_at_once_and_in_order() -> None:
    case, made = passing(flagged(), 600)
    assert made == (Escalated(1, "case"), Escalated(2, "case"))
    assert passing(case, 601)[1] == ()


def test_declined_means_stage_one_at_once_and_only_stage_two_is_left() -> None:
    case = then(then(flagged(), hap.Declined("busy"), 5), Escalated(1, "case"), 5, None)
    assert next_due(case, TIMES) == at(120)
    assert passing(case, 130)[1] == (Escalated(2, "case"),)


def test_a_flag_that_was_taken_back_before_anyone_saw_it_still_escalates() -> None:
    assert passing(withdrawn(flagged(), at=at(5)), 60)[1] == (Escalated(1, "case"),)


def test_a_flag_that_was_taken_back_later_fetches_nobody_but_does_not_stop_the_clock() -> None:
    case = then(acknowledged(), hap.FlagWithdrawn("instagram", "ref-1", "error"), 30, None)
    assert case.referral.alarm is not None
    assert next_due(case, TIMES) == at(310)
    assert passing(case, 310)[1] == (Realarmed("no_action", "unit"),)


def test_a_closed_case_is_at_rest() -> None:
    closed = hap.Closed("counselled", "done", None, None, None, None)
    case = then(flagged(), closed, 30)
    assert next_due(case, TIMES) is None
    assert due(case, at(10**6), TIMES) == ()


# ------------------------------------------------------------------------------------------------------- nobody acts


def test_acknowledged_and_left_alone_it_rings_again_after_five_minutes_and_after_each_next_acknowledgement() -> None:
    case = acknowledged(10)
    assert next_due(case, TIMES) == at(310)
    case, made = passing(case, 310)
    assert made == (Realarmed("no_action", "unit"),)
    assert case.referral.alarm is not None
    assert case.referral.alarm.cause == "realarm"
    assert next_due(case, TIMES) == at(370), "and what rings escalates"
    case = then(case, hap.Acknowledged(case.referral.version), 320)
    assert next_due(case, TIMES) == at(620), "acknowledging is no action"


def test_a_note_is_no_action_and_a_call_neither() -> None:
    case = then(acknowledged(10), hap.NoteAdded("...", late=False), 200)
    assert next_due(case, TIMES) == at(310)


def test_a_station_that_was_informed_is_an_action() -> None:
    case = then(acknowledged(), hap.UnitInformed("kunhadi", "B. Singh", "SI", None), 100)
    assert next_due(case, TIMES) is None


def test_a_case_kept_by_an_older_release_counts_from_its_last_change() -> None:
    case = replace(acknowledged(10), silent_at=None)
    assert next_due(case, TIMES) == case.referral.updated_at.plus(seconds=300)


# -------------------------------------------------------------------------------------------------------- locating


def test_a_trace_past_its_recheck_rings_at_the_holder_and_a_minute_later_at_the_unit() -> None:
    case = locating(20, 10)
    assert next_due(case, TIMES) == at(620)
    case, made = passing(case, 620)
    assert made == (Realarmed("recheck", "holder"),)
    case, made = passing(case, 680)
    assert made == (Realarmed("recheck", "unit"), Escalated(1, "case"))
    assert passing(case, 681)[1] == ()


def test_a_holder_who_looks_again_in_time_does_not_wake_the_unit() -> None:
    case, _ = passing(locating(20, 10), 620)
    case = then(case, hap.Acknowledged(case.referral.version), 650)
    assert passing(case, 700)[1] == ()
    assert next_due(case, TIMES) == at(950), "a trace that has run out of its time is no action any more"
    assert passing(case, 950)[1] == (Realarmed("no_action", "unit"),)


def test_a_trace_that_is_begun_anew_is_rechecked_anew() -> None:
    case, _ = passing(locating(20, 10), 620)
    case = then(case, hap.Acknowledged(case.referral.version), 630)
    case = then(case, hap.LocatingBegun("again", 5, at(940)), 640)
    assert next_due(case, TIMES) == at(940)
    assert passing(case, 940)[1] == (Realarmed("recheck", "holder"),)


# --------------------------------------------------------------------------------------------------------- transfer


def test_a_transfer_escalates_at_the_asked_unit_and_rings_at_the_sender_after_five_minutes() -> None:
    case = forwarded(20)
    made: list[What] = []
    for seconds in (79, 80, 139, 140, 319, 320):
        case, now = passing(case, seconds)
        made += now
    assert made == [Escalated(1, "transfer"), Escalated(2, "transfer"), Realarmed("transfer_not_accepted", "unit")]
    case = then(case, hap.Acknowledged(case.referral.version), 330)
    assert passing(case, 331)[1] == ()
    assert next_due(case, TIMES) == at(630), "asking a unit that does not answer is no action any more"


def test_a_transfer_that_was_accepted_or_given_back_ends_its_clock() -> None:
    accepted = then(forwarded(), hap.Accepted(), 60, Actor("op-b", "B", "kota-rural", "K9"))
    assert accepted.referral.transfer is None
    assert next_due(accepted, TIMES) == at(360), "whoever took it has five minutes to act"
    recalled = then(forwarded(), hap.Recalled("wrong place"), 60)
    assert next_due(recalled, TIMES) == at(360)


def test_a_second_transfer_has_a_clock_of_its_own() -> None:
    case, _ = passing(forwarded(20), 320)
    case = then(case, hap.Acknowledged(case.referral.version), 330)
    case = then(case, hap.Recalled("no answer"), 340)
    case = then(case, hap.Forwarded("bundi", "nearer"), 350)
    assert Realarmed("transfer_not_accepted", "unit") not in due(case, at(649), TIMES)
    assert Realarmed("transfer_not_accepted", "unit") in due(case, at(650), TIMES)


def test_a_transfer_without_an_alarm_is_still_watched() -> None:
    case = forwarded(20)
    assert case.referral.transfer is not None
    quiet = replace(case, referral=replace(case.referral, transfer=replace(case.referral.transfer, alarm=None)))
    assert next_due(quiet, TIMES) == at(320)


# ------------------------------------------------------------------------------------------------- accepted by phone


def test_accepted_by_phone_is_asked_after_every_quarter_of_an_hour_until_contact() -> None:
    case = by_phone(60)
    asked = []
    for seconds in (959, 960, 961, 1859, 1860, 2760):
        case, made = passing(case, seconds)
        asked += [seconds for what in made if what == Realarmed("contact_check", "unit")]
    assert asked == [960, 1860, 2760]
    case = then(case, hap.ContactMade(in_person=True, who="constable", unit=None), 2800)
    assert Realarmed("contact_check", "unit") not in due(case, at(9_000), TIMES)


# ------------------------------------------------------------------------------------------------- clocks set back


def test_what_was_written_ahead_of_the_clock_is_due_at_once() -> None:
    case = flagged()
    assert due(case, at(-AHEAD_S), TIMES) == (), "a few seconds are no wrong clock"
    assert due(case, at(-3600), TIMES) == (Escalated(1, "case"), Escalated(2, "case"))


def test_the_sites_own_times_count() -> None:
    slow = Times(escalate_1=90, escalate_2=200)
    assert due(flagged(), at(89), slow) == ()
    assert next_due(flagged(), slow) == at(90)


# ------------------------------------------------------------------------------------------------------- properties

STEPS = st.lists(
    st.tuples(st.sampled_from(["ack", "locate", "forward", "recall", "phone", "inform", "wait", "note"]),
              st.integers(1, 900)), min_size=1, max_size=14,
)  # fmt: skip


def act(case: Case, word: str, seconds: float) -> Case:
    transfer = case.referral.transfer
    moves: dict[str, What | None] = {
        "ack": hap.Acknowledged(case.referral.version),
        "locate": None if case.referral.state == "new" else hap.LocatingBegun("plan", 5, at(seconds + 300)),
        "forward": hap.Forwarded("bundi", "nearer") if transfer is None and case.referral.state != "new" else None,
        "recall": None if transfer is None else hap.Recalled("no"),
        "phone": None if transfer is None else hap.AcceptedByPhone(transfer.to, "B. Singh", "SI", "+91 00000 00077"),
        "inform": None if case.referral.state == "new" else hap.UnitInformed("kunhadi", None, None, None),
        "note": hap.NoteAdded("...", late=False),
    }
    what = moves.get(word)
    return case if what is None else then(case, what, seconds)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_whatever_people_do_everything_is_made_at_its_moment_and_nothing_twice(steps: list[tuple[str, int]]) -> None:
    case, now = flagged(), 0
    for word, pause in steps:
        now += pause
        before = next_due(case, TIMES)
        made = due(case, at(now), TIMES)
        assert bool(made) == (before is not None and before <= at(now)), "the row's moment and the deed agree"
        for what in made:
            case = then(case, what, now, None)
        assert due(case, at(now), TIMES) == (), "what is made is not made again"
        case = act(case, word, now)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_an_open_case_never_falls_silent_for_good_before_a_station_is_informed(steps: list[tuple[str, int]]) -> None:
    case, now = flagged(), 0
    for word, pause in steps:
        now += pause
        case, _ = passing(case, now)
        case = act(case, word, now)
        alarm = case.referral.alarm
        if case.referral.state in ("new", "acknowledged") and (alarm is None or alarm.stage < 2):
            assert next_due(case, TIMES) is not None
