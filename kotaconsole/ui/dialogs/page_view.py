"""A page on the screen: whole, or as wide as the room for it, to be read."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea
from typing_extensions import override

from kotaconsole.domain.text import display

_EDGE: Final = 16


class PageView(QScrollArea):
    """A page that keeps its shape.

    Attributes:
        sheet: the label that holds the page or the words in its place.
        large: whether the page takes the whole width and scrolls.
    """

    def __init__(self) -> None:
        super().__init__()
        self._page: QPixmap | None = None
        self.large = False
        self.sheet = QLabel()
        self.sheet.setTextFormat(Qt.TextFormat.PlainText)
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet.setWordWrap(True)
        self.sheet.setObjectName("ground")
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_png(self, png: bytes) -> None:
        """Show a page."""
        page = QPixmap()
        if page.loadFromData(png):
            self._page = page
            self._fit()

    def show_words(self, words: str) -> None:
        """Show a sentence in its place."""
        self._page = None
        self.sheet.setMinimumSize(0, 0)
        self.sheet.setText(display(words))

    @property
    def empty(self) -> bool:
        """Whether no page is shown."""
        return self._page is None

    def enlarge(self, large: bool) -> None:
        """Whole page, or as wide as there is room."""
        self.large = large
        self._fit()

    def _fit(self) -> None:
        if self._page is None:
            return
        ratio = self.devicePixelRatioF()
        wide, high = self.viewport().width() - _EDGE, self.viewport().height() - _EDGE
        room = QSize(round(max(wide, 1) * ratio), round(max(high, 1) * ratio))
        if self.large:
            room.setHeight(room.width() * 4)
        shown = self._page.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(shown)
        self.sheet.setMinimumHeight(round(shown.height() / ratio) + _EDGE if self.large else 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
