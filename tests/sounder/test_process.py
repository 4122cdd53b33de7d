"""The real sounder on a real sound server, heard by a recorder on the sink."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kotaconsole.sounder.protocol import EXIT_ORPHAN, EXIT_RETRY, Began, Ended, Ready
from tests.sounder.making import SHIPPED, make_sounds
from tests.sounder.sounding import SounderProcess, come_through
from tests.world.processes import Nest
from tests.world.sound import SoundServer
from tests.world.waiting import until

pytestmark = [pytest.mark.sync, pytest.mark.slow]


@pytest.fixture
def nest() -> Iterator[Nest]:
    """A home without any sound."""
    with Nest() as nest:
        yield nest


@pytest.fixture
def sounder(nest: Nest, sound_server: SoundServer) -> Iterator[SounderProcess]:
    """A sounder that is well, on the session's sound server."""
    sound_server.settings_for(nest)
    with SounderProcess(nest.env, SHIPPED) as process:
        process.well()
        yield process


def test_from_the_order_to_the_ear(nest: Nest, sound_server: SoundServer, tmp_path: Path) -> None:
    """Twenty short sounds, each after silence: each is heard once, after its order, and begins where it says.

    How fast is measured in the benches, against a floor: a busy machine must not fail a test.
    """
    maker = make_sounds()
    maker.PATTERNS = (maker.Pattern("s3", 440.0, 40, ()),)
    maker.write(tmp_path)
    sound_server.settings_for(nest)
    dice, rest = random.Random(1), threading.Event()
    with SounderProcess(nest.env, tmp_path) as sounder:
        sounder.well()

        def attempt(turn: int) -> None:
            asked, told, mark = [], [], time.monotonic()
            for n in range(100 * turn, 100 * turn + 20):
                rest.wait(dice.uniform(0.12, 0.16))  # after the pause, at any place within a block
                asked.append(sounder.play(n, "s3"))
                told.append(sounder.hear(Began, where=lambda w, n=n: w.n == n)[1].at)
                sounder.hear(Ended, where=lambda w, n=n: w.n == n and w.whole)
            pulses = until(lambda: _pulses(sound_server, mark, 20), 60, "all to be heard")
            assert all(at >= order for order, at in zip(asked, pulses, strict=True))
            near = [min(range(20), key=lambda i, at=at: abs(told[i] - at)) for at in pulses]
            assert near == list(range(20)), "what it says of the begin is what is heard"

        come_through(attempt)


def _pulses(sound_server: SoundServer, mark: float, least: int) -> list[float] | None:
    found = [p.onset for b in sound_server.bursts(mark) for p in b.pulses]
    return found if len(found) >= least else None


def test_the_red_flag_sound_arrives_as_it_was_made(sounder: SounderProcess, sound_server: SoundServer) -> None:
    def attempt(n: int) -> None:
        mark = sounder.play(n, "s1_p1")
        _, ended = sounder.hear(Ended, where=lambda w: w.n == n)
        assert ended.whole
        burst = sound_server.wait_burst(mark, 60, hz=523)
        assert burst.count == 10
        assert [g * 1000 for g in burst.gaps] == pytest.approx([100, 100, 350, 100, 600, 100, 100, 350, 100], abs=10)
        assert [p.seconds * 1000 for p in burst.pulses] == pytest.approx([150] * 10, abs=10)
        near = {k: [p.db for p in burst.partials if abs(p.hz - 523 * k) < 8] for k in (1, 2, 3, 4)}
        assert all(levels and max(levels) >= -15 for levels in near.values()), near

    come_through(attempt)


def test_a_red_flag_cuts_a_low_sound_at_its_gap(sounder: SounderProcess, sound_server: SoundServer) -> None:
    def attempt(n: int) -> None:
        low, red = 2 * n, 2 * n + 1
        mark = sounder.play(low, "s3")
        sounder.hear(Began, where=lambda w: w.n == low)
        sounder.play(red, "s1_p2", cut=True)
        _, cut = sounder.hear(Ended, where=lambda w: w.n == low)
        sounder.hear(Ended, where=lambda w: w.n == red and w.whole)
        pulses = sound_server.wait_burst(mark, 60).pulses
        assert not cut.whole
        assert [round(p.hz / 5) * 5 for p in pulses] == [440, 415, 415, 415, 415, 415]
        assert pulses[0].seconds == pytest.approx(0.2, abs=0.02), "cut in the gap, not in the pulse"

    come_through(attempt)


def test_mute_volume_and_sleep_are_reported(sounder: SounderProcess, sound_server: SoundServer) -> None:
    for hurt, heal, why in (
        (sound_server.mute, lambda: sound_server.mute(False), "muted"),
        (lambda: sound_server.volume(20), lambda: sound_server.volume(100), "volume_low"),
        (sound_server.suspend, lambda: sound_server.suspend(False), "suspended"),
    ):
        mark = time.monotonic()
        hurt()
        _, said = sounder.lost(mark)
        assert said == why or (why == "suspended" and said == "no_samples")
        mark = time.monotonic()
        heal()
        sounder.well(mark)


def test_a_killed_sound_server_is_reported_and_the_process_makes_room_for_another(
    sounder: SounderProcess, sound_server: SoundServer
) -> None:
    mark = time.monotonic()
    sound_server.kill()
    _, why = sounder.lost(mark)
    assert why in {"server_gone", "device_gone"}
    assert sounder.process.wait(60) == EXIT_RETRY


def test_a_change_of_the_default_device_is_followed_by_a_new_process(
    sounder: SounderProcess, sound_server: SoundServer
) -> None:
    sound_server.plug("headset")
    mark = time.monotonic()
    sound_server.set_default("headset")
    _, why = sounder.lost(mark)
    assert why == "device_changed"
    assert sounder.process.wait(60) == EXIT_RETRY
    sound_server.set_default("desk")
    sound_server.unplug("headset")
    sound_server.sinks.remove("headset")


def test_an_unplugged_device_is_reported(nest: Nest, sound_server: SoundServer) -> None:
    sound_server.plug("speaker")
    sound_server.settings_for(nest)
    with SounderProcess(nest.env, SHIPPED, ["--sink", "speaker"]) as sounder:
        sounder.well()
        assert "speaker" in sound_server.recorder("speaker").sink
        mark = time.monotonic()
        sound_server.unplug("speaker")
        _, why = sounder.lost(mark)
        assert why in {"device_gone", "device_changed", "server_gone"}
    sound_server.sinks.remove("speaker")


def test_a_named_sink_is_used_and_the_default_may_change(nest: Nest, sound_server: SoundServer) -> None:
    sound_server.plug("counter")
    sound_server.settings_for(nest)
    with SounderProcess(nest.env, SHIPPED, ["--sink", "counter"]) as sounder:
        sounder.well()
        mark = sounder.play(1, "s3")
        assert sound_server.wait_burst(mark, 60, hz=440, sink="counter").count == 3
        assert sound_server.quiet(mark)
        assert sounder.bye() == 0
    sound_server.unplug("counter")
    sound_server.sinks.remove("counter")


def test_without_a_device_it_says_so_and_ends_to_try_again(nest: Nest) -> None:
    with SounderProcess(nest.env, SHIPPED) as sounder:
        at, why = sounder.lost(0)
        assert why in {"no_device", "no_library"}
        sounder.play(1, "s1_p1")
        _, ended = sounder.hear(Ended)
        assert not ended.whole
        assert sounder.process.wait(60) == EXIT_RETRY
        assert time.monotonic() - at >= 1.5, "not in a hurry: each try costs a process"


def test_without_its_files_it_says_so(nest: Nest, tmp_path: Path) -> None:
    with SounderProcess(nest.env, tmp_path) as sounder:
        assert sounder.lost(0)[1] == "no_sounds"


def test_it_ends_with_a_good_bye_or_with_the_console(sounder: SounderProcess) -> None:
    _, ready = sounder.hear(Ready)
    assert 0 < ready.latency < 1
    assert sounder.process.stdin is not None
    sounder.process.stdin.close()
    assert sounder.process.wait(60) == EXIT_ORPHAN
