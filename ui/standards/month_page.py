"""本月场次: which visits a month will ask for, and what no plan can cure, before anyone plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import UserError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import VisitOrigin, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.instances import BuiltInstance
from envoy_app.services.planning import PlanRequest
from ui import theme
from ui.context import AppContext
from ui.filters import FilterCombo, place_choices, place_codes
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import EmptyState, SearchBox, button, label
from ui.search import search_key
from ui.shortage_panel import ShortagePanel
from ui.tables import RIGHT, Column, TableView

MONTHS_AHEAD = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("MonthVisits", text)


def _specialties(visit: VisitView, vocabulary: Vocabulary) -> str:
    return "、".join(dict.fromkeys(vocabulary.name(role.specialty) for role in visit.roles))


def _people(visit: VisitView) -> int:
    return sum(role.count for role in visit.roles)


def _level(visit: VisitView) -> int:
    return max(role.min_level for role in visit.roles)


def _window(visit: VisitView) -> str:
    return f"{visit.earliest:%m-%d} — {visit.latest:%m-%d}"


def visit_columns(gazetteer: Gazetteer, vocabulary: Vocabulary) -> list[Column[VisitView]]:
    """Return the columns of the list of visits to hold."""
    px = theme.px
    counties = gazetteer.by_code

    def length(visit: VisitView) -> str:
        return _tr("半天") if visit.slots == 1 else _tr("{n} 天").format(n=visit.slots // 2)

    return [
        Column("county", _tr("县"), lambda v: counties[v.county].short_name, width=px(16)),
        Column("specialty", _tr("专业"), lambda v: _specialties(v, vocabulary), width=px(30)),
        Column("content", _tr("内容"), lambda v: v.content, width=px(50), flex=1),
        Column("place", _tr("地点"), lambda v: v.place, width=px(24), flex=1),
        Column("window", _tr("日期范围"), _window, lambda v: str(v.earliest), width=px(30)),
        Column("length", _tr("时长"), length, lambda v: v.slots, RIGHT, px(13)),
        Column("people", _tr("人数"), lambda v: str(_people(v)), _people, RIGHT, px(13)),
        Column("level", _tr("级别"), lambda v: RANK_NAMES[_level(v)], _level, width=px(14)),
        Column("origin", _tr("来源"), lambda v: v.origin.value, width=px(20)),
    ]


class MonthPage(Page):
    """Built anew whenever the month, the standard, the demands, the roster or the days change."""

    topics = frozenset({Topic.STANDARDS, Topic.DEMANDS, Topic.ROSTER, Topic.SETTINGS, Topic.PLANS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer, self._vocabulary = reference.gazetteer(), reference.vocabulary()
        self._visits: tuple[VisitView, ...] = ()
        self.months = self._build_months()
        self.table: TableView[VisitView] = TableView(
            visit_columns(self._gazetteer, self._vocabulary), self.tr("要安排的下乡服务")
        )
        self.shortages = ShortagePanel(context)
        self._build_content()
        self.table.restore(context.preferences, "month-visits")
        self.table.proxy.counted.connect(self._count)
        context.selection.county_changed.connect(self._take_county)
        self._take_county(context.selection.county)

    def _build_months(self) -> QComboBox:
        months = QComboBox()
        months.setAccessibleName(self.tr("哪个月"))
        start = date.today().replace(day=1)  # noqa: DTZ011  the user's own day
        for _ in range(MONTHS_AHEAD):
            following = (start + timedelta(days=32)).replace(day=1)
            text = self.tr("{year} 年 {month} 月").format(year=start.year, month=start.month)
            months.addItem(text, PlanRequest(start, following - timedelta(days=1)))
            start = following
        months.setCurrentIndex(1)
        months.currentIndexChanged.connect(lambda: self.refresh(None))
        return months

    def _build_content(self) -> None:
        self.search = SearchBox(self.tr("县、专业、内容、地点"), self.tr("搜索要安排的服务"))
        self.search.textChanged.connect(self.table.proxy.set_query)
        places = place_choices(self._gazetteer)
        self.place_filter = FilterCombo(self.tr("按市县"), self.tr("全部市县"), places, self)
        origins = [(item.value, item.value) for item in VisitOrigin]
        self.origin_filter = FilterCombo(self.tr("按来源"), self.tr("全部来源"), origins, self)
        self.place_filter.value_changed.connect(self._give_county)
        for combo in (self.place_filter, self.origin_filter):
            combo.value_changed.connect(self._filter)
        self.count_label = label(look="muted")
        self.plan_button = button(
            self.tr("去排班"), self._go_planning, icon=IconName.PLAY, look="primary"
        )
        tools = QHBoxLayout()
        tools.setSpacing(theme.px(2))
        tools.addWidget(self.months)
        tools.addWidget(self.search, 1)
        for part in (self.place_filter, self.origin_filter, self.count_label):
            tools.addWidget(part)
        tools.addStretch(1)
        tools.addWidget(self.plan_button)
        self.nothing = EmptyState(
            IconName.PLAN,
            self.tr("这个月还没有场次"),
            self.tr("有了名册，再有覆盖标准或已受理的需求，这里就列出这个月的场次。"),
        )
        self.reason_label = label(look="warning", wrap=True)
        self.reason_label.hide()
        self._sheets = QStackedWidget()
        self._sheets.addWidget(self.table)
        self._sheets.addWidget(self.nothing)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(theme.px(2))
        splitter.addWidget(self._sheets)
        splitter.addWidget(self.shortages)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([theme.px(220), theme.px(88)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(2))
        layout.addLayout(tools)
        layout.addWidget(self.reason_label)
        layout.addWidget(splitter, 1)

    # Showing ----------------------------------------------------------------------------

    @property
    def request(self) -> PlanRequest:
        """What planning the chosen month would be asked for."""
        chosen: PlanRequest = self.months.currentData()
        return chosen

    @override
    def start_focus(self) -> QWidget:
        return self.table

    @override
    def focus_search(self) -> bool:
        return self.search.take_over()

    @override
    def remember(self) -> None:
        self.table.remember(self.context.preferences, "month-visits")

    @override
    def refresh(self, changes: Changes | None) -> None:
        planning, request = self.context.workspace.planning, self.request
        vocabulary, counties = self._vocabulary, self._gazetteer.by_code

        def read(handle: JobHandle) -> tuple[BuiltInstance, tuple[str, ...]]:
            built = planning.build(request)
            keys = (
                search_key(
                    counties[visit.county].short_name,
                    (visit.content, visit.place, _specialties(visit, vocabulary)),
                )
                for visit in built.visits
            )
            return built, tuple(keys)

        def failed(error: Exception) -> None:
            self.shortages.stop()
            self._show((), (), [str(error)] if isinstance(error, UserError) else [])

        def done(found: tuple[BuiltInstance, tuple[str, ...]]) -> None:
            built, keys = found
            self._show(built.visits, keys, built.warnings)
            self.shortages.check(request)

        self.context.jobs.start(
            self.tr("生成本月场次"), read, done, failed, key="month-visits", quiet=True
        )

    def _show(
        self, visits: tuple[VisitView, ...], keys: tuple[str, ...], notes: Sequence[str]
    ) -> None:
        self._visits = visits
        self.table.set_rows(visits, keys)
        self._sheets.setCurrentWidget(self.table if visits else self.nothing)
        self.reason_label.setText("\n".join(notes))
        self.reason_label.setVisible(bool(notes))
        self._filter()
        self._count()

    def _count(self) -> None:
        shown = self.table.proxy.shown()
        people = sum(map(_people, shown))
        self.count_label.setText(
            self.tr("显示 {shown} / {all} 场，{people} 人次").format(
                shown=len(shown), all=len(self._visits), people=people
            )
        )

    def _filter(self) -> None:
        places = place_codes(self._gazetteer, self.place_filter.value)
        origin = self.origin_filter.value
        self.table.proxy.set_predicate(
            lambda visit: (
                (not places or visit.county in places)
                and (not origin or visit.origin.value == origin)
            )
        )

    def _take_county(self, code: str | None) -> None:
        """The county that filters the window; where there is none, a city may stay."""
        if code is not None or self.place_filter.value in self._gazetteer.by_code:
            self.place_filter.choose(code or "")

    def _give_county(self, value: str) -> None:
        self.context.selection.county = value if value in self._gazetteer.by_code else None

    def _go_planning(self) -> None:
        self.context.navigate("plan")
