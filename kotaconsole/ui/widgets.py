"""Small widgets used everywhere: signs, buttons that show their key, rows that wrap."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from kotaconsole.ui import symbols
from kotaconsole.ui.labels import baseline, restyle
from kotaconsole.ui.symbols import Symbol
from kotaconsole.ui.theme import SMALL, Theme

_CAP_GAP: Final = 8
_CAP_PAD: Final = 5


class Sign(QWidget):
    """One drawn sign with its meaning in words for those who cannot see it."""

    def __init__(self, theme: Theme, symbol: Symbol = "dot", size: int = 12) -> None:
        super().__init__()
        self._theme, self._size = theme, size
        self._symbol: Symbol = symbol
        self._colour = ""
        theme.changed.connect(self._resized)
        self._resized()

    def show_as(self, symbol: Symbol, colour: str, meaning: str) -> None:
        """Which sign, in which colour, meaning what."""
        self._symbol, self._colour = symbol, colour
        self.setAccessibleName(meaning)
        self.setToolTip(meaning)
        self.update()

    def _resized(self) -> None:
        side = self._theme.px(self._size)
        self.setFixedSize(side, side)
        self.update()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._colour:
            return
        painter = QPainter(self)
        colour = QColor(getattr(self._theme.colours, self._colour))
        symbols.paint(painter, self._symbol, QRectF(self.rect()).adjusted(1, 1, -1, -1), colour)
        painter.end()


class KeyButton(QPushButton):
    """A button that shows the key which does the same."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__()
        self._theme, self._key = theme, key
        self._label = ""
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def key(self) -> str:
        """The key's name as it is shown."""
        return self._key

    @property
    def label(self) -> str:
        """The words beside the key."""
        return self._label

    def say(self, label: str) -> None:
        """What pressing it does."""
        self._label = label
        self.setText(label)
        self.setAccessibleName(f"{label} ({self._key})")
        self.updateGeometry()
        self.update()

    def primary(self, wanted: bool) -> None:
        """Whether this is the next step."""
        if bool(self.property("primary")) != wanted:
            self.setProperty("primary", wanted)
            restyle(self)

    @override
    def sizeHint(self) -> QSize:
        # QStyle is made of so many enums that touching it costs 15 ms, and the first window has no such button
        from PySide6.QtWidgets import QStyle, QStyleOptionButton  # noqa: PLC0415

        option = QStyleOptionButton()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        quiet = bool(self.property("quiet"))
        high = self._theme.line_height(SMALL) if quiet else self._theme.line_height() - 6
        content = QSize(metrics.horizontalAdvance(self._label) + self._cap_width() + 2, high)
        return self.style().sizeFromContents(QStyle.ContentsType.CT_PushButton, option, content, self)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        from PySide6.QtWidgets import QStyle, QStyleOptionButton  # noqa: PLC0415 - see sizeHint

        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        colours = self._theme.colours
        if not self.isEnabled():
            ink = QColor(colours.muted)
        else:
            ink = QColor(colours.surface if self.property("primary") else colours.text)
        painter.setPen(ink)
        painter.setFont(self.font())
        words = self.fontMetrics().horizontalAdvance(self._label)
        left = (self.width() - words - self._cap_width()) // 2
        painter.drawText(QPointF(left, baseline(self.font(), self.height())), self._label)
        self._paint_cap(painter, left + words, ink)
        painter.end()

    def _cap_metrics(self) -> QFontMetrics:
        return QFontMetrics(self._theme.font(SMALL - 1, mono=True))

    def _cap_width(self) -> int:
        return self._cap_metrics().horizontalAdvance(self._key) + self._theme.px(_CAP_GAP + 2 * _CAP_PAD)

    def _paint_cap(self, painter: QPainter, left: int, ink: QColor) -> None:
        metrics = self._cap_metrics()
        width = metrics.horizontalAdvance(self._key) + self._theme.px(2 * _CAP_PAD)
        height = metrics.height()
        box = QRectF(left + self._theme.px(_CAP_GAP), (self.height() - height) / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1))
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(self._theme.font(SMALL - 1, mono=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)


class Flow(QLayout):
    """Items side by side that go on in the next line when the width ends."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest, gap = rect.x(), rect.y(), 0, self.spacing()
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, tallest = rect.x(), y + tallest + gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + gap
            tallest = max(tallest, size.height())
        return y + tallest - rect.y()
