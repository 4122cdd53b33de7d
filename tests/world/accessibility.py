"""Live handles on widgets: reading them, pressing them, reading tables.

Gotchas (Qt 6.11):
    - A custom model is read whole, without scrolling: AccessibleTextRole if the model gives it, else DisplayRole. A
      cell that only a delegate paints reads "".
    - A widget that only paints itself is a nameless "filler" unless it has an accessibleName.
    - A combo box is named by its current text; find it by its buddy label (``App.label``).
    - Password fields read as bullets. QTreeView is a "tree", QMessageBox an "alert message" (its words are a label
      inside), QTabBar a "page tab list".
    - Extents are logical pixels; ``Node.box`` multiplies by the window's scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, Self

from typing_extensions import override

from tests.world.bus import Bus, Ref, ask, get_property
from tests.world.screen import Box
from tests.world.table import Table
from tests.world.tree import Seen, Wanted, role_name, state_names, variant, walk
from tests.world.waiting import WorldError, until

_PRESSING = ("press", "toggle", "showmenu", "click", "activate")


class Hands(Protocol):
    """What a node needs of its program to be worked by pointer and keys."""

    @property
    def bus(self) -> Bus:
        """The accessibility bus."""

    @property
    def scale(self) -> float:
        """Real pixels per logical pixel."""

    def focus_window(self) -> int:
        """Bring the program's window to the front."""

    def click(self, x: int, y: int, times: int = 1, button: int = 1) -> None:
        """Click at real pixels."""

    def key(self, spec: str, layout: str | None = None) -> None:
        """Press a chord."""

    def type(self, text: str) -> None:
        """Press the keys of a text."""


class Node:
    """One widget; every read asks the program anew."""

    def __init__(self, hands: Hands, ref: Ref) -> None:
        self._hands, self.ref = hands, ref

    @override
    def __repr__(self) -> str:
        return f"<{self.role} {self.name!r}>"

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other.ref == self.ref

    @override
    def __hash__(self) -> int:
        return hash(self.ref)

    def _property(self, interface: str, name: str, default: Any = None) -> Any:
        return variant(self._hands.bus.one(get_property(self.ref, interface, name)), default)

    def _ask(
        self, interface: str, member: str, signature: str | None = None, *arguments: Any, timeout: float = 30.0
    ) -> Any:
        return self._hands.bus.one(ask(self.ref, interface, member, signature, *arguments), timeout)

    # reading
    @property
    def name(self) -> str:
        """The accessible name."""
        return str(self._property("Accessible", "Name", ""))

    @property
    def description(self) -> str:
        """The accessible description."""
        return str(self._property("Accessible", "Description", ""))

    @property
    def identifier(self) -> str:
        """Qt's accessible identifier: the object names down to the widget."""
        return str(self._property("Accessible", "AccessibleId", ""))

    @property
    def role(self) -> str:
        """The role, "gone" when the widget is."""
        body = self._ask("Accessible", "GetRoleName")
        return role_name(body[0]) if body else "gone"

    @property
    def states(self) -> frozenset[str]:
        """Words such as "focused", "checked", "selected", "showing", "enabled"."""
        return state_names(self._ask("Accessible", "GetState")) or frozenset(["defunct"])

    def has(self, state: str) -> bool:
        """Whether it is in this state."""
        return state in self.states

    @property
    def text(self) -> str:
        """What stands in a field or label; falls back to the name."""
        body = self._ask("Text", "GetText", "ii", 0, -1)
        return str(body[0]) if body else self.name

    @property
    def value(self) -> Any:
        """Number of a slider, spin box or progress bar."""
        return self._property("Value", "CurrentValue")

    @property
    def box(self) -> Box:
        """x, y, width, height on the screen in real pixels."""
        body = self._ask("Component", "GetExtents", "u", 0)
        if not body:
            raise WorldError(f"{self!r} has no place on the screen")
        x, y, w, h = (round(v * self._hands.scale) for v in body[0])
        return x, y, w, h

    def children(self) -> list[Node]:
        """Direct children."""
        body = self._ask("Accessible", "GetChildren")
        return [Node(self._hands, (c[0], c[1])) for c in (body[0] if body else ())]

    def parent(self) -> Node:
        """The widget around it."""
        bus_name, path = self._property("Accessible", "Parent")
        return Node(self._hands, (bus_name, path))

    def walk(self, cells: bool = False) -> list[Seen]:
        """Everything inside, breadth first."""
        return walk(self._hands.bus, self.ref, cells)

    def labelled(self) -> list[Node]:
        """The fields this label is the buddy of."""
        label_for = 1
        body = self._ask("Accessible", "GetRelationSet")
        return [
            Node(self._hands, (t[0], t[1]))
            for kind, targets in (body[0] if body else ())
            if kind == label_for
            for t in targets
        ]

    # looking inside
    def find_all(self, role: str | None = None, name: str | None = None, **more: Any) -> list[Node]:
        """Everything inside with this role and a name that matches the regular expression; ``more``: see ``Wanted``."""
        wanted = Wanted(role, name, **more)
        return [Node(self._hands, seen.ref) for seen in self.walk(wanted.cells) if wanted.fits(seen)]

    def find(self, role: str | None = None, name: str | None = None, timeout: float = 30.0, **more: Any) -> Node:
        """The first of ``find_all``; waits for it."""
        wanted = Wanted(role, name, **more)
        last: list[Seen] = []

        def look() -> Node | None:
            last[:] = self.walk(wanted.cells)
            return next((Node(self._hands, seen.ref) for seen in last if wanted.fits(seen)), None)

        return until(look, timeout, lambda: f"{wanted}; showing instead: {_near(last, wanted)}")

    # working it
    @property
    def actions(self) -> list[str]:
        """Names of its accessibility actions."""
        count = self._property("Action", "NActions", 0) or 0
        bodies = self._hands.bus.many([ask(self.ref, "Action", "GetName", "i", i) for i in range(count)])
        return [str(b[0]) if b else "" for b in bodies]

    def press(self, action: str | None = None) -> Self:
        """Do its main (or the named) accessibility action.

        On a button this is animateClick: the click comes 100-150 ms later. For latencies use ``click`` or keys. A
        program that does not answer within 3 s because the action opened a modal loop counts as having done it.
        """
        names = [a.lower() for a in self.actions]
        choice = next((a for a in ([action.lower()] if action else _PRESSING) if a in names), None)
        if choice is None:
            raise WorldError(f"{self!r} cannot do {action or 'press'}, only {names}")
        try:
            self._ask("Action", "DoAction", "i", names.index(choice), timeout=3.0)
        except WorldError:
            return self  # no answer yet: a modal loop runs inside the action
        return self

    def click(self, times: int = 1, button: int = 1, at: tuple[int, int] | None = None) -> Self:
        """Click with the pointer, on the middle or ``at`` an offset from the top left corner."""
        self._hands.focus_window()
        x, y, w, h = until(self._sized_box, 30, lambda: f"{self!r} to have a size")
        dx, dy = at or (w // 2, h // 2)
        self._hands.click(x + dx, y + dy, times, button)
        return self

    def _sized_box(self) -> Box | None:
        box = self.box
        return box if box[2] > 0 else None

    def focus(self) -> Self:
        """Give it the keyboard through the accessibility interface."""
        self._ask("Component", "GrabFocus")
        return self._wait_for_focus()

    def _wait_for_focus(self) -> Self:
        until(lambda: self.has("focused"), 30, lambda: f"{self!r} to take the focus")
        return self

    def type(self, text: str, clear: bool = False) -> Self:
        """Click into it and press the keys of the text."""
        if not self.has("focused"):
            self.click()
            self._wait_for_focus()
        if clear:
            self._hands.key("ctrl+a")
            self._hands.key("Delete")
        self._hands.type(text)
        return self

    # tables and lists
    @property
    def table(self) -> Table:
        """The same widget as a table or tree."""
        return Table(self._hands.bus, self.ref)

    def cell(self, row: int, column: int) -> Node:
        """One cell."""
        ref = self.table.cell_ref(row, column)
        if ref is None:
            raise WorldError(f"{self!r} has no cell {row}, {column}; shape {self.table.shape}")
        return Node(self._hands, ref)

    def rows(self) -> list[list[str]]:
        """Texts of all cells of the model, hidden and scrolled-out ones too; "" where a cell says nothing."""
        return [[cell.text for cell in row] for row in self.table.cells()]

    def showing_rows(self) -> list[list[str]]:
        """Texts of what stands on the screen now: no hidden or scrolled-out rows, no hidden columns."""
        lines = [[cell.text for cell in row if cell.showing] for row in self.table.cells()]
        return [line for line in lines if line]

    def standing_rows(self) -> list[list[str]]:
        """Texts of what a person can see, by scrolling at most: no hidden rows, no hidden columns."""
        lines = [[cell.text for cell in row if cell.stands] for row in self.table.cells()]
        return [line for line in lines if line]

    def header(self) -> list[str]:
        """Column titles."""
        return self.table.header()

    def selected_rows(self) -> list[int]:
        """Row numbers, see ``Table.selected_rows``."""
        return self.table.selected_rows()

    def items(self) -> list[str]:
        """Names of the children of a list, combo box, menu or tab bar."""
        return [child.name for child in self.children()]

    def select(self, index: int) -> Self:
        """Choose a child through the accessibility interface."""
        self._ask("Selection", "SelectChild", "i", index)
        return self


def first(nodes: list[Node], fits: Callable[[Node], bool]) -> Node | None:
    """The first that fits."""
    return next((node for node in nodes if fits(node)), None)


def _near(seen: list[Seen], wanted: Wanted) -> list[str]:
    role = role_name(wanted.role) if wanted.role else None
    return [str(s) for s in seen if "showing" in s.states and (role is None or s.role == role)][:40]
