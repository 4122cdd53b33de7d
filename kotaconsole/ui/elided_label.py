"""A line that gives way where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from kotaconsole.domain.text import display
from kotaconsole.ui.labels import PlainLabel


class ElidedLabel(PlainLabel):
    """One line that gives way with an ellipsis; the whole text is its tooltip and its accessible name."""

    def __init__(self, text: str = "", *, muted: bool = False, strong: bool = False, face: str = "") -> None:
        self._whole = ""
        super().__init__(text, muted=muted, strong=strong, face=face)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @override
    def say(self, text: str) -> None:
        self._whole = display(text)
        self.setAccessibleName(self._whole)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, self.line_height)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.line_height)

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        self.setToolTip(self._whole if shown != self._whole else "")
        if shown != self.text():
            self.setText(shown)
