"""A window with a label, a field, a table and a button, all told by keys: something to be driven."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override


class Toy(QWidget):
    """F6 changes the label; the button copies the field into it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Toy")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._said, self._field = QLabel("nothing yet"), QLineEdit()
        caption, button = QLabel("&Note"), QPushButton("Say it")
        caption.setBuddy(self._field)
        button.clicked.connect(self._say)
        layout = QVBoxLayout(self)
        for widget in (self._said, caption, self._field, button, _table()):
            layout.addWidget(widget)
        self.setFocus()

    def _say(self) -> None:
        self._said.setText(self._field.text())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            self._said.setText("F6 was pressed")
        else:
            super().keyPressEvent(event)


def _table() -> QTableWidget:
    table = QTableWidget(40, 2)
    table.setAccessibleName("Cases")
    table.setHorizontalHeaderLabels(["number", "flags"])
    for row in range(40):
        table.setItem(row, 0, QTableWidgetItem(f"2026-{row + 1:06}"))
        table.setItem(row, 1, QTableWidgetItem("2" if row == 0 else "1"))
    table.setRowHidden(2, True)
    return table


if __name__ == "__main__":
    application = QApplication(sys.argv)
    toy = Toy()
    toy.show()
    sys.exit(application.exec())
