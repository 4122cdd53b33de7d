"""Labels: plain text whatever it holds, on one grid of lines in both scripts.

The first window is made of these, so nothing here may touch the `Qt` namespace before a paint: its enumerations cost
12 ms, as much as everything else of that window.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from kotaconsole.domain.text import display
from kotaconsole.ui.theme import CAP_HALF, LINE_HEIGHT


class PlainLabel(QLabel):
    """Text that is only ever text: no mark-up, no links, no direction tricks, whatever it holds.

    It sets its own lines: all of one height, tall enough for every vowel sign, with Hindi and Latin on one baseline.
    """

    def __init__(
        self,
        text: str = "",
        *,
        wrap: bool = False,
        muted: bool = False,
        small: bool = False,
        strong: bool = False,
        face: str = "",
        tone: str = "",
    ) -> None:
        super().__init__()
        self._centred = False
        self._laid_out: dict[int, QTextLayout] = {}
        self._laid_out_for: tuple[str, str] | None = None
        self.setProperty("textFormat", 0)  # Qt.TextFormat.PlainText
        self.setWordWrap(wrap)
        for name, wanted in (("muted", muted), ("small", small), ("strong", strong), ("face", face), ("tone", tone)):
            if wanted:
                self.setProperty(name, wanted)
        upright = QSizePolicy.Policy.Minimum if wrap else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Ignored if wrap else QSizePolicy.Policy.Minimum, upright)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.say(text)

    def say(self, text: str) -> None:
        """Show a text; nothing happens when it is already shown."""
        shown = display(text)
        if self.wordWrap():
            shown = breakable(shown)
        if shown != self.text():
            self.setText(shown)

    def tone(self, tone: str) -> None:
        """Colour by meaning: p1, p2, p3, ok, accent, or nothing."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)

    def centre(self) -> None:
        """Set the lines in the middle of the width."""
        self._centred = True

    # ------------------------------------------------------------------------------------------ lines
    @property
    def line_height(self) -> int:
        """Pixels of one line."""
        return line_height(self.font())

    def _lines(self, width: int) -> QTextLayout:
        """The text laid out for a width; a layout pass asks for the same few widths again and again."""
        wanted = (self.text(), self.font().key())
        if wanted != self._laid_out_for:
            self._laid_out_for = wanted
            self._laid_out.clear()
        if width not in self._laid_out:
            if len(self._laid_out) > 4:
                self._laid_out.clear()
            self._laid_out[width] = self._lay_out(width)
        return self._laid_out[width]

    def _lay_out(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text(), self.font())
        option = QTextOption()
        if self._centred:
            from PySide6.QtCore import Qt  # noqa: PLC0415 - see above

            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        wrap = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if self.wordWrap() else QTextOption.WrapMode.NoWrap
        option.setWrapMode(wrap)
        layout.setTextOption(option)
        layout.beginLayout()
        height, at = self.line_height, 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, at + baseline(self.font(), height) - line.ascent()))
            at += height
        layout.endLayout()
        return layout

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width, self.heightForWidth(width) if self.wordWrap() else self.line_height)

    @override
    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(0 if self.wordWrap() else self.sizeHint().width(), self.line_height)

    @override
    def heightForWidth(self, width: int) -> int:
        if not self.wordWrap():
            return self.line_height
        self.ensurePolished()
        return max(self._lines(width).lineCount(), 1) * self.line_height

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)  # its pen is the palette's colour of text
        layout = self._lines(self.width())
        top = max(0, (self.height() - layout.lineCount() * self.line_height) // 2)
        layout.draw(painter, QPointF(0, top))
        painter.end()


def line_height(font: QFont) -> int:
    """Pixels of one line in this font."""
    return round(font.pixelSize() * LINE_HEIGHT)


def baseline(font: QFont, height: float) -> float:
    """Where letters stand in a line of this height, in pixels from its top."""
    return height / 2 + font.pixelSize() * CAP_HALF


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again."""
    from PySide6.QtCore import Qt  # noqa: PLC0415 - see above

    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # its first look will know
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def breakable(text: str, longest: int = 28) -> str:
    """Long words get places to break at: one endless word must not push a label past its edge."""
    if len(text) <= longest or max((len(word) for word in text.split()), default=0) <= longest:
        return text
    return " ".join(_broken(word, longest) for word in text.split(" "))


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    return "\u200b".join(word[at : at + longest] for at in range(0, len(word), longest))
