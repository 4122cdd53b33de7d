"""Hands on the keyboard: chords and text, English and Hindi (InScript) layouts, as key presses."""

from __future__ import annotations

import re
import time

from tests.world.xlib import Display

LAYOUTS = ("us", "in(deva)")
_GROUPS = {None: 0, "en": 0, "hi": 1}
_ALIASES = {
    "ctrl": "Control_L",
    "shift": "Shift_L",
    "alt": "Alt_L",
    "altgr": "ISO_Level3_Shift",
    "enter": "Return",
    "esc": "Escape",
    "tab": "Tab",
    "del": "Delete",
    "pgup": "Prior",
    "pgdn": "Next",
    "backspace": "BackSpace",
    "home": "Home",
    "end": "End",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}
_LATIN_1 = range(0x20, 0x100)
_UNICODE_KEYSYM = 0x1000000
_SPECIAL_CHARACTERS = {"\n": 0xFF0D, "\t": 0xFF09}


class Keyboard:
    """Presses keys through XTEST, with the Hindi group locked where a character needs it.

    Nothing is remapped on the fly, so programs see the same key codes as from a real Hindi keyboard. XTEST returns
    before the program has handled the key: wait for the effect.
    """

    def __init__(self, display: Display, pace: float = 0.004) -> None:
        self._display, self._pace = display, pace
        self._keys: dict[int, tuple[int, int, int]] = {}  # keysym -> (key code, group, level), the plainest way first
        for group in (0, 1):
            for level in range(4):
                for code in range(8, 256):
                    keysym = display.x.XkbKeycodeToKeysym(display.handle, code, group, level)
                    if keysym:
                        self._keys.setdefault(keysym, (code, group, level))

    def chord(self, spec: str, layout: str | None = None, hold: float = 0.0) -> None:
        """Press ``"ctrl+shift+n"``, ``"Return"``, ``"F6"``; ``layout="hi"``: the same key, the Hindi layout on.

        Args:
            spec: Keys joined by ``+``.
            layout: None or ``"en"``, or ``"hi"``.
            hold: Seconds the keys stay down.
        """
        parts = [p or "plus" for p in re.split(r"\+(?!$)", spec)] if spec != "+" else ["plus"]
        with self._display.lock:
            codes = self._chord_codes(parts)
            self._group(_GROUPS[layout])
            for code in codes:
                self._press(code, down=True)
            if hold:
                time.sleep(hold)
            for code in reversed(codes):
                self._press(code, down=False)
            if layout:
                self._group(0)
            time.sleep(self._pace)

    def _chord_codes(self, parts: list[str]) -> list[int]:
        codes = []
        for part in parts:
            plain = part.lower() if len(part) == 1 and len(parts) > 1 else part
            code, _, level = self._keys[self._keysym(plain)]
            if level & 1 and "shift" not in (p.lower() for p in parts):
                codes.append(self._keys[self._keysym("shift")][0])
            codes.append(code)
        return codes

    def can_type(self, character: str) -> bool:
        """Whether one of the two layouts has the character (emoji and curly quotes: no; paste them)."""
        return _character_keysym(character) in self._keys

    def text(self, text: str) -> None:
        """Press the keys of each character; all must be typable."""
        shift, third_level = self._keys[self._keysym("shift")][0], self._keys[self._keysym("altgr")][0]
        now = None
        with self._display.lock:
            for character in text:
                code, group, level = self._keys[_character_keysym(character)]
                if group != now:
                    self._group(group)
                    now = group
                modifiers = [m for bit, m in ((1, shift), (2, third_level)) if level & bit]
                for key in (*modifiers, code):
                    self._press(key, down=True)
                for key in (code, *reversed(modifiers)):
                    self._press(key, down=False)
                time.sleep(self._pace)
            self._group(0)

    def _keysym(self, name: str) -> int:
        found = int(self._display.x.XStringToKeysym(_ALIASES.get(name.lower(), name).encode()))
        if not found and len(name) == 1:
            found = _character_keysym(name)
        if not found:
            raise ValueError(f"no key called {name!r}")
        return found

    def _press(self, code: int, *, down: bool) -> None:
        self._display.xtest.XTestFakeKeyEvent(self._display.handle, code, int(down), 0)
        self._display.sync()

    def _group(self, group: int) -> None:
        self._display.x.XkbLockGroup(self._display.handle, 0x100, group)
        self._display.sync()


def _character_keysym(character: str) -> int:
    code = ord(character)
    return _SPECIAL_CHARACTERS.get(character) or (code if code in _LATIN_1 else _UNICODE_KEYSYM | code)
