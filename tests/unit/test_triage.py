"""Triage by rules over fields: everything that matches is shown, the highest level wins, nothing is below P3."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.referral import Assessed, Defect, Flag
from kotaconsole.domain.triage import is_unreadable, level, read_rules, reasons, stated
from kotaconsole.domain.vocabulary import FLAG_KINDS, LEVELS, SIGNALS, URGENCIES
from tests.people import TWO_AM, rules

pytestmark = pytest.mark.unit

IMMEDIATE = {"live_now", "act_in_progress", "injury_stated", "means_in_hand", "time_stated", "dangerous_place"}


def flag(**fields: Any) -> Flag:
    return Flag(**{"platform": "instagram", "reference": "r", "received_at": TWO_AM, **fields})


def level_of(*flags: Flag) -> str:
    return level(stated(flags, None), rules())


@pytest.mark.parametrize("signal", SIGNALS)
def test_each_signal_has_its_level(signal: str) -> None:
    assert level_of(flag(signals=(signal,))) == ("P1" if signal in IMMEDIATE else "P2")


@pytest.mark.parametrize(("urgency", "expected"), [("imminent", "P1"), ("high", "P2")])
def test_the_sources_word_counts(urgency: str, expected: str) -> None:
    assert level_of(flag(urgency=urgency)) == expected


@pytest.mark.parametrize("kind", FLAG_KINDS)
def test_a_live_broadcast_is_immediate_whenever_it_was_posted(kind: str) -> None:
    assert level_of(flag(kind=kind)) == ("P1" if kind == "live" else "P3")


def test_a_flag_with_nothing_stated_is_still_a_red_flag() -> None:
    assert level_of(flag()) == "P3"
    assert len(reasons(stated([flag()], None), rules())) == 1


def test_two_flags_within_a_day_are_immediate() -> None:
    first = flag()
    within, beyond = TWO_AM.plus(hours=24), TWO_AM.plus(hours=24, seconds=0.001)
    assert level_of(first, flag(reference="s", received_at=within)) == "P1"
    assert level_of(first, flag(reference="s", received_at=beyond)) == "P3"


def test_a_flag_of_an_earlier_case_counts_for_the_repeat() -> None:
    assert level(stated([flag()], None, [TWO_AM.plus(hours=-3)]), rules()) == "P1"


@pytest.mark.parametrize(
    ("pointer", "counts"),
    [("", True), ("/urgency", True), ("/signals/2", True), ("/kind", True), ("/account/phones/0", True),
     ("/platform", False), ("/posted_at", False), ("/subject/age", False), ("/kindness", False)],
)  # fmt: skip
def test_what_triage_depends_on_and_cannot_be_read_is_immediate(pointer: str, counts: bool) -> None:
    unsure = flag(defects=(Defect(pointer, "?"),))
    assert is_unreadable(unsure) is counts
    assert level_of(unsure) == ("P1" if counts else "P3")


def test_assessing_settles_what_was_unreadable() -> None:
    unsure = flag(defects=(Defect("/kind", "?"),))
    judged = Assessed(at=TWO_AM, signals=("plan",), urgency=None)
    assert level(stated([unsure], judged), rules()) == "P2"
    assert level(stated([unsure], Assessed(at=TWO_AM, urgency="imminent")), rules()) == "P1"


def test_every_rule_that_matches_is_shown_highest_first() -> None:
    found = reasons(stated([flag(signals=("plan", "means_in_hand"), urgency="high")], None), rules())
    by_number = {rule.number: rule for rule in rules().rules}
    levels = [LEVELS.index(by_number[int(reason.rule)].level) for reason in found]
    assert levels == sorted(levels)
    assert len(found) == 4
    assert all(reason.text.hi and reason.text.en and reason.revision == rules().revision for reason in found)


FLAGS = st.builds(
    flag,
    signals=st.lists(st.sampled_from(SIGNALS), unique=True).map(tuple),
    urgency=st.none() | st.sampled_from(URGENCIES),
    kind=st.none() | st.sampled_from(FLAG_KINDS),
)


@given(st.lists(FLAGS, min_size=1, max_size=4), FLAGS)
def test_more_stated_never_lowers(flags: list[Flag], more: Flag) -> None:
    assert LEVELS.index(level(stated([*flags, more], None), rules())) <= LEVELS.index(
        level(stated(flags, None), rules())
    )


def rule(**changes: Any) -> dict[str, Any]:
    return {"id": "all", "number": 1, "level": "P3", "special": "always", "text": {"en": "e", "hi": "ह"}, **changes}


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([rule(special=None, kind=["live"])], "no level"),
        ([rule(), rule(number=2)], "share an id"),
        ([rule(), rule(id="b")], "share an id"),
        ([rule(level="P4")], "no such level"),
        ([rule(special="sometimes")], "no such special"),
        ([rule(any_signal=["sadness"])], "does not know"),
        ([rule(), rule(id="b", number=2, special=None)], "never match"),
    ],
)
def test_a_rules_file_that_would_miss_somebody_is_refused(entries: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_rules({"revision": 1, "rule": entries})
