"""Rows and columns of widgets. Apart from the widgets themselves, because the first window needs only these."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget


def row_of(
    widgets: Sequence[QWidget | int], *, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Widgets in a row; a number stands for a stretch."""
    box = QHBoxLayout()
    box.setContentsMargins(*margins)
    box.setSpacing(gap)
    for widget in widgets:
        if isinstance(widget, int):
            box.addStretch(widget)
        else:
            box.addWidget(widget)
    return box


def column_of(widgets: Sequence[QWidget | QLayout | int], *, gap: int = 6) -> QVBoxLayout:
    """Widgets and layouts under one another; a number stands for a stretch."""
    box = QVBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(gap)
    for widget in widgets:
        if isinstance(widget, int):
            box.addStretch(widget)
        elif isinstance(widget, QLayout):
            box.addLayout(widget)
        else:
            box.addWidget(widget)
    return box
