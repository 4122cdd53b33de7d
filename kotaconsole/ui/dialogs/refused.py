"""The tray of refused commands: what was asked, why it was refused, and what becomes of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import Note
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.text import display
from kotaconsole.domain.vocabulary import MAX_NAME
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.dialogs.sheet import labelled, name
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import column_of, row_of
from kotaconsole.ui.models import columns
from kotaconsole.ui.refusal_words import headline, refusal
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import clock, date_and_time
from kotaconsole.ui.widgets import KeyButton


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
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._check)
        self._heading = PlainLabel(strong=True)
        self._empty, self._label = PlainLabel(wrap=True, muted=True), PlainLabel(muted=True)
        self.asked, self.why, self.now = (PlainLabel(wrap=True) for _part in range(3))
        self._headings = tuple(PlainLabel(muted=True, strong=True) for _part in range(3))
        told = (self.asked, self.why, self.now)
        self._told = tuple(_headed(head, said) for head, said in zip(self._headings, told, strict=True))
        self.reason = QLineEdit()
        self.reason.setMaxLength(MAX_NAME)
        self.reason.textChanged.connect(self._check_reason)
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
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addWidget(self.list, 4)
        both.addLayout(column_of([*self._told, 1], gap=10), 5)
        box.addLayout(both, 1)
        box.addLayout(labelled(self._label, self.reason))
        box.addLayout(row_of([self.case, self.note, self.aside, 1, self.close_button]))
        self.resize(min(context.theme.px(980), 1240), min(context.theme.px(460), 660))
        self._say()
        self.refresh()

    def refresh(self) -> None:
        """Look again at what was refused."""
        self._context.tasks.run("read", self._context.desk.refused, self._show)

    def _show(self, entries: tuple[Entry, ...]) -> None:
        at, was = self.list.currentRow(), self.chosen.command_id if self.chosen else None
        self._entries = entries
        self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            what = words.word(words.EVENT, entry.kind)
            said = " · ".join(filter(None, (clock(entry.entered_at), what, entry.author_name, self._content(entry))))
            self.list.addItem(f"{display(said)}\n{self._context.languages.say(headline(entry.last_problem))}")
        self.list.blockSignals(False)
        if entries:
            again = [entry.command_id for entry in entries]
            self.list.setCurrentRow(again.index(was) if was in again else min(max(at, 0), len(entries) - 1))
        self._empty.setVisible(not entries)
        self._check()

    def _content(self, entry: Entry) -> str:
        return " · ".join(
            str(value) for key, value in entry.payload.items() if key in ("text", "person", "who", "summary")
        )

    def _look_at(self) -> None:
        """Say the chosen one whole, and read what its case looks like now."""
        entry = self.chosen
        for part in self._told:
            part.setVisible(entry is not None)
        if entry is None:
            return
        what = words.word(words.EVENT, entry.kind)
        asked = " · ".join(
            filter(None, (what, entry.author_name, date_and_time(entry.entered_at), self._content(entry)))
        )
        why = self._context.languages.say(refusal(entry.last_problem))
        self.asked.say(asked)
        self.why.say(f"{why} ({entry.last_problem or '?'})")
        self._context.tasks.run(
            "read", partial(self._context.desk.case, entry.referral_id), partial(self._say_now, entry.command_id)
        )

    def _say_now(self, command_id: str, view: CaseView | None) -> None:
        entry = self.chosen
        if entry is None or entry.command_id != command_id:
            return
        if view is None:
            self.now.say(self.tr("Nothing of this case is kept on this desk."))
            return
        row = view.row
        holder = display(row.holder) if row.holder else self.tr("nobody")
        self.now.say(
            " · ".join((
                display(row.number or "—"), f"{row.level} {words.word(words.LEVEL, row.level)}", columns.state(row),
                self.tr("with %1").replace("%1", holder),
            ))
        )  # fmt: skip

    @property
    def chosen(self) -> Entry | None:
        """The entry that is chosen."""
        at = self.list.currentRow()
        return self._entries[at] if 0 <= at < len(self._entries) else None

    def _check(self) -> None:
        entry = self.chosen
        self.case.setEnabled(entry is not None)
        self.note.setEnabled(entry is not None)
        self._check_reason()
        self._look_at()

    def _check_reason(self) -> None:
        self.aside.setEnabled(self.chosen is not None and bool(display(self.reason.text())))

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
        said = (self.tr("What was asked"), self.tr("Why it was refused"), self.tr("The case now"))
        for heading, words_of_it in zip(self._headings, said, strict=True):
            heading.say(words_of_it)
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


def _headed(heading: PlainLabel, said: PlainLabel) -> QWidget:
    whole = QWidget()
    whole.setLayout(column_of([heading, said], gap=2))
    return whole
