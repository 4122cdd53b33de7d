"""The few signs of the screen, drawn, so that they look alike on a machine without symbol fonts.

Each differs in shape, not only in colour: a filled diamond, a filled triangle, a ring; a dotted ring, a tick,
an exclamation mark.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

Symbol = Literal["P1", "P2", "P3", "dot", "pending", "hub", "refused", "transfer"]


def paint(painter: QPainter, symbol: Symbol, box: QRectF, colour: QColor) -> None:
    """Draw a symbol inside a box, centred."""
    side = min(box.width(), box.height())
    area = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if symbol in ("P1", "P2"):
        painter.drawPolygon(_polygon(symbol, area))
    elif symbol == "dot":
        painter.drawEllipse(area.adjusted(1, 1, -1, -1))
    else:
        _strokes(painter, symbol, area, colour)
    painter.restore()


def _polygon(symbol: Symbol, area: QRectF) -> QPolygonF:
    middle = area.center()
    if symbol == "P1":
        points = (
            (middle.x(), area.top()),
            (area.right(), middle.y()),
            (middle.x(), area.bottom()),
            (area.left(), middle.y()),
        )
        return QPolygonF([QPointF(x, y) for x, y in points])
    return QPolygonF([QPointF(middle.x(), area.top()), area.bottomRight(), area.bottomLeft()])


def _strokes(painter: QPainter, symbol: Symbol, area: QRectF, colour: QColor) -> None:
    side = area.width()
    pen = QPen(colour, max(1.6, side / 7))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = area.adjusted(pen.widthF(), pen.widthF(), -pen.widthF(), -pen.widthF())
    if symbol == "pending":
        pen.setDashPattern([1.0, 1.6])
    painter.setPen(pen)
    if symbol in ("P3", "pending"):
        painter.drawEllipse(inner)
    elif symbol == "hub":
        low = QPointF(area.left() + side * 0.4, area.bottom() - side * 0.18)
        painter.drawPolyline([QPointF(area.left() + side * 0.12, area.center().y() + side * 0.05), low])
        painter.drawPolyline([low, QPointF(area.right() - side * 0.1, area.top() + side * 0.18)])
    elif symbol == "refused":
        x = area.center().x()
        painter.drawLine(QPointF(x, area.top() + side * 0.1), QPointF(x, area.top() + side * 0.6))
        painter.drawPoint(QPointF(x, area.bottom() - side * 0.1))
    elif symbol == "transfer":
        y = area.center().y()
        painter.drawLine(QPointF(area.left(), y - 2), QPointF(area.right(), y - 2))
        painter.drawLine(QPointF(area.left(), y + 3), QPointF(area.right(), y + 3))
