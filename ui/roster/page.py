"""特派员: the roster as a table, with search, views, filters, and all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.time import today
from envoy_app.services.roster import touched_ids
from ui import theme
from ui.chips import Chip, ChipBar
from ui.context import AppContext
from ui.exporting import ExportButton, ExportChoice
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import EmptyState, button
from ui.record_history import history_section
from ui.roster.actions import RosterActions
from ui.roster.details import envoy_sections
from ui.roster.filters import (
    ACTIVE,
    RETIRED,
    WITH_TASK,
    WITHOUT_TASK,
    built_in_views,
    conditions,
    passing,
)
from ui.roster.id_row import IdRow
from ui.roster.panel import EnvoyPanel
from ui.roster.rows import RosterRow, make_rows, roster_columns, visits_by_envoy, with_plan
from ui.table_page import TablePage, TablePageTexts
from ui.table_views import SavedViews, TableState, View, ViewButton
from ui.tables import TableView

PANEL_SHARE = (222, 75)


class RosterPage(TablePage[RosterRow]):
    """The people."""

    name = "roster"
    topics = frozenset({Topic.ROSTER})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        self._wanted_envoy: str | None = context.selection.envoy
        self._today = today()
        self._views = SavedViews(context.preferences, self.name)
        self._view = built_in_views()[0]
        self._setting = True
        self._reading_all = False
        self._visits = visits_by_envoy(None)
        super().__init__(context, parent)
        self._setting = False
        if context.preferences.bytes(f"{self.name}/splitter").isEmpty():
            self.splitter.setSizes([theme.px(share) for share in PANEL_SHARE])
        self.actions_of = RosterActions(self)
        # The selection says all: one row shows its details, several what can be done with them.
        self.table.row_chosen.disconnect(self._show_details)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._show_set)
        self.search.textChanged.connect(self._show_set)
        self.follow_plan(self._show_plan)
        context.selection.envoy_changed.connect(self._take_envoy)
        self._filter()

    # Reading ----------------------------------------------------------------------------

    @override
    def refresh(self, changes: Changes | None) -> None:
        workspace = self.context.workspace
        gazetteer, vocabulary = self._gazetteer, self._vocabulary
        # What a reading of all under way may have missed is read again with all.
        ids = touched_ids(changes) if self._rows and not self._reading_all else None
        self._reading_all = ids is None or self._reading_all

        def read(handle: JobHandle) -> tuple[RosterRow, ...]:
            if ids is None:
                envoys = workspace.roster.envoys(include_inactive=True)
            else:
                envoys = workspace.roster.some(ids)
            return make_rows(envoys, gazetteer, vocabulary)

        def show(rows: tuple[RosterRow, ...]) -> None:
            if ids is None:
                self._show_rows(rows)
            else:
                self._patch(rows, ids)

        # A reading of all makes others needless; one of some must not be dropped for another.
        key = "roster-rows" if ids is None else ""
        self.context.jobs.start(
            self.tr("读取名册"), read, show, self._not_read, key=key, quiet=True
        )

    def _not_read(self, error: Exception) -> None:
        self._reading_all = False
        if not isinstance(error, Cancelled):
            self.context.show_error(error)

    def _show_rows(self, rows: tuple[RosterRow, ...]) -> None:
        self._reading_all = False
        current = self.table.current_row()
        self._take_rows(with_plan(rows, self.context.plans.plan))
        self.table.set_rows(self._rows, [row.key for row in self._rows])
        self._filter()
        self._show_plan(self.context.plans.plan)
        if current is not None:
            self.table.choose(lambda row: row.envoy.id == current.envoy.id)
        self._choose_wanted()

    def _patch(self, rows: Sequence[RosterRow], ids: Iterable[str]) -> None:
        """Take what was read again of some envoys; all others stay as they are.

        Of two readings the older may come last: what is newer already is left alone.
        """
        places = {row.envoy.id: place for place, row in enumerate(self._rows)}
        if {row.envoy.id for row in rows} != set(ids) and set(ids) & places.keys():
            self.refresh(None)  # one is gone: an undone 新增
            return
        current = self.table.current_row()
        fresh = [
            row
            for row in with_plan(rows, self.context.plans.plan)
            if row.envoy.id not in places
            or row.envoy.version >= self._rows[places[row.envoy.id]].envoy.version
        ]
        changed = {places[row.envoy.id]: row for row in fresh if row.envoy.id in places}
        added = [row for row in fresh if row.envoy.id not in places]
        self._rows = (
            *(changed.get(place, row) for place, row in enumerate(self._rows)),
            *added,
        )
        self.table.rows_model.patch(
            {place: (row, row.key) for place, row in changed.items()},
            [(row, row.key) for row in added],
        )
        self._count()
        self._choose_wanted()
        if current is not None and any(row.envoy.id == current.envoy.id for row in fresh):
            self._on_selected()

    # Building ---------------------------------------------------------------------------

    @override
    def _make_texts(self) -> TablePageTexts:
        return TablePageTexts(
            search_hint=self.tr("姓名、拼音、首字母、单位、专业"),
            search_name=self.tr("搜索特派员"),
            details_hint=self.tr("在表中选一位特派员，这里显示详情；选多位可以批量修改"),
            count=self.tr("显示 {shown} / {all} 人"),
        )

    @override
    def _make_table(self) -> TableView[RosterRow]:
        table = TableView(roster_columns(), self.tr("特派员名册"))
        table.empty_text = self.tr("没有符合条件的人，点上面的“清除筛选”看全部在岗人员")
        return table

    @override
    def _make_details(self) -> EnvoyPanel:
        self.panel = EnvoyPanel(self.context, self._texts.details_hint)
        return self.panel

    @override
    def _make_empty(self) -> QWidget:
        return EmptyState(
            IconName.ENVOYS,
            self.tr("名册还是空的"),
            self.tr("导入单位发来的 Excel 名册，导入前会先让您核对每一行；也可以按 Ins 逐个新增。"),
            button(self.tr("导入名册"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    @override
    def _make_actions(self) -> Iterable[QWidget]:
        self.add_button = button(self.tr("新增"), lambda: self.actions_of.add(), icon=IconName.ADD)
        self.edit_button = button(
            self.tr("修改"), lambda: self.actions_of.edit(), icon=IconName.EDIT
        )
        self.retire_button = button(self.tr("停用"), lambda: self.actions_of.set_active(False))
        self.export_button = ExportButton(self.context, self._exports)
        load = button(self.tr("导入名册"), self._import, icon=IconName.IMPORT)
        return self.add_button, self.edit_button, self.retire_button, self.export_button, load

    @override
    def _make_lead(self) -> Iterable[QWidget]:
        self.view_button = ViewButton(lambda: (*built_in_views(), *self._views.all()))
        self.view_button.chosen.connect(self.apply_view)
        self.view_button.save_requested.connect(self.save_view)
        self.view_button.remove_requested.connect(self._forget_view)
        return (self.view_button,)

    @override
    def _make_filters(self) -> Iterable[FilterCombo]:
        specialties = [(item.code, item.name) for item in self._vocabulary.specialties]
        levels = [(str(rank), name) for rank, name in sorted(RANK_NAMES.items(), reverse=True)]
        tasks = ((WITH_TASK, self.tr("有任务")), (WITHOUT_TASK, self.tr("无任务")))
        states = ((ACTIVE, self.tr("在岗")), (RETIRED, self.tr("停用")))

        def combo(name: str, all_text: str, choices: Sequence[tuple[str, str]]) -> FilterCombo:
            return FilterCombo(name, all_text, choices, self)

        self.specialty_filter = combo(self.tr("按专业领域"), self.tr("全部专业"), specialties)
        self.level_filter = combo(self.tr("按级别"), self.tr("全部级别"), levels)
        self.task_filter = combo(self.tr("按有无任务"), self.tr("有无任务"), tasks)
        self.state_filter = combo(self.tr("按状态"), self.tr("全部状态"), states)
        self.condition_filter = combo(self.tr("其他条件"), self.tr("其他条件"), conditions())
        self.state_filter.choose(ACTIVE)
        return (
            self.specialty_filter,
            self.level_filter,
            self.task_filter,
            self.state_filter,
            self.condition_filter,
        )

    @override
    def _make_under(self, filters: Iterable[QWidget]) -> QLayout:
        self.chips = ChipBar()
        self.chips.removed.connect(self._remove_chip)
        self.chips.cleared.connect(lambda: self.apply_view(built_in_views()[0]))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for combo in filters:
            row.addWidget(combo)
        row.addWidget(self.chips, 1)
        return row

    # Showing ----------------------------------------------------------------------------

    def _show_plan(self, plan: PlanView | None) -> None:
        self._visits = visits_by_envoy(plan)
        before, self._rows = self._rows, with_plan(self._rows, plan)
        if before and len(self.table.rows_model.rows) == len(self._rows):
            pairs = enumerate(zip(before, self._rows, strict=True))
            changed = {
                place: (row, row.key)
                for place, (old, row) in pairs
                if (old.slots, old.visits) != (row.slots, row.visits)
            }
            self.table.rows_model.patch(changed, [])
            self._on_selected()

    def _choose_wanted(self) -> None:
        wanted, self._wanted_envoy = self._wanted_envoy, None
        if wanted is not None:
            self._take_envoy(wanted)

    @override
    def _show_details(self, row: RosterRow) -> None:
        envoy = row.envoy
        self.context.selection.envoy = envoy.id
        visits = self._visits.get(envoy.id, ())
        sections = envoy_sections(
            envoy,
            self._gazetteer,
            self._vocabulary,
            visits,
            self._open_visit,
            lambda: IdRow(self.context, envoy),
        )
        subtitle = " · ".join(part for part in (envoy.organisation, envoy.title) if part)
        history = history_section(self.context, Topic.ROSTER, envoy.id, envoy.name)
        self.details.show_details(envoy.name, subtitle, (*sections, history))
        self.panel.show_envoy(envoy, visits, self.context.plans.plan)

    def _on_selected(self) -> None:
        rows = self.table.selected_rows()
        if self.panel.editing:
            form = self.panel.form
            others = [row for row in rows if row.envoy.id != form.record_id]
            if others and form.dirty:
                form.remind()
            elif others:
                self.panel.close_form()
        if len(rows) > 1:
            self.panel.show_many([row.envoy for row in rows])
        elif rows:
            self._show_details(rows[0])
        self.actions_of.show()

    # Filtering --------------------------------------------------------------------------

    @override
    def _passes(self, row: RosterRow, places: frozenset[str]) -> bool:
        return self._predicate(places)(row)

    @override
    def _predicate(self, places: frozenset[str]) -> Callable[[RosterRow], bool]:
        """Read the filters once, not for each of thousands of rows."""
        wanted = {key: combo.value for key, combo in self.named_filters.items()}
        return passing(wanted, places, self._today)

    @override
    def _filter(self) -> None:
        if not self._setting:
            super()._filter()
            self._show_set()

    @property
    def named_filters(self) -> dict[str, FilterCombo]:
        """The filters by the keys under which views keep them."""
        return {
            "place": self.place_filter,
            "specialty": self.specialty_filter,
            "level": self.level_filter,
            "task": self.task_filter,
            "state": self.state_filter,
            "condition": self.condition_filter,
        }

    def _show_set(self) -> None:
        """Show as chips what is set, and whether it still is the view chosen."""
        chips = [
            Chip(key, combo.currentText())
            for key, combo in self.named_filters.items()
            if combo.value and (key, combo.value) != ("state", ACTIVE)
        ]
        if not self.state_filter.value:
            chips.append(Chip("state", self.tr("含停用")))
        if text := self.search.text().strip():
            chips.append(Chip("query", self.tr("搜索“{text}”").format(text=text)))
        self.chips.set_chips(chips)
        wanted, now = self._view.state, self._state()
        same = (
            (wanted.filters, wanted.query) == (now.filters, now.query)
            and (wanted.sort, wanted.descending) == (now.sort, now.descending)
            and wanted.columns in (None, now.columns)
        )
        self.view_button.show_view(self._view.name, changed=not same)

    def _remove_chip(self, key: str) -> None:
        if key == "query":
            self.search.clear()
        else:
            self.named_filters[key].choose(ACTIVE if key == "state" else "")

    def _state(self) -> TableState:
        combos = self.named_filters.items()
        filters = {key: combo.value for key, combo in combos if combo.value}
        sort, descending = self.table.sorting
        columns = self.table.shown_columns
        return TableState(filters, self.search.text().strip(), columns, sort, descending)

    def apply_view(self, view: View) -> None:
        """Set filters, columns and sorting as a view has them."""
        self._view, state = view, view.state
        self._setting = True
        for key, combo in self.named_filters.items():
            combo.choose(state.filters.get(key, ""))
        self.search.setText(state.query)
        if state.columns is not None:
            self.table.show_columns(state.columns)
        elif state.sort:
            self.table.setColumnHidden(self.table.rows_model.column_index(state.sort), False)
        self.table.sort_by(state.sort, descending=state.descending)
        self._setting = False
        self._filter()

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        """Set these filters and no others, but for the county that filters the window."""
        filters = {key: value for key, value in part.items() if key in self.named_filters}
        if not filters:
            return
        wanted = {"state": ACTIVE} | filters
        if (county := self.context.selection.county) is not None:
            wanted["place"] = county
        named = (view for view in built_in_views() if view.state.filters == wanted)
        self.apply_view(next(named, View("", TableState(wanted))))

    def save_view(self, name: str) -> None:
        """Keep what is set now under a name."""
        self._views.save(name, self._state())
        self._view = next(view for view in self._views.all() if view.name == name)
        self._show_set()
        self.context.notify(self.tr("已保存视图“{name}”").format(name=name))

    def _forget_view(self, name: str) -> None:
        self._views.remove(name)
        if self._view.own and self._view.name == name:
            self._view = built_in_views()[0]
        self._show_set()

    @override
    def _clear_filters(self) -> None:
        super()._clear_filters()
        self.search.clear()

    def _take_envoy(self, envoy_id: str | None) -> None:
        current = self.table.current_row()
        if envoy_id is None or (current is not None and current.envoy.id == envoy_id):
            return
        if not any(row.envoy.id == envoy_id for row in self._rows):
            self._wanted_envoy = envoy_id  # he may be among the rows that are being read
        elif not self.table.choose(lambda row: row.envoy.id == envoy_id):
            self._clear_filters()
            self.table.choose(lambda row: row.envoy.id == envoy_id)

    @property
    def has_rows(self) -> bool:
        """Whether there is anybody."""
        return bool(self._rows)

    def show_selected(self) -> None:
        """Show again who is selected."""
        self._on_selected()

    def await_envoy(self, envoy_id: str) -> None:
        """Put the cursor on an envoy as soon as the table has him."""
        self._wanted_envoy = envoy_id

    def show_empty(self, empty: bool) -> None:
        """Show the empty state, or the table and its form where somebody adds the first envoy."""
        self._stack.setCurrentIndex(1 if empty else 0)

    # Acting -----------------------------------------------------------------------------

    def _import(self) -> None:
        self.context.request_import(ImportKind.ROSTER)

    def _exports(self) -> Sequence[ExportChoice]:
        exports = self.context.workspace.exports
        shown = tuple(row.envoy for row in self.table.proxy.shown())
        return (
            ExportChoice(
                self.tr("全部在册特派员…"), self.tr("特派员名册"), exports.roster_workbook
            ),
            ExportChoice(
                self.tr("表中显示的 {n} 人…").format(n=len(shown)),
                self.tr("特派员名册（部分）"),
                lambda path: exports.roster_workbook(path, envoys=shown),
                "" if shown else self.tr("表中没有显示任何人"),
            ),
            ExportChoice(self.tr("县团名单…"), self.tr("县团名单"), exports.teams_workbook),
            ExportChoice(
                self.tr("空白名册（供各单位填写）…"),
                self.tr("特派员名册模板"),
                lambda path: exports.template(ImportKind.ROSTER, path),
            ),
        )

    def _open_visit(self, visit: VisitView) -> None:
        self.context.selection.visit = visit.id
        self.context.navigate("plan")
