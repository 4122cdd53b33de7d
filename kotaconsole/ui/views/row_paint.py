"""How a line of the list is painted: straight from the row, no widgets, no intermediate models.

The line itself stays plain; only its symbol and its state carry colour, always beside a shape and a word.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from kotaconsole.domain.listing import CaseRow
from kotaconsole.ui import symbols
from kotaconsole.ui.context import Context
from kotaconsole.ui.labels import baseline
from kotaconsole.ui.models import columns
from kotaconsole.ui.models.cases import ROW_ROLE
from kotaconsole.ui.models.columns import Column
from kotaconsole.ui.theme import BODY, ROW, SMALL

_PAD: Final = 6


class RowDelegate(QStyledItemDelegate):
    """Paints cells from the row they show.

    Only the dot beside the state flashes: the level's sign tells by its shape and must stand still to do so.

    Attributes:
        dark: the flashing dots are in their dark half.
    """

    def __init__(self, context: Context, view: QWidget) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self.dark = False
        context.theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        theme = self._context.theme
        self._plain, self._bold = theme.font(BODY), theme.font(BODY, bold=True)
        self._small = theme.font(SMALL)
        self._metrics = {id(font): QFontMetrics(font) for font in (self._plain, self._bold, self._small)}

    @override
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(40, self._context.theme.px(ROW))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: CaseRow = index.data(ROW_ROLE)
        column = Column(index.column())
        colours = self._context.theme.colours
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(colours.selected))
            if column is Column.LEVEL:
                edge = colours.accent if self._view.hasFocus() else colours.muted
                painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        self._cell(painter, column, row, box.adjusted(self._context.theme.px(_PAD), 0, -self._context.theme.px(4), -1))

    def _cell(self, painter: QPainter, column: Column, row: CaseRow, box: QRect) -> None:
        colours = self._context.theme.colours
        said = columns.shown(row, column, self._context.desk.now(), self._context.languages.language)
        match column:
            case Column.LEVEL:
                self._level(painter, row, box)
            case Column.NUMBER:
                self._text(painter, box, said, self._plain, colours.text)
            case Column.AGE:
                self._text(painter, box, said, self._bold, colours.text)
            case Column.WHO:
                self._who(painter, row, said, box)
            case Column.WHERE:
                unknown = row.where is None
                self._text(painter, box, said, self._plain, colours.muted if unknown else colours.text)
            case Column.STATE:
                self._state(painter, row, said, box)
            case Column.SYNC:
                self._sync(painter, row, box)
            case _:
                self._text(painter, box, said, self._plain, colours.muted)

    def _text(self, painter: QPainter, box: QRect, text: str, font: QFont, colour: str) -> int:
        """Draw one line, cut with an ellipsis where it must be.

        Returns:
            The width drawn, in pixels.
        """
        metrics = self._metrics[id(font)]
        width = metrics.horizontalAdvance(text)
        if width > box.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            width = box.width()
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(box.left(), box.top() + baseline(font, box.height())), text)
        return width

    def _level(self, painter: QPainter, row: CaseRow, box: QRect) -> None:
        theme = self._context.theme
        side = theme.px(13)
        sign = QRectF(box.left(), box.center().y() - side / 2 + 1, side, side)
        colour = theme.colours.level(row.level)
        symbols.paint(painter, row.level, sign, colour)
        self._text(painter, box.adjusted(side + theme.px(7), 0, 4, 0), row.level, self._bold, colour.name())

    def _who(self, painter: QPainter, row: CaseRow, name: str, box: QRect) -> None:
        theme = self._context.theme
        colour = theme.colours.muted if row.who is None else theme.colours.text
        left = box.left() + self._text(painter, box, name, self._plain, colour) + theme.px(8)
        chips = columns.chips(row, training_hub=self._context.desk.training)
        for at, chip in enumerate(chips):
            width = self._metrics[id(self._small)].horizontalAdvance(chip) + theme.px(14)
            if left + width > box.right() + theme.px(4):
                rest = QRect(left, box.top(), box.right() - left, box.height())
                self._text(painter, rest, f"+{len(chips) - at}", self._small, theme.colours.muted)
                return
            height = theme.px(24)
            pill = QRectF(left + 0.5, box.center().y() - height / 2 + 0.5, width, height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.colours.line), 1))
            painter.setBrush(QColor(theme.colours.bg))
            painter.drawRoundedRect(pill, height / 2, height / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            inner = pill.toRect().adjusted(theme.px(7), 0, -theme.px(5), 0)
            self._text(painter, inner, chip, self._small, theme.colours.muted)
            left += width + theme.px(5)

    def _state(self, painter: QPainter, row: CaseRow, said: str, box: QRect) -> None:
        theme, colours = self._context.theme, self._context.theme.colours
        if row.ringing:
            side = theme.px(9)
            dot = QRectF(box.left(), box.center().y() - side / 2 + 1, side, side)
            if not self.dark:
                symbols.paint(painter, "dot", dot, QColor(colours.p1))
            box = box.adjusted(side + theme.px(5), 0, 0, 0)
            self._text(painter, box, said, self._bold, colours.p1)
        elif row.transfer_to is not None:
            self._text(painter, box, said, self._bold, colours.p2)
        else:
            self._text(painter, box, said, self._plain, colours.muted if row.state == "closed" else colours.text)

    def _sync(self, painter: QPainter, row: CaseRow, box: QRect) -> None:
        theme, colours = self._context.theme, self._context.theme.colours
        side = theme.px(13)
        sign = QRectF(box.left(), box.center().y() - side / 2 + 1, side, side)
        if row.refused:
            symbols.paint(painter, "refused", sign, QColor(colours.p1))
        elif row.pending:
            symbols.paint(painter, "pending", sign, QColor(colours.p2))
        else:
            symbols.paint(painter, "hub", sign, QColor(colours.ok))
