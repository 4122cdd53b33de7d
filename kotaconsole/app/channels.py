"""The latest state of link, sound and watch, and who wants to hear of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kotaconsole.alarm.desk import AlarmView
from kotaconsole.app.listeners import Listeners
from kotaconsole.domain.alarm import Sound, Trouble
from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.troubles import CLOCK, Unheard
from kotaconsole.ui.desk import LinkView, SoundView, WatchView


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Controls:
    """What the window may ask of the alarm; nothing happens before there is one.

    Attributes:
        beat: called by the window's heartbeat.
        seen: a person has seen what calls. pause, resume: hold what sounds, and end that.
    """

    beat: Callable[[], None] = _nothing
    seen: Callable[[], None] = _nothing
    pause: Callable[[], None] = _nothing
    resume: Callable[[], None] = _nothing


class Channels:
    """Link, sound and watch as the window shows them.

    Attributes:
        link, sound, watch: the latest views. on_link, on_sound, on_watch: their listeners.
        skew_s: seconds the hub's clock is ahead of ours, as far as known.
        controls: what the window may ask of the alarm.

    Thread: any; a view is one assignment.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.link = LinkView("connecting", clock.now())
        self.sound = SoundView("starting")
        self.skew_s = 0.0
        self.watch = WatchView()
        self.controls = Controls()
        self.on_link: Listeners[LinkView] = Listeners()
        self.on_sound: Listeners[SoundView] = Listeners()
        self.on_watch: Listeners[WatchView] = Listeners()
        self._watching = threading.Lock()

    def now(self) -> Instant:
        """The hub's time, as far as its skew is known."""
        return self._clock.now().plus(seconds=self.skew_s)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._clock.monotonic()

    def as_of(self) -> Instant:
        """Up to when this desk knew the cases: the last answer that proved the hub alive."""
        good = self.link.last_good
        return self.now() if good is None else self.now().plus(seconds=good - self.monotonic())

    def link_is(self, view: LinkView, skew_s: float) -> None:
        """Take a new state of the link and tell it on."""
        self.link, self.skew_s = view, skew_s
        self.on_link.tell(view)

    def alarm_is(self, view: AlarmView) -> None:
        """Take a new state of the alarm and tell on what it says of the sound, when that changed."""
        heard = SoundView(view.audio, view.why)
        if heard != self.sound:
            self.sound = heard
            self.on_sound.tell(heard)
        self._watch_is(paused_until=None if view.paused_until is None else view.paused_until.plus(seconds=self.skew_s))

    def others_are(self, unheard: tuple[Unheard, ...]) -> None:
        """Take what the hub says of other desks and units, and tell it on."""
        self._watch_is(unheard=unheard)

    def troubles_are(self, troubles: tuple[Trouble, ...]) -> None:
        """Take what calls now, and tell it on."""
        wrong = any(trouble.key == CLOCK for trouble in troubles)
        self._watch_is(
            clock_s=self.skew_s if wrong else 0.0,
            calls=any(trouble.sound is Sound.S2 and not trouble.seen for trouble in troubles),
        )

    def _watch_is(self, **news: Any) -> None:
        with self._watching:  # three threads write parts of it
            old, self.watch = self.watch, replace(self.watch, **news)
            if self.watch != old:
                self.on_watch.tell(self.watch)
