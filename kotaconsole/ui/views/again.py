"""Signing in again over the list, which stays where it is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kotaconsole.ui.context import Context
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.views.signin import SignInWindow


class SignInAgain(SignInWindow):
    """The first window once more, in front of the desk and blocking nothing of it; Esc puts it away.

    Signals:
        signed_in(): somebody is signed in, perhaps another person than before.

    Thread: GUI.
    """

    signed_in = Signal()

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(context.theme, context.languages, context.desk.hub_address)
        self.setParent(over, Qt.WindowType.Dialog)
        self._over = over
        self._context = context
        self.submitted.connect(self._ask)

    def offer(self) -> None:
        """Show it in front; what was typed before stays, the password does not."""
        if not self.busy:
            self.password.clear()
        self.show()
        self.activateWindow()
        (self.password if self.user.text() else self.user).setFocus()

    def _ask(self, username: str, password: str) -> None:
        work = partial(self._context.desk.sign_in, username, password)
        self._context.tasks.run("slow", work, self._done, self._refused)

    def _done(self, _nothing: None) -> None:
        self.set_busy(False)
        self.password.clear()
        self.hide()
        self._over.activateWindow()
        self.signed_in.emit()

    def _refused(self, trouble: Trouble) -> None:
        self.show_problem(trouble.sentence)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.busy:
            self.hide()
            self._over.activateWindow()
        else:
            super().keyPressEvent(event)
