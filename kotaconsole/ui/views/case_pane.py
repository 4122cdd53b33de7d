"""The right side: one case, whole."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.directory import Directory
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.referral import Referral
from kotaconsole.ui import text, words
from kotaconsole.ui.actions import BUTTONS, BY_LETTER, Action, next_step, possible
from kotaconsole.ui.context import Context
from kotaconsole.ui.elided_label import ElidedLabel
from kotaconsole.ui.keys import letter_of
from kotaconsole.ui.labels import PlainLabel, restyle
from kotaconsole.ui.layouts import column_of, row_of
from kotaconsole.ui.models import columns
from kotaconsole.ui.symbols import Symbol
from kotaconsole.ui.views.case_words import CaseWords
from kotaconsole.ui.views.lines import Facts, Line, Lines
from kotaconsole.ui.views.rooms import Fold, Halves, Scroll
from kotaconsole.ui.views.timeline_words import TimelineWords
from kotaconsole.ui.widgets import Flow, KeyButton, Sign

_SIDE_BY_SIDE: Final = 600
"""Pixels at 100 % from which person and place stand beside one another."""
_HAPPENED: Final = 136
"""Pixels at 100 % for what happened, so that the details of a timeline stand under one another."""
_LEVELS: Final[dict[str, Symbol]] = {"P1": "P1", "P2": "P2", "P3": "P3"}


class CasePane(QWidget):
    """Title, why, actions, and everything known.

    Signals:
        asked(Action): a button or a second key.
    """

    asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._words = CaseWords(context)
        self._events = TimelineWords(self._words.unit)
        self._view: CaseView | None = None
        self._opened = False
        self._through: int | None = None
        self._through_since = float("-inf")
        self._make_title()
        self._make_why()
        self.buttons = {action: self._button(action) for action in BUTTONS}
        self._make_sections()
        self._arrange()
        self._say()

    # ------------------------------------------------------------------------------------------ making
    def _make_title(self) -> None:
        self._sign = Sign(self._context.theme, "P1", 15)
        self._number, self._level = PlainLabel(face="title"), PlainLabel(face="title")
        self._state, self._age = ElidedLabel(muted=True), PlainLabel(face="title")

    def _make_why(self) -> None:
        self._note = PlainLabel(wrap=True, strong=True)
        self._reasons, self._modifiers = PlainLabel(wrap=True), PlainLabel(wrap=True, muted=True)
        inner = QWidget()
        inner.setObjectName("whyBody")
        box = QVBoxLayout(inner)
        box.setContentsMargins(12, 6, 10, 6)
        box.setSpacing(2)
        for label in (self._note, self._reasons, self._modifiers):
            box.addWidget(label)
        self._why = Fold(inner, box)
        self._why.setObjectName("why")

    def _button(self, action: Action) -> KeyButton:
        button = KeyButton(self._context.theme, action.value)
        button.clicked.connect(partial(self._ask, action))
        return button

    def _make_sections(self) -> None:
        theme = self._context.theme
        self.person, self.account, self.place = Facts(theme), Facts(theme), Facts(theme)
        self.flags, self.places, self.informed = Lines(theme), Lines(theme), Lines(theme)
        self.slips, self.timeline = Lines(theme), Lines(theme, _HAPPENED)
        self.timeline.box.setContentsMargins(0, 0, 0, 0)
        self.reveal = KeyButton(theme, Action.REVEAL.value)
        self.reveal.clicked.connect(partial(self._ask, Action.REVEAL))
        self.reveal.setProperty("quiet", True)
        self.excerpts = QPushButton()
        self.excerpts.clicked.connect(self._toggle_excerpts)
        self.excerpts.setProperty("quiet", True)
        self.person.beside_heading(self.reveal)
        self.flags.beside_heading(self.excerpts)
        self._empty = PlainLabel(wrap=True, muted=True)
        self._empty.centre()

    def _arrange(self) -> None:
        body = QWidget()
        body.setObjectName("paneBody")
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(20)
        self._facts.setVerticalSpacing(4)
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 8, 4)
        inside.setSpacing(4)
        inside.addLayout(self._facts)
        for section in (self.flags, self.places, self.account, self.informed, self.slips):
            inside.addWidget(section)
        inside.addStretch(1)
        self.details = Scroll(body)
        happened = QWidget()
        happened.setObjectName("paneBody")
        happened.setLayout(column_of([self.timeline, 1], gap=0))
        happened.layout().setContentsMargins(0, 0, 8, 4)  # type: ignore[union-attr]  # it was just set
        self.history = Scroll(happened, to_the_end=True)
        self._halves = Halves(self.details, self.timeline.heading, self.history)
        self._place_facts(side_by_side=False)
        title = row_of([self._sign, self._number, self._level, self._state, self._age], gap=10)
        title.setStretch(3, 1)
        self._buttons = QWidget()
        flow = Flow()
        self._buttons.setLayout(flow)
        for action in BUTTONS:
            flow.addWidget(self.buttons[action])
        self._whole = QWidget()
        whole = QVBoxLayout(self._whole)
        whole.setContentsMargins(18, 10, 8, 0)
        whole.setSpacing(8)
        whole.addLayout(title)
        whole.addWidget(self._why)
        whole.addWidget(self._buttons)
        whole.addWidget(self._halves, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._whole, 1)
        outer.addWidget(self._empty, 1)

    def _place_facts(self, *, side_by_side: bool) -> None:
        top = Qt.AlignmentFlag.AlignTop
        if side_by_side:
            self._facts.addWidget(self.person, 0, 0, top)
            self._facts.addWidget(self.place, 0, 1, top)
        else:
            self._facts.addWidget(self.person, 0, 0, top)
            self._facts.addWidget(self.place, 1, 0, top)
        self._facts.setColumnStretch(0, 1)
        self._facts.setColumnStretch(1, 1 if side_by_side else 0)
        self._facts.setHorizontalSpacing(20 if side_by_side else 0)

    # ------------------------------------------------------------------------------------------ showing
    @property
    def view(self) -> CaseView | None:
        """The case that is shown."""
        return self._view

    @property
    def revealed(self) -> bool:
        """Whether masked fields are open."""
        return self._words.revealed

    @property
    def through_settled_s(self) -> float:
        """For how long the alarm that Space would clear has been the one on the screen, in seconds."""
        return self._context.desk.monotonic() - self._through_since

    def show_directory(self, directory: Directory | None) -> None:
        """Where units get their names from."""
        self._words.directory = directory
        self._say_case()

    def show_case(self, view: CaseView | None) -> None:
        """Show a case; the same case again keeps scroll, focus and what is open."""
        same = view is not None and self._view is not None and view.row.key == self._view.row.key
        through = view.case.alarm.through if view and view.case and view.case.alarm else None
        if not same:
            self._words.revealed = self._opened = False
            self._through_since = float("-inf")
        elif through != self._through:
            self._through_since = self._context.desk.monotonic()
        self._through, self._view = through, view
        self._say_case()
        if not same:
            self.details.verticalScrollBar().setValue(0)
            self.history.go_to_end()

    def set_revealed(self, revealed: bool) -> None:
        """Open or close masked fields."""
        self._words.revealed = revealed
        self._say_case()

    def tick(self) -> None:
        """Once a second: the age moves on."""
        if self._view is not None:
            waited = self._context.desk.now().seconds_since(self._view.row.since)
            self._age.say(text.age(waited, self._context.languages.language))

    def _toggle_excerpts(self) -> None:
        self._opened = not self._opened
        if self._opened and self._view is not None:
            work = partial(self._context.desk.record_reveal, self._view.row.key, ("excerpt",))
            self._context.tasks.run("write", work, _nothing)
        self._say_case()

    # ------------------------------------------------------------------------------------------ keys
    def _ask(self, action: Action, _checked: bool = False) -> None:
        self.asked.emit(action)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = letter_of(event)
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.asked.emit(Action.ACKNOWLEDGE)
        elif letter in BY_LETTER:
            self.asked.emit(BY_LETTER[letter])
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_facts(side_by_side=self.width() >= self._context.theme.px(_SIDE_BY_SIDE))
        self._fit_title()

    def _fit_title(self) -> None:
        """Where the title does not fit, the level is its sign and number; the word stands in its accessible name."""
        self._level.say(self._level.accessibleName())
        fixed = (self._sign, self._number, self._level, self._age)
        needed = sum(part.sizeHint().width() + 10 for part in fixed) + self._context.theme.px(40)
        if needed > self.width() - 26:
            self._level.say(self._level.accessibleName().partition(" ")[0])

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self._empty.say(self.tr("Choose a case in the list (arrow keys)."))
        for action, label in (
            (Action.ACKNOWLEDGE, self.tr("Acknowledge")), (Action.NOTE, self.tr("Note")),
            (Action.INFORM, self.tr("Inform + slip")), (Action.CONTACT, self.tr("Contact made")),
            (Action.PRINT, self.tr("Print slip again")), (Action.OUTCOME, self.tr("Outcome")),
        ):  # fmt: skip
            self.buttons[action].say(label)
        self.person.say(self.tr("Person"))
        self.account.say(self.tr("Account"))
        self.place.say(self.tr("Place"))
        self.flags.say(self.tr("Red flags"))
        self.places.say(self.tr("Locations"))
        self.informed.say(self.tr("Units informed"))
        self.slips.say(self.tr("Slips"))
        self.timeline.say(self.tr("Timeline"))
        self.details.setAccessibleName(self.tr("Details of the case"))
        self.history.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleName(self.tr("Case"))
        self._say_case()

    def _say_case(self) -> None:
        view = self._view
        self._whole.setVisible(view is not None)
        self._empty.setVisible(view is None)
        if view is None:
            return
        self._say_title(view)
        allowed, following = possible(view, self._context.desk.operator), next_step(view)
        self.buttons[Action.ACKNOWLEDGE].say(self.tr("Accept") if view.row.incoming else self.tr("Acknowledge"))
        for action, button in self.buttons.items():
            button.setEnabled(action in allowed)
            button.primary(action is following and action in allowed)
        self.reveal.say(self.tr("Hide") if self._words.revealed else self.tr("Show name and numbers"))
        self.excerpts.setText(self.tr("Hide excerpts") if self._opened else self.tr("Show excerpts"))
        self.reveal.setVisible(view.case is not None)
        if view.case is not None:
            self._say_known(view, view.case)
        else:
            self._say_unreadable(view)

    def _say_title(self, view: CaseView) -> None:
        row = view.row
        level = f"{row.level} {words.word(words.LEVEL, row.level)}"
        self._sign.show_as(_LEVELS[row.level], row.level.lower(), level)
        self._number.say(row.number or self.tr("no number yet"))
        self._level.say(level)
        self._level.setAccessibleName(level)
        self._fit_title()
        self._level.tone(row.level.lower())
        self._state.say(columns.state(row))
        if self._why.property("level") != row.level:
            self._why.setProperty("level", row.level)
            restyle(self._why)
        self.tick()

    def _say_known(self, view: CaseView, case: Referral) -> None:
        says = self._words
        for label, said in (
            (self._note, says.reviewer_notes(case)), (self._reasons, says.why(case)),
            (self._modifiers, says.modifiers(view.row, case)),
        ):  # fmt: skip
            label.say(said)
            label.setVisible(bool(said))
        self._why.refit()
        self.person.show_facts(says.person(case))
        self.account.show_facts(says.account(case))
        self.place.show_facts(says.place(view, case))
        self.flags.show_lines(says.flags(case, opened=self._opened))
        self.places.show_lines(says.places(case) if len(case.locations) > 1 else [])
        self.informed.show_lines(says.informed(case))
        self.slips.show_lines(says.slips(case))
        self.timeline.show_lines(self._events.lines(view, revealed=says.revealed))

    def _say_unreadable(self, view: CaseView) -> None:
        self._note.say(self.tr("Unreadable: see source. The hub sent something this console could not read."))
        self._note.show()
        self._reasons.say(self.tr("It is kept and rings as P1. Call the platform or the administrator."))
        self._modifiers.hide()
        self._why.refit()
        for facts in (self.person, self.account, self.place):
            facts.show_facts(())
        for lines in (self.places, self.informed, self.slips):
            lines.show_lines(())
        raw = text.display(view.raw or "")
        shown = raw if self._opened else self.tr("%1 characters, closed").replace("%1", str(len(raw)))
        self.flags.show_lines([Line("", self.tr("As received"), shown)])
        self.timeline.show_lines(self._events.lines(view, revealed=self._words.revealed))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


def _nothing(_result: object) -> None:
    return None
