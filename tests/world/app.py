"""A program with a window, seen through the accessibility bus and worked by keys and pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.world.accessibility import Node, first
from tests.world.bus import Bus, ask
from tests.world.clipboard import Typist
from tests.world.processes import Nest
from tests.world.program import Program
from tests.world.screen import Screen, Window
from tests.world.tree import Wanted, program_roots
from tests.world.waiting import WorldError, until

_TOP_LEVEL = frozenset(("frame", "window", "dialog", "application"))
_HULLS = frozenset(("filler", "panel", "viewport"))  # a text area's viewport says "focused" too
_ITEMS = frozenset(("page tab", "list item", "table cell", "cell", "tree item"))
_FIELD_STATES = frozenset(("editable", "checkable"))
_FIELD_ROLES = frozenset(("combo box", "spin button", "slider"))


class App(Program):
    """One launched program with its windows.

    Attributes:
        bus: The accessibility bus.
        screen: Where its windows stand.
    """

    def __init__(
        self,
        nest: Nest,
        screen: Screen,
        bus: Bus,
        command: Sequence[str | Path],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
    ) -> None:
        super().__init__(nest, command, env, cwd)
        self.screen, self.bus = screen, bus
        self._typist = Typist(nest, screen.keyboard, self.typed_into)
        self._root: Node | None = None
        self._scale: float | None = None

    def wait_for_window(self, timeout: float) -> None:
        """Wait until one of its windows shows on the accessibility bus and has the keyboard."""

        def ready() -> Node | None:
            root = self._seek()
            shows = root is not None and any(n.has("showing") for n in root.children())
            return root if shows and self.screen.active() in [w.id for w in self.windows()] else None

        self._root = until(
            ready, timeout, lambda: f"a window of {self.command}; windows: {self.windows()}; log: {self.log()[-1500:]}"
        )

    def _seek(self) -> Node | None:
        """Its node on the bus, found by process id, so that two programs of one name are told apart."""
        if not self.alive:
            raise WorldError(f"{self.command} ended with {self.returncode}: {self.log()[-1500:]}")
        pids = self.pids()
        return next((Node(self, ref) for pid, ref in program_roots(self.bus) if pid in pids), None)

    @property
    def root(self) -> Node:
        """The program's own node."""
        if self._root is None:
            self._root = until(
                self._seek, 60, lambda: f"{self.command} on the accessibility bus; log: {self.log()[-800:]}"
            )
        return self._root

    @property
    def scale(self) -> float:
        """Real pixels per logical pixel of Qt (QT_SCALE_FACTOR and the like), from one window seen both ways."""
        if self._scale is None:
            self._scale = self._measure_scale()
        return self._scale or 1.0

    def _measure_scale(self) -> float | None:
        for node in self.root.children():
            body = self.bus.one(ask(node.ref, "Component", "GetExtents", "u", 0))
            if not (body and body[0][2] > 0 and node.has("showing")):
                continue
            for window in self.windows():
                width = self.screen.display.width(window.id)
                if width and window.title.startswith(node.name):
                    return float(round(width / body[0][2] * 20) / 20)
        return None

    # seeing
    def find(self, role: str | None = None, name: str | None = None, timeout: float = 30.0, **more: Any) -> Node:
        """The first showing widget of this role whose name matches the pattern; waits. ``more``: see ``Wanted``."""
        return self.root.find(role, name, timeout, **more)

    def find_all(self, role: str | None = None, name: str | None = None, **more: Any) -> list[Node]:
        """All such widgets, now."""
        return self.root.find_all(role, name, **more)

    def says(self, pattern: str, timeout: float = 30.0) -> Node:
        """Wait until some showing widget's name matches."""
        return self.find(None, pattern, timeout)

    def gone(self, role: str | None = None, name: str | None = None, timeout: float = 30.0) -> None:
        """Wait until no such widget shows."""
        until(lambda: not self.find_all(role, name), timeout, f"{role} /{name}/ to go away")

    def label(self, name: str, timeout: float = 30.0) -> Node:
        """The input field that a label (its buddy) or its accessible name calls by this name."""
        return until(lambda: self._labelled(name), timeout, lambda: f"an input field called /{name}/:\n{self.dump()}")

    def _labelled(self, name: str) -> Node | None:
        for node in self.root.find_all(None, name):
            if _is_field(node):
                return node
            hit = first(node.labelled(), _is_field)
            if hit:
                return hit
        return None

    def focused(self) -> Node | None:
        """The widget that has the keyboard: the deepest one that says so.

        Qt marks the current tab and item "focused" wherever the focus is: an item is believed only if its container
        has it.
        """
        hits = [s for s in self.root.walk() if "focused" in s.states and s.role not in _TOP_LEVEL]
        hits = [s for s in hits if s.role not in _HULLS] or hits
        nodes = [Node(self, s.ref) for s in hits if s.role not in _ITEMS or Node(self, s.ref).parent().has("focused")]
        return nodes[-1] if nodes else None

    def typed_into(self) -> str | None:
        """What the field that has the keyboard holds; None when it is no field, or one that shows no letters."""
        node = self.focused()
        return node.text if node is not None and node.role == "text" and _is_field(node) else None

    def dump(self, cells: bool = False) -> str:
        """Everything that shows, one line each, for reading."""
        shown = Wanted(cells=cells)
        return "\n".join(f"{'  ' * s.depth}{s}" for s in self.root.walk(cells) if shown.fits(s))

    # windows and hands
    def windows(self) -> list[Window]:
        """Its managed windows, oldest first."""
        pids = set(self.pids())
        return [w for w in self.screen.windows() if w.pid in pids]

    def focus_window(self) -> int:
        """Raise its newest window unless one of its windows is active already; the active window's id."""
        mine = until(self.windows, 30, f"a window of {self.command}")
        if self.screen.active() not in [w.id for w in mine]:
            self.screen.activate(mine[-1].id)
        return until(self._active_window, 30, lambda: f"{mine[-1].title!r} to become the active window")

    def _active_window(self) -> int | None:
        active = self.screen.active()
        return active if active in [w.id for w in self.windows()] else None

    def click(self, x: int, y: int, times: int = 1, button: int = 1) -> None:
        """Click at real pixels."""
        self.screen.click(x, y, times, button)

    def key(self, spec: str, layout: str | None = None) -> None:
        """Press a chord; it goes to whichever window has the keyboard."""
        self.screen.keyboard.chord(spec, layout)

    def type(self, text: str) -> None:
        """Type as an operator does, Devanagari with the Hindi layout."""
        self._typist.type(text)

    def close(self, timeout: float = 30.0) -> int:
        """Ask as the window manager does (alt+F4 on the newest window); the exit code."""
        if self.alive and self.windows():
            self.screen.activate(self.windows()[-1].id)
            self.focus_window()
            self.key("alt+F4")
        return self.wait(timeout)


def _is_field(node: Node) -> bool:
    return bool(_FIELD_STATES & node.states) or node.role in _FIELD_ROLES
