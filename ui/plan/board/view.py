"""The board: a scroll area that paints visits by itself and answers mouse and keyboard."""

from __future__ import annotations

from datetime import date
from html import escape

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.plans import PlanView
from ui import theme
from ui.plan.board.layout import BoardLayout, Chip, Move, Row
from ui.plan.board.paint import FIRST_COLUMN, HEADER, BoardPainter, ColourBy, Scene
from ui.plan.board.timeline import DayName, Timeline, zoomed_timeline
from ui.plan.labels import Labels, day_tip, joined

# Days in sight, from near to far; 0 is the whole plan.
ZOOMS = (5, 10, 15, 22, 44, 0)
SCROLL_STEP = 24
_MOVES = {
    Qt.Key.Key_Left: Move.LEFT,
    Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Up: Move.UP,
    Qt.Key.Key_Down: Move.DOWN,
}


class BoardView(QAbstractScrollArea):
    """Shows one plan.

    Signals: `visit_selected` a visit id or None, `row_selected` a Row or None, `row_activated` a
    Row (double click, Enter), `opened` for Enter on a visit, `zoom_changed` the number of days in
    sight (0: all).
    """

    visit_selected = Signal(object)
    row_selected = Signal(object)
    row_activated = Signal(object)
    opened = Signal()
    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("排班表"))
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setCornerWidget(QWidget())
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._painter = BoardPainter(self.font())
        self.marking = self._painter.marking
        self._scene: Scene | None = None
        self._plan: PlanView | None = None
        self._name_of: DayName = lambda _day: None
        self._zoom = 10
        self._wheel = 0
        theme.notifier.theme_changed.connect(self._theme_changed)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # What is shown ---------------------------------------------------------------------------

    @property
    def scene(self) -> Scene | None:
        """What is painted, None where no plan is shown."""
        return self._scene

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
    def first_day(self) -> date | None:
        """The first day in sight; None while no plan is shown."""
        if self._scene is None:
            return None
        left = self._scene.left
        seen = (c.day for c in self._scene.timeline.columns if c.x + 2 >= left)
        return next(seen, None)

    @property
    def zoom(self) -> int:
        """Days in sight, 0 for all."""
        return self._zoom

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
        self._painter.forget_texts()
        colour_by = before.colour_by if before else ColourBy.SPECIALTY
        self._scene = Scene(layout, self._timeline(), labels, colour_by, today)
        self._fit()
        if before and before.chip:
            kept = layout.by_visit.get(before.chip.visit.id, ())
            self._set(next(iter(kept), None), None)
        self.viewport().update()

    def clear(self) -> None:
        """Show nothing."""
        self._scene = self._plan = None
        self.viewport().update()

    def set_colour_by(self, colour_by: ColourBy) -> None:
        """Choose what the chips' colour says."""
        if self._scene:
            self._scene.colour_by = colour_by
            self.viewport().update()

    def set_zoom(self, days: int, anchor: float | None = None) -> None:
        """Show so many days at once (0: all); the day at `anchor` px of the viewport stays put."""
        if days == self._zoom:
            return
        x = anchor if anchor is not None else float(FIRST_COLUMN)
        slot = self._nearest_slot(x)
        self._zoom = days
        self._fit()
        if self._scene and slot is not None:
            target = self._scene.timeline.slot_x(slot) - (x - FIRST_COLUMN)
            # At the left end free days before the first working day stay in sight.
            self.horizontalScrollBar().setValue(round(target) if slot else 0)
        self.zoom_changed.emit(days)

    def scroll_to_top(self) -> None:
        """Show the first row."""
        self.verticalScrollBar().setValue(0)

    def go_to(self, day: date) -> None:
        """Scroll so that a day, or the next one worked, stands at the left."""
        if self._scene is None:
            return
        found = [c for c in self._scene.timeline.columns if c.day >= day]
        if found:
            self.horizontalScrollBar().setValue(int(found[0].x) - 2)

    def select_visit(self, visit_id: str | None) -> None:
        """Select a visit from elsewhere; nothing is emitted."""
        scene = self._scene
        if scene is None:
            return
        chips = scene.layout.by_visit.get(visit_id or "", ())
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
        scene, down = self._need(), self.verticalScrollBar()
        x, width = scene.timeline.span(chip.first, chip.last)
        _scroll_to(self.horizontalScrollBar(), int(x), int(x + width) + 1)
        top = scene.layout.chip_top(chip)
        _scroll_to(down, top, top + scene.layout.row_height)

    def chip_box(self, chip: Chip) -> QRect:
        """Return where a chip lies in the viewport."""
        scene = self._need()
        x, width = scene.timeline.span(chip.first, chip.last)
        y = scene.layout.chip_top(chip)
        left = round(x) + FIRST_COLUMN - scene.left
        return QRect(left, y + HEADER - scene.top, round(width), scene.layout.row_height)

    def row_box(self, index: int) -> QRect:
        """Return where a row's heading lies in the viewport."""
        scene = self._need()
        row = scene.layout.rows[index]
        return QRect(0, row.y + HEADER - scene.top, FIRST_COLUMN, row.height)

    def chip_at(self, where: QPoint) -> Chip | None:
        """Return the chip at a point of the viewport."""
        scene = self._scene
        if scene is None or where.x() < FIRST_COLUMN or where.y() < HEADER:
            return None
        slot = scene.timeline.slot_at(where.x() - FIRST_COLUMN + scene.left)
        y = where.y() - HEADER + scene.top
        return scene.layout.chip_at(slot, y) if slot is not None else None

    def tooltip_at(self, where: QPoint) -> str:
        """Return what hovering over a point says, plain text with line breaks."""
        scene = self._scene
        if scene is None:
            return ""
        chip = self.chip_at(where)
        if chip:
            return joined(scene.labels.summary(chip.visit))
        if where.x() < FIRST_COLUMN:
            index = self._row_at(where)
            return joined(scene.labels.row(scene.layout.rows[index])) if index is not None else ""
        x = where.x() - FIRST_COLUMN + scene.left
        return day_tip(scene.timeline, x, in_header=where.y() < HEADER)

    # Inner workings --------------------------------------------------------------------------

    def _need(self) -> Scene:
        if self._scene is None:
            raise LookupError("no plan is shown")
        return self._scene

    def _timeline(self) -> Timeline:
        plan = self._plan
        if plan is None:
            raise LookupError("no plan is shown")
        room = self.viewport().width() - FIRST_COLUMN
        return zoomed_timeline(
            plan.info.start, plan.info.end, plan.days, room, self._zoom, self._name_of
        )

    def _fit(self) -> None:
        """Compute the axis for the viewport's width, and the scroll bars' ranges."""
        scene = self._scene
        if scene is None:
            return
        scene.timeline = self._timeline()
        room = self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        wide, tall = room.width() - FIRST_COLUMN, room.height() - HEADER
        across.setRange(0, max(0, int(scene.timeline.width + 0.5) - wide))
        across.setPageStep(max(1, wide))
        across.setSingleStep(max(1, int(scene.timeline.slot_width)))
        down.setRange(0, max(0, scene.layout.height - tall))
        down.setPageStep(max(1, tall))
        down.setSingleStep(SCROLL_STEP)
        self._scrolled()

    def _scrolled(self) -> None:
        if self._scene:
            self._scene.left = self.horizontalScrollBar().value()
            self._scene.top = self.verticalScrollBar().value()
            self.viewport().update()

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
        scene, down = self._need(), self.verticalScrollBar()
        if scene.chip:
            self.reveal(scene.chip)
        elif scene.row is not None:
            row = scene.layout.rows[scene.row]
            _scroll_to(down, row.y, row.y + row.height)

    def _row_at(self, where: QPoint) -> int | None:
        scene = self._scene
        if scene is None or where.y() < HEADER:
            return None
        return scene.layout.row_index(where.y() - HEADER + scene.top)

    def _nearest_slot(self, x: float) -> int | None:
        scene = self._scene
        if scene is None or not scene.timeline.columns:
            return None
        at = x - FIRST_COLUMN + scene.left
        slot = scene.timeline.slot_at(at)
        if slot is not None:
            return slot
        after = [column for column in scene.timeline.columns if column.x >= at]
        return 2 * after[0].index if after else scene.timeline.slots - 1

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

    def _theme_changed(self) -> None:
        self._painter.refresh_theme()
        self.viewport().update()

    # Events ----------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        if self._scene is None:
            painter.fillRect(area, theme.tokens().surface)
        else:
            self._scene.focus = self.hasFocus()
            self._painter.paint(painter, area, self._scene)
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_painter"):
            self._painter.set_font(self.font())

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
            self._scene.hover = chip
            shape = Qt.CursorShape.PointingHandCursor if chip else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

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

    def step_zoom(self, step: int, anchor: float | None = None) -> None:
        """Go `step` places along ZOOMS; positive shows more days."""
        place = ZOOMS.index(self._zoom) + step
        if 0 <= place < len(ZOOMS):
            self.set_zoom(ZOOMS[place], anchor)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        # High-resolution wheels send parts of a notch: a zoom step takes a whole one.
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        anchor: QPointF = event.position()
        for _ in range(abs(notches)):
            self.step_zoom(-1 if notches > 0 else 1, anchor.x())
        event.accept()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tooltip_at(event.pos())
            html = "<br>".join(map(escape, text.split("\n")))
            QToolTip.showText(event.globalPos(), f"<p>{html}</p>" if text else "", self)
            return True
        if event.type() == QEvent.Type.Leave and self._scene and self._scene.hover:
            self._scene.hover = None
            self.viewport().update()
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
