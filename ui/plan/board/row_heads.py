"""Draws the first column: counties with their coverage, envoys with their load, and the corner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from ui import theme
from ui.plan.board.layout import BoardMode, Row, RowKind, slots_within
from ui.plan.board.marking import Marking
from ui.plan.board.scene import (
    DAY_HEIGHT,
    FIRST_COLUMN,
    FLAGS_LEFT,
    FLAGS_RIGHT,
    HEADER,
    WEEK_HEIGHT,
    Kit,
    Scene,
)

BAR_WIDTH = 36
LOAD_WIDTH = 36
LOAD_STEP = 44
EDGE = 8


@dataclass(frozen=True, slots=True)
class Load:
    """How many half-days of a week or month somebody works, and may."""

    done: int
    most: int

    @property
    def text(self) -> str:
        """The two numbers; beyond the limit a mark says so."""
        return f"{self.done}/{self.most}" + ("!" if self.done > self.most else "")


def in_week(of: date) -> Callable[[date], bool]:
    """Return what tells the days of an ISO week."""
    week = of.isocalendar()[:2]
    return lambda day: day.isocalendar()[:2] == week


def in_month(of: date) -> Callable[[date], bool]:
    """Return what tells the days of a month."""
    return lambda day: (day.year, day.month) == (of.year, of.month)


def spans_in_sight(scene: Scene) -> tuple[tuple[int, int], ...]:
    """Return the slots of the week and of the month of the first day in sight."""
    day = scene.day_in_sight
    if day is None:
        return ()
    return scene.timeline.slots_of(in_week(day)), scene.timeline.slots_of(in_month(day))


def loads(scene: Scene, row: Row, spans: Sequence[tuple[int, int]]) -> tuple[Load, ...]:
    """Return an envoy's load in such a week and month; nothing for other rows."""
    card = scene.labels.plan.envoys.get(row.key) if row.kind is RowKind.ENVOY else None
    if card is None:
        return ()
    limits = (card.max_slots_week, card.max_slots_month)
    return tuple(
        Load(slots_within(row, *span), most) for span, most in zip(spans, limits, strict=False)
    )


def load_words(scene: Scene, row: Row) -> str:
    """Return an envoy's load of the week and month in sight as a sentence, or ""."""
    day, found = scene.day_in_sight, loads(scene, row, spans_in_sight(scene))
    if day is None or len(found) < len(("week", "month")):
        return ""
    week, month = found
    return f"第 {day.isocalendar()[1]} 周 {week.text} 半天，{day.month} 月 {month.text} 半天"


class RowHeadPainter:
    """Paints row headings; y is that of the scrolled content."""

    def __init__(self, kit: Kit, marking: Marking) -> None:
        self._kit, self._marking = kit, marking

    def paint(self, painter: QPainter, scene: Scene, rows: list[Row]) -> None:
        """Paint the headings of these rows."""
        chosen = scene.layout.rows[scene.row] if scene.row is not None else None
        spans = spans_in_sight(scene) if scene.layout.mode is BoardMode.ENVOY else ()
        locks = self._marking.locks(scene.layout).rows
        for row in rows:
            locked = locks.get(row.key, 0)
            line_box = self._ground(painter, scene, row, chosen=row is chosen)
            if row.kind is RowKind.GROUP:
                self._group(painter, row, line_box, locked)
            elif row.kind is RowKind.COUNTY:
                self._county(painter, row, line_box, locked)
            else:
                self._envoy(painter, row, line_box, loads(scene, row, spans), locked)

    def _ground(self, painter: QPainter, scene: Scene, row: Row, *, chosen: bool) -> QRectF:
        colours = theme.tokens()
        ground = colours.surface_alt if row.kind is RowKind.GROUP else colours.surface
        box = QRectF(0, row.y, FIRST_COLUMN, row.height)
        painter.fillRect(box, colours.selection if chosen else ground)
        painter.setPen(self._kit.grid)
        bottom = row.y + row.height - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(FIRST_COLUMN, bottom))
        return QRectF(0, row.y, FIRST_COLUMN, scene.layout.row_height)

    def _lock_sign(self, painter: QPainter, line: QRectF, locked: int, *, right: int) -> int:
        """Say how many visits of a row are locked, and return the room that it takes."""
        painter.setFont(self._kit.small)
        return self._marking.paint_sign(painter, line.adjusted(0, 0, -right, 0), locked)

    def _group(self, painter: QPainter, row: Row, line: QRectF, locked: int) -> None:
        detail = self._kit.wide(row.detail)
        sign = self._lock_sign(painter, line, locked, right=detail + 2 * EDGE)
        room = int(line.width()) - 3 * EDGE - detail - sign - (EDGE if sign else 0)
        painter.setFont(self._kit.bold)
        painter.setPen(theme.tokens().text)
        title = self._kit.elided(row.title, room)
        painter.drawText(line.adjusted(EDGE, 0, 0, 0), FLAGS_LEFT, title)
        self._number(painter, row.detail, line, muted=True)

    def _county(self, painter: QPainter, row: Row, line: QRectF, locked: int) -> None:
        if row.state is None:
            return
        brush = theme.coverage_brush(row.state)
        edge = theme.coverage_color(row.state)
        mark = QRectF(10, line.center().y() - 5.5, 11, 11)
        _patch(painter, mark, brush, edge)
        sign = self._lock_sign(painter, line, locked, right=84)
        self._title(painter, row.title, line, left=25, right=84 + sign)
        share = row.done / row.total if row.total else 0.0
        box = QRectF(line.right() - 46 - BAR_WIDTH, line.center().y() - 3.5, BAR_WIDTH, 7)
        self._bar(painter, box, share, brush, edge)
        self._number(painter, f"{row.done}/{row.total}", line)

    def _envoy(
        self,
        painter: QPainter,
        row: Row,
        line: QRectF,
        found: tuple[Load, ...],
        locked: int,
    ) -> None:
        sign = self._lock_sign(painter, line, locked, right=2 * LOAD_STEP + 2)
        self._title(painter, row.title, line, left=20, right=2 * LOAD_STEP + sign)
        for place, load in enumerate(found):
            self._load(painter, load, line.adjusted(0, 0, (place - 1) * LOAD_STEP, 0))

    def _load(self, painter: QPainter, load: Load, line: QRectF) -> None:
        """A number, and under it how much of what may be is taken."""
        over = load.done > load.most
        colours = theme.tokens()
        painter.setFont(self._kit.small_bold if over else self._kit.small)
        painter.setPen(colours.danger if over else colours.text if load.done else colours.muted)
        text = line.adjusted(0, 0, -EDGE, -4)
        painter.drawText(text, FLAGS_RIGHT, load.text)
        right, base = line.right() - EDGE, line.bottom() - 5.5
        painter.fillRect(QRectF(right - LOAD_WIDTH, base, LOAD_WIDTH, 3), self._kit.grid)
        if load.done and load.most:
            share = min(1.0, load.done / load.most)
            colour = colours.danger if over else colours.accent
            painter.fillRect(QRectF(right - LOAD_WIDTH, base, LOAD_WIDTH * share, 3), colour)

    def _title(self, painter: QPainter, text: str, line: QRectF, *, left: int, right: int) -> None:
        room = int(line.width()) - left - right - 4
        painter.setFont(self._kit.font)
        painter.setPen(theme.tokens().text)
        painter.drawText(line.adjusted(left, 0, 0, 0), FLAGS_LEFT, self._kit.elided(text, room))

    def _number(self, painter: QPainter, text: str, line: QRectF, *, muted: bool = False) -> None:
        painter.setFont(self._kit.small)
        painter.setPen(theme.tokens().muted if muted else theme.tokens().text)
        painter.drawText(line.adjusted(0, 0, -EDGE, 0), FLAGS_RIGHT, text)

    def _bar(
        self, painter: QPainter, box: QRectF, share: float, brush: QBrush, edge: QColor
    ) -> None:
        painter.fillRect(box, theme.tokens().window)
        if share > 0:
            part = QRectF(box.left(), box.top(), box.width() * share, box.height())
            _patch(painter, part, brush, edge)
        painter.setPen(theme.tokens().border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    # The corner ------------------------------------------------------------------------------

    def paint_corner(self, painter: QPainter, scene: Scene) -> None:
        """Paint the corner: whose rows are at the top, and what the columns hold."""
        colours, kit = theme.tokens(), self._kit
        painter.fillRect(QRectF(0, 0, FIRST_COLUMN, HEADER), colours.surface_alt)
        room = FIRST_COLUMN - 2 * EDGE
        painter.setFont(kit.small)
        top = QRectF(EDGE, 0, room, WEEK_HEIGHT)
        taken = self._marking.paint_corner(painter, top, scene.layout)
        group = scene.group
        if group is not None:
            painter.setFont(kit.bold)
            painter.setPen(colours.text)
            box = QRectF(EDGE, 0, room, WEEK_HEIGHT)
            painter.drawText(box, FLAGS_LEFT, kit.elided(group.title, room - taken))
            painter.setFont(kit.small)
            painter.setPen(colours.muted)
            box = QRectF(EDGE, WEEK_HEIGHT - 3, room, DAY_HEIGHT - 4)
            painter.drawText(box, FLAGS_LEFT, kit.elided(group.detail, room, small=True))
        painter.setFont(kit.small)
        painter.setPen(colours.muted)
        base = QRectF(0, WEEK_HEIGHT + DAY_HEIGHT - 4, FIRST_COLUMN - EDGE, HEADER - 44)
        if scene.layout.mode is BoardMode.COUNTY:
            painter.drawText(base.adjusted(EDGE, 0, 0, 0), FLAGS_LEFT, "县（市、区）")
            painter.drawText(base, FLAGS_RIGHT, "已排/应排")
            return
        painter.drawText(base.adjusted(EDGE, 0, 0, 0), FLAGS_LEFT, "半天")
        day = scene.day_in_sight
        if day is not None:
            week, month = f"{day.isocalendar()[1]}周", f"{day.month}月"
            painter.drawText(base.adjusted(0, 0, -LOAD_STEP, 0), FLAGS_RIGHT, week)
            painter.drawText(base, FLAGS_RIGHT, month)


def _patch(painter: QPainter, box: QRectF, brush: QBrush, edge: QColor) -> None:
    painter.setBrushOrigin(box.topLeft())
    painter.fillRect(box, brush)
    painter.setBrushOrigin(0, 0)
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
