"""Arrows from the counties that lend envoys to those that borrow them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from envoy_app.services.map_layers import Flow
from ui import theme

LARGEST = 24
"""So many flows are drawn where no county is looked at: more could not be told apart."""
THINNEST, THICKEST = 1.4, 7.0
STEPPED_BACK = 0.55
BEND = 0.16
"""How far an arrow bends aside, as a share of its length: the way back bends to the other side."""


@dataclass(frozen=True)
class Arrow:
    """Where a flow is drawn: the curve, its tip and direction there, the middle for the number."""

    flow: Flow
    curve: QPainterPath
    tip: QPointF
    angle: float
    middle: QPointF
    width: float


def shown_flows(flows: Sequence[Flow], focus: str | None) -> tuple[tuple[Flow, ...], ...]:
    """Return the flows drawn faintly and those that stand out; flows come largest first."""
    own = tuple(flow for flow in flows if focus in (flow.source, flow.target))
    others = tuple(flow for flow in flows[:LARGEST] if flow not in own)
    return (others, own) if own else ((), others)


def arrow_of(flow: Flow, start: QPointF, end: QPointF, most: int) -> Arrow:
    """Return the arrow of a flow between two points; `most` are the seats of the largest."""
    line = end - start
    length = math.hypot(line.x(), line.y()) or 1.0
    aside = QPointF(-line.y(), line.x()) * BEND
    bend = (start + end) / 2 + aside
    width = THINNEST + (THICKEST - THINNEST) * math.sqrt(flow.seats / most)
    # The tip stands a little before the county's point, so that those of many are told apart.
    toward = end - bend
    reach = math.hypot(toward.x(), toward.y()) or 1.0
    tip = end - toward * (min(10.0, length / 4) / reach)
    curve = QPainterPath(start)
    curve.quadTo(bend, tip)
    angle = math.atan2(tip.y() - bend.y(), tip.x() - bend.x())
    return Arrow(flow, curve, tip, angle, curve.pointAtPercent(0.5), width)


def arrows_of(
    flows: Sequence[Flow], anchor: Callable[[str], QPointF], focus: str | None
) -> tuple[list[Arrow], list[Arrow]]:
    """Return the arrows that step back and those that stand out, each largest first."""
    most = flows[0].seats if flows else 1
    faint, strong = (
        [arrow_of(flow, anchor(flow.source), anchor(flow.target), most) for flow in part]
        for part in shown_flows(flows, focus)
    )
    return [replace(item, width=item.width * STEPPED_BACK) for item in faint], strong


def paint_arrows(
    painter: QPainter, faint: Sequence[Arrow], strong: Sequence[Arrow], focus: str | None
) -> None:
    """Paint the arrows; of the county in focus what it lends is told from what it borrows."""
    colours = theme.tokens()
    for item in reversed(faint):
        _paint(painter, item, theme.mix(colours.muted, colours.surface, 0.45), colours)
    for item in reversed(strong):
        lends = focus is None or item.flow.source == focus
        _paint(painter, item, colours.text if lends else colours.changed, colours)


def _paint(painter: QPainter, arrow: Arrow, colour: QColor, colours: theme.Tokens) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(colours.surface, arrow.width + 2.0), QPen(colour, arrow.width)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.strokePath(arrow.curve, pen)
    side = 5.0 + arrow.width * 1.3
    head = QPolygonF(
        [
            arrow.tip + QPointF(math.cos(arrow.angle + turn), math.sin(arrow.angle + turn)) * reach
            for turn, reach in ((0.0, side * 0.8), (2.5, side), (-2.5, side))
        ]
    )
    painter.setPen(QPen(colours.surface, 1.0))
    painter.setBrush(colour)
    painter.drawPolygon(head)


def paint_numbers(painter: QPainter, arrows: Sequence[Arrow], font: QFont) -> None:
    """Write the seats on the arrows; the largest keeps its number where room is short."""
    colours = theme.tokens()
    metrics = QFontMetricsF(font)
    taken: list[QRectF] = []
    painter.setFont(font)
    for arrow in arrows:
        text = str(arrow.flow.seats)
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
        box.moveCenter(arrow.middle)
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        painter.setPen(QPen(colours.muted, 0.8))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colours.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
