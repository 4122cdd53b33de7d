"""Many flags at once: none uncovered for more than 6 s, at most eleven bursts a minute, whatever comes when."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kotaconsole.domain.alarm import AlarmItem, AlarmTimes, Audio, Pause, Resume, Sound, Trouble, Troubles
from tests.unit.alarm_sim import Sim, item

pytestmark = pytest.mark.unit


def in_any_minute(begins: list[float]) -> int:
    return max((sum(a <= b < a + 60 for b in begins) for a in begins), default=0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("per_second", "seconds"), [(0.1, 600), (0.4, 300), (1, 180), (17, 40)])
def test_a_flood_is_covered_within_six_seconds_by_at_most_eleven_bursts_a_minute(
    seed: int, per_second: float, seconds: float
) -> None:
    dice, sim = random.Random(seed), Sim().well()
    items: list[AlarmItem] = []
    came: dict[str, float] = {}
    end = sim.now + seconds
    while sim.now < end:
        new = item(f"f{len(items)}", level=dice.choice(["P1", "P2", "P3"]))
        items.append(new)
        came[new.key] = sim.now
        sim.alarms(*items)
        sim.run(dice.expovariate(per_second))
    sim.run(6)
    late = {k: sim.covering(k, at)[0].at - at for k, at in came.items()}
    assert max(late.values()) <= 6.0
    assert in_any_minute(sim.begins()) <= 11
    assert sim.state.uncovered == 0
    assert {w.item.key for w in sim.state.waiting} == set(came), "records never coalesce"


def test_the_worst_rhythm_is_covered_too() -> None:
    """Each flag comes a moment after a burst began, so that none can ever be the first of its burst."""
    sim = Sim().well()
    items: list[AlarmItem] = []
    came: dict[str, float] = {}
    for i in range(60):
        items.append(item(f"f{i}"))
        came[f"f{i}"] = sim.now
        bursts = len(sim.bursts)
        sim.alarms(*items)
        while len(sim.bursts) == bursts:
            sim.run(0.01)
        sim.run(0.05)
    assert max(sim.covering(k, at)[0].at - at for k, at in came.items()) <= 6.0
    assert in_any_minute(sim.begins()) <= 11


class AlarmMachine(RuleBasedStateMachine):
    """Flags, acknowledgements, escalations, troubles, pauses, mutes, deaths and time in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.sim = Sim().well()
        self.items: dict[str, AlarmItem] = {}
        self.came: dict[str, float] = {}
        self.well_since = self.sim.now
        self.ids = 0
        self.troubles: dict[str, Trouble] = {}
        self.troubled: dict[str, float] = {}
        self.escalated: dict[str, float] = {}

    def _tell(self) -> None:
        self.sim.alarms(*self.items.values())

    @rule(level=st.sampled_from(["P1", "P2", "P3"]), training=st.booleans())
    def flag(self, level: str, training: bool) -> None:
        self.ids += 1
        self.items[f"f{self.ids}"] = item(f"f{self.ids}", 1, level, training=training)
        self.came[f"f{self.ids}"] = self.sim.now
        self._tell()

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.items)))
        old = self.items[key]
        self.items[key] = item(key, old.through + 1, old.level, training=old.training)
        self.came[key] = self.sim.now
        self.escalated.pop(key, None)
        self._tell()

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.items)))
        del self.items[key], self.came[key]
        self.escalated.pop(key, None)
        self._tell()

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self.ids += 1
        key = f"w{self.ids}"
        self.items[key] = item(key, cause="withdrawn")
        self.came[key] = self.sim.now
        self._tell()

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def escalate(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.items)))
        self.items[key] = replace(self.items[key], stage=min(2, self.items[key].stage + 1))
        self.escalated.setdefault(key, self.sim.now)
        self._tell()

    @rule(key=st.sampled_from(["link", "watch:kunhadi"]), seen=st.booleans(), phrase=st.booleans())
    def trouble(self, key: str, seen: bool, phrase: bool) -> None:
        seen = seen or (key in self.troubles and self.troubles[key].seen)  # nobody takes that back
        self.troubles[key] = Trouble(key, seen=seen, phrase=Sound.SAY_LINK if phrase else None)
        self.troubled.setdefault(key, self.sim.now)
        self.sim.feed(Troubles(tuple(self.troubles.values())))

    @precondition(lambda self: self.troubles)
    @rule()
    def trouble_ends(self) -> None:
        self.troubled.pop(self.troubles.popitem()[0])
        self.sim.feed(Troubles(tuple(self.troubles.values())))

    @rule(seconds=st.floats(0, 500))
    def pause(self, seconds: float) -> None:
        self.sim.feed(Pause(seconds))

    @rule()
    def resume(self) -> None:
        self.sim.feed(Resume())

    @rule(seconds=st.floats(0.01, 25))
    def wait(self, seconds: float) -> None:
        self.sim.run(seconds)

    @rule()
    def mute(self) -> None:
        self.sim.feed(Audio(ok=False, why="muted"))

    @rule()
    def die(self) -> None:
        self.sim.silence_plan()
        self.sim.feed(Audio(ok=False, why="sounder_gone", alive=False))

    @rule()
    def recover(self) -> None:
        if self.sim.state.channel.audio != "ok":
            self.well_since = self.sim.now
        self.sim.feed(Audio(ok=True))

    @invariant()
    def every_alarm_has_its_own_record(self) -> None:
        assert {w.item.key: w.item for w in self.sim.state.waiting} == self.items

    @invariant()
    def no_new_flag_is_silent_unless_the_sound_is_marked_lost(self) -> None:
        if self.sim.state.channel.audio != "ok":
            return
        pause = self.sim.state.pause
        if pause is not None:
            assert pause.until - self.sim.now <= 120.001, "there is no mute"
        for key, at in self.came.items():
            if self.items[key].cause == "withdrawn":
                continue
            if pause is not None and (key, self.items[key].through) in pause.covers:
                continue
            # a burst that was heard before the sound was lost for a moment has stood for the flag already
            heard = [rang.at for rang in self.sim.rang if (key, self.items[key].through) in rang.covers]
            since = max(at, self.well_since, self.sim.loud_since)
            if not heard:
                assert self.sim.now - since <= 6.0
            elif heard[0] > since:
                assert heard[0] - since <= 6.0
            assert self.sim.now - max([since, *heard]) <= 10.5
            if key in self.escalated:
                assert self.sim.now - max([since, self.escalated[key], *heard]) <= 6.5

    @invariant()
    def no_trouble_is_silent_unless_the_sound_is_marked_lost(self) -> None:
        if self.sim.state.channel.audio != "ok":
            return
        pause = self.sim.state.pause
        for key, trouble in self.troubles.items():
            if pause is not None and (key, 0) in pause.covers:
                continue
            heard = [rang.at for rang in self.sim.rang if (key, 0) in rang.covers]
            since = max(self.troubled[key], self.well_since, self.sim.loud_since)
            # Two red bursts may go before it, and one that is cut is called again.
            patience = 2 * 3.4 + 6 + (60 if trouble.seen else 10)
            assert self.sim.now - max([since, *heard]) <= patience

    @invariant()
    def no_more_than_two_red_bursts_go_before_an_s2(self) -> None:
        assert self.sim.state.channel.passed <= 2

    @invariant()
    def never_more_than_eleven_bursts_a_minute(self) -> None:
        recent = [b for b in self.sim.begins() if b > self.sim.now - 200]
        assert in_any_minute(recent) <= 11

    @invariant()
    def nothing_is_called_heard_that_was_not(self) -> None:
        uncovered = sum(not w.covered for w in self.sim.state.waiting)
        assert uncovered == self.sim.state.uncovered
        heard = {cover for rang in self.sim.rang for cover in rang.covers}
        assert all(w.cover in heard for w in self.sim.state.waiting if w.covered)

    @invariant()
    def a_well_sounder_is_never_restarted(self) -> None:
        assert self.sim.restarts == []


AlarmMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAlarmMachine = AlarmMachine.TestCase


def test_the_default_times_keep_both_promises() -> None:
    times = AlarmTimes()
    assert 11 * times.pace - times.slack > 60
    assert times.pace < 6
    assert times.pace - times.slack <= times.length(Sound.S1_P2) + 1e-9
