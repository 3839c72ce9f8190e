"""Paints what is held over the board: each target's verdict in colour and mark, and the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.editing import EditVerdict
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.plan.board.paint import FIRST_COLUMN, FLAGS_CENTER, HEADER, SMALL_PIXELS, Scene
from ui.plan.board.view import BoardView
from ui.plan.hand.words import Grade, Judged, Said, figure, grade_of

if TYPE_CHECKING:
    from ui.plan.hand.gestures import Target

BUBBLE_WIDTH = 320
MARK = 12
BADGE = 84
_ICONS = {Grade.FREE: IconName.CHECK, Grade.COST: IconName.WARNING, Grade.BARRED: IconName.CLOSE}
_WRAP = Qt.TextFlag.TextWordWrap


class MarkKind(Enum):
    """How a target is painted: half-days of a row, a row with its heading, or a chip."""

    CELL = "cell"
    ROW = "row"
    CHIP = "chip"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a target: its row and slots, one lane of the row or all."""

    kind: MarkKind
    row: int
    first: int
    last: int
    lane: int | None
    found: Judged | EditVerdict


@dataclass
class Shown:
    """Something held over the board; `row` and `x` (in px) say where the words stand."""

    title: str
    marks: Callable[[], Iterable[Mark]]
    row: int
    target: Target | None = None
    said: Said | None = None
    x: float = 0.0


def grade_colour(grade: Grade) -> QColor:
    """Return the colour of a grade; it is never told by colour alone."""
    colours = theme.tokens()
    return {
        Grade.FREE: colours.covered,
        Grade.COST: colours.partial,
        Grade.BARRED: colours.uncovered,
        Grade.UNKNOWN: colours.muted,
    }[grade]


class MoveOverlay(QWidget):
    """Lies over the board's viewport, lets the mouse through, and shows a move."""

    def __init__(self, board: BoardView) -> None:
        super().__init__(board.viewport())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._board = board
        self.shown: Shown | None = None
        self.hide()

    def show_move(self, shown: Shown | None) -> None:
        """Show a move, or nothing."""
        self.shown = shown
        self.setGeometry(self._board.viewport().rect())
        self.setVisible(shown is not None)
        self.raise_()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shown, scene = self.shown, self._board.scene
        if shown is None or scene is None or shown.row >= len(scene.layout.rows):
            return
        painter = QPainter(self)
        body = self.rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
        painter.setClipRect(self.rect().adjusted(0, HEADER, 0, 0))
        painter.save()
        painter.translate(FIRST_COLUMN - scene.left, HEADER - scene.top)
        self._marks(painter, scene, shown, QRect(scene.left, scene.top, *body.size().toTuple()))
        painter.restore()
        painter.setClipRect(self.rect())
        if shown.said is not None:
            self._bubble(painter, scene, shown, shown.said, body)
        painter.end()

    def _marks(self, painter: QPainter, scene: Scene, shown: Shown, seen: QRect) -> None:
        """Paint in the scrolled content, of which `seen` is in sight beside the first column."""
        small = QFont(self._board.font())
        small.setPixelSize(SMALL_PIXELS)
        painter.setFont(theme.tabular(small))
        slots, marks = scene.timeline.slots, tuple(shown.marks())
        for mark in marks:
            if mark.kind is MarkKind.ROW:
                _row(painter, scene, mark, seen)
        painter.setClipRect(seen)
        for mark in marks:
            if mark.kind is not MarkKind.ROW:
                last = min(mark.last, slots - 1)
                box = place_box(scene, mark.row, mark.first, last, mark.lane)
                if box.right() > seen.left() and box.left() < seen.right():
                    draw = _cell if mark.kind is MarkKind.CELL else _chip
                    draw(painter, box, mark.found)
        target = shown.target
        if target is not None and 0 <= target.first < slots:
            last = min(target.last, slots - 1)
            _outline(painter, place_box(scene, target.row, target.first, last, target.lane))

    def _bubble(
        self, painter: QPainter, scene: Scene, shown: Shown, told: Said, body: QRect
    ) -> None:
        usual = self._board.font()
        strong = QFont(usual)
        strong.setWeight(QFont.Weight.DemiBold)
        step = theme.px(2)
        room = min(BUBBLE_WIDTH, body.width()) - 2 * step - theme.px(1)
        head, why = QFontMetrics(strong), QFontMetrics(usual)
        limits = QRect(0, 0, room - MARK - theme.px(1), 1000)
        upper = head.boundingRect(limits, _WRAP, told.head)
        lower = why.boundingRect(QRect(0, 0, room, 1000), _WRAP, told.why)
        title = why.lineSpacing()
        height = title + upper.height() + (lower.height() if told.why else 0) + 2 * step
        width = max(upper.width() + MARK + theme.px(1), lower.width(), theme.px(36)) + 2 * step + 5
        box = QRectF(_bubble_box(scene, shown, body, width, height))
        colours = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(grade_colour(told.grade), 1.5))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(box, 4, 4)
        painter.fillRect(box.adjusted(0, 3, 4 - box.width(), -3), grade_colour(told.grade))
        inner = box.adjusted(step + 4, step, -step + 1, -step)
        painter.setFont(usual)
        painter.setPen(colours.muted)
        name = why.elidedText(shown.title, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, name)
        line = inner.adjusted(0, title, 0, 0)
        if told.grade in _ICONS:
            mark = icon_pixmap(_ICONS[told.grade], MARK, grade_colour(told.grade))
            painter.drawPixmap(QPointF(line.left(), line.top() + (title - MARK) / 2), mark)
            line.setLeft(line.left() + MARK + theme.px(1))
        painter.setFont(strong)
        painter.setPen(colours.text)
        painter.drawText(line, int(_WRAP), told.head)
        painter.setFont(usual)
        below = inner.adjusted(0, title + upper.height(), 0, 0)
        painter.drawText(below, int(_WRAP), told.why)


def place_box(scene: Scene, index: int, first: int, last: int, lane: int | None) -> QRectF:
    """Return where slots of a row lie in the scrolled content; one lane, or all of the row."""
    layout = scene.layout
    row = layout.rows[index]
    x, width = scene.timeline.span(first, last)
    if lane is None:
        return QRectF(x, row.y, width, row.height)
    return QRectF(x, row.y + lane * layout.lane_height, width, layout.row_height)


def _bubble_box(scene: Scene, shown: Shown, body: QRect, width: int, height: int) -> QRect:
    """Below the row and at the pointer, above it where there is no room; always in sight."""
    row = scene.layout.rows[shown.row]
    gap = theme.px(1)
    top = HEADER + row.y + row.height - scene.top + gap
    if top + height > body.bottom():
        top = HEADER + row.y - scene.top - height - gap
    top = max(gap, min(top, body.bottom() - height - gap))
    left = max(body.left() + gap, min(round(shown.x) - gap, body.right() - width - gap))
    return QRect(left, top, width, height)


def _outline(painter: QPainter, box: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.tokens().text, 2.0))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _row(painter: QPainter, scene: Scene, mark: Mark, seen: QRect) -> None:
    """A row that somebody could come to: a tint along it, the verdict in its heading."""
    colours, grade = theme.tokens(), grade_of(mark.found)
    row = scene.layout.rows[mark.row]
    along = QRectF(seen.left(), row.y, seen.width(), row.height - 1)
    ground = QColor(grade_colour(grade))
    ground.setAlpha(18 if grade is Grade.BARRED else 70)
    painter.fillRect(along, ground)
    right = seen.left() - theme.px(1)
    box = QRectF(right - BADGE, row.y + 2, BADGE, scene.layout.row_height - 5)
    painter.fillRect(QRectF(box.left() - 2, row.y, BADGE + 2, row.height - 1), colours.surface)
    _cell(painter, box, mark.found)


def _chip(painter: QPainter, box: QRectF, found: Judged | EditVerdict) -> None:
    """A chip that could be dropped on: a frame of its grade; hatched, or its figure at the end."""
    grade = grade_of(found)
    colours, colour = theme.tokens(), grade_colour(grade)
    box = box.adjusted(1.5, 2.5, -1.5, -2.5)
    barred = grade is Grade.BARRED
    if barred:
        veil, hatch = QColor(colours.surface), QColor(colour)
        veil.setAlpha(130)
        hatch.setAlpha(100)
        painter.fillRect(box, veil)
        painter.fillRect(box, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    else:
        wide = MARK + 8 + painter.fontMetrics().horizontalAdvance(figure(found.change))
        if box.width() >= 2 * wide:
            _cell(painter, QRectF(box.right() - wide, box.top(), wide, box.height()), found)
        elif box.width() >= MARK + 4:
            badge = QRectF(box.right() - MARK - 4, box.top(), MARK + 4, box.height())
            painter.fillRect(badge, QColor(theme.mix(colour, colours.surface, 0.4)))
            mark = icon_pixmap(_ICONS[grade], MARK, colours.text)
            painter.drawPixmap(badge.center() - QPointF(MARK / 2, MARK / 2), mark)
    painter.setPen(QPen(colour, 1.0 if barred else 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _cell(painter: QPainter, box: QRectF, found: Judged | EditVerdict) -> None:
    colours, grade = theme.tokens(), grade_of(found)
    colour = grade_colour(grade)
    ground = QColor(theme.mix(colour, colours.surface, 0.22 if grade is Grade.BARRED else 0.4))
    ground.setAlpha(225)
    painter.fillRect(box.adjusted(0, 0, 0, -1), ground)
    if grade is Grade.BARRED:
        hatch = QColor(colour)
        hatch.setAlpha(110)
        painter.fillRect(box.adjusted(0, 0, 0, -1), QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    painter.setPen(colours.border)
    painter.drawLine(box.topLeft(), box.bottomLeft())
    painter.setPen(colours.text)
    text = figure(found.change) if found.allowed else ""
    wide = painter.fontMetrics().horizontalAdvance(text)
    marked = box.width() >= MARK + 2 and (not text or box.width() >= wide + MARK + 6)
    if marked:
        left = box.center().x() - (MARK + (wide + 2 if text else 0)) / 2
        top = box.center().y() - MARK / 2
        painter.drawPixmap(QPointF(left, top), icon_pixmap(_ICONS[grade], MARK, colours.text))
        box = box.adjusted(left - box.left() + MARK + 2, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    elif text and box.width() >= wide + 1:
        painter.drawText(box, FLAGS_CENTER, text)
    elif box.width() >= MARK + 2:
        mark = icon_pixmap(_ICONS[grade], MARK, colours.text)
        painter.drawPixmap(box.center() - QPointF(MARK / 2, MARK / 2), mark)
