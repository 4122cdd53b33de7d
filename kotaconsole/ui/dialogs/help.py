"""Every key on one sheet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.ui.context import Context
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.widgets import KeyButton


class HelpSheet(QDialog):
    """The keys, those that work under any keyboard layout first."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._close = KeyButton(context.theme, "Esc")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.close)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(2)
        self._labels = [
            (PlainLabel(strong=True), PlainLabel(muted=True), PlainLabel()) for _line in range(len(self._lines()))
        ]
        for at, line in enumerate(self._labels):
            for column, label in enumerate(line):
                self._grid.addWidget(label, at, column)
        self._grid.setColumnStretch(2, 1)
        self._hint = PlainLabel(wrap=True, muted=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 14)
        box.addLayout(self._grid)
        box.addWidget(self._hint)
        box.addLayout(row_of([1, self._close]))
        self._say()
        width = max(context.theme.px(620), box.sizeHint().width())
        self.resize(width, box.totalHeightForWidth(width))

    def _lines(self) -> tuple[tuple[str, str, str], ...]:
        return (
            (self.tr("Up  Down  Home  End"), "", self.tr("move in the list")),
            ("Space", "A", self.tr("acknowledge the chosen case (after its line was in view for 1 second)")),
            ("F3", "", self.tr("show or hide name and numbers; the opening is recorded")),
            ("F4", "N", self.tr("write a note; Enter saves, Esc goes back to the list")),
            ("F6", "D", self.tr("inform a unit and print the slip")),
            ("F9", "", self.tr("print the last slip again")),
            ("F10", "O", self.tr("outcome: close the case")),
            ("F11", "C", self.tr("contact made")),
            ("F12", "", self.tr("what the hub refused")),
            ("Ctrl+F2", "", self.tr("seen: a lost link calls once a minute instead of every 10 seconds")),
            ("Ctrl+F3", "", self.tr("pause what sounds for up to 2 minutes, or let it sound again")),
            ("Ctrl+F4", "", self.tr("sign in again, once the sign-in has ended")),
            ("F2", "/", self.tr("search the list")),
            ("Ctrl+C", "", self.tr("copy the focused number, phone or place; in the list, the case number")),
            ("Ctrl+L", "", self.tr("Hindi or English")),
            ("Ctrl+T", "", self.tr("light or night")),
            ("Ctrl +  -  0", "", self.tr("larger, smaller, normal")),
            ("F1", "?", self.tr("this sheet")),
        )

    def _say(self) -> None:
        self.setWindowTitle(self.tr("Keys"))
        for labels, line in zip(self._labels, self._lines(), strict=True):
            for label, said in zip(labels, line, strict=True):
                label.say(said)
        self._hint.say(
            self.tr(
                "The first column works under every keyboard layout."
                " Letters work while the list or the case has the focus."
            )
        )
        self._close.say(self.tr("Close"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
