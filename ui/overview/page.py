"""总览: the map of counties by coverage, key figures, what to do next, what is not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.plans import PlanView
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.overview.figures import Checklist, FigureGrid
from ui.overview.legend import MapLegend
from ui.overview.map_widget import CountyMap
from ui.overview.texts import county_tip, missing_text, reason_text, visits_text
from ui.pages import Page
from ui.parts import ElidedLabel, button, label, panel, scroll_column
from ui.tables import RIGHT, Column, TableView

if TYPE_CHECKING:
    from envoy_app.services.overview import OverviewFigures

SIDE_WIDTH = theme.px(96)


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
        self.follow_plan(self._show_plan)
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

    # Building ---------------------------------------------------------------------------

    def _build_map_panel(self) -> QFrame:
        frame = panel()
        reference = self.context.workspace.reference
        self.map = CountyMap(reference.boundaries(), reference.gazetteer().counties)
        self.map.county_selected.connect(self._select)
        self.map.county_opened.connect(self._open_board)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        layout.addWidget(self.map, 1)
        layout.addWidget(MapLegend())
        layout.addWidget(self._build_county_strip())
        return frame

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
        self.checklist = Checklist()
        self.checklist.step_requested.connect(self.take_step)
        self.gaps_title = label(self.tr("未全覆盖的县"), look="heading")
        self.gaps_note = label(look="muted", wrap=True)
        self.gaps = self._build_gaps()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        for part in (self.figures, self.checklist, self.gaps_title, self.gaps_note):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            layout.addWidget(part)
        layout.addWidget(self.gaps, 1)
        self._filler = QWidget()
        layout.addWidget(self._filler, 1)
        # On a low screen at a large scale the column scrolls rather than losing its end.
        area = scroll_column(side)
        area.setFixedWidth(SIDE_WIDTH)
        return area

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

    # Showing ----------------------------------------------------------------------------

    def _show_figures(self, figures: OverviewFigures) -> None:
        self.figures.show_figures(figures)
        self.checklist.show_items(figures.checklist)

    def _show_plan(self, plan: PlanView | None) -> None:
        self._coverage = {item.county: item for item in plan.coverage} if plan else {}
        states = {code: item.state for code, item in self._coverage.items()}
        self.map.set_states(states, self._tip)
        gaps = [
            item
            for item in self._coverage.values()
            if item.state in (CoverageState.PARTIAL, CoverageState.UNCOVERED)
        ]
        gaps.sort(key=lambda item: (item.state is CoverageState.PARTIAL, -item.shortfall))
        self.gaps.set_rows(gaps)
        self._show_gaps_note(plan, len(gaps))
        self._show_county(self.context.selection.county)

    def _show_gaps_note(self, plan: PlanView | None, count: int) -> None:
        if plan is None:
            note = self.tr("还没有排班方案。请按上面的清单一步步做，排班后地图会显示各县覆盖情况。")
        elif not count:
            note = self.tr("各县都已按覆盖标准排到。")
        else:
            note = ""
        title = self.tr("未全覆盖的县") if plan else self.tr("覆盖情况")
        self.gaps_title.setText(f"{title} {count}" if count else title)
        self.gaps_note.setText(note)
        self.gaps_note.setVisible(bool(note))
        self.gaps.setVisible(count > 0)
        self._filler.setVisible(count == 0)

    def _tip(self, code: str) -> str:
        return county_tip(self._counties[code], self._coverage.get(code), self._vocabulary)

    def _show_county(self, code: str | None) -> None:
        self.map.set_selected(code)
        self.board_button.setEnabled(code is not None and bool(self._coverage))
        self.board_button.setToolTip("" if self._coverage else self.tr("先排班，才有可看的排班"))
        if code is None:
            self.county_label.hide()
            self.county_note.set_full_text(self.tr("单击地图选一个县，双击查看它的排班"))
            self.gaps.clearSelection()
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

    def _open_board(self, code: str) -> None:
        self.context.selection.county = code
        if self._coverage:
            self.context.navigate("plan")

    def _open_selected(self) -> None:
        code = self.context.selection.county
        if code is not None:
            self._open_board(code)

    def take_step(self, key: str) -> None:
        """Go where a step of the checklist is done."""
        if key == "roster":
            self.context.request_import(ImportKind.ROSTER)
        else:
            pages = {"teams": "teams", "demands": "demands", "print": "print"}
            self.context.navigate(pages.get(key, "plan"))
