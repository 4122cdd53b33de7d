"""What every sheet shares: it blocks nothing, closes with Esc, and gives back what was typed when opened again."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.listing import CaseView
from kotaconsole.ui.actions import Action
from kotaconsole.ui.context import Context
from kotaconsole.ui.keys import chord_of, is_enter
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import short_number
from kotaconsole.ui.widgets import KeyButton

Typed = dict[str, str]
Drafts = MutableMapping[tuple[str, str], Typed]
"""What was typed into sheets, by sheet and case; kept while the window lives."""
_ACTION_KEYS: Final = {
    Qt.Key.Key_F3: Action.REVEAL, Qt.Key.Key_F4: Action.NOTE, Qt.Key.Key_F6: Action.INFORM,
    Qt.Key.Key_F9: Action.PRINT, Qt.Key.Key_F10: Action.OUTCOME, Qt.Key.Key_F11: Action.CONTACT,
}  # fmt: skip


class Sheet(QDialog):
    """A sheet over the window, never modal.

    Signals:
        saved(str): what was asked is saved on this desk; the case's key.
        failed(Trouble): it is not.
        asked(Action): the key of another action was pressed here.
    """

    saved = Signal(str)
    failed = Signal(object)
    asked = Signal(object)
    kind: str = ""

    def __init__(self, context: Context, view: CaseView, drafts: Drafts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.context, self.view, self._drafts = context, view, drafts
        self.done_with = False
        self.heading = PlainLabel(strong=True)
        self.missing = PlainLabel(wrap=True)
        self.save = KeyButton(context.theme, "Ctrl+Enter")
        self.save.setAutoDefault(False)
        self.save.primary(True)
        self.save.clicked.connect(self.submit)
        self.cancel = KeyButton(context.theme, "Esc")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.close)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 14, 18, 14)
        outer.setSpacing(10)
        outer.addWidget(self.heading)
        outer.addLayout(self.body, 1)
        outer.addWidget(self.missing)
        outer.addLayout(row_of([1, self.cancel, self.save], gap=8))

    @property
    def key(self) -> str:
        """The case it is about."""
        return self.view.row.key

    def start(self) -> None:
        """Put back what was typed, say everything, show."""
        self.restore(self._drafts.get((self.kind, self.key), {}))
        self.say()
        self.check()
        self.show()
        self.first().setFocus()

    def follow(self, view: CaseView) -> None:
        """The case changed while the sheet stands."""
        if view.row.key == self.key:
            self.view = view
            self.check()

    # ------------------------------------------------------------------------------------------ for sheets
    def first(self) -> QWidget:
        """Where the hands begin."""
        return self.cancel

    def typed(self) -> Typed:
        """What the operator typed, for the draft."""
        return {}

    def restore(self, typed: Typed) -> None:
        """Put a draft back."""

    def say(self) -> None:
        """Every word of the sheet in the language in force."""
        self.cancel.say(self.tr("Close, keep what is typed"))

    def lacks(self) -> str:
        """What is still missing, as a sentence; empty when it can be saved."""
        return ""

    def submit(self) -> None:
        """Save what was asked."""

    def check(self) -> None:
        """Explain what is missing before anything is refused."""
        lacking = self.lacks()
        self.missing.say(lacking)
        self.missing.tone("p2" if lacking else "")
        self.save.setEnabled(not lacking and not self.done_with)

    def titled(self, action: str) -> None:
        """The window title: the action and the case number, no personal data."""
        title = f"{action} · {short_number(self.view.row.number)}"
        self.setWindowTitle(title)
        self.heading.say(title)
        self.setAccessibleName(action)

    def finished_saving(self) -> None:
        """It is saved: forget the draft."""
        self.done_with = True
        self._drafts.pop((self.kind, self.key), None)
        self.saved.emit(self.key)

    def on_trouble(self, trouble: Trouble) -> None:
        """It is not saved: everything typed stays."""
        self.done_with = False
        self.check()
        self.missing.say(self.context.languages.say(trouble.sentence))
        self.missing.tone("p1")
        self.failed.emit(trouble)

    # ------------------------------------------------------------------------------------------ Qt
    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        chord = chord_of(event)
        if chord is not None:
            self.context.change(chord)
            return
        if is_enter(event):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.save.isEnabled():
                self.submit()
            return  # Enter alone must not press whatever button Qt holds for the default
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        if event.key() in _ACTION_KEYS:
            self.asked.emit(_ACTION_KEYS[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.done_with:
            self._drafts[self.kind, self.key] = self.typed()
        super().closeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.say()
            self.check()
        super().changeEvent(event)


def labelled(label: QLabel, field: QWidget) -> QVBoxLayout:
    """A field under its label; the label is its buddy, so that a screen reader says it."""
    label.setBuddy(field)
    box = QVBoxLayout()
    box.setSpacing(2)
    box.addWidget(label)
    box.addWidget(field)
    return box


def name(button: QPushButton, label: str) -> None:
    """Text and accessible name of a plain button."""
    button.setText(label)
    button.setAccessibleName(label)
