"""Colours, sizes and fonts. One accent; colour is kept for level and trouble, and never stands alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from kotaconsole.ui.choices import ThemeName

LINE_HEIGHT: Final = 1.55
"""Of the type size: Devanagari's upper and lower vowel signs need 1.47 with these fonts; less clips them."""
SCALES: Final = (100, 110, 125, 140, 150)
"""Percent. The window is laid out for all of them from 1280x720 up."""
CAP_HALF: Final = 0.36
"""Half the height of a capital letter, of the type size (Noto Sans: 0.714). A line is centred on it in both scripts;
centred on each script's own ascent and descent, Hindi and Latin words would stand on different lines."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Text pairs have a contrast of at least 4.9:1, on the selected row too."""

    bg: str
    surface: str
    line: str
    text: str
    muted: str
    accent: str
    selected: str
    p1: str
    p2: str
    p3: str
    ok: str

    def level(self, level: str) -> QColor:
        """The colour of a level's symbol."""
        return QColor({"P1": self.p1, "P2": self.p2}.get(level, self.p3))


COLOURS: Final[dict[ThemeName, Colours]] = {
    "light": Colours(
        bg="#F4F6F8", surface="#FFFFFF", line="#D6DBE2", text="#18202B", muted="#525D6B", accent="#1B5AB5",
        selected="#E3ECFA", p1="#B3261E", p2="#8A5200", p3="#255A8C", ok="#1C6638",
    ),
    "night": Colours(
        bg="#11151B", surface="#191F28", line="#2D3644", text="#E3E8EF", muted="#9BA7B6", accent="#74ABFF",
        selected="#20324C", p1="#FF7568", p2="#F0B04A", p3="#86B8EA", ok="#6CCB8E",
    ),
}  # fmt: skip
FAMILIES: Final = ("Noto Sans Devanagari", "Noto Sans")
"""Devanagari first: asked for Devanagari, a font without it makes Qt complain for every size. The first has no Latin
letters, so those come from the second."""
MONO: Final = ("Noto Sans Mono", "Noto Sans Devanagari")
BODY: Final = 15
TITLE: Final = 22
COUNTER: Final = 20
SMALL: Final = 13
ROW: Final = 44


def load_fonts(files: Iterable[Path]) -> None:
    """Give Qt the shipped fonts; a file that is missing leaves the system's own in its place."""
    for file in files:
        QFontDatabase.addApplicationFont(str(file))


class Theme(QObject):
    """The look in force: colours and scale.

    Signals:
        changed(): colours or sizes changed; painted widgets repaint.
    """

    changed = Signal()

    def __init__(self, app: QApplication, name: ThemeName = "light", scale: int = 100) -> None:
        super().__init__(app)
        self._app = app
        self.name: ThemeName = name
        self.scale = scale if scale in SCALES else 100
        self._apply()

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return COLOURS[self.name]

    def px(self, size: float) -> int:
        """A length of the 100 % design in pixels of the present scale."""
        return round(size * self.scale / 100)

    def line_height(self, size: float = BODY) -> int:
        """The height one line of this type size needs, in pixels."""
        return round(self.px(size) * LINE_HEIGHT)

    def font(self, size: int = BODY, *, bold: bool = False, mono: bool = False) -> QFont:
        """A font of the design; digits of the shipped fonts are all equally wide."""
        font = QFont(list(MONO if mono else FAMILIES))
        font.setPixelSize(self.px(size))
        font.setBold(bold)
        return font

    def use(self, name: ThemeName) -> None:
        """Switch the colours."""
        if name != self.name:
            self.name = name
            self._apply()
            self.changed.emit()

    def toggle(self) -> None:
        """Light to night and back."""
        self.use("night" if self.name == "light" else "light")

    def set_scale(self, percent: int) -> None:
        """Use one of the offered sizes; another percentage is left alone."""
        if percent in SCALES and percent != self.scale:
            self.scale = percent
            self._apply()
            self.changed.emit()

    def zoom(self, step: int) -> None:
        """One size larger (+1), smaller (-1) or back to 100 % (0)."""
        at = SCALES.index(self.scale)
        wanted = SCALES[min(max(at + step, 0), len(SCALES) - 1)] if step else 100
        if wanted != self.scale:
            self.scale = wanted
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._app.setStyle("Fusion")
        self._app.setFont(self.font())
        self._app.setPalette(_palette(self.colours))
        self._app.setStyleSheet(_sheet(self))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, colours.surface), (roles.Base, colours.surface), (roles.AlternateBase, colours.bg),
        (roles.Button, colours.surface), (roles.ToolTipBase, colours.surface), (roles.WindowText, colours.text),
        (roles.Text, colours.text), (roles.ButtonText, colours.text), (roles.ToolTipText, colours.text),
        (roles.PlaceholderText, colours.muted), (roles.Highlight, colours.accent), (roles.Accent, colours.accent),
        (roles.HighlightedText, colours.surface), (roles.Mid, colours.line), (roles.Link, colours.accent),
    ):  # fmt: skip
        palette.setColor(role, QColor(value))
    return palette


def _sheet(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    field_height = px(28)
    # a bright band across the whole window would blind at night
    band, on_band = (c.selected, c.p3) if theme.name == "night" else (c.p3, c.surface)
    return f"""
    QWidget {{ color: {c.text}; }}
    QMainWindow, QDialog, #page {{ background: {c.surface}; }}
    QDialog {{ border: 1px solid {c.muted}; }}
    QComboBox::drop-down {{ border: 0; width: {px(28)}px; }}
    #ground, QTableView, QHeaderView, QHeaderView::section {{ background: {c.bg}; }}
    #strip, #pane, #noteLine, #paneBody, QScrollArea {{ background: {c.surface}; border: 0; }}
    #strip {{ border-bottom: 1px solid {c.line}; }}
    #noteLine {{ border-top: 1px solid {c.line}; }}
    QSplitter::handle {{ background: {c.line}; }}
    QTableView {{ border: 0; outline: 0; }}
    QHeaderView::section {{ color: {c.muted}; border: 0; border-bottom: 1px solid {c.line};
        padding: 0 {px(5)}px; font-size: {px(SMALL)}px; }}
    QLineEdit, QPlainTextEdit, QComboBox, QListWidget {{ background: {c.surface}; border: 1px solid {c.line};
        border-radius: 6px; padding: {px(3)}px {px(10)}px; selection-background-color: {c.accent};
        selection-color: {c.surface}; }}
    QLineEdit, QComboBox {{ min-height: {field_height}px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QListWidget:focus {{ border: 1px solid {c.accent}; }}
    QListWidget {{ padding: {px(4)}px; outline: 0; }}
    QListWidget::item {{ min-height: {px(32)}px; padding: 0 {px(6)}px; border-radius: 4px; }}
    QListWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
    QPushButton {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: 6px;
        padding: {px(4)}px {px(12)}px; min-height: {px(26)}px; }}
    QPushButton:hover {{ border-color: {c.muted}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; }}
    QPushButton:disabled {{ color: {c.muted}; background: {c.bg}; }}
    QPushButton[primary="true"] {{ background: {c.accent}; border-color: {c.accent}; color: {c.surface}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {c.bg}; border-color: {c.line}; color: {c.muted}; }}
    QPushButton[quiet="true"] {{ border-radius: {px(11)}px; padding: 0 {px(8)}px; min-height: {px(20)}px;
        font-size: {px(SMALL)}px; }}
    QPushButton[flat="true"] {{ border: 1px solid transparent; background: transparent; }}
    QPushButton[flat="true"]:hover {{ border-color: {c.line}; }}
    QPushButton[flat="true"]:focus {{ border: 1px solid {c.accent}; }}
    QPushButton[tab="true"] {{ border: 0; border-bottom: 2px solid transparent; border-radius: 0;
        background: transparent; color: {c.muted}; padding: {px(2)}px {px(2)}px; }}
    QPushButton[tab="true"]:checked {{ color: {c.text}; font-weight: bold; border-bottom-color: {c.accent}; }}
    QPushButton[tab="true"]:focus {{ color: {c.accent}; }}
    QPushButton[tab="true"][trouble="true"] {{ color: {c.p1}; font-weight: bold; }}
    QPushButton[chip="true"] {{ border-radius: {px(13)}px; background: {c.surface}; color: {c.p1};
        font-weight: bold; border: 1px solid {c.p1}; }}
    QLabel {{ background: transparent; }}
    QLabel[copy="true"]:focus {{ background: {c.selected}; }}
    QLabel[muted="true"] {{ color: {c.muted}; }}
    QLabel[small="true"] {{ font-size: {px(SMALL)}px; }}
    QLabel[strong="true"] {{ font-weight: bold; }}
    QLabel[face="title"] {{ font-size: {px(TITLE)}px; font-weight: bold; }}
    QLabel[face="counter"] {{ font-size: {px(COUNTER)}px; font-weight: bold; }}
    QLabel[tone="p1"] {{ color: {c.p1}; }} QLabel[tone="p2"] {{ color: {c.p2}; }}
    QLabel[tone="p3"] {{ color: {c.p3}; }} QLabel[tone="ok"] {{ color: {c.ok}; }}
    QLabel[tone="accent"] {{ color: {c.accent}; }}
    #whyBody {{ background: {c.bg}; }}
    #why {{ background: {c.bg}; border: 0; border-left: 3px solid {c.muted}; }}
    #why[level="P1"] {{ border-left-color: {c.p1}; }} #why[level="P2"] {{ border-left-color: {c.p2}; }}
    #why[level="P3"] {{ border-left-color: {c.p3}; }}
    #rule {{ background: {c.line}; border: 0; }}
    #hint {{ background: {c.selected}; border-radius: 6px; }}
    #factLine, #entryLine {{ border: 0; border-bottom: 1px solid {c.line}; }}
    #banner[kind="trouble"] {{ background: {c.p1}; }} #banner[kind="trouble"] QLabel {{ color: {c.surface}; }}
    #banner[kind="warning"] {{ background: {c.p2}; }} #banner[kind="warning"] QLabel {{ color: {c.surface}; }}
    #banner[kind="training"] {{ background: {band}; }} #banner[kind="training"] QLabel {{ color: {on_band}; }}
    #banner[kind="notice"] {{ background: {c.selected}; border-bottom: 1px solid {c.line}; }}
    QScrollBar:vertical {{ background: transparent; width: {px(12)}px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: {px(12)}px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: 5px; min-height: 30px; min-width: 30px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: 4px; }}
    QRadioButton, QCheckBox {{ spacing: {px(8)}px; min-height: {px(26)}px; }}
    QRadioButton:focus, QCheckBox:focus {{ color: {c.accent}; }}
    """
