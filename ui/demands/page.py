"""需求: what the counties ask for, and whether it is taken up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import URGENCY_WEIGHTS, DemandState
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.services.demands import touched_ids
from ui.context import AppContext
from ui.demands.actions import DemandActions
from ui.demands.details import demand_sections
from ui.demands.panel import DemandPanel
from ui.demands.reason_dialog import ReasonDialog
from ui.demands.rows import DemandRow, demand_columns, make_rows, visits_by_demand, with_fresh
from ui.demands.triage import Step, TriageActions
from ui.details import Link, Section
from ui.exporting import ExportButton, ExportChoice
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import EmptyState, button, tool_button
from ui.record_history import history_section
from ui.table_page import TablePage, TablePageTexts
from ui.tables import TableView

TWINS = "twins"


class DemandsPage(TablePage[DemandRow]):
    """The demands."""

    name = "demands"
    topics = frozenset({Topic.DEMANDS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        self._wanted_demand: str | None = context.selection.demand
        self._unread: set[str] = set()  # touched since the rows were read
        self._read = False
        super().__init__(context, parent)
        context.selection.demand_changed.connect(self._take_demand)
        self.follow_plan(self._show_plan)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)
        self._then: str | None = None
        self.actions_of = DemandActions(self)
        self._show_actions()

    @override
    def refresh(self, changes: Changes | None) -> None:
        """Read again what a change touched; a reading under way is replaced by a wider one."""
        workspace, known = self.context.workspace, self._rows
        gazetteer, vocabulary = self._gazetteer, self._vocabulary
        touched = touched_ids(changes)
        self._read = self._read and touched is not None
        self._unread |= touched or set()
        ids = frozenset(self._unread) if self._read else None

        def read(handle: JobHandle) -> tuple[DemandRow, ...]:
            if ids is not None:
                fresh = workspace.demands.some(ids)
                if {demand.id for demand in fresh} == ids:
                    return with_fresh(known, fresh, gazetteer, vocabulary)
            # Of all, too, where one is gone: an undone 新增.
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
        table = TableView(demand_columns(), self.tr("服务需求"))
        self.triage = TriageActions(table, self._take_by_key)
        return table

    @override
    def _make_details(self) -> DemandPanel:
        self.panel = DemandPanel(
            self.context, self._texts.details_hint, lambda: (row.demand for row in self._rows)
        )
        return self.panel

    @override
    def _make_empty(self) -> QWidget:
        state = EmptyState(
            IconName.DEMANDS,
            self.tr("还没有服务需求"),
            self.tr("导入各县报来的需求表，或逐条新增；没有需求时，也可以只按覆盖标准排班。"),
            button(self.tr("导入需求"), self._import, icon=IconName.IMPORT, look="primary"),
        )
        self.first_button = button(
            self.tr("新增需求"), lambda: self.actions_of.add(), icon=IconName.ADD
        )
        column = state.layout()
        if isinstance(column, QVBoxLayout):
            place = column.count() - 1  # before the room at the bottom
            column.insertWidget(place, self.first_button, 0, Qt.AlignmentFlag.AlignHCenter)
        return state

    @override
    def _make_actions(self) -> Iterable[QWidget]:
        self.accept_button = button(self.tr("受理"), self.accept_selected)
        self.refuse_button = button(self.tr("驳回"), self.ask_refusal)
        self.more_button = tool_button(IconName.MENU, self.tr("新增、修改、取消和其他"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setMenu(self.triage.menu(self))
        # The short word keeps all actions in sight on the narrowest window.
        load = button(self.tr("导入"), self._import, icon=IconName.IMPORT)
        load.setToolTip(self.tr("导入各县报来的需求表"))
        load.setAccessibleName(self.tr("导入需求"))
        self.export_button = ExportButton(self.context, self._exports)
        return self.accept_button, self.refuse_button, self.more_button, self.export_button, load

    @override
    def _make_filters(self) -> Iterable[FilterCombo]:
        states = [(state.value, state.value) for state in DemandState]
        states.append((TWINS, self.tr("可能重复")))
        urgencies = [(name, name) for name in reversed(URGENCY_WEIGHTS)]
        self.state_filter = FilterCombo(self.tr("按状态"), self.tr("全部状态"), states, self)
        self.urgency_filter = FilterCombo(
            self.tr("按紧急程度"), self.tr("紧急程度"), urgencies, self
        )
        return self.state_filter, self.urgency_filter

    # Showing ----------------------------------------------------------------------------

    def _show_rows(self, rows: tuple[DemandRow, ...]) -> None:
        current = self.table.current_row()
        chosen = {row.demand.id for row in self.table.selected_rows()}
        before, self._read = self._rows, True
        self._unread.clear()
        if not self._patch(before, rows):
            self.table.set_rows(rows, [row.key for row in rows])
        self._take_rows(rows)
        if self.panel.editing:
            self.show_empty(False)
        self._count_states(rows)
        self._choose_again(current, chosen)
        if self._wanted_demand is not None:
            self.look_at(self._wanted_demand)
            self._wanted_demand = None
        self._count()
        self._show_actions()

    def _patch(self, before: Sequence[DemandRow], rows: Sequence[DemandRow]) -> bool:
        """Put what differs into the table; False where the rows are others altogether."""
        count = len(before)
        same = [row.demand.id for row in before] == [row.demand.id for row in rows[:count]]
        if not before or not same:
            return False
        pairs = enumerate(zip(before, rows[:count], strict=True))
        changed = {place: (row, row.key) for place, (old, row) in pairs if row is not old}
        self.table.rows_model.patch(changed, [(row, row.key) for row in rows[count:]])
        return True

    def _choose_again(self, current: DemandRow | None, chosen: set[str]) -> None:
        """Choose the row that is wanted next, or those that were chosen, and show what it says."""
        wanted, self._then = self._then, None
        if wanted is not None and self.table.choose(lambda row: row.demand.id == wanted):
            return
        if {row.demand.id for row in self.table.selected_rows()} != chosen or not chosen:
            if current is not None:
                self.table.choose(lambda row: row.demand.id == current.demand.id)
            elif chosen:
                self.table.choose(lambda row: row.demand.id in chosen)
        now = self.table.current_row()
        if now is not None and now is not current:
            self._show_details(now)

    def _count_states(self, rows: Sequence[DemandRow]) -> None:
        """Say in the filter how many demands stand where: it is the inbox."""
        combo = self.state_filter
        counts = Counter(row.demand.state.value for row in rows)
        counts[TWINS] = sum(bool(row.twins) for row in rows)
        names = {state.value: state.value for state in DemandState}
        names[TWINS] = self.tr("可能重复")
        for value, name in names.items():
            combo.setItemText(combo.findData(value), f"{name} {counts[value]}")

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
        shown = (*self._twins(row), *sections, history)
        self.details.show_details(place, demand.mode, shown)

    def _twins(self, row: DemandRow) -> Iterator[Section]:
        """Yield the demands that may be the same one, each to look at or to call off this for."""
        known = {other.demand.id: other for other in self._rows}
        links = []
        for key in row.twins:
            other = known[key].demand
            words = " ".join(part for part in (other.town, other.site, other.content) if part)
            links.append(Link(words, partial(self.look_at, key)))
            reason = self.tr("与“{words}”重复").format(words=words)
            links.append(
                Link(self.tr("与它重复，取消这一条"), partial(self._call_off, row, reason))
            )
        if links:
            yield Section(self.tr("可能重复"), links=links)

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        if "state" in part:
            self.search.clear()
            self.urgency_filter.choose("")
            self.state_filter.choose(part["state"])

    def look_at(self, key: str) -> None:
        """Put the cursor on a demand, as soon as the table has it and whatever the filters."""
        if not any(row.demand.id == key for row in self._rows):
            self._wanted_demand = key  # it may be among the rows that are being read
        elif not self.table.choose(lambda row: row.demand.id == key):
            self._clear_filters()
            self.table.choose(lambda row: row.demand.id == key)

    def _call_off(self, row: DemandRow, reason: str) -> None:
        self._set_state([row.demand.id], DemandState.CANCELLED, reason)

    def _show_actions(self) -> None:
        rows = self.table.selected_rows()
        self.triage.show_for(rows)
        self.actions_of.show_for(rows)
        self.actions_of.selected(rows)
        for state, act in (
            (DemandState.ACCEPTED, self.accept_button),
            (DemandState.REJECTED, self.refuse_button),
        ):
            action = self.triage.actions[state]
            act.setEnabled(action.isEnabled())
            act.setToolTip(action.toolTip())

    def await_demand(self, key: str) -> None:
        """Put the cursor on a demand as soon as the rows were read again."""
        self._wanted_demand = key

    @property
    def has_rows(self) -> bool:
        """Whether there is any demand."""
        return bool(self._rows)

    def show_empty(self, empty: bool) -> None:
        """Show the empty state, or the table and its form where the first demand is typed."""
        self._stack.setCurrentIndex(1 if empty else 0)

    # Filtering --------------------------------------------------------------------------

    @override
    def _passes(self, row: DemandRow, places: frozenset[str]) -> bool:
        demand = row.demand
        state, urgency = self.state_filter.value, self.urgency_filter.value
        return (
            (not places or demand.county in places)
            and (not state or demand.state.value == state or (state == TWINS and bool(row.twins)))
            and (not urgency or demand.urgency == urgency)
        )

    def _take_demand(self, demand_id: str | None) -> None:
        current = self.table.current_row()
        if demand_id is not None and (current is None or current.demand.id != demand_id):
            self.look_at(demand_id)

    # Acting -----------------------------------------------------------------------------

    def accept_selected(self) -> None:
        """Take up the selected demands that wait."""
        self._take(self.triage.actions[DemandState.ACCEPTED].data())

    def ask_refusal(self) -> None:
        """Ask for the reason, then turn the selected demands down."""
        self._take(self.triage.actions[DemandState.REJECTED].data())

    def _take_by_key(self, step: Step) -> None:
        """Do a step and go on to the next demand: so an inbox is worked through by keys."""
        self._take(step, after=self._next_after_selection())

    def _take(self, step: Step, after: str | None = None) -> None:
        ids = step.fitting(self.table.selected_rows())
        if not ids:
            return
        if not step.asks:
            self._then = after
            self._set_state(ids, step.state, "")
            return
        dialog = ReasonDialog(len(ids), step.word, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def done() -> None:
            self._then = after
            self._set_state(ids, step.state, dialog.reason)

        dialog.accepted.connect(done)
        dialog.open()

    def _next_after_selection(self) -> str | None:
        shown = self.table.proxy.shown()
        chosen = {row.demand.id for row in self.table.selected_rows()}
        places = [place for place, row in enumerate(shown) if row.demand.id in chosen]
        after = shown[places[-1] + 1 :] if places else ()
        return next((row.demand.id for row in after), None)

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
