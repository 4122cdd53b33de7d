"""The hub's clock."""

from __future__ import annotations

import time

from kotaconsole.domain.clock import Instant


class WallClock:
    """The machine's own time. Thread: any."""

    def now(self) -> Instant:
        """Milliseconds since 1970."""
        return Instant(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()
