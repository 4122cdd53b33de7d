"""The desk's thread: what it asks of the sounder, what it tells the screen and the ledger, and that it never falls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from kotaconsole.alarm.desk import AlarmDesk, AlarmView, BurstRecord
from kotaconsole.alarm.reasons import REASONS, sentence
from kotaconsole.alarm.sounder_link import Heard
from kotaconsole.domain.alarm import AlarmEvent, AlarmItem, AlarmTimes, Audio, Sound
from kotaconsole.sounder.protocol import Began, Health, Why, Word
from tests.alarm.fakes import Clock, FakeSounder

pytestmark = pytest.mark.unit

FAST = replace(AlarmTimes().scaled(20), start_limit=60.0, end_grace=60.0)
"""Twenty times as fast, but nobody is judged faster: how long a thread may take is the machine's affair."""


class Screen:
    """Remembers every view and every burst."""

    def __init__(self) -> None:
        self.views: list[AlarmView] = []
        self.bursts: list[BurstRecord] = []
        self._news = threading.Condition()

    def on_view(self, view: AlarmView) -> None:
        with self._news:
            self.views.append(view)
            self._news.notify_all()

    def on_burst(self, burst: BurstRecord) -> None:
        with self._news:
            self.bursts.append(burst)
            self._news.notify_all()

    def wait(self, condition: Callable[[], bool], timeout: float = 60.0) -> None:
        with self._news:
            assert self._news.wait_for(condition, timeout), f"the last views: {self.views[-3:]}"


@pytest.fixture
def sounder() -> FakeSounder:
    return FakeSounder()


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def desk(sounder: FakeSounder, screen: Screen) -> Iterator[AlarmDesk]:
    desk = AlarmDesk(sounder, Clock(), times=FAST, on_view=screen.on_view, on_burst=screen.on_burst)
    desk.start()
    yield desk
    desk.stop()
    assert sounder.closed
    assert "alarm" not in [t.name for t in threading.enumerate()]


def well(sounder: FakeSounder, screen: Screen) -> None:
    sounder.well()
    screen.wait(lambda: bool(screen.views) and screen.views[-1].audio == "ok")


def test_a_flag_rings_and_repeats_until_it_is_acknowledged(
    desk: AlarmDesk, sounder: FakeSounder, screen: Screen
) -> None:
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    plays = sounder.wait_plays(4)
    # never sooner; that it is never later is shown in virtual time, where no other program takes the processor
    assert all(b[0] - a[0] >= FAST.repeat - 1e-6 for a, b in pairwise(plays[:4]))
    assert sounder.thread == "alarm"
    desk.alarms_now(())
    screen.wait(lambda: screen.views[-1].new == 0)
    rung = len(sounder.plays)
    threading.Event().wait(FAST.repeat * 1.5)
    assert len(sounder.plays) == rung


def test_the_acknowledged_one_falls_silent_and_the_other_goes_on(
    desk: AlarmDesk, sounder: FakeSounder, screen: Screen
) -> None:
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 1, "P1"), AlarmItem("b", 1, "P2")))
    screen.wait(lambda: len(screen.bursts) >= 1)
    desk.alarms_now((AlarmItem("b", 1, "P2"),))
    screen.wait(lambda: len(screen.bursts) >= 3)
    assert screen.bursts[0].keys == ("a", "b")
    assert {b.keys for b in screen.bursts[1:]} == {("b",)}
    assert screen.bursts[-1].sound is Sound.S1_P2


def test_the_ledger_gets_each_burst_once_in_order_with_its_time(
    desk: AlarmDesk, sounder: FakeSounder, screen: Screen
) -> None:
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 4, "P1"),))
    screen.wait(lambda: len(screen.bursts) >= 3)
    bursts = screen.bursts[:3]
    assert [b.n for b in bursts] == [1, 2, 3]
    assert bursts[0].covers == (("a", 4),)
    apart = bursts[1].began_at.seconds_since(bursts[0].began_at)
    assert apart == pytest.approx(bursts[1].began - bursts[0].began, abs=0.005)


def test_the_view_tells_new_sounding_and_health(desk: AlarmDesk, sounder: FakeSounder, screen: Screen) -> None:
    assert (desk.view.audio, desk.view.new, desk.view.last_burst_at) == ("starting", 0, None)
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    screen.wait(lambda: any(v.sounding == ("a",) for v in screen.views))
    screen.wait(lambda: screen.views[-1].sounding == ())
    view = desk.view
    assert (view.new, view.uncovered, view.audio, view.why) == (1, 0, "ok", None)
    assert view.last_burst_at is not None
    sounder.say(Health(ok=False, why="muted"))
    screen.wait(lambda: screen.views[-1].audio == "lost")
    assert desk.view.code == "muted"
    assert desk.view.why == sentence("muted")
    assert desk.view.since >= view.since


def test_a_view_is_told_only_when_it_changes(desk: AlarmDesk, sounder: FakeSounder, screen: Screen) -> None:
    well(sounder, screen)
    for _ in range(5):
        sounder.say(Health(ok=True))
        desk.alarms_now(())
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    screen.wait(lambda: screen.views[-1].new == 1)
    assert [v.audio for v in screen.views if v.new == 0] == ["ok"]


def test_what_was_flagged_before_the_sound_came_rings_with_it(
    desk: AlarmDesk, sounder: FakeSounder, screen: Screen
) -> None:
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    screen.wait(lambda: bool(screen.views) and screen.views[-1].uncovered == 1)
    assert sounder.plays == []
    sounder.well()
    sounder.wait_plays(1)


def test_a_sounder_that_swallows_a_burst_is_restarted(sounder: FakeSounder, screen: Screen) -> None:
    sounder.say = lambda word: None if not isinstance(word, Health) else FakeSounder.say(sounder, word)  # type: ignore[method-assign]
    desk = AlarmDesk(sounder, Clock(), times=replace(FAST, start_limit=0.1), on_view=screen.on_view)
    desk.start()
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    screen.wait(lambda: any(v.code == "no_answer" for v in screen.views))
    desk.stop()
    assert set(sounder.restarts) == {"no_answer"}


class Held(Clock):
    """A clock that stands still but when told to jump, as it does for a program that was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.mark.parametrize("order", ["answer, health", "health, answer", "a flag, then the answer"])
def test_a_desk_that_was_stopped_does_not_blame_the_sounder(sounder: FakeSounder, screen: Screen, order: str) -> None:
    """A minute passed between two rounds: the begin of the burst was said in time, and only not read yet."""
    held: list[Heard] = []
    let_go, stopped = threading.Event(), threading.Event()
    clock = Held()

    def say(word: Word) -> None:
        (FakeSounder.say(sounder, word) if isinstance(word, Health) else held.append(Heard(1, word)))

    def stand_still(now: float) -> tuple[AlarmEvent, ...]:
        stopped.set()
        assert let_go.wait(60)
        return ()

    sounder.say = say  # type: ignore[method-assign]
    times = replace(FAST, repeat=600.0, start_limit=30.0, end_grace=600.0)
    desk = AlarmDesk(sounder, clock, times=times, on_view=screen.on_view, on_burst=screen.on_burst)
    desk.start()
    well(sounder, screen)
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    screen.wait(lambda: screen.views[-1].new == 1)
    sounder.beat = stand_still  # type: ignore[method-assign]
    desk.heartbeat()
    assert stopped.wait(60)
    began = next(heard for heard in held if isinstance(heard.word, Began))
    if order == "answer, health":
        sounder.tell(began)
    sounder.well()
    if order == "health, answer":
        sounder.tell(began)
    clock.at += 60.0
    let_go.set()
    if order == "a flag, then the answer":  # the begin was still in the pipe
        desk.alarms_now((AlarmItem("a", 1, "P1"), AlarmItem("b", 1, "P1")))
        screen.wait(lambda: screen.views[-1].new == 2)
        sounder.tell(began)
    screen.wait(lambda: len(screen.bursts) == 1)
    desk.stop()
    assert sounder.restarts == []
    assert {v.audio for v in screen.views} == {"ok"}


def test_what_the_look_after_the_process_finds_is_shown(desk: AlarmDesk, sounder: FakeSounder, screen: Screen) -> None:
    sounder.checks.append(Audio(ok=False, why="not_yet", alive=False))
    screen.wait(lambda: bool(screen.views) and screen.views[-1].code == "not_yet")


@pytest.mark.log_errors_expected("a listener and a sounder fail on purpose")
def test_neither_a_listener_nor_a_fault_of_ours_silences_the_alarm(sounder: FakeSounder) -> None:
    def fail(_news: object) -> None:
        raise RuntimeError("planted")

    times = replace(FAST, start_limit=0.1)  # what the fault swallowed counts as not begun
    desk = AlarmDesk(sounder, Clock(), times=times, on_view=fail, on_burst=fail)
    desk.start()
    sounder.well()
    desk.alarms_now((AlarmItem("a", 1, "P1"),))
    sounder.wait_plays(2)
    sounder.broken = True
    sounder.wait_plays(5)
    desk.stop()


def test_heartbeats_pass_on(desk: AlarmDesk, sounder: FakeSounder, screen: Screen) -> None:
    desk.heartbeat()
    well(sounder, screen)
    assert sounder.beats == 1


def test_stopping_a_desk_that_never_started_is_no_fault(sounder: FakeSounder) -> None:
    AlarmDesk(sounder, Clock()).stop()


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert set(REASONS) == set(Why)
    for words in REASONS.values():
        assert words.en.count(".") >= 3
        assert words.hi.count("।") >= 3
        assert any("\u0900" <= c <= "\u097f" for c in words.hi)
    assert sentence("") is None
