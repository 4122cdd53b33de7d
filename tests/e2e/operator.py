"""An operator at the desk: keys, eyes, and nothing a person would not have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.world.accessibility import Node
from tests.world.app import App
from tests.world.screen import Box
from tests.world.waiting import until
from tests.world.world import World

_USER = r"^(उपयोगकर्ता नाम|User name)$"
_PASSWORD = r"^(पासवर्ड|Password)$"
_SIGN_IN = r"^(साइन इन करें|Sign in)$"
_NOTE = r"^(टिप्पणी|Note on) [\dT—-]+$"
_SAVED = r"^(सुरक्षित, भेजना शेष|saved, not yet sent)$"
_AT_HUB = r"^(हब पर पहुँची|at the hub)$"
_SEEN_FOR = 1.3  # seconds somebody looks at a line before acknowledging it; the window wants 1
NUMBER = re.compile(r"T-\d{6}|\d{4}-\d{6}")


@dataclass(frozen=True)
class Row:
    """One line of the list as it is read aloud."""

    level: str
    number: str
    who: str
    where: str
    state: str
    holder: str
    flags: int
    sent: str

    @property
    def ringing(self) -> bool:
        """Whether nobody has acknowledged it."""
        return re.search("पावती शेष|not acknowledged", self.state) is not None


class Operator:
    """Works one console.

    Attributes:
        app: The console's process and windows.
        world: The desk around it.
    """

    def __init__(self, world: World, app: App) -> None:
        self.world, self.app = world, app
        self._table: Node | None = None

    # the sign-in window
    def sign_in(self, name: str, password: str) -> None:
        """Type both and press Enter; does not wait for what comes."""
        self.app.label(_USER).type(name, clear=True)
        self.world.key("Return")
        self.type_password(password)

    def type_password(self, password: str) -> None:
        """Type the password anew and press Enter."""
        self.app.label(_PASSWORD).type(password, clear=True)
        self.world.key("Return")

    def wait_for_list(self, timeout: float = 40) -> Node:
        """Wait for the main window and its list."""
        self._table = self.app.find("table", None, timeout=timeout)
        until(lambda: self.app.screen.active() in [w.id for w in self.app.windows()], 10, "the window to be in front")
        return self._table

    # the list
    @property
    def table(self) -> Node:
        """The list."""
        return self._table or self.wait_for_list()

    def rows(self) -> list[Row]:
        """The list from top to bottom as it stands now."""
        return [_row(cells) for cells in self.table.rows()]

    def row(self, number: str) -> Row | None:
        """One line by its case number, or None."""
        return next((row for row in self.rows() if row.number == number), None)

    def wait_for_row(self, timeout: float = 20, **like: str) -> Row:
        """The first line whose fields match the regular expressions; waits for it."""

        def look() -> Row | None:
            return next(
                (r for r in self.rows() if all(re.search(p, str(getattr(r, f))) for f, p in like.items())), None
            )

        return until(look, timeout, lambda: f"a line with {like}; lines: {self.rows()}", 0.1)

    @property
    def chosen(self) -> str | None:
        """Number of the chosen case."""
        lines = self.table.selected_rows()
        return self.rows()[lines[0]].number if lines else None

    def choose_top(self) -> str:
        """Press Home; the number of the case that is now shown."""
        return self._choose("Home")

    def choose_next(self) -> str:
        """Press Down; the number of the case that is now shown."""
        return self._choose("Down")

    def _choose(self, key: str) -> str:
        before = self.chosen
        self.world.key(key)
        number = until(lambda: self.chosen, 5, "a chosen line")
        if key == "Down" and before is not None:
            number = until(lambda: self.chosen != before and self.chosen, 5, "the next line to be chosen")
        self.app.find("label", f"^{number}$", timeout=10)  # the case itself is shown
        return number

    def look(self, seconds: float = _SEEN_FOR) -> None:
        """Look at the screen for a while, as a person does."""
        end = self.world.mark() + seconds
        until(lambda: self.world.mark() >= end, seconds + 5)

    def acknowledge(self) -> float:
        """Look at the chosen line, press Space, wait until the desk says it is in hand; when Space was pressed."""
        number = self.chosen
        assert number is not None
        self.look()
        pressed = self.world.mark()
        self.world.key("space")

        def quiet() -> bool:
            row = self.row(number)
            return row is not None and not row.ringing

        until(quiet, 10, lambda: f"{number} to be in hand: {self.row(number)}; notice: {self.notice()!r}", 0.05)
        return pressed

    # notes
    @property
    def note_line(self) -> Node:
        """Where notes are written."""
        return self.app.find("text", _NOTE)

    def begin_note(self, text: str) -> Node:
        """Press F4 and type, without Enter."""
        self.world.key("F4")
        line = self.note_line
        until(lambda: line.has("focused"), 5, "the note line to take the keyboard")
        self.world.type(text)
        until(lambda: line.text == text, 5, lambda: f"the note line to hold what was typed: {line.text!r}")
        return line

    def write_note(self, text: str) -> None:
        """Write a note with Enter; returns when the desk says that it is saved or further."""
        line = self.begin_note(text)
        self.world.key("Return")
        until(lambda: line.text == "", 5, "the note line to be empty again")
        self.app.find("label", f"{_SAVED}|{_AT_HUB}", timeout=10)

    def note_is_saved_only(self) -> None:
        """Wait until the note line says: saved here, not at the hub."""
        self.app.find("label", _SAVED, timeout=10)

    def note_is_at_hub(self, timeout: float = 30) -> None:
        """Wait until the note line says: at the hub."""
        self.app.find("label", _AT_HUB, timeout=timeout)

    def back_to_list(self) -> None:
        """Esc: the keyboard belongs to the list again."""
        self.world.key("Escape")
        until(lambda: self.table.has("focused"), 5, "the list to take the keyboard")

    # sheets
    def open_inform(self) -> Box:
        """F6; the sheet's place on the screen, once its slip is shown."""
        self.world.key("F6")
        return self._sheet_box(r"^(सूचित करें \+ पर्ची|Inform \+ slip)")

    def choose_unit(self, words: str) -> None:
        """Type into the search of the inform sheet, take the first unit found with Down, read it where it is named."""
        field = self._typing(words)
        until(lambda: field.text == words, 5, lambda: f"the search to hold {words!r}: {field.text!r}")
        until(lambda: (units := self.units()) and words in units[0], 5, lambda: f"{words!r} first in {self.units()}")
        self.world.key("Down")
        self.app.find("label", f"^(इकाई|Unit).*{words}", timeout=5)

    def units(self) -> list[str]:
        """The units the inform sheet offers."""
        return self.app.find("list").items()

    def name_officer(self, name: str) -> None:
        """Tab past the units and type the officer's name."""
        self.world.keys("Tab", "Tab")
        field = self._typing(name)
        until(lambda: field.text == name, 5, lambda: f"the officer's name: {field.text!r}")

    def submit(self) -> None:
        """Ctrl+Enter."""
        self.world.key("ctrl+Return")

    def close_sheet(self) -> None:
        """Esc, and wait until no sheet stands."""
        self.world.key("Escape")
        self.sheets_are_gone()

    def sheets_are_gone(self) -> None:
        """Wait until the main window stands alone and has the keyboard."""
        until(lambda: len(self.app.windows()) == 1, 10, lambda: f"no sheet; windows: {self.app.windows()}")
        self.app.focus_window()

    def record_contact(self, who: str) -> None:
        """F11, face to face, by whom; Ctrl+Enter."""
        self.world.key("F11")
        self._sheet_box(r"^(व्यक्ति से संपर्क हुआ|Contact made)")
        self.world.key("space")
        self.app.find("radio button", r"^(हाँ, आमने-सामने|Yes, in person)$", states=("checked",))
        self.world.key("Tab")
        if not self._focused_field():
            self.world.key("Tab")
        field = self._typing(who)
        until(lambda: field.text == who, 5, lambda: f"who reached the person: {field.text!r}")
        self.submit()
        self.sheets_are_gone()

    def close_case(self, outcome: str, summary: str, shot: str | None = None) -> None:
        """F10, the outcome (a regular expression) by arrow keys, a sentence; Ctrl+Enter."""
        self.world.key("F10")
        self._sheet_box(r"^(निस्तारण|Outcome)")
        wanted = self.app.find("radio button", outcome)
        self._press_until("Down", wanted)
        self.world.key("space")
        until(lambda: wanted.has("checked"), 5, "the outcome to be chosen")
        field = self.app.label(r"^(क्या परिणाम रहा|How it ended)")
        self._press_until("Tab", field)
        self.world.type(summary)
        until(lambda: field.text.strip() == summary, 5, lambda: f"the summary: {field.text!r}")
        if shot:
            self.world.screenshot(shot)
        self.submit()
        self.sheets_are_gone()

    def _press_until(self, key: str, wanted: Node) -> None:
        """Press a key again and again until this widget has the keyboard."""
        for _ in range(12):
            if wanted.has("focused"):
                return
            self._press_on(key)
        raise AssertionError(f"{key} never came to {wanted!r}")

    def _press_on(self, key: str) -> None:
        before = self.app.focused()
        self.world.key(key)
        until(lambda: self.app.focused() != before, 3, f"{key} to move the keyboard on")

    def _sheet_box(self, title: str) -> Box:
        until(lambda: len(self.app.windows()) > 1, 10, "a sheet")
        sheet = self.app.find("dialog", title)
        until(lambda: self.app.screen.active() == self.app.windows()[-1].id, 5, "the sheet to have the keyboard")
        return sheet.box

    def _focused_field(self) -> Node | None:
        node = self.app.focused()
        return node if node is not None and node.has("editable") else None

    def _typing(self, text: str) -> Node:
        field = until(self._focused_field, 5, lambda: f"a field with the keyboard; it has {self.app.focused()!r}")
        self.world.type(text)
        return field

    # what the window says
    def notice(self) -> str:
        """The sentence of the notice bar, if one stands."""
        button = self.app.find_all("button", r"^(हटाएँ|Put away)$")
        return button[0].parent().name if button else ""

    def says(self, pattern: str, timeout: float = 15) -> Node:
        """Wait until something in the window says this."""
        return self.app.find(None, pattern, timeout)

    def switch_language(self) -> None:
        """Ctrl+L."""
        self.world.key("ctrl+l")

    def switch_theme(self) -> None:
        """Ctrl+T."""
        self.world.key("ctrl+t")


def _row(cells: list[str]) -> Row:
    level, number, _age, who, where, _reach, state, holder, flags, _platform, sent = cells
    found = re.search(r"\d+", flags)
    return Row(level, number, who, where, state, holder, int(found[0]) if found else 0, sent)
