"""The small chart of the solve bar: score and bound of one tier over time."""

from __future__ import annotations

from math import floor, log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from envoy_app.domain.gap import Tier
from ui import theme
from ui.plan.run.state import RunState

LEFT, RIGHT, TOP, BOTTOM = 64, 84, 14, 22
TICKS = 4
Steps = tuple[tuple[float, int], ...]


def nice_ticks(low: float, high: float, count: int = TICKS) -> tuple[float, ...]:
    """Return about `count` round values that span low..high (1, 2 or 5 times a power of ten)."""
    if high <= low:
        high = low + 1
    raw = (high - low) / count
    power = 10.0 ** floor(log10(raw))
    step = max(1.0, next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw))
    first = floor(low / step) * step
    ticks = [first]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return tuple(ticks)


def time_ticks(limit: float) -> tuple[int, ...]:
    """Return the seconds to mark on an axis of `limit` seconds."""
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300) if limit / s <= 6), 600)
    return tuple(range(0, int(limit) + 1, step))


def clock(seconds: float) -> str:
    """Return seconds as 0:07 or 3:20."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


class RunChart(QWidget):
    """Draws the steps of a score (solid) and of its bound (dashed) against seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(132)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("求解过程图"))
        self._state: RunState | None = None
        self._tier = Tier.COVERAGE
        self._elapsed = 0.0
        self._limit = 60.0
        theme.notifier.theme_changed.connect(self.update)

    def show_state(self, state: RunState, tier: Tier, elapsed: float, limit: float) -> None:
        """Show a tier of a run so far; times in seconds."""
        self._state, self._tier = state, tier
        self._elapsed, self._limit = elapsed, limit
        scores, bounds = state.scores(tier), state.bounds(tier)
        best = f"{scores[-1][1]:,}" if scores else self.tr("无")
        bound = f"{bounds[-1][1]:,}" if bounds else self.tr("无")
        self.setAccessibleDescription(
            self.tr("{0}：当前 {1}，下界 {2}").format(tier.label, best, bound)
        )
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(420, 160)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.tabular(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        area = QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)
        scores: Steps = self._state.scores(self._tier) if self._state else ()
        bounds: Steps = self._state.bounds(self._tier) if self._state else ()
        values = [value for _, value in (*scores, *bounds)]
        if not values:
            self._time_axis(painter, area)
            painter.setPen(theme.tokens().muted)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignCenter, self.tr("找到第一个方案后显示曲线")
            )
            return
        ticks = nice_ticks(min(values), max(values))
        self._value_axis(painter, area, ticks)
        self._time_axis(painter, area)
        muted, accent = theme.tokens().muted, theme.tokens().accent
        self._line(painter, area, ticks, bounds, QPen(muted, 1.5, Qt.PenStyle.DashLine))
        self._line(painter, area, ticks, scores, QPen(accent, 2.0))
        self._end_labels(painter, area, ticks, scores, bounds)

    def _x(self, area: QRectF, seconds: float) -> float:
        span = max(self._limit, self._elapsed, 1.0)
        return area.left() + area.width() * min(1.0, seconds / span)

    @staticmethod
    def _y(area: QRectF, ticks: tuple[float, ...], value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return area.bottom() - area.height() * share

    def _value_axis(self, painter: QPainter, area: QRectF, ticks: tuple[float, ...]) -> None:
        grid = theme.mix(theme.tokens().border, theme.tokens().surface, 0.6)
        for tick in ticks:
            y = self._y(area, ticks, tick)
            painter.setPen(grid)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.tokens().muted)
            box = QRectF(0, y - 8, LEFT - 6, 16)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, f"{tick:,.0f}")

    def _time_axis(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme.tokens().border)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for second in time_ticks(max(self._limit, self._elapsed)):
            x = self._x(area, second)
            painter.setPen(theme.tokens().border)
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.setPen(theme.tokens().muted)
            box = QRectF(x - 24, area.bottom() + 4, 48, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, clock(second))

    def _line(
        self, painter: QPainter, area: QRectF, ticks: tuple[float, ...], steps: Steps, pen: QPen
    ) -> None:
        if not steps:
            return
        points: list[QPointF] = []
        for index, (at, value) in enumerate(steps):
            x, y = self._x(area, at), self._y(area, ticks, value)
            if index:
                points.append(QPointF(x, points[-1].y()))
            points.append(QPointF(x, y))
        points.append(QPointF(self._x(area, max(self._elapsed, steps[-1][0])), points[-1].y()))
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))

    def _end_labels(
        self,
        painter: QPainter,
        area: QRectF,
        ticks: tuple[float, ...],
        scores: Steps,
        bounds: Steps,
    ) -> None:
        colours = theme.tokens()
        labels: list[tuple[float, str, QColor]] = []
        if scores:
            value = scores[-1][1]
            text = self.tr("当前 {0}").format(f"{value:,}")
            labels.append((self._y(area, ticks, value), text, colours.accent))
        if bounds:
            value = bounds[-1][1]
            text = self.tr("下界 {0}").format(f"{value:,}")
            labels.append((self._y(area, ticks, value), text, colours.muted))
        if len(labels) == 2 and abs(labels[0][0] - labels[1][0]) < 14:
            middle = (labels[0][0] + labels[1][0]) / 2
            labels = [(middle - 7, *labels[0][1:]), (middle + 7, *labels[1][1:])]
        for y, text, colour in labels:
            painter.setPen(colour)
            box = QRectF(area.right() + 6, y - 8, RIGHT - 6, 16)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, text)
