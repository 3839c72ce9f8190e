"""A county in short, beside the map: its visits, gaps, team and demands, each a way to its page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from envoy_app.domain.coverage import CountyCoverage
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.geography import County
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.teams import LEADER
from envoy_app.domain.time import day_label
from envoy_app.domain.todo import CountyBrief
from envoy_app.domain.vocabulary import Vocabulary
from ui.context import AppContext
from ui.details import DetailsPanel, Link, Section
from ui.jobs import JobHandle
from ui.overview.jumps import CountyWays
from ui.overview.texts import line_text, visits_text

NEXT = 5
GAPS = 3
DEMANDS = 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("CountyPanel", text)


class CountyPanel(DetailsPanel):
    """Shows the county selected; what is not in the plan is read when it is chosen."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(_tr("单击地图选一个县，这里显示它的安排、县团和需求"), parent)
        self._context = context
        reference = context.workspace.reference
        self._counties = reference.gazetteer().by_code
        self._vocabulary = reference.vocabulary()
        self._code: str | None = None
        self._brief: CountyBrief | None = None

    @property
    def brief(self) -> CountyBrief | None:
        """What was read of the county shown."""
        return self._brief

    def show_county(self, code: str | None, today: date) -> None:
        """Show a county, read anew; None shows the hint."""
        if code != self._code:
            self._brief = None
        self._code = code
        if code is None:
            self.clear()
            return
        self._show(today)
        workspace = self._context.workspace

        def read(handle: JobHandle) -> CountyBrief:
            return workspace.todo.county(code)

        def done(brief: CountyBrief) -> None:
            if brief.county == self._code:
                self._brief = brief
                self._show(today)

        self._context.jobs.start(_tr("读取县情"), read, done, key="county-brief", quiet=True)

    def _show(self, today: date) -> None:
        assert self._code is not None
        county = self._counties[self._code]
        words = _Words(
            county,
            CountyWays(self._context, county.code),
            self._context.plans.plan,
            self._vocabulary,
        )
        industries = _tr("主导产业：{names}").format(names=_tr("、").join(county.industries))
        subtitle = " · ".join(part for part in (county.city, industries) if part)
        sections = [*words.of_plan(today), *words.of_brief(self._brief)]
        self.show_details(county.name, subtitle, sections)


class _Words:
    """Puts one county into sections."""

    def __init__(
        self, county: County, ways: CountyWays, plan: PlanView | None, vocabulary: Vocabulary
    ) -> None:
        self._county = county
        self._ways = ways
        self._plan = plan
        self._vocabulary = vocabulary

    def of_plan(self, today: date) -> Iterator[Section]:
        """Yield what the plan has for the county, and what it lacks."""
        if self._plan is None:
            standards = Link(_tr("看本县的覆盖标准"), self._ways.standards)
            yield Section(_tr("下乡服务"), lines=(_tr("还没有排班方案"),), links=(standards,))
            return
        visits = [item for item in self._plan.visits if item.county == self._county.code]
        yield self._schedule([item for item in visits if item.held], today)
        yield self._gaps([item for item in visits if not item.held])

    def _schedule(self, held: list[VisitView], today: date) -> Section:
        held.sort(key=lambda visit: (visit.start.date, visit.start.half) if visit.start else ())
        coming = [item for item in held if item.start and item.start.date >= today]
        title = _tr("近期下乡服务") if coming else _tr("下乡服务")
        shown = (coming or held)[:NEXT]
        links = [Link(self._line(visit), partial(self._ways.visit, visit)) for visit in shown]
        if held:
            more = _tr("在排班里看全部 {n} 场").format(n=len(held))
            links.append(Link(more, self._ways.board))
            links.append(Link(_tr("打印本县日程"), self._ways.paper))
        return Section(title, links=links, empty=_tr("这一版方案没有排到本县"))

    def _line(self, visit: VisitView) -> str:
        assert self._plan is not None
        names = [self._plan.envoys[key].name for key in visit.envoys if key in self._plan.envoys]
        when = f"{day_label(visit.start.date)}{visit.start.half.label}" if visit.start else ""
        who = _tr("、").join(names[:2]) + (_tr("等 {n} 人").format(n=len(names)) * (len(names) > 2))
        return " · ".join(part for part in (when, self._what(visit), who) if part)

    def _what(self, visit: VisitView) -> str:
        codes = dict.fromkeys(role.specialty for role in visit.roles)
        return _tr("、").join(map(self._vocabulary.short, codes))

    def _gaps(self, left: list[VisitView]) -> Section:
        assert self._plan is not None
        coverage = next(
            (item for item in self._plan.coverage if item.county == self._county.code), None
        )
        links = [
            Link(
                _tr("没排上：{what}").format(what=visit.content or self._what(visit)),
                partial(self._ways.visit, visit),
            )
            for visit in left[:GAPS]
        ]
        if len(left) > GAPS:
            links.append(
                Link(_tr("没排上的共 {n} 场，在排班里看").format(n=len(left)), self._ways.board)
            )
        links.append(Link(_tr("看本县的覆盖标准"), self._ways.standards))
        return Section(_tr("覆盖和缺口"), lines=list(self._coverage_lines(coverage)), links=links)

    def _coverage_lines(self, coverage: CountyCoverage | None) -> Iterator[str]:
        if coverage is None:
            yield _tr("没有覆盖标准")
            return
        yield f"{coverage.state.label} · {visits_text(coverage)}"
        for line in coverage.lines:
            if line.shortfall:
                reason = f"（{line.reason}）" if line.reason else ""
                yield line_text(line, self._vocabulary) + reason

    def of_brief(self, brief: CountyBrief | None) -> Iterator[Section]:
        """Yield the county's team and its demands."""
        if brief is None:
            yield Section(_tr("县团"), empty=_tr("正在读取…"))
            yield Section(_tr("服务需求"), empty=_tr("正在读取…"))
            return
        yield self._team(brief)
        yield self._demands(brief)

    def _team(self, brief: CountyBrief) -> Section:
        if not brief.team:
            make = Link(_tr("去组团"), self._ways.team)
            return Section(_tr("县团"), lines=(_tr("还没有组团"),), links=(make,))
        links = []
        if brief.leader is not None:
            text = f"{LEADER}：{brief.leader.name}"
            links.append(Link(text, partial(self._ways.envoy, brief.leader.id)))
        links.append(Link(_tr("看县团的 {n} 人").format(n=len(brief.team)), self._ways.team))
        return Section(_tr("县团"), lines=[item.reason for item in brief.lacks], links=links)

    def _demands(self, brief: CountyBrief) -> Section:
        pending = sum(item.state is DemandState.PENDING for item in brief.demands)
        lines = [_tr("{n} 条等待审核").format(n=pending)] if pending else []
        links = [
            Link(self._demand(item), partial(self._ways.demand, item.id))
            for item in brief.demands[:DEMANDS]
        ]
        if brief.demands:
            more = _tr("看本县全部需求（未办完 {n} 条）").format(n=len(brief.demands))
            links.append(Link(more, self._ways.demands))
        return Section(_tr("服务需求"), lines=lines, links=links, empty=_tr("没有未办完的需求"))

    def _demand(self, demand: Demand) -> str:
        what = demand.content or demand.site or demand.town or _tr("未写内容")
        return f"{demand.state.value} · {what}"
