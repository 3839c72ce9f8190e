"""What has to be done now: found by looking at everything there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from envoy_app.domain.changes import Changes
from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.demand_twins import likely_twins
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.errors import InputError
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView, VisitView
from envoy_app.domain.teams import CountyTeam
from envoy_app.domain.time import today
from envoy_app.domain.todo import CountyBrief, Task, TaskKind, in_order
from envoy_app.services.plan_marks import PlanMark, is_marked, mark_told

if TYPE_CHECKING:
    from envoy_app.persistence.unit_of_work import UnitOfWork
    from envoy_app.services.team_moves import TeamDesk
    from envoy_app.services.workspace import Workspace

BACKUP_DAYS = 7
"""So many days without a backup are too many, where there is something to lose."""
LEAVE_DAYS = 14
"""Leave that begins within so many days is looked at now."""
_NAMES = 3
_OPEN = frozenset({DemandState.PENDING, DemandState.ACCEPTED, DemandState.ASSIGNED})


class TodoService:
    """Looks what is to be done; reads, so not for the UI thread."""

    def __init__(self, workspace: Workspace, *, today: Callable[[], date] = today) -> None:
        """`today` is replaced in tests."""
        self._workspace = workspace
        self._context = workspace.context
        self._today = today

    # Tasks ----------------------------------------------------------------------------------

    def tasks(self, plan: PlanView | None) -> tuple[Task, ...]:
        """Return what is to be done for the version one looks at, but for its broken rules.

        What teams lack is in `team_tasks`, broken rules make `broken_tasks`.
        """
        with self._context.read() as uow:
            envoys = tuple(envoy for envoy in uow.envoys.all() if envoy.active)
            demands = uow.demands.all()
            published = [item for item in uow.plans.infos() if item.state is PlanState.PUBLISHED]
            untold = _without(uow, published, PlanMark.TOLD)
            unprinted = _without(uow, published, PlanMark.PRINTED)
            ahead = [item for item in published if item.end >= self._today()]
            views = tuple(uow.plans.view(item.id) for item in ahead)
        found = [*_demand_tasks(demands), *self._leave_tasks(envoys, views)]
        if plan is not None:
            found += [*self._gap_tasks(plan), *_state_tasks(plan.info), *_idle(envoys, plan)]
        found += [*self._tell_tasks(untold), *_print_tasks(unprinted)]
        if envoys or demands:
            found += self._backup_tasks()
        return in_order(tuple(found))

    def team_tasks(self) -> tuple[Task, ...]:
        """Return what teams lack; takes the optimiser's rules, so longer than `tasks`."""
        return in_order(tuple(self._team_tasks()))

    def _gap_tasks(self, plan: PlanView) -> Iterator[Task]:
        short = [item for item in plan.coverage if item.shortfall]
        short.sort(key=lambda item: (item.state is not CoverageState.UNCOVERED, -item.shortfall))
        if short:
            names = self._counties(item.county for item in short)
            text = f"{len(short)} 个县没有按覆盖标准排满：{names}。"
            yield Task(TaskKind.UNCOVERED, len(short), text, plan.info.id, short[0].county)
        left = plan.unscheduled
        cured = [visit for visit in left if visit.cures]
        if left:
            more = f"，其中 {len(cured)} 项有现成的办法" if cured else ""
            first = (cured or left)[0]
            text = f"{len(left)} 项下乡服务没有排上{more}。"
            yield Task(TaskKind.UNSCHEDULED, len(left), text, plan.info.id, first.county, first.id)

    def _tell_tasks(self, untold: Iterable[PlanInfo]) -> Iterator[Task]:
        comparing = self._workspace.comparing
        for info in untold:
            difference = comparing.against_published(info.id)
            notices = difference.notices if difference else comparing.announcement(info.id)
            if notices:
                text = f"“{info.title}”已发布，{len(notices)} 人还没有登记为已通知。"
                yield Task(TaskKind.TELL, len(notices), text, info.id)

    def _leave_tasks(self, envoys: Sequence[Envoy], views: Iterable[PlanView]) -> Iterator[Task]:
        today = self._today()
        away = {
            envoy.id: envoy
            for envoy in envoys
            if any(
                item.end >= today and item.start <= today + timedelta(days=LEAVE_DAYS)
                for item in envoy.absences
            )
        }
        for view in views:
            hits = [
                (visit, envoy)
                for visit in view.held
                for envoy in visit.envoys
                if envoy in away and _missed(away[envoy], visit, view.days, today)
            ]
            if hits:
                people = tuple(dict.fromkeys(away[envoy].name for _, envoy in hits))
                text = (
                    f"{_some(people, '人')}请假，已发布的 {len(hits)} 项服务去不了，请换人或改期。"
                )
                first = hits[0][0]
                yield Task(TaskKind.LEAVE, len(hits), text, view.info.id, first.county, first.id)

    def _backup_tasks(self) -> Iterator[Task]:
        newest = self._workspace.backups.newest_at()
        if newest is None:
            return  # the first is made three seconds after the start
        days = (datetime.now(UTC) - newest).days
        if days >= BACKUP_DAYS:
            yield Task(TaskKind.BACKUP, days, f"最近一次备份是 {days} 天前，请在设置里备份一次。")

    def _team_tasks(self) -> Iterator[Task]:
        desk = self._desk()
        if desk is None:
            return
        if all(not team.members for team in desk.teams.values()):
            return  # teams were never formed: the checklist says so
        leaderless = [team for team in desk.teams.values() if team.leader is None]
        small = [
            team
            for team in desk.teams.values()
            if len(team.members) < desk.needs[team.county].least
        ]
        for kind, found, what in (
            (TaskKind.LEADERS, leaderless, "没有团长"),
            (TaskKind.SMALL, small, "人数不足"),
        ):
            if found:
                names = self._counties(team.county for team in found)
                text = f"{len(found)} 个县团{what}：{names}。"
                yield Task(kind, len(found), text, county=found[0].county)

    def _desk(self) -> TeamDesk | None:
        try:
            return self._workspace.teams.desk()
        except InputError:  # nobody to form teams of
            return None

    def _counties(self, codes: Iterable[str]) -> str:
        known = self._context.reference.gazetteer().by_code
        return _some([known[code].short_name for code in codes])

    def mark_told(self, plan_id: str) -> Changes:
        """Remember that everybody in a version was told; raises NotFoundError where it is gone."""
        return mark_told(self._context, plan_id)

    # A county -------------------------------------------------------------------------------

    def county(self, code: str) -> CountyBrief:
        """Return a county's team and open demands."""
        with self._context.read() as uow:
            demands = tuple(
                item for item in uow.demands.all() if item.county == code and item.state in _OPEN
            )
        desk = self._desk()
        team = desk.teams[code] if desk is not None else CountyTeam(code, (), ())
        people = sorted(team.members, key=lambda item: not item.leads)
        return CountyBrief(
            county=code,
            team=tuple(item.envoy for item in people),
            leader=team.leader,
            lacks=team.lacks if team.members else (),
            demands=tuple(sorted(demands, key=_by_urgency)),
        )


def broken_tasks(plan_id: str, broken: Sequence[BrokenRule]) -> Iterator[Task]:
    """Yield the task that the rules broken by a version make, if there are any."""
    if broken:
        first = broken[0]
        count = len(broken)
        text = first.text if count == 1 else f"{count} 处安排已不合规则，例如：{first.text}"
        yield Task(TaskKind.BROKEN, count, text, plan_id, visit=first.visit)


def _by_urgency(demand: Demand) -> tuple[bool, int, date]:
    return (
        demand.state is not DemandState.PENDING,
        -demand.weight,
        demand.window_start or date.max,
    )


def _without(uow: UnitOfWork, infos: Iterable[PlanInfo], mark: PlanMark) -> list[PlanInfo]:
    return [info for info in infos if not is_marked(uow, info.id, mark)]


def _demand_tasks(demands: Sequence[Demand]) -> Iterator[Task]:
    pending = sum(item.state is DemandState.PENDING for item in demands)
    if pending:
        yield Task(TaskKind.PENDING, pending, f"{pending} 条服务需求等待审核。")
    twins = len(likely_twins(demands))
    if twins:
        yield Task(TaskKind.TWINS, twins, f"{twins} 条服务需求看起来重复，请核对后留一条。")


def _state_tasks(info: PlanInfo) -> Iterator[Task]:
    if info.state is PlanState.DRAFT:
        yield Task(TaskKind.PUBLISH, 1, f"“{info.title}”还是草案，核对后请发布。", info.id)


def _print_tasks(unprinted: Iterable[PlanInfo]) -> Iterator[Task]:
    for info in unprinted:
        yield Task(TaskKind.PRINT, 1, f"“{info.title}”发布后还没有打印或导出。", info.id)


def _idle(envoys: Sequence[Envoy], plan: PlanView) -> Iterator[Task]:
    sent = {envoy for visit in plan.held for envoy in visit.envoys}
    idle = sum(envoy.id not in sent for envoy in envoys)
    if idle:
        yield Task(TaskKind.IDLE, idle, f"{idle} 名在岗特派员本期没有任务。", plan.info.id)


def _missed(envoy: Envoy, visit: VisitView, days: tuple[date, ...], today: date) -> bool:
    """Whether somebody is away at a time of a visit that is still to come."""
    return any(
        item.covers(time.date, time.half)
        for time in visit.slot_times(days)
        if time.date >= today
        for item in envoy.absences
    )


def _some(names: Sequence[str], unit: str = "个") -> str:
    more = f"等 {len(names)} {unit}" if len(names) > _NAMES else ""
    return "、".join(names[:_NAMES]) + more
