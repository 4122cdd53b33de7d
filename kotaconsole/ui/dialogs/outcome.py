"""How a case ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QRadioButton, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import AcceptedBy, Close, Statement
from kotaconsole.domain.listing import CaseRow, CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.text import display
from kotaconsole.domain.vocabulary import MAX_NAME, MAX_TEXT, OUTCOMES
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.dialogs.closing import ClosingRules, Ending
from kotaconsole.ui.dialogs.sheet import Drafts, Sheet, Typed, labelled
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import column_of
from kotaconsole.ui.models import columns
from kotaconsole.ui.text import short_number


class OutcomeSheet(Sheet):
    """Eight outcomes, each with what it needs said before it could be refused."""

    kind = "outcome"

    def __init__(
        self, context: Context, view: CaseView, drafts: Drafts, parent: QWidget, others: Sequence[CaseRow]
    ) -> None:
        super().__init__(context, view, drafts, parent)
        self._others = [row for row in others if row.key != view.row.key and row.number]
        self.choices = {code: QRadioButton() for code in OUTCOMES}
        self._group = QButtonGroup(self)
        for choice in self.choices.values():
            self._group.addButton(choice)
            choice.toggled.connect(self.check)
        self.explained = PlainLabel(wrap=True, muted=True)
        self.summary = QPlainTextEdit()
        self.summary.setTabChangesFocus(True)
        self.accepted_name, self.accepted_rank, self.accepted_body = QLineEdit(), QLineEdit(), QLineEdit()
        self.reason = QLineEdit()
        self.statement_name, self.statement = QLineEdit(), QLineEdit()
        self.accepted_kind, self.duplicate_of = QComboBox(), QComboBox()
        self._fields = {
            "name": self.accepted_name, "rank": self.accepted_rank, "body": self.accepted_body,
            "reason": self.reason, "stated_by": self.statement_name, "stated": self.statement,
        }  # fmt: skip
        for part, field in self._fields.items():
            field.setMaxLength(MAX_TEXT if part == "stated" else MAX_NAME)
            field.textChanged.connect(self.check)
        self.summary.textChanged.connect(self.check)
        parts = ("summary", "duplicate", "kind", *self._fields)
        self._labels = {part: PlainLabel(muted=True) for part in parts}
        self._arrange()
        for box in (self.accepted_kind, self.duplicate_of):
            box.currentIndexChanged.connect(self.check)

    def _arrange(self) -> None:
        self._parts = {
            "duplicate": self._part("duplicate", self.duplicate_of),
            "name": self._part("name", self.accepted_name),
            "rank": self._part("rank", self.accepted_rank),
            "body": self._part("body", self.accepted_body),
            "kind": self._part("kind", self.accepted_kind),
            "reason": self._part("reason", self.reason),
            "stated_by": self._part("stated_by", self.statement_name),
            "stated": self._part("stated", self.statement),
        }
        left = column_of([*self.choices.values(), 1], gap=4)
        right = column_of(
            [self.explained, *self._parts.values(), labelled(self._labels["summary"], self.summary)], gap=8
        )
        both = QHBoxLayout()
        both.setSpacing(22)
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        self.body.addLayout(both, 1)
        theme = self.context.theme
        self.summary.setMinimumHeight(theme.px(70))
        self.resize(min(theme.px(860), 1220), min(theme.px(500), 670))

    def _part(self, part: str, field: QWidget) -> QWidget:
        whole = QWidget()
        whole.setLayout(labelled(self._labels[part], field))
        whole.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]  # it was just set
        return whole

    # ------------------------------------------------------------------------------------------ the rules
    @property
    def code(self) -> str:
        """The outcome that is chosen, or nothing."""
        return next((code for code, choice in self.choices.items() if choice.isChecked()), "")

    def _rules(self) -> ClosingRules | None:
        case = self.view.case
        supervisor = self.context.desk.operator.role == "supervisor"
        return ClosingRules(case, supervisor=supervisor) if case else None

    def _ending(self) -> Ending:
        return Ending(
            self.code, display(self.summary.toPlainText())[:MAX_TEXT], self.duplicate_of.currentData(),
            display(self.accepted_name.text()), str(self.accepted_kind.currentData() or ""),
            display(self.reason.text()), display(self.accepted_rank.text()), display(self.accepted_body.text()),
            display(self.statement_name.text()), display(self.statement.text()),
        )  # fmt: skip

    @override
    def lacks(self) -> str:
        rules = self._rules()
        if rules is None or self.done_with:
            return ""
        code = self.code
        self.explained.say(rules.explain(code) if code else "")
        accepted, stated = rules.accepted_by_shown(code), rules.statement_shown(code)
        for part, shown in (
            ("duplicate", code == "duplicate"), ("name", accepted), ("rank", accepted), ("body", accepted),
            ("kind", accepted), ("reason", rules.reason_shown(code)), ("stated_by", stated), ("stated", stated),
        ):  # fmt: skip
            self._parts[part].setVisible(shown)
        return rules.lacks(self._ending())

    @override
    def submit(self) -> None:
        rules, ending = self._rules(), self._ending()
        if rules is None or rules.lacks(ending):
            return
        accepted = None
        if rules.accepted_by_shown(ending.code):
            accepted = AcceptedBy(
                ending.accepted_name, ending.accepted_kind, ending.accepted_rank, ending.accepted_body
            )
        payload = Close(
            ending.code,
            ending.summary,
            duplicate_of=ending.duplicate_of if ending.code == "duplicate" else None,
            accepted_by=accepted,
            statement=self._statement(ending) if rules.statement_shown(ending.code) else None,
            without_supervisor=ending.without_supervisor if rules.reason_shown(ending.code) else None,
        )
        work = partial(self.context.desk.save, "close", self.key, payload, self.view.row.version)
        self.save.setEnabled(False)
        self.context.tasks.run("write", work, self._saved, self.on_trouble)

    def _statement(self, ending: Ending) -> Statement:
        case = self.view.case
        platform = case.flags[-1].platform if case and case.flags else "other"
        return Statement(platform, ending.statement_name, self.context.desk.now(), ending.statement)

    def _saved(self, _entry: Entry) -> None:
        self.finished_saving()
        self.close()

    # ------------------------------------------------------------------------------------------ sheet
    @override
    def first(self) -> QWidget:
        return self.choices[OUTCOMES[0]]

    @override
    def typed(self) -> Typed:
        fields = {part: field.text() for part, field in self._fields.items()}
        return {"code": self.code, "summary": self.summary.toPlainText(), **fields}

    @override
    def restore(self, typed: Typed) -> None:
        for part, field in self._fields.items():
            field.setText(typed.get(part, ""))
        self.summary.setPlainText(typed.get("summary", ""))
        if typed.get("code") in self.choices:
            self.choices[typed["code"]].setChecked(True)

    @override
    def say(self) -> None:
        super().say()
        self.titled(self.tr("Outcome"))
        for code, choice in self.choices.items():
            choice.setText(words.word(words.OUTCOME, code))
        for part, said in (
            ("summary", self.tr("How it ended, in one or two sentences")), ("duplicate", self.tr("Repeats case")),
            ("name", self.tr("Accepted by (name)")), ("rank", self.tr("Rank or post")),
            ("body", self.tr("Hospital, committee or office (name)")),
            ("kind", self.tr("Kind of body")), ("reason", self.tr("Why no supervisor decides")),
            ("stated_by", self.tr("Who at the platform stated it")), ("stated", self.tr("What the platform stated")),
        ):  # fmt: skip
            self._labels[part].say(said)
        boxes = {"summary": self.summary, "duplicate": self.duplicate_of, "kind": self.accepted_kind}
        for part, field in {**boxes, **self._fields}.items():
            field.setAccessibleName(self._labels[part].text())
        self._say_boxes()
        self.save.say(self.tr("Close the case"))

    def _say_boxes(self) -> None:
        for box, entries in (
            (self.accepted_kind, [(words.word(words.BODY_KIND, kind), kind) for kind in words.BODY_KIND]),
            (self.duplicate_of, [(self.tr("choose"), None), *((self._said(row), row.key) for row in self._others)]),
        ):
            chosen = box.currentIndex()
            box.blockSignals(True)
            box.clear()
            for said, value in entries:
                box.addItem(said, value)
            box.setCurrentIndex(max(chosen, 0))
            box.blockSignals(False)

    @staticmethod
    def _said(row: CaseRow) -> str:
        return f"{short_number(row.number)} · {columns.who(row)} · {columns.where(row)}"
