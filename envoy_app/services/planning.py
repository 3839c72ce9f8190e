"""Making plans: from the database through the optimiser to a stored, checked version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import solver
from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.changes import Changes
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError, PlanRejected
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import (
    PlanInfo,
    PlanState,
    PlanView,
    Preset,
    ScoreView,
    VisitOrigin,
)
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.instances import BuiltInstance, PlanInputs, build_instance
from envoy_app.services.plan_results import (
    cost_view,
    coverage_views,
    placed_visits,
    score_view,
)
from envoy_app.services.preflight import ShortageView, find_shortages
from envoy_app.services.publishing import effects_of
from envoy_app.services.reference import SEASONAL_SETTING

NO_BOUND = ScoreView(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan. `time_limit` in seconds of wall time; an empty name is made from the dates."""

    start: date
    end: date
    name: str = ""
    preset: Preset = Preset.COVERAGE
    time_limit: float = 60
    workers: int = 2
    seed: int = 1

    @property
    def title(self) -> str:
        """The name, or one made from the dates: 2026年12月排班."""
        if self.name.strip():
            return self.name.strip()
        if self.start.day == 1 and self.end == _month_end(self.start):
            return f"{self.start.year}年{self.start.month}月排班"
        return f"{self.start}至{self.end}排班"


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What a run would plan. `working_days` and the rest are counts, `days` the days themselves."""

    days: tuple[date, ...]
    visits_from_standard: int
    visits_from_demands: int
    envoys_available: int
    demands_pending: int
    warnings: tuple[str, ...]

    @property
    def working_days(self) -> int:
        """Number of working days."""
        return len(self.days)

    @property
    def visits(self) -> int:
        """Number of visits to hold."""
        return self.visits_from_standard + self.visits_from_demands


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A sign of life. `covered` counties and `held` visits are None before the first plan."""

    seconds: float
    phase: str
    score: ScoreView | None
    bounds: ScoreView | None
    covered: int | None
    counties: int
    held: int | None
    visits: int


class PlanningService:
    """Makes, keeps and publishes plans. `plan_id` is the id of one version of a plan."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def preview(self, request: PlanRequest) -> PlanPreview:
        """Return what a run would plan; raises InputError as `run` does."""
        with self._context.read() as uow:
            inputs = self._inputs(request, uow)
            pending = _pending(uow.demands.all())
            overlapping = _overlapping(uow.plans.infos(), request)
        built = build_instance(inputs)
        warnings = [*built.warnings, *overlapping]
        if pending:
            warnings.append(f"还有 {pending} 条服务需求待审核，未纳入排班，请先审核。")
        return PlanPreview(
            days=built.days,
            visits_from_standard=built.count(VisitOrigin.STANDARD),
            visits_from_demands=built.count(VisitOrigin.DEMAND),
            envoys_available=len(built.cards),
            demands_pending=pending,
            warnings=tuple(warnings),
        )

    def preflight(
        self, request: PlanRequest, should_cancel: Callable[[], bool] = lambda: False
    ) -> tuple[ShortageView, ...]:
        """Return the shortages that no plan can cure; raises as `preview` and `find_shortages`."""
        reference = self._context.reference
        built = self.build(request)
        return find_shortages(built, reference.gazetteer(), reference.vocabulary(), should_cancel)

    def run(
        self,
        request: PlanRequest,
        on_progress: Callable[[PlanProgress], None] = lambda progress: None,
        should_cancel: Callable[[], bool] = lambda: False,
    ) -> PlanView:
        """Plan a range, check the outcome and store it as the next version; return it as stored.

        Stopping keeps the best plan found so far. Raises InputError where there is nothing to
        plan, Cancelled where it was stopped before a plan was found, PlanRejected where the
        outcome breaks a rule, EnvironmentProblem where the solving process died.
        """
        built = self.build(request)
        instance = solver.parse_instance(built.problem)
        solution = solved(instance, request, on_progress, should_cancel)
        return self.store(self.draft(request, built, instance, solution), built.problem)

    def draft(
        self,
        request: PlanRequest,
        built: BuiltInstance,
        instance: solver.Instance,
        solution: solver.Solution,
    ) -> PlanView:
        """Return an outcome as the view it will have once stored; raises PlanRejected."""
        report = solver.check(instance, solution.assignments)
        if report.violations:
            raise PlanRejected(
                f"求解结果没有通过核对（{report.violations[0].message}），没有保存，请重新排班。"
            )
        return self._view_of(request, built, instance, solution, report)

    def store(self, view: PlanView, problem: Mapping[str, Any]) -> PlanView:
        """Store a draft, with the instance it was solved from, as the next version of its plan."""
        info = view.info
        with self._context.uow() as uow:
            number = uow.plans.next_version(info.name, info.start, info.end)
            stored = replace(view, info=replace(info, version_no=number))
            uow.describe(f"排班“{stored.info.title}”", ChangeKind.PLAN)
            uow.plans.add(stored, problem)
            uow.commit()
        return self.view(info.id)

    def build(self, request: PlanRequest) -> BuiltInstance:
        """Return the instance that `run` would solve."""
        with self._context.read() as uow:
            inputs = self._inputs(request, uow)
        return build_instance(inputs)

    def plans(self) -> tuple[PlanInfo, ...]:
        """Return all versions of all plans, newest first."""
        with self._context.read() as uow:
            return uow.plans.infos()

    def view(self, plan_id: str) -> PlanView:
        """Return one version as it was stored; raises NotFoundError."""
        with self._context.read() as uow:
            return uow.plans.view(plan_id)

    def latest(self) -> PlanView | None:
        """Return the newest version, or None where nothing was planned yet."""
        with self._context.read() as uow:
            infos = uow.plans.infos()
            return uow.plans.view(infos[0].id) if infos else None

    def publish(self, plan_id: str) -> Changes:
        """Publish a draft: it never changes again.

        The plan's version published before, if any, is archived. Demands that are held become
        已派员; those that only the archived version held go back to 已受理. Raises InputError
        where the version is no draft.
        """
        with self._context.uow() as uow:
            effects = effects_of(uow, plan_id)
            uow.describe(f"发布“{effects.info.title}”", ChangeKind.PUBLISH)
            for item in effects.archived:
                uow.plans.set_state(item, PlanState.ARCHIVED)
            uow.plans.set_state(effects.info, PlanState.PUBLISHED)
            _move(uow, effects.assigned, DemandState.ASSIGNED)
            _move(uow, effects.reopened, DemandState.ACCEPTED)
            return uow.commit()

    def _inputs(self, request: PlanRequest, uow: UnitOfWork) -> PlanInputs:
        reference = self._context.reference
        calendar = reference.calendar()
        infos = uow.plans.infos()
        prior = prior_plans(infos, request.start)
        own = [info for info in infos if _same_plan(info, request)]
        return PlanInputs(
            name=request.title,
            start=request.start,
            end=request.end,
            preset=request.preset,
            calendar=calendar,
            gazetteer=reference.gazetteer(),
            travel=reference.travel(),
            vocabulary=reference.vocabulary(),
            standards=reference.standards(),
            minimums=reference.minimums(),
            envoys=uow.envoys.all(),
            demands=_plannable(uow, own),
            prior_slots=uow.plans.loads([info.id for info in prior]),
            prior_months=_months(calendar, prior),
            seasonal=bool(uow.settings.get(SEASONAL_SETTING, False)),
        )

    def _view_of(
        self,
        request: PlanRequest,
        built: BuiltInstance,
        instance: solver.Instance,
        solution: solver.Solution,
        report: solver.CheckReport,
    ) -> PlanView:
        name = self._context.reference.vocabulary().name
        reasons = _reasons(instance, solution, name)
        names = solver.Names(envoy=lambda key: built.cards[key].name, specialty=name)
        cures = _cures(instance, solution, names)
        visits = placed_visits(built.visits, solution.assignments, reasons, cures)
        score = ScoreView(*report.score)
        info = PlanInfo(
            id=new_id(),
            name=request.title,
            version_no=1,
            state=PlanState.DRAFT,
            start=request.start,
            end=request.end,
            preset=request.preset,
            status=solution.status,
            score=score,
            bounds=score_view(solution.bounds) or NO_BOUND,
            cost=cost_view(report, instance),
            seconds=float(solution.stats.get("seconds", 0.0)),
            created_at=datetime.now(UTC),
            created_by=self._context.actor,
            sample=built.sample,
        )
        coverage = coverage_views(instance, report, visits, name)
        return PlanView(info, built.days, visits, built.cards, coverage)


def solved(
    instance: solver.Instance,
    request: PlanRequest,
    on_progress: Callable[[PlanProgress], None],
    should_cancel: Callable[[], bool],
) -> solver.Solution:
    """Solve an instance in a child; raises as `PlanningService.run`."""
    options = solver.SolveOptions(
        time_limit=request.time_limit, workers=request.workers, seed=request.seed
    )

    teller = _Teller(instance, on_progress)
    try:
        solution = solver.solve_in_child(
            instance, options, on_progress=teller.tell, should_cancel=should_cancel
        )
    except solver.SolverCrashed as error:
        raise EnvironmentProblem(str(error)) from error
    if solution.status == "cancelled":
        raise Cancelled
    if solution.status == "infeasible":
        why = solver.conflicts_text(solution) or "锁定的安排互相矛盾"
        raise InputError(f"按现有锁定排不出方案：{why}。请解除部分锁定后再排。")
    if solution.status == "unknown":
        raise InputError("在限定时间内没有找到方案，请延长求解时间后再排。")
    return solution


class _Teller:
    """Puts the solver's progress into people's terms; a plan is counted once, not ten times."""

    def __init__(
        self, instance: solver.Instance, on_progress: Callable[[PlanProgress], None]
    ) -> None:
        self._instance = instance
        self._on_progress = on_progress
        self._plan: tuple[solver.Assignment, ...] | None = None
        self._covered: int | None = None

    def tell(self, progress: solver.Progress) -> None:
        """Pass progress on."""
        if progress.plan is not self._plan and progress.plan is not None:
            self._plan = progress.plan
            self._covered = self._covered_by(progress.plan)
        self._on_progress(
            PlanProgress(
                seconds=progress.seconds,
                phase=progress.phase,
                score=score_view(progress.score),
                bounds=score_view(progress.bounds),
                covered=self._covered,
                counties=len(self._instance.counties),
                held=None if self._plan is None else len(self._plan),
                visits=len(self._instance.visits),
            )
        )

    def _covered_by(self, plan: tuple[solver.Assignment, ...]) -> int:
        rules = solver.check(self._instance, plan).breakdown.coverage
        short = {rule.county for rule in rules if rule.held < rule.min_visits}
        return len(self._instance.counties) - len(short)


def _reasons(
    instance: solver.Instance, solution: solver.Solution, name: Callable[[str], str]
) -> dict[str, tuple[str, ...]]:
    return {
        item.visit: (solver.explain_text(instance, item.reasons, specialty_name=name),)
        for item in solution.unscheduled
        if item.reasons
    }


def _cures(
    instance: solver.Instance, solution: solver.Solution, names: solver.Names
) -> dict[str, tuple[str, ...]]:
    return {
        item.visit: tuple(solver.repair_text(instance, edit, names) for edit in item.repairs)
        for item in solution.unscheduled
        if item.repairs
    }


def prior_plans(infos: Iterable[PlanInfo], start: date) -> tuple[PlanInfo, ...]:
    """Return the versions whose load counts for a plan from `start` on.

    Those of the same year that end before it; where versions overlap only one counts: published
    before drafts, newer before older (`infos` come newest first). Archived ones never count.
    """
    earlier = [
        info
        for info in infos
        if info.end < start
        and info.start.year == start.year
        and info.state is not PlanState.ARCHIVED
    ]
    earlier.sort(key=lambda info: info.state is not PlanState.PUBLISHED)
    chosen: list[PlanInfo] = []
    for info in earlier:
        if not any(info.start <= other.end and other.start <= info.end for other in chosen):
            chosen.append(info)
    return tuple(chosen)


def _months(calendar: WorkCalendar, infos: Iterable[PlanInfo]) -> float:
    return sum(calendar.months(info.start, info.end) for info in infos)


def _same_plan(info: PlanInfo, request: PlanRequest) -> bool:
    return (info.name, info.start, info.end) == (request.title, request.start, request.end)


def _overlapping(infos: Iterable[PlanInfo], request: PlanRequest) -> tuple[str, ...]:
    return tuple(
        f"“{info.title}”已发布且日期重叠，两个方案可能让同一人同时去两处，请核对。"
        for info in infos
        if info.state is PlanState.PUBLISHED
        and not _same_plan(info, request)
        and info.start <= request.end
        and request.start <= info.end
    )


def _plannable(uow: UnitOfWork, own: Iterable[PlanInfo]) -> tuple[Demand, ...]:
    """Return accepted demands, and those that this very plan's published version already holds."""
    mine = frozenset[str]().union(
        *(uow.plans.held_demands(info.id) for info in own if info.state is PlanState.PUBLISHED)
    )
    return tuple(
        demand
        for demand in uow.demands.all()
        if demand.state is DemandState.ACCEPTED
        or (demand.state is DemandState.ASSIGNED and demand.id in mine)
    )


def _pending(demands: Iterable[Demand]) -> int:
    return sum(1 for demand in demands if demand.state is DemandState.PENDING)


def _move(uow: UnitOfWork, ids: frozenset[str], state: DemandState) -> None:
    uow.demands.save_all(
        replace(demand, state=state, state_reason="")
        for demand in uow.demands.all()
        if demand.id in ids
    )
