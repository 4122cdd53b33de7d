"""The shipped sounds, ready to be played: samples, and the places where a lower sound may be cut."""

from __future__ import annotations

import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RATE: Final = 48_000
"""Samples a second; the files are made with it, so nothing is resampled here."""
BYTES: Final = 2
_GAP_MS: Final = 5
"""Silence of that length between two pulses is a gap; a zero crossing within a pulse is far shorter."""
_SPOKEN: Final = "say_"
"""Names of the phrases begin so. They have no pulses: a flag does not wait for the end of a sentence."""
_WORD_MS: Final = 20
"""A phrase may be cut so often, wherever the wave passes zero, which makes no click."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One burst.

    Attributes:
        samples: 16 bit mono, in the machine's byte order.
        gaps: frames at which a lower sound may end early: a silence between two pulses begins there.
    """

    samples: bytes
    gaps: tuple[int, ...]

    @property
    def frames(self) -> int:
        """Length in samples."""
        return len(self.samples) // BYTES


def load(folder: Path) -> dict[str, Clip]:
    """Read every WAV file of a folder, by its name without the ending.

    Raises:
        OSError: the folder cannot be read.
        ValueError: a file is not 48 kHz mono 16 bit, or there is none.
    """
    clips = {path.stem: _read(path) for path in sorted(folder.glob("*.wav"))}
    if not clips:
        raise ValueError("no sounds in the folder")
    return clips


def _read(path: Path) -> Clip:
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, BYTES):
                raise ValueError(f"{path.name} is not 48 kHz mono 16 bit")
            samples = array("h", file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as broken:
        raise ValueError(f"{path.name} is no WAV file") from broken
    if sys.byteorder == "big":
        samples.byteswap()
    return Clip(samples.tobytes(), _crossings(samples) if path.stem.startswith(_SPOKEN) else _gaps(samples))


def _gaps(samples: array[int]) -> tuple[int, ...]:
    found, least, run = [], RATE * _GAP_MS // 1000, 0
    for frame, value in enumerate(samples):
        if value:
            run = 0
            continue
        run += 1
        if run == least:
            found.append(frame - least + 1)
    return tuple(found)


def _crossings(samples: array[int]) -> tuple[int, ...]:
    found, next_at = [], 0
    for frame in range(1, len(samples)):
        if frame >= next_at and (samples[frame - 1] < 0) != (samples[frame] < 0):
            found.append(frame)
            next_at = frame + RATE * _WORD_MS // 1000
    return tuple(found)
