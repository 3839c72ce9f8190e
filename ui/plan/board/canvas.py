"""The board's window on a plan: where things lie, scrolling, zooming, and painting what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget
from typing_extensions import override

from envoy_app.domain.plans import PlanView
from ui import theme
from ui.plan.board.layout import BoardMode, Chip, RowKind
from ui.plan.board.paint import FIRST_COLUMN, HEADER, WEEK_HEIGHT, BoardPainter, Scene
from ui.plan.board.row_heads import load_words
from ui.plan.board.timeline import DayName, Timeline, zoomed_timeline
from ui.plan.labels import day_tip, joined

# Days in sight, from near to far; 0 is the whole plan.
ZOOMS = (5, 10, 21, 31, 42, 63, 0)
SCROLL_STEP = 24
NOTCH = 120
FRAME = 2
_FEW = 6


class BoardCanvas(QAbstractScrollArea):
    """Shows a scene; `zoom_changed` tells the number of days in sight (0: all)."""

    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setCornerWidget(QWidget())
        self.viewport().setAutoFillBackground(False)
        # Every px is painted here: so scrolling may move those that are there already.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._painter = BoardPainter(self.font())
        self._scene: Scene | None = None
        self._plan: PlanView | None = None
        self._name_of: DayName = lambda _day: None
        self._zoom = 10
        self._wheel = 0
        theme.notifier.theme_changed.connect(self._theme_changed)

    # Where things lie ------------------------------------------------------------------------

    @property
    def scene(self) -> Scene | None:
        """What is painted, None where no plan is shown."""
        return self._scene

    @property
    def first_day(self) -> date | None:
        """The first day in sight; None while no plan is shown."""
        if self._scene is None:
            return None
        left = self._scene.left
        seen = (c.day for c in self._scene.timeline.columns if c.x + 2 >= left)
        return next(seen, None)

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
            return joined(self._row_words(scene, index)) if index is not None else ""
        x = where.x() - FIRST_COLUMN + scene.left
        return day_tip(scene.timeline, x, in_header=where.y() < HEADER)

    @staticmethod
    def _row_words(scene: Scene, index: int) -> tuple[str, ...]:
        row = scene.layout.rows[index]
        return (*scene.labels.row(row), load_words(scene, row))

    def _need(self) -> Scene:
        if self._scene is None:
            raise LookupError("no plan is shown")
        return self._scene

    def _row_at(self, where: QPoint) -> int | None:
        scene = self._scene
        if scene is None or where.y() < HEADER:
            return None
        return scene.layout.row_index(where.y() - HEADER + scene.top)

    # Scrolling -------------------------------------------------------------------------------

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

    def jump_group(self, step: int) -> None:
        """Scroll to the next city or team, or with -1 to the beginning of this or the last one."""
        scene = self._scene
        if scene is None:
            return
        tops = [row.y for row in scene.layout.rows if row.kind is RowKind.GROUP]
        there = [y for y in tops if (y - scene.top) * step > 0]
        if there:
            self.verticalScrollBar().setValue(min(there) if step > 0 else max(there))

    def _scrolled(self) -> None:
        scene = self._scene
        if scene is None:
            return
        left, top = scene.left, scene.top
        group, day = scene.group, scene.day_in_sight
        scene.left = self.horizontalScrollBar().value()
        scene.top = self.verticalScrollBar().value()
        across, down = left - scene.left, top - scene.top
        port = self.viewport()
        if (across and down) or self._covered():
            port.update()
        elif across:
            self._move_across(across)
        elif down:
            self._move_down(down)
        if day != scene.day_in_sight and scene.layout.mode is BoardMode.ENVOY:
            port.update(0, 0, FIRST_COLUMN, port.height())
        elif group is not scene.group:
            port.update(0, 0, FIRST_COLUMN, HEADER)

    def _covered(self) -> bool:
        """Whether something lies over the viewport that must not move with what is painted."""
        children = self.viewport().children()
        return any(isinstance(child, QWidget) and child.isVisible() for child in children)

    def _move_down(self, step: int) -> None:
        """Move rows by px; only those that come into sight are painted, and the frame."""
        port = self.viewport()
        width, height = port.width(), port.height()
        port.scroll(0, step, QRect(0, HEADER, width, height - HEADER))
        strip = FRAME - min(step, 0)
        port.update(0, height - strip, width, strip)

    def _move_across(self, step: int) -> None:
        """Move days by px; the names of weeks stay in sight and are painted anew."""
        port = self.viewport()
        width, height = port.width(), port.height()
        port.scroll(step, 0, QRect(FIRST_COLUMN, 0, width - FIRST_COLUMN, height))
        port.update(FIRST_COLUMN, 0, width - FIRST_COLUMN, WEEK_HEIGHT)
        strip = FRAME - min(step, 0)
        port.update(width - strip, 0, strip, height)

    def _update_chips(self, *chips: Chip | None) -> None:
        """Paint chips anew, and nothing else."""
        for chip in chips:
            if chip is not None:
                self.viewport().update(self.chip_box(chip).adjusted(-2, -2, 2, 2))

    # Zooming ---------------------------------------------------------------------------------

    @property
    def zoom(self) -> int:
        """Days in sight, 0 for all."""
        return self._zoom

    def zooms(self) -> tuple[int, ...]:
        """Return the steps that differ on this plan, from near to far."""
        days = len(self._plan.days) if self._plan else max(ZOOMS) + 1
        return tuple(zoom for zoom in ZOOMS if zoom < days)

    def step_zoom(self, step: int, anchor: float | None = None) -> None:
        """Go `step` places along the zooms; positive shows more days."""
        steps = self.zooms()
        here = steps.index(self._zoom) if self._zoom in steps else len(steps) - 1
        if 0 <= here + step < len(steps):
            self.set_zoom(steps[here + step], anchor)

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
        wide, tall = room.width() - FIRST_COLUMN, room.height() - HEADER
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        _set_range(across, int(scene.timeline.width + 0.5), wide)
        across.setSingleStep(max(1, int(scene.timeline.slot_width)))
        _set_range(down, scene.layout.height, tall)
        down.setSingleStep(SCROLL_STEP)
        self._scrolled()
        self.viewport().update()

    # Events ----------------------------------------------------------------------------------

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        # Not Qt's own, which paints everything anew.
        self._scrolled()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        if self._scene is None:
            painter.fillRect(area, theme.tokens().surface)
        else:
            self._scene.focus = self.hasFocus()
            for part in _parts(event):
                self._painter.paint(painter, area, self._scene, part)
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
    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        # High-resolution wheels send parts of a notch: a zoom step takes a whole one.
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        for _ in range(abs(notches)):
            self.step_zoom(-1 if notches > 0 else 1, event.position().x())
        event.accept()

    def _theme_changed(self) -> None:
        self._painter.refresh_theme()
        self.viewport().update()


def _parts(event: QPaintEvent) -> Iterator[QRect]:
    """The rectangles to paint: one around them all where they are many."""
    region = event.region()
    if region.rectCount() > _FEW:
        yield event.rect()
    else:
        yield from region  # type: ignore[misc]  # the stub does not know that it is iterable


def _set_range(bar: QScrollBar, whole: int, room: int) -> None:
    bar.setRange(0, max(0, whole - room))
    bar.setPageStep(max(1, room))
