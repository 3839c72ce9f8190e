"""Where the county map puts things: projection, inset for the core districts, names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

# 锦江 青羊 金牛 武侯 成华: tiny beside the rest, so the map shows them again, larger.
CORE_DISTRICTS = ("510104", "510105", "510106", "510107", "510108")
MARGIN = 10.0
INSET_TITLE = 20.0
INSET_LARGEST, INSET_SMALLEST = 230.0, 70.0

Ring = Sequence[tuple[float, float]]


class Boundary(Protocol):
    """A county's outer rings and label point, (longitude, latitude) in degrees."""

    @property
    def code(self) -> str:
        """GB/T 2260 code."""

    @property
    def polygons(self) -> Sequence[Ring]:
        """Outer rings."""

    @property
    def label(self) -> tuple[float, float]:
        """Where its name belongs."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A county in map units: degrees of latitude, y downwards, x shortened by cos(latitude)."""

    code: str
    path: QPainterPath
    label: QPointF


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A name and the rectangle it is written in."""

    code: str
    text: str
    rect: QRectF


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Everything in widget pixels: outlines, the inset's frame and outlines, the core's frame."""

    outlines: Mapping[str, QPainterPath]
    labels: Mapping[str, QPointF]
    inset: QRectF
    inset_outlines: Mapping[str, QPainterPath]
    inset_labels: Mapping[str, QPointF]
    core: QRectF

    def county_at(self, point: QPointF) -> str | None:
        """Return the county under a point; the inset lies above the map."""
        if self.inset.contains(point):
            return _hit(self.inset_outlines, point)
        return _hit(self.outlines, point)

    def anchor(self, code: str) -> QPointF:
        """Return the point that stands for a county: in the inset where it is shown there."""
        return self.inset_labels.get(code) or self.labels[code]


def _hit(outlines: Mapping[str, QPainterPath], point: QPointF) -> str | None:
    return next((code for code, path in outlines.items() if path.contains(point)), None)


def project(boundaries: Sequence[Boundary]) -> tuple[Outline, ...]:
    """Project degrees to map units: equirectangular, x scaled by cos of the middle latitude."""
    latitudes = [lat for item in boundaries for ring in item.polygons for _, lat in ring]
    if not latitudes:
        return ()
    shrink = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))

    def flat(point: tuple[float, float]) -> QPointF:
        return QPointF(point[0] * shrink, -point[1])

    def path(item: Boundary) -> QPainterPath:
        whole = QPainterPath()
        for ring in item.polygons:
            whole.addPolygon(QPolygonF([flat(point) for point in ring]))
            whole.closeSubpath()
        return whole

    return tuple(Outline(item.code, path(item), flat(item.label)) for item in boundaries)


def _bounds(outlines: Sequence[Outline]) -> QRectF:
    whole = QRectF()
    for item in outlines:
        whole = whole.united(item.path.boundingRect())
    return whole


def _fit(source: QRectF, target: QRectF, align: float = 0.5) -> QTransform:
    """Return the transform of `source` into `target`; `align` 0 left … 1 right."""
    scale = min(target.width() / source.width(), target.height() / source.height())
    left = target.left() + (target.width() - source.width() * scale) * align
    top = target.top() + (target.height() - source.height() * scale) / 2
    move = QTransform.fromTranslate(left, top)
    return (
        QTransform.fromScale(scale, scale) * move
        if source.isNull()
        else (
            QTransform.fromTranslate(-source.left(), -source.top())
            * QTransform.fromScale(scale, scale)
            * move
        )
    )


def _corners(area: QRectF, size: QSizeF) -> tuple[QRectF, ...]:
    left, top = area.left(), area.top()
    right, bottom = area.right() - size.width(), area.bottom() - size.height()
    places = ((left, top), (right, top), (right, bottom), (left, bottom))
    return tuple(QRectF(QPointF(x, y), size) for x, y in places)


def _free_corner(area: QRectF, paths: Sequence[QPainterPath]) -> QRectF:
    """Return the largest square in a corner that covers no county; null where none is free."""
    side = min(INSET_LARGEST, area.width() * 0.42, area.height() * 0.52)
    while side >= INSET_SMALLEST:
        for corner in _corners(area, QSizeF(side, side + INSET_TITLE)):
            grown = corner.adjusted(-4, -4, 4, 4)
            if not any(path.intersects(grown) for path in paths):
                return corner
        side -= 6
    return QRectF()


def lay_out(outlines: Sequence[Outline], size: QSizeF) -> MapLayout:
    """Fit the map and its inset into a widget of `size` pixels.

    The map leans right as far as that gives the inset a larger free corner on the left.
    """
    area = QRectF(QPointF(0, 0), size).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    whole = _bounds(outlines)
    best: tuple[float, QTransform, QRectF] | None = None
    for align in (0.5, 0.75, 1.0):
        fit = _fit(whole, area, align)
        inset = _free_corner(area, [fit.map(item.path) for item in outlines])
        if best is None or inset.width() > best[0] + 12:
            best = (inset.width(), fit, inset)
    assert best is not None
    return _finish(outlines, best[1], best[2])


def _finish(outlines: Sequence[Outline], fit: QTransform, inset: QRectF) -> MapLayout:
    core = [item for item in outlines if item.code in CORE_DISTRICTS]
    core_bounds = _bounds(core)
    if inset.isNull() or not core:
        inset, core = QRectF(), []
    zoom = _fit(core_bounds, inset.adjusted(6, INSET_TITLE, -6, -6)) if core else QTransform()
    return MapLayout(
        outlines={item.code: fit.map(item.path) for item in outlines},
        labels={item.code: fit.map(item.label) for item in outlines},
        inset=inset,
        inset_outlines={item.code: zoom.map(item.path) for item in core},
        inset_labels={item.code: zoom.map(item.label) for item in core},
        core=fit.mapRect(core_bounds),
    )


def place_labels(
    wanted: Sequence[tuple[str, str, QSizeF]],
    outlines: Mapping[str, QPainterPath],
    anchors: Mapping[str, QPointF],
    taken: Sequence[QRectF] = (),
) -> tuple[PlacedLabel, ...]:
    """Place names without overlap: (code, text, size) in order of importance.

    A name may move a little inside its county; where no place is free it is left out.
    """
    used = list(taken)
    placed: list[PlacedLabel] = []
    for code, text, size in wanted:
        rect = _place(size, outlines[code], anchors[code], used)
        if rect is not None:
            used.append(rect)
            placed.append(PlacedLabel(code, text, rect))
    return tuple(placed)


def _place(
    size: QSizeF, outline: QPainterPath, anchor: QPointF, used: Sequence[QRectF]
) -> QRectF | None:
    width, height = size.width(), size.height()
    for down, across in _SHIFTS:
        center = QPointF(anchor.x() + across * width, anchor.y() + down * height)
        if not outline.contains(center):
            continue
        rect = QRectF(center.x() - width / 2, center.y() - height / 2, width, height)
        if not any(rect.intersects(other) for other in used):
            return rect
    return None


_SHIFTS = sorted(
    ((down / 3, across / 4) for down in range(-5, 6) for across in range(-4, 5)),
    key=lambda shift: shift[0] ** 2 + shift[1] ** 2,
)
