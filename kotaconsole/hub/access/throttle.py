"""Slowing down guesses at passwords, per name and address and per address.

The counts are kept in memory and begin afresh with the hub: nobody outside can restart it, and a count on disk would
be a write for every guess. Memory is bounded: at most `KEPT` short entries. Whoever rotates names from one address
is stopped by the address's own entry, which every guess renews, so it is never among the oldest that go first.
"""

from __future__ import annotations

import ipaddress
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
NAME_KEPT: Final = 65
"""Characters of a name that count: one more than a sign-in name can have, so that none is mistaken for another."""

_Key = tuple[str, ...]


@dataclass(slots=True)
class _Misses:
    count: int = 0
    pending: int = 0
    last: float = 0.0


class Throttle:
    """Counts wrong passwords.

    A guess is counted from the moment it begins to be checked: otherwise as many as fit into that time would all find
    the count still at rest.

    Thread: the event loop's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._misses: OrderedDict[_Key, _Misses] = OrderedDict()

    def __len__(self) -> int:
        return len(self._misses)

    def wait_s(self, name: str, address: str) -> float:
        """Seconds this name at this address has to wait before the next try; 0 when it may try now."""
        by_name, by_address = _keys(name, address)
        return max(self._left(by_name, FREE_PER_NAME), self._left(by_address, FREE_PER_ADDRESS))

    def begin(self, name: str, address: str) -> None:
        """A password is about to be checked; `missed`, `fitted` or `dropped` follows."""
        for key in _keys(name, address):
            self._entry(key).pending += 1
        while len(self._misses) > KEPT:
            self._misses.popitem(last=False)

    def missed(self, name: str, address: str) -> None:
        """It was wrong."""
        for key in _keys(name, address):
            entry = self._ended(key)
            entry.count += 1
            entry.last = self._clock.monotonic()

    def fitted(self, name: str, address: str) -> None:
        """It was right: this name starts afresh."""
        by_name, by_address = _keys(name, address)
        self._ended(by_name).count = 0
        self._ended(by_address)
        for key in (by_name, by_address):
            self._forget_idle(key)

    def dropped(self, name: str, address: str) -> None:
        """It could not be checked."""
        for key in _keys(name, address):
            self._ended(key)
            self._forget_idle(key)

    def _entry(self, key: _Key) -> _Misses:
        entry = self._misses.setdefault(key, _Misses())
        self._misses.move_to_end(key)
        return entry

    def _ended(self, key: _Key) -> _Misses:
        entry = self._entry(key)
        # never below zero: the entry may have been thrown out and made anew meanwhile
        entry.pending = max(0, entry.pending - 1)
        return entry

    def _forget_idle(self, key: _Key) -> None:
        if self._misses[key].count == 0 and self._misses[key].pending == 0:
            del self._misses[key]

    def _left(self, key: _Key, free: int) -> float:
        entry = self._misses.get(key)
        if entry is None:
            return 0.0
        passed = self._clock.monotonic() - entry.last
        if passed > FORGET_AFTER_S and entry.count:
            entry.count = 0
        if entry.count + entry.pending < free:
            return 0.0
        # once the free ones are spent, one at a time
        least = FIRST_WAIT_S if entry.pending else 0.0
        if entry.count < free:
            return least
        # the exponent is bounded, or a long siege would overflow the power
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(entry.count - free, 10))
        return max(least, wait - passed)


def _keys(name: str, address: str) -> tuple[_Key, _Key]:
    network = _network(address)
    return (name[:NAME_KEPT], network), (network,)


def _network(address: str) -> str:
    """The part of an address that one guesser cannot change at will: whoever has IPv6 has a /64 of their own."""
    try:
        found = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return address[:NAME_KEPT]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
