"""The list of cases: sorted once, kept sorted, never reset.

Rows come as snapshots. Each one is put, moved or taken by bisection, so that selection and scroll stay where the
operator left them; `data` only looks into a Python list.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Language
from kotaconsole.domain.listing import CaseRow, order
from kotaconsole.ui.models import columns
from kotaconsole.ui.models.columns import Column

Index = QModelIndex | QPersistentModelIndex
Place = tuple[bool, int, bool, Instant, str]
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_ROOT: Final = QModelIndex()


class CaseModel(QAbstractTableModel):
    """The cases a filter lets through, in the order of the desk.

    Attributes:
        counts: how many cases carry each tag, also those the filter hides.

    Thread: GUI.
    """

    def __init__(
        self,
        now: Callable[[], Instant],
        language: Callable[[], Language],
        tags: Callable[[CaseRow], Iterable[str]] | None = None,
        parent: QObject | None = None,
        *,
        training_hub: Callable[[], bool] = bool,
    ) -> None:
        """An empty list.

        Args:
            now: the clock ages are counted by.
            language: the language in force.
            tags: under which names a case is counted; looked at once per change, so that counting costs nothing.
            parent: Qt owner.
            training_hub: whether everything is training, so that no line has to say it.
        """
        super().__init__(parent)
        self._now, self._language, self._training_hub = now, language, training_hub
        self._rows: dict[str, CaseRow] = {}
        self._ringing: dict[str, CaseRow] = {}
        self._tags = tags or _no_tags
        self.counts: Counter[str] = Counter()
        self._places: list[Place] = []
        self._lets: Callable[[CaseRow], bool] = _everything
        self._pinned: str | None = None

    # ------------------------------------------------------------------------------------------ reading
    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._places)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[self._places[index.row()][4]]
        if role == Qt.ItemDataRole.DisplayRole:
            return columns.shown(row, Column(index.column()), self._now(), self._language())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            column, hub = Column(index.column()), self._training_hub()
            return columns.spoken(row, column, self._now(), self._language(), training_hub=hub)
        if role == ROW_ROLE:
            return row
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if orientation is Qt.Orientation.Horizontal and role in wanted and 0 <= section < len(Column):
            return columns.header(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def row_at(self, line: int) -> CaseRow:
        """The case on a line."""
        return self._rows[self._places[line][4]]

    def row_of(self, key: str) -> CaseRow | None:
        """A case by its key, whether the filter shows it or not."""
        return self._rows.get(key)

    def line_of(self, key: str) -> int | None:
        """The line a case stands on, or None when it is not shown."""
        row = self._rows.get(key)
        return None if row is None else self._found(order(row))

    def ringing(self) -> Iterable[CaseRow]:
        """Unacknowledged cases, also those the filter hides."""
        return self._ringing.values()

    def all_rows(self) -> Iterable[CaseRow]:
        """Every case, also those the filter hides."""
        return self._rows.values()

    def hidden_new(self) -> int:
        """How many unacknowledged cases the filter hides; they are never forgotten."""
        return sum(1 for row in self._ringing.values() if not self._wanted(row))

    # ------------------------------------------------------------------------------------------ writing
    def fill(self, rows: Sequence[CaseRow]) -> None:
        """Make the list hold exactly these cases, touching only lines that differ."""
        coming = {row.key: row for row in rows}
        self.merge((), [key for key in self._rows if key not in coming])
        fresh = [row for key, row in coming.items() if key not in self._rows]
        self.merge([row for key, row in coming.items() if key in self._rows and row != self._rows[key]])
        for row in fresh:
            self._keep(row)
        self._insert_runs(sorted(order(row) for row in fresh if self._wanted(row)))

    def merge(self, rows: Iterable[CaseRow], gone: Iterable[str] = ()) -> None:
        """Put these cases in their places and take out those that are gone."""
        for key in gone:
            self._take(key)
        for row in rows:
            self._put(row)

    def filter(self, lets: Callable[[CaseRow], bool]) -> None:
        """Show only what passes. The view sees all lines leave and the new ones come."""
        self._lets = lets
        if self._places:
            self.beginRemoveRows(_ROOT, 0, len(self._places) - 1)
            self._places.clear()
            self.endRemoveRows()
        self._insert_runs(sorted(order(row) for row in self._rows.values() if self._wanted(row)))

    def pin(self, key: str | None) -> None:
        """Keep showing one case although the filter would hide it: a selected line never goes away by itself."""
        before, self._pinned = self._pinned, key
        for touched in {before, key} - {None}:
            row = self._rows.get(touched or "")
            if row is not None:
                self._put(row)

    def said_again(self) -> None:
        """The language changed: every cell reads differently."""
        if self._places:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._places) - 1, len(Column) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    # ------------------------------------------------------------------------------------------ one line
    def _wanted(self, row: CaseRow) -> bool:
        return row.key == self._pinned or self._lets(row)

    def _found(self, place: Place) -> int | None:
        at = bisect_left(self._places, place)
        return at if at < len(self._places) and self._places[at] == place else None

    def _put(self, row: CaseRow) -> None:
        old = self._rows.get(row.key)
        self._keep(row)
        at = self._found(order(old)) if old is not None else None
        wanted = self._wanted(row)
        if at is None:
            if wanted:
                self._insert_runs([order(row)])
        elif not wanted:
            self._remove(at)
        elif order(row) != self._places[at]:
            self._move(at, order(row))
        elif old != row:
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(Column) - 1))

    def _take(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        at = self._found(order(row))
        if at is not None:
            self._remove(at)
        self._forget(row)
        del self._rows[key]

    def _keep(self, row: CaseRow) -> None:
        old = self._rows.get(row.key)
        if old is not None:
            self._forget(old)
        self._rows[row.key] = row
        self.counts.update(self._tags(row))
        if row.ringing:
            self._ringing[row.key] = row

    def _forget(self, row: CaseRow) -> None:
        self.counts.subtract(self._tags(row))
        self._ringing.pop(row.key, None)

    def _remove(self, at: int) -> None:
        self.beginRemoveRows(_ROOT, at, at)
        del self._places[at]
        self.endRemoveRows()

    def _move(self, at: int, place: Place) -> None:
        to = bisect_left(self._places, place)
        if to in (at, at + 1):
            self._places[at] = place
        else:
            self.beginMoveRows(_ROOT, at, at, _ROOT, to)
            del self._places[at]
            insort(self._places, place)
            self.endMoveRows()
        now_at = bisect_left(self._places, place)
        self.dataChanged.emit(self.index(now_at, 0), self.index(now_at, len(Column) - 1))

    def _insert_runs(self, places: Sequence[Place]) -> None:
        """Insert sorted places, those that fall between the same two lines as one run."""
        start = 0
        while start < len(places):
            at = bisect_left(self._places, places[start])
            end = start + 1
            if at == len(self._places):
                end = len(places)
            else:
                while end < len(places) and places[end] < self._places[at]:
                    end += 1
            self.beginInsertRows(_ROOT, at, at + end - start - 1)
            self._places[at:at] = places[start:end]
            self.endInsertRows()
            start = end


def _everything(_row: CaseRow) -> bool:
    return True


def _no_tags(_row: CaseRow) -> tuple[str, ...]:
    return ()
