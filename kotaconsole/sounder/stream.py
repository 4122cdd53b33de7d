"""The open device: a callback stream that runs all the time, so that a burst begins with the next block.

A stream that is opened only when a flag comes costs 66 to 91 ms for the first look-up, and finds out too late that
there is no device. The silence it plays meanwhile is what proves that samples are still consumed.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Final

from kotaconsole.sounder.clips import RATE
from kotaconsole.sounder.protocol import Why
from kotaconsole.sounder.voice import Voice


class Unavailable(Exception):
    """No stream could be opened; `why` is the reason code."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


BLOCK: Final = RATE // 50
"""Frames asked for at a time, 20 ms: half of that doubles the idle work of the sound libraries (1.8 against 1.0 % of
a slow core), and two blocks lie between the callback and the ear."""


class Stream:
    """The running stream.

    Thread: opened and read by the main thread; `_fill` runs on PortAudio's.

    Attributes:
        device: name of the device that was opened.
        latency: seconds from the callback to the ear, as the device says it.
        last: monotonic time of the last block asked for; None before the first.
        finished: PortAudio has ended the stream by itself.
    """

    def __init__(self, voice: Voice, device: str = "") -> None:
        """Open and start.

        Raises:
            Unavailable: with the reason.
        """
        self._voice = voice
        self.last: float | None = None
        self.opened_at = time.monotonic()
        self.finished = False
        try:
            # Here and not above: without the PortAudio library this very import fails, and that too has a sentence.
            import sounddevice  # noqa: PLC0415
        except OSError as missing:
            raise Unavailable(Why.NO_LIBRARY) from missing
        try:
            self.device, index = _choose(sounddevice, device)
            self._stream = sounddevice.RawOutputStream(
                samplerate=RATE, blocksize=BLOCK, device=index, channels=1, dtype="int16", latency="low",
                callback=self._fill, finished_callback=self._over,
            )  # fmt: skip
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as refused:
            raise Unavailable(Why.NO_DEVICE) from refused
        self.latency = float(self._stream.latency)

    @property
    def active(self) -> bool:
        """Whether PortAudio still asks for samples."""
        return not self.finished and bool(self._stream.active)

    def _fill(self, out: Any, frames: int, times: Any, _status: Any) -> None:
        now = time.monotonic()
        self.last = now
        self._voice.fill(out, frames, now + max(0.0, times.outputBufferDacTime - times.currentTime))

    def _over(self) -> None:
        self.finished = True


def _choose(sounddevice: Any, wanted: str) -> tuple[str, int]:
    """Name and number of the device: always an explicit one, so that a change of the default cannot move us unseen.

    Raises:
        Unavailable: there is none, or not the wanted one.
    """
    devices = [(str(d["name"]), i) for i, d in enumerate(sounddevice.query_devices()) if d["max_output_channels"] > 0]
    if wanted:
        devices = [d for d in devices if d[0] == wanted]
    elif sys.platform == "linux":
        # With a sound server, its own door first: the mixer's view of mute and volume belongs to that one.
        devices.sort(key=lambda d: (d[0] != "pulse", d[0] != "default"))
    else:
        default = sounddevice.default.device[1]
        devices.sort(key=lambda d: d[1] != default)
    if not devices:
        raise Unavailable(Why.NO_DEVICE)
    return devices[0]
