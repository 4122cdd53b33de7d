"""The least an idle player could cost: an open device that is given zeros, and nothing else in the process."""

from __future__ import annotations

import threading
import time
from typing import Any

import sounddevice

from kotaconsole.sounder.clips import RATE
from kotaconsole.sounder.stream import BLOCK
from tests.bench.saying import listen, say


def _zeros(out: Any, _frames: int, _times: Any, _status: Any) -> None:
    out[:] = bytes(len(out))


def main() -> None:
    """Until standard input ends; each word is answered with the processor time used so far."""
    names, over = [str(d["name"]) for d in sounddevice.query_devices()], threading.Event()
    stream = sounddevice.RawOutputStream(
        samplerate=RATE, blocksize=BLOCK, device=names.index("pulse"), channels=1, dtype="int16", latency="low",
        callback=_zeros,
    )  # fmt: skip
    stream.start()
    listen(lambda _word: say("used", seconds=time.process_time(), at=time.monotonic()), over.set)
    say("ready")
    over.wait()


if __name__ == "__main__":
    main()
