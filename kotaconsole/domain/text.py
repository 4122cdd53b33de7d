"""Text from outside: cleaned where it comes in, made harmless where it is shown, masked until somebody looks."""

from __future__ import annotations

import unicodedata
from typing import Final

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Direction marks and overrides: they can make a number or a name read as another (CVE-2021-42574)."""
_KEPT: Final = frozenset("\u200c\u200d")
"""Joiners that Devanagari spelling needs, although they are format characters."""


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """Text fit to keep: NFC, no control or direction characters, at most `limit` characters.

    Args:
        text: any text; unpaired surrogates must have been refused before.
        limit: characters kept.
        lines: whether line feeds may stay; otherwise they become spaces.
    """
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(_shown(char, lines) for char in normal)[:limit].strip()


def display(text: str) -> str:
    """Server text made harmless for one line of a plain label."""
    return clean(text, len(text))


def has_surrogate(text: str) -> bool:
    """Whether the text holds half a character, which UTF-8 cannot carry."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def mask(text: str | None) -> str | None:
    """A name behind dots: the first letter of each word stays, so that people can be told apart aloud."""
    if text is None:
        return None
    return " ".join(f"{_first_letter(word)}•••" for word in text.split()[:4])


def mask_number(text: str | None) -> str | None:
    """A phone number behind dots: the last two digits stay."""
    if text is None:
        return None
    digits = [char for char in text if char.isdigit()]
    return f"•••••• ••{''.join(digits[-2:])}"


def _first_letter(word: str) -> str:
    """The first letter with the vowel signs that belong to it: half an akshara is no letter."""
    end = 1
    while end < len(word) and unicodedata.category(word[end]) in ("Mn", "Mc"):
        end += 1
    return word[:end]


def _shown(char: str, lines: bool) -> str:
    if char in "\n\t":
        return char if lines else " "
    if char in _BIDI:
        return ""
    category = unicodedata.category(char)
    if category in ("Cc", "Cs") or (category == "Cf" and char not in _KEPT):
        return ""
    if category in ("Zl", "Zp"):
        return "\n" if lines else " "
    return char
