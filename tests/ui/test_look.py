"""Colours that can be told apart, and signs that need none."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from kotaconsole.ui import symbols
from kotaconsole.ui.theme import COLOURS, ROW


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "night"])
def test_every_text_can_be_read_on_every_ground(theme: str) -> None:
    colours = COLOURS[theme]
    for ink in (colours.text, colours.muted, colours.accent, colours.p1, colours.p2, colours.p3, colours.ok):
        for ground in (colours.bg, colours.surface, colours.selected):
            assert contrast(ink, ground) >= 4.5
    assert contrast(colours.surface, colours.accent) >= 4.5  # words on the button of the next step
    assert contrast(colours.surface, colours.p1) >= 4.5  # words on a banner
    assert contrast(colours.surface, colours.p3) >= 4.5


def drawn(symbol: str) -> list[bool]:
    """Which pixels a sign covers, in black alone."""
    image = QImage(26, 26, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    symbols.paint(painter, symbol, QRectF(1, 1, 24, 24), QColor("black"))
    painter.end()
    return [QColor(image.pixel(x, y)).lightness() < 128 for y in range(26) for x in range(26)]


def test_signs_differ_in_shape_without_any_colour(qapp) -> None:
    signs = {name: drawn(name) for name in ("P1", "P2", "P3", "pending", "hub", "refused")}
    for one, other in combinations(signs, 2):
        apart = sum(a != b for a, b in zip(signs[one], signs[other], strict=True))
        assert apart >= 40, (one, other)
    assert all(any(sign) for sign in signs.values())


def test_rows_are_as_tall_as_drawn(window) -> None:
    assert window.cases.table.rowHeight(0) == ROW == 44
