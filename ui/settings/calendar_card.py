"""The work calendar among the settings: look at a month, make days free or worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.time import month_start
from envoy_app.services.calendar import MAX_DAYS, MAX_NAME, CalendarDay
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import allow, button, label, tool_button
from ui.settings.calendar_texts import describe, describe_range, describe_year, title
from ui.settings.month_grid import FIRST_DAY, LAST_DAY, MonthGrid


@dataclass(frozen=True, slots=True)
class _Reading:
    """The days around the month shown, and what is known of its year."""

    year: int
    days: tuple[CalendarDay, ...]
    announced: bool
    edited: int


class CalendarEditor(QWidget):
    """A month with its days off; the selected days can be changed, and are stored at once."""

    def __init__(self, context: AppContext, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._today = today
        self._saving = False
        self.grid = MonthGrid(today)
        self.month_label = label(look="strong")
        self.year_label = label(wrap=True)
        # Two lines from the start, so that the month does not move when its year needs them.
        self.year_label.setMinimumHeight(2 * self.year_label.fontMetrics().lineSpacing())
        self.selection_label = label(wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(self._build_turning())
        layout.addWidget(self.grid)
        layout.addWidget(self.selection_label)
        layout.addLayout(self._build_actions())
        layout.addWidget(label(self._note(), look="muted", wrap=True))
        self.grid.selection_changed.connect(self._show_selection)
        self.grid.month_changed.connect(self.read)
        self.grid.month_changed.connect(self._show_month)
        self._show_month()
        self._show_selection()

    # Building ---------------------------------------------------------------------------

    def _build_turning(self) -> QHBoxLayout:
        self.previous_button = tool_button(
            IconName.LEFT, self.tr("上个月"), lambda: self.grid.step_month(-1)
        )
        self.next_button = tool_button(
            IconName.RIGHT, self.tr("下个月"), lambda: self.grid.step_month(1)
        )
        self.today_button = tool_button(
            IconName.TODAY, self.tr("回到今天"), self._go_to_today, text=self.tr("今天")
        )
        self.month_label.setMinimumWidth(theme.px(24))
        self.month_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(theme.px(1))
        row.addWidget(self.previous_button)
        row.addWidget(self.month_label)
        row.addWidget(self.next_button)
        row.addSpacing(theme.px(1))
        row.addWidget(self.today_button)
        row.addSpacing(theme.px(3))
        row.addWidget(self.year_label, 1)
        return row

    def _build_actions(self) -> QHBoxLayout:
        self.name_edit = QLineEdit()
        self.name_edit.setMaxLength(MAX_NAME)
        self.name_edit.setPlaceholderText(self.tr("休息日名称，可不填"))
        self.name_edit.setAccessibleName(self.tr("休息日名称"))
        self.name_edit.setMaximumWidth(theme.px(60))
        self.name_edit.textChanged.connect(self._show_actions)
        self.name_edit.returnPressed.connect(self._rest_from_name)
        self.rest_button = button(self.tr("设为休息"), lambda: self._save(DayKind.OFF))
        self.work_button = button(self.tr("设为上班"), lambda: self._save(DayKind.WORK))
        self.restore_button = button(self.tr("恢复默认"), lambda: self._save(None))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.name_edit, 1)
        for part in (self.rest_button, self.work_button, self.restore_button):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _note(self) -> str:
        return self.tr(
            "排班只用上班的日子。单击选一天，拖动或按住 Shift 选一段，再点按钮，随即保存。"
            "带圆点的是自行调整的日子。已有的方案不会随之改变，需要时请重新排班。"
        )

    # Showing ----------------------------------------------------------------------------

    def read(self) -> None:
        """Read the month shown and its neighbours, so that turning the page shows them at once."""
        month, service = self.grid.month, self._context.workspace.calendar
        start = month_start(month, -1) - timedelta(days=7)
        end = month_start(month, 2) + timedelta(days=14)

        def read(handle: JobHandle) -> _Reading:
            edits = service.edits()
            edited = sum(
                day.year == month.year for days in (edits.days_off, edits.days_on) for day in days
            )
            announced = service.calendar().announced(month.year)
            return _Reading(month.year, service.days(start, end), announced, edited)

        self._context.jobs.start(
            self.tr("读取工作日历"), read, self._take, key="settings-calendar", quiet=True
        )

    def _take(self, reading: _Reading) -> None:
        self.grid.set_facts(reading.days)
        text = describe_year(reading.year, reading.edited, announced=reading.announced)
        self.year_label.setText(text)
        self.year_label.setProperty("warning", not reading.announced)
        self.year_label.style().polish(self.year_label)
        self._show_selection()

    def _show_month(self) -> None:
        month = self.grid.month
        self.month_label.setText(self.tr("{0} 年 {1} 月").format(month.year, month.month))
        at_start, at_end = month <= FIRST_DAY, month_start(month, 1) > LAST_DAY
        first, last = self.tr("日历从 {0} 年开始"), self.tr("日历到 {0} 年为止")
        allow(
            self.previous_button,
            first.format(FIRST_DAY.year) if at_start else "",
            self.tr("上个月（Page Up）"),
        )
        allow(
            self.next_button,
            last.format(LAST_DAY.year) if at_end else "",
            self.tr("下个月（Page Down）"),
        )

    def _show_selection(self) -> None:
        start, end = self.grid.selection
        days = self.grid.selected_facts()
        if days is None:
            text = title(start) if start == end else f"{start} 至 {end}"
        else:
            text = describe(days[0]) if start == end else describe_range(start, end, days)
        self.selection_label.setText(text)
        self._show_actions()

    def _show_actions(self) -> None:
        start, end = self.grid.selection
        days = self.grid.selected_facts()
        common = ""
        if (end - start).days >= MAX_DAYS:
            common = self.tr("一次最多调整 {0} 天，请选短一些").format(MAX_DAYS)
        elif self._saving:
            common = self.tr("正在保存")
        elif days is None:
            common = self.tr("正在读取工作日历")
        allow(self.rest_button, common or self._why_no_rest(days or []))
        allow(self.work_button, common or self._why_no_work(days or []))
        allow(self.restore_button, common or self._why_no_restore(days or []))

    def _why_no_rest(self, days: list[CalendarDay]) -> str:
        name = self.name_edit.text().strip()
        if any(day.working or name not in ("", day.name) for day in days):
            return ""
        return self.tr("选中的日子都已休息，填写名称后可以改名")

    def _why_no_work(self, days: list[CalendarDay]) -> str:
        return "" if any(not day.working for day in days) else self.tr("选中的日子都已上班")

    def _why_no_restore(self, days: list[CalendarDay]) -> str:
        edited = any(day.edit is not None for day in days)
        return "" if edited else self.tr("选中的日子没有自行调整过")

    # Acting -----------------------------------------------------------------------------

    def _go_to_today(self) -> None:
        self.grid.select(self._today)
        self.grid.setFocus()

    def _rest_from_name(self) -> None:
        if self.rest_button.isEnabled():
            self._save(DayKind.OFF)

    def _save(self, kind: DayKind | None) -> None:
        start, end = self.grid.selection
        name = self.name_edit.text() if kind is DayKind.OFF else ""
        service = self._context.workspace.calendar
        self._saving = True
        self.grid.setFocus()  # the button goes grey; the next step is another day
        self._show_actions()

        def write(handle: JobHandle) -> Changes:
            return service.set_days(start, end, kind, name)

        self._context.jobs.start(self.tr("保存工作日历"), write, self._saved, self._failed)

    def _saved(self, changes: Changes) -> None:
        self._saving = False
        with QSignalBlocker(self.name_edit):  # what it allows is known once the days are read
            self.name_edit.clear()
        self._context.publish(changes)
        self.read()

    def _failed(self, error: Exception) -> None:
        self._saving = False
        self._show_actions()
        if not isinstance(error, Cancelled):  # that one the crash dialog has
            self._context.show_error(error)
