"""The real sounder on a real sound server, heard by a recorder on the sink."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kotaconsole.sounder.protocol import EXIT_ORPHAN, EXIT_RETRY, Began, Ended, Health, Ready
from tests.sounder.making import SHIPPED, make_sounds
from tests.sounder.sounding import SounderProcess
from tests.world.processes import Nest
from tests.world.sound import SoundServer

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
    """Sixty short sounds, each after silence: from the order in the pipe to the first sample at the sink."""
    maker = make_sounds()
    maker.PATTERNS = (maker.Pattern("s3", 440.0, 40, ()),)
    maker.write(tmp_path)
    sound_server.settings_for(nest)
    took, off = [], []
    dice, rest = random.Random(1), threading.Event()
    with SounderProcess(nest.env, tmp_path) as sounder:
        sounder.well()
        mark = time.monotonic()
        for n in range(60):
            rest.wait(dice.uniform(0.12, 0.16))  # after the pause, at any place within a block
            asked = sounder.play(n, "s3")
            _, began = sounder.hear(Began, where=lambda w, n=n: w.n == n)
            sounder.hear(Ended, where=lambda w, n=n: w.n == n and w.whole)
            took.append(asked)
            off.append(began.at)
        sounder.hear(Health, since=time.monotonic())
    pulses = [p.onset for b in sound_server.bursts(mark) for p in b.pulses]
    assert len(pulses) == 60
    delays = np.array(pulses) - np.array(took)
    told = np.abs(np.array(pulses) - np.array(off))
    print(f"order to ear: p50 {np.median(delays) * 1e3:.0f} ms, p99 {np.quantile(delays, 0.99) * 1e3:.0f} ms")
    assert np.median(delays) <= 0.080
    assert np.quantile(delays, 0.99) <= 0.100
    assert np.median(told) <= 0.030, "what it says of the begin is what is heard"


def test_the_red_flag_sound_arrives_as_it_was_made(sounder: SounderProcess, sound_server: SoundServer) -> None:
    mark = sounder.play(1, "s1_p1")
    burst = sound_server.wait_burst(mark, 8, hz=523)
    assert burst.count == 10
    assert [g * 1000 for g in burst.gaps] == pytest.approx([100, 100, 350, 100, 600, 100, 100, 350, 100], abs=10)
    assert [p.seconds * 1000 for p in burst.pulses] == pytest.approx([150] * 10, abs=10)
    near = {k: [p.db for p in burst.partials if abs(p.hz - 523 * k) < 8] for k in (1, 2, 3, 4)}
    assert all(levels and max(levels) >= -15 for levels in near.values()), near
    _, ended = sounder.hear(Ended)
    assert ended.whole


def test_a_red_flag_cuts_a_low_sound_at_its_gap(sounder: SounderProcess, sound_server: SoundServer) -> None:
    mark = sounder.play(1, "s3")
    sounder.hear(Began)
    sounder.play(2, "s1_p2", cut=True)
    _, second = sounder.hear(Began, where=lambda w: w.n == 2)
    burst = sound_server.wait_burst(mark, 8)
    assert burst.count == 6, "one low pulse, five red ones"
    assert burst.pulses[1].hz == pytest.approx(415, abs=8)
    assert second.at - mark <= 0.4


def test_mute_volume_and_sleep_are_reported_within_two_seconds(
    sounder: SounderProcess, sound_server: SoundServer
) -> None:
    for hurt, heal, why in (
        (sound_server.mute, lambda: sound_server.mute(False), "muted"),
        (lambda: sound_server.volume(20), lambda: sound_server.volume(100), "volume_low"),
        (sound_server.suspend, lambda: sound_server.suspend(False), "suspended"),
    ):
        mark = time.monotonic()
        hurt()
        at, said = sounder.lost(mark)
        assert said == why or (why == "suspended" and said == "no_samples")
        assert at - mark <= 2.0
        mark = time.monotonic()
        heal()
        assert sounder.well(mark) - mark <= 2.5


def test_a_killed_sound_server_is_reported_and_the_process_makes_room_for_another(
    sounder: SounderProcess, sound_server: SoundServer
) -> None:
    mark = time.monotonic()
    sound_server.kill()
    at, why = sounder.lost(mark)
    assert at - mark <= 2.0
    assert why in {"server_gone", "device_gone"}
    assert sounder.process.wait(4) == EXIT_RETRY


def test_a_change_of_the_default_device_is_followed_by_a_new_process(
    sounder: SounderProcess, sound_server: SoundServer
) -> None:
    sound_server.plug("headset")
    mark = time.monotonic()
    sound_server.set_default("headset")
    at, why = sounder.lost(mark)
    assert (why, at - mark <= 2.0) == ("device_changed", True)
    assert sounder.process.wait(2) == EXIT_RETRY
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
        at, why = sounder.lost(mark)
        assert at - mark <= 2.0
        assert why in {"device_gone", "device_changed", "server_gone"}
    sound_server.sinks.remove("speaker")


def test_a_named_sink_is_used_and_the_default_may_change(nest: Nest, sound_server: SoundServer) -> None:
    sound_server.plug("counter")
    sound_server.settings_for(nest)
    with SounderProcess(nest.env, SHIPPED, ["--sink", "counter"]) as sounder:
        sounder.well()
        mark = sounder.play(1, "s3")
        assert sound_server.wait_burst(mark, 5, hz=440, sink="counter").count == 3
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
        assert sounder.process.wait(4) == EXIT_RETRY
        assert time.monotonic() - at >= 1.5, "not in a hurry: each try costs a process"


def test_without_its_files_it_says_so(nest: Nest, tmp_path: Path) -> None:
    with SounderProcess(nest.env, tmp_path) as sounder:
        assert sounder.lost(0)[1] == "no_sounds"


def test_it_ends_with_a_good_bye_or_with_the_console(sounder: SounderProcess) -> None:
    _, ready = sounder.hear(Ready)
    assert ready.latency <= 0.06
    assert sounder.process.stdin is not None
    sounder.process.stdin.close()
    assert sounder.process.wait(3) == EXIT_ORPHAN


def test_an_idle_sounder_costs_little(sounder: SounderProcess) -> None:
    def used() -> float:
        fields = Path(f"/proc/{sounder.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    first = used()
    begin = time.monotonic()
    mark = begin
    for _ in range(12):
        mark = sounder.hear(Health, since=mark + 0.001)[0]
    share = (used() - first) / (mark - begin)
    print(f"idle: {share:.2%} of a core")
    assert share <= 0.03
