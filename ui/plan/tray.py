"""The tray below the board: visits left out with the reason, coverage, and broken rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.coverage import CountyCoverage, CoverageLine
from envoy_app.domain.plans import VisitView
from ui import theme
from ui.icons import IconName, icon, set_icon
from ui.parts import allow, button
from ui.plan.conflicts import ConflictsPanel
from ui.plan.labels import Labels
from ui.search import search_key
from ui.tables import RIGHT, Column, R, TableView

NARROW, LEAST_WIDTH = theme.px(180), theme.px(120)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A visit that the plan does not hold, in words."""

    visit: VisitView
    county: str
    city: str
    specialty: str
    window: str
    length: str
    reasons: str
    cures: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One coverage rule of a county, in words."""

    line: CoverageLine
    coverage: CountyCoverage
    county: str
    city: str
    rule: str

    @property
    def reason(self) -> str:
        """Why the rule falls short, or ""."""
        return self.line.reason if self.line.shortfall else ""


def left_out_rows(labels: Labels) -> tuple[LeftOut, ...]:
    """Return the visits left out, heaviest first."""
    return tuple(
        LeftOut(
            visit,
            labels.county(visit.county),
            labels.city(visit.county),
            labels.specialties(visit),
            labels.window(visit),
            labels.length(visit),
            labels.reasons(visit),
            labels.cures(visit),
        )
        for visit in labels.plan.unscheduled
    )


def coverage_rows(labels: Labels) -> tuple[CoverageRow, ...]:
    """Return all coverage rules, those that fall short most first."""
    rows = [
        CoverageRow(
            line,
            item,
            labels.county(item.county),
            labels.city(item.county),
            labels.specialty(line.specialty) if line.specialty else "全县最低次数",
        )
        for item in labels.plan.coverage
        for line in item.lines
    ]
    return tuple(sorted(rows, key=lambda row: -row.line.shortfall))


LEFT_OUT_COLUMNS: tuple[Column[LeftOut], ...] = (
    Column(
        "weight",
        "权重",
        lambda row: str(row.visit.weight),
        sort=lambda row: row.visit.weight,
        align=RIGHT,
        width=52,
    ),
    Column("county", "县", lambda row: row.county, width=76),
    Column("specialty", "专业领域", lambda row: row.specialty, width=148),
    Column(
        "people",
        "人数",
        lambda row: str(sum(role.count for role in row.visit.roles)),
        sort=lambda row: sum(role.count for role in row.visit.roles),
        align=RIGHT,
        width=52,
        hidden=True,
    ),
    Column(
        "window", "时间窗", lambda row: row.window, sort=lambda row: row.visit.earliest, width=116
    ),
    Column("length", "时长", lambda row: row.length, sort=lambda row: row.visit.slots, width=52),
    Column("origin", "来源", lambda row: row.visit.origin.value, width=76, hidden=True),
    Column("place", "地点", lambda row: row.visit.place, width=120, hidden=True),
    Column("city", "城市", lambda row: row.city, width=72, hidden=True),
    Column("reasons", "原因", lambda row: row.reasons, width=240),
    Column("cures", "办法", lambda row: row.cures, width=240),
)
COVERAGE_COLUMNS: tuple[Column[CoverageRow], ...] = (
    Column("county", "县", lambda row: row.county, width=76),
    Column("city", "城市", lambda row: row.city, width=72),
    Column("state", "状态", lambda row: row.coverage.state.label, width=64),
    Column("rule", "覆盖要求", lambda row: row.rule, width=160),
    Column(
        "needed",
        "要求",
        lambda row: str(row.line.needed),
        sort=lambda row: row.line.needed,
        align=RIGHT,
        width=52,
    ),
    Column(
        "held",
        "已排",
        lambda row: str(row.line.held),
        sort=lambda row: row.line.held,
        align=RIGHT,
        width=52,
    ),
    Column(
        "shortfall",
        "缺",
        lambda row: str(row.line.shortfall or ""),
        sort=lambda row: row.line.shortfall,
        align=RIGHT,
        width=44,
        color=lambda row: "danger" if row.line.shortfall else None,
    ),
    Column("reason", "原因", lambda row: row.reason, width=320),
)


class Tray(QTabWidget):
    """Three tables on a plan.

    Signals: `visit_selected` a visit id, `county_requested` a county's code (double click),
    `cures_requested` a visit left out for which a proved cure is to be chosen.
    """

    cures_requested = Signal(object)

    visit_selected = Signal(str)
    county_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: Labels | None = None
        self._county: str | None = None
        self.tabBar().setDrawBase(False)
        self.setDocumentMode(False)
        self.left_out: TableView[LeftOut] = TableView(
            LEFT_OUT_COLUMNS, self.tr("未排服务"), row_height=theme.ROW_DENSE
        )
        self.coverage: TableView[CoverageRow] = TableView(
            COVERAGE_COLUMNS, self.tr("覆盖情况"), row_height=theme.ROW_DENSE
        )
        self.addTab(_framed(self.left_out), "")
        self.addTab(_framed(self.coverage), "")
        self.conflicts = ConflictsPanel()
        self.addTab(self.conflicts, "")
        self._build_corner()
        self.left_out.row_chosen.connect(lambda row: self.visit_selected.emit(row.visit.id))
        self.left_out.selectionModel().selectionChanged.connect(lambda _now, _before: self._allow())
        self.left_out.row_activated.connect(
            lambda row: self.county_requested.emit(row.visit.county)
        )
        self.coverage.row_activated.connect(lambda row: self.county_requested.emit(row.line.county))
        self.currentChanged.connect(lambda _tab: self._count())
        self.show_conflict_count(0)
        self._count()

    def _build_corner(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("筛选"))
        self.search.setAccessibleName(self.tr("筛选表格"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(150)
        self.search.textChanged.connect(self._search)
        self.cure_button = button(self.tr("采用办法…"), self._ask_cures)
        copy = QToolButton()
        copy.setToolTip(self.tr("复制所选行，可贴入 Excel"))
        copy.setAccessibleName(self.tr("复制"))
        set_icon(copy, IconName.COPY)
        copy.clicked.connect(self._copy)
        self.shown = QLabel()
        self.shown.setProperty("muted", True)
        corner = QWidget()
        box = QHBoxLayout(corner)
        box.setContentsMargins(0, 1, theme.px(1), 1)
        box.setSpacing(theme.px(1))
        for widget in (
            self.shown,
            self.cure_button,
            self.conflicts.buttons,
            self.search,
            copy,
        ):
            box.addWidget(widget)
        self.setCornerWidget(corner)

    def set_plan(self, labels: Labels | None) -> None:
        """Show a plan's tables, or nothing."""
        before, self._labels = self._labels, labels
        if labels and before and same_tables(before, labels):
            return
        left = left_out_rows(labels) if labels else ()
        rules = coverage_rows(labels) if labels else ()
        _put(
            self.left_out,
            left,
            lambda row: row.visit.id,
            lambda row: _key(row.county, row.specialty, row.reasons, row.cures),
        )
        _put(
            self.coverage,
            rules,
            lambda row: (row.line.county, row.line.specialty),
            lambda row: _key(row.county, row.rule, row.reason),
        )
        self._count()

    def set_county(self, code: str | None) -> None:
        """Show one county only, or all."""
        if code == self._county:
            return
        self._county = code
        self.left_out.proxy.set_predicate((lambda row: row.visit.county == code) if code else None)
        self.coverage.proxy.set_predicate((lambda row: row.line.county == code) if code else None)
        self.conflicts.set_county(code)
        self._count()

    def choose_visit(self, visit_id: str | None) -> None:
        """Put the cursor on a visit selected elsewhere."""
        current = self.left_out.current_row()
        if visit_id is None or (current and current.visit.id == visit_id):
            return
        if not self.left_out.choose(lambda row: row.visit.id == visit_id):
            self.left_out.clearSelection()

    def _ask_cures(self) -> None:
        row = self.left_out.current_row()
        if row is not None:
            self.cures_requested.emit(row.visit)

    def _allow(self) -> None:
        chosen = bool(self.left_out.selected_rows())
        hint = self.tr("找出证明可行的办法，选一个采用，可以撤销")
        allow(self.cure_button, "" if chosen else self.tr("先在表里选一项未排服务"), hint)

    def _search(self, text: str) -> None:
        self.left_out.proxy.set_query(text)
        self.coverage.proxy.set_query(text)
        self.conflicts.table.proxy.set_query(text)
        self._count()

    def _copy(self) -> None:
        tables = (self.left_out, self.coverage, self.conflicts.table)
        tables[self.currentIndex()].copy_rows()

    def show_conflict_count(self, count: int) -> None:
        """Say on the tab how many rules are broken."""
        self.setTabText(2, self.tr("冲突 ({0})").format(count))
        sign = icon(IconName.WARNING, theme.tokens().danger) if count else QIcon()
        self.setTabIcon(2, sign)

    def show_conflicts(self) -> None:
        """Bring the broken rules into sight, the first one under the cursor."""
        table = self.conflicts.table
        self.setCurrentWidget(self.conflicts)
        if not table.selected_rows():
            table.choose(lambda _row: True)
        table.setFocus()

    @override
    def minimumSizeHint(self) -> QSize:
        """What stands beside the tabs makes room of itself, so it keeps no window wide."""
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._count()

    def _count(self) -> None:
        at_conflicts = self.currentWidget() is self.conflicts
        self.cure_button.setVisible(self.currentIndex() == 0)
        self.conflicts.buttons.setVisible(at_conflicts)
        narrow = self.width() < NARROW
        self.conflicts.set_narrow(narrow)
        # Else the tabs would not fit beside it; what is typed in stays in sight.
        self.search.setVisible(not (narrow and at_conflicts) or bool(self.search.text()))
        left = self.left_out.rows_model.rowCount()
        short = sum(1 for row in self.coverage.rows_model.rows if row.line.shortfall)
        self.setTabText(0, self.tr("未排服务 ({0})").format(left))
        self.setTabText(1, self.tr("覆盖情况 ({0} 条不足)").format(short))
        shown = self.left_out.proxy.rowCount()
        self.shown.setText(self.tr("显示 {0} 项").format(shown) if shown != left else "")
        self._allow()


def same_tables(one: Labels, other: Labels) -> bool:
    """Whether two states of a plan leave the same visits out and cover the counties alike."""
    return (
        one.same_names(other)
        and one.plan.coverage == other.plan.coverage
        and one.plan.unscheduled == other.plan.unscheduled
    )


def _put(
    table: TableView[R],
    rows: Sequence[R],
    identity: Callable[[R], Hashable],
    key: Callable[[R], str],
) -> None:
    """Show other rows; where they are of the same things only what changed is touched."""
    before = table.rows_model.rows
    if list(map(identity, rows)) != list(map(identity, before)):
        table.set_rows(rows, [key(row) for row in rows])
        return
    places = (n for n, row in enumerate(rows) if row != before[n])
    table.rows_model.patch({n: (rows[n], key(rows[n])) for n in places}, ())


def _framed(table: QWidget) -> QWidget:
    frame = QWidget()
    box = QVBoxLayout(frame)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(table)
    return frame


def _key(county: str, *others: str) -> str:
    return search_key(county, others)
