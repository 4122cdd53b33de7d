"""A window with a list of cases: ``case_window.py '{"2026-000001": 2, ...}' [hidden row]``."""

from __future__ import annotations

import json
import sys

from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem


def case_table(cases: dict[str, int]) -> QTableWidget:
    """Level, number and flags, one row for each case."""
    table = QTableWidget(len(cases), 3)
    table.setWindowTitle("Cases")
    table.setAccessibleName("Cases")
    table.setHorizontalHeaderLabels(["स्तर", "संख्या", "फ्लैग"])
    for row, (number, flags) in enumerate(cases.items()):
        for column, text in enumerate(("P1", number, str(flags))):
            table.setItem(row, column, QTableWidgetItem(text))
    return table


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = case_table(json.loads(sys.argv[1]))
    for hidden in sys.argv[2:]:
        window.setRowHidden(int(hidden), True)
    window.show()
    sys.exit(application.exec())
