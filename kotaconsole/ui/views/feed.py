"""Keeps the window's snapshots up to date: reads off the GUI thread, hands them over on it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.listing import CaseRow, CaseView
from kotaconsole.ui.bridge import Bridge
from kotaconsole.ui.context import Context


class Feed(QObject):
    """Turns what changed into rows and cases.

    Signals:
        filled(tuple[CaseRow, ...]): all cases.
        merged(frozenset[str], tuple[CaseRow, ...]): these keys were read; one without a row is gone.
        case(CaseView | None): the shown case.
        directory(Directory | None): the directory.
        refused(int): refused commands that wait.

    Thread: GUI.
    """

    filled = Signal(object)
    merged = Signal(object, object)
    case = Signal(object)
    directory = Signal(object)
    refused = Signal(int)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: str | None = None
        self.bridge = Bridge(self)
        self.bridge.changes.connect(self.on_changes)

    def start(self) -> None:
        """Listen, then read everything once: nothing that happens between the two is missed."""
        self.bridge.attach(self._context.desk)
        self.read_all()

    def stop(self) -> None:
        """Listen no more."""
        self.bridge.detach()

    def read_all(self) -> None:
        """Read everything anew."""
        self.on_changes(Changes(outbox=True, everything=True))

    def show(self, key: str) -> None:
        """Read this case, and again whenever it changes."""
        self._shown = key
        self._read_case()

    @Slot(object)
    def on_changes(self, changes: Changes) -> None:
        """Something was committed."""
        run, desk = self._context.tasks.run, self._context.desk
        if changes.everything:
            run("read", desk.rows, self._filled)
            run("read", desk.directory, self._directory)
        elif changes.referrals:
            run("read", partial(desk.rows_of, changes.referrals), partial(self._merged, changes.referrals))
        if self._shown is not None and (changes.everything or self._shown in changes.referrals):
            self._read_case()
        if changes.outbox or changes.everything:
            run("read", desk.refused, self._refused)

    def reread(self, keys: frozenset[str]) -> None:
        """Look again at these cases: time alone makes a location stale."""
        if keys:
            self._context.tasks.run("read", partial(self._context.desk.rows_of, keys), partial(self._merged, keys))
        if self._shown is not None:
            self._read_case()

    def _read_case(self) -> None:
        key = self._shown
        if key is not None:
            self._context.tasks.run("read", partial(self._context.desk.case, key), partial(self._case, key))

    def _case(self, key: str, view: CaseView | None) -> None:
        if key == self._shown:
            self.case.emit(view)

    def _filled(self, rows: tuple[CaseRow, ...]) -> None:
        self.filled.emit(rows)

    def _merged(self, keys: frozenset[str], rows: tuple[CaseRow, ...]) -> None:
        self.merged.emit(keys, rows)

    def _directory(self, directory: Directory | None) -> None:
        self.directory.emit(directory)

    def _refused(self, entries: tuple[object, ...]) -> None:
        self.refused.emit(len(entries))
