"""The level: rules run over everything stated, lowering takes a person, and one reading lowers by itself."""

from __future__ import annotations

from typing import Any

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.case import Case
from kotaconsole.domain.decisions import decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import evolve
from kotaconsole.domain.happenings import CaseAssessed, FlagRepeated, Happening
from kotaconsole.domain.referral import Actor
from tests.people import (
    TWO_AM,
    after,
    body,
    command,
    facts,
    flagged,
    meena,
    reading,
    refused,
    repeated,
    rules,
    supervisor,
    updated,
    withdrawn,
)  # fmt: skip

pytestmark = pytest.mark.unit

UNREADABLE: dict[str, Any] = {"urgency": "sometime"}


def in_hand(**fields: Any) -> Case:
    return after(flagged(**fields), command("acknowledge", cmd.Acknowledge(1)))


def assess(case: Case, *signals: str, urgency: str | None = None, seen: int | None = None) -> Case:
    payload = cmd.Assess(tuple(signals), "वार्डन ने बताया", urgency)
    return after(case, command("assess", payload, seen=seen or case.referral.version))


def lower(case: Case, to: str) -> Case:
    return after(case, command("lower_level", cmd.LowerLevel(to, "r"), by=supervisor(), seen=case.referral.version))


def raise_(case: Case, to: str) -> Case:
    return after(case, command("raise_level", cmd.RaiseLevel(to, "r"), seen=case.referral.version))


def told(case: Case) -> tuple[str, bool, str | None]:
    alarm = case.referral.alarm
    return case.referral.level, case.referral.level_by_hand, None if alarm is None else alarm.cause


def test_a_person_may_raise_and_it_rings() -> None:
    assert told(raise_(in_hand(), "P1")) == ("P1", True, "raised")
    assert told(lower(in_hand(signals=["means_in_hand"]), "P3")) == ("P3", True, None)


@pytest.mark.parametrize(("kind", "to"), [("raise_level", "P2"), ("raise_level", "P3"), ("lower_level", "P1"),
                                          ("lower_level", "P2")])  # fmt: skip
def test_a_level_that_is_no_change_is_refused(kind: str, to: str) -> None:
    payload = cmd.RaiseLevel(to, "r") if kind == "raise_level" else cmd.LowerLevel(to, "r")
    refusal = refused(in_hand(signals=["plan"]), command(kind, payload, by=supervisor(), seen=2))
    assert (refusal.code, refusal.pointer) == ("invalid", "/payload/level")


def test_a_persons_level_stands_until_something_new_is_stated() -> None:
    case = lower(in_hand(signals=["means_in_hand"]), "P3")
    assert told(updated(case, signals=["means_in_hand"], excerpt="other words")) == ("P3", True, None)
    assert told(updated(case, signals=["means_in_hand", "plan"])) == ("P1", False, "raised")
    assert told(repeated(case, "ref-2", at=TWO_AM.plus(hours=30))) == ("P1", False, "repeat")
    assert told(updated(withdrawn(case), signals=["means_in_hand"])) == ("P1", False, "raised")


def test_each_thing_a_rule_reads_can_be_the_new_one() -> None:
    case = lower(in_hand(signals=["plan"]), "P3")
    for news in ({"urgency": "high"}, {"kind": "live"}, UNREADABLE, {"signals": ["farewell"]}):
        assert told(updated(case, **news))[0] != "P3", news
    assert told(updated(case, kind="story")) == ("P3", True, None)


def test_a_level_raised_by_hand_outlives_what_is_stated_later() -> None:
    case = raise_(in_hand(), "P1")
    assert told(updated(case, signals=["plan"]))[:2] == ("P1", True)
    assert told(assess(case, "plan"))[:2] == ("P1", True)


def test_assessing_may_raise_and_then_it_rings() -> None:
    assert told(assess(in_hand(), "plan")) == ("P2", False, "raised")
    assert told(assess(in_hand(), urgency="imminent"))[0] == "P1"
    case = assess(in_hand(signals=["means_in_hand"]), "plan")
    assert told(case) == ("P1", False, None), "it never lowers what was stated"
    assert case.referral.assessed is not None
    assert (case.referral.assessed.signals, case.referral.assessed.by) == (
        ("plan",), Actor("op-meena", "R. Meena", "kota-city", "K1"),
    )  # fmt: skip


def test_a_second_assessment_replaces_the_first_and_lowers_nothing() -> None:
    case = assess(assess(in_hand(), "means_in_hand"), "plan")
    assert case.referral.level == "P1"
    assert case.referral.assessed is not None
    assert case.referral.assessed.signals == ("plan",)
    assert {reason.rule for reason in case.referral.reasons} == {
        reason.rule for reason in in_hand(signals=["plan"]).referral.reasons
    }


def test_assessing_ends_what_only_counted_because_nobody_could_read_it() -> None:
    case = in_hand(**UNREADABLE)
    assert case.referral.level == "P1"
    assert told(assess(case)) == ("P3", False, None)
    assert told(assess(case, "plan")) == ("P2", False, None)
    assert told(assess(in_hand(**UNREADABLE, signals=["means_in_hand"])))[0] == "P1"


def test_but_nothing_that_counts_besides() -> None:
    by_hand = raise_(assess(in_hand(**UNREADABLE)), "P1")
    again = updated(by_hand, urgency="whenever")
    assert told(assess(again))[0] == "P1", "a person raised it"
    lowered = lower(in_hand(**UNREADABLE), "P2")
    assert told(assess(lowered))[0] == "P2", "and a person's level stands"


def test_what_comes_unreadable_after_an_assessment_is_urgent_again() -> None:
    calm = assess(in_hand(**UNREADABLE))
    again = repeated(calm, "ref-2", at=TWO_AM.plus(hours=30), **UNREADABLE)
    assert (again.referral.level, again.unread) == ("P1", again.referral.version)
    assert assess(again).referral.level == "P3"
    assert assess(again).unread == 0
    worse = updated(calm, urgency="at some time")
    assert worse.referral.level == "P1"


def test_nobody_assesses_what_they_have_not_seen() -> None:
    calm = assess(in_hand(**UNREADABLE))
    again = repeated(calm, "ref-2", at=TWO_AM.plus(hours=30), **UNREADABLE)
    early = assess(again, seen=calm.referral.version)
    assert (early.referral.level, early.unread) == ("P1", again.unread)
    first = evolve(flagged(**UNREADABLE), _made(CaseAssessed((), None, "r", settles=False)), rules())
    assert first.referral.level == "P1"


def test_a_case_that_was_assessed_unseen_stays_unread_even_when_it_was_never_read_before() -> None:
    first = evolve(flagged(**UNREADABLE), _made(CaseAssessed((), None, "r", settles=False)), None)
    assert first.unread == 1
    assert evolve(flagged(), _made(FlagRepeated(reading("ref-2"))), None).referral.level == "P3"


def test_a_console_leaves_the_level_of_what_it_opened_to_the_hub() -> None:
    opened = decide(None, command("open", cmd.Open("phone", body(signals=["means_in_hand"]))), facts())
    assert not isinstance(opened, Refusal)
    assert evolve(None, opened[0], None).referral.level == "P3"
    assert evolve(None, opened[0], rules()).referral.level == "P1"


def _made(what: CaseAssessed | FlagRepeated) -> Happening:
    return Happening(what, TWO_AM, TWO_AM, Actor("op-meena", meena().name))
