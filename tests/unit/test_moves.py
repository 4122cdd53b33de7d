"""What people and the hub's clock do to a case: hands, states, transfers, alarms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case, Told, case_of
from kotaconsole.domain.commands import Author
from kotaconsole.domain.decisions import decide, outcome
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import bounded, evolve, touches
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.referral import Actor, Alarm, Link, TransferAlarm
from kotaconsole.domain.vocabulary import MAX_ITEMS, State
from tests.people import TWO_AM, after, command, facts, flagged, gurjar, meena, refused, repeated, rules, supervisor
from tests.unit.lives import PAYLOADS, standing

pytestmark = pytest.mark.unit

LATER = TWO_AM.plus(minutes=7)
TARGET = meena(operator_id="op-j", name="J. Singh", unit="jhunjhunu", desk="J1", workstation="ws-8")


def does(case: Case, kind: str, payload: cmd.Payload | None = None, *, by: Author | None = None) -> Case:
    """The case after a command of this kind by the holder, seen as it stands, entered and recorded at LATER."""
    one = command(kind, payload or PAYLOADS[kind], by=by, seen=case.referral.version, at=LATER)
    return after(case, one, given=facts(now=LATER))


def hub(case: Case, what: What) -> Case:
    """The case after something the hub's own clock made."""
    return evolve(case, Happening(what, LATER, LATER), rules())


def held(state: State = "acknowledged", **changes: Any) -> Case:
    return standing(state, holder=meena(), alarm=False, **changes)


# --- hands


def test_a_declined_case_stays_new_and_climbs_at_once() -> None:
    case = standing("new")
    found = decide(case, command("decline", PAYLOADS["decline"]), facts())
    assert not isinstance(found, Refusal)
    assert [(one.what.kind, one.by is None) for one in found] == [("declined", False), ("escalated", True)]
    once = does(case, "decline")
    assert once.referral.state == "new"
    assert once.referral.holder is None
    assert (once.referral.version, once.referral.alarm.stage if once.referral.alarm else None) == (4, 1)
    assert once.causes[0].stage == 1
    assert once.causes[1].stage == 0, "only the oldest cause climbs"
    twice = does(does(once, "decline"), "decline")
    assert twice.referral.alarm is not None
    assert twice.referral.alarm.stage == 2, "there is no third stage"
    assert twice.referral.version == 7, "the third refusal has nobody left to call"


def test_a_declined_case_without_an_alarm_only_says_so() -> None:
    assert does(standing("new", alarm=False), "decline").referral.alarm is None


@pytest.mark.parametrize(("state", "then"), [
    ("acknowledged", "new"), ("informed", "informed"), ("departed", "departed"), ("on_scene", "on_scene"),
    ("contact_made", "contact_made"),
])  # fmt: skip
def test_a_released_case_rings_in_every_state(state: State, then: State) -> None:
    case = does(held(state), "release")
    assert (case.referral.state, case.referral.holder) == (then, None)
    assert case.referral.alarm is not None
    assert (case.referral.alarm.cause, case.referral.alarm.since) == ("released", LATER)
    taken = does(case, "acknowledge", cmd.Acknowledge(case.referral.version), by=gurjar())
    assert taken.referral.holder is not None
    assert taken.referral.holder.name == "S. Gurjar"
    assert taken.referral.state == ("acknowledged" if then == "new" else then)
    assert taken.referral.alarm is None


def test_a_supervisor_may_release_for_an_absent_colleague() -> None:
    assert does(held(), "release", by=supervisor()).referral.holder is None


def test_taking_over_changes_the_hands_and_nothing_else() -> None:
    case = does(held("informed"), "take_over", by=gurjar())
    assert case.referral.holder is not None
    assert (case.referral.holder.name, case.referral.holder.desk, case.referral.holder.since) == (
        "S. Gurjar", "K2", LATER,
    )  # fmt: skip
    assert (case.referral.state, case.referral.unit) == ("informed", "kota-city")


def test_a_supervisor_above_who_took_over_acts_as_its_holder() -> None:
    above = supervisor(operator_id="sup-r", unit="range-kota")
    case = does(held("informed"), "take_over", by=above)
    assert does(case, "depart", by=above).referral.state == "departed"
    assert does(case, "lower_level", by=above).referral.level == "P3"
    assert refused(case, command("depart", PAYLOADS["depart"], seen=case.referral.version)).code == "held"


@pytest.mark.parametrize("kind", ["locate", "inform", "depart", "arrive", "contact", "forward", "close"])
def test_with_nobody_holding_it_whoever_acts_becomes_the_holder(kind: str) -> None:
    case = does(standing("acknowledged"), kind, by=gurjar())
    assert case.referral.holder is not None
    assert case.referral.holder.operator_id == "op-gurjar"


@pytest.mark.parametrize("kind", ["note", "call", "slip", "add_location", "update", "assess", "link"])
def test_adding_to_a_case_takes_it_out_of_nobodys_and_into_nobodys_hands(kind: str) -> None:
    assert does(standing("acknowledged"), kind, by=gurjar()).referral.holder is None


def test_a_case_passed_on_before_it_was_acknowledged_can_still_be_acknowledged() -> None:
    case = standing("new", alarm=False)
    passed = does(case, "forward")
    assert (passed.referral.state, passed.referral.holder is None) == ("new", False)
    taken = does(passed, "acknowledge", cmd.Acknowledge(passed.referral.version))
    assert taken.referral.state == "acknowledged"
    assert taken.referral.times.acknowledged_at == LATER


# --- steps


def test_steps_go_forward_and_may_be_skipped() -> None:
    case = does(does(held(), "depart"), "arrive")
    assert case.referral.state == "on_scene"
    assert (case.referral.times.departed_at, case.referral.times.on_scene_at) == (LATER, LATER)
    assert does(held(), "arrive").referral.times.departed_at is None, "a step that was skipped stays unknown"
    told = does(case, "inform")
    assert told.referral.state == "on_scene", "another unit may be told at any time"
    assert told.referral.times.informed_at == LATER
    again = replace(told, referral=replace(told.referral, times=replace(told.referral.times, informed_at=TWO_AM)))
    assert does(again, "inform").referral.times.informed_at == TWO_AM, "the first moment stands"


def test_a_trace_is_to_be_looked_at_again_by_the_hubs_own_clock() -> None:
    one = command("locate", PAYLOADS["locate"], seen=2, at=TWO_AM.plus(hours=5))
    case = after(held(), one, given=facts(now=LATER))
    assert case.referral.locating is not None
    assert (case.referral.locating.plan, case.referral.locating.recheck_at) == (
        "साइबर सेल से लोकेशन", LATER.plus(minutes=10),
    )  # fmt: skip
    assert case.referral.state == "acknowledged"
    assert does(case, "contact").referral.locating is None, "who was searched for has been found"
    assert does(case, "close").referral.locating is None


def test_what_is_counted_is_counted_on_top_of_what_a_console_does_not_hold() -> None:
    case = replace(held(), referral=replace(held().referral, location_count=300, informed_count=200))
    assert does(case, "add_location").referral.location_count == 301
    assert does(case, "inform").referral.informed_count == 201
    assert does(held(), "call").referral.counts.calls == 1
    assert does(held(), "note").referral.counts.notes == 1


# --- places and fields


def test_a_place_somebody_stands_for_carries_the_name_and_the_time() -> None:
    case = does(held(), "accept_location")
    (place,) = case.referral.locations
    assert (place.accepted_by, place.accepted_at) == ("R. Meena", LATER)
    newer = does(case, "add_location")
    assert newer.referral.locations[0] == place, "a newer place never overwrites it"
    assert newer.referral.locations[1].accepted_at is None


def test_nobody_stands_for_a_place_by_adding_it() -> None:
    place = replace(PAYLOADS["add_location"].location, accepted_by="N", accepted_at=TWO_AM)  # type: ignore[union-attr]
    case = does(held(), "add_location", cmd.AddLocation(place))
    assert case.referral.locations[-1].accepted_by is None
    assert case.referral.locations[-1].accepted_at is None


def test_fields_are_set_and_unset() -> None:
    fields = (
        cmd.SetField("subject.name", "नमूना"), cmd.SetField("subject.age", 17), cmd.SetField("subject.alone", "yes"),
        cmd.SetField("account.phones", ["+91 00000 00043"]), cmd.SetField("account.age_band", "under_18"),
    )  # fmt: skip
    case = does(held(), "update", cmd.Update(fields))
    subject, account = case.referral.subject, case.referral.account
    assert (subject.name, subject.age, subject.alone) == ("नमूना", 17, "yes")
    assert (account.phones, account.age_band) == (("+91 00000 00043",), "under_18")
    assert touches(held().referral, case.referral) == {one.field for one in fields}
    unset = does(case, "update", cmd.Update(tuple(cmd.SetField(one.field) for one in fields)))
    assert unset.referral.subject == held().referral.subject
    assert unset.referral.account == replace(held().referral.account, age_band="unknown", phones=())


# --- transfers


def test_a_passed_on_case_rings_at_the_asked_unit_and_stays_with_the_sender() -> None:
    case = does(held(), "forward")
    asked = case.referral.transfer
    assert asked is not None
    assert (asked.to, asked.reason, asked.alarm) == ("jhunjhunu", "वहीं रहते हैं", TransferAlarm(LATER, 0))
    assert (case.referral.unit, case.referral.alarm) == ("kota-city", None)
    assert case.referral.holder is not None
    higher = hub(case, hap.Escalated(1, "transfer"))
    assert higher.referral.transfer is not None
    assert higher.referral.transfer.alarm == TransferAlarm(LATER, 1)
    assert touches(case.referral, higher.referral) == set(), "an alarm that climbs is nobody's change"


def test_an_accepted_case_is_theirs_and_quiet() -> None:
    case = does(repeated(does(standing("new"), "forward"), "ref-3", at=LATER), "accept", by=TARGET)
    referral = case.referral
    assert (referral.unit, referral.state, referral.transfer, referral.alarm) == (
        "jhunjhunu", "acknowledged", None, None,
    )  # fmt: skip
    assert referral.holder is not None
    assert referral.holder.name == "J. Singh"
    assert referral.times.acknowledged_at == LATER
    assert does(does(held("informed"), "forward"), "accept", by=TARGET).referral.state == "informed"
    mine = command("inform", PAYLOADS["inform"], seen=referral.version)
    assert refused(case, mine, facts(above=("jhunjhunu", "rajasthan"))).code == "not-allowed"


def test_an_acceptance_by_telephone_leaves_the_case_with_the_sender() -> None:
    case = does(does(held(), "forward"), "accept_by_phone")
    referral = case.referral
    assert referral.by_phone is not None
    assert (referral.by_phone.to, referral.by_phone.person, referral.by_phone.rank) == ("jhunjhunu", "महेंद्र", "ASI")
    assert (referral.transfer, referral.unit) == (None, "kota-city")
    assert referral.holder is not None
    assert referral.holder.name == "R. Meena"
    console = does(does(does(case, "forward"), "accept", by=TARGET), "note", by=TARGET)
    assert console.referral.by_phone is None, "now they have it on a screen of their own"


def test_a_desks_clock_that_runs_ahead_puts_no_reminder_off() -> None:
    case = does(held(), "forward")
    one = command("accept_by_phone", PAYLOADS["accept_by_phone"], seen=case.referral.version, at=TWO_AM.plus(hours=9))
    told = after(case, one, given=facts(now=LATER)).referral
    assert told.by_phone is not None
    assert told.by_phone.at == LATER


def test_a_returned_case_rings_at_the_sender_and_a_recalled_one_does_not() -> None:
    asked = does(held(), "forward")
    back = does(asked, "return", by=TARGET)
    assert back.referral.transfer is None
    assert back.referral.alarm is not None
    assert back.referral.alarm.cause == "returned"
    recalled = does(asked, "recall")
    assert (recalled.referral.transfer, recalled.referral.alarm) == (None, None)


# --- the end, and after it


def test_a_closed_case_asks_nobody_and_nothing_rings() -> None:
    case = does(repeated(does(held(), "forward"), "ref-3"), "close")
    referral = case.referral
    assert (referral.state, referral.alarm, referral.transfer) == ("closed", None, None)
    for what in (hap.Realarmed("no_action"), hap.Escalated(1), hap.Escalated(1, "transfer"),
                 hap.Linked("c", "duplicate", Alarm(TWO_AM, 1, "flag"))):  # fmt: skip
        assert hub(case, what).referral.alarm is None


def test_a_reopened_case_is_in_hand_and_begins_anew() -> None:
    ended = does(does(does(held(), "forward"), "accept_by_phone"), "close")
    case = does(ended, "reopen", by=gurjar())
    referral = case.referral
    assert (referral.state, referral.outcome, referral.times.closed_at, referral.by_phone) == (
        "acknowledged", None, None, None,
    )  # fmt: skip
    assert referral.holder is not None
    assert referral.holder.name == "S. Gurjar"
    assert case.reopened_at == LATER


def test_an_ending_without_a_supervisor_is_marked_for_review() -> None:
    payload = cmd.Close("not_located", "नहीं मिले", without_supervisor="रात 3 बजे कोई नहीं")
    given = facts(supervisor_about=False)
    found = decide(held(), command("close", payload, seen=2), given)
    assert not isinstance(found, Refusal)
    assert isinstance(found[0].what, hap.Closed)
    assert found[0].what.review
    by_one = decide(held(), command("close", payload, by=supervisor(), seen=2), given)
    assert not isinstance(by_one, Refusal)
    assert isinstance(by_one[0].what, hap.Closed)
    assert not by_one[0].what.review


def test_the_hub_may_close_a_drill_and_holds_nothing_by_it() -> None:
    drill = hap.Closed("drill", "", None, None, None, None)
    case = hub(standing("new"), drill)
    assert (case.referral.state, case.referral.holder, case.referral.alarm) == ("closed", None, None)


def test_links_and_holds() -> None:
    case = does(does(held(), "link"), "link")
    assert case.referral.links == (Link("case-9", "related"),), "the same link twice is one"
    assert case.referral.alarm is None
    on_hold = does(case, "hold", by=supervisor())
    assert on_hold.referral.hold
    assert not does(on_hold, "hold", cmd.Hold(on=False, reason="हटाया"), by=supervisor()).referral.hold


# --- the hub's clock


def test_the_hub_rings_again_and_remembers_that_it_did() -> None:
    case = hub(hub(held(), hap.Realarmed("recheck", "holder")), hap.Realarmed("recheck", "unit"))
    assert case.told == (Told("recheck", "holder", LATER), Told("recheck", "unit", LATER))
    assert case.referral.alarm is not None
    assert case.referral.alarm.cause == "realarm"
    again = evolve(case, Happening(hap.Realarmed("recheck", "holder"), LATER, LATER.plus(minutes=15)), rules())
    assert again.told == (Told("recheck", "unit", LATER), Told("recheck", "holder", LATER.plus(minutes=15)))


def test_only_the_oldest_cause_climbs_and_never_down() -> None:
    case = hub(hub(standing("new"), hap.Escalated(2)), hap.Escalated(1))
    assert case.referral.alarm is not None
    assert case.referral.alarm.stage == 2
    newer = does(case, "acknowledge", cmd.Acknowledge(1))
    assert newer.referral.alarm is not None
    assert newer.referral.alarm.stage == 0, "the next cause waits from its own moment"
    assert hub(held(), hap.Escalated(1)).referral.alarm is None
    silent = replace(does(held(), "forward"), causes=())
    gone = replace(silent, referral=replace(silent.referral, transfer=replace(silent.referral.transfer, alarm=None)))  # type: ignore[type-var]
    assert hub(gone, hap.Escalated(1, "transfer")).referral.transfer == gone.referral.transfer


@pytest.mark.parametrize("kind", ["release", "locate", "inform", "forward", "depart", "contact"])
def test_the_time_to_act_begins_anew_when_something_was_done(kind: str) -> None:
    assert does(held(), kind).silent_at == LATER


@pytest.mark.parametrize("kind", ["note", "call", "slip", "update", "assess", "add_location"])
def test_writing_something_down_is_not_acting(kind: str) -> None:
    assert does(held(), kind).silent_at is None


def test_the_time_to_act_begins_with_the_acknowledgement() -> None:
    case = standing("acknowledged", holder=meena())
    assert does(case, "acknowledge").silent_at == LATER


# --- the pair


def test_a_console_lays_its_own_commands_over_what_the_hub_said() -> None:
    case = case_of(bounded(does(held(), "forward").referral))
    for kind, state in (("recall", "acknowledged"), ("locate", "acknowledged"), ("depart", "departed")):
        found = decide(case, command(kind, PAYLOADS[kind]), facts())
        assert not isinstance(found, Refusal)
        for one in found:
            case = evolve(case, one, None)
        assert case.referral.state == state
    raised = decide(case, command("raise_level", PAYLOADS["raise_level"]), facts())
    assert not isinstance(raised, Refusal)
    assert evolve(case, raised[0], None).referral.level == "P1"
    assessed = decide(case, command("assess", PAYLOADS["assess"]), facts())
    assert not isinstance(assessed, Refusal)
    assert evolve(case, assessed[0], None).referral.level == case.referral.level


def test_two_desks_collide_over_one_field_only_when_both_set_it() -> None:
    before, after_ = held().referral, does(held(), "update").referral
    assert touches(before, after_) == {"subject.hostel"}
    assert touches(before, does(held(), "assess").referral) == {"assessed"}
    assert touches(before, does(held(), "locate").referral) == {"locating"}
    assert touches(before, does(held(), "forward").referral) == {"transfer"}
    assert touches(before, does(held(), "call").referral) == set()


def test_nothing_is_said_of_a_case_that_does_not_exist() -> None:
    by = Actor("op", "N")
    with pytest.raises(ValueError, match="begins a case"):
        evolve(None, Happening(hap.Released("r"), TWO_AM, TWO_AM, by), rules())


def test_a_drawer_full_of_places_travels_as_the_latest() -> None:
    case = held()
    for n in range(MAX_ITEMS + 1):
        place = replace(PAYLOADS["add_location"].location, id=f"p{n}")  # type: ignore[union-attr]
        case = does(case, "add_location", cmd.AddLocation(place))
    assert (len(bounded(case.referral).locations), bounded(case.referral).location_count) == (100, 102)


def test_what_was_applied_says_applied() -> None:
    found = decide(flagged(), command("note", PAYLOADS["note"]), facts())
    assert not isinstance(found, Refusal)
    assert outcome(found) == outcome(()) == "applied"
