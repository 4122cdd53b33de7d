"""The shipped WAV files: made by the script, and measured here from their samples, not from its numbers."""

from __future__ import annotations

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kotaconsole.domain.alarm import SPOKEN, AlarmTimes, Sound
from kotaconsole.sounder.clips import load
from tests.sounder.making import SHIPPED, make_sounds

pytestmark = pytest.mark.unit

RATE = 48_000
THREE_TWO = [100, 100, 350, 100]
WANTED = {
    Sound.S1_P1: (523, 150, [*THREE_TWO, 600, *THREE_TWO]),
    Sound.S1_P2: (415, 150, THREE_TWO),
    Sound.S2: (330, 150, THREE_TWO),
    Sound.S3: (440, 200, [200, 200]),
}


def samples(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32768


def shipped(sound: Sound) -> NDArray[np.float64]:
    return samples(SHIPPED / f"{sound}.wav")


def envelope(x: NDArray[np.float64], ms: int = 4) -> NDArray[np.float64]:
    """Peak within a sliding window a little longer than one period, one value a sample."""
    half = RATE * ms // 2000
    padded = np.pad(np.abs(x), half)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(1)


def pulses(x: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Begin and end (samples) of what is louder than -50 dB below the peak, zero crossings bridged."""
    loud = np.flatnonzero(np.abs(x) > np.abs(x).max() * 10 ** (-50 / 20))
    cuts = np.flatnonzero(np.diff(loud) > RATE // 50)
    return list(zip(loud[np.concatenate(([0], cuts + 1))], loud[np.concatenate((cuts, [len(loud) - 1]))], strict=True))


def spectrum(x: NDArray[np.float64], hz: float) -> list[float]:
    """dB of the fundamental and harmonics 2 to 4, below the strongest line of the whole spectrum."""
    n = 1 << 17
    power = np.abs(np.fft.rfft(x * np.hanning(len(x)), n)) ** 2
    db = 10 * np.log10(power / power.max() + 1e-12)
    return [float(db[int((k * hz - 5) * n / RATE) : int((k * hz + 5) * n / RATE)].max()) for k in (1, 2, 3, 4)]


def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    made = make_sounds().write(tmp_path)
    assert sorted(p.name for p in made) == sorted(p.name for p in SHIPPED.glob("s*.wav") if "say" not in p.name)
    for path in made:
        ours, theirs = samples(path), samples(SHIPPED / path.name)
        assert len(ours) == len(theirs)
        # another C library may round a sine differently in the last place
        assert np.abs(ours - theirs).max() <= 1 / 32768 + 1e-9, path.name


@pytest.mark.parametrize("sound", WANTED)
def test_pulses_and_gaps(sound: Sound) -> None:
    _, pulse_ms, gaps_ms = WANTED[sound]
    found = pulses(shipped(sound))
    assert len(found) == len(gaps_ms) + 1
    assert [(b - a) / RATE * 1000 for a, b in found] == pytest.approx([pulse_ms] * len(found), abs=3)
    between = [(c - b) / RATE * 1000 for (_, b), (c, _) in pairwise(found)]
    assert between == pytest.approx(gaps_ms, abs=3)


@pytest.mark.parametrize("sound", WANTED)
def test_pitch_and_harmonics(sound: Sound) -> None:
    hz, _, _ = WANTED[sound]
    first = pulses(shipped(sound))[0]
    levels = spectrum(shipped(sound)[first[0] : first[1]], hz)
    assert min(levels) >= -15
    wrong = spectrum(shipped(sound)[first[0] : first[1]], hz * 1.06)
    assert max(wrong) < -15, "the lines stand where they should and not a semitone beside"


@pytest.mark.parametrize("sound", WANTED)
def test_rise_and_fall_take_fifteen_percent(sound: Sound) -> None:
    x = shipped(sound)
    begin, end = pulses(x)[0]
    level = envelope(x)[begin : end + 1]
    inside = np.flatnonzero(level >= 0.9 * level.max())
    length = end - begin
    # nine tenths of a straight edge
    assert inside[0] / length == pytest.approx(0.15 * 0.9, abs=0.03)
    assert (length - inside[-1]) / length == pytest.approx(0.15 * 0.9, abs=0.03)


def a_weighted_db(x: NDArray[np.float64]) -> float:
    """A-weighted level by the table of IEC 61672-1 (exact points, interpolated), apart from the script's formula."""
    table_hz = [250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500]
    table_db = [-8.6, -6.6, -4.8, -3.2, -1.9, -0.8, 0.0, 0.6, 1.0, 1.2, 1.3]
    power = np.abs(np.fft.rfft(x)) ** 2
    hz = np.fft.rfftfreq(len(x), 1 / RATE)
    weight = 10 ** (np.interp(np.log(np.maximum(hz, 1)), np.log(table_hz), table_db) / 10)
    return float(10 * np.log10((power * weight)[(hz > 200) & (hz < 3000)].sum() / len(x) ** 2))


def test_all_are_equally_loud_and_none_is_clipped() -> None:
    levels = []
    for sound in WANTED:
        x = shipped(sound)
        begin, end = pulses(x)[0]
        middle = slice(begin + (end - begin) // 4, begin + (end - begin) * 3 // 4)
        levels.append(a_weighted_db(x[middle]))
        assert 0.3 < np.abs(x).max() < 0.7
    assert max(levels) - min(levels) < 0.5


@pytest.mark.parametrize("sound", WANTED)
def test_the_machine_knows_how_long_they_are(sound: Sound) -> None:
    assert len(shipped(sound)) / RATE == pytest.approx(AlarmTimes().length(sound), abs=1e-6)


def test_loaded_clips_know_their_gaps() -> None:
    clips = load(SHIPPED)
    assert {s.value for s in Sound if s not in SPOKEN} < set(clips)
    starts = np.array(clips["s1_p1"].gaps) / RATE * 1000
    assert starts == pytest.approx([150, 400, 650, 1150, 1400, 2150, 2400, 2650, 3150], abs=1)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"RIFF", "no WAV file"), (None, "no sounds"), ("44100", "not 48 kHz")],
)
def test_a_folder_without_good_sounds_is_refused(tmp_path: Path, content: bytes | str | None, words: str) -> None:
    if isinstance(content, bytes):
        (tmp_path / "s3.wav").write_bytes(content)
    elif content is not None:
        with wave.open(str(tmp_path / "s3.wav"), "wb") as file:
            file.setnchannels(1), file.setsampwidth(2), file.setframerate(int(content))
            file.writeframes(b"\0\0")
    with pytest.raises(ValueError, match=words):
        load(tmp_path)
