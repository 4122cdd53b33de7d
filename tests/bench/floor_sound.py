"""The least a sound could be: a device that is open already is started, and its first block holds the sound."""

from __future__ import annotations

import math
import struct
import threading
import time
from typing import Any

import sounddevice

from kotaconsole.sounder.clips import RATE
from kotaconsole.sounder.stream import BLOCK
from tests.bench.saying import listen, say

TONE = RATE // 10
"""Frames: a tenth of a second."""
SAMPLES = struct.pack(f"<{TONE}h", *(round(12_000 * math.sin(2 * math.pi * 880 * n / RATE)) for n in range(TONE)))


class Tone:
    """Plays the tone from its beginning, once per start. Thread: ``fill`` is PortAudio's."""

    def __init__(self) -> None:
        names = [str(d["name"]) for d in sounddevice.query_devices()]
        self._at = 0
        self._stream = sounddevice.RawOutputStream(
            samplerate=RATE, blocksize=BLOCK, device=names.index("pulse"), channels=1, dtype="int16", latency="low",
            callback=self._fill,
        )  # fmt: skip

    def _fill(self, out: Any, frames: int, _times: Any, _status: Any) -> None:
        piece = SAMPLES[self._at : self._at + 2 * frames]
        out[:] = piece.ljust(2 * frames, b"\0")
        self._at += 2 * frames
        if self._at >= 2 * len(SAMPLES):
            raise sounddevice.CallbackStop

    def play(self) -> None:
        """Start the device; the moment before is told."""
        self._stream.stop()
        self._at = 0
        at = time.monotonic()
        self._stream.start()
        say("started", at=at, took=time.monotonic() - at)


def main() -> None:
    """Until standard input ends."""
    tone, over = Tone(), threading.Event()
    listen(lambda _word: tone.play(), over.set)
    say("ready")
    over.wait()


if __name__ == "__main__":
    main()
