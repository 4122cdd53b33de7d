"""The red-flag alarms in a recording, told apart by pitch and rhythm alone."""

from __future__ import annotations

import itertools
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.world.bursts import RATE, Pulse, find_bursts

# Seconds of silence between the pulses, patterned on the high-priority alarm of IEC 60601-1-8: 3+2, and 3+2 again.
_GROUP = (0.10, 0.10, 0.35, 0.10)
_PATTERNS = ((523.0, (*_GROUP, 0.60, *_GROUP)), (415.0, _GROUP))  # immediate; urgent and priority
TROUBLE = 330.0
"""Hz of the call of a channel that fails: one group 3+2."""
_CALL = ((TROUBLE, _GROUP),)
_GAP_TOLERANCE = 0.03
_PITCH_TOLERANCE = 0.03
_PULSE = 0.15


@dataclass(frozen=True)
class Alarm:
    """One whole red-flag burst: when its first pulse began, and its pitch."""

    onset: float
    hz: float


def read_alarms(wav: Path, began: float) -> tuple[Alarm, ...]:
    """All whole red-flag bursts of a recording.

    Args:
        wav: Mono, 16 bit, 48 kHz.
        began: Unix seconds of its first sample.
    """
    with wave.open(str(wav)) as source:
        if (source.getframerate(), source.getnchannels(), source.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{wav.name}: not mono, 16 bit, {RATE} Hz")
        samples = np.frombuffer(source.readframes(source.getnframes()), np.int16)
    bursts = find_bursts(samples, lambda n: began + n / RATE)
    return find_alarms([p for b in bursts for p in b.pulses], began + len(samples) / RATE)


def find_alarms(pulses: Sequence[Pulse], ended: float) -> tuple[Alarm, ...]:
    """Whole red-flag patterns among pulses."""
    return _find(_PATTERNS, pulses, ended)


def find_calls(pulses: Sequence[Pulse]) -> tuple[Alarm, ...]:
    """Whole calls of a failing channel among pulses; a part of one might as well be a syllable of its phrase."""
    return _find(_CALL, pulses, math.inf)


def _find(
    patterns: Sequence[tuple[float, tuple[float, ...]]], pulses: Sequence[Pulse], ended: float
) -> tuple[Alarm, ...]:
    """Whole patterns among pulses.

    Two bursts may follow each other closely, so silence does not tell them apart; the pattern does. A burst that the
    end of the recording cut short counts as whole.
    """
    found, i = [], 0
    while i < len(pulses):
        for hz, gaps in patterns:
            length = _matched(pulses[i : i + len(gaps) + 1], hz, gaps, ended)
            if length:
                found.append(Alarm(pulses[i].onset, hz))
                i += length
                break
        else:
            i += 1
    return tuple(found)


def _matched(pulses: Sequence[Pulse], hz: float, gaps: tuple[float, ...], ended: float) -> int:
    """Number of pulses that make up this pattern; 0 when they do not."""
    if any(abs(p.hz - hz) > _PITCH_TOLERANCE * hz for p in pulses):
        return 0
    silences = [b.onset - a.onset - a.seconds for a, b in itertools.pairwise(pulses)]
    if any(abs(s - g) > _GAP_TOLERANCE for s, g in zip(silences, gaps, strict=False)):
        return 0
    missing = len(gaps) + 1 - len(pulses)
    if missing == 0:
        return len(pulses)
    last = pulses[-1]
    due = last.onset + last.seconds + gaps[len(pulses) - 1] + _PULSE
    return len(pulses) if due > ended else 0
