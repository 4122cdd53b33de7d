"""The first window: who works at this desk. Imports as little as it can, because it is what everyone waits for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout
from typing_extensions import override

from kotaconsole.domain.errors import Bilingual
from kotaconsole.ui.i18n import Languages
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.theme import Theme


class SignInWindow(QFrame):
    """User name and password; a problem is a sentence, and what was typed stays.

    Signals:
        submitted(str, str): user name and password.
    """

    submitted = Signal(str, str)

    def __init__(self, theme: Theme, languages: Languages, hub_address: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self._theme, self._languages, self._address = theme, languages, hub_address
        self._problem: Bilingual | None = None
        self._title, self._hub = PlainLabel(face="title"), PlainLabel(muted=True, wrap=True)
        self._user_label, self._password_label = PlainLabel(muted=True), PlainLabel(muted=True)
        self.user, self.password = QLineEdit(), QLineEdit()
        self.user.setMaxLength(100)
        self.password.setMaxLength(300)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._user_label.setBuddy(self.user)
        self._password_label.setBuddy(self.password)
        self.problem = PlainLabel(wrap=True, tone="p1")
        self.enter, self._language = QPushButton(), QPushButton()
        self.enter.setProperty("primary", True)
        self._language.setProperty("flat", True)
        self.enter.clicked.connect(self._submit)
        self.password.returnPressed.connect(self._submit)
        self.user.returnPressed.connect(self.password.setFocus)
        self._language.clicked.connect(languages.toggle)
        self._busy = False
        self._arrange()
        self._say()

    def _arrange(self) -> None:
        px = self._theme.px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(36), px(28), px(36), px(28))
        box.setSpacing(px(6))
        box.addWidget(self._title)
        box.addWidget(self._hub)
        box.addSpacing(px(10))
        for label, field in ((self._user_label, self.user), (self._password_label, self.password)):
            box.addWidget(label)
            box.addWidget(field)
        box.addSpacing(px(8))
        box.addWidget(self.problem)
        box.addStretch(1)
        box.addLayout(row_of([self._language, 1, self.enter]))
        self.setFixedWidth(px(470))
        self.setMinimumHeight(px(420))

    # ------------------------------------------------------------------------------------------ states
    @property
    def busy(self) -> bool:
        """Whether a sign-in is under way."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """A sign-in is under way, or has ended."""
        self._busy = busy
        for field in (self.user, self.password):
            field.setReadOnly(busy)
        self.enter.setEnabled(not busy)
        if busy:
            self._problem = None
        self._say()

    def show_problem(self, problem: Bilingual) -> None:
        """What happened, what is safe, what to do; the password is selected to be typed again."""
        self._busy = False
        self._problem = problem
        for field in (self.user, self.password):
            field.setReadOnly(False)
        self.enter.setEnabled(True)
        self._say()
        self.password.setFocus()
        self.password.selectAll()

    def _submit(self) -> None:
        user, password = self.user.text().strip(), self.password.text()
        if self._busy:
            return
        if not user or not password:
            self._problem = Bilingual("Type user name and password.", "उपयोगकर्ता नाम और पासवर्ड लिखें।")
            self._say()
            (self.user if not user else self.password).setFocus()
            return
        self.set_busy(True)
        self.submitted.emit(user, password)

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self.setWindowTitle(self.tr("Kota Console: sign in"))
        self._title.say(self.tr("Sign in"))
        self._hub.say(self.tr("Hub: %1").replace("%1", self._address))
        self._user_label.say(self.tr("User name"))
        self._password_label.say(self.tr("Password"))
        self.user.setAccessibleName(self._user_label.text())
        self.password.setAccessibleName(self._password_label.text())
        self.enter.setText(self.tr("Signing in …") if self._busy else self.tr("Sign in"))
        self._language.setText("हि / EN")
        self._language.setAccessibleName(self.tr("Switch to the other language (Ctrl+L)"))
        said = self._languages.say(self._problem) if self._problem else ""
        self.problem.say(said)
        self.problem.setAccessibleName(said)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # not imported before the first key: it brings the whole `Qt` namespace, which costs 12 ms
        from kotaconsole.ui.keys import Chord, chord_of, is_enter  # noqa: PLC0415

        if chord_of(event) is Chord.LANGUAGE:
            self._languages.toggle()
        elif is_enter(event) and self.enter.hasFocus():
            self._submit()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
