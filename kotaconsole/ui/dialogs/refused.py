"""The tray of refused commands: what was asked, why it was refused, and what becomes of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import Note
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import MAX_NAME
from kotaconsole.domain.text import display
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.dialogs.sheet import labelled, name
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import clock
from kotaconsole.ui.widgets import KeyButton, row_of


class RefusedSheet(QDialog):
    """Nothing refused is thrown away: it becomes a note, or is set aside with a reason.

    Signals:
        case_asked(str): show this case.
        failed(Trouble): it could not be saved.
    """

    case_asked = Signal(str)
    failed = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._entries: tuple[Entry, ...] = ()
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.currentRowChanged.connect(self._check)
        self._heading = PlainLabel(strong=True)
        self._empty, self._label = PlainLabel(wrap=True, muted=True), PlainLabel(muted=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(MAX_NAME)
        self.reason.textChanged.connect(self._check)
        self.case, self.note, self.aside = QPushButton(), QPushButton(), QPushButton()
        self.close_button = KeyButton(context.theme, "Esc")
        for button, press in (
            (self.case, self._show_case), (self.note, self._to_note), (self.aside, self._set_aside),
            (self.close_button, self.close),
        ):  # fmt: skip
            button.setAutoDefault(False)
            button.clicked.connect(press)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 14, 18, 14)
        box.addWidget(self._heading)
        box.addWidget(self._empty)
        box.addWidget(self.list, 1)
        box.addLayout(labelled(self._label, self.reason))
        box.addLayout(row_of([self.case, self.note, self.aside, 1, self.close_button]))
        self.resize(context.theme.px(760), context.theme.px(420))
        self._say()
        self.refresh()

    def refresh(self) -> None:
        """Look again at what was refused."""
        self._context.tasks.run("read", self._context.desk.refused, self._show)

    def _show(self, entries: tuple[Entry, ...]) -> None:
        at = self.list.currentRow()
        self._entries = entries
        self.list.clear()
        for entry in entries:
            what = words.word(words.EVENT, entry.kind)
            said = " · ".join(filter(None, (clock(entry.entered_at), what, entry.author_name, self._content(entry))))
            self.list.addItem(f"{display(said)}\n{self._why(entry)}")
        if entries:
            self.list.setCurrentRow(min(max(at, 0), len(entries) - 1))
        self._empty.setVisible(not entries)
        self._check()

    def _content(self, entry: Entry) -> str:
        return " · ".join(
            str(value) for key, value in entry.payload.items() if key in ("text", "person", "who", "summary")
        )

    def _why(self, entry: Entry) -> str:
        why = {
            "version-mismatch": self.tr("Another desk changed the case meanwhile."),
            "held": self.tr("The case is with another operator."),
            "illegal-transition": self.tr("The state of the case does not allow it."),
            "invalid": self.tr("Something required is missing."),
            "not-allowed": self.tr("This role or unit may not do it."),
            "not-found": self.tr("The case is not with this unit any more."),
        }.get(entry.last_problem or "", self.tr("The hub refused it."))
        return f"{why} ({display(entry.last_problem or '?')})"

    @property
    def chosen(self) -> Entry | None:
        """The entry that is chosen."""
        at = self.list.currentRow()
        return self._entries[at] if 0 <= at < len(self._entries) else None

    def _check(self) -> None:
        entry = self.chosen
        self.case.setEnabled(entry is not None)
        self.note.setEnabled(entry is not None)
        self.aside.setEnabled(entry is not None and bool(display(self.reason.text())))

    def _show_case(self) -> None:
        if self.chosen is not None:
            self.case_asked.emit(self.chosen.referral_id)

    def _to_note(self) -> None:
        entry = self.chosen
        if entry is None:
            return
        said = f"{words.word(words.EVENT, entry.kind)}: {self._content(entry)} [{entry.last_problem}]"
        work = partial(self._context.desk.save, "note", entry.referral_id, Note(said, late=True), None)
        reason = self.tr("turned into a note")
        self._context.tasks.run("write", work, partial(self._noted, entry, reason), self._failed)

    def _noted(self, entry: Entry, reason: str, _note: Entry) -> None:
        work = partial(self._context.desk.set_aside, entry.command_id, reason)
        self._context.tasks.run("write", work, self._done, self._failed)

    def _set_aside(self) -> None:
        entry = self.chosen
        if entry is not None:
            work = partial(self._context.desk.set_aside, entry.command_id, display(self.reason.text()))
            self._context.tasks.run("write", work, self._done, self._failed)

    def _done(self, _nothing: object) -> None:
        self.reason.clear()
        self.refresh()

    def _failed(self, trouble: Trouble) -> None:
        self.failed.emit(trouble)

    def _say(self) -> None:
        self.setWindowTitle(self.tr("Refused by the hub"))
        self._heading.say(self.windowTitle())
        self._empty.say(self.tr("Nothing was refused."))
        self._label.say(self.tr("Reason for setting it aside"))
        self.reason.setAccessibleName(self._label.text())
        self.list.setAccessibleName(self.tr("Refused by the hub"))
        name(self.case, self.tr("Show the case"))
        name(self.note, self.tr("Keep as a note"))
        name(self.aside, self.tr("Set aside"))
        self.close_button.say(self.tr("Close"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._show(self._entries)
        super().changeEvent(event)
