"""The frame around the whole window while no alarm could be heard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kotaconsole.ui.context import Context

_BORDER: Final = 6
_FLASH_MS: Final = 250


class Border(QWidget):
    """A frame around the whole window that flashes at 2 Hz while no alarm could be heard; it takes no clicks."""

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context = context
        self._dark = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self)
        self._timer.setInterval(_FLASH_MS)
        self._timer.timeout.connect(self._flash)
        over.installEventFilter(self)
        self.hide()

    def show_border(self, wanted: bool) -> None:
        """Begin or end."""
        if wanted:
            self._fit()
            self.show()
            self.raise_()
            self._timer.start()
        else:
            self._timer.stop()
            self.hide()

    def _flash(self) -> None:
        self._dark = not self._dark
        self.update()

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            inner = self.rect().adjusted(_BORDER, _BORDER, -_BORDER, -_BORDER)
            region = self._region(self.rect(), inner)
            self.setMask(region)

    @staticmethod
    def _region(outer: QRect, inner: QRect) -> QRegion:
        return QRegion(outer).subtracted(QRegion(inner))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._context.theme.colours
        painter.setPen(QPen(QColor(colours.surface if self._dark else colours.p1), 2 * _BORDER))
        painter.drawRect(self.rect())
        painter.end()
