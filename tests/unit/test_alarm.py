"""One flag at a time: what an operator hears, and until when."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from kotaconsole.domain.alarm import (
    Alarms,
    AlarmTimes,
    Audio,
    BurstBegan,
    BurstEnded,
    Restart,
    Sound,
    Tick,
    initial,
    next_due,
    step,
)
from tests.unit.alarm_sim import LATENCY, Sim, item

pytestmark = pytest.mark.unit


def test_the_first_flag_after_silence_sounds_at_once() -> None:
    sim = Sim().well()
    sim.run(100)
    sim.alarms(item("a"))
    assert [(o.sound, o.covers) for o in sim.orders] == [(Sound.S1_P1, (("a", 1),))]


def test_it_repeats_every_ten_seconds_without_bound() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1799)
    begins = sim.begins()
    assert len(begins) == 180
    assert all(abs(b - a - 10) <= 0.001 for a, b in pairwise(begins)), "the way to the ear does not add up"


def test_acknowledging_silences_that_one_only() -> None:
    sim = Sim().well()
    sim.alarms(item("a"), item("b"))
    sim.run(15)
    sim.alarms(item("b"))
    mark = sim.now
    sim.run(60)
    assert not sim.covering("a", mark)
    assert len(sim.covering("b", mark)) >= 5
    sim.alarms()
    mark = sim.now
    sim.run(60)
    assert not sim.begins() or max(sim.begins()) <= mark
    assert sim.state.waiting == ()


def test_nothing_cuts_a_red_burst_short() -> None:
    sim = Sim().well()
    sim.alarms(item("a", level="P2"))
    sim.run(0.5)
    sim.alarms(item("a", level="P2"), item("b"))
    assert len(sim.orders) == 1
    sim.run(1.1)
    assert [o.cut for o in sim.orders] == [False, False]
    assert sim.orders[1].sound is Sound.S1_P1
    assert sim.begins()[1] == pytest.approx(sim.begins()[0] + 1.4 + LATENCY, abs=0.05)


def test_a_single_flag_sounds_at_once_although_another_rang_a_moment_ago() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(23.9)  # silence between two repeats
    sim.alarms(item("a"), item("b"))
    assert sim.orders[-1].covers == (("a", 1), ("b", 1))
    assert len(sim.orders) == 4


def test_the_same_set_again_is_a_no_op() -> None:
    sim = Sim().well()
    both = (item("a"), item("b", level="P2"))
    sim.alarms(*both)
    sim.run(1)
    before = sim.state
    after, effects = step(before, Alarms(tuple(reversed(both))), sim.now)
    assert after is before
    assert effects == ()


def test_of_two_entries_of_one_case_the_newer_counts() -> None:
    state, _ = step(initial(0), Alarms((item("a", 3), item("a", 2))), 0)
    assert [w.item.through for w in state.waiting] == [3]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (item("a", 1), item("a", 2)),
        (item("a", level="P2"), item("a", level="P1")),
        (item("a", training=True), item("a")),
    ],
    ids=["repeat", "raised", "real"],
)
def test_what_becomes_more_is_new_again(old: object, new: object) -> None:
    sim = Sim().well()
    sim.alarms(old)  # type: ignore[arg-type]
    sim.run(4.5)
    sim.alarms(new)  # type: ignore[arg-type]
    assert len(sim.orders) == 2


@pytest.mark.parametrize(
    ("old", "new"), [(item("a", level="P1"), item("a", level="P2")), (item("a", 1), item("a", 1, training=True))]
)
def test_what_becomes_less_keeps_its_clock(old: object, new: object) -> None:
    sim = Sim().well()
    sim.alarms(old)  # type: ignore[arg-type]
    sim.run(4.5)
    sim.alarms(new)  # type: ignore[arg-type]
    assert len(sim.orders) == 1
    sim.run(6)
    assert len(sim.orders) == 2


@pytest.mark.parametrize(
    ("items", "sound"),
    [
        ([item("a", level="P3")], Sound.S1_P2),
        ([item("a", level="P2"), item("b", level="P1")], Sound.S1_P1),
        ([item("a", level="P2"), item("b", level="P1", training=True)], Sound.S1_P2),
        ([item("b", level="P1", training=True)], Sound.S1_P1),
    ],
    ids=["p3", "p1 among others", "real before training", "training alone"],
)
def test_the_tone(items: list[object], sound: Sound) -> None:
    sim = Sim().well()
    sim.alarms(*items)  # type: ignore[arg-type]
    assert sim.orders[0].sound is sound
    assert len(sim.orders[0].covers) == len(items)


def test_a_burst_names_real_ones_before_training_and_high_before_low() -> None:
    sim = Sim().well()
    sim.alarms(item("t", training=True), item("low", level="P3"), item("high"))
    assert [k for k, _ in sim.orders[0].covers] == ["high", "low", "t"]


# withdrawn


def test_a_withdrawn_flag_rings_low_once_and_stays() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(12)
    sim.alarms(item("a", 2, cause="withdrawn"))
    mark = sim.now
    sim.run(120)
    assert [b.sound for b in sim.covering("a", mark)] == [Sound.S3]
    assert len(sim.state.waiting) == 1


def test_a_flag_that_stands_again_after_a_withdrawal_is_red_again() -> None:
    sim = Sim().well()
    sim.alarms(item("a", cause="withdrawn"))
    sim.run(30)
    sim.alarms(item("a", cause="flag"))
    assert sim.orders[-1].sound is Sound.S1_P1


def test_red_goes_first_and_cuts_low() -> None:
    sim = Sim().well()
    sim.alarms(item("w", cause="withdrawn"), item("a"))
    assert [o.sound for o in sim.orders] == [Sound.S1_P1]
    sim.run(9)
    assert [o.sound for o in sim.orders] == [Sound.S1_P1, Sound.S3], "in the silence before the repeat"
    assert sim.state.uncovered == 0
    sim.run(50)
    sim.alarms(item("w", cause="withdrawn"), item("v", cause="withdrawn"))
    sim.run(0.3)
    assert sim.orders[-1].sound is Sound.S3
    assert sim.orders[-1].covers == (("v", 1),)
    sim.alarms(item("w", cause="withdrawn"), item("v", cause="withdrawn"), item("b"))
    assert (sim.orders[-1].sound, sim.orders[-1].cut) == (Sound.S1_P1, True)


def test_many_withdrawals_do_not_become_a_rattle() -> None:
    sim = Sim().well()
    gone = [item(f"w{i}", cause="withdrawn") for i in range(60)]
    for i in range(60):
        sim.alarms(*gone[: i + 1])
        sim.run(1)
    sim.run(10)
    assert len(sim.begins(Sound.S3)) <= 13
    assert all(sim.covering(g.key) for g in gone)


# the channel


def test_nothing_is_asked_of_a_sounder_that_is_not_there() -> None:
    sim = Sim()
    sim.alarms(item("a"))
    sim.run(30)
    assert sim.orders == []
    assert sim.state.channel.audio == "starting"
    sim.feed(Audio(ok=True))
    assert len(sim.orders) == 1


def test_a_burst_nobody_could_hear_covers_nothing_and_rings_at_once_when_the_sound_is_back() -> None:
    sim = Sim().well()
    sim.feed(Audio(ok=False, why="muted"))
    sim.alarms(item("a"))
    sim.run(12)
    assert len(sim.orders) == 2, "it keeps trying: the loss may be seen wrongly"
    assert sim.rang == []
    assert sim.state.uncovered == 1
    sim.run(5)
    sim.feed(Audio(ok=True))
    sim.run(LATENCY)
    assert len(sim.orders) == 3
    assert [r.covers for r in sim.rang] == [(("a", 1),)]
    assert sim.state.uncovered == 0


def test_a_mute_within_a_burst_uncovers_it() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    assert sim.state.uncovered == 0
    sim.feed(Audio(ok=False, why="muted"))
    assert sim.state.uncovered == 1
    assert sim.state.channel.burst is not None
    sim.feed(Audio(ok=True))
    sim.run(3)
    assert len(sim.orders) == 2, "again, as soon as the running one is over"


def test_a_mute_before_the_burst_began_covers_nothing() -> None:
    state, _ = step(initial(0), Audio(ok=True), 0)
    state, _ = step(state, Alarms((item("a"),)), 0)
    state, _ = step(state, Audio(ok=False, why="muted"), 0.01)
    state, effects = step(state, BurstBegan(1, 0.03), 0.02)
    assert effects == ()
    assert state.uncovered == 1


def test_a_dead_sounder_takes_its_burst_along() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.silence_plan()
    sim.feed(Audio(ok=False, why="sounder_gone", alive=False))
    since = sim.state.channel.since
    assert (sim.state.channel.burst, sim.state.uncovered) == (None, 1)
    sim.run(2)
    sim.feed(Audio(ok=False, why="no_device", alive=False))
    assert (sim.state.channel.why, sim.state.channel.since) == ("no_device", since)
    sim.run(2)
    sim.feed(Audio(ok=True))
    assert len(sim.orders) == 2
    assert sim.state.channel.why == ""


def test_the_same_health_again_changes_nothing() -> None:
    state, _ = step(initial(0), Audio(ok=True), 0)
    assert step(state, Audio(ok=True), 5)[0] is state


def test_well_but_not_there_is_lost() -> None:
    state, _ = step(initial(0), Audio(ok=True, alive=False), 1)
    assert state.channel.audio == "lost"


def test_a_sounder_that_does_not_begin_is_restarted_and_the_sound_counts_as_lost() -> None:
    sim = Sim().well()
    sim.deaf = True
    sim.alarms(item("a"))
    sim.run(2.99)
    assert sim.state.channel.audio == "ok"
    sim.run(0.02)
    assert sim.restarts == ["no_answer"]
    assert (sim.state.channel.audio, sim.state.channel.alive) == ("lost", False)


def test_a_sounder_that_does_not_end_is_restarted() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.silence_plan()
    sim.run(3.3)
    assert sim.restarts == []
    sim.run(0.2)
    assert sim.restarts == ["no_answer"]
    assert sim.state.uncovered == 1


def test_a_burst_that_broke_off_rings_again() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    sim.silence_plan()
    sim.feed(BurstEnded(1, whole=False))
    assert sim.state.uncovered == 1
    sim.run(0.5)
    assert len(sim.orders) == 2


def test_words_about_another_burst_mean_nothing() -> None:
    sim = Sim().well()
    sim.alarms(item("a"))
    sim.run(1)
    before = sim.state
    for word in (BurstBegan(7, 1.0), BurstEnded(7), BurstBegan(1, 1.0)):
        assert step(before, word, sim.now)[0] is before
    sim.run(3)
    for word in (BurstBegan(1, 1.0), BurstEnded(1)):
        assert step(sim.state, word, sim.now)[0] is sim.state


def test_the_begin_of_another_burst_covers_nothing() -> None:
    state, _ = step(initial(0), Audio(ok=True), 0)
    state, _ = step(state, Alarms((item("a"),)), 0)
    assert step(state, BurstBegan(7, 0.03), 0.02) == (state, ())


def test_an_alarm_that_came_anew_within_a_burst_is_not_covered_by_it() -> None:
    state, _ = step(initial(0), Audio(ok=True), 0)
    state, _ = step(state, Alarms((item("a", level="P2"),)), 0)
    state, _ = step(state, Alarms((item("a", level="P1"),)), 0.01)
    state, _ = step(state, BurstBegan(1, 0.03), 0.02)
    assert state.uncovered == 1


def test_silence_needs_no_clock() -> None:
    sim = Sim().well()
    assert next_due(sim.state) is None
    assert step(sim.state, Tick(), 5000.0) == (sim.state, ())


def test_times_scale_as_a_whole() -> None:
    fast = AlarmTimes().scaled(10)
    assert (fast.repeat, fast.length(Sound.S1_P1), fast.length(Sound.S2)) == pytest.approx((1.0, 0.34, 0.14))
    assert replace(AlarmTimes(), repeat=6).repeat == 6


def test_restart_names_its_reason() -> None:
    assert Restart("no_answer").why == "no_answer"
