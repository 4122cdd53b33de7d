"""Which sample comes next: the part of the player that runs inside the audio callback, without any device.

It is called some fifty times a second on a thread that must never wait, so it takes no lock and does no I/O: orders
come in through a queue, and what happened goes out through another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final

from kotaconsole.sounder.clips import BYTES, RATE, Clip
from kotaconsole.sounder.protocol import Began, Ended, Word


@dataclass(frozen=True, slots=True)
class Cue:
    """A burst to play."""

    n: int
    clip: Clip
    cut: bool


PAUSE: Final = RATE // 10
"""Frames of silence between two bursts, as between two pulses: without it the last pulse of one and the first of the
next would be heard as one long pulse."""
HUSH: Final = None
"""In the queue of cues: be silent at once."""


class Voice:
    """Plays one burst at a time into the blocks it is given.

    Thread: `fill` belongs to the audio callback; `cue` and `hush` may be called from anywhere.
    """

    def __init__(self, tell: Callable[[Word], None]) -> None:
        """`tell` must not block."""
        self._tell = tell
        self._cues: SimpleQueue[Cue | None] = SimpleQueue()
        self._now: Cue | None = None
        self._next: Cue | None = None
        self._pos = 0
        self._rest = 0

    def cue(self, cue: Cue) -> None:
        """Play this; a burst still waiting for its turn gives way to it."""
        self._cues.put(cue)

    def hush(self) -> None:
        """Drop what plays and what waits."""
        self._cues.put(HUSH)

    def fill(self, out: Any, frames: int, due: float) -> None:
        """Write the next `frames` samples into a writable buffer; the first is heard at `due` (monotonic seconds)."""
        while not self._cues.empty():
            self._take(self._cues.get_nowait(), due)
        done = 0
        while done < frames:
            if self._rest or (self._now is None and not self._begin(due + done / RATE)):
                done = self._be_silent(out, done, frames)
            else:
                done = self._play(out, done, frames, due)

    def _be_silent(self, out: Any, done: int, frames: int) -> int:
        """Zeros until the pause is over or, with nothing to play, to the end of the block; returns frames done."""
        count = min(frames - done, self._rest or frames)
        out[done * BYTES : (done + count) * BYTES] = bytes(count * BYTES)
        self._rest = max(0, self._rest - count)
        return done + count

    def _take(self, cue: Cue | None, due: float) -> None:
        for old in (self._next, self._now if cue is HUSH else None):
            if old is not None:
                self._tell(Ended(old.n, due, whole=False))
        self._next = cue
        if cue is HUSH:
            self._now = None

    def _begin(self, at: float) -> bool:
        if self._next is None:
            return False
        self._now, self._next, self._pos = self._next, None, 0
        self._tell(Began(self._now.n, at))
        return True

    def _play(self, out: Any, done: int, frames: int, due: float) -> int:
        """Go on with the burst until the block is full, the burst over, or its gap reached; returns frames done."""
        now = self._now
        assert now is not None  # noqa: S101 (kept by `fill`)
        stop = self._cut_at(now) if self._next is not None and self._next.cut else now.clip.frames
        count = max(0, min(frames - done, stop - self._pos))
        out[done * BYTES : (done + count) * BYTES] = now.clip.samples[self._pos * BYTES : (self._pos + count) * BYTES]
        self._pos += count
        if self._pos >= stop:
            self._tell(Ended(now.n, due + (done + count) / RATE, whole=stop == now.clip.frames))
            self._now, self._rest = None, PAUSE
        return done + count

    def _cut_at(self, now: Cue) -> int:
        """The frame at which the burst gives way: here when silence is now, else where the next gap begins."""
        here = self._pos
        if not any(now.clip.samples[here * BYTES : (here + RATE // 200) * BYTES]):
            return here
        return next((gap for gap in now.clip.gaps if gap >= here), now.clip.frames)
