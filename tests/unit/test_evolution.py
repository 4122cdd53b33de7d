"""A case and what becomes of it: it adds up, it rings when something is new, it never lowers by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.evolution import Case, bounded, case_of, evolve, touches
from kotaconsole.domain.happenings import Escalated, FlagRepeated, Happening, Linked, NoteAdded
from kotaconsole.domain.referral import Actor, Alarm, By, name_of, open_alarm
from kotaconsole.domain.vocabulary import LEVELS, MAX_FLAGS, MAX_ITEMS, SIGNALS
from tests.people import TWO_AM, after, command, flagged, gurjar, meena, reading, repeated, rules, updated, withdrawn

pytestmark = pytest.mark.unit


def in_hand(case: Case) -> Case:
    return after(case, command("acknowledge", cmd.Acknowledge(case.referral.version)))


def closed(case: Case) -> Case:
    code = cmd.Close(code="accepted_elsewhere", summary="s", accepted_by=cmd.AcceptedBy("N", "hospital", "R", "B"))
    return after(case, command("close", code, seen=case.referral.version))


def test_a_first_flag_makes_a_case_that_rings() -> None:
    case = flagged(signals=["means_in_hand"])
    referral = case.referral
    assert (referral.state, referral.level, referral.version, referral.holder) == ("new", "P1", 1, None)
    assert referral.alarm is not None
    assert (referral.alarm.cause, referral.alarm.through, referral.alarm.since) == ("flag", 1, TWO_AM)


def test_acknowledging_silences_and_takes_in_hand() -> None:
    referral = in_hand(flagged()).referral
    assert (referral.state, referral.alarm) == ("acknowledged", None)
    assert referral.holder is not None
    assert (referral.holder.name, referral.holder.desk) == ("R. Meena", "K1")
    assert referral.times.acknowledged_at == TWO_AM


def test_a_repeat_rings_again_and_is_urgent() -> None:
    case = repeated(in_hand(flagged()), "ref-2", at=TWO_AM.plus(hours=1))
    assert case.referral.level == "P1"
    assert [flag.reference for flag in case.referral.flags] == ["ref-1", "ref-2"]
    assert case.referral.alarm is not None
    assert (case.referral.alarm.cause, case.referral.alarm.through) == ("repeat", 3)
    assert case.referral.holder is not None, "a repeat does not take the case out of anybody's hands"


def test_an_update_that_raises_rings_and_one_that_does_not_is_quiet() -> None:
    calm = in_hand(flagged(signals=["plan"]))
    raised = updated(calm, signals=["time_stated"])
    assert raised.referral.level == "P1"
    assert raised.referral.alarm is not None
    assert raised.referral.alarm.cause == "raised"
    quiet = updated(calm, excerpt="other words")
    assert quiet.referral.alarm is None
    assert quiet.referral.flags[0].signals == ("plan",), "an earlier signal is never removed"
    assert quiet.referral.version == calm.referral.version + 1


def test_the_highest_urgency_ever_stated_stands() -> None:
    case = updated(flagged(urgency="imminent", kind="live"), urgency="high", kind="post")
    assert (case.referral.flags[0].urgency, case.referral.flags[0].kind) == ("imminent", "live")
    assert case.referral.level == "P1"
    assert updated(flagged(), urgency=None).referral.flags[0].urgency is None


def test_a_withdrawal_rings_once_more_and_closes_nothing() -> None:
    case = withdrawn(in_hand(flagged(signals=["plan"])))
    assert (case.referral.state, case.referral.level) == ("acknowledged", "P2")
    assert case.referral.alarm is not None
    assert case.referral.alarm.cause == "withdrawn"
    assert case.referral.flags[0].withdrawn_at == TWO_AM


def test_a_withdrawal_replaces_no_other_cause() -> None:
    case = withdrawn(flagged())
    assert case.referral.alarm is not None
    assert (case.referral.alarm.cause, case.referral.alarm.through) == ("flag", 1)
    later = repeated(withdrawn(in_hand(flagged())), "ref-2", at=TWO_AM.plus(minutes=3))
    assert later.referral.alarm is not None
    assert (later.referral.alarm.cause, later.referral.alarm.since) == ("repeat", TWO_AM)


def test_another_flags_withdrawal_leaves_the_others_alone() -> None:
    case = withdrawn(repeated(flagged(), "ref-2"), "ref-2")
    assert [flag.withdrawn_at for flag in case.referral.flags] == [None, TWO_AM]


def test_a_withdrawn_flag_that_comes_back_rings() -> None:
    back = updated(in_hand(withdrawn(flagged())), excerpt="again")
    assert back.referral.flags[0].withdrawn_at is None
    assert back.referral.alarm is not None
    assert back.referral.alarm.cause == "repeat"


def test_acknowledging_an_old_version_leaves_the_newer_alarm() -> None:
    case = repeated(flagged(), "ref-2", at=TWO_AM.plus(minutes=5))
    half = after(case, command("acknowledge", cmd.Acknowledge(1)))
    assert half.referral.alarm is not None
    assert (half.referral.alarm.since, half.referral.alarm.through) == (TWO_AM.plus(minutes=5), 2)


def test_a_closed_case_is_at_rest() -> None:
    case = closed(in_hand(flagged()))
    assert (case.referral.state, case.referral.alarm) == ("closed", None)
    assert withdrawn(case).referral.alarm is None
    assert open_alarm(replace(case.referral, alarm=flagged().referral.alarm)) is None
    noisy = replace(case, causes=flagged().causes)
    still = after(noisy, command("acknowledge", cmd.Acknowledge(1)))
    assert still.referral.state == "closed"


def test_every_happening_is_one_version() -> None:
    case = in_hand(flagged())
    for step in range(3):
        assert case.referral.version == 2 + step
        case = after(case, command("note", cmd.Note("वार्डन से बात हुई")))
    assert case.referral.counts.notes == 3


def test_informing_contact_and_slip_are_kept_and_never_go_backwards() -> None:
    case = in_hand(flagged())
    v = case.referral.version
    case = after(case, command("contact", cmd.Contact(True, "चेतक 4"), seen=v))
    case = after(case, command("inform", cmd.Inform("kunhadi", person="महेंद्र", rank="ASI"), seen=v))
    assert case.referral.state == "contact_made"
    assert case.referral.informed[0].unit == "kunhadi"
    assert name_of(case.referral.informed[0].by) == "R. Meena"
    slip = cmd.MakeSlip("K1-261123-01", "station", "kunhadi", "spooled", 1)
    case = after(case, command("slip", slip), command("slip", replace(slip, status="completed")))
    assert [(made.number, made.status) for made in case.referral.slips] == [("K1-261123-01", "completed")]
    other = after(
        case,
        command("slip", replace(slip, number="K1-261123-02")),
        command("slip", replace(slip, number="K1-261123-02", status="void")),
    )
    assert [made.status for made in other.referral.slips] == ["completed", "void"]


def duplicated(case: Case, alarm: Alarm | None) -> Case:
    """The case after another ended as its duplicate, an hour later."""
    now = TWO_AM.plus(hours=1)
    return evolve(case, Happening(Linked("other", "duplicate", alarm), now, now), rules())


EARLIER, LATER = TWO_AM.plus(minutes=-10), TWO_AM.plus(minutes=10)


def test_a_duplicate_hands_its_alarm_over_as_old_as_it_is() -> None:
    case = duplicated(in_hand(flagged()), Alarm(LATER, 7, "flag", 1))
    assert case.referral.alarm == Alarm(LATER, 3, "repeat", 1)
    assert case.referral.links[0].to == "other"
    assert duplicated(closed(in_hand(flagged())), Alarm(LATER, 7, "flag")).referral.alarm is None
    assert duplicated(in_hand(flagged()), None).referral.alarm is None


def test_of_two_alarms_that_become_one_the_older_tells_how_long_and_how_far() -> None:
    rings = flagged()
    assert duplicated(rings, Alarm(LATER, 7, "flag", 2)).referral.alarm == Alarm(TWO_AM, 2, "repeat", 0)
    older = duplicated(rings, Alarm(EARLIER, 7, "flag", 1))
    assert older.referral.alarm == Alarm(EARLIER, 2, "repeat", 1)
    up = evolve(older, Happening(Escalated(2), LATER, LATER), rules())
    assert up.referral.alarm == Alarm(EARLIER, 2, "repeat", 2)
    heard = after(older, command("acknowledge", cmd.Acknowledge(1)))
    assert heard.referral.alarm == Alarm(EARLIER, 2, "repeat", 1), "the one that came last is still to be heard"
    assert after(older, command("acknowledge", cmd.Acknowledge(2))).referral.alarm is None


def test_a_withdrawal_that_moves_stays_one_and_replaces_no_other() -> None:
    gone = Alarm(EARLIER, 7, "withdrawn")
    assert duplicated(in_hand(flagged()), gone).referral.alarm == Alarm(EARLIER, 3, "withdrawn")
    assert duplicated(flagged(), gone).referral.alarm == flagged().referral.alarm


def test_two_desks_collide_only_over_what_both_may_change() -> None:
    new, held = flagged(), in_hand(flagged())
    assert touches(None, new.referral) == {"state"}
    assert touches(new.referral, held.referral) == {"state", "holder"}
    assert touches(held.referral, after(held, command("note", cmd.Note("n"))).referral) == set()
    assert touches(held.referral, updated(held, urgency="imminent").referral) == {"level"}


def test_the_wire_carries_the_latest_and_counts_all() -> None:
    case = flagged(locations=[{"kind": "ip", "text": f"place {n}"} for n in range(100)])
    for n in range(MAX_FLAGS + 2):
        case = repeated(case, f"more-{n}", locations=[{"kind": "ip", "text": f"more {n}"}])
    sent = bounded(case.referral)
    assert (len(sent.flags), sent.flag_count) == (MAX_FLAGS, MAX_FLAGS + 3)
    assert (len(sent.locations), sent.location_count) == (MAX_ITEMS, 100 + MAX_FLAGS + 2)
    assert sent.flags[-1].reference == f"more-{MAX_FLAGS + 1}"


def test_what_the_wire_says_is_enough_to_lay_commands_over() -> None:
    case = case_of(repeated(flagged(), "ref-2").referral)
    calm = after(case, command("acknowledge", cmd.Acknowledge(2)))
    assert calm.referral.alarm is None
    assert case_of(calm.referral).causes == ()


def test_without_rules_a_level_stays_as_the_hub_set_it() -> None:
    seen = reading("ref-2", urgency="imminent")
    case = evolve(flagged(), Happening(FlagRepeated(seen), TWO_AM, TWO_AM), None)
    assert case.referral.level == "P3"
    assert case.referral.alarm is not None


def test_a_console_never_ranks_the_hubs_case() -> None:
    case = replace(flagged(), referral=replace(flagged().referral, level="P1", reasons=()))
    by = Actor("op", "N")
    noted = evolve(case, Happening(NoteAdded("n", late=False), TWO_AM, TWO_AM, by), None)
    assert noted.referral.level == "P1"


def test_nothing_begins_with_a_note() -> None:
    with pytest.raises(ValueError, match="begins a case"):
        evolve(None, Happening(NoteAdded("n", late=False), TWO_AM, TWO_AM), rules())


def test_a_later_flag_fills_what_was_unknown_and_takes_nothing_back() -> None:
    first = flagged(account={"handle": "@a", "age_band": "18_24", "phones": ["+91 00000 00041"]}, subject={"age": 19})
    case = repeated(
        first, "ref-2", account={"handle": "@b", "display_name": "नाम", "age_band": "under_18",
                                 "emails": ["a@b.invalid"]},
        subject={"age": 17, "hostel": "h", "alone": "yes"},
    )  # fmt: skip
    account, subject = case.referral.account, case.referral.subject
    assert (account.handle, account.display_name, account.age_band) == ("@a", "नाम", "under_18")
    assert (account.phones, account.emails) == (("+91 00000 00041",), ("a@b.invalid",))
    assert (subject.age, subject.hostel, subject.alone) == (17, "h", "yes")
    strange = replace(first, referral=replace(first.referral, account=replace(account, age_band="strange")))
    assert repeated(strange, "ref-3", account={"age_band": "25_plus"}).referral.account.age_band == "25_plus"


def test_a_case_that_repeats_an_earlier_closed_one_is_urgent() -> None:
    case = flagged()
    earlier = replace(case, earlier=TWO_AM.plus(hours=-2))
    assert updated(earlier, excerpt="x").referral.level == "P1"


def test_a_name_given_as_bare_text_is_shown() -> None:
    by: By = "R. Meena"
    assert name_of(by) == "R. Meena"
    assert name_of(None) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("repeat"), st.sampled_from(SIGNALS)),
        st.tuples(st.just("update"), st.sampled_from(SIGNALS)),
        st.tuples(st.just("withdraw"), st.none()),
        st.tuples(st.just("acknowledge"), st.integers(0, 3)),
    ),
    max_size=12,
)


@given(STEPS)
def test_levels_only_rise_and_alarms_end_only_by_a_named_person(steps: list[tuple[str, Any]]) -> None:
    case = flagged()
    for n, (step, value) in enumerate(steps):
        before = case
        if step == "repeat":
            case = repeated(case, f"r{n}", signals=[value])
        elif step == "update":
            case = updated(case, signals=[value])
        elif step == "withdraw":
            case = withdrawn(case)
        else:
            through = max(0, case.referral.version - value)
            by = gurjar() if case.referral.holder and case.referral.holder.name == "S. Gurjar" else meena()
            case = after(case, command("acknowledge", cmd.Acknowledge(through), by=by))
        assert LEVELS.index(case.referral.level) <= LEVELS.index(before.referral.level)
        if step != "acknowledge":
            assert case.referral.alarm is not None or before.referral.alarm is None
        assert (case.referral.alarm is None) == (case.causes == ())
