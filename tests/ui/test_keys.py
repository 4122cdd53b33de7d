"""Keys under a Hindi layout, where a key sends no Latin letter: known by their place."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from kotaconsole.ui import keys
from kotaconsole.ui.keys import Chord, Letter, chord_of, is_copy, letter_of

CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier
X11_N, X11_L, X11_A, X11_C = 57, 46, 38, 54


def pressed(key: int, text: str, place: int, held: Qt.KeyboardModifier = PLAIN) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, place, 0, 0, text)


@pytest.fixture
def x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "QGuiApplication", SimpleNamespace(platformName=lambda: "xcb"))


@pytest.mark.parametrize(("text", "letter"), [("n", Letter.NOTE), ("N", Letter.NOTE), ("/", Letter.SEARCH),
                                              ("?", Letter.HELP), ("x", None), ("", None)])  # fmt: skip
def test_letters_by_what_they_type(text: str, letter: Letter | None) -> None:
    assert letter_of(pressed(ord(text.upper() or "\0"), text, 0)) is letter


def test_letters_by_place_under_hindi(x11: None) -> None:
    assert letter_of(pressed(0x932, "ल", X11_N)) is Letter.NOTE
    assert letter_of(pressed(0x94B, "ो", X11_A)) is Letter.ACKNOWLEDGE


def test_another_latin_order_counts_by_letter_not_by_place(x11: None) -> None:
    assert letter_of(pressed(Qt.Key.Key_Q, "q", X11_A)) is None  # A and Q change places on a French keyboard


def test_chords_by_key_and_by_place(x11: None) -> None:
    assert chord_of(pressed(Qt.Key.Key_L, "\x0c", 0, CTRL)) is Chord.LANGUAGE
    assert chord_of(pressed(0x924, "त", X11_L, CTRL)) is Chord.LANGUAGE
    assert chord_of(pressed(Qt.Key.Key_C, "\x03", X11_L, CTRL)) is None  # copying stays copying
    assert chord_of(pressed(0x924, "त", X11_L)) is None


def test_copying_works_under_hindi_too(x11: None) -> None:
    assert is_copy(pressed(Qt.Key.Key_C, "\x03", 0, CTRL))
    assert is_copy(pressed(0x92E, "म", X11_C, CTRL))
    assert not is_copy(pressed(0x92E, "म", X11_C))
    assert not is_copy(pressed(Qt.Key.Key_L, "\x0c", X11_L, CTRL))


@pytest.mark.parametrize("held", [CTRL, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.MetaModifier])
def test_a_letter_with_a_modifier_is_no_second_key(held: Qt.KeyboardModifier) -> None:
    assert letter_of(pressed(Qt.Key.Key_N, "n", X11_N, held)) is None
