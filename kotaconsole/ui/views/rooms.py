"""How the case pane shares its height: a box as tall as its text, and two parts of which neither hides the other."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

_SHARE: Final = 0.46
"""Of the height, for the lower part when both want more than there is: at 1280x720 that is three or four lines."""

_GAP: Final = 8
_LEFT_EDGE: Final = 3
"""Pixels of the coloured edge the style sheet gives the box."""


class Fold(QScrollArea):
    """A box as tall as its text up to a quarter of the pane; a longer text scrolls inside it."""

    def __init__(self, inner: QWidget, box: QVBoxLayout) -> None:
        super().__init__()
        self._box = box
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        inner.installEventFilter(self)

    def refit(self) -> None:
        """Take the height the text needs now."""
        parent = self.parentWidget()
        width = self.width() - self.frameWidth() * 2 - _LEFT_EDGE
        needed = self._box.totalHeightForWidth(max(width, 60))
        most = max(parent.height() // 4 if parent else 0, self.fontMetrics().height() * 3)
        self.setFixedHeight(min(needed + 2, most))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.refit()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()


class Scroll(QScrollArea):
    """A part that scrolls only upright.

    Attributes:
        inner: what scrolls.
        to_the_end: keep showing the end while more comes, until the operator scrolls away from it.
    """

    def __init__(self, inner: QWidget, *, to_the_end: bool = False) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inner)
        self.inner = inner
        self.to_the_end = to_the_end
        if to_the_end:
            self.verticalScrollBar().actionTriggered.connect(self._moved_by_hand)
            self.verticalScrollBar().rangeChanged.connect(self._grown)

    def wanted(self) -> int:
        """Height at which nothing has to be scrolled, in pixels."""
        inner, width = self.inner, self.viewport().width()
        return inner.heightForWidth(width) if inner.hasHeightForWidth() else inner.sizeHint().height()

    def go_to_end(self) -> None:
        """Show the end, and go on showing it."""
        self.to_the_end = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _moved_by_hand(self, _how: int) -> None:
        bar = self.verticalScrollBar()
        self.to_the_end = bar.sliderPosition() >= bar.maximum()

    def _grown(self, _least: int, most: int) -> None:
        if self.to_the_end:
            self.verticalScrollBar().setValue(most)


class Halves(QWidget):
    """What is known above, what happened below. Both are always in view; what does not fit scrolls in its part."""

    def __init__(self, upper: Scroll, heading: QWidget, lower: Scroll) -> None:
        super().__init__()
        self._above, self._heading, self._below = upper, heading, lower
        self._rule = QFrame()
        self._rule.setObjectName("rule")
        for part in (upper, self._rule, heading, lower):
            part.setParent(self)
        for part in (upper, lower):
            part.inner.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.share()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()

    def share(self) -> None:
        """Give each part its place."""
        wide, high = self.width(), self.height()
        head = self._heading.sizeHint().height() + _GAP if not self._heading.isHidden() else 0
        above, below = self._above.wanted(), self._below.wanted()
        room = max(high - head, 0)
        cut = above + below > room
        if cut:
            below = min(below, max(round(high * _SHARE) - head, room - above))
            above = room - below
        self._above.setGeometry(0, 0, wide, above)
        self._rule.setGeometry(0, above + _GAP // 2, wide - _GAP, 1)
        self._rule.setVisible(cut)
        self._heading.setGeometry(0, above + _GAP, wide, head - _GAP)
        self._below.setGeometry(0, above + head, wide, room - above)
