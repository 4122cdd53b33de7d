"""The strip along the top: who, how many, and whether what is shown can be trusted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from kotaconsole.domain.directory import Directory
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import LinkView, SoundView
from kotaconsole.ui.elided_label import ElidedLabel
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import row_of
from kotaconsole.ui.symbols import Symbol
from kotaconsole.ui.text import clock, display, duration_words
from kotaconsole.ui.widgets import Sign

_NO_BREAK: Final = "\u00a0"
_SIGN: Final[dict[str, Symbol]] = {
    "live": "dot", "ok": "dot", "degraded": "dot", "connecting": "pending", "starting": "pending", "lost": "refused",
}  # fmt: skip


class _Counter(QWidget):
    """A word and a number."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone
        self._name, self._number = PlainLabel(muted=True), PlainLabel(face="counter")
        self.setLayout(row_of([self._name, self._number], gap=7))

    def show_count(self, name: str, count: int, meaning: str) -> None:
        self.setToolTip(meaning)
        self._number.setAccessibleDescription(meaning)
        self._name.say(name)
        self._number.say(str(count))
        self._number.tone(self._tone if count else "")
        self._number.setAccessibleName(f"{name} {count}")


class _State(QWidget):
    """A sign and its words."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign, self.words = Sign(context.theme), PlainLabel()
        self.setLayout(row_of([self._sign, self.words], gap=6))

    def show_state(self, symbol: Symbol, tone: str, words: str, why: str) -> None:
        self._sign.show_as(
            "pending" if symbol == "pending" else "refused" if symbol == "refused" else "dot", tone, words
        )
        self.words.say(words)
        self.words.tone(tone if tone in ("p1", "p2", "ok") else "")
        self.setToolTip(why)
        self.words.setAccessibleDescription(why)


class StatusStrip(QFrame):
    """Shift, counters, link, sound, what is still to send, language, theme, clock.

    Signals:
        language_asked(): switch the language.
        theme_asked(): switch the theme.
    """

    language_asked = Signal()
    theme_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._context = context
        self._link, self._sound = context.desk.link(), context.desk.sound()
        self._counts = (0, 0, 0, 0)
        self._brief = False
        self._unit_name = display(context.desk.operator.unit)
        self._directory: Directory | None = None
        self._shift = PlainLabel(strong=True)
        self._who = ElidedLabel(muted=True)
        self._counters = (_Counter("p1"), _Counter(""), _Counter("p2"), _Counter("p1"))
        self._link_state, self._sound_state, self._to_send = _State(context), _State(context), _State(context)
        self._language, self._theme = self._button(), self._button()
        self._language.clicked.connect(self.language_asked)
        self._theme.clicked.connect(self.theme_asked)
        self._clock = PlainLabel(face="counter")
        self._arrange()
        self._say()

    def _button(self) -> QPushButton:
        button = QPushButton()
        button.setProperty("flat", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @override
    def minimumSizeHint(self) -> QSize:
        # Narrower than everything it could say: then the least needed words step back, the window never widens.
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()  # only now do the parts know their fonts

    def _fit(self) -> None:
        """Leave out what has a key or stands elsewhere until the rest fits."""
        for left_out in range(3):
            self._theme.setVisible(left_out < 1)
            self._brief = left_out >= 2
            self._shift.setVisible(not self._brief)
            self._say_counts()
            self._across.invalidate()
            if self._across.totalMinimumSize().width() <= self.width():
                return

    def _arrange(self) -> None:
        left = row_of([self._shift, self._who], gap=6)
        left.setStretch(1, 1)
        middle = row_of(list(self._counters), gap=18)
        states = [self._link_state, self._sound_state, self._to_send]
        right = row_of([1, *states, self._language, self._theme, self._clock], gap=10)
        across = self._across = QHBoxLayout()
        across.setContentsMargins(14, 5, 14, 5)
        across.setSpacing(16)
        across.addLayout(left, 1)
        across.addLayout(middle)
        across.addLayout(right, 1)
        self.setLayout(across)

    # ------------------------------------------------------------------------------------------ what to show
    def show_link(self, view: LinkView) -> None:
        """The link's latest state."""
        self._link = view
        self._say_states()
        self._fit()

    def show_sound(self, view: SoundView) -> None:
        """The sound's latest state."""
        self._sound = view
        self._say_states()
        self._fit()

    def show_counts(self, new: int, in_hand: int, awaiting: int, overdue: int) -> None:
        """The four counters."""
        if (new, in_hand, awaiting, overdue) != self._counts:
            self._counts = (new, in_hand, awaiting, overdue)
            self._say_counts()

    def show_directory(self, directory: Directory | None) -> None:
        """Where the unit's name comes from."""
        self._directory = directory
        self._say_who()

    def tick(self) -> None:
        """Once a second: the clock and the age of the data."""
        self._clock.say(clock(self._context.desk.now()))
        self._say_states()
        if self._across.totalMinimumSize().width() > self.width():
            self._fit()

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self._language.setText("हि / EN")
        self._language.setToolTip(self.tr("Language (Ctrl+L)"))
        self._language.setAccessibleName(self.tr("Switch to the other language (Ctrl+L)"))
        night = self._context.theme.name == "night"
        self._theme.setText(self.tr("Light") if night else self.tr("Night"))
        self._theme.setToolTip(self.tr("Light or night (Ctrl+T)"))
        self._theme.setAccessibleName(self.tr("Switch between light and night (Ctrl+T)"))
        self._clock.setToolTip(self.tr("Time at the hub, IST"))
        self._say_who()
        self._say_counts()
        self.tick()
        self._fit()

    def said_again(self) -> None:
        """The theme changed: its button offers the other one."""
        self._say()

    def _say_who(self) -> None:
        desk = self._context.desk
        shift = desk.shift()
        self._shift.say(self.tr("Shift %1").replace("%1", display(shift.name)))
        unit = desk.operator.unit
        name = self._context.languages.say(self._directory.name(unit)) if self._directory else unit
        parts = [f"{shift.start_hour:02d}–{shift.end_hour:02d}", desk.operator.name, f"{name} {desk.desk_code or ''}"]
        self._who.say(" · ".join(part.strip() for part in parts))

    def _say_counts(self) -> None:
        awaiting = self.tr("AWAITING") if self._brief else self.tr("AWAITING RECEIPT")
        names = (self.tr("NEW"), self.tr("IN HAND"), awaiting, self.tr("OVERDUE"))
        meanings = (
            self.tr("Alarm not acknowledged"),
            self.tr("Acknowledged and open, with this unit"),
            self.tr("Forwarded; the other unit has not confirmed receipt"),
            self.tr("Alarm not acknowledged for more than 60 seconds"),
        )
        for counter, name, count, meaning in zip(self._counters, names, self._counts, meanings, strict=True):
            counter.show_count(name.replace(" ", _NO_BREAK), count, meaning)

    def _say_states(self) -> None:
        say, language = self._context.languages.say, self._context.languages.language
        link, sound = self._link, self._sound
        age = self._data_age()
        link_words = {
            "live": self.tr("link %1").replace("%1", duration_words(age or 0, language)),
            "degraded": self.tr("link weak %1").replace("%1", duration_words(age or 0, language)),
            "lost": self.tr("NOT LIVE"),
            "connecting": self.tr("connecting"),
        }[link.state]
        tone = {"live": "ok", "degraded": "p2", "lost": "p1", "connecting": "p2"}[link.state]
        self._link_state.show_state(_SIGN[link.state], tone, link_words, say(link.why) if link.why else "")
        sound_words = {
            "ok": self.tr("sound ok"),
            "lost": self.tr("SOUND LOST"),
            "starting": self.tr("sound not yet checked"),
        }
        tone = {"ok": "ok", "lost": "p1", "starting": "p2"}[sound.state]
        why = say(sound.why) if sound.why else ""
        self._sound_state.show_state(_SIGN[sound.state], tone, sound_words[sound.state], why)
        to_send = self.tr("to send %1").replace("%1", str(link.to_send))
        self._to_send.show_state("pending" if link.to_send else "dot", "p2" if link.to_send else "muted", to_send, "")

    def _data_age(self) -> float | None:
        last = self._link.last_good
        return None if last is None else max(0.0, self._context.desk.monotonic() - last)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
