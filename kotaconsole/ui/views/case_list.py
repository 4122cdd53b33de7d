"""The left side: filters, search, the table, and the chips that tell of new cases out of sight."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from typing_extensions import override

from kotaconsole.domain.listing import CaseRow
from kotaconsole.ui.context import Context
from kotaconsole.ui.labels import PlainLabel, restyle
from kotaconsole.ui.layouts import column_of, row_of
from kotaconsole.ui.models.cases import CaseModel
from kotaconsole.ui.text import display
from kotaconsole.ui.views.case_table import CaseTable

_SLICE: Final = 64
"""Rows merged before the event loop gets a turn: some 5 ms, so that a flood never freezes a key press."""


OVERDUE_S: Final = 60.0
"""Unacknowledged for longer than this counts as overdue: the moment the hub begins to escalate."""


class Which(StrEnum):
    """The filters."""

    OPEN = "open"
    NEW = "new"
    MINE = "mine"
    CLOSED = "closed"


class CaseList(QWidget):
    """Filters above, cases below.

    Signals:
        chosen(str): the operator moved to a case.
        refused_asked(): the tray of refused commands is to be opened.
    """

    chosen = Signal(str)
    refused_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._which = Which.OPEN
        self._waiting: list[CaseRow] = []
        self._refused = 0
        self._sought = ""
        self.model = CaseModel(
            context.desk.now, lambda: context.languages.language, self._tags, self,
            training_hub=lambda: context.desk.training,
        )  # fmt: skip
        self.model.filter(self._lets)
        self.table = CaseTable(context, self.model)
        self.table.chosen.connect(self._on_chosen)
        self.table.scrolled.connect(self._show_chips)
        self._tabs = {which: self._tab(which) for which in Which}
        self._tray = QPushButton()
        self._tray.setProperty("tab", True)
        self._tray.clicked.connect(self.refused_asked)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(False)
        self.search.setMaxLength(100)
        self.search.textChanged.connect(self._refilter)
        self._above, self._below, self._hidden = (self._chip(press) for press in (self._up, self._down, self._unhide))
        self._empty = PlainLabel(muted=True, wrap=True)
        self._empty.centre()
        self._loaded = False
        self._arrange()
        context.theme.changed.connect(self._resized)
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._merge_some)
        self._say()

    def _arrange(self) -> None:
        space = self._context.theme.px
        tabs = row_of([*self._tabs.values(), self._tray, 1, self.search], gap=space(14), margins=(14, 8, 14, 6))
        self.search.setMaximumWidth(space(280))
        chips = row_of([1, self._hidden, self._above, self._below, 1], gap=8, margins=(0, 3, 0, 3))
        self.setLayout(column_of([tabs, self.table, self._empty, chips], gap=0))
        self.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self.setTabOrder(self.search, self.table)

    def _tab(self, which: Which) -> QPushButton:
        tab = QPushButton()
        tab.setProperty("tab", True)
        tab.setCheckable(True)
        tab.setChecked(which is self._which)
        tab.setAutoExclusive(True)
        tab.clicked.connect(partial(self.show_only, which))
        return tab

    def _chip(self, press: Callable[[], None]) -> QPushButton:
        chip = QPushButton()
        chip.setProperty("chip", True)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(press)
        chip.hide()
        return chip

    # ------------------------------------------------------------------------------------------ rows
    def fill(self, rows: tuple[CaseRow, ...]) -> None:
        """All cases of the feed."""
        self._loaded = True
        self._waiting.clear()
        self.model.fill(rows)
        self._after()

    def merge(self, keys: frozenset[str], rows: tuple[CaseRow, ...]) -> None:
        """These cases changed; those of the keys without a row are gone. Ringing ones go in at once."""
        coming = {row.key for row in rows}
        self._waiting = [row for row in self._waiting if row.key not in keys]
        self.model.merge((), [key for key in keys if key not in coming])
        if len(rows) <= _SLICE:
            self.model.merge(rows)
        else:
            self._waiting.extend(sorted(rows, key=lambda row: not row.ringing))
            self._slices.start()
        self._after()

    def _merge_some(self) -> None:
        now, self._waiting = self._waiting[:_SLICE], self._waiting[_SLICE:]
        self.model.merge(now)
        if not self._waiting:
            self._slices.stop()
            self._after()

    def _after(self) -> None:
        self._say_counts()
        self._show_chips()
        self._show_empty()

    def counts(self) -> tuple[int, int, int, int]:
        """New, in hand, awaiting receipt and overdue cases."""
        counts, now = self.model.counts, self._context.desk.now()
        late = sum(1 for row in self.model.ringing() if now.seconds_since(row.since) > OVERDUE_S)
        return counts[Which.NEW], counts["in_hand"], counts["awaiting"], late

    def tick(self) -> None:
        """Once a second."""
        self.table.tick()

    def set_refused(self, count: int) -> None:
        """How many refused commands wait for a person."""
        if count != self._refused:
            self._refused = count
            self._tray.setProperty("trouble", count > 0)
            restyle(self._tray)
            self._say_counts()

    # ------------------------------------------------------------------------------------------ filters
    def show_only(self, which: Which, _checked: bool = True) -> None:
        """Choose a filter."""
        self._which = which
        self._tabs[which].setChecked(True)
        self._refilter()

    def _refilter(self) -> None:
        self._sought = display(self.search.text()).casefold()
        self.table.filter_with(partial(self.model.filter, self._lets))
        self._after()

    def _lets(self, row: CaseRow) -> bool:
        return self._which in self._tags(row) and (not self._sought or self._sought in _searched(row))

    def _tags(self, row: CaseRow) -> tuple[str, ...]:
        """The filters a case stands under, and the counters it goes into."""
        if row.state == "closed":
            return (Which.CLOSED,)
        tags = [Which.OPEN, Which.NEW] if row.ringing else [Which.OPEN]
        if row.holder == self._context.desk.operator.name:
            tags.append(Which.MINE)
        progress = "awaiting" if row.transfer_to is not None and not row.incoming else "" if row.ringing else "in_hand"
        return (*tags, progress)

    def _on_chosen(self, key: str) -> None:
        self.model.pin(key)
        self.chosen.emit(key)

    # ------------------------------------------------------------------------------------------ chips
    def _show_chips(self) -> None:
        above, below = self.table.ringing_beyond()
        hidden = self.model.hidden_new()
        for chip, count, words in (
            (self._above, above, self.tr("%1 new above")),
            (self._below, below, self.tr("%1 new below")),
            (self._hidden, hidden, self.tr("%1 new hidden by the filter")),
        ):
            said = words.replace("%1", str(count))
            if chip.text() != said:
                chip.setText(said)
                chip.setAccessibleName(said)
            chip.setVisible(count > 0)

    def _up(self) -> None:
        self.table.verticalScrollBar().setValue(0)

    def _down(self) -> None:
        bar = self.table.verticalScrollBar()
        bar.setValue(bar.value() + self.table.viewport().height())

    def _unhide(self) -> None:
        self.search.clear()
        self.show_only(Which.OPEN)

    def _show_empty(self) -> None:
        self._empty.setVisible(self.model.rowCount() == 0)
        if not self._loaded:
            self._empty.say(self.tr("Reading the cases kept on this desk …"))
        elif self.search.text() or self._which is not Which.OPEN:
            self._empty.say(self.tr("No case matches this filter."))
        elif self._context.desk.link().state == "live":
            self._empty.say(self.tr("No open case. The link to the hub is live."))
        else:
            self._empty.say(
                self.tr("No open case is kept on this desk. The link is not live: there may be new ones at the hub.")
            )

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self.search.setPlaceholderText(self.tr("Search … (F2)"))
        self.search.setAccessibleName(self.tr("Search the cases"))
        self.table.setAccessibleName(self.tr("Cases"))
        self.model.said_again()
        self._after()

    def _resized(self) -> None:
        self._say_counts(resized=True)

    def _say_counts(self, *, resized: bool = False) -> None:
        labels = {
            Which.OPEN: self.tr("All open"), Which.NEW: self.tr("New"),
            Which.MINE: self.tr("Mine"), Which.CLOSED: self.tr("Closed"),
        }  # fmt: skip
        for which, tab in self._tabs.items():
            said = f"{labels[which]} {self.model.counts[which]}"
            if tab.text() != said or resized:
                tab.setText(said)
                bold = QFontMetrics(self._context.theme.font(bold=True))
                tab.setMinimumWidth(bold.horizontalAdvance(said) + self._context.theme.px(8))
        refused = self.tr("Refused")
        self._tray.setText(f"{refused} {self._refused} (F12)")
        self._tray.setAccessibleName(self._tray.text())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


def _searched(row: CaseRow) -> str:
    return f"{row.number} {row.who} {row.where} {row.holder} {row.unit}".casefold()
