"""How much an envoy has to do: the weeks of a month and the months of a year, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanView
from envoy_app.domain.time import today
from envoy_app.services.roster_load import EnvoyLoad, LoadBar
from ui import theme
from ui.context import AppContext
from ui.jobs import JobHandle
from ui.parts import label

LINE = theme.px(6)
YEAR_HEIGHT = theme.px(36)
_SMALL = 11
MONTHS = 12


class WeekBars(QWidget):
    """One line for each week: the days, a bar against the limit, the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[LoadBar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("本月各周的工作量"))
        theme.notifier.theme_changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(50), LINE * max(4, len(self._bars)))

    def set_bars(self, bars: Sequence[LoadBar]) -> None:
        """Show weeks."""
        self._bars = tuple(bars)
        self.setAccessibleDescription("；".join(map(_bar_words, bars)))
        self.updateGeometry()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font(self.font()))
        most = max([bar.slots for bar in self._bars] + [bar.limit for bar in self._bars] + [1])
        for number, bar in enumerate(self._bars):
            self._paint_week(painter, QRectF(0, number * LINE, self.width(), LINE), bar, most)

    def _paint_week(self, painter: QPainter, box: QRectF, bar: LoadBar, most: int) -> None:
        colours = theme.tokens()
        names, figures = theme.px(21), theme.px(12)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colours.muted)
        painter.drawText(box, middle, f"{bar.start:%m-%d} — {bar.end:%m-%d}")
        painter.setPen(colours.danger if bar.over else colours.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | middle, f"{bar.slots} / {bar.limit}")
        room = QRectF(box.left() + names, box.top() + 6, box.width() - names - figures, LINE - 12)
        unit = room.width() / most
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.window)
        painter.drawRoundedRect(QRectF(room.left(), room.top(), unit * bar.limit, 12), 2, 2)
        done = QRectF(room.left(), room.top(), unit * bar.published, 12)
        painter.setBrush(colours.accent)
        painter.drawRect(done)
        draft = QRectF(done.right(), room.top(), unit * bar.planned, 12)
        _paint_draft(painter, draft, over=bar.over)
        limit = room.left() + unit * bar.limit
        painter.setPen(QPen(colours.danger if bar.over else colours.muted, 1))
        painter.drawLine(QPointF(limit, room.top() - 2), QPointF(limit, room.top() + 14))


class YearBars(QWidget):
    """Twelve months against the month's limit; a click, or arrows, choose one."""

    month_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[LoadBar, ...] = ()
        self._month = 1
        self.setFixedHeight(YEAR_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("全年各月的工作量，左右键选月份"))
        theme.notifier.theme_changed.connect(self.update)

    def set_bars(self, bars: Sequence[LoadBar], month: int) -> None:
        """Show months; `month` (1…12) is marked."""
        self._bars, self._month = tuple(bars), month
        if bars:
            self.setAccessibleDescription(_bar_words(bars[month - 1]))
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose(int(event.position().x() * MONTHS / self.width()) + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self._choose(self._month + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _choose(self, month: int) -> None:
        if 1 <= month <= MONTHS and month != self._month:
            self.month_chosen.emit(month)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font(self.font()))
        if not self._bars:
            return
        limit = self._bars[0].limit
        most = max([bar.slots for bar in self._bars] + [limit, 1])
        foot, head = theme.px(5), theme.px(4)
        room = QRectF(0, head, self.width(), self.height() - head - foot)
        width = room.width() / MONTHS
        for number, bar in enumerate(self._bars):
            box = QRectF(number * width, room.top(), width, room.height())
            self._paint_month(painter, box, bar, most)
        y = room.bottom() - room.height() * limit / most
        painter.setPen(QPen(colours.muted, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setPen(QPen(colours.border, 1))
        painter.drawLine(QPointF(0, room.bottom()), QPointF(self.width(), room.bottom()))

    def _paint_month(self, painter: QPainter, box: QRectF, bar: LoadBar, most: int) -> None:
        colours, unit = theme.tokens(), box.height() / most
        chosen = bar.start.month == self._month
        below = QRectF(box.left(), box.bottom(), box.width(), theme.px(5))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selection)
            painter.drawRoundedRect(below.adjusted(1, 2, -1, 0), 3, 3)
        slim = box.adjusted(box.width() * 0.2, 0, -box.width() * 0.2, 0)
        done = QRectF(slim.left(), box.bottom() - unit * bar.published, slim.width(), 0)
        done.setBottom(box.bottom())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.danger if bar.over else colours.accent)
        painter.drawRect(done)
        draft = QRectF(slim.left(), done.top() - unit * bar.planned, slim.width(), 0)
        draft.setBottom(done.top())
        _paint_draft(painter, draft, over=bar.over)
        painter.setPen(colours.text if chosen else colours.muted)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(bar.start.month))
        if bar.slots:
            over = QRectF(box.left(), draft.top() - theme.px(4), box.width(), theme.px(4))
            painter.setPen(colours.danger if bar.over else colours.text)
            painter.drawText(over, Qt.AlignmentFlag.AlignCenter, str(bar.slots))


class LoadTab(QWidget):
    """Reads an envoy's load off the UI thread and shows it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._today = today()
        self._month: date | None = None
        self._envoy: Envoy | None = None
        self.load: EnvoyLoad | None = None
        self.month_label = label(look="strong")
        self.year_label = label(look="strong")
        self.total_label = label(wrap=True)
        self.weeks = WeekBars()
        self.year = YearBars()
        self.year.month_chosen.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        column.setSpacing(theme.px(1))
        legend = label(
            self.tr("实心：已发布；斜纹：当前方案（草案）。竖线和虚线是上限，单位半天。"),
            look="muted",
            wrap=True,
        )
        for part in (self.month_label, self.weeks, self.year_label, self.year, self.total_label):
            column.addWidget(part)
        column.addWidget(legend)
        column.addStretch(1)

    def show_envoy(self, envoy: Envoy, plan: PlanView | None) -> None:
        """Read and show an envoy's load: this month, or that of the plan on view."""
        self._envoy = envoy
        day = self._today
        if plan is not None:
            day = max(plan.info.start, min(day, plan.info.end))
        if self._month is None:
            self._month = day.replace(day=1)
        roster, year = self._context.workspace.roster, self._month.year

        def read(handle: JobHandle) -> EnvoyLoad:
            return roster.load(envoy.id, year, plan)

        self._context.jobs.start(
            self.tr("读取工作量"), read, self._take, self._failed, key="roster-load", quiet=True
        )

    def _take(self, load: EnvoyLoad) -> None:
        self.load = load
        self._show()

    def _failed(self, error: Exception) -> None:
        """Show nothing: the envoy is gone, which the table will say."""
        self.load = None

    def _choose(self, month: int) -> None:
        if self._month is not None:
            self._month = self._month.replace(month=month)
            self._show()

    def _show(self) -> None:
        load, month = self.load, self._month
        if load is None or month is None:
            return
        months = load.months()
        bar = months[month.month - 1]
        self.month_label.setText(
            self.tr("{m} 月 {n} / {limit} 个半天").format(
                m=month.month, n=bar.slots, limit=bar.limit
            )
        )
        self.weeks.set_bars(load.weeks(month))
        self.year.set_bars(months, month.month)
        self.year_label.setText(self.tr("{y} 年各月").format(y=load.year))
        days = load.total / 2
        self.total_label.setText(
            self.tr("全年 {days:g} 天，目标 {target} 天").format(days=days, target=load.target_days)
        )


def _paint_draft(painter: QPainter, box: QRectF, *, over: bool) -> None:
    """Fill with stripes on a pale ground: what is planned and not yet published."""
    if box.isEmpty():
        return
    colours = theme.tokens()
    ink = colours.danger if over else colours.accent
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.mix(ink, colours.surface, 0.3))
    painter.drawRect(box)
    painter.save()
    painter.setClipRect(box)
    painter.setPen(QPen(ink, 1.2))
    reach = box.height()
    x = box.left() - reach
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + reach, box.top()))
        x += theme.px(1.25)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def _bar_words(bar: LoadBar) -> str:
    return f"{bar.start:%m-%d} 至 {bar.end:%m-%d} {bar.slots} 个半天，上限 {bar.limit}"


def _font(base: QFont) -> QFont:
    font = theme.tabular(base)
    font.setPixelSize(_SMALL)
    return font
