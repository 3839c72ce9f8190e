"""Draws the board's axis: weeks, days and half-days; far away months, weeks and Mondays."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from envoy_app.domain.time import WEEKDAY_NAMES, day_label
from ui import theme
from ui.plan.board.marking import Marking
from ui.plan.board.scene import (
    DAY_HEIGHT,
    FLAGS_CENTER,
    FLAGS_LEFT,
    HALF_HEIGHT,
    HEADER,
    WEEK_HEIGHT,
    Kit,
    Scene,
)
from ui.plan.board.timeline import DayColumn, Gap, Month, Week
from ui.plan.labels import weekday_range

NAME_LINE = 12


class HeaderPainter:
    """Paints into the strip above the rows; x is that of the scrolled content."""

    def __init__(self, kit: Kit, marking: Marking) -> None:
        self._kit, self._marking = kit, marking

    def paint(self, painter: QPainter, scene: Scene, left: float, right: float, room: int) -> None:
        """Paint the stretch left..right of a strip of which `room` px are in sight."""
        painter.fillRect(QRectF(left, 0, right - left, HEADER), theme.tokens().surface_alt)
        line = scene.timeline
        for gap in line.gaps:
            if gap.x < right and gap.x + gap.width > left:
                self._gap(painter, gap)
        for week in line.weeks:
            if week.x < right and week.x + week.width > left:
                self._week(painter, scene, week, room)
        if line.dense:
            for month in line.months:
                if month.x < right and month.x + month.width > left:
                    self._month(painter, scene, month, room)
        for column in line.visible(left, right):
            self._day(painter, scene, column)
        self._marking.paint_head(painter, line, WEEK_HEIGHT, HEADER - WEEK_HEIGHT)

    # Weeks and months ------------------------------------------------------------------------

    def _week(self, painter: QPainter, scene: Scene, week: Week, room: int) -> None:
        short = (f"第 {week.number} 周", f"{week.number}周", str(week.number))
        if scene.timeline.dense:
            self._bracket(painter, scene, (week.x, week.width), WEEK_HEIGHT, short, room=0)
            return
        months = dict.fromkeys((week.first.month, week.last.month))
        named = f"{'/'.join(map(str, months))}月 {short[0]}"
        dated = f"{short[0]}  {weekday_range(week.first, week.last)}"
        texts = (f"{week.first.year}年{dated}", dated, named, *short)
        locked = self._locked(painter, scene, week, room)
        self._bracket(painter, scene, (week.x, week.width), 0, texts, room=room, taken=2 * locked)

    def _locked(self, painter: QPainter, scene: Scene, week: Week, room: int) -> int:
        """Say at the left of a week's name how much of it is locked; return the room taken."""
        days = (c for c in scene.timeline.columns if week.first <= c.day <= week.last)
        count = self._marking.locks(scene.layout).on(days)
        left = max(week.x, scene.left)
        right = min(week.x + week.width, scene.left + room)
        painter.setFont(self._kit.small)
        box = QRectF(left + 5, 0, right - left - 5, WEEK_HEIGHT - 4)
        return self._marking.paint_sign(painter, box, count, at_left=True)

    def _month(self, painter: QPainter, scene: Scene, month: Month, room: int) -> None:
        texts = (f"{month.year}年{month.number}月", f"{month.number}月", str(month.number))
        self._bracket(painter, scene, (month.x, month.width), 0, texts, room=room)

    def _bracket(
        self,
        painter: QPainter,
        scene: Scene,
        span: tuple[float, float],
        top: float,
        texts: tuple[str, ...],
        *,
        room: int,
        taken: int = 0,
    ) -> None:
        """Name a stretch over a bracket; with `room` the name stays in sight when scrolled.

        `taken` px of it are not for the name.
        """
        left, right = span[0], span[0] + span[1]
        base, end = top + WEEK_HEIGHT - 3.5, right - 2
        painter.setPen(QPen(theme.tokens().muted, 1.0))
        ends = (QPointF(left + 2, base + 3), QPointF(left + 2, base), QPointF(end, base))
        painter.drawPolyline(QPolygonF([*ends, QPointF(end, base + 3)]))
        if room:
            left, right = max(left, scene.left), min(right, scene.left + room)
        painter.setFont(self._kit.small)
        text = self._kit.fitting(texts, right - left - 6 - taken)
        painter.drawText(QRectF(left, top, right - left, WEEK_HEIGHT - 3), FLAGS_CENTER, text)

    def _gap(self, painter: QPainter, gap: Gap) -> None:
        box = QRectF(gap.x, WEEK_HEIGHT, gap.width, DAY_HEIGHT + HALF_HEIGHT)
        kit = self._kit
        painter.fillRect(box, kit.holiday if gap.names else theme.tokens().weekend)
        if not gap.names or gap.width < NAME_LINE:
            return
        painter.setPen(theme.tokens().danger)
        painter.setFont(kit.small)
        name = gap.names[0].removesuffix("节")
        letters = name if len(name) <= 3 else "休"
        top = box.center().y() - NAME_LINE * len(letters) / 2
        for number, letter in enumerate(letters):
            place = QRectF(gap.x, top + number * NAME_LINE, gap.width, NAME_LINE)
            painter.drawText(place, FLAGS_CENTER, letter)

    # Days ------------------------------------------------------------------------------------

    def _day(self, painter: QPainter, scene: Scene, column: DayColumn) -> None:
        line, colours, kit = scene.timeline, theme.tokens(), self._kit
        width = 2 * line.slot_width
        today = column.day == scene.today
        box = QRectF(column.x, WEEK_HEIGHT, width, DAY_HEIGHT)
        top = WEEK_HEIGHT + (DAY_HEIGHT if line.dense else 0)
        if column.made_up:
            ground = QRectF(column.x, top, width, HEADER - top)
            painter.fillRect(ground, kit.made_up)
        if today:
            painter.fillRect(QRectF(column.x + 1, HEADER - 3, width - 1, 3), colours.accent)
        painter.setPen(kit.grid)
        painter.drawLine(QPointF(column.x, top), QPointF(column.x, HEADER))
        painter.setPen(
            colours.accent if today else colours.warning if column.made_up else colours.text
        )
        if line.dense:
            self._far_day(painter, column, width, today=today)
            return
        painter.setFont(kit.bold if today else kit.font)
        painter.drawText(box, FLAGS_CENTER, self.day_text(column, width))
        self._halves(painter, scene, column)

    def _far_day(self, painter: QPainter, column: DayColumn, width: float, *, today: bool) -> None:
        """Only Mondays, make-up days and today are told; the number runs on to the right."""
        if not (today or column.made_up or column.day.weekday() == 0):
            return
        painter.setFont(self._kit.small_bold if today else self._kit.small)
        place = QRectF(column.x, WEEK_HEIGHT + DAY_HEIGHT, width, HALF_HEIGHT - 3)
        if column.made_up and not today:
            painter.drawText(place, FLAGS_CENTER | Qt.TextFlag.TextDontClip, "班")
            return
        place = place.adjusted(2, 0, 0, 0)
        painter.drawText(place, FLAGS_LEFT | Qt.TextFlag.TextDontClip, str(column.day.day))

    def day_text(self, column: DayColumn, width: float) -> str:
        """Return the longest name of a day that fits."""
        day = column.day
        weekday = WEEKDAY_NAMES[day.weekday()]
        month = f"{day:%m-%d}"
        texts: tuple[str, ...]
        if column.made_up:
            full = f"{day_label(day)} {column.name or '调休上班'}"
            texts = (full, f"{day_label(day)} 班", f"{month} 班", f"{day.day}班", str(day.day))
        else:
            texts = (day_label(day), month, f"{day.day} {weekday[1]}", str(day.day))
        fitting = self._kit.fitting(texts, width - 8, small=False)
        return fitting or (str(day.day) if width >= 14 else "")

    def _halves(self, painter: QPainter, scene: Scene, column: DayColumn) -> None:
        width = scene.timeline.slot_width
        painter.setFont(self._kit.small)
        painter.setPen(theme.tokens().muted)
        top = WEEK_HEIGHT + DAY_HEIGHT
        if width < 14:
            box = QRectF(column.x, top, 2 * width, HALF_HEIGHT - 2)
            painter.drawText(box, FLAGS_CENTER, WEEKDAY_NAMES[column.day.weekday()][1])
            return
        for half, (long, short) in enumerate((("上午", "上"), ("下午", "下"))):
            box = QRectF(column.x + half * width, top, width, HALF_HEIGHT - 2)
            painter.drawText(box, FLAGS_CENTER, long if width >= 30 else short)
