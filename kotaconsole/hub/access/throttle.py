"""Slowing down guesses at passwords, per name and address and per address."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.clock import Clock

FREE_PER_NAME: Final = 5
FREE_PER_ADDRESS: Final = 50
"""Wrong passwords before waiting begins; a whole command centre may stand behind one address."""
FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 300.0
FORGET_AFTER_S: Final = 900.0
KEPT: Final = 10_000
"""Entries in memory: the oldest go first."""


@dataclass(slots=True)
class _Misses:
    count: int
    last: float


class Throttle:
    """Counts wrong passwords in memory. Thread: the event loop's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._misses: OrderedDict[tuple[str, ...], _Misses] = OrderedDict()

    def wait_s(self, name: str, address: str) -> float:
        """Seconds this name at this address has to wait before the next try; 0 when it may try now."""
        return max(self._left((name, address), FREE_PER_NAME), self._left((address,), FREE_PER_ADDRESS))

    def missed(self, name: str, address: str) -> None:
        """A wrong password."""
        for key in ((name, address), (address,)):
            entry = self._misses.pop(key, None) or _Misses(0, 0.0)
            entry.count += 1
            entry.last = self._clock.monotonic()
            self._misses[key] = entry
        while len(self._misses) > KEPT:
            self._misses.popitem(last=False)

    def fitted(self, name: str, address: str) -> None:
        """A right password: this name starts afresh."""
        self._misses.pop((name, address), None)

    def _left(self, key: tuple[str, ...], free: int) -> float:
        entry = self._misses.get(key)
        if entry is None:
            return 0.0
        passed = self._clock.monotonic() - entry.last
        if passed > FORGET_AFTER_S:
            del self._misses[key]
            return 0.0
        if entry.count < free:
            return 0.0
        # the exponent is bounded, or a long siege would overflow the power
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(entry.count - free, 10))
        return max(0.0, wait - passed)
