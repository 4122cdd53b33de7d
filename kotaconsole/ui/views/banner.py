"""What must be known before anything on the screen is believed; all that hold stand under one another."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.directory import Directory
from kotaconsole.domain.troubles import Unheard
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import LinkView, SoundView, WatchView
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.text import clock, display
from kotaconsole.ui.widgets import KeyButton

SEEN_KEY: Final = "Ctrl+F2"
PAUSE_KEY: Final = "Ctrl+F3"
SIGN_IN_KEY: Final = "Ctrl+F4"


class _Line(QFrame):
    """One banner: a loud word, a sentence, and perhaps buttons."""

    def __init__(self, kind: str, button: KeyButton | None = None, *others: KeyButton) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("kind", kind)
        self._word, self._sentence, self.button = PlainLabel(strong=True), PlainLabel(wrap=True), button
        parts: list[QWidget | int] = [self._word, self._sentence, *([button] if button else []), *others]
        box = row_of(parts, gap=14, margins=(14, 4, 14, 4))
        box.setStretch(1, 1)
        self.setLayout(box)
        self.hide()

    def show_words(self, word: str, sentence: str) -> None:
        self._word.say(word)
        self._sentence.say(sentence)
        self.setAccessibleName(f"{word} {sentence}".strip())
        self.show()


class Banners(QWidget):
    """SOUND LOST, SOUND PAUSED, NOT LIVE, NOT SENT, NOBODY LISTENS, CLOCK WRONG, TRAINING.

    Signals:
        seen(): what calls was seen.
        sign_in_asked(): somebody wants to sign in again.
        resumed(): the pause is to end.
    """

    seen = Signal()
    sign_in_asked = Signal()
    resumed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        desk = context.desk
        self._link, self._sound, self._watch = desk.link(), desk.sound(), desk.watch()
        self._directory: Directory | None = None
        self._sign_in = self._key_button(SIGN_IN_KEY, self.sign_in_asked)
        self._not_live = _Line("trouble", self._key_button(SEEN_KEY, self.seen), self._sign_in)
        self._unheard = _Line("trouble", self._key_button(SEEN_KEY, self.seen))
        self._paused = _Line("warning", self._key_button(PAUSE_KEY, self.resumed))
        self._no_sound, self._clock, self._training = _Line("trouble"), _Line("warning"), _Line("training")
        self._unsent = _Line("trouble")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(1)
        lines = (self._no_sound, self._paused, self._not_live, self._unsent, self._unheard, self._clock, self._training)
        for line in lines:
            box.addWidget(line)
        self._say()

    def _key_button(self, key: str, pressed: SignalInstance) -> KeyButton:
        button = KeyButton(self._context.theme, key)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(pressed)
        return button

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

    def show_watch(self, view: WatchView) -> None:
        """The latest state of what is told besides."""
        self._watch = view
        self._say()

    def show_directory(self, directory: Directory | None) -> None:
        """Where the units' names come from."""
        self._directory = directory
        self._say()

    def tick(self) -> None:
        """Once a second: the pause's countdown."""
        self._say_pause()

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self._say_link()
        self._say_unsent()
        self._say_sound()
        self._say_pause()
        self._say_unheard()
        self._say_clock()
        self._training.hide()
        if self._context.desk.training:
            self._training.show_words(self.tr("TRAINING"), self.tr("Invented people. Nothing here is real."))

    def _say_link(self) -> None:
        if self._link.state != "lost":
            self._not_live.hide()
            return
        why = self._link.why
        default = self.tr("The list may be old. What you enter is saved on this desk and sent later. Watch the phone.")
        word = self.tr("NOT LIVE since %1").replace("%1", clock(self._link.since))
        self._not_live.show_words(word, self._context.languages.say(why) if why else default)
        self._offer_seen(self._not_live)
        self._sign_in.say(self.tr("Sign in again"))
        self._sign_in.setVisible(self._link.signed_out)

    def _say_unsent(self) -> None:
        why = self._link.unsent
        if why is None or self._link.state == "lost":
            self._unsent.hide()  # a lost link says itself that nothing is sent
            return
        self._unsent.show_words(self.tr("NOT SENT"), self._context.languages.say(why))

    def _say_sound(self) -> None:
        if not self.sound_lost:
            self._no_sound.hide()
            return
        why = self._sound.why
        default = self.tr("An alarm cannot be heard. Watch the screen; check loudspeaker, cable and volume.")
        self._no_sound.show_words(self.tr("SOUND LOST"), self._context.languages.say(why) if why else default)

    def _say_pause(self) -> None:
        until = self._watch.paused_until
        if until is None:
            self._paused.hide()
            return
        left = max(0, round(until.seconds_since(self._context.desk.now())))
        self._paused.show_words(
            self.tr("SOUND PAUSED %1 s").replace("%1", str(left)),
            self.tr("What sounded is silent until then. A new red flag sounds at once."),
        )
        if self._paused.button is not None:
            self._paused.button.say(self.tr("Sound again"))

    def _say_unheard(self) -> None:
        unheard = self._watch.unheard
        if not unheard:
            self._unheard.hide()
            return
        first = min(unheard, key=lambda one: one.since)
        names = " · ".join(dict.fromkeys(self._name(one) for one in unheard))
        word = self.tr("NOBODY LISTENS since %1").replace("%1", clock(first.since))
        sentence = self.tr("%1: an alarm is not heard there. Phone them, and take their red flags until they answer.")
        self._unheard.show_words(word, sentence.replace("%1", names))
        self._offer_seen(self._unheard)

    def _name(self, one: Unheard) -> str:
        unit = self._context.languages.say(self._directory.name(one.unit)) if self._directory else one.unit
        return f"{unit} {display(one.desk)}" if one.desk else unit

    def _say_clock(self) -> None:
        if not self._watch.clock_s:
            self._clock.hide()
            return
        sentence = self.tr(
            "This computer's clock is %1 s away from the hub's. Ages are counted by the hub's clock. "
            "Ask the administrator to set the clock right."
        )
        self._clock.show_words(self.tr("CLOCK WRONG"), sentence.replace("%1", str(round(abs(self._watch.clock_s)))))

    def _offer_seen(self, line: _Line) -> None:
        if line.button is not None:
            line.button.say(self.tr("Seen"))
            line.button.setVisible(self._watch.calls)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
