"""One recorder per sink that runs throughout, each sample with its monotonic time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import wave
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.world.bursts import RATE, Burst, Samples, find_bursts
from tests.world.processes import Nest
from tests.world.waiting import until

# The null sink renders one block (our 10 ms) before it is due: measured as 10.1 +-0.2 ms against PortAudio's DAC times.
_AHEAD = 0.010
_STALL = 0.25  # seconds without data: what follows belongs to a new time line
_REACH = 5 * RATE  # arrivals within 5 s of a sample tell its time


@dataclass
class _Arrivals:
    """Half a second of arrivals; ``offset`` = the earliest (arrival time - sample time) among them."""

    first: int
    last: int
    offset: float


@dataclass
class _Segment:
    """A stretch without a hole. A suspended, killed or unplugged sink makes one; a sound across it is cut in two."""

    first: int
    arrivals: list[_Arrivals] = field(default_factory=list)


class Recorder:
    """Records the monitor of one sink from start to end.

    An idle null sink takes up to 2 s to give a new recorder its first sample, and a recorder per test would give false
    silences: so there is one, it starts with the server and never stops. Times are good to about 1 ms.

    Thread: its own reader thread writes; reading is safe from any.
    """

    def __init__(self, nest: Nest, sink: str) -> None:
        self._nest, self.sink = nest, sink
        self._path = nest.dir / f"sound-{sink}.s16"
        self._file = self._path.open("ab", buffering=0)  # lives as long as the recorder
        self._count = 0
        self._segments: list[_Segment] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin, or begin again after the sink came back; waits for the first sample."""
        options = ["--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=10", "--client-name=recorder"]
        command = ["parec", "--raw", "-d", f"{self.sink}.monitor", *options]
        process = self._nest.spawn(command, f"parec-{self.sink}", stdout=subprocess.PIPE)
        with self._lock:
            self._segments.append(_Segment(self._count))
        before = self._count
        self._process = process
        self._thread = threading.Thread(target=self._read, args=(process,), name=f"recorder-{self.sink}", daemon=True)
        self._thread.start()
        until(lambda: self._count > before, 60, f"samples from {self.sink}.monitor")

    def finish(self) -> None:
        """Let go of the file; the parec must have ended."""
        if self._thread:
            self._thread.join(2)
        self._file.close()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        rest, last = b"", time.monotonic()
        while data := os.read(process.stdout.fileno(), 1 << 16):
            now, data = time.monotonic(), rest + data
            cut = len(data) & ~1
            rest = data[cut:]
            with self._lock:
                if now - last > _STALL and self._segments[-1].arrivals:
                    self._segments.append(_Segment(self._count))
                last = now
                self._file.write(data[:cut])
                self._count += cut // 2
                self._note_arrival(now - self._count / RATE)

    def _note_arrival(self, offset: float) -> None:
        arrivals = self._segments[-1].arrivals
        if arrivals and self._count - arrivals[-1].first < RATE // 2:
            arrivals[-1].offset = min(arrivals[-1].offset, offset)
            arrivals[-1].last = self._count
        else:
            arrivals.append(_Arrivals(self._count, self._count, offset))

    def time_of(self, sample: int) -> float:
        """Monotonic seconds at which a sample was due at the sink."""
        with self._lock:
            segment = next((s for s in reversed(self._segments) if s.first <= sample and s.arrivals), self._segments[0])
            bins = segment.arrivals
            low = bisect_right(bins, sample - _REACH, key=lambda b: b.last)
            high = bisect_left(bins, sample + _REACH, key=lambda b: b.first)
            offset = min((b.offset for b in bins[low:high]), default=bins[-1].offset)
        return offset + sample / RATE + _AHEAD

    def _sample_at(self, when: float) -> int:
        """The first sample at or after this time."""
        with self._lock:
            segments, count = [s for s in self._segments if s.arrivals], self._count
        stops = [*(s.first for s in segments[1:]), count]
        for segment, stop in zip(segments, stops, strict=True):
            low, high = segment.first, stop
            if high > low and self.time_of(high - 1) >= when:
                while low < high:
                    middle = (low + high) // 2
                    low, high = (middle + 1, high) if self.time_of(middle) < when else (low, middle)
                return low
        return count

    def _samples(self, since: float, to: float | None) -> tuple[int, Samples]:
        first = self._sample_at(since)
        last = self._count if to is None else self._sample_at(to)
        if last <= first:
            return first, np.zeros(0, np.int16)
        return first, np.fromfile(self._path, np.int16, last - first, offset=2 * first)

    @property
    def heard_until(self) -> float:
        """Monotonic seconds of the newest sample."""
        return self.time_of(self._count)

    @property
    def alive(self) -> bool:
        """Whether it still records."""
        return self._process is not None and self._process.poll() is None

    def bursts(
        self, since: float = 0.0, to: float | None = None, gap: float = 0.9, floor_db: float = -50.0
    ) -> list[Burst]:
        """Bursts between two marks (monotonic seconds); see ``find_bursts``. Waits until ``to`` has been recorded."""
        if to is not None:
            patience = max(0.0, to - time.monotonic()) + 30.0
            until(lambda: not self.alive or self.heard_until >= to, patience, "the recorder to catch up")
        first, samples = self._samples(since, to)
        return find_bursts(samples, lambda n: self.time_of(first + n), gap, floor_db)

    def save_wav(self, path: Path | str, since: float = 0.0, to: float | None = None) -> Path:
        """Write what was heard as a WAV file."""
        _, samples = self._samples(since, to)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(samples.tobytes())
        return Path(path)
