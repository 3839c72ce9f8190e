"""Moving a visit by mouse or keyboard: the verdict of every half-day before it is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.editing import Command, EditVerdict, Move, Place, StartVerdict
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from ui.context import AppContext
from ui.plan.board.drag_paint import MoveOverlay, Shown
from ui.plan.board.layout import RowKind
from ui.plan.board.paint import FIRST_COLUMN, HEADER, Scene
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.words import ASKING, Grade, Said, grade_of, said
from ui.plan.labels import joined

EDGE = 28
SCROLL_MS = 60
_LEFT = Qt.MouseButton.LeftButton
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_JUMPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

VisitAt = Callable[[QPoint], VisitView | None]


@dataclass
class _Press:
    """A button pressed on a visit that may become a drag."""

    source: QWidget
    where: QPoint
    visit: VisitView
    offset: int = 0


class Moving(QObject):
    """Watches the board and the tables from which visits are dragged.

    Signals: `county_needed` a county's code whose row is to be shown, `ended` after a move.
    """

    county_needed = Signal(str)
    ended = Signal()

    def __init__(self, context: AppContext, board: BoardView, editor: PlanEditor) -> None:
        super().__init__(board)
        self._context, self._board, self._editor = context, board, editor
        self.overlay = MoveOverlay(board)
        self._sources: dict[QObject, VisitAt] = {}
        self._press: _Press | None = None
        self._visit: VisitView | None = None
        self._keys = False
        self._slot: int | None = None
        self._exact: dict[int, EditVerdict | str] = {}
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_MS)
        self._timer.timeout.connect(self._scroll_at_edge)
        self.watch(board.viewport(), board, self._chip_visit)
        editor.state_changed.connect(self._follow)

    def watch(self, viewport: QWidget, keys: QWidget, visit_at: VisitAt) -> None:
        """Let visits be dragged from a viewport; `keys` is what has its keyboard."""
        self._sources[viewport] = visit_at
        viewport.installEventFilter(self)
        keys.installEventFilter(self)

    @property
    def visit(self) -> VisitView | None:
        """The visit that is being moved."""
        return self._visit

    @property
    def target(self) -> SlotTime | None:
        """Where a drop would put it."""
        return self._time(self._slot) if self._slot is not None else None

    # Begin and end ---------------------------------------------------------------------------

    def start_keys(self, visit: VisitView) -> None:
        """Move a visit by the arrow keys."""
        if not self._begin(visit, keys=True):
            return
        self._board.setFocus()
        self._slot = self._slot_of(visit.start) if visit.start else 0
        self._show_target()
        self._context.notify(self.tr("左右键选时间，上下键跳到可行的，回车放下，Esc 取消"))

    def _begin(self, visit: VisitView, *, keys: bool) -> bool:
        self.end()
        if not self._editor.may():
            return False
        row = self._row_of(visit)
        if row is None:
            self.county_needed.emit(visit.county)
            row = self._row_of(visit)
        scene = self._board.scene
        if row is None or scene is None:
            return False
        self._visit, self._keys = visit, keys
        labels = scene.labels
        title = f"{labels.county(visit.county)} {labels.specialties(visit)}"
        self.overlay.show_move(Shown(row, visit.slots, title))
        self._reveal_row(scene, row)
        self._editor.starts(visit.id, lambda found: self._take(visit, found))
        return True

    def end(self) -> None:
        """Move nothing any more."""
        self._press = None
        self._timer.stop()
        self._board.viewport().unsetCursor()
        if self._visit is None:
            return
        self._visit, self._slot = None, None
        self._exact.clear()
        self._editor.forget()
        self.overlay.show_move(None)
        scene, chip = self._board.scene, self._board.chip
        told = joined(scene.labels.summary(chip.visit)) if scene and chip else ""
        self._board.setAccessibleDescription(told)
        self.ended.emit()

    def _follow(self) -> None:
        """The plan is another one, or busy: what is being moved is dropped nowhere."""
        if self._editor.why_not:
            self.end()

    def drop(self) -> None:
        """Put the visit where the target is; without one say why not."""
        visit, start, shown = self._visit, self.target, self.overlay.shown
        told = shown.said if shown else None
        self.end()
        if visit is None or (start is not None and start == visit.start):
            return
        if start is None:
            self._context.notify(self.tr("没有改动：{0}").format(told.text if told else ""))
        elif told is not None and told.grade is Grade.BARRED:
            self._context.notify(self.tr("没有改动：{0}").format(told.text))
        else:
            self._editor.do(_command(visit, start))

    # Verdicts --------------------------------------------------------------------------------

    def _take(self, visit: VisitView, found: tuple[StartVerdict, ...]) -> None:
        shown = self.overlay.shown
        if self._visit is not visit or shown is None:
            return
        shown.starts = {
            slot: item for item in found if (slot := self._slot_of(item.start)) is not None
        }
        self._say()

    def _aim(self, slot: int | None) -> None:
        if slot != self._slot:
            self._slot = slot
            self._show_target()
        else:
            self._say()

    def _show_target(self) -> None:
        visit, shown, slot = self._visit, self.overlay.shown, self._slot
        if visit is None or shown is None:
            return
        shown.target = None if slot is None else (slot, slot + visit.slots - 1)
        start = self.target
        if slot is not None and start is not None and slot not in self._exact:
            self._editor.verdict(
                _command(visit, start), lambda answer: self._hear(visit, slot, answer)
            )
        if self._keys and slot is not None:
            self._reveal_slot(slot, visit.slots)
        self._say()

    def _hear(self, visit: VisitView, slot: int, answer: EditVerdict | str) -> None:
        if self._visit is visit:
            self._exact[slot] = answer
            self._say()

    def _say(self) -> None:
        """Put the newest words about the target on view."""
        shown, visit, start = self.overlay.shown, self._visit, self.target
        scene = self._board.scene
        if shown is None or visit is None or scene is None:
            return
        if self._slot is None or start is None:
            row = scene.layout.rows[shown.row]
            text = self.tr("请拖到“{0}”这一行的工作日上").format(row.title)
            shown.said = Said(Grade.UNKNOWN, text, "")
        elif start == visit.start:
            shown.said = Said(Grade.UNKNOWN, self.tr("原来的时间，放下不改动"), "")
        else:
            found, exact = shown.starts.get(self._slot), self._exact.get(self._slot)
            shown.said = said(start, visit.slots, found, exact)
        if self._keys and self._slot is not None:
            x, _ = scene.timeline.span(self._slot, self._slot)
            shown.x = x + FIRST_COLUMN - scene.left
        else:
            shown.x = self._pointer.x()
        if ASKING not in shown.said.text:
            self._board.setAccessibleDescription(shown.said.text)
        self.overlay.update()

    # Places ----------------------------------------------------------------------------------

    def _row_of(self, visit: VisitView) -> int | None:
        scene, chip = self._board.scene, self._board.chip
        if scene is None:
            return None
        if chip is not None and chip.visit.id == visit.id:
            return chip.row
        rows = enumerate(scene.layout.rows)
        wanted = (i for i, row in rows if row.kind is RowKind.COUNTY and row.key == visit.county)
        return next(wanted, None)

    def _time(self, slot: int) -> SlotTime | None:
        scene = self._board.scene
        if scene is None or not 0 <= slot < scene.timeline.slots:
            return None
        half = HalfDay.PM if slot % 2 else HalfDay.AM
        return SlotTime(scene.timeline.columns[slot // 2].day, half)

    def _slot_of(self, start: SlotTime) -> int | None:
        scene = self._board.scene
        columns = scene.timeline.columns if scene else ()
        place = next((c.index for c in columns if c.day == start.date), None)
        return None if place is None else 2 * place + (start.half is HalfDay.PM)

    def _slot_under(self, where: QPoint) -> int | None:
        """The slot where the visit would begin, None off its row or on a free day."""
        scene, shown, visit = self._board.scene, self.overlay.shown, self._visit
        if scene is None or shown is None or visit is None or where.x() < FIRST_COLUMN:
            return None
        y = where.y() - HEADER + scene.top
        if where.y() < HEADER or scene.layout.row_index(y) != shown.row:
            return None
        slot = scene.timeline.slot_at(where.x() - FIRST_COLUMN + scene.left)
        if slot is None:
            return None
        slot = max(0, slot - (self._press.offset if self._press else 0))
        return slot if visit.slots == 1 else slot - slot % 2

    def _chip_visit(self, where: QPoint) -> VisitView | None:
        chip = self._board.chip_at(where)
        return chip.visit if chip else None

    def _reveal_row(self, scene: Scene, index: int) -> None:
        row, bar = scene.layout.rows[index], self._board.verticalScrollBar()
        if row.y < bar.value() or row.y + row.height > bar.value() + bar.pageStep():
            bar.setValue(row.y - bar.pageStep() // 3)

    def _reveal_slot(self, slot: int, slots: int) -> None:
        scene = self._board.scene
        if scene is None or not 0 <= slot < scene.timeline.slots:
            return
        bar = self._board.horizontalScrollBar()
        x, width = scene.timeline.span(slot, min(slot + slots, scene.timeline.slots) - 1)
        if x < bar.value():
            bar.setValue(int(x))
        elif x + width > bar.value() + bar.pageStep():
            bar.setValue(int(x + width) + 1 - bar.pageStep())

    # Events ----------------------------------------------------------------------------------

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched in self._sources:
            return self._mouse(watched, event)
        if isinstance(event, QKeyEvent) and self._visit is not None:
            return self._key(event)
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._board.viewport():
            self.overlay.setGeometry(self._board.viewport().rect())
        if isinstance(event, QFocusEvent) and kind == QEvent.Type.FocusOut and self._keys:
            self.end()
        return super().eventFilter(watched, event)

    def _mouse(self, watched: QObject, event: QMouseEvent) -> bool:
        kind, where = event.type(), event.position().toPoint()
        if kind == QEvent.Type.MouseButtonPress:
            moving = self._visit is not None
            self.end()
            if event.button() is _LEFT and not moving:
                self._pressed(watched, where)
            return moving
        if kind == QEvent.Type.MouseMove and event.buttons() & _LEFT:
            return self._moved(where, event.globalPosition())
        if kind == QEvent.Type.MouseButtonRelease and event.button() is _LEFT:
            if self._visit is not None and not self._keys:
                self.drop()
            self._press = None
        return False

    def _pressed(self, watched: QObject, where: QPoint) -> None:
        visit = self._sources[watched](where)
        if visit is None or not isinstance(watched, QWidget):
            return
        self._press = _Press(watched, where, visit)
        chip, scene = self._board.chip_at(where), self._board.scene
        if watched is self._board.viewport() and chip and scene:
            slot = scene.timeline.slot_at(where.x() - FIRST_COLUMN + scene.left)
            self._press.offset = (slot or chip.first) - chip.first

    def _moved(self, where: QPoint, anywhere: QPointF) -> bool:
        press = self._press
        if press is None:
            return False
        if self._visit is None:
            if (where - press.where).manhattanLength() < QApplication.startDragDistance():
                return True
            if not self._begin(press.visit, keys=False):
                QToolTip.showText(anywhere.toPoint(), self._editor.why_not, self._board)
                self._press = None
                return True
            self._press = press
            self._board.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._timer.start()
        self._pointer = self._board.viewport().mapFromGlobal(anywhere).toPoint()
        self._aim(self._slot_under(self._pointer))
        return True

    def _scroll_at_edge(self) -> None:
        """Scroll while the pointer rests near an edge of the board."""
        area, at = self._board.viewport().rect(), self._pointer
        across, down = self._board.horizontalScrollBar(), self._board.verticalScrollBar()
        if not area.contains(at):
            return
        before = across.value(), down.value()
        across.setValue(before[0] + across.singleStep() * _pull(at.x(), FIRST_COLUMN, area.right()))
        down.setValue(before[1] + down.singleStep() * _pull(at.y(), HEADER, area.bottom()))
        if before != (across.value(), down.value()):
            self._aim(self._slot_under(at))

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.end()
        elif self._keys:
            self._steer(key)
        return True

    def _steer(self, key: Qt.Key) -> None:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.drop()
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key in _JUMPS:
            self._jump(_JUMPS[key])

    def _step(self, step: int) -> None:
        visit, scene = self._visit, self._board.scene
        if visit is None or scene is None:
            return
        wide = 1 if visit.slots == 1 else 2
        slot = (self._slot or 0) + step * wide
        if 0 <= slot < scene.timeline.slots:
            self._aim(slot)

    def _jump(self, step: int) -> None:
        """Go to the next or last start that is allowed."""
        shown, here = self.overlay.shown, self._slot or 0
        starts = sorted(shown.starts.items(), reverse=step < 0) if shown else ()
        for slot, found in starts:
            if (slot - here) * step > 0 and grade_of(found) in (Grade.FREE, Grade.COST):
                self._aim(slot)
                return


def _pull(at: int, first: int, last: int) -> int:
    return -1 if first <= at < first + EDGE else 1 if last - EDGE < at <= last else 0


def _command(visit: VisitView, start: SlotTime) -> Command:
    return Move(visit.id, start) if visit.held else Place(visit.id, start)
