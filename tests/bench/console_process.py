"""The console as it is started, with eyes on it: when a page was read, stored, told to the window, listed, painted.

Three things are not as an operator has them: the name is filled in and the button pressed by a timer; alarms follow
each other faster than a person would bear (``PACE``), because the way of one flag is measured and not the order of
many; and a second long poll asks a server that does nothing, which is the floor.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import requests
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from kotaconsole.api.client import HubClient
from kotaconsole.app import Options, core, run
from kotaconsole.domain.alarm import AlarmTimes
from kotaconsole.domain.changes import Changes
from kotaconsole.domain.commands import Acknowledge
from kotaconsole.store.writer import Writer
from kotaconsole.ui.views.main_window import MainWindow
from kotaconsole.ui.views.row_paint import RowDelegate
from kotaconsole.ui.views.signin import SignInWindow
from tests.bench.saying import listen, say

PACE = 1.6
"""Seconds a burst costs here: a P2 burst is 1.4 s long."""


class Floor(QObject):
    """A raw long poll whose answer crosses to this thread by one queued signal."""

    answered = Signal(object)

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.answered.connect(self._take, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._ask, name="bench-floor", daemon=True).start()

    def _ask(self) -> None:
        session = requests.Session()
        session.trust_env = False
        while True:
            try:
                body = session.get(self._url, timeout=(3.05, 3600)).content
            except requests.RequestException:
                return
            self.answered.emit(body)

    @Slot(object)
    def _take(self, _body: bytes) -> None:
        say("floor", at=time.monotonic())


class Eyes(QObject):
    """Looks at one main window. Thread: GUI, but for ``applied``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._desk = window, window._context.desk
        self._listed: set[str] = set()
        self._drawn: set[str] = set()
        window.cases.model.rowsInserted.connect(self._rows)
        window.feed.bridge.changes.connect(self._crossed)
        self._end = self._desk.subscribe(self._applied, _nothing, _nothing)
        self._ready = QTimer(self)
        self._ready.timeout.connect(self._look)
        self._ready.start(100)

    def _look(self) -> None:
        if self._desk.link().state == "live" and self._desk.sound().state == "ok":
            self._ready.stop()
            say("ready")

    def _applied(self, changes: Changes) -> None:
        at = time.monotonic()
        for key in changes.referrals:
            say("applied", at=at, key=key)

    @Slot(object)
    def _crossed(self, changes: Changes) -> None:
        at = time.monotonic()
        for key in changes.referrals:
            say("crossed", at=at, key=key)

    def _rows(self, _parent: object, first: int, last: int) -> None:
        at = time.monotonic()
        for line in range(first, last + 1):
            key = self._window.cases.model.row_at(line).key
            self._listed.add(key)
            say("row", at=at, key=key)

    def draws(self, key: str) -> None:
        """A cell of this case is being drawn."""
        if key in self._listed:
            self._drawn.add(key)

    def flushed(self) -> None:
        """The window has handed what was drawn to the screen."""
        if self._drawn:
            at = time.monotonic()
            for key in self._drawn:
                say("painted", at=at, key=key)
            self._listed -= self._drawn
            self._drawn.clear()

    def hear(self, word: dict[str, Any]) -> None:
        """Acknowledge a case, as the window's own button would, on the thread that asks."""
        for row in self._desk.rows_of(frozenset({word["key"]})):
            self._desk.save("acknowledge", row.key, Acknowledge(row.version), row.version)


def _watch(floor_url: str) -> None:
    eyes: list[Eyes] = []
    floors: list[Floor] = []
    start, paint, changes, tell = MainWindow.start, RowDelegate.paint, HubClient.changes, Writer._tell

    def started(self: MainWindow) -> None:
        eyes.append(Eyes(self))
        floors.append(Floor(floor_url))
        start(self)
        listen(eyes[0].hear, partial(os.kill, os.getpid(), signal.SIGTERM))

    def painted(self: RowDelegate, painter: Any, option: Any, index: Any) -> None:
        paint(self, painter, option, index)
        eyes[0].draws(index.model().row_at(index.row()).key)

    def event(self: MainWindow, what: QEvent) -> bool:
        done = QMainWindow.event(self, what)
        if what.type() == QEvent.Type.UpdateRequest and eyes:
            eyes[0].flushed()
        return done

    def asked(self: HubClient, *words: Any, **more: Any) -> Any:
        page = changes(self, *words, **more)
        at = time.monotonic()
        for one in page.events:
            say("answered", at=at, key=one.referral_id)
        return page

    def told(self: Writer, news: Changes) -> None:
        at = time.monotonic()
        tell(self, news)
        for key in news.referrals:
            say("stored", at=at, key=key)

    for owner, name, watched in (
        (MainWindow, "start", started),
        (MainWindow, "event", event),
        (RowDelegate, "paint", painted),
        (HubClient, "changes", asked),
        (Writer, "_tell", told),
    ):
        setattr(owner, name, watched)


def _sign_in_by_itself() -> None:
    show = SignInWindow.show

    def shown(self: SignInWindow) -> None:
        show(self)
        QTimer.singleShot(200, self.enter.click)

    setattr(SignInWindow, "show", shown)  # noqa: B010 - a plain assignment would not type


def _nothing(_view: object) -> None:
    pass


def main(hub: str, floor: str, profile: str, user: str, password: str) -> int:
    """Run until standard input ends."""
    setattr(core, "AlarmTimes", partial(AlarmTimes, pace=PACE, slack=0.0))  # noqa: B010 - likewise
    _watch(floor)
    _sign_in_by_itself()
    return run(dataclasses.replace(Options(), profile=Path(profile), hub=hub, sign_in=(user, password)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
