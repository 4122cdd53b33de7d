"""The clock of this machine."""

from __future__ import annotations

import time

from kotaconsole.domain.clock import Instant


class SystemClock:
    """Wall clock and monotonic clock of the operating system. Thread: any."""

    def now(self) -> Instant:
        """The wall clock, which an administrator may move."""
        return Instant(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()
