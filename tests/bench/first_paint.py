"""A process that says when its first window has been painted, then ends: the console, or a bare window as the floor.

Painted means: the window's first paint event has been handled and the event loop has come back, so what was drawn
has been handed to the screen. Both kinds are watched by the same few lines, so the watching cancels out.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override


class Watch(QObject):
    """Waits for the first paint of a window."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, _say)
        return False


def _say() -> None:
    os.write(1, f"{time.monotonic():.6f}\n".encode())
    os._exit(0)  # what the program would do next is not measured here


def _watch_from_exec_on() -> None:
    """Look at every window that has been shown when the event loop begins."""
    plain: Callable[[], int] = QApplication.exec
    watch = Watch()

    def watched() -> int:
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                window.installEventFilter(watch)
        return plain()

    setattr(QApplication, "exec", staticmethod(watched))  # noqa: B010 - a plain assignment would not type


def main(words: list[str]) -> int:
    """``bare``, or ``console`` and its own arguments."""
    _watch_from_exec_on()
    if words[0] == "console":
        from kotaconsole.__main__ import main as console

        return console(words[1:])
    app = QApplication([])
    window = QMainWindow()
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
