"""Paints a move over the board: each half-day's verdict in colour and mark, and the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.editing import StartVerdict
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.plan.board.paint import FIRST_COLUMN, FLAGS_CENTER, HEADER, SMALL_PIXELS, Scene
from ui.plan.board.view import BoardView
from ui.plan.hand.words import Grade, Said, figure, grade_of

BUBBLE_WIDTH = 320
MARK = 12
_ICONS = {Grade.FREE: IconName.CHECK, Grade.COST: IconName.WARNING, Grade.BARRED: IconName.CLOSE}
_BOTH = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


@dataclass
class Shown:
    """A move in progress: `starts` by slot, `target` the slots that a drop would take."""

    row: int
    slots: int
    title: str
    starts: Mapping[int, StartVerdict] = field(default_factory=dict)
    target: tuple[int, int] | None = None
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
        painter.setClipRect(body)
        painter.save()
        painter.translate(FIRST_COLUMN - scene.left, HEADER - scene.top)
        self._cells(painter, scene, shown, body.width())
        self._target(painter, scene, shown)
        painter.restore()
        painter.setClipRect(self.rect())
        if shown.said is not None:
            self._bubble(painter, scene, shown, shown.said, body)
        painter.end()

    def _cells(self, painter: QPainter, scene: Scene, shown: Shown, room: int) -> None:
        row = scene.layout.rows[shown.row]
        wide = 1 if shown.slots == 1 else 2
        small = QFont(self._board.font())
        small.setPixelSize(SMALL_PIXELS)
        painter.setFont(theme.tabular(small))
        for slot, found in shown.starts.items():
            if slot % wide:
                continue
            x, width = scene.timeline.span(slot, slot + wide - 1)
            if x < scene.left + room and x + width > scene.left:
                _cell(painter, QRectF(x, row.y, width, row.height), found)

    def _target(self, painter: QPainter, scene: Scene, shown: Shown) -> None:
        if shown.target is None:
            return
        row = scene.layout.rows[shown.row]
        first, last = shown.target
        x, width = scene.timeline.span(first, min(last, scene.timeline.slots - 1))
        box = QRectF(x, row.y, width, row.height).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.tokens().text, 2.0))
        painter.drawRoundedRect(box, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

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
        upper = head.boundingRect(limits, _BOTH, told.head)
        lower = why.boundingRect(QRect(0, 0, room, 1000), _BOTH, told.why)
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
        painter.drawText(line, int(_BOTH), told.head)
        painter.setFont(usual)
        below = inner.adjusted(0, title + upper.height(), 0, 0)
        painter.drawText(below, int(_BOTH), told.why)


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


def _cell(painter: QPainter, box: QRectF, found: StartVerdict) -> None:
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
