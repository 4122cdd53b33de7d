"""The hub's time: as even as the monotonic clock, and in the long run that of the machine's calendar.

A calendar clock is set: by hand, by a time server, by a virtual machine that was moved. If the alarms were counted on
it, a step forward would escalate every case at once, and a step back would keep all of them silent for as long.
"""

from __future__ import annotations

import threading
from typing import Final

from kotaconsole.domain.clock import Clock, Instant

SLEW: Final = 0.005
"""How much faster or slower than the monotonic clock it may run to come back to the calendar: 60 s stay 60 +-0.3 s,
5 min stay 300 +-1.5 s, and a step of 10 s is made good within 34 min."""


class Steady:
    """A clock that never steps and never runs back.

    It begins at the machine's time and goes with the monotonic clock; where the two part, it follows by at most
    `SLEW`. Only a new start takes a step over at once.

    Thread: any.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._lock = threading.Lock()
        self._last = machine.monotonic()
        self._at = float(machine.now())

    def now(self) -> Instant:
        """Milliseconds since 1970, as the hub counts them."""
        with self._lock:
            mono = self._machine.monotonic()
            passed = (mono - self._last) * 1000
            most = passed * SLEW
            apart = float(self._machine.now()) - (self._at + passed)
            self._last = mono
            self._at += passed + max(-most, min(most, apart))
            return Instant(self._at)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._machine.monotonic()

    def apart_s(self) -> float:
        """Seconds by which the machine's clock is ahead of this one; a large number is worth a new start."""
        return self._machine.now().seconds_since(self.now())
