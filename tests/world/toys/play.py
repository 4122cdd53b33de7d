"""Plays alarm patterns: ``play.py s1|group HZ ...``, one after the other, one second of silence between."""

from __future__ import annotations

import sys

import numpy as np
import sounddevice as sd
from numpy.typing import NDArray

RATE = 48_000
_PULSE, _EDGE = 0.150, 0.15  # seconds; share of the pulse that rises, and falls
_GROUP_GAPS = (0.1, 0.1, 0.35, 0.1)  # 3+2


def _pulse(hz: float) -> NDArray[np.float64]:
    t = np.arange(int(_PULSE * RATE)) / RATE
    wave = sum((np.sin(2 * np.pi * hz * n * t) / n for n in (1, 2, 3, 4)), np.zeros_like(t))
    envelope = np.clip(np.minimum(t, _PULSE - t) / (_PULSE * _EDGE), 0, 1)
    return np.asarray(0.3 * wave * envelope)


def pattern(kind: str, hz: float) -> NDArray[np.float64]:
    """``s1``: 3+2, 3+2; ``group``: 3+2."""
    gaps = (*_GROUP_GAPS, 0.6, *_GROUP_GAPS) if kind == "s1" else _GROUP_GAPS
    parts = [_pulse(hz)]
    for gap in gaps:
        parts += [np.zeros(int(gap * RATE)), _pulse(hz)]
    return np.concatenate(parts)


if __name__ == "__main__":
    for kind, hz in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        tail = np.zeros(RATE)
        sd.play(np.concatenate([pattern(kind, float(hz)), tail]).astype(np.float32), RATE, blocking=True)
