"""A month drawn as six weeks from Monday: what its days can hold differs, their places do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from envoy_app.domain.time import WEEKDAY_NAMES, month_start
from ui import theme

WEEKS, DAYS = 6, 7
ROW = theme.px(11)
MONTH_KEYS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class MonthCells(QWidget):
    """Keeps which month is shown, and where its days lie under a head of `head` px."""

    month_changed = Signal()
    selection_changed = Signal()

    def __init__(self, today: date, head: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._head = head
        self._month = month_start(today)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.theme_changed.connect(self.update)

    @property
    def month(self) -> date:
        """The first day of the month shown."""
        return self._month

    @property
    def first(self) -> date:
        """The Monday in the upper left corner."""
        return self._month - timedelta(days=self._month.weekday())

    def days(self) -> Iterator[date]:
        """Return the days of the six weeks."""
        return (self.first + timedelta(days=offset) for offset in range(WEEKS * DAYS))

    def turn_to(self, day: date) -> None:
        """Show the month of a day."""
        month = month_start(day)
        if month != self._month:
            self._month = month
            self.month_changed.emit()

    def cell_rect(self, day: date) -> QRectF:
        """Return where a day of the six weeks is drawn."""
        offset = (day - self.first).days
        width = self.width() / DAYS
        return QRectF(offset % DAYS * width, self._head + offset // DAYS * ROW, width, ROW)

    def day_at(self, where: QPointF) -> date | None:
        """Return the day under a point."""
        down = where.y() - self._head
        if not (0 <= where.x() < self.width() and 0 <= down < WEEKS * ROW):
            return None
        column = int(where.x() * DAYS / self.width())
        return self.first + timedelta(days=int(down // ROW) * DAYS + column)

    # Drawing ----------------------------------------------------------------------------

    def paint_head(self, painter: QPainter, pixels: int, *, short: bool = False) -> None:
        """Write the names of the weekdays; the short ones stand in the middle."""
        painter.setFont(sized(self.font(), pixels))
        painter.setPen(theme.tokens().muted)
        width = self.width() / DAYS
        side = Qt.AlignmentFlag.AlignHCenter if short else Qt.AlignmentFlag.AlignLeft
        for column, name in enumerate(WEEKDAY_NAMES):
            box = QRectF(column * width, 0, width, self._head)
            box.adjust(0 if short else theme.px(2), 0, 0, 0)
            text = name[-1] if short else name
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def paint_lines(self, painter: QPainter) -> None:
        """Draw the lines between the days."""
        painter.setPen(QPen(theme.tokens().border, 1))
        right, bottom = self.width() - 0.5, self._head + WEEKS * ROW
        for row in range(WEEKS + 1):
            y = self._head + row * ROW + 0.5
            painter.drawLine(QPointF(0, y), QPointF(right, y))
        for column in range(DAYS + 1):
            x = min(round(column * self.width() / DAYS) + 0.5, right)
            painter.drawLine(QPointF(x, self._head), QPointF(x, bottom))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def sized(base: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """Return a font of a size, with figures of one width."""
    font = theme.tabular(base)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font
