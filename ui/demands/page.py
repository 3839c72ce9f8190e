"""需求: what the counties ask for, and whether it is taken up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import URGENCY_WEIGHTS, DemandState
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.plans import PlanView, VisitView
from ui.context import AppContext
from ui.demands.details import demand_sections
from ui.demands.reason_dialog import ReasonDialog
from ui.demands.rows import DemandRow, demand_columns, make_rows, visits_by_demand
from ui.exporting import ExportButton, ExportChoice
from ui.filters import FilterCombo
from ui.history.record import history_section
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import EmptyState, allow, button
from ui.table_page import TablePage, TablePageTexts
from ui.tables import TableView

REFUSABLE = frozenset({DemandState.PENDING, DemandState.ACCEPTED})


class DemandsPage(TablePage[DemandRow]):
    """The demands."""

    name = "demands"
    topics = frozenset({Topic.DEMANDS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        self._wanted_demand: str | None = context.selection.demand
        super().__init__(context, parent)
        context.selection.demand_changed.connect(self._take_demand)
        context.plans.plan_loaded.connect(self._show_plan)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)
        self._show_actions()

    @override
    def refresh(self, changes: Changes | None) -> None:
        workspace = self.context.workspace
        gazetteer, vocabulary = self._gazetteer, self._vocabulary

        def read(handle: JobHandle) -> tuple[DemandRow, ...]:
            return make_rows(workspace.demands.demands(), gazetteer, vocabulary)

        self.context.jobs.start(
            self.tr("读取需求"), read, self._show_rows, key="demand-rows", quiet=True
        )

    # Building ---------------------------------------------------------------------------

    @override
    def _make_texts(self) -> TablePageTexts:
        return TablePageTexts(
            search_hint=self.tr("县、地点、内容、专业、联系人"),
            search_name=self.tr("搜索需求"),
            details_hint=self.tr("在表中选一条需求，这里显示详情"),
            count=self.tr("显示 {shown} / {all} 条"),
        )

    @override
    def _make_table(self) -> TableView[DemandRow]:
        return TableView(demand_columns(), self.tr("服务需求"))

    @override
    def _make_empty(self) -> QWidget:
        return EmptyState(
            IconName.DEMANDS,
            self.tr("还没有服务需求"),
            self.tr("导入各县报来的需求表；没有需求时，也可以只按覆盖标准排班。"),
            button(self.tr("导入需求"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    @override
    def _make_actions(self) -> Iterable[QWidget]:
        self.accept_button = button(self.tr("受理"), self.accept_selected, icon=IconName.CHECK)
        self.refuse_button = button(self.tr("驳回"), self.ask_refusal, icon=IconName.CLOSE)
        # The short word keeps all actions in sight on the narrowest window.
        load = button(self.tr("导入"), self._import, icon=IconName.IMPORT)
        load.setToolTip(self.tr("导入各县报来的需求表"))
        load.setAccessibleName(self.tr("导入需求"))
        self.export_button = ExportButton(self.context, self._exports)
        return self.accept_button, self.refuse_button, self.export_button, load

    @override
    def _make_filters(self) -> Iterable[FilterCombo]:
        states = [(state.value, state.value) for state in DemandState]
        urgencies = [(name, name) for name in reversed(URGENCY_WEIGHTS)]
        self.state_filter = FilterCombo(self.tr("按状态"), self.tr("全部状态"), states, self)
        self.urgency_filter = FilterCombo(
            self.tr("按紧急程度"), self.tr("紧急程度"), urgencies, self
        )
        return self.state_filter, self.urgency_filter

    # Showing ----------------------------------------------------------------------------

    def _show_rows(self, rows: tuple[DemandRow, ...]) -> None:
        self._take_rows(rows)
        chosen = {row.demand.id for row in self.table.selected_rows()}
        current = self.table.current_row()
        self.table.set_rows(rows, [row.key for row in rows])
        if current is not None:
            self.table.choose(lambda row: row.demand.id == current.demand.id)
        elif chosen:
            self.table.choose(lambda row: row.demand.id in chosen)
        if rows and self._wanted_demand is not None:
            self._find_demand(self._wanted_demand)
        self._count()
        self._show_actions()

    def _show_plan(self, plan: PlanView | None) -> None:
        row = self.table.current_row()
        if row is not None:
            self._show_details(row)

    @override
    def _show_details(self, row: DemandRow) -> None:
        demand = row.demand
        self.context.selection.demand = demand.id
        plan = self.context.plans.plan
        visit = visits_by_demand(plan).get(demand.id)
        envoys = plan.envoys if plan else {}
        place = " ".join(part for part in (row.county, demand.town, demand.site) if part)
        sections = demand_sections(demand, self._vocabulary, visit, envoys, self._open_visit)
        name = demand.content or place
        history = history_section(self.context, Topic.DEMANDS, demand.id, name)
        self.details.show_details(place, demand.mode, (*sections, history))

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

    @override
    def _passes(self, row: DemandRow, places: frozenset[str]) -> bool:
        demand = row.demand
        state, urgency = self.state_filter.value, self.urgency_filter.value
        return (
            (not places or demand.county in places)
            and (not state or demand.state.value == state)
            and (not urgency or demand.urgency == urgency)
        )

    def _take_demand(self, demand_id: str | None) -> None:
        current = self.table.current_row()
        if demand_id is None or (current is not None and current.demand.id == demand_id):
            return
        if self._rows:
            self._find_demand(demand_id)
        else:
            self._wanted_demand = demand_id

    def _find_demand(self, demand_id: str) -> None:
        self._wanted_demand = None
        if not self.table.choose(lambda row: row.demand.id == demand_id):
            self._clear_filters()
            self.table.choose(lambda row: row.demand.id == demand_id)

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

    def _exports(self) -> Sequence[ExportChoice]:
        exports = self.context.workspace.exports
        return (
            ExportChoice(
                self.tr("全部服务需求…"), self.tr("服务需求汇总表"), exports.demands_workbook
            ),
            ExportChoice(
                self.tr("空白需求表（供各县填写）…"),
                self.tr("服务需求表模板"),
                lambda path: exports.template(ImportKind.DEMAND, path),
            ),
        )

    def _open_visit(self, visit: VisitView) -> None:
        self.context.selection.visit = visit.id
        self.context.navigate("plan")
