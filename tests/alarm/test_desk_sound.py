"""The whole chain but the window: desk, pipe, process, sound server, and a recorder that listens all the time."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kotaconsole.alarm.desk import AlarmDesk, AlarmView, BurstRecord
from kotaconsole.alarm.reasons import sentence
from kotaconsole.alarm.sounder_link import SounderLink, SounderOptions
from kotaconsole.domain.alarm import AlarmItem, AlarmTimes
from tests.alarm.fakes import Clock
from tests.sounder.making import SHIPPED, make_sounds
from tests.sounder.sounding import sound_env
from tests.world.processes import Nest
from tests.world.sound import SoundServer

pytestmark = [pytest.mark.sync, pytest.mark.slow]

COMMAND = (sys.executable, "-m", "kotaconsole.sounder")
FAST = AlarmTimes().scaled(10)


class Room:
    """A desk with its real sounder; what it tells, with condition waits."""

    def __init__(self, sounds: Path, times: AlarmTimes) -> None:
        self.link = SounderLink(SounderOptions(sounds, command=COMMAND))
        self.desk = AlarmDesk(self.link, Clock(), times=times, on_view=self._viewed, on_burst=self._rang)
        self.views: list[tuple[float, AlarmView]] = []
        self.bursts: list[BurstRecord] = []
        self._news = threading.Condition()

    def _viewed(self, view: AlarmView) -> None:
        with self._news:
            self.views.append((time.monotonic(), view))
            self._news.notify_all()

    def _rang(self, burst: BurstRecord) -> None:
        with self._news:
            self.bursts.append(burst)
            self._news.notify_all()

    def wait(self, condition: Callable[[], bool], timeout: float = 6.0) -> None:
        with self._news:
            assert self._news.wait_for(condition, timeout), f"the last views: {self.views[-3:]}"

    def wait_audio(self, audio: str, since: float = 0.0, timeout: float = 6.0) -> tuple[float, AlarmView]:
        """The first view since then with the sound so."""

        def found() -> list[tuple[float, AlarmView]]:
            return [(t, v) for t, v in self.views if t >= since and v.audio == audio]

        self.wait(lambda: bool(found()), timeout)
        return found()[0]

    def wait_bursts(self, n: int, timeout: float = 10.0) -> list[BurstRecord]:
        self.wait(lambda: len(self.bursts) >= n, timeout)
        return self.bursts


@pytest.fixture
def nest(monkeypatch: pytest.MonkeyPatch) -> Iterator[Nest]:
    """A home without sound, which the sounder inherits."""
    with Nest() as nest:
        yield nest


@pytest.fixture
def open_room(nest: Nest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path, AlarmTimes], Room]]:
    """Rooms whose desks stop with the test and leave no process behind."""
    rooms: list[Room] = []

    def open_(sounds: Path, times: AlarmTimes) -> Room:
        for name, value in sound_env(nest.env).items():
            monkeypatch.setenv(name, value)
        rooms.append(Room(sounds, times))
        rooms[-1].desk.start()
        return rooms[-1]

    yield open_
    for room in rooms:
        pid = room.link.pid
        room.desk.stop()
        assert room.link.pid is None
        assert pid is None or not Path(f"/proc/{pid}").exists()


@pytest.fixture
def room(open_room: Callable[[Path, AlarmTimes], Room], nest: Nest, sound_server: SoundServer) -> Room:
    """A desk that is well, with the shipped sounds and the real times."""
    sound_server.settings_for(nest)
    room = open_room(SHIPPED, AlarmTimes())
    room.wait_audio("ok")
    return room


def flag(key: str, level: str = "P1") -> AlarmItem:
    return AlarmItem(key, 1, level)  # type: ignore[arg-type]


def test_a_flag_is_heard_again_and_again_until_it_is_acknowledged(
    open_room: Callable[[Path, AlarmTimes], Room], nest: Nest, sound_server: SoundServer, tmp_path: Path
) -> None:
    """Ten times as fast: a burst each second, none missing, none after the acknowledgement."""
    make_sounds().write(tmp_path, speed=10)
    sound_server.settings_for(nest)
    room = open_room(tmp_path, FAST)
    room.wait_audio("ok")
    mark = time.monotonic()
    room.desk.alarms_now((flag("a"),))
    told = [b.began for b in room.wait_bursts(8, 12)]
    room.desk.alarms_now(())
    room.wait(lambda: room.views[-1][1].new == 0 and room.views[-1][1].sounding == ())
    done = time.monotonic()
    threading.Event().wait(2.2)
    heard = [b.onset for b in sound_server.recorder().bursts(mark, gap=0.3)]
    assert len(heard) == len(told)
    assert [b - a for a, b in pairwise(heard)] == pytest.approx([1.0] * (len(heard) - 1), abs=0.05)
    assert heard == pytest.approx(told, abs=0.05), "the ledger says when it was heard"
    assert sound_server.quiet(done + 0.4)


def test_from_the_flag_to_the_ear(
    open_room: Callable[[Path, AlarmTimes], Room], nest: Nest, sound_server: SoundServer, tmp_path: Path
) -> None:
    """Thirty single flags in silence, each acknowledged: every one is heard, and before the next one comes.

    How fast is measured in the benches, against a floor: a busy machine must not fail a test.
    """
    make_sounds().write(tmp_path, speed=10)
    sound_server.settings_for(nest)
    room = open_room(tmp_path, FAST)
    room.wait_audio("ok")
    mark, came = time.monotonic(), []
    dice, rest = random.Random(2), threading.Event()
    for n in range(30):
        came.append(time.monotonic())
        room.desk.alarms_now((flag(f"f{n}", "P2"),))
        room.wait_bursts(n + 1)
        room.desk.alarms_now(())
        rest.wait(dice.uniform(0.62, 0.66))
    done = time.monotonic()
    heard = [b.onset for b in sound_server.recorder().bursts(mark, gap=0.3)]
    for begin, end in pairwise((*came, done)):
        assert any(begin < onset < end for onset in heard), "a flag that nobody heard"


def test_a_flag_in_the_midst_of_a_burst_waits_for_its_end_and_is_covered(room: Room, sound_server: SoundServer) -> None:
    mark = time.monotonic()
    room.desk.alarms_now((flag("a"),))
    room.wait_bursts(1)
    room.desk.alarms_now((flag("a"), flag("b")))
    came = time.monotonic()
    second = room.wait_bursts(2)[1]
    assert second.keys == ("a", "b")
    assert second.began - came <= 6.0
    first = sound_server.recorder().bursts(mark, gap=0.65)[0]
    assert first.count >= 10, "the running one was not cut"


def test_a_killed_sounder_is_replaced_within_two_seconds_and_rings_again(room: Room, sound_server: SoundServer) -> None:
    room.desk.alarms_now((flag("a"),))
    room.wait_bursts(1)
    mark = time.monotonic()
    pid = room.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    lost, view = room.wait_audio("lost", mark)
    assert lost - mark <= 0.5
    assert (view.why, view.uncovered) == (sentence("sounder_gone"), 1)
    well, _ = room.wait_audio("ok", lost)
    assert well - mark <= 2.0
    assert room.link.pid != pid
    room.wait_bursts(2)
    assert room.bursts[1].began - well <= 0.5, "what was cut off rings at once"


def test_a_frozen_sounder_is_replaced(room: Room) -> None:
    mark = time.monotonic()
    pid = room.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    lost, view = room.wait_audio("lost", mark)
    assert lost - mark <= 2.0
    assert view.code == "no_answer"
    room.wait_audio("ok", lost)
    assert not Path(f"/proc/{pid}").exists()


def test_a_mute_is_shown_and_its_end_rings_at_once(room: Room, sound_server: SoundServer) -> None:
    mark = time.monotonic()
    sound_server.mute()
    lost, view = room.wait_audio("lost", mark)
    assert lost - mark <= 2.0
    assert view.why == sentence("muted")
    room.desk.alarms_now((flag("a"),))
    room.wait(lambda: room.views[-1][1].uncovered == 1)
    assert room.bursts == []
    healed = time.monotonic()
    sound_server.mute(False)
    room.wait_bursts(1)
    assert sound_server.wait_burst(healed, 8).count >= 1
    assert room.desk.view.uncovered == 0


def test_the_sound_server_dies_and_comes_back(room: Room, sound_server: SoundServer) -> None:
    mark = time.monotonic()
    sound_server.kill()
    lost, view = room.wait_audio("lost", mark)
    assert lost - mark <= 2.0
    assert view.code in {"server_gone", "device_gone"}
    room.desk.alarms_now((flag("a"),))
    sound_server.start()
    back = time.monotonic()
    well, _ = room.wait_audio("ok", lost, timeout=10)
    assert well - back <= 5.0
    room.wait_bursts(1)
    assert sound_server.wait_burst(back, 8, hz=523).count == 10


def test_a_desk_without_a_device_says_so(open_room: Callable[[Path, AlarmTimes], Room]) -> None:
    room = open_room(SHIPPED, AlarmTimes())
    _, view = room.wait_audio("lost")
    assert view.code == "no_device"
    assert view.why is not None
    assert "no sound device" in view.why.en
    assert "ध्वनि उपकरण नहीं" in view.why.hi
    room.desk.alarms_now((flag("a"),))
    room.wait(lambda: room.views[-1][1].new == 1)
    threading.Event().wait(3)  # over two lives of a sounder: the reason stands all the while
    assert {v.code for _, v in room.views if v.audio == "lost"} == {"no_device"}
    assert [v.audio for _, v in room.views].count("ok") == 0


@pytest.mark.log_errors_expected("there is no such program")
def test_a_sounder_that_cannot_be_started_is_a_lost_sound(open_room: Callable[[Path, AlarmTimes], Room]) -> None:
    link = SounderLink(SounderOptions(SHIPPED, command=("/nonexistent/sounder",)))
    desk = AlarmDesk(link, Clock())
    desk.start()
    came = threading.Event()
    while desk.view.audio != "lost":
        assert not came.wait(0.05)
    assert desk.view.code == "sounder_gone"
    desk.stop()
