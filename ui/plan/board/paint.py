"""Draws the board: only what is visible, and of that only what changed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from envoy_app.domain.plans import VisitView
from ui import theme
from ui.plan.board.categories import ColourBy, category_of, texture
from ui.plan.board.header import HeaderPainter
from ui.plan.board.layout import BoardMode, Chip, Row, RowKind
from ui.plan.board.marking import Marking
from ui.plan.board.row_heads import RowHeadPainter
from ui.plan.board.scene import (
    DAY_HEIGHT,
    FIRST_COLUMN,
    FLAGS_CENTER,
    FLAGS_LEFT,
    FLAGS_RIGHT,
    HALF_HEIGHT,
    HEADER,
    MOST_TEXTS,
    SMALL_PIXELS,
    WEEK_HEIGHT,
    Kit,
    Scene,
)

__all__ = [
    "DAY_HEIGHT",
    "FIRST_COLUMN",
    "FLAGS_CENTER",
    "FLAGS_LEFT",
    "FLAGS_RIGHT",
    "HALF_HEIGHT",
    "HEADER",
    "SMALL_PIXELS",
    "WEEK_HEIGHT",
    "BoardPainter",
    "ColourBy",
    "Scene",
]
BAND = 6
"""Width of the pattern at the left of a chip that has room for words, px."""
WORDS_ROOM = 26
NARROW = 12


@dataclass(frozen=True, slots=True)
class Look:
    """How a visit is painted: kept as long as the visit is the same."""

    visit: VisitView
    kind: str
    fill: QColor
    edge: QColor
    texture: QBrush | None
    people: int
    warned: bool
    broken: bool


class BoardPainter:
    """Paints a scene; fonts, looks and shortened texts are kept between paints."""

    def __init__(self, base: QFont) -> None:
        self.marking = Marking()
        self.set_font(base)

    def set_font(self, base: QFont) -> None:
        """Take a font, and forget what was measured with the last one."""
        self.kit = Kit(base)
        self.header = HeaderPainter(self.kit, self.marking)
        self.heads = RowHeadPainter(self.kit, self.marking)
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Take the theme's colours anew."""
        self.kit.refresh_theme()
        self.marking.refresh_theme()
        self._words: dict[tuple[str, BoardMode, int], tuple[VisitView, str]] = {}
        self._looks: dict[tuple[ColourBy, str], Look] = {}
        self._fills: dict[int, tuple[QColor, QColor, QBrush | None]] = {}

    def forget_texts(self) -> None:
        """Forget the chips' texts and looks: codes or people are called otherwise now."""
        self._words.clear()
        self._looks.clear()

    def paint(
        self, painter: QPainter, size: QRect, scene: Scene, dirty: QRect | None = None
    ) -> None:
        """Paint the visible part of a scene, or what of it lies in `dirty`, into a viewport."""
        dirty = size if dirty is None else dirty.intersected(size)
        painter.setFont(self.kit.font)
        body = QRect(FIRST_COLUMN, HEADER, size.width() - FIRST_COLUMN, size.height() - HEADER)
        part = body.intersected(dirty)
        if not part.isEmpty():
            self._paint_body(painter, scene, part)
        part = QRect(FIRST_COLUMN, 0, body.width(), HEADER).intersected(dirty)
        if not part.isEmpty():
            painter.setClipRect(part)
            painter.translate(FIRST_COLUMN - scene.left, 0)
            left = part.left() - FIRST_COLUMN + scene.left
            self.header.paint(painter, scene, left, left + part.width(), body.width())
            painter.resetTransform()
        part = QRect(0, HEADER, FIRST_COLUMN, body.height()).intersected(dirty)
        if not part.isEmpty():
            painter.setClipRect(part)
            painter.fillRect(part, theme.tokens().surface)
            painter.translate(0, HEADER - scene.top)
            top = part.top() - HEADER + scene.top
            self.heads.paint(painter, scene, self._rows(scene, top, top + part.height()))
            painter.resetTransform()
        painter.setClipRect(dirty)
        if dirty.intersects(QRect(0, 0, FIRST_COLUMN, HEADER)):
            self.heads.paint_corner(painter, scene)
        self._frame(painter, size, scene)
        painter.setClipping(False)

    @staticmethod
    def _rows(scene: Scene, top: float, bottom: float) -> list[Row]:
        return [scene.layout.rows[i] for i in scene.layout.visible(top, bottom)]

    # The body -------------------------------------------------------------------------------

    def _paint_body(self, painter: QPainter, scene: Scene, part: QRect) -> None:
        painter.fillRect(part, theme.tokens().surface)
        left, top = part.left() - FIRST_COLUMN + scene.left, part.top() - HEADER + scene.top
        right, bottom = left + part.width(), min(top + part.height(), scene.layout.height)
        rows = self._rows(scene, top, bottom)
        if not rows or bottom <= top:
            return
        painter.setClipRect(part)
        painter.translate(FIRST_COLUMN - scene.left, HEADER - scene.top)
        self._columns(painter, scene, QRectF(left, top, right - left, bottom - top))
        self.marking.paint_columns(
            painter, scene.timeline, QRectF(left, top, right - left, bottom - top)
        )
        selected = scene.layout.rows[scene.row] if scene.row is not None else None
        width = min(float(right), scene.timeline.width) - left
        for row in rows:
            self._row_ground(painter, row, left, width, selected=row is selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = scene.timeline.slots_between(left, right)
        for row in rows:
            for chip in row.chips:
                if chip.first > last:
                    break
                if chip.last >= first:
                    self._chip(painter, scene, row, chip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.resetTransform()

    def _columns(self, painter: QPainter, scene: Scene, area: QRectF) -> None:
        line, kit = scene.timeline, self.kit
        for gap in line.gaps:
            if gap.x < area.right() and gap.x + gap.width > area.left():
                fill = kit.holiday if gap.names else theme.tokens().weekend
                painter.fillRect(QRectF(gap.x, area.top(), gap.width, area.height()), fill)
        for column in line.visible(area.left(), area.right()):
            box = QRectF(column.x, area.top(), 2 * line.slot_width, area.height())
            if column.day == scene.today:
                painter.fillRect(box, kit.today)
            elif column.made_up:
                painter.fillRect(box, kit.made_up)
            middle = column.x + line.slot_width
            if line.slot_width < 10:
                painter.fillRect(QRectF(box).adjusted(line.slot_width, 0, 0, 0), kit.afternoon)
            else:
                painter.setPen(kit.half_grid)
                painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))
            painter.setPen(kit.grid)
            painter.drawLine(QPointF(column.x, area.top()), QPointF(column.x, area.bottom()))
            if column.day == scene.today:
                today = QRectF(column.x, area.top(), 2, area.height())
                painter.fillRect(today, theme.tokens().accent)

    def _row_ground(
        self, painter: QPainter, row: Row, left: float, width: float, *, selected: bool
    ) -> None:
        box = QRectF(left, row.y, width, row.height)
        if row.kind is RowKind.GROUP:
            painter.fillRect(box, theme.tokens().surface_alt)
        elif selected:
            painter.fillRect(box, theme.tokens().hover)
        painter.setPen(self.kit.grid)
        bottom = row.y + row.height - 0.5
        painter.drawLine(QPointF(left, bottom), QPointF(left + width, bottom))

    # Chips ----------------------------------------------------------------------------------

    def _chip(self, painter: QPainter, scene: Scene, row: Row, chip: Chip) -> None:
        look = self._look(scene, chip.visit)
        x, width = scene.timeline.span(chip.first, chip.last)
        y = row.y + chip.lane * scene.layout.lane_height
        box = QRectF(x, y, width, scene.layout.row_height)
        # Far away a half-day is five px: all of it is needed.
        inset = 1.5 if scene.timeline.slot_width >= NARROW else 0.5
        box.adjust(inset, 2.5, -inset, -2.5)
        faint = chip.dimmed or (
            scene.highlighted is not None and look.kind not in scene.highlighted
        )
        if faint:
            painter.setOpacity(0.32)
        painter.setPen(self._pen(scene, chip, look))
        if box.width() >= WORDS_ROOM:
            painter.setBrush(look.fill)
            painter.drawRoundedRect(box, 3, 3)
            if look.texture is not None:
                band = QRectF(box.left() + 0.5, box.top() + 1, BAND, box.height() - 2)
                painter.fillRect(band, look.texture)
            self._chip_text(painter, scene, look, box)
        else:
            painter.setBrush(look.texture or look.fill)
            painter.drawRoundedRect(box, 1, 1)
            self._count(painter, look, box)
        if faint:
            painter.setOpacity(1.0)

    def _pen(self, scene: Scene, chip: Chip, look: Look) -> QPen:
        if chip == scene.chip or look.visit.id in self.marking.visits:
            return QPen(theme.tokens().accent, 2.0)
        if look.visit.id in scene.sharing_visit:
            return QPen(theme.tokens().accent, 1.5)
        if chip == scene.hover:
            return QPen(theme.tokens().text, 1.0)
        if look.warned:
            return QPen(theme.tokens().danger, 1.5)
        return QPen(look.edge, 1.0)

    def _count(self, painter: QPainter, look: Look, box: QRectF) -> None:
        """How many go, where there is room for a digit at most; one needs no telling."""
        if look.people < 2:
            return
        if box.width() < SMALL_PIXELS - 2:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tokens().text)
            for number in range(min(look.people, 4)):
                y = box.bottom() - 4 - 4 * number
                painter.drawRect(QRectF(box.center().x() - 1, y, 2, 2))
            return
        digit = QRectF(box.center().x() - 4.5, box.center().y() - 6, 9, 12)
        painter.fillRect(digit, look.fill)
        painter.setPen(theme.tokens().text)
        painter.setFont(self.kit.small)
        painter.drawText(digit, FLAGS_CENTER | Qt.TextFlag.TextDontClip, str(look.people))

    def _chip_text(self, painter: QPainter, scene: Scene, look: Look, box: QRectF) -> None:
        right = box.right() - 3
        painter.setPen(theme.tokens().text)
        painter.setFont(self.kit.small)
        if look.people > 1 and box.width() >= 34:
            label = f"{look.people}人" if box.width() >= 64 else str(look.people)
            width = self.kit.wide(label)
            place = QRectF(right - width, box.top(), width, box.height())
            painter.drawText(place, FLAGS_RIGHT, label)
            right -= width + 3
        if look.visit.locked and box.width() >= 34:
            painter.drawPixmap(QPointF(right - 12, box.center().y() - 6), self.kit.lock)
            right -= 14
        if look.warned:
            self._warning(painter, QPointF(right - 10, box.center().y()))
            right -= 13
        left = box.left() + (BAND + 3 if look.texture is not None else 4)
        room = int(right - left)
        if room >= SMALL_PIXELS:
            area = QRectF(left, box.top(), room, box.height())
            painter.drawText(area, FLAGS_LEFT, self._chip_words(scene, look.visit, room))

    def _chip_words(self, scene: Scene, visit: VisitView, room: int) -> str:
        """Return the longest text that fits; two characters at the least, or the first one."""
        key = (visit.id, scene.layout.mode, room)
        known = self._words.get(key)
        if known is None or known[0] is not visit:
            if len(self._words) > MOST_TEXTS:
                self._words.clear()
            texts = scene.labels.chip(visit, scene.layout.mode)
            last = texts[-1]
            few = room >= 3 * SMALL_PIXELS
            cut = self.kit.elided(last, room, small=True) if few else last[:1]
            known = self._words[key] = visit, self.kit.fitting(texts, room) or cut
        return known[1]

    def _warning(self, painter: QPainter, at: QPointF) -> None:
        x, y = at.x(), at.y()
        painter.save()
        painter.setBrush(theme.tokens().warning)
        painter.setPen(Qt.PenStyle.NoPen)
        corners = [QPointF(x, y + 5), QPointF(x + 10, y + 5), QPointF(x + 5, y - 5)]
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()

    def _look(self, scene: Scene, visit: VisitView) -> Look:
        key = (scene.colour_by, visit.id)
        known = self._looks.get(key)
        labels = scene.labels
        broken = visit.id in labels.broken
        if known is None or known.visit is not visit or known.broken is not broken:
            kind = category_of(labels, visit, scene.colour_by)
            fill, edge, pattern = self._fill(kind.index)
            people, warned = labels.seats(visit), labels.warned(visit)
            known = Look(visit, kind.key, fill, edge, pattern, people, warned, broken)
            self._looks[key] = known
        return known

    def _fill(self, index: int) -> tuple[QColor, QColor, QBrush | None]:
        if index not in self._fills:
            fill = theme.chip_color(index)
            pattern = texture(index, fill)
            plain = pattern.style() is Qt.BrushStyle.SolidPattern
            edge = theme.mix(theme.tokens().text, fill, 0.3)
            self._fills[index] = fill, edge, None if plain else pattern
        return self._fills[index]

    # Lines around ---------------------------------------------------------------------------

    def _frame(self, painter: QPainter, size: QRect, scene: Scene) -> None:
        painter.setPen(theme.tokens().border)
        painter.drawLine(0, HEADER - 1, size.width(), HEADER - 1)
        painter.drawLine(FIRST_COLUMN - 1, 0, FIRST_COLUMN - 1, size.height())
        if scene.focus:
            painter.setPen(theme.tokens().accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(size.adjusted(0, 0, -1, -1))
