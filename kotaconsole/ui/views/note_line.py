"""The line at the bottom: a note on the case that is shown, saved with Enter, never lost half-typed."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit
from typing_extensions import override

from kotaconsole.domain.commands import Note
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.vocabulary import MAX_NOTE
from kotaconsole.ui.context import Context
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import short_number
from kotaconsole.ui.widgets import Sign

DRAFT_MS: Final = 400
"""Quiet time after a key before a half-typed note is kept on disk: a crash costs at most the last word."""


_LEFT: Final = Bilingual(
    "Not saved: the case has left this desk. The text stays in the line. Tell it to the unit that has the case now.",
    "सहेजा नहीं गया: प्रकरण इस डेस्क से जा चुका है। लिखा हुआ यहीं है। जिस यूनिट के पास प्रकरण है उसे बताएँ।",
)


class NoteLine(QFrame):
    """Writes notes on the shown case.

    Signals:
        left(): Esc; the operator wants back to the list.
        failed(Trouble): a note was not saved; its text is back in the line.
    """

    left = Signal()
    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("noteLine")
        self._context = context
        self._key: str | None = None
        self._number: str | None = None
        self._here = True
        self._drafts: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._fate: str = ""
        self._label = PlainLabel(muted=True)
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_NOTE)
        self.field.setEnabled(False)
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self._save)
        self._enter = PlainLabel(muted=True)
        self._sign, self._status = Sign(context.theme), PlainLabel()
        box = row_of([self._label, self.field, self._enter, self._sign, self._status], gap=12, margins=(14, 7, 14, 7))
        box.setStretch(1, 1)
        self.setLayout(box)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DRAFT_MS)
        self._later.timeout.connect(self.keep_now)
        self._unkept: set[str] = set()
        self._say()

    @property
    def status(self) -> str:
        """What is said about the last note of this case."""
        return self._status.text()

    # ------------------------------------------------------------------------------------------ the case
    def show_case(self, view: CaseView) -> None:
        """Bind the line to a case; the same case again leaves what is typed alone."""
        key = view.row.key
        self._number, self._here = view.row.number, True
        if key != self._key:
            self._key = key
            self._fate = ""
            self.field.setText(self._drafts.get(key, ""))
            self.field.setEnabled(view.case is not None)
            if key not in self._drafts:
                self._context.tasks.run("read", partial(self._context.desk.draft, key), partial(self._drafted, key))
        self._follow(view)
        self._say()

    def gone(self) -> None:
        """The case has left this desk: what is typed stays to be read and copied, and cannot be saved any more."""
        self._here = False

    def _drafted(self, key: str, text: str) -> None:
        """A draft came from disk; what was typed meanwhile goes before it."""
        if key not in self._drafts:
            self._drafts[key] = text
            if key == self._key and not self.field.text():
                self.field.setText(text)

    def _follow(self, view: CaseView) -> None:
        """Where the last note of this case is now."""
        command = self._saved.get(view.row.key)
        if command is None:
            return
        for line in view.timeline:
            if line.event is not None and line.event.command_id == command:
                self._fate = "hub"
            elif line.entry is not None and line.entry.command_id == command:
                self._fate = {"queued": "pending", "acked": "hub", "rejected": "refused"}[line.entry.fate]

    # ------------------------------------------------------------------------------------------ typing
    def focus(self) -> None:
        """The operator wants to write."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _typed(self, text: str) -> None:
        if self._key is None:
            return
        self._drafts[self._key] = text
        self._unkept.add(self._key)
        self._later.start()

    def keep_now(self) -> None:
        """Keep half-typed notes on disk."""
        self._later.stop()
        for key in self._unkept:
            text = self._drafts.get(key, "")
            self._context.tasks.run("write", partial(self._context.desk.save_draft, key, text), _nothing)
        self._unkept.clear()

    def _save(self) -> None:
        text, key = self.field.text().strip(), self._key
        if not text or key is None:
            return
        if not self._here:
            self.failed.emit(Trouble(_LEFT))
            return
        self._fate = "saving"
        self.field.clear()
        self._say()
        work = partial(self._context.desk.save, "note", key, Note(text), None)
        self._context.tasks.run("write", work, partial(self._on_saved, key, text), partial(self._on_failed, key, text))

    def _on_saved(self, key: str, text: str, entry: Entry) -> None:
        self._saved[key] = entry.command_id
        if self._drafts.get(key, "").strip() == text:
            self._drafts[key] = ""
            self._unkept.add(key)
            self.keep_now()
        if key == self._key:
            self._fate = "pending"
            self._say()

    def _on_failed(self, key: str, text: str, trouble: Trouble) -> None:
        typed = self.field.text() if key == self._key else self._drafts.get(key, "")
        back = text if typed.strip() in ("", text) else f"{text} {typed}"
        self._drafts[key] = back
        if key == self._key:
            self.field.setText(back)
            self._fate = "unsaved"
            self._say()
        self.failed.emit(trouble)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        about = self.tr("Note on %1").replace("%1", short_number(self._number) if self._key else "—")
        self._label.say(about)
        self.field.setAccessibleName(about)
        self.field.setPlaceholderText(self.tr("Write here (F4)"))
        self._enter.say(self.tr("Enter saves"))
        said = {
            "": ("", "muted", ""),
            "saving": ("pending", "muted", self.tr("saving …")),
            "pending": ("pending", "p2", self.tr("saved, not yet sent")),
            "hub": ("hub", "ok", self.tr("at the hub")),
            "refused": ("refused", "p1", self.tr("refused by the hub")),
            "unsaved": ("refused", "p1", self.tr("NOT saved: the text is back in the line")),
        }[self._fate]
        symbol, tone, words = said
        self._sign.setVisible(bool(symbol))
        if symbol == "pending":
            self._sign.show_as("pending", tone, words)
        elif symbol:
            self._sign.show_as("hub" if symbol == "hub" else "refused", tone, words)
        self._status.say(words)
        self._status.tone(tone if tone != "muted" else "")

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


def _nothing(_result: object) -> None:
    return None
