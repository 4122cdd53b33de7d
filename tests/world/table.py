"""Reading the tables of a window, cell by cell, without scrolling."""

from __future__ import annotations

from dataclasses import dataclass

from tests.world.bus import Bus, Ref, ask, get_property
from tests.world.tree import state_names, variant

_PATIENCE = 60.0  # seconds for a whole table: 7 cells a millisecond were measured


@dataclass(frozen=True)
class Cell:
    """One cell as it was read.

    Attributes:
        text: AccessibleTextRole if the model gives it, else DisplayRole; "" where only a delegate paints.
        states: "showing", "selected" and the like.
        width: Logical pixels; 0 in a hidden column.
        height: Logical pixels; 0 in a hidden row. A cell that is only scrolled out keeps its size.
    """

    text: str
    states: frozenset[str]
    width: int
    height: int

    @property
    def stands(self) -> bool:
        """Whether a person can bring it before their eyes, by scrolling at most."""
        return self.width > 0 and self.height > 0

    @property
    def showing(self) -> bool:
        """Whether it is before their eyes now."""
        return "showing" in self.states and self.stands


class Table:
    """A table or tree on the accessibility bus."""

    def __init__(self, bus: Bus, ref: Ref) -> None:
        self._bus, self._ref = bus, ref

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the model; hidden ones are counted too."""
        rows, columns = self._bus.many([get_property(self._ref, "Table", n) for n in ("NRows", "NColumns")])
        return int(variant(rows, 0)), int(variant(columns, 0))

    def header(self) -> list[str]:
        """Column titles."""
        columns = range(self.shape[1])
        bodies = self._bus.many([ask(self._ref, "Table", "GetColumnDescription", "i", i) for i in columns])
        return [str(b[0]) if b else "" for b in bodies]

    def cell_ref(self, row: int, column: int) -> Ref | None:
        """Where one cell lives; None if there is none."""
        body = self._bus.one(ask(self._ref, "Table", "GetAccessibleAt", "ii", row, column))
        return None if not body or body[0][1].endswith("/null") else (body[0][0], body[0][1])

    def cells(self) -> list[list[Cell]]:
        """All cells, row by row; what vanished meanwhile reads as an empty cell without size."""
        rows, columns = self.shape
        if not columns:
            return []
        places = [(r, c) for r in range(rows) for c in range(columns)]
        bodies = self._bus.many([ask(self._ref, "Table", "GetAccessibleAt", "ii", r, c) for r, c in places], _PATIENCE)
        refs: list[Ref] = [(b[0][0], b[0][1]) if b else (self._ref[0], "/org/a11y/atspi/null") for b in bodies]
        names = self._bus.many([get_property(ref, "Accessible", "Name") for ref in refs], _PATIENCE)
        states = self._bus.many([ask(ref, "Accessible", "GetState") for ref in refs], _PATIENCE)
        boxes = self._bus.many([ask(ref, "Component", "GetExtents", "u", 0) for ref in refs], _PATIENCE)
        flat = []
        for name, state, box in zip(names, states, boxes, strict=True):
            width, height = (max(0, int(v)) for v in (box[0][2:4] if box else (0, 0)))
            flat.append(Cell(str(variant(name, "")), state_names(state), width, height))
        return [flat[i : i + columns] for i in range(0, len(flat), columns)]

    def selected_rows(self) -> list[int]:
        """Row numbers. A QTableView needs SelectRows for this; in a tree look at the cells' "selected" state."""
        body = self._bus.one(ask(self._ref, "Table", "GetSelectedRows"))
        return [int(r) for r in body[0]] if body else []
