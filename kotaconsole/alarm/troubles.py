"""Keeps what is wrong with the channel, and tells the alarm of each change."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kotaconsole.domain.alarm import Trouble
from kotaconsole.domain.link import LinkView
from kotaconsole.domain.troubles import Unheard, standing


class TroubleBoard:
    """The one holder of the channel's troubles.

    Thread: any; `tell` is called on the thread that met the change, one call at a time, and must be quick.
    """

    def __init__(self, tell: Callable[[tuple[Trouble, ...]], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._link: LinkView | None = None
        self._unheard: tuple[Unheard, ...] = ()
        self._seen: frozenset[str] = frozenset()
        self._standing: tuple[Trouble, ...] = ()

    def link_is(self, link: LinkView) -> None:
        """The link's latest state."""
        with self._lock:
            self._link = link
            self._look()

    def others_are(self, unheard: tuple[Unheard, ...]) -> None:
        """What the hub says of other desks and units."""
        with self._lock:
            self._unheard = unheard
            self._look()

    def seen(self) -> None:
        """A person has seen what calls now: it calls every minute from here on, until it is over."""
        with self._lock:
            self._seen |= {trouble.key for trouble in self._standing}
            self._look()

    def signed_out(self) -> None:
        """Nobody is signed in, so there is neither link nor watch."""
        with self._lock:
            self._link, self._unheard = None, ()
            self._look()

    def _look(self) -> None:
        before = self._standing
        now = standing(self._link, self._unheard, [trouble.key for trouble in before], self._seen)
        self._standing = now
        # What is over and comes again is new to everybody.
        self._seen &= {trouble.key for trouble in now}
        if now != before:
            self._tell(now)
