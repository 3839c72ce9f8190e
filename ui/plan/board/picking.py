"""Selecting several visits, days and weeks on the board: mouse, rubber band and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QRubberBand
from typing_extensions import override

from ui.plan.board.layout import Chip, Move
from ui.plan.board.marking import Head, HeadKind, lit
from ui.plan.board.marks import Marks
from ui.plan.board.paint import FIRST_COLUMN, HEADER, WEEK_HEIGHT, Scene
from ui.plan.board.view import BoardView

EDGE = 20
SCROLL_MS = 60
_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_PICKING = _CTRL | _SHIFT
_MOVES = {
    Qt.Key.Key_Left: Move.LEFT,
    Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Up: Move.UP,
    Qt.Key.Key_Down: Move.DOWN,
}


@dataclass
class _Band:
    """A rubber band: from where (in px of the scrolled content) and what it adds to."""

    start: QPoint
    press: QPoint
    base: tuple[str, ...]
    drawn: bool = False
    found: tuple[str, ...] = ()


class Picking(QObject):
    """Watches the board for all that selects more than one visit.

    It must be made after whatever else watches the board: what it takes, others do not see.
    `moving` says whether a visit is being moved: then nothing is selected.

    Signals: `menu_requested` a point of the screen where the corner's menu is to open.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, board: BoardView, marks: Marks, moving: Callable[[], bool]) -> None:
        super().__init__(board)
        self._board, self._marks, self._moving = board, marks, moving
        self._band: _Band | None = None
        self._pressed_chip: tuple[Chip, tuple[str, ...]] | None = None
        self._pointer = QPoint()
        self.rubber = QRubberBand(QRubberBand.Shape.Rectangle, board.viewport())
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_MS)
        self._timer.timeout.connect(self._scroll)
        board.viewport().installEventFilter(self)
        board.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        scene = self._board.scene
        if scene is None or self._moving():
            self._end_band()
            self._pressed_chip = None
            return False
        if isinstance(event, QMouseEvent) and watched is self._board.viewport():
            return self._mouse(scene, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return watched is self._board and self._key(scene, event)
        return False

    # The mouse -------------------------------------------------------------------------------

    def _mouse(self, scene: Scene, event: QMouseEvent) -> bool:
        kind, where = event.type(), event.position().toPoint()
        if kind == QEvent.Type.MouseButtonPress:
            return event.button() is _LEFT and self._pressed(scene, event, where)
        if kind == QEvent.Type.MouseButtonRelease and self._pressed_chip is not None:
            (chip, ids), self._pressed_chip = self._pressed_chip, None
            self._marks.toggle(chip, ids)
        if self._band is None:
            return False
        if kind == QEvent.Type.MouseMove and event.buttons() & _LEFT:
            self._pointer = where
            self._stretch(scene)
            return True
        if kind == QEvent.Type.MouseButtonRelease and event.button() is _LEFT:
            self._release()
            return True
        return False

    def _pressed(self, scene: Scene, event: QMouseEvent, where: QPoint) -> bool:
        self._end_band()
        self._pressed_chip = None
        if where.y() < HEADER:
            if where.x() < FIRST_COLUMN:
                self.menu_requested.emit(self._board.viewport().mapToGlobal(QPoint(0, HEADER)))
            elif head := self.head_at(where):
                self._marks.choose_head(head)
            return True
        if where.x() < FIRST_COLUMN:
            return False
        chip, picking = self._board.chip_at(where), event.modifiers() & _PICKING
        if chip is not None:
            if picking & _SHIFT:
                self._marks.extend(chip)
            elif picking:
                # It may become a drag, which Ctrl lets copy: only a click takes in or out.
                self._pressed_chip = chip, self._marks.ids
            return bool(picking & _SHIFT)
        start = where + QPoint(scene.left - FIRST_COLUMN, scene.top - HEADER)
        self._band = _Band(start, where, self._marks.ids if picking else ())
        return bool(picking)  # else the board deselects what there is

    def _stretch(self, scene: Scene) -> None:
        """Draw the band to the pointer, and ring what it touches."""
        band, at = self._band, self._pointer
        if band is None:
            return
        if not band.drawn:
            if (at - band.press).manhattanLength() < QApplication.startDragDistance():
                return
            band.drawn = True
            self._timer.start()
        body = self._board.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
        start = band.start + QPoint(FIRST_COLUMN - scene.left, HEADER - scene.top)
        area = QRect(start, QSize(1, 1)).united(QRect(at, QSize(1, 1)))
        self.rubber.setGeometry(area.intersected(body))
        self.rubber.show()
        band.found = _touched(scene, area.translated(scene.left - FIRST_COLUMN, scene.top - HEADER))
        self._board.marking.visits = frozenset((*band.base, *band.found))
        self._board.viewport().update()

    def _release(self) -> None:
        band = self._band
        self._end_band()
        if band is not None and band.drawn:
            ids = (*band.base, *band.found)
            self._marks.choose(ids, self._marks.anchor)

    def _end_band(self) -> None:
        if self._band is not None:
            self._band = None
            self._timer.stop()
            self.rubber.hide()
            self._board.marking.visits = frozenset(self._marks.ids if self._marks.many else ())

    def _scroll(self) -> None:
        """Scroll while the band is held at an edge of the board."""
        scene, at = self._board.scene, self._pointer
        body = self._board.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
        across, down = self._board.horizontalScrollBar(), self._board.verticalScrollBar()
        before = across.value(), down.value()
        across.setValue(before[0] + across.singleStep() * _pull(at.x(), body.left(), body.right()))
        down.setValue(before[1] + down.singleStep() * _pull(at.y(), body.top(), body.bottom()))
        if scene is not None and before != (across.value(), down.value()):
            self._stretch(scene)

    # Headings --------------------------------------------------------------------------------

    def head_at(self, where: QPoint) -> Head | None:
        """Return the day or the week at a point of the header, the whole at the corner."""
        scene = self._board.scene
        if scene is None or where.y() >= HEADER:
            return None
        if where.x() < FIRST_COLUMN:
            return self._whole(scene)
        column = scene.timeline.column_at(where.x() - FIRST_COLUMN + scene.left)
        if column is None:
            return None
        kind = HeadKind.WEEK if where.y() < WEEK_HEIGHT else HeadKind.DAY
        return self._head(scene, column.index, kind)

    def head_box(self, head: Head) -> QRect:
        """Return where a heading lies in the viewport."""
        scene = self._board.scene
        spans = self._board.marking.spans(scene.timeline) if scene else ()
        if scene is None or head.kind is HeadKind.ALL or not spans:
            return QRect(0, 0, FIRST_COLUMN, HEADER)
        left = round(spans[0].left()) + FIRST_COLUMN - scene.left
        return QRect(left, 0, round(spans[-1].right() - spans[0].left()), HEADER)

    @staticmethod
    def _whole(scene: Scene) -> Head:
        return Head(HeadKind.ALL, tuple(column.day for column in scene.timeline.columns))

    @staticmethod
    def _head(scene: Scene, place: int, kind: HeadKind) -> Head | None:
        columns = scene.timeline.columns
        if not 0 <= place < len(columns):
            return None
        day = columns[place].day
        if kind is HeadKind.DAY:
            return Head(kind, (day,))
        week = day.isocalendar()[:2]
        return Head(kind, tuple(c.day for c in columns if c.day.isocalendar()[:2] == week))

    # Keys ------------------------------------------------------------------------------------

    def _key(self, scene: Scene, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers() & (_PICKING)
        if key == Qt.Key.Key_F10 and held == _SHIFT:
            return self._ask_menu()
        if key == Qt.Key.Key_A and held == _CTRL:
            self._marks.choose((c.visit.id for c in lit(scene.layout)), self._marks.anchor)
            return True
        if key == Qt.Key.Key_Escape and (self._marks.many or self._marks.head):
            self._marks.choose(())
            return True
        if key == Qt.Key.Key_D and not event.modifiers():
            return self._to_header(scene)
        if key not in _MOVES:
            return False
        if held == _SHIFT:
            return self._extend(scene, _MOVES[key])
        if self._marks.head is not None and not held:
            self._walk(scene, self._marks.head, _MOVES[key])
            return True
        up = _MOVES[key] is Move.UP and not held
        return up and self._on_top(scene) and self._to_header(scene)

    def _ask_menu(self) -> bool:
        """Open the menu of what is selected, as the menu key does."""
        middle = self._board.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, middle, self._board.mapToGlobal(middle))
        QApplication.sendEvent(self._board, event)
        return True

    def _extend(self, scene: Scene, move: Move) -> bool:
        found = self._marks.extend_by(move)
        if found is not None:
            self._board.reveal(found)
        return found is not None or scene.chip is not None

    @staticmethod
    def _on_top(scene: Scene) -> bool:
        if scene.chip is not None:
            return scene.layout.neighbour(scene.chip, Move.UP) is None
        return scene.row == 0

    def _to_header(self, scene: Scene) -> bool:
        """Select the day of the selected visit, else the first in sight."""
        place = scene.chip.first // 2 if scene.chip else None
        if place is None:
            seen = (c.index for c in scene.timeline.columns if c.x + 2 >= scene.left)
            place = next(seen, None)
        head = None if place is None else self._head(scene, place, HeadKind.DAY)
        if head is not None:
            self._marks.choose_head(head)
        return head is not None

    def _walk(self, scene: Scene, head: Head, move: Move) -> None:
        """Go from heading to heading: days, above them weeks, left of them the whole."""
        places = {column.day: column.index for column in scene.timeline.columns}
        first, last = places[head.days[0]], places[head.days[-1]]
        found: Head | None = None
        if move is Move.DOWN and head.kind is HeadKind.DAY:
            self._into_board(scene, first)
            return
        if move is Move.DOWN:
            found = self._head(scene, first, HeadKind.DAY)
        elif head.kind is HeadKind.ALL:
            found = self._head(scene, first, HeadKind.DAY) if move is Move.RIGHT else None
        elif move is Move.UP:
            found = self._head(scene, first, HeadKind.WEEK)
        else:
            place = last + 1 if move is Move.RIGHT else first - 1
            found = self._head(scene, place, head.kind) if place >= 0 else self._whole(scene)
        if found is not None:
            self._marks.choose_head(found)
            self._reveal(scene, found)

    def _into_board(self, scene: Scene, place: int) -> None:
        """Select the topmost visit of a day, where it has one."""
        touching = (c for c in lit(scene.layout) if c.first // 2 <= place <= c.last // 2)
        chip = next(touching, None)
        if chip is not None:
            self._marks.choose((chip.visit.id,))

    def _reveal(self, scene: Scene, head: Head) -> None:
        if head.kind is HeadKind.ALL:
            return
        box, bar = self.head_box(head), self._board.horizontalScrollBar()
        right = self._board.viewport().width()
        if box.left() < FIRST_COLUMN:
            bar.setValue(scene.left + box.left() - FIRST_COLUMN)
        elif box.right() > right:
            bar.setValue(scene.left + min(box.left() - FIRST_COLUMN, box.right() - right + 1))


def _touched(scene: Scene, area: QRect) -> tuple[str, ...]:
    """Return the visits whose chips an area of the scrolled content touches."""
    layout, found = scene.layout, []
    for index in layout.visible(max(0, area.top()), area.bottom()):
        for chip in layout.rows[index].chips:
            x, width = scene.timeline.span(chip.first, chip.last)
            top = layout.chip_top(chip)
            across = x <= area.right() and x + width > area.left()
            if across and top <= area.bottom() and top + layout.row_height > area.top():
                found += [] if chip.dimmed else [chip.visit.id]
    return tuple(dict.fromkeys(found))


def _pull(at: int, first: int, last: int) -> int:
    return -1 if at < first + EDGE else 1 if at > last - EDGE else 0
