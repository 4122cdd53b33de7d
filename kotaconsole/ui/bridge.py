"""The only crossing from the core's threads to the window's.

Made on the GUI thread and never moved. The core gets plain callables; each does nothing but emit one queued
signal. Changes that arrive close together are handed on together, except when an alarm may have begun: that
crosses at once.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kotaconsole.domain.changes import Changes
from kotaconsole.ui.desk import Desk, LinkView, SoundView, WatchView

GATHER_MS: Final = 200
"""How long ordinary changes are gathered: below what an eye takes for immediate, above a burst of commits."""


class Bridge(QObject):
    """Carries the core's news to the GUI thread.

    Signals:
        changes(Changes): what commits changed, gathered.
        link(LinkView): the link's latest state.
        sound(SoundView): the sound's latest state.
        watch(WatchView): what is told besides, latest state.

    Thread: everything that begins with `on_` may be called on any thread; the signals come on the GUI thread.
    """

    changes = Signal(object)
    link = Signal(object)
    sound = Signal(object)
    watch = Signal(object)
    _crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Changes | None = None
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self._hand_on)
        self._crossed.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._end = _nothing

    def attach(self, desk: Desk) -> None:
        """Begin to listen."""
        self._end = desk.subscribe(self.on_changes, self.on_link, self.on_sound, self.on_watch)

    def detach(self) -> None:
        """Stop listening; nothing is handed on afterwards."""
        self._end()
        self._end = _nothing
        self._gather.stop()
        self._waiting = None

    def on_changes(self, changes: Changes) -> None:
        """For the core. Thread: any."""
        self._crossed.emit(changes)

    def on_link(self, view: LinkView) -> None:
        """For the core. Thread: any."""
        self._crossed.emit(view)

    def on_sound(self, view: SoundView) -> None:
        """For the core. Thread: any."""
        self._crossed.emit(view)

    def on_watch(self, view: WatchView) -> None:
        """For the core. Thread: any."""
        self._crossed.emit(view)

    @Slot(object)
    def _take(self, news: object) -> None:
        if isinstance(news, LinkView):
            self.link.emit(news)
        elif isinstance(news, SoundView):
            self.sound.emit(news)
        elif isinstance(news, WatchView):
            self.watch.emit(news)
        elif isinstance(news, Changes):
            self._waiting = news if self._waiting is None else _together(self._waiting, news)
            if news.rings:
                self._hand_on()
            elif not self._gather.isActive():
                self._gather.start()

    @Slot()
    def _hand_on(self) -> None:
        self._gather.stop()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.changes.emit(waiting)


def _nothing() -> None:
    return None


def _together(first: Changes, second: Changes) -> Changes:
    return Changes(
        referrals=first.referrals | second.referrals,
        rings=first.rings or second.rings,
        outbox=first.outbox or second.outbox,
        everything=first.everything or second.everything,
    )
