"""特派员: the roster as a table, with search, filters and details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import PlanView, VisitView
from ui.context import AppContext
from ui.exporting import ExportButton, ExportChoice
from ui.filters import FilterCombo
from ui.history.record import history_section
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import EmptyState, button
from ui.roster.details import envoy_sections
from ui.roster.rows import RosterRow, make_rows, roster_columns, visits_by_envoy, with_plan
from ui.table_page import TablePage, TablePageTexts
from ui.tables import TableView

WITH_TASK, WITHOUT_TASK = "with", "without"


class RosterPage(TablePage[RosterRow]):
    """The people."""

    name = "roster"
    topics = frozenset({Topic.ROSTER})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        self._wanted_envoy: str | None = context.selection.envoy
        super().__init__(context, parent)
        context.plans.plan_loaded.connect(self._show_plan)
        context.selection.envoy_changed.connect(self._take_envoy)

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

    # Building ---------------------------------------------------------------------------

    @override
    def _make_texts(self) -> TablePageTexts:
        return TablePageTexts(
            search_hint=self.tr("姓名、拼音、首字母、单位、专业"),
            search_name=self.tr("搜索特派员"),
            details_hint=self.tr("在表中选一位特派员，这里显示详情"),
            count=self.tr("显示 {shown} / {all} 人"),
        )

    @override
    def _make_table(self) -> TableView[RosterRow]:
        return TableView(roster_columns(), self.tr("特派员名册"))

    @override
    def _make_empty(self) -> QWidget:
        return EmptyState(
            IconName.ENVOYS,
            self.tr("名册还是空的"),
            self.tr("导入单位发来的 Excel 名册，导入前会先让您核对每一行。"),
            button(self.tr("导入名册"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    @override
    def _make_actions(self) -> Iterable[QWidget]:
        self.export_button = ExportButton(self.context, self._exports)
        load = button(self.tr("导入名册"), self._import, icon=IconName.IMPORT)
        return self.export_button, load

    @override
    def _make_filters(self) -> Iterable[FilterCombo]:
        specialties = [(item.code, item.name) for item in self._vocabulary.specialties]
        levels = [(str(rank), name) for rank, name in sorted(RANK_NAMES.items(), reverse=True)]
        tasks = ((WITH_TASK, self.tr("有任务")), (WITHOUT_TASK, self.tr("无任务")))
        self.specialty_filter = FilterCombo(
            self.tr("按专业领域"), self.tr("全部专业"), specialties, self
        )
        self.level_filter = FilterCombo(self.tr("按级别"), self.tr("全部级别"), levels, self)
        self.task_filter = FilterCombo(self.tr("按有无任务"), self.tr("有无任务"), tasks, self)
        return self.specialty_filter, self.level_filter, self.task_filter

    # Showing ----------------------------------------------------------------------------

    def _show_rows(self, rows: tuple[RosterRow, ...]) -> None:
        self._take_rows(rows)
        self._show_plan(self.context.plans.plan)
        if self._wanted_envoy is not None:
            self._take_envoy(self._wanted_envoy)
            self._wanted_envoy = None

    def _show_plan(self, plan: PlanView | None) -> None:
        self._visits = visits_by_envoy(plan)
        current = self.table.current_row()
        wanted = current.envoy.id if current else None
        rows = with_plan(self._rows, plan)
        self.table.set_rows(rows, [row.key for row in rows])
        self._filter()
        if wanted is not None:
            self.table.choose(lambda row: row.envoy.id == wanted)

    @override
    def _show_details(self, row: RosterRow) -> None:
        envoy = row.envoy
        self.context.selection.envoy = envoy.id
        visits = self._visits.get(envoy.id, ())
        sections = envoy_sections(
            envoy, self._gazetteer, self._vocabulary, visits, self._open_visit
        )
        subtitle = " · ".join(part for part in (envoy.organisation, envoy.title) if part)
        history = history_section(self.context, Topic.ROSTER, envoy.id, envoy.name)
        self.details.show_details(envoy.name, subtitle, (*sections, history))

    # Filtering --------------------------------------------------------------------------

    @override
    def _passes(self, row: RosterRow, places: frozenset[str]) -> bool:
        envoy, specialty = row.envoy, self.specialty_filter.value
        level, task = self.level_filter.value, self.task_filter.value
        return (
            (not places or not places.isdisjoint({envoy.base_county, envoy.team_county}))
            and (not specialty or any(skill.specialty == specialty for skill in envoy.skills))
            and (not level or str(envoy.title_rank) == level)
            and (not task or (row.slots > 0) == (task == WITH_TASK))
        )

    def _take_envoy(self, envoy_id: str | None) -> None:
        current = self.table.current_row()
        if envoy_id is None or (current is not None and current.envoy.id == envoy_id):
            return
        if not any(row.envoy.id == envoy_id for row in self._rows):
            self._wanted_envoy = envoy_id  # he may be among the rows that are being read
        elif not self.table.choose(lambda row: row.envoy.id == envoy_id):
            self._clear_filters()
            self.table.choose(lambda row: row.envoy.id == envoy_id)

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
