"""Sections of the case pane: headed facts, and lines that can be shown again without being built again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.theme import Theme
from kotaconsole.ui.widgets import Sign, row_of

Mark = Literal["", "hub", "pending", "refused"]
_TONE: Final = {"hub": "ok", "pending": "p2", "refused": "p1"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value; `unknown` is shown unlike any answer."""

    label: str
    value: str
    unknown: bool = False
    tone: str = ""


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
        self.box.addWidget(self.heading)

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
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("factLine")
        self._theme = theme
        self.label, self.value = PlainLabel(muted=True), PlainLabel(wrap=True)
        box = row_of([self.label, self.value], gap=8, margins=(0, 2, 0, 2))
        box.setStretch(1, 1)
        box.setAlignment(self.label, Qt.AlignmentFlag.AlignTop)
        self.setLayout(box)
        self.resized()

    def resized(self) -> None:
        self.label.setFixedWidth(self._theme.px(128))

    def show_fact(self, fact: Fact) -> None:
        self.label.say(fact.label)
        self.value.say(fact.value)
        self.value.setAccessibleName(f"{fact.label}: {fact.value}")
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
        for line in self._lines:
            line.resized()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these and no others."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        with self.at_once(bool(facts)):
            while len(self._lines) < len(facts):
                line = _FactLine(self.theme)
                self._lines.append(line)
                self.box.addWidget(line)
            for at, line in enumerate(self._lines):
                if at < len(facts):
                    line.show_fact(facts[at])
                line.setVisible(at < len(facts))


class _EntryLine(QFrame):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
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


class Lines(Section):
    """Dated lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
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
                line = _EntryLine(self.theme)
                self._lines.append(line)
                self.box.addWidget(line)
            for at, line in enumerate(self._lines):
                if at < len(lines):
                    line.show_line(lines[at])
                line.setVisible(at < len(lines))
