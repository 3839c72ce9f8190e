"""A month to paint leave on: each day has its morning above its afternoon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.calendar import SATURDAY
from envoy_app.domain.time import HalfDay, SlotTime, day_label, month_start
from envoy_app.services.roster_leave import span, span_words
from ui import theme
from ui.month_cells import DAYS, MONTH_KEYS, ROW, WEEKS, MonthCells, sized

HEAD = theme.px(5)
NUMBER = theme.px(5)
_SMALL = 10  # px: the county's name on a visit
_PAINT = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Visit:
    """A visit in a half-day: its colour's specialty, a short and a whole text."""

    specialty: str
    short: str
    text: str


@dataclass(frozen=True)
class LeaveFacts:
    """What the grid shows: leave with its reasons, visits, and days that are not worked."""

    leave: Mapping[SlotTime, str] = field(default_factory=dict)
    visits: Mapping[SlotTime, Visit] = field(default_factory=dict)
    off: frozenset[date] = frozenset()

    @property
    def conflicts(self) -> tuple[SlotTime, ...]:
        """Half-days with both leave and a visit, in order."""
        return tuple(sorted(self.leave.keys() & self.visits.keys()))


class LeaveGrid(MonthCells):
    """Six weeks; a drag, or Shift with arrows and then Space, paints or takes away leave.

    `stroke_done` carries the half-days and whether leave was painted: a stroke that begins on
    leave takes it away. `selection_changed` and `month_changed` say where one is.
    """

    stroke_done = Signal(object, bool)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(today, HEAD, parent)
        self._anchor = self._current = SlotTime(today, HalfDay.AM)
        self._dragging = False
        self._hover: SlotTime | None = None
        self._facts = LeaveFacts()
        self.setFixedHeight(HEAD + WEEKS * ROW + 1)
        self.setMinimumWidth(DAYS * theme.px(8))
        self.setAccessibleName(
            self.tr("请假日历：方向键移动，按住 Shift 选多个半天，空格登记或取消")
        )

    # What it shows ----------------------------------------------------------------------

    @property
    def facts(self) -> LeaveFacts:
        """What is shown."""
        return self._facts

    @property
    def selection(self) -> tuple[SlotTime, ...]:
        """The half-days that a stroke would paint now."""
        return span(self._anchor, self._current)

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way that would paint leave."""
        begun = self._dragging or self._anchor != self._current
        return begun and self._anchor not in self._facts.leave

    def set_facts(self, facts: LeaveFacts) -> None:
        """Show other leave and visits."""
        self._facts = facts
        self._tell()
        self.update()

    def show_month(self, day: date) -> None:
        """Show the month of a day, the cursor on its first half-day."""
        self._month = month_start(day)
        self._anchor = self._current = SlotTime(self._month, HalfDay.AM)
        self._tell()
        self.month_changed.emit()
        self.update()

    def select(self, slot: SlotTime, *, extend: bool = False) -> None:
        """Move to a half-day; `extend` keeps the other end of the stroke."""
        self._current = slot
        if not extend:
            self._anchor = slot
        if not self._dragging:
            self.turn_to(slot.date)
        self._tell()
        self.selection_changed.emit()
        self.update()

    def slot_rect(self, slot: SlotTime) -> QRectF:
        """Return where a half-day of the six weeks is drawn."""
        box = self.cell_rect(slot.date)
        down = ROW / 2 if slot.half is HalfDay.PM else 0
        return QRectF(box.x(), box.y() + down, box.width(), ROW / 2)

    def slot_at(self, where: QPointF) -> SlotTime | None:
        """Return the half-day under a point."""
        day = self.day_at(where)
        if day is None:
            return None
        late = where.y() - self.cell_rect(day).y() >= ROW / 2
        return SlotTime(day, HalfDay.PM if late else HalfDay.AM)

    def describe(self, slot: SlotTime) -> str:
        """Return what is known of a half-day, in words."""
        parts = [f"{day_label(slot.date)} {slot.half.label}"]
        if slot in self._facts.leave:
            reason = self._facts.leave[slot]
            parts.append(self.tr("请假（{why}）").format(why=reason) if reason else self.tr("请假"))
        if slot in self._facts.visits:
            parts.append(self._facts.visits[slot].text)
        return "，".join(parts)

    def _tell(self) -> None:
        chosen = self.selection
        text = self.describe(chosen[0]) if len(chosen) == 1 else span_words(chosen)
        self.setAccessibleDescription(text)

    # Painting leave ---------------------------------------------------------------------

    def paint_stroke(self) -> None:
        """Paint what is selected, or take it away where it begins on leave."""
        chosen = self.selection
        self.stroke_done.emit(chosen, self._anchor not in self._facts.leave)
        self._anchor = self._current
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        slot = self.slot_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and slot is not None:
            self._dragging = True
            self.select(slot)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        slot = self.slot_at(event.position())
        if slot != self._hover:
            self._hover = slot
            self.update()
        if self._dragging and slot is not None and slot != self._current:
            self.select(slot, extend=True)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self.paint_stroke()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if (target := self._target(key)) is not None:
            self.select(target, extend=extend)
        elif key in MONTH_KEYS:
            self.show_month(month_start(self._month, MONTH_KEYS[key]))
        elif key in _PAINT:
            self.paint_stroke()
        elif key is Qt.Key.Key_Escape and (self._dragging or self._anchor != self._current):
            self._dragging = False
            self.select(self._current)
        else:
            super().keyPressEvent(event)

    def _target(self, key: Qt.Key) -> SlotTime | None:
        """Return where a key leads: sideways to other days, up and down through their halves."""
        day, half = self._current.date, self._current.half
        if key is Qt.Key.Key_Left:
            return SlotTime(day - timedelta(days=1), half)
        if key is Qt.Key.Key_Right:
            return SlotTime(day + timedelta(days=1), half)
        if key is Qt.Key.Key_Up:
            up = timedelta(days=DAYS if half is HalfDay.AM else 0)
            return SlotTime(day - up, HalfDay.PM if half is HalfDay.AM else HalfDay.AM)
        if key is Qt.Key.Key_Down:
            down = timedelta(days=DAYS if half is HalfDay.PM else 0)
            return SlotTime(day + down, HalfDay.PM if half is HalfDay.AM else HalfDay.AM)
        return None

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            slot = self.slot_at(QPointF(event.pos()))
            if slot is not None:
                QToolTip.showText(event.globalPos(), self.describe(slot), self)
                return True
        return super().event(event)

    # Drawing ----------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_head(painter, _SMALL + 1, short=True)
        for day in self.days():
            self._paint_day(painter, day)
        self.paint_lines(painter)
        for day in self.days():
            for half in HalfDay:
                self._paint_edges(painter, SlotTime(day, half))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        colours = theme.tokens()
        painter.setOpacity(1.0 if day.month == self._month.month else 0.45)
        for half in HalfDay:
            self._paint_half(painter, SlotTime(day, half))
        box = self.slot_rect(SlotTime(day, HalfDay.AM)).adjusted(2, 1, 0, 0)
        painter.setFont(sized(self.font(), _SMALL + 1, bold=day == self._today))
        off = day in self._facts.off
        painter.setPen(colours.accent if day == self._today else _ink(off=off))
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(box, top, str(day.day))
        painter.setOpacity(1.0)

    def _paint_half(self, painter: QPainter, slot: SlotTime) -> None:
        colours, box = theme.tokens(), self.slot_rect(slot)
        ground = colours.surface
        if slot.date in self._facts.off or slot.date.weekday() >= SATURDAY:
            ground = colours.weekend
        if slot == self._hover:
            ground = colours.hover
        painter.fillRect(box, ground)
        if slot in self._facts.leave:
            painter.fillRect(box, theme.mix(colours.partial, ground, 0.3))
            painter.fillRect(box, QBrush(colours.partial, Qt.BrushStyle.BDiagPattern))
        visit = self._facts.visits.get(slot)
        if visit is not None:
            self._paint_visit(painter, box, visit)

    def _paint_visit(self, painter: QPainter, box: QRectF, visit: Visit) -> None:
        colours = theme.tokens()
        chip = box.adjusted(min(NUMBER, box.width() / 3), 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.specialty_color(visit.specialty))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(colours.text)
        painter.setFont(sized(self.font(), _SMALL))
        text = painter.fontMetrics().elidedText(
            visit.short, Qt.TextElideMode.ElideRight, int(chip.width())
        )
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_edges(self, painter: QPainter, slot: SlotTime) -> None:
        """Outline what a stroke would take, and what is in conflict."""
        colours, box = theme.tokens(), self.slot_rect(slot).adjusted(1.5, 1.5, -0.5, -0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if slot in self._facts.leave and slot in self._facts.visits:
            painter.setPen(QPen(colours.danger, 2))
            painter.drawRect(box)
        chosen = self.selection if self._dragging or self.hasFocus() else ()
        if chosen and chosen[0] <= slot <= chosen[-1]:
            painter.setPen(QPen(colours.accent, 2))
            painter.drawRect(box)


def _ink(*, off: bool) -> QColor:
    return theme.tokens().muted if off else theme.tokens().text
