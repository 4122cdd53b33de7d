"""The table of cases. Its selection, scroll and focus move only under the operator's hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QGuiApplication, QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QHeaderView, QTableView, QToolTip
from typing_extensions import override

from kotaconsole.ui.context import Context
from kotaconsole.ui.keys import is_copy, letter_of
from kotaconsole.ui.models import columns
from kotaconsole.ui.models.cases import ROW_ROLE, CaseModel
from kotaconsole.ui.models.columns import Column
from kotaconsole.ui.text import date_and_time, display
from kotaconsole.ui.theme import ROW, SMALL
from kotaconsole.ui.views.row_paint import RowDelegate

FLASH_MS: Final = 250
"""Half a period of 2 Hz, inside the 1.4-2.8 Hz used for high-priority alarm lights (patterned on IEC 60601-1-8)."""
_WIDTHS: Final = {
    Column.LEVEL: 50, Column.NUMBER: 64, Column.AGE: 62, Column.REACH: 62, Column.STATE: 120,
    Column.HOLDER: 72, Column.FLAGS: 44, Column.PLATFORM: 42, Column.SYNC: 38,
}  # fmt: skip
_ROOMY: Final = {
    **_WIDTHS, Column.LEVEL: 52, Column.NUMBER: 78, Column.AGE: 80, Column.REACH: 84, Column.STATE: 214,
    Column.HOLDER: 110,
}  # fmt: skip
_ROOMY_FROM: Final = 1000
_DRILL: Final = "T-000000"
_LEAST: Final = 68
"""Pixels at 100 % below which a name or a place says nothing; then the table scrolls sideways instead."""


class CaseTable(QTableView):
    """Lines of cases, 44 pixels each.

    Signals:
        chosen(str): the operator moved to this case (key).
        letter(Letter): a second key was pressed.
        acknowledge(): Space.
        scrolled(): the lines in view changed.
        flashed(bool): the flashing dots turned dark or light.
    """

    chosen = Signal(str)
    letter = Signal(object)
    acknowledge = Signal()
    scrolled = Signal()
    flashed = Signal(bool)

    def __init__(self, context: Context, model: CaseModel) -> None:
        super().__init__()
        self._context, self._cases = context, model
        self._key: str | None = None
        self._in_view: dict[str, float] = {}
        self._quiet = False
        self._delegate = RowDelegate(context, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        context.theme.changed.connect(self._resized)
        model.rowsInserted.connect(self._lines_changed)
        model.rowsMoved.connect(self._lines_changed)
        model.rowsRemoved.connect(self._lines_changed)
        model.headerDataChanged.connect(self._share)
        self.verticalScrollBar().valueChanged.connect(self._lines_changed)
        self._flash = QTimer(self)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._on_flash)
        self._flash.start()
        self._resized()

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionsClickable(False)
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    # ------------------------------------------------------------------------------------------ the chosen case
    @property
    def key(self) -> str | None:
        """The case the operator chose, even while the filter hides its line."""
        return self._key

    def choose(self, key: str) -> None:
        """Move to a case's line, on the operator's wish."""
        line = self._cases.line_of(key)
        if line is not None:
            self.setCurrentIndex(self._cases.index(line, 0))
            self.scrollTo(self._cases.index(line, 0))

    def refill(self) -> None:
        """Mark the chosen case again after all lines were exchanged; its line is found by key."""
        line = self._cases.line_of(self._key) if self._key else None
        if line is not None:
            self._quiet = True
            index = self._cases.index(line, 0)
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, how)
            self._quiet = False

    def filter_with(self, change: Callable[[], None]) -> None:
        """Exchange the lines by a callable without the selection wandering meanwhile."""
        self._quiet = True
        change()
        self._quiet = False
        self.refill()

    @override
    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if self._quiet or not current.isValid():
            return
        key = self._cases.row_at(current.row()).key
        if key != self._key:
            self._key = key
            self.chosen.emit(key)

    @override
    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        # Qt would choose a neighbour of a removed line; the operator did not.
        current = self.currentIndex()
        if current.isValid() and start <= current.row() <= end:
            was, self._quiet = self._quiet, True
            self.selectionModel().clear()
            self._quiet = was
        super().rowsAboutToBeRemoved(parent, start, end)

    # ------------------------------------------------------------------------------------------ lines in view
    def seconds_in_view(self, key: str) -> float:
        """For how long the case's line has stood on the screen without a break; 0 when it does not."""
        self._look()
        since = self._in_view.get(key)
        return 0.0 if since is None else self._context.desk.monotonic() - since

    def ringing_beyond(self) -> tuple[int, int]:
        """How many unacknowledged cases stand above and below what is in view."""
        first, last = self._span()
        above = below = 0
        for line in self._ringing_lines():
            above += line < first
            below += line > last
        return above, below

    def _ringing_lines(self) -> list[int]:
        lines = (self._cases.line_of(row.key) for row in self._cases.ringing())
        return [line for line in lines if line is not None]

    def _span(self) -> tuple[int, int]:
        """First and last line that can be seen for the greater part."""
        height = max(self._context.theme.px(ROW), 1)
        top = self.verticalScrollBar().value()
        first = (top + height // 3) // height
        last = (top + self.viewport().height() - height // 2) // height
        return first, min(last, self._cases.rowCount() - 1)

    def _look(self) -> None:
        """Note which lines are in view and since when."""
        window = self.window()
        if not self.isVisible() or window.isMinimized():
            self._in_view.clear()
            return
        first, last = self._span()
        now = self._context.desk.monotonic()
        seen = {self._cases.row_at(line).key for line in range(first, last + 1)}
        self._in_view = {key: self._in_view.get(key, now) for key in seen}

    def _lines_changed(self) -> None:
        self._look()
        self.scrolled.emit()

    def tick(self) -> None:
        """Once a second: ages move on."""
        self._look()
        left = self.columnViewportPosition(Column.AGE)
        self.viewport().update(left, 0, self.columnWidth(Column.AGE), self.viewport().height())

    def _on_flash(self) -> None:
        first, last = self._span()
        lines = [line for line in range(first, last + 1) if self._cases.row_at(line).ringing]
        if not lines and not self._delegate.dark:
            return
        self._delegate.dark = bool(lines) and not self._delegate.dark
        self.flashed.emit(self._delegate.dark)
        height, side = self._context.theme.px(ROW), self._context.theme.px(24)
        for line in lines:
            top = self.rowViewportPosition(line)
            self.viewport().update(self.columnViewportPosition(Column.STATE), top, side, height)

    # ------------------------------------------------------------------------------------------ sizes
    def _resized(self) -> None:
        theme = self._context.theme
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setFixedHeight(theme.line_height() + theme.px(8))
        self._share()

    def _share(self) -> None:
        """Fixed columns get what they need, person and place share the rest."""
        theme = self._context.theme
        widths = _ROOMY if self.viewport().width() >= theme.px(_ROOMY_FROM) else _WIDTHS
        metrics, edges = QFontMetrics(theme.font(SMALL)), 2 * theme.px(5) + 2
        fixed = {
            column: max(theme.px(width), metrics.horizontalAdvance(columns.header(column)) + edges)
            for column, width in widths.items()
        }
        if self._context.desk.training:  # there every number has its letter
            whole = QFontMetrics(theme.font()).horizontalAdvance(_DRILL) + edges
            fixed[Column.NUMBER] = max(fixed[Column.NUMBER], whole)
        for column, width in fixed.items():
            self.setColumnWidth(column, width)
        rest = self.viewport().width() - sum(fixed.values())
        who = max(theme.px(_LEAST), round(rest * 0.54))
        self.setColumnWidth(Column.WHO, who)
        self.setColumnWidth(Column.WHERE, max(theme.px(_LEAST), rest - who))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()
        self._lines_changed()

    # ------------------------------------------------------------------------------------------ keys and tips
    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # Past QAbstractItemView, which would choose a first line by itself when it gets the focus.
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = letter_of(event)
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.acknowledge.emit()
        elif is_copy(event):
            self._copy_number()
        elif letter is not None:
            self.letter.emit(letter)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._cases.rowCount():
            last = self._cases.rowCount() - 1
            self.setCurrentIndex(self._cases.index(0 if event.key() == Qt.Key.Key_Home else last, 0))
        else:
            super().keyPressEvent(event)

    def _copy_number(self) -> None:
        row = self._cases.row_of(self._key) if self._key else None
        if row is not None and row.number:
            QGuiApplication.clipboard().setText(display(row.number))

    @override
    def keyboardSearch(self, _search: str) -> None:
        """Letters are actions here, not a search."""

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tip(event)
            return True
        return super().viewportEvent(event)

    def _tip(self, event: QEvent) -> None:
        if not isinstance(event, QHelpEvent):
            return
        index = self.indexAt(event.pos())
        if not index.isValid():
            return
        row, column = index.data(ROW_ROLE), Column(index.column())
        now, language = self._context.desk.now(), self._context.languages.language
        hub = self._context.desk.training
        said = columns.spoken(row, column, now, language, training_hub=hub)
        words = date_and_time(row.since) if column is Column.AGE else said
        QToolTip.showText(event.globalPos(), words.replace("<", "\uff1c"), self)
