"""The 排班 page: toolbar, board, tray and inspector around one plan."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.plans import PlanInfo, PlanView
from envoy_app.domain.time import today
from ui import theme
from ui.context import AppContext
from ui.exporting import ExportButton
from ui.icons import IconName
from ui.pages import Page
from ui.parts import EmptyState, button
from ui.plan.board.layout import BoardFilter, BoardMode, Row, RowKeeper, RowKind, build_layout
from ui.plan.board.legend import LegendButton
from ui.plan.board.view import ZOOMS, BoardView
from ui.plan.conflict_work import ConflictWork
from ui.plan.content import PlanContent
from ui.plan.exports import plan_exports
from ui.plan.hand.work import HandWork
from ui.plan.labels import Labels
from ui.plan.publish import PublishDialog
from ui.plan.run.dialog import RunDialog
from ui.plan.side_panel import SidePanel
from ui.plan.toolbar import PlanToolbar
from ui.plan.tray import Tray
from ui.plan.variants.dialog import VariantsDialog
from ui.plan.versions.dialog import VersionsDialog
from ui.search import Finder

# Below this width two weeks would leave one character to a visit.
NARROW = 1100
# Below this height the tray would leave the board three rows: it opens at a click.
LOW = 460


class PlanPage(Page):
    """Shows one plan version and lets the user make new ones."""

    topics = frozenset({Topic.PLANS, Topic.SETTINGS, Topic.ROSTER})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._view: PlanView | None = None
        self._labels: Labels | None = None
        self._mode = BoardMode.COUNTY
        self._city: str | None = None
        self._query = ""
        self._rows = RowKeeper()
        self._finder = Finder()
        self._plans: tuple[PlanInfo, ...] = ()
        self._offered: tuple[tuple[PlanInfo, ...], PlanInfo | None] = (), None
        self._sized = False
        self._dialog: RunDialog | None = None
        self.versions: VersionsDialog | None = None
        self.variants: VariantsDialog | None = None
        self.publish_dialog: PublishDialog | None = None
        self._awaited = "", ""  # a version and the visit to select once it is on view
        self._build()
        self._connect()

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.export_button = ExportButton(
            self.context, lambda: plan_exports(self.context, self._view)
        )
        gazetteer = self.context.workspace.reference.gazetteer()
        self.board = BoardView()
        self.legend = LegendButton(self.board)
        self.toolbar = PlanToolbar(gazetteer, self.export_button, legend=self.legend)
        self.tray = Tray()
        self.side = SidePanel(self.context)
        self.inspector = self.side.inspector
        self.hand = HandWork(self.context, self.board, self.tray, self.side.candidates, self)
        self.hand.watch_details(self.inspector)
        self.conflicts = ConflictWork(self.context, self.toolbar, self.tray, self.hand, self)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_empty())
        content = PlanContent(self.board, self.tray, self.side)
        self.boards, self._share_out = content.boards, content.share_out
        self.stack.addWidget(content)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        box.setSpacing(theme.px(2))
        box.addWidget(self.toolbar)
        box.addWidget(self.hand.strip)
        box.addWidget(self.stack, 1)

    def _build_empty(self) -> QWidget:
        self.empty_run = button(
            self.tr("开始排班"), self.open_run_dialog, icon=IconName.PLAY, look="primary"
        )
        hint = self.tr("选好月份，程序按覆盖标准和已受理的需求安排特派员下乡，几分钟就好。")
        return EmptyState(IconName.PLAN, self.tr("还没有排班方案"), hint, self.empty_run)

    def _connect(self) -> None:
        bar, selection = self.toolbar, self.context.selection
        bar.plan_chosen.connect(self._choose_plan)
        bar.mode_chosen.connect(self.set_mode)
        bar.zoom_chosen.connect(self.board.set_zoom)
        bar.colour_chosen.connect(self.board.set_colour_by)
        bar.place_chosen.connect(self._choose_place)
        bar.search_changed.connect(self._search)
        bar.publish_requested.connect(self._publish)
        bar.versions_requested.connect(self.open_versions)
        bar.variants_requested.connect(lambda: self.open_variants())
        bar.run_requested.connect(self.open_run_dialog)
        bar.inspector_toggled.connect(self.side.setVisible)
        bar.tray_toggled.connect(self.tray.setVisible)
        bar.zoom_stepped.connect(self.board.step_zoom)
        self.board.zoom_changed.connect(lambda _days: self._show_zoom())
        self.board.shown.connect(self._show_zoom)
        self.board.visit_selected.connect(self._chip_picked)
        self.board.row_selected.connect(self._row_picked)
        self.board.row_activated.connect(self._row_activated)
        self.board.opened.connect(self._open_inspector)
        self.tray.visit_selected.connect(self._visit_picked)
        self.tray.county_requested.connect(self._pick_county)
        self.inspector.visit_requested.connect(self._visit_picked)
        self.inspector.county_requested.connect(self.inspector.show_county)
        self.inspector.envoy_requested.connect(self._pick_envoy)
        self.side.candidates.envoy_requested.connect(self._find_envoy)
        self.hand.county_needed.connect(self._show_county_row)
        self.hand.people_requested.connect(self._show_people)
        self.hand.replanning.visit_requested.connect(self._go_to_visit)
        self.conflicts.marks_changed.connect(self._mark_conflicts)
        self.conflicts.jump_requested.connect(self._jump)
        self.conflicts.people_requested.connect(self._show_people)
        self.conflicts.opened.connect(self.board.setFocus)
        self.context.plans.plan_loaded.connect(self._take)
        selection.visit_changed.connect(self._visit_changed)
        selection.envoy_changed.connect(self._envoy_changed)
        selection.county_changed.connect(self._county_changed)
        self._show_zoom()
        bar.show_running(False)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.hand.look_at(self._view, shown=True)
        if not self._sized:
            # A low window keeps its height for the board.
            self._sized = True
            self._share_out(self.height())
            if self.width() < NARROW:
                self.board.set_zoom(5)
            if self.height() < LOW:
                self.toolbar.tray.setChecked(False)

    def _show_zoom(self) -> None:
        self.toolbar.show_zoom(self.board.zoom, self.board.zooms())

    @override
    def whereabouts(self) -> dict[str, Any]:
        day = self.board.first_day
        return {
            "mode": self._mode.value,
            "zoom": self.board.zoom,
            "city": self._city or "",
            "search": self._query,
            "day": day.isoformat() if day else "",
        }

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        with suppress(ValueError):
            self.set_mode(BoardMode(state.get("mode", self._mode)))
        if state.get("zoom") in ZOOMS:
            self.board.set_zoom(int(state["zoom"]))
        if state.get("city"):
            self._choose_place(str(state["city"]))
        self.toolbar.search.setText(str(state.get("search", "")))
        with suppress(ValueError, TypeError):
            self.board.go_to(date.fromisoformat(state.get("day", "")))

    # Reading ---------------------------------------------------------------------------------

    @override
    def refresh(self, changes: Changes | None) -> None:
        if changes is None or changes.touches(Topic.PLANS):
            planning = self.context.workspace.planning
            self.context.jobs.start(
                self.tr("读取排班方案"),
                lambda _handle: planning.plans(),
                self._take_plans,
                key="plan-list",
                quiet=True,
            )
        if changes is None and self.context.plans.loaded:
            self._take(self.context.plans.plan)
        elif changes is not None and changes.touches(Topic.SETTINGS):
            self._rows = RowKeeper()
            self._relayout()

    def _take_plans(self, plans: tuple[PlanInfo, ...]) -> None:
        self._plans = plans
        self._show_plans()

    def _show_plans(self) -> None:
        info = self._view.info if self._view else None
        plans = self._plans
        if info:  # made or published a moment ago, while the list is still being read
            plans = tuple(info if other.id == info.id else other for other in plans)
            plans = plans if info in plans else (info, *plans)
        if (plans, info) != self._offered:
            self._offered = plans, info
            self.toolbar.set_plans(plans, info)
        # Without a plan the empty page leads to the one thing that can be done.
        self.toolbar.setVisible(bool(plans))

    def _take(self, view: PlanView | None) -> None:
        """Show the plan that the whole window looks at."""
        before, self._view = self._view, view
        reference = self.context.workspace.reference
        self._labels = Labels(view, reference.gazetteer(), reference.vocabulary()) if view else None
        self._show_plans()
        self.conflicts.take(self._labels)
        self.tray.set_plan(self._labels)
        self.inspector.set_plan(self._labels)
        self.stack.setCurrentIndex(1 if view else 0)
        self.toolbar.setVisible(view is not None)  # without a plan it has nothing to turn
        if view is None:
            self.board.clear()
        self._filter_county(self.context.selection.county)
        self.hand.look_at(view, shown=self.isVisible())
        new = view is not None and (before is None or before.info.id != view.info.id)
        if view and new and view.info.start <= today() <= view.info.end:
            self.board.go_to(today())
        if view and before is None:  # another page may have chosen a visit before this one was made
            self._visit_changed(_known(view, self.context.selection.visit))
        # A visit that was left out and is held now: its place is shown.
        self.board.select_visit(self.context.selection.visit)
        self._show_awaited()

    def _relayout(self) -> None:
        if self._view is None or self._labels is None:
            return
        matcher = self._finder.matcher(self._query)
        shown = BoardFilter(self.context.selection.county, self._city, matcher)
        gazetteer = self.context.workspace.reference.gazetteer()
        layout = build_layout(
            self._view,
            gazetteer,
            self._labels.specialty,
            self._mode,
            shown,
            theme.ROW_DENSE,
            self._rows,
        )
        calendar = self.context.workspace.reference.calendar()
        self.boards.setCurrentIndex(0 if layout.rows else 1)
        self.board.show_plan(self._view, layout, self._labels, calendar.name, today=today())
        self.hand.marks.keep_shown()

    # What the user does ----------------------------------------------------------------------

    def set_mode(self, mode: BoardMode) -> None:
        """Show a row per county or per envoy."""
        if mode is not self._mode:
            self._mode = mode
            self.toolbar.show_mode(mode)
            self._relayout()

    @override
    def focus_search(self) -> bool:
        return self.toolbar.search.take_over()

    def open_run_dialog(self) -> None:
        """Open the run dialog, or show the search that runs."""
        if self._dialog is None:
            self._dialog = RunDialog(self.context, today(), self.window())
            self._dialog.plan_made.connect(self._plan_made)
            self._dialog.running_changed.connect(self.toolbar.show_running)
            self._dialog.part_requested.connect(self.hand.replanning.ask_offered)
            self._dialog.variants_requested.connect(lambda: self.open_variants(presets=True))
        self._dialog.offer_parts(self.hand.replanning.offer())
        self._dialog.open_beside()

    @property
    def run_dialog(self) -> RunDialog | None:
        """The run dialog once it was opened."""
        return self._dialog

    def _plan_made(self, plan: PlanView) -> None:
        self.context.plans.put(plan)
        text = self.tr("已生成 {0}").format(plan.info.title)
        self.context.publish(Changes(frozenset({Topic.PLANS}), text))

    def _publish(self) -> None:
        if self._view is None:
            return
        if self.publish_dialog is None:
            self.publish_dialog = PublishDialog(self.context, self.window())
            self.publish_dialog.published.connect(self.context.publish)
        self.publish_dialog.ask(self._view.info)

    def open_versions(self) -> None:
        """Open the comparison of versions."""
        if self.versions is None:
            self.versions = VersionsDialog(self.context, self.window())
            self.versions.visit_requested.connect(self._go_to_visit)
        self.versions.open_beside()

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        plan, visit = part.get("plan", ""), part.get("visit", "")
        if plan and visit:
            self._go_to_visit(plan, visit)
        elif plan and (self._view is None or self._view.info.id != plan):
            self.context.plans.show_plan(plan)

    def open_variants(self, *, presets: bool = False) -> None:
        """Open what if: variants of the plan on view; with `presets` the other presets first."""
        if self.variants is None:
            self.variants = VariantsDialog(self.context, self.window())
            self.variants.visit_requested.connect(self._go_to_visit)
            self.variants.plan_kept.connect(self._plan_made)
            self.variants.planning_requested.connect(self.open_run_dialog)
            self.variants.running_changed.connect(self.toolbar.show_comparing)
        self.variants.open_beside(presets=presets)

    def _go_to_visit(self, plan_id: str, visit_id: str) -> None:
        """Show a visit of any version on the board."""
        self._show_everything()
        self.context.selection.visit = None
        self._awaited = plan_id, visit_id
        if self._view is not None and self._view.info.id == plan_id:
            self._show_awaited()
        else:
            self.context.plans.show_plan(plan_id)

    def _show_awaited(self) -> None:
        plan_id, visit_id = self._awaited
        if self._view is not None and self._view.info.id == plan_id:
            self._awaited = "", ""
            self.context.selection.visit = _known(self._view, visit_id)

    def _choose_plan(self, plan_id: str) -> None:
        self.context.plans.show_plan(plan_id or None)

    def _choose_place(self, value: str) -> None:
        gazetteer = self.context.workspace.reference.gazetteer()
        self._city = value if value in gazetteer.cities else None
        county = value if value in gazetteer.by_code else None
        if county == self.context.selection.county:
            self._relayout()
        self.context.selection.county = county

    def _search(self, text: str) -> None:
        if text.strip() == self._query:
            return
        self._query = text.strip()
        self._relayout()
        self.board.scroll_to_top()

    # The selection ---------------------------------------------------------------------------

    def _chip_picked(self, visit_id: str | None) -> None:
        self._visit_picked(visit_id)
        chip, scene = self.board.chip, self.board.scene
        if chip is not None and scene is not None and self._mode is BoardMode.ENVOY:
            # Whose chip it was matters where several go: who is ill, who is replaced.
            self.context.selection.envoy = scene.layout.rows[chip.row].key

    def _visit_picked(self, visit_id: str | None) -> None:
        self.context.selection.visit = visit_id

    def _visit_changed(self, visit_id: str | None) -> None:
        self.board.select_visit(visit_id)
        self.tray.choose_visit(visit_id)
        if visit_id:
            self.inspector.show_visit(visit_id)
        elif self.board.row is None:
            self.inspector.show_nothing()

    def _row_picked(self, row: Row | None) -> None:
        if row is None:
            return
        if row.kind is RowKind.COUNTY:
            self.inspector.show_county(row.key)
        elif row.kind is RowKind.ENVOY:
            self._pick_envoy(row.key)

    def _pick_envoy(self, envoy_id: str) -> None:
        self.context.selection.envoy = envoy_id
        self.inspector.show_envoy(envoy_id)

    def _find_envoy(self, envoy_id: str) -> None:
        """Put the board on an envoy's row; the visit whose seat is compared stays selected."""
        self.set_mode(BoardMode.ENVOY)
        if not self.board.select_row(envoy_id):
            self._show_everything()
            self.board.select_row(envoy_id)
        self.context.selection.envoy = envoy_id

    def _show_county_row(self, code: str) -> None:
        """Bring a county's row onto the board: a visit is dragged to it."""
        self.set_mode(BoardMode.COUNTY)
        rows = self.board.scene.layout.rows if self.board.scene else ()
        if all(row.key != code for row in rows):
            self._show_everything()

    def _show_people(self, seat: int) -> None:
        self.toolbar.inspector.setChecked(True)
        self.side.show_candidates(seat)

    def _mark_conflicts(self, visits: frozenset[str]) -> None:
        """Show on the chips and in the details which visits break a rule by now."""
        self.board.viewport().update()
        if self.inspector.visit is not None and self.inspector.visit.id in visits:
            self.inspector.show_again()

    def _jump(self, visit_id: str, envoy_id: str) -> None:
        """Put the board on a visit, in the row of somebody where rows are people."""
        if not visit_id:
            self.context.selection.visit = None
            self._find_envoy(envoy_id)
            return
        chips = self.board.scene.layout.chips_of(visit_id) if self.board.scene else ()
        if not chips or chips[0].dimmed:
            self._show_everything()
        self.context.selection.visit = visit_id
        self.board.select_visit(None)  # so that it comes into sight though it is selected already
        self.board.select_visit(visit_id, envoy_id)
        if envoy_id:
            self.context.selection.envoy = envoy_id
        self.inspector.show_visit(visit_id)

    def _show_everything(self) -> None:
        self._query, self._city = "", None
        self.toolbar.search.clear()
        self.context.selection.county = None
        self._filter_county(None)

    def _row_activated(self, row: Row) -> None:
        if row.kind is RowKind.COUNTY:
            self._pick_county(row.key)
        else:
            self._open_inspector()

    def _pick_county(self, code: str) -> None:
        self.context.selection.county = code

    def _envoy_changed(self, envoy_id: str | None) -> None:
        # While candidates are compared, the visit whose seat it is stays.
        if envoy_id and self.board.chip is None and not self.side.comparing:
            self.inspector.show_envoy(envoy_id)

    def _county_changed(self, code: str | None) -> None:
        self._filter_county(code)
        if code and self._labels:
            self.inspector.show_county(code)

    def _filter_county(self, code: str | None) -> None:
        self.toolbar.show_place(code or self._city or "")
        self.tray.set_county(code)
        self._relayout()

    def _open_inspector(self) -> None:
        self.toolbar.inspector.setChecked(True)
        self.side.currentWidget().setFocus()


def _known(view: PlanView, visit_id: str | None) -> str | None:
    """Return a visit's id where the plan has it."""
    return visit_id if any(visit.id == visit_id for visit in view.visits) else None
