"""The units that were found, none of them chosen until somebody chooses it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractScrollArea, QListWidget, QListWidgetItem
from typing_extensions import override

_UNIT: Final = Qt.ItemDataRole.UserRole


class UnitList(QListWidget):
    """Lines of units. Being first in a list is no reason to be sent out: nothing is chosen by itself."""

    @property
    def unit(self) -> str | None:
        """The unit that is chosen."""
        at = self.currentRow()
        return None if at < 0 else str(self.item(at).data(_UNIT))

    def offer(self, lines: Iterable[tuple[str, str]]) -> None:
        """Show these (code, words); the chosen one stays chosen while it is among them."""
        chosen = self.unit
        self.blockSignals(True)
        self.clear()
        for code, said in lines:
            item = QListWidgetItem(said)
            item.setData(_UNIT, code)
            self.addItem(item)
        self.blockSignals(False)
        self.choose(chosen)

    def choose(self, unit: str | None) -> None:
        """Choose a unit that is shown; any other means that nothing is chosen."""
        lines = range(self.count()) if unit else ()
        self.setCurrentRow(next((at for at in lines if self.item(at).data(_UNIT) == unit), -1))

    def step(self, by: int) -> None:
        """One line on, from nothing to the first."""
        at = self.currentRow()
        self.setCurrentRow(min(max(at + by, 0), self.count() - 1) if at >= 0 else 0)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # Past QAbstractItemView, which would choose the first line by itself when it gets the focus.
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    @override
    def keyboardSearch(self, _search: str) -> None:
        """Letters belong into the search field: one that slips into the list must not choose a unit."""
