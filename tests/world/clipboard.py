"""Typing whole texts: keys where a layout has the character, the clipboard for the rest."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable

from tests.world.keyboard import Keyboard
from tests.world.processes import Nest
from tests.world.waiting import until


class Typist:
    """Writes texts into whatever has the keyboard."""

    def __init__(self, nest: Nest, keyboard: Keyboard, field: Callable[[], str | None] = lambda: None) -> None:
        """``field`` tells what the widget that has the keyboard holds; None where nobody can know."""
        self._nest, self._keyboard, self._field = nest, keyboard, field

    def type(self, text: str) -> None:
        """Press the keys of each character; what no layout has (emoji, curly quotes) is pasted."""
        for typable, run in itertools.groupby(text, self._keyboard.can_type):
            part = "".join(run)
            if typable:
                self._keyboard.text(part)
            else:
                self._paste_and_see(part)

    def paste(self, text: str) -> None:
        """Put a text on the clipboard and press ctrl+V; wait for the effect before the clipboard changes again."""
        # xclip stays behind to serve the clipboard: its output must not be a pipe that somebody waits for
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-i"],
            env=self._nest.env,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=30,
        )
        # it comes back before the screen knows of the new owner, and who presses ctrl+V then pastes the old text
        until(lambda: self.clipboard() == text, 30, "the clipboard to hold the text")
        self._keyboard.chord("ctrl+v")

    def _paste_and_see(self, part: str) -> None:
        """The program asks for the clipboard when it gets to the key: the next part must not stand there before."""
        before = self._field()
        self.paste(part)
        if before is not None:
            until(lambda: (self._field() or "").count(part) > before.count(part), 30, lambda: f"{part!r} to be pasted")

    def clipboard(self) -> str:
        """What was copied last; empty when nothing."""
        return self._nest.run(["xclip", "-selection", "clipboard", "-o"], check=False).stdout
