"""What must be known before anything on the screen is believed; all that hold stand under one another."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import LinkView, SoundView
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import clock

_BORDER: Final = 6
_FLASH_MS: Final = 250


class _Line(QFrame):
    """One banner: a loud word and a sentence."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("kind", kind)
        self._word, self._sentence = PlainLabel(strong=True), PlainLabel(wrap=True)
        box = row_of([self._word, self._sentence], gap=14, margins=(14, 4, 14, 4))
        box.setStretch(1, 1)
        self.setLayout(box)
        self.hide()

    def show_words(self, word: str, sentence: str) -> None:
        self._word.say(word)
        self._sentence.say(sentence)
        self.setAccessibleName(f"{word} {sentence}".strip())
        self.show()


class Banners(QWidget):
    """NOT LIVE, SOUND LOST, TRAINING."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._link, self._sound = context.desk.link(), context.desk.sound()
        self._not_live, self._no_sound, self._training = _Line("trouble"), _Line("trouble"), _Line("training")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(1)
        for line in (self._no_sound, self._not_live, self._training):
            box.addWidget(line)
        self._say()

    @property
    def not_live(self) -> bool:
        """Whether the list is stamped as not live."""
        return self._not_live.isVisibleTo(self)

    @property
    def sound_lost(self) -> bool:
        """Whether no alarm could be heard."""
        return self._sound.state == "lost"

    def show_link(self, view: LinkView) -> None:
        """The link's latest state."""
        self._link = view
        self._say()

    def show_sound(self, view: SoundView) -> None:
        """The sound's latest state."""
        self._sound = view
        self._say()

    def _say(self) -> None:
        say = self._context.languages.say
        self._not_live.hide()
        if self._link.state == "lost":
            why = self._link.why
            default = self.tr(
                "The list may be old. What you enter is saved on this desk and sent later. Watch the phone."
            )
            word = self.tr("NOT LIVE since %1").replace("%1", clock(self._link.since))
            self._not_live.show_words(word, say(why) if why else default)
        self._no_sound.hide()
        if self.sound_lost:
            sound_why = self._sound.why
            default = self.tr("An alarm cannot be heard. Watch the screen; check loudspeaker, cable and volume.")
            self._no_sound.show_words(self.tr("SOUND LOST"), say(sound_why) if sound_why else default)
        self._training.hide()
        if self._context.desk.training:
            self._training.show_words(self.tr("TRAINING"), self.tr("Invented people. Nothing here is real."))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


class Border(QWidget):
    """A frame around the whole window that flashes at 2 Hz while no alarm could be heard; it takes no clicks."""

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context = context
        self._dark = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self)
        self._timer.setInterval(_FLASH_MS)
        self._timer.timeout.connect(self._flash)
        over.installEventFilter(self)
        self.hide()

    def show_border(self, wanted: bool) -> None:
        """Begin or end."""
        if wanted:
            self._fit()
            self.show()
            self.raise_()
            self._timer.start()
        else:
            self._timer.stop()
            self.hide()

    def _flash(self) -> None:
        self._dark = not self._dark
        self.update()

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            inner = self.rect().adjusted(_BORDER, _BORDER, -_BORDER, -_BORDER)
            region = self._region(self.rect(), inner)
            self.setMask(region)

    @staticmethod
    def _region(outer: QRect, inner: QRect) -> QRegion:
        return QRegion(outer).subtracted(QRegion(inner))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._context.theme.colours
        painter.setPen(QPen(QColor(colours.surface if self._dark else colours.p1), 2 * _BORDER))
        painter.drawRect(self.rect())
        painter.end()


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
