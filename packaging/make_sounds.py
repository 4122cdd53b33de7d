"""Make the alarm's WAV files from numbers, so that what rings can be read, checked and made again.

The patterns follow the high-priority pulse pattern of IEC 60601-1-8 (3+2, 3+2; at least four components between 300
and 4,000 Hz within 15 dB of each other; fundamental 150 to 1,000 Hz): patterned on it, not conforming to it. The
fundamentals of the two red-flag sounds lie 26 % apart, because tones less than 20 % apart are taken for each other
(NUREG-0700).

Run: `python packaging/make_sounds.py [FOLDER]`; standard library only.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

RATE = 48_000
PARTIALS_DB = (0.0, -3.0, -6.0, -9.0)
"""Level of the fundamental and of harmonics 2 to 4."""
EDGE = 0.15
"""Rise and fall, each as a part of the pulse: shorter edges startle and click, longer ones blur the pattern."""
LOUDNESS_DB = -13.0
"""A-weighted level within a pulse, dB below full scale, the same for every sound; every peak stays under -4 dB."""


@dataclass(frozen=True)
class Pattern:
    """One burst.

    Attributes:
        hz: fundamental.
        pulse_ms: length of each pulse.
        gaps_ms: silence after each pulse but the last.
    """

    name: str
    hz: float
    pulse_ms: int
    gaps_ms: tuple[int, ...]

    @property
    def length_ms(self) -> int:
        """First to last sample."""
        return self.pulse_ms * (len(self.gaps_ms) + 1) + sum(self.gaps_ms)


THREE_TWO = (100, 100, 350, 100)
PATTERNS = (
    Pattern("s1_p1", 523.0, 150, (*THREE_TWO, 600, *THREE_TWO)),
    Pattern("s1_p2", 415.0, 150, THREE_TWO),
    Pattern("s2", 330.0, 150, THREE_TWO),
    Pattern("s3", 440.0, 200, (200, 200)),
)


def a_weight(hz: float) -> float:
    """Amplitude factor of the A-weighting of IEC 61672-1, 1 at 1 kHz."""
    f2 = hz * hz
    top = 12194.0**2 * f2 * f2
    low = (f2 + 20.6**2) * math.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2)
    return 10 ** (2.0 / 20) * top / low


def partials(hz: float) -> list[tuple[float, float, float]]:
    """(hz, amplitude, phase) of each component, scaled to the common loudness."""
    raw = [(hz * (k + 1), 10 ** (db / 20)) for k, db in enumerate(PARTIALS_DB)]
    weighted = math.sqrt(sum((a * a_weight(f)) ** 2 / 2 for f, a in raw))
    gain = 10 ** (LOUDNESS_DB / 20) / weighted
    # Phases that grow with the square of the order spread the peaks out: louder for the same peak.
    return [(f, a * gain, math.pi * k * k / len(raw)) for k, (f, a) in enumerate(raw)]


def pulse(pattern: Pattern) -> array[int]:
    """One pulse with straight edges."""
    n = pattern.pulse_ms * RATE // 1000
    edge = EDGE * n
    parts = partials(pattern.hz)
    out = array("h")
    for i in range(n):
        level = min(1.0, i / edge, (n - i) / edge)
        value = sum(a * math.sin(2 * math.pi * f * i / RATE + p) for f, a, p in parts)
        out.append(round(32767 * level * value))
    return out


def burst(pattern: Pattern, speed: int = 1) -> array[int]:
    """The whole burst; `speed` shortens pulses and gaps for tests on a fast clock, not the tones."""
    fast = Pattern(pattern.name, pattern.hz, pattern.pulse_ms // speed, tuple(g // speed for g in pattern.gaps_ms))
    one = pulse(fast)
    out = array("h", one)
    for gap in fast.gaps_ms:
        out.extend([0] * (gap * RATE // 1000))
        out.extend(one)
    return out


def write(folder: Path, speed: int = 1) -> list[Path]:
    """Write every sound as 48 kHz mono 16 bit WAV; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for pattern in PATTERNS:
        samples = burst(pattern, speed)
        if sys.byteorder == "big":
            samples.byteswap()
        path = folder / f"{pattern.name}.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(samples.tobytes())
        made.append(path)
    return made


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "resources" / "sounds"
    for made_file in write(target):
        print(made_file)
