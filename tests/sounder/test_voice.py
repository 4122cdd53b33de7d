"""Which samples go out, block by block, without a device."""

from __future__ import annotations

from array import array

import pytest

from kotaconsole.sounder.clips import RATE, Clip
from kotaconsole.sounder.protocol import Began, Ended, Word
from kotaconsole.sounder.voice import Cue, Voice

pytestmark = pytest.mark.unit

BLOCK = 480


def clip(*pulses_ms: int, value: int = 1000, gap_ms: int = 100) -> Clip:
    """Pulses of a constant value, so that each sample shows whose it is."""
    samples, gaps = array("h"), []
    for i, ms in enumerate(pulses_ms):
        if i:
            gaps.append(len(samples))
            samples.extend([0] * (gap_ms * RATE // 1000))
        samples.extend([value] * (ms * RATE // 1000))
    return Clip(samples.tobytes(), tuple(gaps))


class Ear:
    """A device that takes block after block; block k is due at k x 10 ms."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.voice = Voice(self.words.append)
        self.heard = array("h")

    def listen(self, ms: int) -> Ear:
        for _ in range(ms // 10):
            out = bytearray(b"\x7f" * BLOCK * 2)
            self.voice.fill(memoryview(out), BLOCK, len(self.heard) / RATE)
            self.heard.frombytes(bytes(out))
        return self

    def runs(self) -> list[tuple[int, int]]:
        """(value, milliseconds) of each stretch heard."""
        found: list[list[int]] = []
        for value in self.heard:
            if found and found[-1][0] == value:
                found[-1][1] += 1
            else:
                found.append([value, 1])
        return [(value, n * 1000 // RATE) for value, n in found]


def test_silence_is_zeros_and_says_nothing() -> None:
    ear = Ear().listen(50)
    assert ear.runs() == [(0, 50)]
    assert ear.words == []


def test_a_burst_begins_with_the_next_block_and_is_played_whole() -> None:
    ear = Ear().listen(20)
    ear.voice.cue(Cue(1, clip(55, 25), cut=False))
    ear.listen(300)
    assert ear.runs() == [(0, 20), (1000, 55), (0, 100), (1000, 25), (0, 120)]
    assert ear.words == [Began(1, pytest.approx(0.02)), Ended(1, pytest.approx(0.2), whole=True)]


def test_the_next_one_waits_for_the_end_and_a_pause() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(55), cut=False))
    ear.listen(20)
    ear.voice.cue(Cue(2, clip(30, value=7), cut=False))
    ear.listen(300)
    assert ear.runs()[:3] == [(1000, 55), (0, 100), (7, 30)]
    assert [w.n for w in ear.words] == [1, 1, 2, 2]


def test_a_higher_one_cuts_at_the_end_of_the_pulse() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(200, 200, 200, value=5), cut=False))
    ear.listen(30)
    ear.voice.cue(Cue(2, clip(40), cut=True))
    ear.listen(400)
    assert ear.runs()[:3] == [(5, 200), (0, 100), (1000, 40)]
    assert ear.words[1] == Ended(1, pytest.approx(0.2), whole=False)


def test_within_a_gap_it_cuts_at_once() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(20, 200, value=5), cut=False))
    ear.listen(60)
    ear.voice.cue(Cue(2, clip(40), cut=True))
    ear.listen(300)
    assert ear.runs()[:3] == [(5, 20), (0, 140), (1000, 40)]


def test_in_the_last_pulse_it_waits_for_the_end() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(200, value=5), cut=False))
    ear.listen(30)
    ear.voice.cue(Cue(2, clip(40), cut=True))
    ear.listen(400)
    assert ear.runs()[:3] == [(5, 200), (0, 100), (1000, 40)]
    assert ear.words[1] == Ended(1, pytest.approx(0.2), whole=True)


def test_one_that_waits_gives_way_to_a_newer_one_and_says_so() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(50), cut=False))
    ear.listen(10)
    ear.voice.cue(Cue(2, clip(50, value=2), cut=False))
    ear.voice.cue(Cue(3, clip(50, value=3), cut=False))
    ear.listen(300)
    assert [v for v, _ in ear.runs()] == [1000, 0, 3, 0]
    assert Ended(2, pytest.approx(0.01), whole=False) in ear.words


def test_hush_drops_what_plays_and_what_waits() -> None:
    ear = Ear()
    ear.voice.cue(Cue(1, clip(50), cut=False))
    ear.listen(10)
    ear.voice.cue(Cue(2, clip(50), cut=False))
    ear.voice.hush()
    ear.listen(100)
    assert ear.runs() == [(1000, 10), (0, 100)]
    assert {w.n for w in ear.words if isinstance(w, Ended) and not w.whole} == {1, 2}
