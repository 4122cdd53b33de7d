"""The link never looks better than it is, and never stays lost when it lives again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain import link
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.link import LinkState
from tests.people import TWO_AM

pytestmark = pytest.mark.unit
WHY = Bilingual("the hub is away", "हब नहीं है")


def live(at: float = 100.0, beat: int = 1) -> LinkState:
    return link.answered(link.begun(TWO_AM), beat=beat, server_time=TWO_AM, now=at, wall=TWO_AM)


def failed(state: LinkState, at: float, *, grave: bool = False) -> LinkState:
    return link.failed(state, WHY, grave=grave, now=at, wall=TWO_AM.plus(seconds=at - 100))


def answered(state: LinkState, at: float, beat: int = 2) -> LinkState:
    wall = TWO_AM.plus(seconds=at - 100)
    return link.answered(state, beat=beat, server_time=wall, now=at, wall=wall)


def passed(state: LinkState, at: float) -> LinkState:
    return link.passed(state, now=at, wall=TWO_AM.plus(seconds=at - 100))


def test_a_first_answer_makes_it_live() -> None:
    assert link.begun(TWO_AM).status == "connecting"
    assert (live().status, live().last_good, live().why) == ("live", 100.0, None)


def test_before_the_first_answer_nothing_was_ever_live() -> None:
    """An offline start shows an old list: it must not look like a short hiccup."""
    state = failed(link.begun(TWO_AM), 100)
    assert (state.status, state.why) == ("lost", WHY)
    assert passed(link.begun(TWO_AM), 1000).status == "connecting"


def test_one_failure_degrades_and_15_seconds_lose_it() -> None:
    state = failed(live(), 103)
    assert (state.status, state.why, state.last_good) == ("degraded", WHY, 100.0)
    assert passed(state, 115.0).status == "degraded"
    lost = passed(state, 115.1)
    assert (lost.status, lost.why) == ("lost", WHY)
    assert failed(lost, 116).status == "lost"
    assert failed(live(), 115.1).status == "lost"


def test_silence_alone_loses_it_too() -> None:
    """The thread that polls may hang: time alone must be enough."""
    assert passed(live(), 115).status == "live"
    lost = passed(live(), 115.1)
    assert (lost.status, lost.why) == ("lost", link.SILENT)
    assert lost.since == TWO_AM.plus(seconds=15.1)
    assert passed(lost, 900).since == lost.since, "since when, not how long ago it was looked at"


def test_what_no_waiting_heals_loses_it_at_once() -> None:
    assert failed(live(), 101, grave=True).status == "lost"


def test_an_answer_brings_it_back() -> None:
    state = answered(failed(live(), 140, grave=True), 141)
    assert (state.status, state.why, state.last_good) == ("live", None, 141)


def test_a_beat_that_stands_still_is_a_frozen_hub_whatever_it_answers() -> None:
    state = answered(live(beat=7), 104.0, beat=7)
    assert state.status == "live", "two answers within 4 s may meet the same beat"
    frozen = answered(state, 104.1, beat=7)
    assert (frozen.status, frozen.why, frozen.last_good) == ("lost", link.FROZEN, 104.0)
    assert answered(frozen, 200, beat=7).status == "lost", "for as long as it stands"
    assert answered(frozen, 201, beat=8).status == "live"


def test_the_clocks_are_compared() -> None:
    state = link.answered(live(), beat=2, server_time=TWO_AM.plus(seconds=-7), now=101, wall=TWO_AM)
    assert state.skew_s == -7.0
    assert link.view(state, 3).skew_s == -7.0
    assert link.view(state, 3).to_send == 3


STEPS = st.one_of(
    st.tuples(st.just("good"), st.integers(0, 5)),
    st.tuples(st.just("bad"), st.booleans()),
    st.tuples(st.just("time"), st.just(0)),
)


@given(st.lists(st.tuples(st.floats(0, 20), STEPS), max_size=30))
def test_live_always_means_a_good_answer_within_15_seconds(steps: list[tuple[float, tuple[str, int]]]) -> None:
    state, now, beats = link.begun(TWO_AM), 100.0, []
    for gap, (what, arg) in steps:
        now += gap
        if what == "good":
            beats.append((now, arg))
            state = answered(state, now, beat=arg)
        elif what == "bad":
            state = failed(state, now, grave=bool(arg))
        state = passed(state, now)
        if state.status in ("live", "degraded"):
            assert state.last_good is not None
            assert now - state.last_good <= link.LOST_AFTER_S
        if state.status == "lost":
            assert state.why is not None, "an operator is told why"


@pytest.mark.parametrize(
    "said",
    [link.FROZEN, link.SILENT, link.REFUSED_PAGE, link.SIGNED_OUT, link.NOT_READABLE, link.OUR_MISTAKE, link.BUSY,
     link.TOO_OLD],
)  # fmt: skip
def test_every_sentence_says_that_what_was_saved_is_safe(said: Bilingual) -> None:
    assert "saved is safe" in said.en
    assert "सुरक्षित" in said.hi
