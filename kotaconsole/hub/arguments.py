"""A command line that refuses in both languages.

The library says what is wrong in English only, through a hook for translations that the whole process would share. So
its finished sentences are recognised here, in one table; one that is not is told as it is, between our own words.
"""

from __future__ import annotations

import argparse
import re
from typing import Final, NoReturn

from typing_extensions import override

FAILED: Final = 2
"""The library's own exit status for wrong words."""
_SENTENCES: Final = (
    (r"the following arguments are required: (.+)", "ये शब्द ज़रूरी हैं और नहीं दिए गए: {0}"),
    (r"unrecognized arguments: (.+)", "ये शब्द समझे नहीं गए: {0}"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", "{0}: {1} मान्य नहीं है; इनमें से चुनें: {2}"),
    (r"argument (.+?): expected one argument", "{0}: इसके बाद एक मान चाहिए"),
    (r"argument (.+?): expected at least one argument", "{0}: इसके बाद कम से कम एक मान चाहिए"),
    (r"argument (.+?): expected at most one argument", "{0}: इसके बाद अधिक से अधिक एक मान हो सकता है"),
    (r"argument (.+?): expected (\d+) arguments?", "{0}: इसके बाद {1} मान चाहिए"),
    (r"argument (.+?): invalid (?:\S+) value: (.+)", "{0}: {1} सही मान नहीं है"),
    (r"argument (.+?): not allowed with argument (.+)", "{0}: यह {1} के साथ नहीं दिया जा सकता"),
    (r"argument (.+?): ignored explicit argument (.+)", "{0}: इसके साथ मान {1} नहीं दिया जा सकता"),
    (r"ambiguous option: (.+?) could match (.+)", "{0} अधूरा है, इनमें से कोई भी हो सकता है: {1}"),
    (r"one of the arguments (.+) is required", "इनमें से एक ज़रूरी है: {0}"),
)


class Parser(argparse.ArgumentParser):
    """The library's parser; sub-commands added to it are of this class too."""

    @override
    def error(self, message: str) -> NoReturn:
        """Tell what is wrong, in Hindi and English, and end with status 2; nothing has been begun."""
        usage = self.format_usage().replace("usage: ", "प्रयोग / usage: ", 1)
        said = _shown(message)
        self.exit(
            FAILED,
            f"{usage}{self.prog}: {in_hindi(said)}। कुछ भी शुरू नहीं हुआ और कुछ भी बदला नहीं गया। '{self.prog} --help' देखें।\n"
            f"{self.prog}: error: {said}. Nothing was begun or changed. See '{self.prog} --help'.\n",
        )


def in_hindi(message: str) -> str:
    """A sentence of the library in Hindi; one of our own, or an unknown one, as it is."""
    for pattern, hindi in _SENTENCES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return hindi.format(*found.groups())
    return f"गलत शब्द: {message}"


def _shown(text: str) -> str:
    """Text that moves no cursor of a terminal: what was typed comes back in it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
