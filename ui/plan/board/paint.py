"""Draws the board: header, first column, grid and chips; only what is visible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import WEEKDAY_NAMES, day_label
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.plan.board.layout import BoardLayout, BoardMode, Chip, Row, RowKind
from ui.plan.board.marking import Marking
from ui.plan.board.timeline import DayColumn, Gap, Timeline, Week
from ui.plan.labels import Labels, weekday_range

WEEK_HEIGHT = 22
DAY_HEIGHT = 22
HALF_HEIGHT = 18
HEADER = WEEK_HEIGHT + DAY_HEIGHT + HALF_HEIGHT
FIRST_COLUMN = 184
BAR_WIDTH = 36
SMALL_PIXELS = 11
FLAGS_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
FLAGS_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
FLAGS_CENTER = Qt.AlignmentFlag.AlignCenter


class ColourBy(StrEnum):
    """What a chip's colour says."""

    SPECIALTY = "specialty"
    CITY = "city"


@dataclass
class Scene:
    """All that the painter needs to know; offsets in px of the scrolled content."""

    layout: BoardLayout
    timeline: Timeline
    labels: Labels
    colour_by: ColourBy = ColourBy.SPECIALTY
    today: date | None = None
    left: int = 0
    top: int = 0
    chip: Chip | None = None
    row: int | None = None
    hover: Chip | None = None
    focus: bool = False
    sharing_visit: frozenset[str] = field(default_factory=frozenset)


class BoardPainter:
    """Paints a scene; fonts, colours and shortened texts are kept between paints."""

    def __init__(self, base: QFont) -> None:
        self.marking = Marking()
        self.set_font(base)

    def set_font(self, base: QFont) -> None:
        """Take a font, and forget what was measured with the last one."""
        self.font = theme.tabular(base)
        self.bold = QFont(self.font)
        self.bold.setWeight(QFont.Weight.DemiBold)
        self.small = QFont(self.font)
        self.small.setPixelSize(SMALL_PIXELS)
        self.metrics = QFontMetrics(self.font)
        self.small_metrics = QFontMetrics(self.small)
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Take the theme's colours anew."""
        colours = theme.tokens()
        self._short: dict[tuple[str, int, bool], str] = {}
        self._words: dict[tuple[str, int], str] = {}
        self._fills: dict[tuple[ColourBy, str], tuple[QColor, QColor]] = {}
        self._grid = theme.mix(colours.border, colours.surface, 0.55)
        self._half_grid = theme.mix(colours.border, colours.surface, 0.25)
        self._holiday = theme.mix(colours.danger, colours.surface, 0.16)
        self._made_up = theme.mix(colours.warning, colours.surface, 0.12)
        self._today = theme.mix(colours.accent, colours.surface, 0.10)
        self._lock = icon_pixmap(IconName.LOCK, 12)
        self.marking.refresh_theme()

    def forget_texts(self) -> None:
        """Forget the chips' texts, for another plan or another view."""
        self._words.clear()

    def elided(self, text: str, width: int, *, small: bool = False) -> str:
        """Return a text cut with an ellipsis to fit `width` px."""
        key = (text, width, small)
        if key not in self._short:
            metrics = self.small_metrics if small else self.metrics
            self._short[key] = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return self._short[key]

    def paint(self, painter: QPainter, size: QRect, scene: Scene) -> None:
        """Paint the visible part of a scene into a viewport of this size."""
        painter.fillRect(size, theme.tokens().surface)
        painter.setFont(self.font)
        body = QRect(FIRST_COLUMN, HEADER, size.width() - FIRST_COLUMN, size.height() - HEADER)
        rows = [
            scene.layout.rows[i] for i in scene.layout.visible(scene.top, scene.top + body.height())
        ]
        days = scene.timeline.visible(scene.left, scene.left + body.width())
        painter.setClipRect(body)
        painter.translate(body.left() - scene.left, body.top() - scene.top)
        self._body(painter, scene, rows, days, body.height())
        painter.resetTransform()
        painter.setClipRect(QRect(FIRST_COLUMN, 0, body.width(), HEADER))
        painter.translate(FIRST_COLUMN - scene.left, 0)
        self._header(painter, scene, days, body.width())
        painter.resetTransform()
        painter.setClipRect(QRect(0, HEADER, FIRST_COLUMN, body.height()))
        painter.translate(0, HEADER - scene.top)
        for row in rows:
            self._row_head(painter, scene, row)
        painter.resetTransform()
        painter.setClipping(False)
        self._frame(painter, size, scene)

    # The body -------------------------------------------------------------------------------

    def _body(
        self,
        painter: QPainter,
        scene: Scene,
        rows: list[Row],
        days: tuple[DayColumn, ...],
        height: int,
    ) -> None:
        if not rows:
            return
        bottom = min(scene.top + height, scene.layout.height)
        area = QRectF(scene.left, scene.top, scene.timeline.width, bottom - scene.top)
        self._columns(painter, scene, days, area)
        self.marking.paint_columns(painter, scene.timeline, area)
        selected = scene.layout.rows[scene.row] if scene.row is not None else None
        for row in rows:
            self._row_ground(painter, scene, row, days, selected=row is selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = scene.left + painter.clipBoundingRect().width()
        for row in rows:
            for chip in row.chips:
                x, width = scene.timeline.span(chip.first, chip.last)
                if x < right and x + width > scene.left:
                    top = row.y + chip.lane * scene.layout.lane_height
                    box = QRectF(x, top, width, scene.layout.row_height)
                    self._chip(painter, scene, chip, box.adjusted(1.5, 2.5, -1.5, -2.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _columns(
        self, painter: QPainter, scene: Scene, days: tuple[DayColumn, ...], area: QRectF
    ) -> None:
        line = scene.timeline
        for gap in line.gaps:
            fill = self._holiday if gap.names else theme.tokens().weekend
            painter.fillRect(QRectF(gap.x, area.top(), line.gap_width, area.height()), fill)
        for column in days:
            box = QRectF(column.x, area.top(), 2 * line.slot_width, area.height())
            if column.day == scene.today:
                painter.fillRect(box, self._today)
            elif column.made_up:
                painter.fillRect(box, self._made_up)
            if line.slot_width >= 10:
                middle = column.x + line.slot_width
                painter.setPen(self._half_grid)
                painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))
            painter.setPen(self._grid)
            painter.drawLine(QPointF(column.x, area.top()), QPointF(column.x, area.bottom()))

    def _row_ground(
        self,
        painter: QPainter,
        scene: Scene,
        row: Row,
        days: tuple[DayColumn, ...],
        *,
        selected: bool,
    ) -> None:
        width = scene.timeline.width
        if row.kind is RowKind.GROUP:
            painter.fillRect(QRectF(0, row.y, width, row.height), theme.tokens().surface_alt)
        elif selected and days:
            painter.fillRect(QRectF(0, row.y, width, row.height), theme.tokens().hover)
        painter.setPen(self._grid)
        bottom = row.y + row.height - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(width, bottom))

    def _chip(self, painter: QPainter, scene: Scene, chip: Chip, box: QRectF) -> None:
        fill, edge = self._fill(scene, chip)
        chosen = chip == scene.chip
        marked = chip.visit.id in self.marking.visits
        kin = chip.visit.id in scene.sharing_visit
        painter.setOpacity(0.32 if chip.dimmed else 1.0)
        pen = QPen(edge, 1.0)
        if chosen or kin or marked:
            pen = QPen(theme.tokens().accent, 2.0 if chosen or marked else 1.5)
        elif chip == scene.hover:
            pen = QPen(theme.tokens().text, 1.0)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 3, 3)
        if box.width() >= 20:
            self._chip_text(painter, scene, chip, box)
        painter.setOpacity(1.0)

    def _chip_text(self, painter: QPainter, scene: Scene, chip: Chip, box: QRectF) -> None:
        visit = chip.visit
        right = box.right() - 3
        people = scene.labels.seats(visit)
        painter.setPen(theme.tokens().text)
        painter.setFont(self.small)
        if people > 1 and box.width() >= 34:
            label = f"{people}人" if box.width() >= 64 else str(people)
            width = self.small_metrics.horizontalAdvance(label)
            painter.drawText(
                QRectF(right - width, box.top(), width, box.height()), FLAGS_RIGHT, label
            )
            right -= width + 3
        if visit.locked and box.width() >= 34:
            painter.drawPixmap(QPointF(right - 12, box.center().y() - 6), self._lock)
            right -= 14
        if scene.labels.incomplete(visit):
            self._warning(painter, QPointF(right - 10, box.center().y()))
            right -= 13
        left = box.left() + 4
        room = int(right - left)
        if room >= SMALL_PIXELS:
            area = QRectF(left, box.top(), room, box.height())
            painter.drawText(area, FLAGS_LEFT, self._chip_words(scene, visit, room))

    def _chip_words(self, scene: Scene, visit: VisitView, room: int) -> str:
        """Return the longest text that fits; two characters at the least, or the first one."""
        key = (visit.id, room)
        if key not in self._words:
            texts = scene.labels.chip(visit, scene.layout.mode)
            wide = self.small_metrics.horizontalAdvance
            fitting = next((text for text in texts if wide(text) <= room), None)
            last = texts[-1]
            cut = self.elided(last, room, small=True) if room >= 3 * SMALL_PIXELS else last[:1]
            self._words[key] = fitting or cut
        return self._words[key]

    def _warning(self, painter: QPainter, at: QPointF) -> None:
        x, y = at.x(), at.y()
        painter.save()
        painter.setBrush(theme.tokens().warning)
        painter.setPen(Qt.PenStyle.NoPen)
        corners = [QPointF(x, y + 5), QPointF(x + 10, y + 5), QPointF(x + 5, y - 5)]
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()

    def _fill(self, scene: Scene, chip: Chip) -> tuple[QColor, QColor]:
        by_city = scene.colour_by is ColourBy.CITY
        name = scene.labels.city(chip.visit.county) if by_city else chip.visit.roles[0].specialty
        key = (scene.colour_by, name)
        if key not in self._fills:
            fill = theme.city_color(name) if by_city else theme.specialty_color(name)
            self._fills[key] = (fill, theme.mix(theme.tokens().text, fill, 0.3))
        return self._fills[key]

    # The header -----------------------------------------------------------------------------

    def _header(
        self, painter: QPainter, scene: Scene, days: tuple[DayColumn, ...], width: int
    ) -> None:
        painter.fillRect(QRectF(scene.left, 0, width, HEADER), theme.tokens().surface_alt)
        for gap in scene.timeline.gaps:
            self._gap_head(painter, scene, gap)
        for week in scene.timeline.weeks:
            if week.x < scene.left + width and week.x + week.width > scene.left:
                self._week_head(painter, scene, week, width)
        for column in days:
            self._day_head(painter, scene, column)
        self.marking.paint_head(painter, scene.timeline, WEEK_HEIGHT, HEADER - WEEK_HEIGHT)

    def _gap_head(self, painter: QPainter, scene: Scene, gap: Gap) -> None:
        width = scene.timeline.gap_width
        box = QRectF(gap.x, WEEK_HEIGHT, width, DAY_HEIGHT + HALF_HEIGHT)
        painter.fillRect(box, self._holiday if gap.names else theme.tokens().weekend)
        if gap.names and width >= 12:
            painter.setPen(theme.tokens().danger)
            painter.setFont(self.small)
            painter.drawText(box, FLAGS_CENTER, "休")

    def _week_head(self, painter: QPainter, scene: Scene, week: Week, width: int) -> None:
        painter.setFont(self.small)
        painter.setPen(theme.tokens().muted)
        # The label stays in sight while its week is scrolled.
        left = max(week.x, scene.left)
        right = min(week.x + week.width, scene.left + width)
        days = (c for c in scene.timeline.columns if week.first <= c.day <= week.last)
        locked = self.marking.locks(scene.layout).on(days)
        box = QRectF(left + 5, 0, right - left, WEEK_HEIGHT - 4)
        sign = self.marking.paint_sign(painter, box, locked, at_left=True)
        painter.setPen(theme.tokens().muted)
        left, right = left + sign, right - sign
        room = int(right - left) - 8
        text = f"第 {week.number} 周"
        full = f"{text}  {weekday_range(week.first, week.last)}"
        if self.small_metrics.horizontalAdvance(full) <= room:
            text = full
        elif self.small_metrics.horizontalAdvance(text) > room:
            text = str(week.number)
        area = QRectF(left + 4, 0, max(0, room), WEEK_HEIGHT - 3)
        painter.drawText(area, FLAGS_CENTER, self.elided(text, max(0, room), small=True))
        pen = QPen(theme.tokens().muted, 1.0)
        painter.setPen(pen)
        base, end = WEEK_HEIGHT - 3.5, week.x + week.width - 2
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(week.x + 2, base + 3),
                    QPointF(week.x + 2, base),
                    QPointF(end, base),
                    QPointF(end, base + 3),
                ]
            )
        )

    def _day_head(self, painter: QPainter, scene: Scene, column: DayColumn) -> None:
        line = scene.timeline
        today = column.day == scene.today
        width = 2 * line.slot_width
        box = QRectF(column.x, WEEK_HEIGHT, width, DAY_HEIGHT)
        if column.made_up:
            painter.fillRect(box.adjusted(0, 0, 0, HALF_HEIGHT), self._made_up)
        colours = theme.tokens()
        painter.setFont(self.bold if today else self.font)
        painter.setPen(
            colours.accent if today else colours.warning if column.made_up else colours.text
        )
        painter.drawText(box, FLAGS_CENTER, self._day_text(column, width))
        if today:
            painter.fillRect(QRectF(column.x + 1, HEADER - 3, width - 1, 3), colours.accent)
        painter.setPen(self._grid)
        painter.drawLine(QPointF(column.x, WEEK_HEIGHT), QPointF(column.x, HEADER))
        self._half_heads(painter, scene, column)

    def _day_text(self, column: DayColumn, width: float) -> str:
        day = column.day
        weekday = WEEKDAY_NAMES[day.weekday()]
        month = f"{day:%m-%d}"
        texts: tuple[str, ...]
        if column.made_up:
            full = f"{day_label(day)} {column.name or '调休上班'}"
            texts = (full, f"{day_label(day)} 班", f"{month} 班", f"{day.day}班", str(day.day))
        else:
            texts = (day_label(day), month, f"{day.day} {weekday[1]}", str(day.day))
        fitting = (text for text in texts if self.metrics.horizontalAdvance(text) <= width - 8)
        return next(fitting, str(day.day) if day.weekday() == 0 and width >= 10 else "")

    def _half_heads(self, painter: QPainter, scene: Scene, column: DayColumn) -> None:
        width = scene.timeline.slot_width
        if width < 14:
            if width >= 7:
                self._weekday_letter(painter, scene, column)
            return
        painter.setFont(self.small)
        painter.setPen(theme.tokens().muted)
        for half, (long, short) in enumerate((("上午", "上"), ("下午", "下"))):
            box = QRectF(column.x + half * width, WEEK_HEIGHT + DAY_HEIGHT, width, HALF_HEIGHT - 2)
            painter.drawText(box, FLAGS_CENTER, long if width >= 30 else short)

    def _weekday_letter(self, painter: QPainter, scene: Scene, column: DayColumn) -> None:
        painter.setFont(self.small)
        painter.setPen(theme.tokens().muted)
        top = WEEK_HEIGHT + DAY_HEIGHT
        box = QRectF(column.x, top, 2 * scene.timeline.slot_width, HALF_HEIGHT - 2)
        painter.drawText(box, FLAGS_CENTER, WEEKDAY_NAMES[column.day.weekday()][1])

    # The first column -----------------------------------------------------------------------

    def _row_head(self, painter: QPainter, scene: Scene, row: Row) -> None:
        colours = theme.tokens()
        box = QRectF(0, row.y, FIRST_COLUMN, row.height)
        line = QRectF(0, row.y, FIRST_COLUMN, scene.layout.row_height)
        chosen = scene.row is not None and scene.layout.rows[scene.row] is row
        ground = colours.surface_alt if row.kind is RowKind.GROUP else colours.surface
        painter.fillRect(box, colours.selection if chosen else ground)
        painter.setPen(self._grid)
        bottom = row.y + row.height - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(FIRST_COLUMN, bottom))
        locked = self.marking.locks(scene.layout).rows.get(row.key, 0)
        if row.kind is RowKind.GROUP:
            self._group_head(painter, row, line, locked)
        elif row.kind is RowKind.COUNTY:
            self._county_head(painter, row, line, locked)
        else:
            self._envoy_head(painter, row, line, locked)

    def _group_head(self, painter: QPainter, row: Row, line: QRectF, locked: int) -> None:
        detail = self.small_metrics.horizontalAdvance(row.detail)
        painter.setFont(self.small)
        sign = self.marking.paint_sign(painter, line.adjusted(0, 0, -14 - detail, 0), locked)
        painter.setFont(self.bold)
        painter.setPen(theme.tokens().text)
        room = int(line.width()) - 28 - detail - sign
        title = self.elided(row.title, room)
        painter.drawText(line.adjusted(8, 0, 0, 0), FLAGS_LEFT, title)
        painter.setFont(self.small)
        painter.setPen(theme.tokens().muted)
        painter.drawText(line.adjusted(0, 0, -8, 0), FLAGS_RIGHT, row.detail)

    def _county_head(self, painter: QPainter, row: Row, line: QRectF, locked: int) -> None:
        if row.state is None:
            return
        brush = theme.coverage_brush(row.state)
        edge = theme.coverage_color(row.state)
        mark = QRectF(10, line.center().y() - 5.5, 11, 11)
        self._patch(painter, mark, brush, edge)
        painter.setFont(self.small)
        sign = self.marking.paint_sign(painter, line.adjusted(0, 0, -84, 0), locked)
        self._title(painter, row.title, line, left=25, right=84 + sign)
        share = row.done / row.total if row.total else 0.0
        self._bar(painter, line, share, brush, edge, right=46)
        self._number(painter, f"{row.done}/{row.total}", line)

    def _envoy_head(self, painter: QPainter, row: Row, line: QRectF, locked: int) -> None:
        colours = theme.tokens()
        painter.setFont(self.small)
        sign = self.marking.paint_sign(painter, line.adjusted(0, 0, -106, 0), locked)
        self._title(painter, row.title, line, left=16, right=106 + sign)
        share = min(1.0, row.done / row.total) if row.total else 0.0
        colour = colours.warning if row.done > row.total else colours.covered
        self._bar(painter, line, share, QBrush(colour), colour, right=66)
        self._number(painter, f"{row.done}/{row.total} 半天", line, muted=row.done == 0)

    def _title(self, painter: QPainter, text: str, line: QRectF, *, left: int, right: int) -> None:
        room = int(line.width()) - left - right - 4
        painter.setFont(self.font)
        painter.setPen(theme.tokens().text)
        painter.drawText(line.adjusted(left, 0, 0, 0), FLAGS_LEFT, self.elided(text, room))

    def _number(self, painter: QPainter, text: str, line: QRectF, *, muted: bool = False) -> None:
        painter.setFont(self.small)
        painter.setPen(theme.tokens().muted if muted else theme.tokens().text)
        painter.drawText(line.adjusted(0, 0, -8, 0), FLAGS_RIGHT, text)

    def _bar(
        self,
        painter: QPainter,
        line: QRectF,
        share: float,
        brush: QBrush,
        edge: QColor,
        *,
        right: int,
    ) -> None:
        box = QRectF(line.right() - right - BAR_WIDTH, line.center().y() - 3.5, BAR_WIDTH, 7)
        painter.fillRect(box, theme.tokens().window)
        if share > 0:
            self._patch(painter, QRectF(box.left(), box.top(), BAR_WIDTH * share, 7), brush, edge)
        painter.setPen(theme.tokens().border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    @staticmethod
    def _patch(painter: QPainter, box: QRectF, brush: QBrush, edge: QColor) -> None:
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, brush)
        painter.setPen(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _frame(self, painter: QPainter, size: QRect, scene: Scene) -> None:
        colours = theme.tokens()
        corner = QRectF(0, 0, FIRST_COLUMN, HEADER)
        painter.fillRect(corner, colours.surface_alt)
        painter.setFont(self.small)
        painter.setPen(colours.muted)
        by_county = scene.layout.mode is BoardMode.COUNTY
        left, right = ("县（市、区）", "已排/应排") if by_county else ("特派员", "本方案")
        base = corner.adjusted(8, WEEK_HEIGHT + DAY_HEIGHT - 4, -8, -4)
        painter.drawText(base, FLAGS_LEFT, left)
        painter.drawText(base, FLAGS_RIGHT, right)
        self.marking.paint_corner(painter, QRectF(0, 0, FIRST_COLUMN, WEEK_HEIGHT), scene.layout)
        painter.setPen(colours.border)
        painter.drawLine(0, HEADER - 1, size.width(), HEADER - 1)
        painter.drawLine(FIRST_COLUMN - 1, 0, FIRST_COLUMN - 1, size.height())
        if scene.focus:
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(size.adjusted(0, 0, -1, -1))
