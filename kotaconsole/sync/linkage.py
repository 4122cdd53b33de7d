"""Keeps the state of the link for all threads and tells of each change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kotaconsole.domain import link
from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.link import Besides, LinkState, LinkView, Notice


class Linkage:
    """The one holder of the link's state.

    Thread: any. `on_link` is called on the thread that met the change, one at a time, and must be quick.
    """

    def __init__(
        self, clock: Clock, on_link: Callable[[LinkView], None], on_back: Callable[[], None], to_send: int
    ) -> None:
        self._clock = clock
        self._on_link = on_link
        self._on_back = on_back
        self._to_send = to_send
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._state = link.begun(clock.now())
        self._told: LinkView | None = None
        self._besides = Besides()

    @property
    def view(self) -> LinkView:
        """The link as it stands."""
        with self._lock:
            return link.view(self._state, self._to_send, self._besides)

    def notice(self, notice: Notice) -> None:
        """Something about the hub has to be told; it stays until something else has to."""
        self._tell_besides(notice=notice)

    def directory_is(self, unusable: Bilingual | None) -> None:
        """The hub's directory was read, or cannot be used for this reason."""
        self._tell_besides(no_directory=unusable)

    def unsent(self, why: Bilingual | None) -> None:
        """Why nothing that was saved goes out although the hub answers; None when it does."""
        self._tell_besides(unsent=why)

    def _tell_besides(self, **news: Any) -> None:
        with self._lock:
            self._besides = replace(self._besides, **news)
        self._move(lambda s: s)

    def good(self, *, beat: int, server_time: Instant) -> None:
        """A valid answer of the feed was stored."""
        now, wall = self._clock.monotonic(), self._clock.now()
        before = self.view.state
        self._move(lambda s: link.answered(s, beat=beat, server_time=server_time, now=now, wall=wall))
        if before != "live" and self.view.state == "live":
            self._on_back()

    def bad(self, why: Bilingual, *, grave: bool) -> None:
        """No usable answer came."""
        now, wall = self._clock.monotonic(), self._clock.now()
        self._move(lambda s: link.failed(s, why, grave=grave, now=now, wall=wall))

    def tick(self, to_send: int) -> None:
        """Time has passed; `to_send` is counted anew."""
        now, wall = self._clock.monotonic(), self._clock.now()
        with self._lock:
            self._to_send = to_send
        self._move(lambda s: link.passed(s, now=now, wall=wall))

    def _move(self, step: Callable[[LinkState], LinkState]) -> None:
        # told inside its own lock, so that no listener hears an older state after a newer one
        with self._telling:
            with self._lock:
                self._state = step(self._state)
                seen = link.view(self._state, self._to_send, self._besides)
                news, self._told = seen != self._told, seen
            if news:
                self._on_link(seen)
