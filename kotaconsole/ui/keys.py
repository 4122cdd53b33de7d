"""Keys that act under every keyboard layout.

Under a Hindi layout alone a key that carries the letter N sends a Devanagari letter, and neither N nor Ctrl+N ever
fires. So every action has a function key or Space, and letters are also known by the place of their key.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

_EVDEV_X11: Final = 8
"""X11 key codes are the kernel's plus 8; Wayland's, as Qt reports them, are the same."""


class Letter(StrEnum):
    """Second keys, alive only while the list or the case has the focus."""

    ACKNOWLEDGE = "A"
    NOTE = "N"
    SLIP = "D"
    CONTACT = "C"
    OUTCOME = "O"
    SEARCH = "/"
    HELP = "?"


class Chord(StrEnum):
    """What Ctrl does anywhere in the window."""

    LANGUAGE = "L"
    THEME = "T"
    LARGER = "+"
    SMALLER = "-"
    NORMAL = "0"


# Places on the keyboard as the Linux kernel numbers them (input-event-codes.h).
_LETTER_AT: Final = {30: Letter.ACKNOWLEDGE, 49: Letter.NOTE, 32: Letter.SLIP, 46: Letter.CONTACT, 24: Letter.OUTCOME}
_COPY_AT: Final = 46
_CHORD_AT: Final = {
    38: Chord.LANGUAGE, 20: Chord.THEME, 13: Chord.LARGER, 78: Chord.LARGER, 12: Chord.SMALLER, 74: Chord.SMALLER,
    11: Chord.NORMAL, 82: Chord.NORMAL,
}  # fmt: skip
_CHORD_KEYS: Final = {
    Qt.Key.Key_L: Chord.LANGUAGE, Qt.Key.Key_T: Chord.THEME, Qt.Key.Key_Plus: Chord.LARGER,
    Qt.Key.Key_Equal: Chord.LARGER, Qt.Key.Key_Minus: Chord.SMALLER, Qt.Key.Key_Underscore: Chord.SMALLER,
    Qt.Key.Key_0: Chord.NORMAL,
}  # fmt: skip
_HELD: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def letter_of(event: QKeyEvent) -> Letter | None:
    """The second key that was pressed, by its letter or, under another script, by its place."""
    if event.modifiers() & _HELD:
        return None
    typed = event.text().upper()
    if typed in set(Letter):
        return Letter(typed)
    if typed.isascii() and typed.isalpha():
        return None  # a Latin layout of another order: its letters count, not their places
    return _LETTER_AT.get(_place(event))


def chord_of(event: QKeyEvent) -> Chord | None:
    """What was pressed together with Ctrl, by key or by place."""
    if event.modifiers() & _HELD != Qt.KeyboardModifier.ControlModifier:
        return None
    found = _CHORD_KEYS.get(Qt.Key(event.key()))
    return found or (None if event.key() < 0x80 else _CHORD_AT.get(_place(event)))


def is_copy(event: QKeyEvent) -> bool:
    """Whether Ctrl and the key of C were pressed."""
    if event.modifiers() & _HELD != Qt.KeyboardModifier.ControlModifier:
        return False
    return event.key() == Qt.Key.Key_C or (event.key() >= 0x80 and _place(event) == _COPY_AT)


def is_enter(event: QKeyEvent) -> bool:
    """Whether one of the two Enter keys was pressed."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _place(event: QKeyEvent) -> int:
    if QGuiApplication.platformName() not in ("xcb", "wayland"):
        return -1
    return event.nativeScanCode() - _EVDEV_X11
