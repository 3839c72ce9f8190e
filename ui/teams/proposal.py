"""A proposal beside today's teams: member by member, county by county, to take whole or in part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from envoy_app.domain.coverage import CoverageState
from envoy_app.services.team_words import lack_text
from ui import theme
from ui.checked_table import CheckedTable
from ui.icons import IconName, icon
from ui.parts import ElidedLabel, allow, button, label
from ui.tables import RIGHT, Column, TableView
from ui.teams.texts import place_name, proof, signed

if TYPE_CHECKING:
    from envoy_app.services.team_comparison import (
        ComparedChange,
        ComparedCounty,
        TakenPart,
        TeamComparison,
    )

NAMED = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teams", text)


class ProposalView(QWidget):
    """Signals: `take_requested` the ids chosen, `discard_requested`."""

    take_requested = Signal(object)
    discard_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.comparison: TeamComparison | None = None
        self._chosen: set[str] = set()
        self._part: TakenPart | None = None
        self._touched: set[str | None] = set()
        self._build()

    # Building -------------------------------------------------------------------------------

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        box.addWidget(self._build_head())
        split = QSplitter(Qt.Orientation.Horizontal)
        self.changes: CheckedTable[ComparedChange] = CheckedTable(
            self._change_columns(), self.tr("建议的变动"), self._is_chosen
        )
        self.changes.tick_requested.connect(self._tick)
        self.counties: TableView[ComparedCounty] = TableView(
            self._county_columns(), self.tr("各县前后对比"), row_height=theme.ROW_DENSE
        )
        for table, title in (
            (self.changes, self.tr("谁变动（勾选要采用的）")),
            (self.counties, self.tr("各县：现在 → 采用后")),
        ):
            split.addWidget(_titled(title, table))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([theme.px(165), theme.px(95)])
        split.setHandleWidth(theme.px(2))
        split.setChildrenCollapsible(False)
        box.addWidget(split, 1)

    def _build_head(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("panel")
        self.proof_label = label(wrap=True)
        self.proof_label.setAccessibleName(self.tr("最优性"))
        self.part_label = label(look="strong", wrap=True)
        self.part_label.setAccessibleName(self.tr("采用所选的结果"))
        self.rest_label = ElidedLabel()
        self.rest_label.setProperty("muted", True)
        self.take_button = button(self.tr("采用所选"), self._take, icon=IconName.CHECK)
        self.all_button = button(self.tr("全部采用"), self._take_all, look="primary")
        self.discard_button = button(self.tr("放弃建议"), self.discard_requested.emit)
        self.tick_button = button(self.tr("全不选"), self._tick_all)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(label(self.tr("组团建议"), look="heading"))
        row.addWidget(self.proof_label, 1)
        for one in (self.discard_button, self.tick_button, self.take_button, self.all_button):
            row.addWidget(one)
        box = QVBoxLayout(frame)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        box.setSpacing(theme.px(1))
        box.addLayout(row)
        box.addWidget(self.part_label)
        box.addWidget(self.rest_label)
        return frame

    def _change_columns(self) -> tuple[Column[ComparedChange], ...]:
        px = theme.px
        return (
            Column("name", _tr("姓名"), lambda row: row.change.before.name, width=px(21)),
            Column("now", _tr("现在"), self._now, width=px(25), flex=1),
            Column("then", _tr("建议"), self._then, width=px(25), flex=1),
            Column("why", _tr("为什么"), lambda row: row.why, width=px(50), flex=3),
            Column(
                "minutes",
                _tr("单程分钟"),
                lambda row: signed(row.minutes) if row.minutes else "",
                sort=lambda row: row.minutes,
                align=RIGHT,
                width=px(18),
            ),
        )

    def _county_columns(self) -> tuple[Column[ComparedCounty], ...]:
        px = theme.px
        return (
            Column("name", _tr("县"), self._county, width=px(24), decoration=_mark),
            Column(
                "size",
                _tr("人数"),
                lambda row: _arrow(len(row.before.members), len(row.after.members)),
                sort=lambda row: len(row.after.members),
                align=RIGHT,
                width=px(18),
            ),
            Column(
                "shortfall",
                _tr("缺口"),
                lambda row: _arrow(row.before.shortfall, row.after.shortfall),
                sort=lambda row: (-row.after.shortfall, -row.before.shortfall),
                align=RIGHT,
                width=px(15),
            ),
            Column(
                "rest",
                _tr("仍缺"),
                lambda row: "；".join(lack_text(lack) for lack in row.after.lacks),
                width=px(32),
                flex=2,
                tooltip=lambda row: (
                    "\n".join(f"{lack_text(lack)}：{lack.reason}" for lack in row.after.lacks)
                    or _tr("齐备")
                ),
            ),
        )

    # Showing --------------------------------------------------------------------------------

    def show_comparison(self, comparison: TeamComparison) -> None:
        """Show a proposal, all of its changes ticked."""
        self.comparison = comparison
        self._chosen = {row.change.before.id for row in comparison.rows}
        places = [(row.change.before, row.change.after) for row in comparison.rows]
        self._touched = {envoy.team_county for pair in places for envoy in pair}
        self.proof_label.setText(proof(comparison.proposal))
        warnings = "\n".join(comparison.proposal.warnings)
        self.proof_label.setToolTip(warnings)
        self.changes.set_rows(comparison.rows)
        self._update()

    def clear(self) -> None:
        """Forget the proposal."""
        self.comparison = self._part = None
        self._chosen = set()
        self.changes.set_rows(())
        self.counties.set_rows(())

    @property
    def chosen(self) -> frozenset[str]:
        """The ids of the people whose changes are ticked."""
        return frozenset(self._chosen)

    def _update(self) -> None:
        if self.comparison is None:
            return
        self._part = part = self.comparison.part(self._chosen)
        self.counties.set_rows(sorted(part.counties, key=self._order))
        self.changes.viewport().update()
        total = len(self.comparison.rows)
        self.part_label.setText(self._sentence(part, total))
        self.rest_label.set_full_text(self._rest(part))
        self._allow_buttons(part, total)

    def _allow_buttons(self, part: TakenPart, total: int) -> None:
        nothing = self.tr("建议与现在一样，没有要改的") if not total else ""
        broken = "".join(part.impact.broken)
        none = self.tr("先勾选要采用的变动") if not self._chosen else ""
        allow(self.take_button, nothing or none or broken)
        allow(self.all_button, nothing, self.tr("按建议改全部 {n} 人").format(n=total))
        allow(self.tick_button, nothing)
        self.tick_button.setText(self.tr("全不选") if self._chosen else self.tr("全选"))

    def _sentence(self, part: TakenPart, total: int) -> str:
        if not total:
            return self.tr("现在的县团已经是最好的安排，不用变动。")
        if part.impact.broken:
            return self.tr("采用所选 {n} 人：不可以，{why}").format(
                n=len(self._chosen), why="".join(part.impact.broken)
            )
        return self.tr(
            "采用所选 {n} / {total} 人：缺口 {before} → {after}，单程合计 {m} 分钟。"
        ).format(
            n=len(self._chosen),
            total=total,
            before=part.before,
            after=part.after,
            m=signed(part.impact.minutes),
        )

    def _rest(self, part: TakenPart) -> str:
        lacking = [item for item in part.counties if item.after.lacks]
        said = [
            self._county(item) + "、".join(lack_text(lack) for lack in item.after.lacks)
            for item in lacking[:NAMED]
        ]
        notes = [note.removesuffix("。") for note in part.impact.notes[:1]]
        if len(lacking) > NAMED:
            said.append(self.tr("另有 {n} 县").format(n=len(lacking) - NAMED))
        rest = self.tr("仍缺：") + "；".join(said) if said else self.tr("各团齐备")
        return "。".join((rest, *notes)) + "。"

    def _order(self, row: ComparedCounty) -> tuple[bool, bool]:
        """Counties that the proposal changes first, then those that lack something."""
        return (row.before.county not in self._touched, not row.before.lacks)

    def _county(self, row: ComparedCounty) -> str:
        return self.comparison.desk.name(row.before.county) if self.comparison else ""

    def _now(self, row: ComparedChange) -> str:
        return self._placed(row.change.before.team_county, row.change.before.team_role)

    def _then(self, row: ComparedChange) -> str:
        return self._placed(row.change.after.team_county, row.change.after.team_role)

    def _placed(self, county: str | None, role: str) -> str:
        if self.comparison is None:
            return ""
        return " ".join(part for part in (place_name(self.comparison.desk, county), role) if part)

    # Choosing -------------------------------------------------------------------------------

    def _is_chosen(self, row: ComparedChange) -> bool:
        return row.change.before.id in self._chosen

    def _tick(self, rows: Sequence[ComparedChange], state: bool) -> None:
        ids = {row.change.before.id for row in rows}
        self._chosen = self._chosen | ids if state else self._chosen - ids
        self._update()

    def _tick_all(self) -> None:
        if self.comparison is not None:
            self._tick(self.comparison.rows, not self._chosen)

    def _take(self) -> None:
        self.take_requested.emit(self.chosen)

    def _take_all(self) -> None:
        if self.comparison is not None:
            everyone = frozenset(row.change.before.id for row in self.comparison.rows)
            self.take_requested.emit(everyone)


def _arrow(before: int, after: int) -> str:
    return str(before) if before == after else f"{before} → {after}"


def _mark(row: ComparedCounty) -> object:
    if not row.after.lacks:
        return icon(IconName.CHECK, theme.coverage_color(CoverageState.COVERED))
    return icon(IconName.WARNING, theme.tokens().warning)


def _titled(title: str, table: QWidget) -> QWidget:
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(1))
    box.addWidget(label(title, look="strong"))
    box.addWidget(table, 1)
    return holder
