"""A month of the work calendar, drawn: weeks from Monday, with marks for days off and worked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
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
from envoy_app.domain.time import month_start
from envoy_app.services.calendar import FIRST_YEAR, LAST_YEAR, CalendarDay
from ui import theme
from ui.month_cells import DAYS, MONTH_KEYS, ROW, WEEKS, MonthCells, sized
from ui.settings.calendar_texts import caption, describe, mark, title

HEAD = theme.px(6)
LEAST_COLUMN = theme.px(13)
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_SMALL = 11  # px: the caption and the mark
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -DAYS, Qt.Key.Key_Down: DAYS}


class MonthGrid(MonthCells):
    """Shows six weeks and selects a range of days by mouse or keyboard.

    Signals: `selection_changed` after every move, `month_changed` when another month is shown.
    """

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(today, HEAD, parent)
        self._anchor = self._current = today
        self._hovered: date | None = None
        self._facts: dict[date, CalendarDay] = {}
        self.setAccessibleName(self.tr("工作日历"))

    # What it shows ----------------------------------------------------------------------

    @property
    def selection(self) -> tuple[date, date]:
        """The first and the last day selected."""
        return min(self._anchor, self._current), max(self._anchor, self._current)

    def selected_facts(self) -> list[CalendarDay] | None:
        """Return what is known of the selected days; None while they are being read."""
        start, end = self.selection
        days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
        if not self._facts.keys() >= set(days):
            return None
        return [self._facts[day] for day in days]

    def set_facts(self, days: Iterable[CalendarDay]) -> None:
        """Show these days' marks; those of other days are forgotten."""
        self._facts = {day.day: day for day in days}
        self._tell()
        self.update()

    def select(self, day: date, *, extend: bool = False, turn: bool = True) -> None:
        """Move to a day; `extend` keeps the other end of the range, `turn` shows its month."""
        self._current = min(max(day, FIRST_DAY), LAST_DAY)
        if not extend:
            self._anchor = self._current
        if turn:
            self.turn_to(self._current)
        self._tell()
        self.selection_changed.emit()
        self.update()

    def step_month(self, months: int, *, extend: bool = False) -> None:
        """Move by whole months, to the same day or the month's last."""
        first = month_start(self._current, months)
        last = month_start(first, 1) - timedelta(days=1)
        day = min(first + timedelta(days=self._current.day - 1), last)
        self.select(day, extend=extend)

    def _tell(self) -> None:
        fact = self._facts.get(self._current)
        self.setAccessibleDescription(describe(fact) if fact else title(self._current))

    # Mouse and keys ---------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and day is not None:
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            # The page turns on release only, else the days would slip away under a drag.
            self.select(day, extend=extend, turn=False)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if day != self._hovered:
            self._hovered = day
            self.update()
        dragging = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if dragging and day is not None and day != self._current:
            self.select(day, extend=True, turn=False)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.turn_to(self._current)
            self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _STEPS:
            self.select(self._current + timedelta(days=_STEPS[key]), extend=extend)
        elif key in MONTH_KEYS:
            self.step_month(MONTH_KEYS[key], extend=extend)
        elif key is Qt.Key.Key_Home:
            self.select(self._month, extend=extend)
        elif key is Qt.Key.Key_End:
            self.select(month_start(self._month, 1) - timedelta(days=1), extend=extend)
        elif key is Qt.Key.Key_Escape and self._anchor != self._current:
            self.select(self._current)
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            day = self.day_at(QPointF(event.pos()))
            fact = self._facts.get(day) if day else None
            QToolTip.showText(event.globalPos(), describe(fact) if fact else "", self)
            return True
        return super().event(event)

    # Drawing ----------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(DAYS * LEAST_COLUMN, HEAD + WEEKS * ROW + 1)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_head(painter, theme.FONT_PIXELS - 1)
        days = [*self.days()]
        for day in days:
            painter.fillRect(self.cell_rect(day), self._ground(day))
        self.paint_lines(painter)
        for day in days:
            self._paint_day(painter, day)
        if self.first <= self._current <= days[-1]:
            width = 2.0 if self.hasFocus() else 1.0
            painter.setPen(QPen(theme.tokens().accent, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell_rect(self._current).adjusted(1, 1, -1, -1), 3, 3)

    def _ground(self, day: date) -> QColor:
        colours = theme.tokens()
        start, end = self.selection
        if start <= day <= end:
            return colours.selection
        if day == self._hovered:
            return colours.hover
        grey = theme.mix(colours.none, colours.surface, 0.22)
        fact = self._facts.get(day)
        if fact is None:
            return grey if day.weekday() >= SATURDAY else colours.surface
        if day.month == self._month.month and (symbol := mark(fact)):
            return theme.mix(_mark_colour(symbol), colours.surface, 0.12)
        return colours.surface if fact.working else grey

    def _paint_day(self, painter: QPainter, day: date) -> None:
        colours, fact = theme.tokens(), self._facts.get(day)
        box = self.cell_rect(day).adjusted(theme.px(2), theme.px(1), -theme.px(2), -theme.px(1))
        painter.setOpacity(1.0 if day.month == self._month.month else 0.5)
        self._paint_number(painter, day, box)
        if fact is not None and (symbol := mark(fact)):
            painter.setFont(sized(self.font(), _SMALL, bold=True))
            painter.setPen(_mark_colour(symbol))
            top = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            painter.drawText(box, top, symbol)
            painter.setFont(sized(self.font(), _SMALL))
            text = painter.fontMetrics().elidedText(
                caption(fact), Qt.TextElideMode.ElideRight, int(box.width())
            )
            bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(box, bottom, text)
            if fact.edit is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colours.accent)
                painter.drawEllipse(QPointF(box.right() - theme.px(5), box.top() + 8), 3, 3)
        painter.setOpacity(1.0)

    def _paint_number(self, painter: QPainter, day: date, box: QRectF) -> None:
        colours, fact = theme.tokens(), self._facts.get(day)
        working = fact.working if fact else day.weekday() < SATURDAY
        painter.setFont(sized(self.font(), theme.FONT_PIXELS, bold=day == self._today))
        painter.setPen(colours.text if working else colours.muted)
        place = QRectF(box.left(), box.top(), theme.px(5), theme.px(4))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if day == self._today:
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(place.adjusted(-3, -1, 2, 2), 4, 4)
            painter.restore()
            painter.setPen(colours.on_accent)
            flags = Qt.AlignmentFlag.AlignCenter
        painter.drawText(place, flags, str(day.day))


def _mark_colour(symbol: str) -> QColor:
    return theme.tokens().accent if symbol == "休" else theme.tokens().warning
