"""The whole chain but the window: desk, pipe, process, sound server, and a recorder that listens all the time."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from tests.world.waiting import until

pytestmark = [pytest.mark.sync, pytest.mark.slow]

COMMAND = (sys.executable, "-m", "kotaconsole.sounder")
FAST = replace(AlarmTimes().scaled(10), start_limit=3.0, end_grace=3.0)
"""Ten times as fast, but nobody is judged faster: how long a process may take is the machine's affair."""
ONCE = replace(AlarmTimes(), repeat=3600.0)
"""Nothing rings twice by itself: what rings a second time was not heard the first time, or is new."""


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

    def wait(self, condition: Callable[[], bool], timeout: float = 60.0) -> None:
        with self._news:
            assert self._news.wait_for(condition, timeout), f"the last views: {self.views[-3:]}"

    def wait_audio(self, audio: str, since: float = 0.0) -> tuple[float, AlarmView]:
        """The first view since then with the sound so."""

        def found() -> list[tuple[float, AlarmView]]:
            return [(t, v) for t, v in self.views if t >= since and v.audio == audio]

        self.wait(lambda: bool(found()))
        return found()[0]

    def wait_bursts(self, n: int) -> list[BurstRecord]:
        self.wait(lambda: len(self.bursts) >= n)
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
    """A desk that is well, with the shipped sounds, where nothing repeats."""
    sound_server.settings_for(nest)
    room = open_room(SHIPPED, ONCE)
    room.wait_audio("ok")
    return room


def flag(key: str, level: str = "P1") -> AlarmItem:
    return AlarmItem(key, 1, level)  # type: ignore[arg-type]


def test_a_flag_is_heard_again_and_again_until_it_is_acknowledged(
    open_room: Callable[[Path, AlarmTimes], Room], nest: Nest, sound_server: SoundServer, tmp_path: Path
) -> None:
    """Ten times as fast: a burst each second, each in the ledger and in the ear, none after the acknowledgement."""
    make_sounds().write(tmp_path, speed=10)
    sound_server.settings_for(nest)
    room = open_room(tmp_path, FAST)
    room.wait_audio("ok")
    mark = time.monotonic()
    room.desk.alarms_now((flag("a"),))
    told = [b.began for b in room.wait_bursts(5)]
    room.desk.alarms_now(())
    room.wait(lambda: room.views[-1][1].new == 0 and room.views[-1][1].sounding == ())
    told = [b.began for b in room.bursts]
    threading.Event().wait(1.5 * FAST.repeat)
    assert [b.began for b in room.bursts] == told
    heard = [b.onset for b in sound_server.recorder().bursts(mark, time.monotonic(), gap=0.5)]
    assert len(heard) == len(told)
    # half a period either way: the ledger's burst is this one and no other; how near they are is a bench's matter
    assert heard == pytest.approx(told, abs=FAST.repeat / 2), "the ledger says when it was heard"


def test_from_the_flag_to_the_ear(
    open_room: Callable[[Path, AlarmTimes], Room], nest: Nest, sound_server: SoundServer, tmp_path: Path
) -> None:
    """Six single flags in silence, each acknowledged when it was heard: every one rings, and once."""
    make_sounds().write(tmp_path, speed=10)
    sound_server.settings_for(nest)
    room = open_room(tmp_path, replace(FAST, repeat=3600.0))
    room.wait_audio("ok")
    mark = time.monotonic()
    for n in range(6):
        came = time.monotonic()
        room.desk.alarms_now((flag(f"f{n}", "P2"),))
        sound_server.wait_burst(came, 60, whole=False)
        room.wait_bursts(n + 1)
        room.desk.alarms_now(())
        room.wait(lambda: room.views[-1][1].new == 0 and room.views[-1][1].sounding == ())
        until(lambda mark=came: not sound_server.bursts(mark)[-1].sounding, 60, "silence")
    assert [b.keys for b in room.bursts] == [(f"f{n}",) for n in range(6)]
    assert len(sound_server.bursts(mark, time.monotonic())) == 6


def test_a_flag_in_the_midst_of_a_burst_waits_for_its_end_and_is_covered(room: Room, sound_server: SoundServer) -> None:
    """How long it waits at most is shown in virtual time."""
    mark = time.monotonic()
    room.desk.alarms_now((flag("a"),))
    room.wait_bursts(1)
    room.desk.alarms_now((flag("a"), flag("b")))
    first, second = room.wait_bursts(2)[:2]
    assert second.keys == ("a", "b")
    assert second.began - first.began >= ONCE.s1_p1
    room.wait(lambda: room.views[-1][1].sounding == () and room.views[-1][1].uncovered == 0)
    pulses = [pulse for burst in sound_server.bursts(mark, time.monotonic() + 0.2) for pulse in burst.pulses]
    assert len(pulses) >= 20, "neither was cut"


def test_a_killed_sounder_is_replaced_and_what_it_cut_off_rings_again(room: Room) -> None:
    room.desk.alarms_now((flag("a"),))
    room.wait_bursts(1)
    mark = time.monotonic()
    pid = room.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    lost, view = room.wait_audio("lost", mark)
    assert (view.why, view.uncovered) == (sentence("sounder_gone"), 1)
    room.wait_audio("ok", lost)
    assert room.link.pid != pid
    assert room.wait_bursts(2)[1].keys == ("a",)


def test_a_frozen_sounder_is_shown_and_replaced(room: Room) -> None:
    mark = time.monotonic()
    pid = room.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    lost, view = room.wait_audio("lost", mark)
    assert view.code == "no_answer"
    room.wait_audio("ok", lost)
    assert not Path(f"/proc/{pid}").exists()


def test_a_mute_is_shown_and_its_end_rings_at_once(room: Room, sound_server: SoundServer) -> None:
    mark = time.monotonic()
    sound_server.mute()
    _, view = room.wait_audio("lost", mark)
    assert view.why == sentence("muted")
    room.desk.alarms_now((flag("a"),))
    room.wait(lambda: room.views[-1][1].uncovered == 1)
    assert room.bursts == []
    healed = time.monotonic()
    sound_server.mute(False)
    assert room.wait_bursts(1)[0].began >= healed
    assert sound_server.wait_burst(healed, 60, whole=False).count >= 1
    assert room.desk.view.uncovered == 0


def test_the_sound_server_dies_and_comes_back(room: Room, sound_server: SoundServer) -> None:
    mark = time.monotonic()
    sound_server.kill()
    lost, view = room.wait_audio("lost", mark)
    assert view.code in {"server_gone", "device_gone"}
    room.desk.alarms_now((flag("a"),))
    back = time.monotonic()
    sound_server.start()
    room.wait_audio("ok", lost)
    room.wait_bursts(1)
    assert sound_server.wait_burst(back, 60, hz=523).count >= 10, "the whole of it"


def test_a_desk_without_a_device_says_so(open_room: Callable[[Path, AlarmTimes], Room]) -> None:
    room = open_room(SHIPPED, ONCE)
    _, view = room.wait_audio("lost")
    assert view.code == "no_device"
    assert view.why is not None
    assert "no sound device" in view.why.en
    assert "ध्वनि उपकरण नहीं" in view.why.hi
    room.desk.alarms_now((flag("a"),))
    room.wait(lambda: room.views[-1][1].new == 1)
    lives = {room.link.pid}

    def third() -> bool:
        lives.add(room.link.pid)
        return len(lives - {None}) >= 3

    until(third, 60, "two more lives of a sounder: the reason stands all the while")
    assert {v.code for _, v in room.views if v.audio == "lost"} == {"no_device"}
    assert [v.audio for _, v in room.views].count("ok") == 0


@pytest.mark.log_errors_expected("there is no such program")
def test_a_sounder_that_cannot_be_started_is_a_lost_sound(open_room: Callable[[Path, AlarmTimes], Room]) -> None:
    link = SounderLink(SounderOptions(SHIPPED, command=("/nonexistent/sounder",)))
    desk = AlarmDesk(link, Clock())
    desk.start()
    until(lambda: desk.view.audio == "lost", 60, "the loss to be seen")
    assert desk.view.code == "sounder_gone"
    desk.stop()
