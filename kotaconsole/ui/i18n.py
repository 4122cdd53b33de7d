"""The language of the screen, switched live. Hindi is the default; digits stay 0-9 in both."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QObject, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from kotaconsole.domain.errors import Bilingual, Language
from kotaconsole.domain.text import display


def QT_TRANSLATE_NOOP(_context: str, source: str) -> str:  # noqa: N802  # the name lupdate looks for
    """Mark a string for translation; it is translated where it is shown."""
    return source


class Languages(QObject):
    """The language in force. Widgets also get Qt's LanguageChange event.

    Signals:
        changed(): the language was switched; what was made of data has to be said again.

    Attributes:
        language: hi or en.
        complete: whether the Hindi catalogue could be loaded.
    """

    changed = Signal()

    def __init__(self, app: QApplication, catalogue: Path, language: Language = "hi") -> None:
        """Install a language.

        Args:
            app: the application.
            catalogue: the compiled Hindi catalogue (`kotaconsole_hi.qm`); the source strings are English.
            language: which language to begin with.
        """
        super().__init__(app)
        self._app = app
        self._hindi = QTranslator(self)
        self.complete = self._hindi.load(str(catalogue))
        self.language: Language = "en"
        # Latin digits and a 24 h clock in either language, whatever the machine's locale says.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.India))
        if language == "hi":
            self.use("hi")

    def use(self, language: Language) -> None:
        """Switch; every widget says itself again."""
        if language == self.language:
            return
        self.language = language
        if language == "hi":
            self._app.installTranslator(self._hindi)
        else:
            self._app.removeTranslator(self._hindi)
        self.changed.emit()

    def toggle(self) -> None:
        """Hindi to English and back."""
        self.use("en" if self.language == "hi" else "hi")

    def say(self, words: Bilingual) -> str:
        """A sentence from data, in the language in force and made harmless."""
        return display(words.say(self.language))
