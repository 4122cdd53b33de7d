"""A value that people copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from typing_extensions import override

from kotaconsole.ui.keys import is_copy
from kotaconsole.ui.labels import PlainLabel


class CopyLabel(PlainLabel):
    """A wrapped value. One that people copy, like a phone, takes the focus by Tab; Ctrl+C copies it."""

    def __init__(self) -> None:
        super().__init__(wrap=True)
        self._copy = ""

    def offer(self, copy: str) -> None:
        """What Ctrl+C takes; nothing makes the label a plain one."""
        self._copy = copy
        self.setProperty("copy", bool(copy))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if copy else Qt.FocusPolicy.NoFocus)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._copy and is_copy(event):
            QGuiApplication.clipboard().setText(self._copy)
        else:
            super().keyPressEvent(event)
