"""What every part of the window is given when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kotaconsole.ui.choices import Preferences
from kotaconsole.ui.desk import Desk
from kotaconsole.ui.i18n import Languages
from kotaconsole.ui.keys import Chord
from kotaconsole.ui.tasks import Tasks
from kotaconsole.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Context:
    """The desk, the look, the language and the threads for work that may wait."""

    desk: Desk
    theme: Theme
    languages: Languages
    tasks: Tasks

    def as_preferred(self) -> None:
        """Language, theme and size as whoever works here chose them last time."""
        chosen = self.desk.preferences()
        self.languages.use(chosen.language)
        self.theme.use(chosen.theme)
        self.theme.set_scale(chosen.scale)

    def change(self, chord: Chord) -> None:
        """Switch language, theme or size, here and for the next time."""
        match chord:
            case Chord.LANGUAGE:
                self.languages.toggle()
            case Chord.THEME:
                self.theme.toggle()
            case Chord.LARGER:
                self.theme.zoom(1)
            case Chord.SMALLER:
                self.theme.zoom(-1)
            case Chord.NORMAL:
                self.theme.zoom(0)
        chosen = Preferences(self.languages.language, self.theme.name, self.theme.scale)
        self.tasks.run("write", partial(self.desk.save_preferences, chosen), _nothing)


def _nothing(_result: object) -> None:
    return None
