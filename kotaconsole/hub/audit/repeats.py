"""Bounding what strangers can make the hub write down: the first ones one by one, the rest as a count."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, Generic, TypeVar

from kotaconsole.domain.clock import Clock

T = TypeVar("T", bound=Hashable)

EVERY_S: Final = 60.0
"""Counts begin anew so often."""
KINDS: Final = 100
"""Different things counted apart within that time; what comes after them is counted together."""


class Repeats(Generic[T]):
    """Decides what gets a row of its own. Thread: one, the event loop's."""

    def __init__(self, clock: Clock, others: T) -> None:
        """`others` stands for everything past `KINDS`."""
        self._clock = clock
        self._others = others
        self._begun = clock.monotonic()
        self._seen: dict[Hashable, int] = {}
        self._more: dict[T, int] = {}

    def admit(self, what: T, bounds: Sequence[tuple[Hashable, int]]) -> bool:
        """Whether this one gets a row of its own; if not, it is counted.

        Args:
            what: what the count will be told of.
            bounds: whose allowance it takes (a person, an address, everybody), each with its size.
        """
        if any(self._seen.get(key, 0) >= most for key, most in bounds):
            known = what in self._more or len(self._more) < KINDS
            kept = what if known else self._others
            self._more[kept] = self._more.get(kept, 0) + 1
            return False
        for key, _ in bounds:
            self._seen[key] = self._seen.get(key, 0) + 1
        return True

    def over(self) -> bool:
        """Whether the time is over and `counted` is to be asked."""
        return self._clock.monotonic() - self._begun >= EVERY_S

    def counted(self) -> list[tuple[T, int]]:
        """What was only counted, and begin anew."""
        told = list(self._more.items())
        self._seen, self._more, self._begun = {}, {}, self._clock.monotonic()
        return told
