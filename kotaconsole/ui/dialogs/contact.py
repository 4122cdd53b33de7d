"""Contact made: face to face or not, and by whom."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import Contact
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.text import display
from kotaconsole.domain.vocabulary import MAX_NAME
from kotaconsole.ui.context import Context
from kotaconsole.ui.dialogs.sheet import Drafts, Sheet, Typed, labelled
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of


class ContactSheet(Sheet):
    """Nothing is chosen beforehand: who reached the person, and how, is for the operator to say."""

    kind = "contact"

    def __init__(self, context: Context, view: CaseView, drafts: Drafts, parent: QWidget) -> None:
        super().__init__(context, view, drafts, parent)
        self._question, self._who_label = PlainLabel(muted=True), PlainLabel(muted=True)
        self.yes, self.no = QRadioButton(), QRadioButton()
        self._group = QButtonGroup(self)
        for choice in (self.yes, self.no):
            self._group.addButton(choice)
            choice.toggled.connect(self.check)
        self.who = QLineEdit()
        self.who.setMaxLength(MAX_NAME)
        self.who.textChanged.connect(self.check)
        self.body.addWidget(self._question)
        self.body.addLayout(row_of([self.yes, self.no, 1], gap=16))
        self.body.addLayout(labelled(self._who_label, self.who))
        self.body.addStretch(1)
        self.resize(context.theme.px(560), context.theme.px(270))

    @override
    def lacks(self) -> str:
        if self.done_with:
            return ""
        case = self.view.case
        if case is None or case.state in ("new", "closed"):
            return self.tr("Acknowledge the case first (Space in the list).")
        if not (self.yes.isChecked() or self.no.isChecked()):
            return self.tr("Say whether it was face to face.")
        return "" if display(self.who.text()) else self.tr("Say who reached the person (name or unit).")

    @override
    def submit(self) -> None:
        payload = Contact(self.yes.isChecked(), display(self.who.text()))
        work = partial(self.context.desk.save, "contact", self.key, payload, self.view.row.version)
        self.save.setEnabled(False)
        self.context.tasks.run("write", work, self._saved, self.on_trouble)

    def _saved(self, _entry: Entry) -> None:
        self.finished_saving()
        self.close()

    @override
    def first(self) -> QWidget:
        return self.yes

    @override
    def typed(self) -> Typed:
        chosen = "yes" if self.yes.isChecked() else "no" if self.no.isChecked() else ""
        return {"who": self.who.text(), "in_person": chosen}

    @override
    def restore(self, typed: Typed) -> None:
        self.who.setText(typed.get("who", ""))
        self.yes.setChecked(typed.get("in_person") == "yes")
        self.no.setChecked(typed.get("in_person") == "no")

    @override
    def say(self) -> None:
        super().say()
        self.titled(self.tr("Contact made"))
        self._question.say(self.tr("Was the person met face to face?"))
        self.yes.setText(self.tr("Yes, in person"))
        self.no.setText(self.tr("No, by phone or otherwise"))
        self._who_label.say(self.tr("Who reached the person"))
        self.who.setAccessibleName(self._who_label.text())
        self.save.say(self.tr("Save"))
