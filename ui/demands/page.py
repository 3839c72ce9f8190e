"""需求: what the counties ask for, and whether it is taken up."""

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
from envoy_app.domain.demands import URGENCY_WEIGHTS, DemandState
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.plans import PlanView, VisitView
from ui import theme
from ui.context import AppContext
from ui.demands.details import demand_sections
from ui.demands.reason_dialog import ReasonDialog
from ui.demands.rows import DemandRow, demand_columns, make_rows, visits_by_demand
from ui.details import DetailsPanel, DetailsSplitter
from ui.filters import FilterCombo, place_choices, place_codes
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import EmptyState, SearchBox, allow, button, label, tool_button
from ui.tables import TableView

REFUSABLE = frozenset({DemandState.PENDING, DemandState.ACCEPTED})


class DemandsPage(Page):
    """The demands."""

    topics = frozenset({Topic.DEMANDS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer = reference.gazetteer()
        self._vocabulary = reference.vocabulary()
        self._rows: tuple[DemandRow, ...] = ()
        self._build_content()
        self.table.restore(context.preferences, "demands")
        context.plans.plan_loaded.connect(self._show_plan)
        context.selection.county_changed.connect(self._take_county)
        self._take_county(context.selection.county)
        self._show_actions()

    @override
    def start_focus(self) -> QWidget:
        return self.table

    @override
    def refresh(self, changes: Changes | None) -> None:
        workspace = self.context.workspace
        gazetteer, vocabulary = self._gazetteer, self._vocabulary

        def read(handle: JobHandle) -> tuple[DemandRow, ...]:
            return make_rows(workspace.demands.demands(), gazetteer, vocabulary)

        self.context.jobs.start(
            self.tr("读取需求"), read, self._show_rows, key="demand-rows", quiet=True
        )

    @override
    def focus_search(self) -> bool:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
        return True

    @override
    def remember(self) -> None:
        self.table.remember(self.context.preferences, "demands")
        self.splitter.remember()

    # Building ---------------------------------------------------------------------------

    def _build_content(self) -> None:
        self.table: TableView[DemandRow] = TableView(demand_columns(), self.tr("服务需求"))
        self.table.row_chosen.connect(self._show_details)
        self.table.proxy.counted.connect(self._count)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)
        self.details = DetailsPanel(self.tr("在表中选一条需求，这里显示详情"))
        self.splitter = DetailsSplitter(self.table, self.details, self.context, "demands")
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
            IconName.DEMANDS,
            self.tr("还没有服务需求"),
            self.tr("导入各县报来的需求表；没有需求时，也可以只按覆盖标准排班。"),
            button(self.tr("导入需求"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    def _build_tools(self) -> QHBoxLayout:
        self.search = SearchBox(self.tr("县、地点、内容、专业、联系人"), self.tr("搜索需求"))
        self.search.setMinimumWidth(theme.px(36))
        self.search.setMaximumWidth(theme.px(72))
        self.search.textChanged.connect(self.table.proxy.set_query)
        self.count_label = label(look="muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.search, 2)
        for combo in self._build_filters():
            row.addWidget(combo)
        row.addWidget(self.count_label)
        row.addStretch(1)
        self.accept_button = button(self.tr("受理"), self.accept_selected, icon=IconName.CHECK)
        self.refuse_button = button(self.tr("驳回"), self.ask_refusal, icon=IconName.CLOSE)
        for action in (self.accept_button, self.refuse_button):
            row.addWidget(action)
        row.addWidget(self._build_columns_button())
        row.addWidget(self.splitter.toggle_button)
        row.addWidget(button(self.tr("导入需求"), self._import, icon=IconName.IMPORT))
        return row

    def _build_columns_button(self) -> QToolButton:
        made = tool_button(IconName.COLUMNS, self.tr("选择显示的列"))

        def choose() -> None:
            menu = self.table.column_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(made.mapToGlobal(made.rect().bottomLeft()))

        made.clicked.connect(choose)
        return made

    def _build_filters(self) -> tuple[FilterCombo, ...]:
        places = place_choices(self._gazetteer)
        states = [(state.value, state.value) for state in DemandState]
        urgencies = [(name, name) for name in reversed(URGENCY_WEIGHTS)]
        self.place_filter = FilterCombo(self.tr("按市县"), self.tr("全部市县"), places, self)
        self.state_filter = FilterCombo(self.tr("按状态"), self.tr("全部状态"), states, self)
        self.urgency_filter = FilterCombo(
            self.tr("按紧急程度"), self.tr("紧急程度"), urgencies, self
        )
        self.place_filter.value_changed.connect(self._give_county)
        self.state_filter.value_changed.connect(self._filter)
        self.urgency_filter.value_changed.connect(self._filter)
        return self.place_filter, self.state_filter, self.urgency_filter

    # Showing ----------------------------------------------------------------------------

    def _show_rows(self, rows: tuple[DemandRow, ...]) -> None:
        self._rows = rows
        self._stack.setCurrentIndex(0 if rows else 1)
        chosen = {row.demand.id for row in self.table.selected_rows()}
        current = self.table.current_row()
        self.table.set_rows(rows, [row.key for row in rows])
        if current is not None:
            self.table.choose(lambda row: row.demand.id == current.demand.id)
        elif chosen:
            self.table.choose(lambda row: row.demand.id in chosen)
        self._count()
        self._show_actions()

    def _show_plan(self, plan: PlanView | None) -> None:
        row = self.table.current_row()
        if row is not None:
            self._show_details(row)

    def _show_details(self, row: DemandRow) -> None:
        demand = row.demand
        plan = self.context.plans.plan
        visit = visits_by_demand(plan).get(demand.id)
        envoys = plan.envoys if plan else {}
        place = " ".join(part for part in (row.county, demand.town, demand.site) if part)
        sections = demand_sections(demand, self._vocabulary, visit, envoys, self._open_visit)
        self.details.show_details(place, demand.mode, tuple(sections))

    def _count(self) -> None:
        self.count_label.setText(
            self.tr("显示 {shown} / {all} 条").format(
                shown=self.table.proxy.rowCount(), all=len(self._rows)
            )
        )

    def _show_actions(self) -> None:
        rows = self.table.selected_rows()
        pending = [row for row in rows if row.demand.state is DemandState.PENDING]
        refusable = [row for row in rows if row.demand.state in REFUSABLE]
        pick = self.tr("先在表中选需求，可按住 Ctrl 或 Shift 选多条")
        none_pending = self.tr("选中的需求都不是待审核")
        allow(self.accept_button, "" if pending else none_pending if rows else pick)
        none_refusable = self.tr("选中的需求都不能驳回，只有待审核和已受理的可以")
        allow(self.refuse_button, "" if refusable else none_refusable if rows else pick)

    # Filtering --------------------------------------------------------------------------

    def _filter(self) -> None:
        places = place_codes(self._gazetteer, self.place_filter.value)
        state, urgency = self.state_filter.value, self.urgency_filter.value

        def accept(row: DemandRow) -> bool:
            demand = row.demand
            return (
                (not places or demand.county in places)
                and (not state or demand.state.value == state)
                and (not urgency or demand.urgency == urgency)
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
        if code is not None:
            self.place_filter.choose(code)
        elif self.place_filter.value in self._gazetteer.by_code:
            self.place_filter.choose("")
        self._filter()

    # Acting -----------------------------------------------------------------------------

    def accept_selected(self) -> None:
        """Take up the selected demands that wait."""
        rows = self.table.selected_rows()
        ids = [row.demand.id for row in rows if row.demand.state is DemandState.PENDING]
        self._set_state(ids, DemandState.ACCEPTED, "")

    def ask_refusal(self) -> None:
        """Ask for the reason, then turn the selected demands down."""
        rows = self.table.selected_rows()
        ids = [row.demand.id for row in rows if row.demand.state in REFUSABLE]
        dialog = ReasonDialog(len(ids), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._set_state(ids, DemandState.REJECTED, dialog.reason))
        dialog.open()

    def _set_state(self, ids: list[str], state: DemandState, reason: str) -> None:
        service = self.context.workspace.demands

        def write(handle: JobHandle) -> Changes:
            return service.set_state(ids, state, reason)

        self.context.jobs.start(self.tr("保存需求状态"), write, self.context.publish)

    def _import(self) -> None:
        self.context.request_import(ImportKind.DEMAND)

    def _open_visit(self, visit: VisitView) -> None:
        self.context.selection.visit = visit.id
        self.context.navigate("plan")
