"""Something held over the board by mouse or keyboard: aims, tells the verdict, and drops."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.editing import Command, EditVerdict
from envoy_app.domain.plans import EnvoyCard, VisitView
from ui.context import AppContext
from ui.plan.board.drag_paint import MoveOverlay, Shown
from ui.plan.board.layout import Chip, Move
from ui.plan.board.paint import FIRST_COLUMN, HEADER
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.gestures import Gesture, Target
from ui.plan.hand.grabs import (
    EdgeGrab,
    Grab,
    GrabAt,
    How,
    PersonGrab,
    VisitGrab,
    grab_on_board,
    how_of,
    on_edge,
)
from ui.plan.hand.words import ASKING, Grade
from ui.plan.labels import joined

EDGE = 28
SCROLL_MS = 60
_LEFT = Qt.MouseButton.LeftButton
_STEPS = {
    Qt.Key.Key_Left: Move.LEFT,
    Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Up: Move.UP,
    Qt.Key.Key_Down: Move.DOWN,
}
_JUMPS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_CHANGING = {
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
}
_CURSORS = {
    How.PLAIN: Qt.CursorShape.ClosedHandCursor,
    How.COPY: Qt.CursorShape.DragCopyCursor,
    How.TRADE: Qt.CursorShape.SizeAllCursor,
}


class Moving(QObject):
    """Watches the board and the lists from which visits and people are dragged.

    Signals: `county_needed` a county's code whose row is to be shown, `ended` after a drag.
    """

    county_needed = Signal(str)
    ended = Signal()

    def __init__(self, context: AppContext, board: BoardView, editor: PlanEditor) -> None:
        super().__init__(board)
        self._context, self._board, self._editor = context, board, editor
        self.overlay = MoveOverlay(board)
        self._sources: dict[QObject, GrabAt] = {}
        self._press: tuple[QPoint, Grab] | None = None
        self._grab: Grab | None = None
        self._how = How.PLAIN
        self._gestures: dict[How, Gesture] = {}
        self._target: Target | None = None
        self._keys = False
        self._at_edge = False
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_MS)
        self._timer.timeout.connect(self._scroll_at_edge)
        self.watch(board.viewport(), lambda where: grab_on_board(board, where))
        board.installEventFilter(self)
        for bar in (board.horizontalScrollBar(), board.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: self._scrolled())
        editor.state_changed.connect(self._follow)

    def watch(self, widget: QWidget, grab_at: GrabAt) -> None:
        """Let something be dragged from a widget: what `grab_at` finds at a point of it."""
        self._sources[widget] = grab_at
        widget.installEventFilter(self)

    @property
    def gesture(self) -> Gesture | None:
        """What is being done, None while nothing is held."""
        return self._gestures.get(self._how) if self._grab is not None else None

    @property
    def target(self) -> Target | None:
        """Where a drop would put it."""
        return self._target

    # Begin and end ---------------------------------------------------------------------------

    def start_visit(self, visit: VisitView, how: How = How.PLAIN) -> None:
        """Move a visit by the arrow keys, or a copy of it, or trade its time."""
        chip = self._board.chip
        own = chip is not None and chip.visit.id == visit.id
        self._start_keys(VisitGrab(visit, chip if own else None), how)

    def start_length(self, chip: Chip) -> None:
        """Choose by the arrow keys how long a visit takes."""
        self._start_keys(EdgeGrab(chip), How.PLAIN)

    def start_person(self, card: EnvoyCard) -> None:
        """Choose by the arrow keys to which visit somebody comes."""
        self._start_keys(PersonGrab(card), How.PLAIN)

    def _start_keys(self, grab: Grab, how: How) -> None:
        if self._begin(grab, how, keys=True) and (gesture := self.gesture):
            self._aim(gesture.begin())
            self._context.notify(gesture.keys)

    def _begin(self, grab: Grab, how: How, *, keys: bool) -> bool:
        self.end()
        if not self._editor.may():
            return False
        made = self._made(grab, how)
        if made is None:
            return False
        self._grab, self._how, self._keys = grab, how, keys
        self._gestures = {how: made}
        self._board.setFocus()
        self._reveal_row(made.row)
        self._show()
        return True

    def _made(self, grab: Grab, how: How) -> Gesture | None:
        found = grab.gesture(self._board, how)
        if found is None and isinstance(grab, VisitGrab):
            self.county_needed.emit(grab.visit.county)
            found = grab.gesture(self._board, how)
        return found

    def _use(self, how: How) -> None:
        """Go on with what is held for something else: a key went down or up."""
        grab = self._grab
        if grab is None or self._keys or how is self._how:
            return
        if how not in self._gestures:
            made = grab.gesture(self._board, how)
            if made is None:
                return
            self._gestures[how] = made
        self._how, self._target = how, None
        self._board.viewport().setCursor(_CURSORS[how])
        self._show()
        self._aim_under()

    def _show(self) -> None:
        gesture = self.gesture
        if gesture is not None:
            self.overlay.show_move(Shown(gesture.title, gesture.marks, gesture.row))
            self._ask()

    def end(self) -> None:
        """Hold nothing any more."""
        self._press = None
        self._timer.stop()
        if self._grab is None:
            return
        self._board.viewport().unsetCursor()
        self._grab, self._target = None, None
        self._gestures = {}
        self._editor.forget()
        self.overlay.show_move(None)
        scene, chip = self._board.scene, self._board.chip
        told = joined(scene.labels.summary(chip.visit)) if scene and chip else ""
        self._board.setAccessibleDescription(told)
        self.ended.emit()

    def _follow(self) -> None:
        """The plan is another one, or busy: what is held is dropped nowhere."""
        if self._editor.why_not:
            self.end()

    def drop(self) -> None:
        """Do what the target says; without one say why not."""
        gesture, target, shown = self.gesture, self._target, self.overlay.shown
        told = shown.said if shown else None
        self.end()
        if gesture is None or told is None:
            return
        if target is None or target.command is None or told.grade is Grade.BARRED:
            self._context.notify(self.tr("没有改动：{0}").format(told.text))
        else:
            self._editor.do(target.command)

    # Verdicts --------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Ask for what is not known yet of the targets, those in sight at the least."""
        gesture = self.gesture
        question = gesture.question() if gesture else None
        if gesture is not None and question is not None:
            self._editor.ask(question, lambda take: self._take(gesture, take))

    def _take(self, gesture: Gesture, take: object) -> None:
        if gesture is not self.gesture or not callable(take):
            return
        take()
        if self._target is not None:
            self._aim(gesture.again(self._target))
        else:
            self._say()

    def _aim_under(self) -> None:
        gesture, grab = self.gesture, self._grab
        if gesture is not None and grab is not None:
            self._aim(gesture.under(self._pointer, grab.slots))

    def _aim(self, target: Target | None) -> None:
        gesture = self.gesture
        if gesture is None:
            return
        if target != self._target:
            self._target = target
            command = target.command if target else None
            if command is not None and command not in gesture.exact:
                self._editor.verdict(command, lambda answer: self._hear(gesture, command, answer))
            if self._keys and target is not None:
                self._reveal(target)
        self._say()

    def _hear(self, gesture: Gesture, command: Command, answer: EditVerdict | str) -> None:
        gesture.exact[command] = answer
        if gesture is self.gesture:
            self._say()

    def _say(self) -> None:
        """Put the newest words about the target on view."""
        shown, gesture, target = self.overlay.shown, self.gesture, self._target
        scene = self._board.scene
        if shown is None or gesture is None or scene is None:
            return
        shown.target, shown.said = target, gesture.said(target)
        shown.row = gesture.row if target is None else target.row
        shown.x = self._pointer.x()
        if self._keys and target is not None and 0 <= target.first < scene.timeline.slots:
            shown.x = scene.timeline.slot_x(target.first) + FIRST_COLUMN - scene.left
        if ASKING not in shown.said.text:
            self._board.setAccessibleDescription(shown.said.text)
        self.overlay.update()

    # Places ----------------------------------------------------------------------------------

    def _reveal_row(self, index: int) -> None:
        scene, bar = self._board.scene, self._board.verticalScrollBar()
        if scene is None or isinstance(self._grab, PersonGrab):
            return
        row = scene.layout.rows[index]
        if row.y < bar.value() or row.y + row.height > bar.value() + bar.pageStep():
            bar.setValue(row.y - bar.pageStep() // 3)

    def _reveal(self, target: Target) -> None:
        scene = self._board.scene
        if scene is None or not 0 <= target.first < scene.timeline.slots:
            return
        bar = self._board.horizontalScrollBar()
        x, width = scene.timeline.span(target.first, min(target.last, scene.timeline.slots - 1))
        if x < bar.value():
            bar.setValue(int(x))
        elif x + width > bar.value() + bar.pageStep():
            bar.setValue(int(x + width) + 1 - bar.pageStep())
        row, down = scene.layout.rows[target.row], self._board.verticalScrollBar()
        if row.y < down.value():
            down.setValue(row.y)
        elif row.y + row.height > down.value() + down.pageStep():
            down.setValue(row.y + row.height - down.pageStep())

    # Events ----------------------------------------------------------------------------------

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched in self._sources:
            return self._mouse(watched, event)
        if isinstance(event, QKeyEvent) and self._grab is not None:
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
            held = self._grab is not None
            self.end()
            if event.button() is _LEFT and not held:
                found = self._sources[watched](where)
                self._press = None if found is None else (where, found)
            return held
        if kind == QEvent.Type.MouseMove and event.buttons() & _LEFT:
            return self._moved(where, event)
        if kind == QEvent.Type.MouseMove and watched is self._board.viewport():
            return self._hovered(where)
        if kind == QEvent.Type.MouseButtonRelease and event.button() is _LEFT:
            if self._grab is not None and not self._keys:
                self.drop()
            self._press = None
        return False

    def _moved(self, where: QPoint, event: QMouseEvent) -> bool:
        if self._press is None and self._grab is None:
            return False
        anywhere: QPointF = event.globalPosition()
        if self._grab is None and self._press is not None:
            begun, grab = self._press
            if (where - begun).manhattanLength() < QApplication.startDragDistance():
                return True
            if not self._begin(grab, how_of(event.modifiers()), keys=False):
                QToolTip.showText(anywhere.toPoint(), self._editor.why_not, self._board)
                return True
            self._board.viewport().setCursor(
                Qt.CursorShape.SizeHorCursor if isinstance(grab, EdgeGrab) else _CURSORS[self._how]
            )
            self._timer.start()
        self._pointer = self._board.viewport().mapFromGlobal(anywhere).toPoint()
        self._use(how_of(event.modifiers()))
        self._aim_under()
        return True

    def _hovered(self, where: QPoint) -> bool:
        """Show that a chip's right edge can be dragged."""
        scene, chip = self._board.scene, self._board.chip_at(where)
        edge = chip is not None and on_edge(self._board, chip, where)
        if edge and not self._at_edge:
            self._board.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        elif self._at_edge and not edge and scene is not None:
            scene.hover = None  # the board chooses the pointer anew
            self._board.viewport().unsetCursor()
            self._board.viewport().update()
        self._at_edge = edge
        return edge

    def _scrolled(self) -> None:
        """Other targets came into sight; the pointer may lie over another one."""
        if self._grab is not None:
            self._ask()
            self.overlay.update()
            if not self._keys:
                self._aim_under()

    def _scroll_at_edge(self) -> None:
        """Scroll while the pointer rests near an edge of the board."""
        area, at = self._board.viewport().rect(), self._pointer
        across, down = self._board.horizontalScrollBar(), self._board.verticalScrollBar()
        if not area.contains(at):
            return
        left, top = _pull(at.x(), FIRST_COLUMN, area.right()), _pull(at.y(), HEADER, area.bottom())
        across.setValue(across.value() + across.singleStep() * left)
        down.setValue(down.value() + down.singleStep() * top)

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        pressed, key = event.type() == QEvent.Type.KeyPress, Qt.Key(event.key())
        if key in _CHANGING:
            held = event.modifiers()
            self._use(how_of(held | _CHANGING[key] if pressed else held & ~_CHANGING[key]))
        elif pressed and key == Qt.Key.Key_Escape:
            self.end()
        elif pressed and self._keys:
            self._steer(key)
        return True

    def _steer(self, key: Qt.Key) -> None:
        gesture, target = self.gesture, self._target
        if gesture is None:
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.drop()
        elif target is None:
            self._aim(gesture.begin())
        elif key in _STEPS:
            self._aim(gesture.step(target, _STEPS[key]) or target)
        elif key in _JUMPS:
            self._aim(gesture.jump(target, _JUMPS[key]) or target)


def _pull(at: int, first: int, last: int) -> int:
    return -1 if first <= at < first + EDGE else 1 if last - EDGE < at <= last else 0
