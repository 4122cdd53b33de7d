"""What a recording holds: pulses, bursts of pulses, and their partials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

Samples = NDArray[np.int16]
RATE = 48_000

_HOP = RATE // 1000  # the envelope's step: 1 ms
_FULL_SCALE = 32_768
_JOIN_MS = 15  # a dip of a beating sound is not the end of a pulse
_MIN_PULSE_MS = 10
_STRONG_DB = -20.0
_PARTIALS_WITHIN_DB = 25.0
_PARTIALS_APART_HZ = 40.0
_MAX_PARTIALS = 8
_LOWEST_HZ = 60
_SILENCE_DB = -120.0
_FFT = 1 << 16


@dataclass(frozen=True)
class Pulse:
    """One stretch of sound above the floor.

    Attributes:
        onset: Monotonic seconds.
        seconds: Its length.
        hz: Its lowest strong partial.
        peak_db: dB full scale.
    """

    onset: float
    seconds: float
    hz: float
    peak_db: float


@dataclass(frozen=True)
class Partial:
    """One peak of the spectrum; ``db`` below the strongest."""

    hz: float
    db: float


@dataclass(frozen=True)
class Burst:
    """Pulses less than a gap apart.

    Attributes:
        onset: Monotonic seconds of its first pulse.
        end: Monotonic seconds of the end of its last pulse.
        partials: Those within 25 dB of the strongest, ascending.
        sounding: It had perhaps not ended when the recording was read.
    """

    onset: float
    end: float
    pulses: tuple[Pulse, ...]
    partials: tuple[Partial, ...]
    peak_db: float
    sounding: bool

    @property
    def count(self) -> int:
        """Number of pulses."""
        return len(self.pulses)

    @property
    def hz(self) -> float:
        """The lowest strong partial: the pitch a person would name."""
        return _lowest_strong(self.partials)

    @property
    def gaps(self) -> tuple[float, ...]:
        """Seconds of silence between the pulses."""
        pairs = zip(self.pulses, self.pulses[1:], strict=False)
        return tuple(round(b.onset - a.onset - a.seconds, 4) for a, b in pairs)

    def near(self, hz: float) -> bool:
        """Whether its pitch is this one, within 3 %."""
        return abs(self.hz - hz) < 0.03 * hz

    @override
    def __str__(self) -> str:
        length = self.end - self.onset
        return (
            f"burst at {self.onset:.3f}: {length:.2f} s, {self.count} pulses, {self.hz:.0f} Hz, {self.peak_db:.0f} dBFS"
        )


@dataclass(frozen=True)
class _Run:
    """A loud stretch, in envelope steps and in time."""

    first: int
    last: int
    onset: float
    end: float


def find_bursts(
    samples: Samples, time_of: Callable[[int], float], gap: float = 0.9, floor_db: float = -50.0
) -> list[Burst]:
    """All bursts in a stretch of recording.

    Args:
        samples: Mono, 48 kHz.
        time_of: Monotonic seconds of the n-th of these samples.
        gap: Seconds of silence that end a burst; the red flag's own pattern has 0.6 s of silence inside.
        floor_db: dB full scale; what is quieter is silence.
    """
    groups: list[list[_Run]] = []
    for run in _runs(samples, time_of, floor_db):
        if groups and run.onset - groups[-1][-1].end < gap:
            groups[-1].append(run)
        else:
            groups.append([run])
    now = time_of(len(samples))
    return [_burst(samples, group, sounding=now - group[-1].end < gap) for group in groups]


def _runs(samples: Samples, time_of: Callable[[int], float], floor_db: float) -> list[_Run]:
    steps = len(samples) // _HOP
    if not steps:
        return []
    blocks = samples[: steps * _HOP].reshape(steps, _HOP)
    envelope = np.maximum(blocks.max(1).astype(np.int32), -blocks.min(1).astype(np.int32))
    loud = envelope > _FULL_SCALE * 10 ** (floor_db / 20)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.view(np.int8), [0]))))
    joined: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and first - joined[-1][1] <= _JOIN_MS:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [_Run(a, b, time_of(a * _HOP), time_of(b * _HOP)) for a, b in joined if b - a >= _MIN_PULSE_MS]


def _burst(samples: Samples, runs: list[_Run], *, sounding: bool) -> Burst:
    pulses, power = [], np.zeros(_FFT // 2 + 1)
    for run in runs:
        wave = samples[run.first * _HOP : run.last * _HOP].astype(np.float64) / _FULL_SCALE
        window = wave[:RATE]
        spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window)), _FFT)) ** 2 / len(window) ** 2
        power += spectrum * len(window)
        peak = float(20 * np.log10(max(1e-6, float(np.abs(wave).max()))))
        pitch = _lowest_strong(_partials(spectrum))
        pulses.append(Pulse(round(run.onset, 4), round(run.end - run.onset, 4), round(pitch, 1), round(peak, 1)))
    loudest = max(p.peak_db for p in pulses)
    return Burst(pulses[0].onset, runs[-1].end, tuple(pulses), _partials(power), loudest, sounding)


def _lowest_strong(partials: tuple[Partial, ...]) -> float:
    return min((p.hz for p in partials if p.db > _STRONG_DB), default=0.0)


def _partials(power: NDArray[np.float64]) -> tuple[Partial, ...]:
    step = RATE / _FFT
    lowest = int(_LOWEST_HZ / step)
    level = 10 * np.log10(np.maximum(power[lowest:], 1e-20))
    top = float(level.max())
    if top < _SILENCE_DB:
        return ()
    peaks = 1 + np.flatnonzero((level[1:-1] >= level[:-2]) & (level[1:-1] >= level[2:]))
    found: list[Partial] = []
    for i in peaks[np.argsort(level[peaks])[::-1]]:
        if level[i] < top - _PARTIALS_WITHIN_DB or len(found) >= _MAX_PARTIALS:
            break
        before, here, after = (float(v) for v in level[i - 1 : i + 2])
        bend = before - 2 * here + after
        hz = (int(i) + lowest + (0.5 * (before - after) / bend if bend else 0.0)) * step
        if all(abs(hz - p.hz) > _PARTIALS_APART_HZ for p in found):
            found.append(Partial(round(hz, 1), round(here - top, 1)))
    return tuple(sorted(found, key=lambda p: p.hz))
