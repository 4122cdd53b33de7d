"""The sounder's speed: from an order to the ear, from a loss to its being shown, and what idleness costs.

That each of these happens at all is tested; how fast is said here, because a busy machine must not fail a test.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kotaconsole.alarm.desk import AlarmDesk, AlarmView
from kotaconsole.alarm.sounder_link import SounderLink, SounderOptions
from kotaconsole.sounder.protocol import Began, Ended, Health
from tests.alarm.fakes import Clock
from tests.bench.figures import Figures, percentile
from tests.bench.lines import Lines
from tests.sounder.making import SHIPPED, make_sounds
from tests.sounder.sounding import SounderProcess, sound_env
from tests.world.processes import Nest
from tests.world.sound import SoundServer

ORDERS = int(os.environ.get("BENCH_ORDERS", "40"))
LOSSES = int(os.environ.get("BENCH_LOSSES", "3"))
IDLE_S = 6.0
APART_S = 0.14
"""Silence between two tones, so that each onset belongs to one order."""
SETTLED_S = 1.0
"""Between two losses: the sounder looks at the server every 0.4 s and speaks every 0.5 s."""

pytestmark = [pytest.mark.bench, pytest.mark.enable_socket, pytest.mark.timeout(300)]


@pytest.fixture
def nest(sound_server: SoundServer) -> Iterator[Nest]:
    with Nest() as nest:
        sound_server.settings_for(nest)
        yield nest


def test_order_to_ear(figures: Figures, nest: Nest, sound_server: SoundServer, tmp_path: Path) -> None:
    maker = make_sounds()
    maker.PATTERNS = (maker.Pattern("s3", 440.0, 40, ()),)
    maker.write(tmp_path)
    took: list[float] = []
    floors: list[float] = []
    off: list[float] = []
    # these pauses pace the tones, and let each order come at any place within a block
    dice, rest = random.Random(1), threading.Event()
    with (
        SounderProcess(nest.env, tmp_path) as sounder,
        Lines("floor_sound", [], sound_env(nest.env), tmp_path / "floor.log") as floor,
    ):
        sounder.well()
        floor.wait("ready")
        for n in range(ORDERS):
            rest.wait(APART_S + dice.uniform(0, 0.04))
            asked = sounder.play(n, "s3")
            onset = sound_server.wait_burst(asked, whole=False).onset
            began = sounder.hear(Began, where=lambda w, n=n: w.n == n)[1].at
            sounder.hear(Ended, where=lambda w, n=n: w.n == n)
            took.append(onset - asked)
            off.append(abs(onset - began))
            rest.wait(APART_S)
            floor.forget()
            floor.tell(say="play")
            at = floor.wait("started")["at"]
            floors.append(sound_server.wait_burst(at, whole=False).onset - at)
            rest.wait(0.1)
    under = "floor: an open device is started; its first block holds the sound. Ours runs and is two blocks ahead"
    figures.ratio("order to first sample of sound, p50", took, floors, None, under)
    figures.at_most(
        "order to first sample of sound, p99", percentile(took, 0.99), percentile(floors, 0.99), 100.0, ORDERS, under
    )
    figures.part("begin as told against begin as heard, p50", off)


@contextmanager
def _desk(env: dict[str, str]) -> Iterator[tuple[SounderLink, Callable[[str, float], float]]]:
    """A desk with its real sounder, and a way to wait for a state of the sound since a moment; gives back when."""
    views: list[tuple[float, AlarmView]] = []
    news = threading.Condition()

    def note(view: AlarmView) -> None:
        with news:
            views.append((time.monotonic(), view))
            news.notify_all()

    def wait(audio: str, since: float) -> float:
        def found() -> list[float]:
            return [at for at, view in views if at >= since and view.audio == audio]

        with news:
            assert news.wait_for(lambda: bool(found()), 60), f"never {audio}"
        return found()[0]

    command = ("/usr/bin/env", *(f"{k}={v}" for k, v in sound_env(env).items()), sys.executable, "-m")
    link = SounderLink(SounderOptions(SHIPPED, command=(*command, "kotaconsole.sounder")))
    desk = AlarmDesk(link, Clock(), on_view=note)
    desk.start()
    try:
        wait("ok", 0)
        yield link, wait
    finally:
        desk.stop()


def _start_of_a_player(env: dict[str, str]) -> float:
    """Seconds a process takes that does nothing but import the sound library and list the devices."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "import sounddevice; sounddevice.query_devices()"],
        env=sound_env(env), capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return time.monotonic() - began


def test_loss_to_shown(figures: Figures, nest: Nest, sound_server: SoundServer) -> None:
    """The sound is lost and comes back in each way, on a quiet desk."""
    rest = threading.Event()
    ways: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "mute": (sound_server.mute, lambda: sound_server.mute(False)),
        "low volume": (lambda: sound_server.volume(20), lambda: sound_server.volume(100)),
        "suspension": (sound_server.suspend, lambda: sound_server.suspend(False)),
        "end of the sound server": (sound_server.kill, lambda: sound_server.start() and None),
    }
    with _desk(nest.env) as (_, wait):
        for name, (hurt, heal) in ways.items():
            shown, healed, commands = [], [], []
            for _ in range(LOSSES if name != "end of the sound server" else 2):
                rest.wait(SETTLED_S)
                at = time.monotonic()
                hurt()
                commands.append(time.monotonic() - at)
                shown.append(wait("lost", at) - at)
                heal()
                back = time.monotonic()
                healed.append(max(0.0, wait("ok", at + shown[-1]) - back))
            under = "floor: the command that does it"
            figures.at_most(f"{name} to sound lost, worst", max(shown), max(commands), 2000.0, len(shown), under)
            figures.part(f"  and back to well: {name}, p50", healed)


@pytest.mark.parametrize(("blow", "name"), [(signal.SIGKILL, "killed"), (signal.SIGSTOP, "frozen")])
def test_a_sounder_is_replaced(
    figures: Figures, nest: Nest, sound_server: SoundServer, blow: signal.Signals, name: str
) -> None:
    rest = threading.Event()
    shown, well, floors = [], [], []
    with _desk(nest.env) as (link, wait):
        for _ in range(LOSSES):
            floors.append(_start_of_a_player(nest.env))
            rest.wait(SETTLED_S)
            at, pid = time.monotonic(), link.pid
            assert pid is not None
            os.kill(pid, blow)
            shown.append(wait("lost", at) - at)
            well.append(wait("ok", at + shown[-1]) - at)
    under = "floor: a process that imports the sound library and lists the devices"
    figures.at_most(f"sounder {name} to sound lost, worst", max(shown), max(floors), 2000.0, len(shown), under)
    most = 2000.0 if blow == signal.SIGKILL else 5000.0
    figures.at_most(
        f"sounder {name} to another one that is well, worst", max(well), max(floors), most, len(well), under
    )


def test_idle(figures: Figures, nest: Nest, sound_server: SoundServer, tmp_path: Path) -> None:
    """Milliseconds of processor time in each second of silence; 10 are one hundredth of a core."""
    with (
        SounderProcess(nest.env, SHIPPED) as sounder,
        Lines("floor_silence", [], sound_env(nest.env), tmp_path / "floor.log") as floor,
    ):
        floor.wait("ready")
        sounder.well()
        threading.Event().wait(SETTLED_S)
        first, began = _floor_used(floor), _used(sounder.process.pid)
        threading.Event().wait(IDLE_S)
        last, ended = _floor_used(floor), _used(sounder.process.pid)
        sounder.hear(Health)
    share = (ended[0] - began[0]) / (ended[1] - began[1])
    bare = max(1e-4, (last[0] - first[0]) / (last[1] - first[1]))
    under = "floor: a process with an open device that is given zeros; processor time per second"
    figures.at_most("idle sounder, ms of a core per s", share, bare, 30.0, 1, under)


def _used(pid: int) -> tuple[float, float]:
    """(processor seconds, monotonic seconds), to the nanosecond: the scheduler's own count."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9, time.monotonic()


def _floor_used(floor: Lines) -> tuple[float, float]:
    floor.forget()
    floor.tell(say="used")
    word = floor.wait("used")
    return word["seconds"], word["at"]
