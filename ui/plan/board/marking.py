"""What the board shows besides its one chip or row: visits marked, a heading, what is locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.plan.board.layout import BoardLayout, Chip, RowKind
from ui.plan.board.timeline import DayColumn, Timeline

SIGN = 10
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class HeadKind(Enum):
    """What a heading above the board stands for."""

    DAY = "day"
    WEEK = "week"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Head:
    """A heading that is selected, and its working days."""

    kind: HeadKind
    days: tuple[date, ...]


@dataclass(frozen=True)
class Locks:
    """How many visits are locked: by row's key, and which ones by place of the day."""

    rows: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[int, frozenset[str]] = field(default_factory=dict)
    total: int = 0

    def on(self, columns: Iterable[DayColumn]) -> int:
        """Return how many visits on some days are locked."""
        return len(frozenset[str]().union(*(self.days.get(c.index, ()) for c in columns)))


def locks_of(layout: BoardLayout) -> Locks:
    """Count what is locked on the board; a heading's rows count each visit once."""
    rows: dict[str, set[str]] = {}
    days: dict[int, set[str]] = defaultdict(set)
    group: set[str] = set()
    for row in layout.rows:
        own = rows[row.key] = set()
        if row.kind is RowKind.GROUP:
            group = own
        for chip in row.chips:
            if chip.visit.locked:
                own.add(chip.visit.id)
                group.add(chip.visit.id)
                for place in range(chip.first // 2, chip.last // 2 + 1):
                    days[place].add(chip.visit.id)
    every = frozenset[str]().union(*days.values())
    return Locks(
        {key: len(found) for key, found in rows.items() if found},
        {place: frozenset(found) for place, found in days.items()},
        len(every),
    )


def lit(layout: BoardLayout) -> tuple[Chip, ...]:
    """Return the chips that a search leaves bright: all of them where nothing is searched for."""
    return tuple(chip for chip in layout.chips if not chip.dimmed)


def between(layout: BoardLayout, one: Chip, other: Chip) -> tuple[str, ...]:
    """Return the visits in the rectangle of rows and half-days that two chips span."""
    top, bottom = sorted((one.row, other.row))
    first, last = min(one.first, other.first), max(one.last, other.last)
    found = (
        chip.visit.id
        for row in layout.rows[top : bottom + 1]
        for chip in row.chips
        if chip.first <= last and chip.last >= first and not chip.dimmed
    )
    return tuple(dict.fromkeys(found))


class Marking:
    """The state that the painter reads, and the signs it paints."""

    def __init__(self) -> None:
        self.visits: frozenset[str] = frozenset()
        self.head: Head | None = None
        self._counted: BoardLayout | None = None
        self._locks = Locks()
        self._sign = self._down = QPixmap()

    def locks(self, layout: BoardLayout) -> Locks:
        """Return what is locked of a layout, counted once."""
        if layout is not self._counted:
            self._counted, self._locks = layout, locks_of(layout)
        return self._locks

    def refresh_theme(self) -> None:
        """Take the theme's colours anew."""
        self._sign = icon_pixmap(IconName.LOCK, SIGN)
        self._down = icon_pixmap(IconName.DOWN, SIGN)

    def paint_sign(
        self, painter: QPainter, line: QRectF, count: int, *, at_left: bool = False
    ) -> int:
        """Paint a lock and a count at an end of a line; return the room taken, 0 for no locks."""
        if not count:
            return 0
        width = SIGN + 1 + painter.fontMetrics().horizontalAdvance(str(count))
        if width > line.width():
            return 0
        left = line.left() if at_left else line.right() - width
        painter.drawPixmap(QPointF(left, line.center().y() - SIGN / 2), self._sign)
        painter.setPen(theme.tokens().text)
        painter.drawText(line.adjusted(left - line.left() + SIGN + 1, 0, 0, 0), _FLAGS, str(count))
        return width

    def paint_corner(self, painter: QPainter, line: QRectF, layout: BoardLayout) -> int:
        """Show at its right that the corner has a menu of all, and how much of it is locked.

        Returns the room that it takes.
        """
        if self.head is not None and self.head.kind is HeadKind.ALL:
            frame = QRectF(1, 1, line.right() + line.left() - 2, line.height() - 2)
            painter.fillRect(frame, theme.tokens().selection)
        right = line.right() - SIGN
        painter.drawPixmap(QPointF(right, line.center().y() - SIGN / 2), self._down)
        rest = QRectF(line.left(), line.top(), right - line.left() - 4, line.height())
        return SIGN + 8 + self.paint_sign(painter, rest, self.locks(layout).total)

    def spans(self, timeline: Timeline) -> tuple[QRectF, ...]:
        """Return the stretches of the axis under the selected heading, with no height."""
        if self.head is None or self.head.kind is HeadKind.ALL:
            return ()
        wanted, wide = set(self.head.days), 2 * timeline.slot_width
        return tuple(QRectF(c.x, 0, wide, 0) for c in timeline.columns if c.day in wanted)

    def paint_columns(self, painter: QPainter, timeline: Timeline, area: QRectF) -> None:
        """Tint the days under the selected heading."""
        for span in self.spans(timeline):
            box = QRectF(span.x(), area.top(), span.width(), area.height())
            painter.fillRect(box, theme.tokens().hover)

    def paint_head(self, painter: QPainter, timeline: Timeline, top: float, height: float) -> None:
        """Frame the days of the selected heading."""
        spans = self.spans(timeline)
        if not spans:
            return
        left, right = spans[0].left(), spans[-1].right()
        painter.setPen(QPen(theme.tokens().accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left + 1, top + 1, right - left - 2, height - 2))
