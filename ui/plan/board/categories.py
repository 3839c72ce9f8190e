"""What the colour and pattern of a chip say, and their names for the legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from envoy_app.domain.plans import VisitOrigin, VisitView
from ui import theme
from ui.plan.labels import Labels

SIDE = 6
NO_TEAM = ""
"""Key of the visits on which people of no team go."""


class ColourBy(StrEnum):
    """What a chip's colour says."""

    SPECIALTY = "specialty"
    TEAM = "team"
    CITY = "city"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of visits; `index` chooses colour and pattern, so that either tells it alone."""

    key: str
    title: str
    index: int


LACKING = Category("lacking", "缺人或待核对", 1)
LOCKED = Category("locked", "已锁定", 0)
BY_HAND = Category("by_hand", "手工添加", 5)
DEMANDED = Category("demanded", "服务需求", 4)
USUAL = Category("usual", "覆盖标准", -1)


def category_of(labels: Labels, visit: VisitView, colour_by: ColourBy) -> Category:
    """Return the kind of a visit."""
    if colour_by is ColourBy.SPECIALTY:
        code = visit.roles[0].specialty
        return Category(code, labels.specialty(code), theme.specialty_index(code))
    if colour_by is ColourBy.CITY:
        city = labels.city(visit.county)
        return Category(city, city or "其他", theme.city_index(city))
    return _team(labels, visit) if colour_by is ColourBy.TEAM else _state(labels, visit)


def _team(labels: Labels, visit: VisitView) -> Category:
    """The team of the first person who is of one."""
    cards = (labels.plan.envoys.get(envoy) for envoy in visit.envoys)
    codes = (card.team_county for card in cards if card)
    code = next((code for code in codes if code), NO_TEAM)
    if code == NO_TEAM:
        return Category(NO_TEAM, "机动人员", -1)
    return Category(code, f"{labels.county_short(code)}县团", labels.county_index(code))


def _state(labels: Labels, visit: VisitView) -> Category:
    if labels.incomplete(visit):
        return LACKING
    if visit.locked:
        return LOCKED
    if visit.by_hand is not None:
        return BY_HAND
    return DEMANDED if visit.origin is VisitOrigin.DEMAND else USUAL


def counted(
    labels: Labels, visits: Iterable[VisitView], colour_by: ColourBy
) -> tuple[tuple[Category, int], ...]:
    """Return the kinds among visits with their numbers, most first."""
    counts = Counter(category_of(labels, visit, colour_by) for visit in visits)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0].title)))


def ink_on(fill: QColor) -> QColor:
    """Return the colour of a pattern on a chip: plain to see, and text still reads on it."""
    return theme.mix(theme.tokens().text, fill, 0.34)


# Eight patterns by the ends of their strokes in a tile of 6 px; with nine colours no two of the
# first 72 kinds have both in common.
_STROKES: tuple[tuple[tuple[float, float, float, float], ...], ...] = (
    (),
    ((-1, 7, 7, -1),),
    ((1.5, 2, 2.5, 2), (4.5, 5, 5.5, 5)),
    ((0, 2.5, 6, 2.5),),
    ((-1, -1, 7, 7),),
    ((2.5, 0, 2.5, 6),),
    ((-1, 7, 7, -1), (-1, -1, 7, 7)),
    ((0, 2.5, 6, 2.5), (2.5, 0, 2.5, 6)),
)


def texture(index: int, fill: QColor) -> QBrush:
    """Return how a kind fills an area: its pattern on its colour."""
    strokes = _STROKES[index % len(_STROKES)] if index >= 0 else ()
    if not strokes:
        return QBrush(fill)
    tile = QPixmap(SIDE, SIDE)
    tile.fill(fill)
    painter = QPainter(tile)
    pen = painter.pen()
    pen.setColor(ink_on(fill))
    pen.setWidthF(1.4)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    slanted = any(x != u and y != v for x, y, u, v in strokes)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, slanted)
    for x, y, u, v in strokes:
        painter.drawLine(QPointF(x, y), QPointF(u, v))
    painter.end()
    return QBrush(tile)
