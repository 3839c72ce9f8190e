"""What has to be done now, a line each: how urgent, how many, and the way there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from envoy_app.domain.todo import CHECKS, Task, TaskKind, in_order
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.overview.jumps import jump_of
from ui.parts import button, label


class TaskRow(QFrame):
    """One task; `chosen` and `told` say that one of its buttons was pressed."""

    chosen = Signal()
    told = Signal()

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.task = task
        jump = jump_of(task.kind)
        self._mark = QLabel()
        self._icon = IconName.WARNING if task.urgent else jump.icon
        self.text_label = label(task.text, wrap=True)
        self.go_button = button(jump.text, self.chosen.emit)
        self.go_button.setProperty("compact", True)
        self.go_button.setAccessibleName(f"{jump.text}：{task.text}")
        ways = QVBoxLayout()
        ways.setSpacing(theme.px(1))
        ways.addWidget(self.go_button)
        if task.kind is TaskKind.TELL:
            ways.addWidget(self._build_told())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(2.5), theme.px(1), theme.px(2), theme.px(1))
        row.setSpacing(theme.px(2))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text_label, 1)
        row.addLayout(ways)
        self._show_mark()
        theme.notifier.theme_changed.connect(self._show_mark)
        self.setAccessibleName(task.text)

    def _build_told(self) -> QPushButton:
        self.told_button = button(self.tr("已通知"), self.told.emit)
        self.told_button.setProperty("compact", True)
        self.told_button.setToolTip(self.tr("登记名单上的人都已通知；可以撤销"))
        return self.told_button

    def _show_mark(self) -> None:
        colours = theme.tokens()
        tint = colours.danger if self.task.urgent else colours.muted
        self._mark.setPixmap(icon_pixmap(self._icon, 16, tint))
        urgent = self.tr("紧急") if self.task.urgent else ""
        self._mark.setAccessibleName(urgent)
        self._mark.setToolTip(urgent)


class TaskList(QWidget):
    """The tasks in their order; what was done is gone with the next reading.

    Tasks come from two readings, the quick one and the checks; each replaces only its own kinds.
    """

    task_chosen = Signal(object)
    told = Signal(object)
    counted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quick: tuple[Task, ...] = ()
        self._checks: tuple[Task, ...] = ()
        self._read: set[bool] = set()
        self.rows: list[TaskRow] = []
        self.empty = label(self.tr("正在看有哪些事要做…"), look="muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(1))
        self._column.addWidget(self.empty)
        self._column.addStretch(1)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is listed."""
        return in_order((*self._quick, *self._checks))

    def show_tasks(self, tasks: Iterable[Task]) -> None:
        """List what the quick reading found."""
        self._quick = tuple(task for task in tasks if task.kind not in CHECKS)
        self._take(checks=False)

    def show_checks(self, tasks: Iterable[Task]) -> None:
        """List what the checks found: of the kinds in `CHECKS`."""
        self._checks = tuple(task for task in tasks if task.kind in CHECKS)
        self._take(checks=True)

    def _take(self, *, checks: bool) -> None:
        self._read.add(checks)
        wanted = self.tasks
        if wanted != tuple(row.task for row in self.rows):
            self._rebuild(wanted)
        if len(self._read) == 2:
            self.empty.setText(self.tr("没有待办。有新的需求、缺口或变动时，这里会列出来。"))
        self.empty.setVisible(not wanted)
        self.counted.emit(len(wanted))

    def _rebuild(self, wanted: tuple[Task, ...]) -> None:
        """Keep the rows of tasks that stay, and with them the keyboard's place."""
        kept = {row.task: row for row in self.rows}
        rows = [kept.pop(task) if task in kept else self._make(task) for task in wanted]
        for gone in kept.values():
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, row in enumerate(rows):
            self._column.insertWidget(place, row)
        self.rows = rows

    def _make(self, task: Task) -> TaskRow:
        row = TaskRow(task)
        row.chosen.connect(lambda: self.task_chosen.emit(task))
        row.told.connect(lambda: self.told.emit(task))
        return row
