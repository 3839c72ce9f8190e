"""The board: shows a plan, and answers mouse and keyboard."""

from __future__ import annotations

from datetime import date
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.plans import PlanView
from ui.plan.board.canvas import ZOOMS, BoardCanvas
from ui.plan.board.layout import BoardLayout, Chip, Move, Row
from ui.plan.board.paint import FIRST_COLUMN, HEADER, ColourBy, Scene
from ui.plan.board.timeline import DayName
from ui.plan.labels import Labels, joined

__all__ = ["ZOOMS", "BoardView"]
_MOVES = {
    Qt.Key.Key_Left: Move.LEFT,
    Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Up: Move.UP,
    Qt.Key.Key_Down: Move.DOWN,
}


_GROUPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class BoardView(BoardCanvas):
    """Shows one plan.

    Signals: `visit_selected` a visit id or None, `row_selected` a Row or None, `row_activated` a
    Row (double click, Enter), `opened` for Enter on a visit, `shown` when another state of the
    plan, other rows or other colours are shown.
    """

    visit_selected = Signal(object)
    row_selected = Signal(object)
    row_activated = Signal(object)
    opened = Signal()
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("排班表"))
        self.viewport().setMouseTracking(True)
        self.marking = self._painter.marking

    # What is shown ---------------------------------------------------------------------------

    @property
    def chip(self) -> Chip | None:
        """The selected chip."""
        return self._scene.chip if self._scene else None

    @property
    def row(self) -> Row | None:
        """The selected row, None while a chip or nothing is selected."""
        scene = self._scene
        return scene.layout.rows[scene.row] if scene and scene.row is not None else None

    @property
    def highlighted(self) -> frozenset[str] | None:
        """The kinds that stand out, None where all are alike."""
        return self._scene.highlighted if self._scene else None

    def show_plan(
        self,
        plan: PlanView,
        layout: BoardLayout,
        labels: Labels,
        name_of: DayName,
        *,
        today: date | None = None,
    ) -> None:
        """Show a plan in this layout; the selected visit stays selected where it is still there."""
        before = self._scene
        self._plan, self._name_of = plan, name_of
        if before is None or not labels.same_names(before.labels):
            self._painter.forget_texts()
        self._scene = Scene(layout, self._timeline(), labels, today=today)
        if before:
            self._scene.colour_by, self._scene.highlighted = before.colour_by, before.highlighted
        self._fit()
        if before and before.chip:
            kept = layout.chips_of(before.chip.visit.id, before.layout.rows[before.chip.row].key)
            self._set(next(iter(kept), None), None)
        self.shown.emit()

    def clear(self) -> None:
        """Show nothing."""
        self._scene = self._plan = None
        self.viewport().update()
        self.shown.emit()

    def set_colour_by(self, colour_by: ColourBy) -> None:
        """Choose what the chips' colour says; all kinds stand out alike then."""
        if self._scene and self._scene.colour_by is not colour_by:
            self._scene.colour_by, self._scene.highlighted = colour_by, None
            self.viewport().update()
            self.shown.emit()

    def set_highlighted(self, kinds: frozenset[str] | None) -> None:
        """Let visits of some kinds of the colour stand out (None: all alike)."""
        if self._scene and self._scene.highlighted != kinds:
            self._scene.highlighted = kinds
            self.viewport().update()
            self.shown.emit()

    def select_visit(self, visit_id: str | None, row_key: str = "") -> None:
        """Select a visit from elsewhere, in this row if it lies there; nothing is emitted."""
        scene = self._scene
        if scene is None:
            return
        chips = scene.layout.chips_of(visit_id or "", row_key)
        if chips and scene.chip not in chips:
            self._set(chips[0], None)
            self._reveal()
        elif not chips and scene.chip:
            self._set(None, scene.row)

    def select_row(self, key: str) -> bool:
        """Select a county's or envoy's row from elsewhere and return whether it is shown."""
        rows = self._scene.layout.rows if self._scene else ()
        found = [index for index, row in enumerate(rows) if row.key == key]
        for index in found[:1]:
            self._set(None, index)
            self._reveal()
        return bool(found)

    def drop_selection(self) -> None:
        """Select neither a chip nor a row; nothing is emitted."""
        if self._scene:
            self._set(None, None)

    def reveal(self, chip: Chip) -> None:
        """Scroll the least so that a chip is in sight."""
        scene = self._need()
        x, width = scene.timeline.span(chip.first, chip.last)
        _scroll_to(self.horizontalScrollBar(), int(x), int(x + width) + 1)
        top = scene.layout.chip_top(chip)
        _scroll_to(self.verticalScrollBar(), top, top + scene.layout.row_height)

    # Inner workings --------------------------------------------------------------------------

    def _set(self, chip: Chip | None, row: int | None) -> None:
        scene = self._need()
        scene.chip, scene.row = chip, row
        scene.sharing_visit = frozenset({chip.visit.id} if chip else ())
        if chip:
            self.setAccessibleDescription(joined(scene.labels.summary(chip.visit)))
        elif row is not None:
            self.setAccessibleDescription(joined(scene.labels.row(scene.layout.rows[row])))
        else:
            self.setAccessibleDescription("")
        self.viewport().update()

    def _choose(self, chip: Chip | None, row: int | None = None) -> None:
        """Select at the user's wish: show it and tell."""
        self._set(chip, row)
        self._reveal()
        self.visit_selected.emit(chip.visit.id if chip else None)
        self.row_selected.emit(self.row)

    def _reveal(self) -> None:
        """Scroll the least so that what is selected is in sight."""
        scene = self._need()
        if scene.chip:
            self.reveal(scene.chip)
        elif scene.row is not None:
            row = scene.layout.rows[scene.row]
            _scroll_to(self.verticalScrollBar(), row.y, row.y + row.height)

    def _move(self, move: Move) -> None:
        scene = self._need()
        if scene.chip:
            found = scene.layout.neighbour(scene.chip, move)
            if found:
                self._choose(found)
            elif move is Move.LEFT:
                self._choose(None, scene.chip.row)
        elif scene.row is not None:
            self._move_from_row(scene, scene.row, move)
        elif scene.layout.chips:
            shown = (c for c in scene.layout.chips if self._in_sight(c))
            self._choose(next(shown, scene.layout.chips[0]))

    def _move_from_row(self, scene: Scene, index: int, move: Move) -> None:
        rows = scene.layout.rows
        if move is Move.RIGHT and rows[index].chips:
            self._choose(rows[index].chips[0])
        elif move in (Move.UP, Move.DOWN) and 0 <= index + move.value[0] < len(rows):
            self._choose(None, index + move.value[0])

    def _in_sight(self, chip: Chip) -> bool:
        body = self.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
        return body.contains(self.chip_box(chip))

    # Events ----------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._scene is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        where = event.position().toPoint()
        chip = self.chip_at(where)
        index = self._row_at(where)
        if chip:
            self._choose(chip)
        elif index is not None and where.x() < FIRST_COLUMN:
            self._choose(None, index)
        elif where.y() >= HEADER:
            self._choose(None)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.chip:
            self.opened.emit()
        elif self.row:
            self.row_activated.emit(self.row)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        chip = self.chip_at(event.position().toPoint())
        if chip != self._scene.hover:
            self._update_chips(self._scene.hover, chip)
            self._scene.hover = chip
            shape = Qt.CursorShape.PointingHandCursor if chip else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._scene is None or not self._scene.layout.rows:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_key(event)
        elif key in _MOVES:
            self._move(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif key == Qt.Key.Key_Escape and (self.chip or self.row):
            self._choose(None)
        else:
            self._scroll_key(event)

    def _open(self) -> None:
        if self.row:
            self.row_activated.emit(self.row)
        elif self.chip:
            self.opened.emit()

    def _zoom_key(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.step_zoom(-1)
        elif event.key() == Qt.Key.Key_Minus:
            self.step_zoom(1)
        elif event.key() == Qt.Key.Key_0:
            self.set_zoom(0)
        elif event.key() in _GROUPS:
            self.jump_group(_GROUPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _scroll_key(self, event: QKeyEvent) -> None:
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        page = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if page:
            down.setValue(down.value() + page * down.pageStep())
        elif event.key() == Qt.Key.Key_Home:
            across.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            across.setValue(across.maximum())
        else:
            super().keyPressEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tooltip_at(event.pos())
            html = "<br>".join(map(escape, text.split("\n")))
            QToolTip.showText(event.globalPos(), f"<p>{html}</p>" if text else "", self)
            return True
        if event.type() == QEvent.Type.Leave and self._scene and self._scene.hover:
            self._update_chips(self._scene.hover)
            self._scene.hover = None
        return super().viewportEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _scroll_to(bar: QScrollBar, start: int, end: int) -> None:
    if start < bar.value():
        bar.setValue(start)
    elif end > bar.value() + bar.pageStep():
        bar.setValue(end - bar.pageStep())
