"""What calls when the way to the ear fails, what escalates, and the pause: there is no mute."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kotaconsole.domain.alarm import (
    AlarmTimes,
    Audio,
    BurstBegan,
    BurstEnded,
    Pause,
    Resume,
    Sound,
    Trouble,
    Troubles,
    initial,
    step,
)
from tests.unit.alarm_sim import LATENCY, Sim, item

pytestmark = pytest.mark.unit

LINK = Trouble("link", phrase=Sound.SAY_LINK)
CLOCK = Trouble("clock", Sound.S3)
MUTE_LINK = Trouble("link")


def troubled(sim: Sim, *troubles: Trouble) -> Sim:
    sim.feed(Troubles(troubles))
    return sim


def test_a_lost_link_calls_every_ten_seconds_until_it_is_back() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    sim.run(95)
    begins = sim.begins(Sound.S2)
    assert len(begins) == 10
    assert all(abs(b - a - 10) < 0.001 for a, b in pairwise(begins))
    mark = sim.now
    troubled(sim)
    sim.run(60)
    assert max(sim.begins(Sound.S2)) < mark


def test_what_a_person_has_seen_calls_every_minute() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    sim.run(1)
    troubled(sim, Trouble("link", seen=True))
    sim.run(181)
    assert [round(b - sim.begins(Sound.S2)[0]) for b in sim.begins(Sound.S2)] == [0, 60, 120, 180]


def test_a_second_trouble_calls_at_once_and_is_named_with_the_first() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    sim.run(3)
    troubled(sim, MUTE_LINK, Trouble("watch:kunhadi"))
    assert sim.orders[-1].covers == (("link", 0), ("watch:kunhadi", 0))
    assert len(sim.orders) == 2


def test_the_same_troubles_again_change_nothing() -> None:
    sim = troubled(Sim().well(), LINK)
    sim.run(3)
    before = sim.state
    troubled(sim, LINK)
    assert sim.state == before


def test_a_wrong_clock_is_told_low_and_once() -> None:
    sim = troubled(Sim().well(), CLOCK)
    sim.run(120)
    assert [b.sound for b in sim.bursts] == [Sound.S3]


def test_a_trouble_that_becomes_worse_calls_anew() -> None:
    sim = troubled(Sim().well(), CLOCK)
    sim.run(3)
    troubled(sim, Trouble("clock", Sound.S2))
    sim.run(0.1)
    assert [b.sound for b in sim.bursts] == [Sound.S3, Sound.S2]


def test_the_phrase_follows_s2_when_nothing_else_waits() -> None:
    sim = troubled(Sim().well(), LINK)
    sim.run(11)
    assert [b.sound for b in sim.bursts] == [Sound.S2, Sound.SAY_LINK, Sound.S2]
    first, phrase = sim.bursts[:2]
    assert phrase.at == pytest.approx(first.at + 1.4 + LATENCY, abs=0.01)


def test_no_phrase_while_a_flag_waits() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    troubled(sim, LINK)
    sim.run(60)
    assert Sound.S2 in {b.sound for b in sim.bursts}
    assert Sound.SAY_LINK not in {b.sound for b in sim.bursts}


def test_a_phrase_is_dropped_when_its_trouble_is_over_before_it_could_be_said() -> None:
    sim = troubled(Sim().well(), LINK)
    sim.run(1.0)
    troubled(sim)
    sim.run(30)
    assert [b.sound for b in sim.bursts] == [Sound.S2]


@pytest.mark.parametrize("trouble", [LINK, MUTE_LINK])
@pytest.mark.parametrize("after", [0.5, 2.0], ids=["in the S2", "after it"])
def test_a_red_flag_does_not_wait_for_a_trouble(trouble: Trouble, after: float) -> None:
    sim = troubled(Sim().well(), trouble)
    sim.run(after)
    sim.alarms(item("a"))
    assert sim.orders[-1].sound is Sound.S1_P1
    assert sim.orders[-1].cut is (sim.bursts[-2].sound is not Sound.S2 or after < 1.4)


def test_an_s2_that_was_cut_calls_again_when_the_red_burst_is_over() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    sim.run(0.5)
    sim.alarms(item("a"))
    sim.run(5)
    assert [b.sound for b in sim.bursts] == [Sound.S2, Sound.S1_P1, Sound.S2]


def test_after_two_red_bursts_an_s2_has_its_turn_and_is_not_cut() -> None:
    """Each flag comes in the midst of the S2, so that without its turn it would never be heard to its end."""
    sim = troubled(Sim().well(), MUTE_LINK)
    flags = []
    for n in range(12):
        while not (sim.state.channel.burst and sim.state.channel.burst.sound is Sound.S2):
            sim.run(0.1)
        sim.run(0.2)
        flags.append(item(f"f{n}"))
        sim.alarms(*flags)
        sim.run(0.3)
    cut = [order.cut for order in sim.orders if order.sound is Sound.S1_P1]
    assert True in cut, "the story is about an S2 that is cut"
    for at in range(len(cut) - 2):
        assert cut[at : at + 3] != [True, True, True]
    assert True in cut[cut.index(False, 1) :], "after its turn it gives way again"


def test_an_s2_that_has_had_its_turn_gives_way_again() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    for n in range(2):
        sim.run(0.5)
        sim.alarms(*(item(f"f{i}") for i in range(n + 1)))
        sim.run(3.5)
    firm = sim.state.channel.burst
    assert firm is not None
    assert firm.firm, "two red bursts went before it"
    sim.run(3)
    sim.alarms()
    while not (sim.state.channel.burst and sim.state.channel.burst.sound is Sound.S2):
        sim.run(0.1)
    sim.alarms(item("late"))
    assert sim.orders[-1].cut


def test_an_escalated_flag_rings_every_six_seconds() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(60)
    sim.alarms(item("a", stage=1))
    mark = sim.now
    sim.run(60)
    late = [b for b in sim.begins() if b > mark]
    assert all(abs(b - a - 6) < 0.001 for a, b in pairwise(late))
    assert len(late) >= 9


def test_escalation_does_not_ring_anew_at_once() -> None:
    """It is the same flag: what changes is how often it rings."""
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.alarms(item("a", stage=2))
    assert len(sim.orders) == 1


def test_a_burst_names_what_escalated_first() -> None:
    sim = Sim().well()
    sim.alarms(item("a"), item("b", level="P2", stage=1), item("t", training=True, stage=2))
    assert [key for key, _ in sim.orders[0].covers] == ["b", "a", "t"]
    assert sim.orders[0].sound is Sound.S1_P1


# ---------------------------------------------------------------------------------------------------------- the pause


def test_a_pause_holds_what_sounds_now_and_ends_by_itself() -> None:
    sim = troubled(Sim().well(), MUTE_LINK)
    sim.alarms(item("a"), item("w", cause="withdrawn"))
    sim.run(8)
    mark = sim.now
    sim.feed(Pause(3600))
    sim.run(119.9)
    assert not [b for b in sim.bursts if b.at > mark], "nobody can ask for more than 120 s, and for less than nothing"
    sim.run(1)
    assert {b.sound for b in sim.bursts if b.at > mark} >= {Sound.S1_P1}
    assert sim.state.pause is None


@pytest.mark.parametrize(
    "news",
    [item("b"), item("a", through=2), item("a", stage=1), item("w2", cause="withdrawn")],
    ids=["a new flag", "the case again", "it escalates", "another is withdrawn"],
)
def test_anything_new_ends_the_pause_at_once(news: object) -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(14)
    sim.feed(Pause(120))
    sim.run(30)
    both = {"a": item("a"), news.key: news}  # type: ignore[attr-defined]
    bursts = len(sim.bursts)
    sim.alarms(*both.values())
    assert sim.state.pause is None
    assert len(sim.bursts) == bursts + 1
    assert "a" in sim.bursts[-1].keys


def test_acknowledging_one_of_two_goes_on_with_the_pause() -> None:
    sim = Sim().well()
    sim.alarms(item("a"), item("b"))
    sim.run(5)
    sim.feed(Pause(60))
    sim.alarms(item("b"))
    bursts = len(sim.bursts)
    sim.run(50)
    assert len(sim.bursts) == bursts
    sim.run(11)
    assert sim.bursts[-1].keys == {"b"}


def test_a_trouble_that_begins_in_a_pause_calls_and_the_pause_goes_on() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(5)
    sim.feed(Pause(60))
    troubled(sim, MUTE_LINK)
    mark = sim.now
    sim.run(30)
    assert {b.sound for b in sim.bursts if b.at >= mark} == {Sound.S2}


def test_a_person_can_end_the_pause() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(15)
    sim.feed(Pause(60))
    sim.run(20)
    mark = sim.now
    sim.feed(Resume())
    sim.run(1)
    assert sim.covering("a", mark)


def test_a_pause_cannot_be_made_longer() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    for _ in range(5):
        sim.feed(Pause(120))
        sim.run(30)
    assert len(sim.covering("a")) >= 2


def test_what_nobody_has_heard_yet_cannot_be_paused() -> None:
    sim = Sim()
    sim.alarms(item("a"))
    sim.feed(Pause(60))
    assert sim.state.pause is None
    sim.well()
    sim.run(0.1)
    assert sim.covering("a")


def test_there_is_nothing_to_pause_in_silence() -> None:
    sim = Sim().well()
    sim.feed(Pause(60))
    assert sim.state.pause is None


def test_a_pause_of_less_than_nothing_is_none() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.feed(Pause(-5))
    assert sim.state.pause is None


def test_a_running_burst_is_not_broken_off_by_a_pause() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.feed(Pause(60))
    assert sim.state.channel.burst is not None


# ------------------------------------------------------------------------------------------------ with a broken sound


def test_a_trouble_nobody_could_hear_calls_at_once_when_the_sound_is_back() -> None:
    sim = Sim().well()
    sim.feed(Audio(ok=False, why="muted"))
    troubled(sim, MUTE_LINK)
    sim.run(3)
    assert sim.rang == []
    sim.feed(Audio(ok=True))
    sim.run(0.1)
    assert [r.covers for r in sim.rang] == [(("link", 0),)]


def test_an_s2_that_broke_off_calls_again() -> None:
    state, _ = step(initial(0), Audio(ok=True), 0)
    state, effects = step(state, Troubles((MUTE_LINK,)), 1)
    play = effects[0]
    state, _ = step(state, BurstBegan(play.n, 1), 1)  # type: ignore[union-attr]
    state, effects = step(state, BurstEnded(play.n, whole=False), 1.5)  # type: ignore[union-attr]
    assert [e.sound for e in effects] == [Sound.S2]  # type: ignore[union-attr]


def test_the_turn_of_s2_is_a_count_and_does_not_scale() -> None:
    assert AlarmTimes().scaled(10).s2_turn == AlarmTimes().s2_turn
    assert AlarmTimes().scaled(10).trouble == 1
