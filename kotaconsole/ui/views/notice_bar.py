"""The bar for a sentence that somebody has to read, and may then put away."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout
from typing_extensions import override

from kotaconsole.ui.context import Context
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.tasks import Trouble


class NoticeBar(QFrame):
    """A sentence about something that went wrong or has to be said; it blocks nothing and waits to be put away."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("kind", "notice")
        self._context = context
        self._trouble: Trouble | None = None
        self._sentence, self._technical = PlainLabel(wrap=True), PlainLabel(wrap=True, muted=True, small=True)
        self._details, self._copy, self._close = QPushButton(), QPushButton(), QPushButton()
        self._details.clicked.connect(self._toggle)
        self._copy.clicked.connect(self._to_clipboard)
        self._close.clicked.connect(self.put_away)
        top = row_of([self._sentence, self._details, self._copy, self._close], gap=8)
        top.setStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 4, 14, 4)
        box.addLayout(top)
        box.addWidget(self._technical)
        self._say()
        self.hide()

    @property
    def sentence(self) -> str:
        """What is shown, or nothing."""
        return "" if self.isHidden() else self._sentence.text()

    def show_trouble(self, trouble: Trouble) -> None:
        """Show a sentence, with its technical part behind a button."""
        self._trouble = trouble
        self._technical.hide()
        self._say()
        self.show()

    def put_away(self) -> None:
        """The operator has read it."""
        self._trouble = None
        self.hide()

    def _toggle(self) -> None:
        self._technical.setVisible(self._technical.isHidden())

    def _to_clipboard(self) -> None:
        if self._trouble is not None:
            QGuiApplication.clipboard().setText(f"{self._trouble.sentence.en}\n{self._trouble.technical}")

    def _say(self) -> None:
        self._details.setText(self.tr("Details"))
        self._copy.setText(self.tr("Copy"))
        self._close.setText(self.tr("Put away"))
        if self._trouble is not None:
            self._sentence.say(self._context.languages.say(self._trouble.sentence))
            self._technical.say(self._trouble.technical)
            self._details.setVisible(bool(self._trouble.technical))
            self._copy.setVisible(bool(self._trouble.technical))
            self.setAccessibleName(self._sentence.text())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
