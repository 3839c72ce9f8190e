"""特派员: the roster as a table, with search, filters and details."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import PlanView, VisitView
from ui import theme
from ui.context import AppContext
from ui.details import DetailsPanel, DetailsSplitter
from ui.filters import FilterCombo, place_choices, place_codes
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import EmptyState, SearchBox, button, label, tool_button
from ui.roster.details import envoy_sections
from ui.roster.rows import RosterRow, make_rows, roster_columns, visits_by_envoy, with_plan
from ui.tables import TableView

WITH_TASK, WITHOUT_TASK = "with", "without"


class RosterPage(Page):
    """The people."""

    topics = frozenset({Topic.ROSTER})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer = reference.gazetteer()
        self._vocabulary = reference.vocabulary()
        self._rows: tuple[RosterRow, ...] = ()
        self._wanted_envoy: str | None = context.selection.envoy
        self._build_content()
        self.table.restore(context.preferences, "roster")
        context.plans.plan_loaded.connect(self._show_plan)
        context.selection.county_changed.connect(self._take_county)
        context.selection.envoy_changed.connect(self._take_envoy)
        self._take_county(context.selection.county)

    @override
    def start_focus(self) -> QWidget:
        return self.table

    @override
    def refresh(self, changes: Changes | None) -> None:
        workspace = self.context.workspace
        gazetteer, vocabulary = self._gazetteer, self._vocabulary

        def read(handle: JobHandle) -> tuple[RosterRow, ...]:
            envoys = workspace.roster.envoys(include_inactive=True)
            return make_rows(envoys, gazetteer, vocabulary)

        self.context.jobs.start(
            self.tr("读取名册"), read, self._show_rows, key="roster-rows", quiet=True
        )

    @override
    def focus_search(self) -> bool:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
        return True

    @override
    def remember(self) -> None:
        self.table.remember(self.context.preferences, "roster")
        self.splitter.remember()

    # Building ---------------------------------------------------------------------------

    def _build_content(self) -> None:
        self.table: TableView[RosterRow] = TableView(roster_columns(), self.tr("特派员名册"))
        self.table.row_chosen.connect(self._show_details)
        self.table.proxy.counted.connect(self._count)
        self.details = DetailsPanel(self.tr("在表中选一位特派员，这里显示详情"))
        self.splitter = DetailsSplitter(self.table, self.details, self.context, "roster")
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(2))
        column.addLayout(self._build_tools())
        column.addWidget(self.splitter, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(self._build_empty())

    def _build_empty(self) -> QWidget:
        return EmptyState(
            IconName.ENVOYS,
            self.tr("名册还是空的"),
            self.tr("导入单位发来的 Excel 名册，导入前会先让您核对每一行。"),
            button(self.tr("导入名册"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    def _build_tools(self) -> QHBoxLayout:
        self.search = SearchBox(self.tr("姓名、拼音、首字母、单位、专业"), self.tr("搜索特派员"))
        self.search.setMinimumWidth(theme.px(38))
        self.search.setMaximumWidth(theme.px(76))
        self.search.textChanged.connect(self.table.proxy.set_query)
        self.count_label = label(look="muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.search, 2)
        for combo in self._build_filters():
            row.addWidget(combo)
        row.addWidget(self.count_label)
        row.addStretch(1)
        self.columns_button = tool_button(IconName.COLUMNS, self.tr("选择显示的列"))
        self.columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns_button.clicked.connect(self._choose_columns)
        row.addWidget(self.columns_button)
        row.addWidget(self.splitter.toggle_button)
        row.addWidget(tool_button(IconName.COPY, self.tr("复制到剪贴板，可贴入 Excel"), self._copy))
        row.addWidget(button(self.tr("导入名册"), self._import, icon=IconName.IMPORT))
        return row

    def _build_filters(self) -> tuple[FilterCombo, ...]:
        vocabulary = self._vocabulary
        specialties = [(item.code, item.name) for item in vocabulary.specialties]
        levels = [(str(rank), name) for rank, name in sorted(RANK_NAMES.items(), reverse=True)]
        tasks = ((WITH_TASK, self.tr("有任务")), (WITHOUT_TASK, self.tr("无任务")))
        places = place_choices(self._gazetteer)
        self.place_filter = FilterCombo(self.tr("按市县"), self.tr("全部市县"), places, self)
        self.specialty_filter = FilterCombo(
            self.tr("按专业领域"), self.tr("全部专业"), specialties, self
        )
        self.level_filter = FilterCombo(self.tr("按级别"), self.tr("全部级别"), levels, self)
        self.task_filter = FilterCombo(self.tr("按有无任务"), self.tr("有无任务"), tasks, self)
        self.place_filter.value_changed.connect(self._give_county)
        for combo in (self.specialty_filter, self.level_filter, self.task_filter):
            combo.value_changed.connect(self._filter)
        return self.place_filter, self.specialty_filter, self.level_filter, self.task_filter

    # Showing ----------------------------------------------------------------------------

    def _show_rows(self, rows: tuple[RosterRow, ...]) -> None:
        self._rows = rows
        self._stack.setCurrentIndex(0 if rows else 1)
        self._show_plan(self.context.plans.plan)

    def _show_plan(self, plan: PlanView | None) -> None:
        self._visits = visits_by_envoy(plan)
        current = self.table.current_row()
        wanted = self._wanted_envoy or (current.envoy.id if current else None)
        rows = with_plan(self._rows, plan)
        self.table.set_rows(rows, [row.key for row in rows])
        self._filter()
        if wanted is not None and rows:
            self._wanted_envoy = None
            self.table.choose(lambda row: row.envoy.id == wanted)

    def _show_details(self, row: RosterRow) -> None:
        envoy = row.envoy
        self.context.selection.envoy = envoy.id
        visits = self._visits.get(envoy.id, ())
        sections = envoy_sections(
            envoy, self._gazetteer, self._vocabulary, visits, self._open_visit
        )
        subtitle = " · ".join(part for part in (envoy.organisation, envoy.title) if part)
        self.details.show_details(envoy.name, subtitle, tuple(sections))

    def _count(self) -> None:
        self.count_label.setText(
            self.tr("显示 {shown} / {all} 人").format(
                shown=self.table.proxy.rowCount(), all=len(self._rows)
            )
        )

    # Filtering --------------------------------------------------------------------------

    def _filter(self) -> None:
        places = place_codes(self._gazetteer, self.place_filter.value)
        specialty, level = self.specialty_filter.value, self.level_filter.value
        task = self.task_filter.value

        def accept(row: RosterRow) -> bool:
            envoy = row.envoy
            return (
                (not places or not places.isdisjoint({envoy.base_county, envoy.team_county}))
                and (not specialty or any(skill.specialty == specialty for skill in envoy.skills))
                and (not level or str(envoy.title_rank) == level)
                and (not task or (row.slots > 0) == (task == WITH_TASK))
            )

        self.table.proxy.set_predicate(accept)

    def _give_county(self, value: str) -> None:
        counties = self._gazetteer.by_code
        if value in counties:
            self.context.selection.county = value
        elif self.context.selection.county is not None:
            self.context.selection.county = None
        self._filter()

    def _take_county(self, code: str | None) -> None:
        shown = self.place_filter.value
        if code is not None:
            self.place_filter.choose(code)
        elif shown in self._gazetteer.by_code:
            self.place_filter.choose("")
        self._filter()

    def _take_envoy(self, envoy_id: str | None) -> None:
        current = self.table.current_row()
        if envoy_id is None or (current is not None and current.envoy.id == envoy_id):
            return
        if not self._rows:
            self._wanted_envoy = envoy_id
            return
        if not self.table.choose(lambda row: row.envoy.id == envoy_id):
            self._clear_filters()
            self.table.choose(lambda row: row.envoy.id == envoy_id)

    def _clear_filters(self) -> None:
        self.search.clear()
        combos = (self.place_filter, self.specialty_filter, self.level_filter, self.task_filter)
        for combo in combos:
            combo.choose("")

    # Acting -----------------------------------------------------------------------------

    def _import(self) -> None:
        self.context.request_import(ImportKind.ROSTER)

    def _copy(self) -> None:
        rows = self.table.selected_rows()
        self.table.copy_rows()
        count = len(rows) if rows else self.table.proxy.rowCount()
        self.context.notify(self.tr("已复制 {n} 行").format(n=count))

    def _choose_columns(self) -> None:
        menu = self.table.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.columns_button.mapToGlobal(self.columns_button.rect().bottomLeft()))

    def _open_visit(self, visit: VisitView) -> None:
        self.context.selection.visit = visit.id
        self.context.navigate("plan")
