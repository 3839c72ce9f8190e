"""总览: the map, key figures, what to do now, what is not covered, a county in short."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.plans import PlanView
from envoy_app.domain.time import today
from envoy_app.domain.todo import Task, TaskKind
from envoy_app.services.todo import broken_tasks
from ui import theme
from ui.context import AppContext
from ui.exporting import WORKBOOK, ask_file, file_name, with_ending
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.overview.county_panel import CountyPanel
from ui.overview.figures import Checklist, FigureGrid
from ui.overview.jumps import CountyWays, go_to
from ui.overview.map_panel import MapPanel
from ui.overview.task_list import Source, TaskList
from ui.overview.texts import county_tip, missing_text, reason_text, visits_text
from ui.pages import Page
from ui.parts import ElidedLabel, button, label, scroll_column
from ui.tables import RIGHT, Column, TableView

if TYPE_CHECKING:
    from envoy_app.services.overview import OverviewFigures

SIDE_WIDTH = theme.px(96)
TODO, GAPS, COUNTY = range(3)
CHECKS_MS = 900
"""So long after a change the optimiser's rules are asked: a burst of changes is judged once."""


class OverviewPage(Page):
    """The first page: how the month stands."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._counties = reference.gazetteer().by_code
        self._vocabulary = reference.vocabulary()
        self._coverage: dict[str, CountyCoverage] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(3))
        layout.addWidget(self._build_map_panel(), 1)
        layout.addWidget(self._build_side())
        self._checks_timer = QTimer(context)  # gone with the jobs that it starts
        self._checks_timer.setSingleShot(True)
        self._checks_timer.setInterval(CHECKS_MS)
        self._checks_timer.timeout.connect(self._read_team_tasks)
        self.follow_plan(self._take_plan)
        context.conflicts.conflicts_changed.connect(self._show_broken)
        context.selection.county_changed.connect(self._show_county)
        self._show_plan(context.plans.plan)
        self._show_county(context.selection.county)

    @override
    def start_focus(self) -> QWidget:
        return self.map

    @override
    def refresh(self, changes: Changes | None) -> None:
        service = self.context.workspace.overview

        def read(handle: JobHandle) -> OverviewFigures:
            return service.figures()

        self.context.jobs.start(
            self.tr("统计"), read, self._show_figures, key="overview-figures", quiet=True
        )
        if changes is not None or self.context.plans.loaded:
            self._read_tasks()  # else the plan is on its way, and they are read with it
        if changes is not None:
            self._show_county(self.context.selection.county)

    @override
    def remember(self) -> None:
        self._checks_timer.stop()  # the window closes

    # Building ---------------------------------------------------------------------------

    def _build_map_panel(self) -> MapPanel:
        self.map_panel = MapPanel(self.context)
        self.map = self.map_panel.map
        self.map.county_selected.connect(self._pick)
        self.map.county_opened.connect(self._open_board)
        self.map.menu_requested.connect(self._open_menu)
        self.map_panel.box.addWidget(self._build_county_strip())
        return self.map_panel

    def _build_county_strip(self) -> QWidget:
        """One line on the county selected; it keeps its height, so that the map never jumps."""
        strip = QWidget()
        self.county_label = label(look="strong")
        self.county_note = ElidedLabel()
        self.county_note.setProperty("muted", True)
        self.board_button = button(self.tr("查看排班"), self._open_selected, icon=IconName.PLAN)
        layout = QHBoxLayout(strip)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.county_label)
        layout.addWidget(self.county_note, 1)
        layout.addWidget(self.board_button)
        strip.setFixedHeight(theme.px(8))
        return strip

    def _build_side(self) -> QWidget:
        side = QWidget()
        self.figures = FigureGrid()
        self.figures.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("待办、覆盖不足的县或选中的县"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.county = CountyPanel(self.context)
        self.sheets = QStackedWidget()
        titles = (self.tr("待办"), self.tr("未全覆盖"), self.tr("县情"))
        sheets = (self._build_todo(), self._build_gaps_sheet(), self.county)
        for title, sheet in zip(titles, sheets, strict=True):
            self.tabs.addTab(title)
            self.sheets.addWidget(sheet)
        self.tabs.currentChanged.connect(self._show_tab)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        for part in (self.figures, self.tabs):
            layout.addWidget(part)
        layout.addWidget(self.sheets, 1)
        side.setFixedWidth(SIDE_WIDTH)
        return side

    def _build_todo(self) -> QWidget:
        content = QWidget()
        self.checklist = Checklist()
        self.checklist.step_requested.connect(self.take_step)
        self.tasks = TaskList()
        self.tasks.task_chosen.connect(self.take_task)
        self.tasks.told.connect(self._mark_told)
        self.tasks.counted.connect(self._count_tasks)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, theme.px(1), 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self.checklist)
        column.addWidget(self.tasks, 1)
        # On a low screen at a large scale the column scrolls rather than losing its end.
        return scroll_column(content)

    def _build_gaps_sheet(self) -> QWidget:
        sheet = QWidget()
        self.gaps_note = label(look="muted", wrap=True)
        self.gaps = self._build_gaps()
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, theme.px(1), 0, 0)
        column.addWidget(self.gaps_note)
        column.addWidget(self.gaps, 1)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        return sheet

    def _build_gaps(self) -> TableView[CountyCoverage]:
        def name(row: CountyCoverage) -> str:
            return self._counties[row.county].short_name

        def why(row: CountyCoverage) -> str:
            return reason_text(row) or missing_text(row, self._vocabulary)

        def tip(row: CountyCoverage) -> str:
            return county_tip(self._counties[row.county], row, self._vocabulary)

        columns: list[Column[CountyCoverage]] = [
            Column("county", self.tr("县"), name, width=theme.px(15), tooltip=tip),
            Column("state", self.tr("状态"), lambda row: row.state.label, width=theme.px(16)),
            Column(
                "missing",
                self.tr("缺次"),
                lambda row: str(row.shortfall),
                sort=lambda row: row.shortfall,
                align=RIGHT,
                width=theme.px(13),
            ),
            Column("reason", self.tr("原因"), why, tooltip=tip),
        ]
        table = TableView(columns, self.tr("未全覆盖的县"), row_height=theme.ROW_DENSE)
        table.row_chosen.connect(lambda row: self._select(row.county))
        table.row_activated.connect(lambda row: self._open_board(row.county))
        return table

    # Reading ----------------------------------------------------------------------------

    def _read_tasks(self) -> None:
        """Read the tasks; what needs the optimiser's rules follows once the window is at rest."""
        workspace, plan = self.context.workspace, self.context.plans.plan

        def read(handle: JobHandle) -> tuple[Task, ...]:
            return workspace.todo.tasks(plan)

        self.context.jobs.start(
            self.tr("看有哪些待办"),
            read,
            partial(self.tasks.show_tasks, Source.RECORDS),
            key="overview-tasks",
            quiet=True,
        )
        if plan is None and self.context.plans.loaded:
            self._show_broken()  # without a plan nobody asks for its rules
        self._checks_timer.start()

    def _read_team_tasks(self) -> None:
        workspace = self.context.workspace

        def read(handle: JobHandle) -> tuple[Task, ...]:
            return workspace.todo.team_tasks()

        self.context.jobs.start(
            self.tr("核对县团"),
            read,
            partial(self.tasks.show_tasks, Source.TEAMS),
            key="overview-teams",
            quiet=True,
        )

    def _show_broken(self) -> None:
        """List the rules that the plan on view breaks; while that is not known the last ones."""
        conflicts = self.context.conflicts
        if conflicts.broken is not None or not conflicts.busy:
            found = broken_tasks(conflicts.plan_id, conflicts.broken or ())
            self.tasks.show_tasks(Source.RULES, found)

    # Showing ----------------------------------------------------------------------------

    def _show_figures(self, figures: OverviewFigures) -> None:
        self.figures.show_figures(figures)
        self.checklist.show_items(figures.checklist)
        self.checklist.setVisible(not all(item.done for item in figures.checklist))

    def _show_plan(self, plan: PlanView | None) -> None:
        self._coverage = {item.county: item for item in plan.coverage} if plan else {}
        self.map_panel.show_plan(plan)
        gaps = [
            item
            for item in self._coverage.values()
            if item.state in (CoverageState.PARTIAL, CoverageState.UNCOVERED)
        ]
        gaps.sort(key=lambda item: (item.state is CoverageState.PARTIAL, -item.shortfall))
        self.gaps.set_rows(gaps)
        self._show_gaps_note(plan, len(gaps))
        self._show_county(self.context.selection.county)

    def _take_plan(self, plan: PlanView | None) -> None:
        self._show_plan(plan)
        self._show_broken()
        self._read_tasks()

    def _show_gaps_note(self, plan: PlanView | None, count: int) -> None:
        if plan is None:
            note = self.tr("还没有排班方案。请按清单一步步做，排班后地图会显示各县覆盖情况。")
        elif not count:
            note = self.tr("各县都已按覆盖标准排到。")
        else:
            note = ""
        title = self.tr("未全覆盖")
        self.tabs.setTabText(GAPS, f"{title} {count}" if count else title)
        self.gaps_note.setText(note)
        self.gaps_note.setVisible(bool(note))
        self.gaps.setVisible(count > 0)
        self._filler.setVisible(count == 0)

    def _count_tasks(self, count: int) -> None:
        title = self.tr("待办")
        self.tabs.setTabText(TODO, f"{title} {count}" if count else title)

    def _tip(self, code: str) -> str:
        return county_tip(self._counties[code], self._coverage.get(code), self._vocabulary)

    def _show_tab(self, number: int) -> None:
        self.sheets.setCurrentIndex(number)

    def _show_county(self, code: str | None) -> None:
        self.map.set_selected(code)
        self.county.show_county(code, today())
        self.tabs.setTabText(COUNTY, self._counties[code].short_name if code else self.tr("县情"))
        self.board_button.setEnabled(code is not None and bool(self._coverage))
        first = (
            self.tr("先在地图上选一个县") if self._coverage else self.tr("先排班，才有可看的排班")
        )
        self.board_button.setToolTip("" if code and self._coverage else first)
        if code is None:
            self.county_label.hide()
            self.county_note.set_full_text(
                self.tr("单击地图选一个县，双击查看它的排班，右键去别的页面")
            )
            self.gaps.clearSelection()
            if self.tabs.currentIndex() == COUNTY:
                self.tabs.setCurrentIndex(TODO)
            return
        self.county_label.setText(self._counties[code].name)
        self.county_label.show()
        self.county_note.set_full_text(self._county_line(code))
        self.gaps.choose(lambda row: row.county == code)

    def _county_line(self, code: str) -> str:
        coverage = self._coverage.get(code)
        if coverage is None:
            return self.tr("主导产业：{names}").format(
                names=self.tr("、").join(self._counties[code].industries)
            )
        parts = [coverage.state.label, visits_text(coverage)]
        parts.append(missing_text(coverage, self._vocabulary))
        return " · ".join(part for part in parts if part)

    # Acting -----------------------------------------------------------------------------

    def _select(self, code: str | None) -> None:
        self.context.selection.county = code

    def _pick(self, code: str | None) -> None:
        """Select a county on the map, and show it beside."""
        self._select(code)
        if code is not None:
            self.tabs.setCurrentIndex(COUNTY)

    def _open_board(self, code: str) -> None:
        self.context.selection.county = code
        if self._coverage:
            self.context.navigate("plan")

    def _open_selected(self) -> None:
        code = self.context.selection.county
        if code is not None:
            self._open_board(code)

    def _open_menu(self, code: str, place: QPoint) -> None:
        menu = self.county_menu(code)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def county_menu(self, code: str) -> QMenu:
        """Return the ways from a county to the other pages."""
        menu, ways = QMenu(self), CountyWays(self.context, code)
        menu.setToolTipsVisible(True)

        def offer(text: str, way: Callable[[], None], why_not: str = "") -> None:
            action = menu.addAction(text)
            action.triggered.connect(lambda: way())  # a bound method alone would not be kept
            action.setEnabled(not why_not)
            action.setToolTip(why_not)

        why_not = "" if self._coverage else self.tr("还没有排班方案")
        offer(self.tr("查看排班"), ways.board, why_not)
        offer(self.tr("打印本县日程"), ways.paper, why_not)
        menu.addSeparator()
        offer(self.tr("县团"), ways.team)
        offer(self.tr("本县的特派员"), ways.people)
        offer(self.tr("服务需求"), ways.demands)
        offer(self.tr("覆盖标准"), ways.standards)
        menu.addSeparator()
        offer(self.tr("取消选择"), lambda: self._select(None))
        return menu

    def take_step(self, key: str) -> None:
        """Go where a step of the checklist is done."""
        if key == "roster":
            self.context.request_import(ImportKind.ROSTER)
        else:
            pages = {"teams": "teams", "demands": "demands", "print": "print"}
            self.context.navigate(pages.get(key, "plan"))

    def take_task(self, task: Task) -> None:
        """Go where a task is done."""
        if task.kind is TaskKind.UNCOVERED:
            self.tabs.setCurrentIndex(GAPS)
            self.gaps.setFocus(Qt.FocusReason.OtherFocusReason)
        elif task.kind is TaskKind.TELL:
            self._save_names(task)
        else:
            go_to(self.context, task)

    def choose_file(self, name: str) -> str:
        """Ask for a workbook to write; "" where the user gave up."""
        kinds = self.tr("Excel 工作簿 (*.xlsx)")
        return ask_file(self, self.context, self.tr("导出通知名单"), name, kinds)

    def _save_names(self, task: Task) -> None:
        """Save the list of whom to tell, to be worked through on paper."""
        chosen = self.choose_file(file_name(self.tr("通知名单"), WORKBOOK))
        if not chosen:
            return
        target, exports = with_ending(Path(chosen), WORKBOOK), self.context.workspace.exports

        def write(handle: JobHandle) -> Path:
            return exports.changes_workbook(target, task.plan)

        def done(written: Path) -> None:
            self.context.notify(self.tr("已导出 {0}").format(written))

        self.context.jobs.start(self.tr("导出通知名单"), write, done)

    def _mark_told(self, task: Task) -> None:
        workspace = self.context.workspace

        def write(handle: JobHandle) -> Changes:
            return workspace.todo.mark_told(task.plan)

        self.context.jobs.start(self.tr("登记已通知"), write, self.context.publish)
