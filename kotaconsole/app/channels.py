"""The latest state of link and sound, and who wants to hear of it."""

from __future__ import annotations

from collections.abc import Callable

from kotaconsole.alarm.desk import AlarmView
from kotaconsole.app.listeners import Listeners
from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.ui.desk import LinkView, SoundView


class Channels:
    """Link and sound as the window shows them.

    Attributes:
        link, sound: the latest views. on_link, on_sound: their listeners.
        skew_s: seconds the hub's clock is ahead of ours, as far as known.
        beat: called by the window's heartbeat.

    Thread: any; a view is one assignment.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.link = LinkView("connecting", clock.now())
        self.sound = SoundView("starting")
        self.skew_s = 0.0
        self.beat: Callable[[], None] = _nothing
        self.on_link: Listeners[LinkView] = Listeners()
        self.on_sound: Listeners[SoundView] = Listeners()

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


def _nothing() -> None:
    pass
