"""How long to wait before asking again: growing, and scattered, so that many desks do not ask as one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SHORTEST_S: Final = 0.05
"""No wait is shorter, so that no mistake turns into a busy loop."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: anything between almost nothing and a limit that doubles with each failure.

    Attributes:
        base: the limit after the first failure, in seconds; cap: the highest limit.
        chance: gives numbers in [0, 1).
    """

    base: float
    cap: float
    chance: Callable[[], float] = random.random

    def after(self, failures: int, retry_after: float | None = None) -> float:
        """Seconds to wait after so many failures in a row; never less than what the hub asked for."""
        limit = min(self.cap, self.base * 2.0 ** min(failures - 1, 30))
        return max(SHORTEST_S, (retry_after or 0.0) + self.chance() * limit)
