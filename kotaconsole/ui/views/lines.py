"""Sections of the case pane: headed facts, and lines that can be shown again without being built again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.ui.copy_label import CopyLabel
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.theme import Theme
from kotaconsole.ui.widgets import Sign

Mark = Literal["", "hub", "pending", "refused"]
_LABEL: Final = 96
"""Pixels at 100 % a column of labels has at least."""
_WORDS_FROM: Final = 400
"""Pixels at 100 % from which the words stand beside the sign; below, they are its tooltip and accessible name."""
_TONE: Final = {"hub": "ok", "pending": "p2", "refused": "p1"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value; `unknown` is shown unlike any answer; `copy` is what Ctrl+C takes from it."""

    label: str
    value: str
    unknown: bool = False
    tone: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: when, what, and the rest; with a sign for where it is kept."""

    when: str
    what: str
    rest: str = ""
    mark: Mark = ""
    meaning: str = ""
    tip: str = ""


class Section(QWidget):
    """A heading and lines below it; hidden while it has nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.heading = PlainLabel(strong=True, muted=True)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 6, 0, 0)
        self.box.setSpacing(0)
        self._head = row_of([self.heading, 1])
        self.box.addLayout(self._head)

    def beside_heading(self, widget: QWidget) -> None:
        """What is done to the whole section stands beside its name."""
        self._head.insertWidget(1, widget)
        self._head.setSpacing(10)

    @contextmanager
    def at_once(self, visible: bool) -> Iterator[None]:
        """Change many lines and lay them out once: each line shown by itself would lay out the whole pane again."""
        self.hide()
        yield
        self.setVisible(visible)

    def say(self, heading: str) -> None:
        """Its name."""
        self.heading.say(heading)
        self.setAccessibleName(heading)


class _FactLine(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("factLine")
        self.label, self.value = PlainLabel(muted=True), CopyLabel()
        box = row_of([self.label, self.value], gap=8, margins=(0, 2, 0, 2))
        box.setStretch(1, 1)
        box.setAlignment(self.label, Qt.AlignmentFlag.AlignTop)
        self.setLayout(box)

    def show_fact(self, fact: Fact) -> None:
        self.label.say(fact.label)
        self.value.say(fact.value)
        self.value.setAccessibleName(f"{fact.label}: {fact.value}")
        self.value.offer(fact.copy)
        if bool(self.value.property("muted")) != fact.unknown:
            self.value.setProperty("muted", fact.unknown)
        self.value.tone(fact.tone or ("unknown" if fact.unknown else "known"))


class Facts(Section):
    """Labelled values."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._lines: list[_FactLine] = []
        self._shown: tuple[Fact, ...] = ()
        theme.changed.connect(self._resized)
        self.hide()

    def _resized(self) -> None:
        """One column for all labels, as wide as the longest in this language and size."""
        labels = [line.label for line in self._lines if not line.isHidden()]
        width = max([self.theme.px(_LABEL), *(label.sizeHint().width() for label in labels)])
        for line in self._lines:
            line.label.setFixedWidth(width)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these and no others."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        with self.at_once(bool(facts)):
            while len(self._lines) < len(facts):
                line = _FactLine()
                self._lines.append(line)
                self.box.addWidget(line)
            for at, line in enumerate(self._lines):
                if at < len(facts):
                    line.show_fact(facts[at])
                line.setVisible(at < len(facts))
            self._resized()


class _EntryLine(QFrame):
    def __init__(self, theme: Theme, what: int) -> None:
        super().__init__()
        self._what = what
        self.setObjectName("entryLine")
        self._theme = theme
        self.when, self.what = PlainLabel(), PlainLabel(wrap=True, strong=True)
        self.rest = PlainLabel(wrap=True, muted=True)
        self.sign, self.meaning = Sign(theme), PlainLabel(small=True)
        marks = QWidget()
        marks.setLayout(row_of([self.sign, self.meaning], gap=5))
        self._marks = marks
        box = row_of([self.when, self.what, self.rest, marks], gap=8, margins=(0, 3, 0, 3))
        box.setStretch(1, 2)
        box.setStretch(2, 4)
        for widget in (self.when, self.what, self.rest, marks):
            box.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        self.setLayout(box)
        self.resized()

    def resized(self) -> None:
        self.when.setFixedWidth(self._theme.px(70))
        self._marks.setMinimumHeight(self._theme.line_height())
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, what happened gives way and the sign speaks without its words."""
        if self._what:
            self.what.setFixedWidth(min(self._theme.px(self._what), self.width() * 28 // 100))
        self.meaning.setVisible(bool(self.meaning.text()) and self.width() >= self._theme.px(_WORDS_FROM))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_line(self, line: Line) -> None:
        self.when.say(line.when)
        self.when.setToolTip(line.tip)
        self.what.say(line.what)
        self.rest.say(line.rest)
        self._marks.setVisible(bool(line.mark))
        self.setAccessibleName(" ".join(filter(None, (line.when, line.what, line.rest, line.meaning))))
        if line.mark:
            tone = _TONE[line.mark]
            self.sign.show_as(line.mark, tone, line.meaning)
            self.meaning.say(line.meaning)
            self.meaning.tone(tone)
        self._fit()


class Lines(Section):
    """Dated lines; `what` is the width of the second column in pixels at 100 %, or 0 for a third of the room."""

    def __init__(self, theme: Theme, what: int = 0) -> None:
        super().__init__(theme)
        self._what = what
        self._lines: list[_EntryLine] = []
        self._shown: tuple[Line, ...] = ()
        theme.changed.connect(self._resized)
        self.hide()

    def _resized(self) -> None:
        for line in self._lines:
            line.resized()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these and no others."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        with self.at_once(bool(lines)):
            while len(self._lines) < len(lines):
                line = _EntryLine(self.theme, self._what)
                self._lines.append(line)
                self.box.addWidget(line)
            for at, line in enumerate(self._lines):
                if at < len(lines):
                    line.show_line(lines[at])
                line.setVisible(at < len(lines))
