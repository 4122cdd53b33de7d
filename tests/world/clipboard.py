"""Typing whole texts: keys where a layout has the character, the clipboard for the rest."""

from __future__ import annotations

import itertools
import subprocess

from tests.world.keyboard import Keyboard
from tests.world.processes import Nest


class Typist:
    """Writes texts into whatever has the keyboard."""

    def __init__(self, nest: Nest, keyboard: Keyboard) -> None:
        self._nest, self._keyboard = nest, keyboard

    def type(self, text: str) -> None:
        """Press the keys of each character; what no layout has (emoji, curly quotes) is pasted."""
        for typable, run in itertools.groupby(text, self._keyboard.can_type):
            part = "".join(run)
            if typable:
                self._keyboard.text(part)
            else:
                self.paste(part)

    def paste(self, text: str) -> None:
        """Put a text on the clipboard and press ctrl+V."""
        # xclip stays behind to serve the clipboard: its output must not be a pipe that somebody waits for
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-i"],
            env=self._nest.env,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=10,
        )
        self._keyboard.chord("ctrl+v")

    def clipboard(self) -> str:
        """What was copied last; empty when nothing."""
        return self._nest.run(["xclip", "-selection", "clipboard", "-o"], check=False).stdout
