"""The key figures and what needs doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import Effort, PlanInfo, PlanState, PlanView
from envoy_app.services.context import ServiceContext

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One step of the way through; `hint` says what to do, or what was done."""

    key: str
    title: str
    done: bool
    hint: str


@dataclass(frozen=True, slots=True)
class OverviewFigures:
    """Figures of the database and of the newest plan (zero where there is none)."""

    envoys: int
    counties: int
    demands_pending: int
    demands_accepted: int
    plan: PlanInfo | None
    covered: int
    partial: int
    uncovered: int
    visits_held: int
    visits_wanted: int
    effort: Effort
    travel_hours: float
    checklist: tuple[ChecklistItem, ...]


class OverviewService:
    """Sums up the workspace."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def figures(self) -> OverviewFigures:
        """Return the figures as of now; uncovered counties are those not even partly covered."""
        counties = len(self._context.reference.gazetteer().counties)
        with self._context.read() as uow:
            envoys = tuple(envoy for envoy in uow.envoys.all() if envoy.active)
            demands = uow.demands.all()
            infos = uow.plans.infos()
            plan = uow.plans.view(infos[0].id) if infos else None
            printed = self._context.printed_in(uow)
        states = Counter(item.state for item in plan.coverage) if plan else Counter()
        by_state = Counter(demand.state for demand in demands)
        held = plan.held if plan else ()
        effort = plan.effort if plan else Effort(0, 0, 0)
        return OverviewFigures(
            envoys=len(envoys),
            counties=counties,
            demands_pending=by_state[DemandState.PENDING],
            demands_accepted=by_state[DemandState.ACCEPTED] + by_state[DemandState.ASSIGNED],
            plan=plan.info if plan else None,
            covered=states[CoverageState.COVERED],
            partial=states[CoverageState.PARTIAL],
            uncovered=states[CoverageState.UNCOVERED],
            visits_held=len(held),
            visits_wanted=len(plan.visits) if plan else 0,
            effort=effort,
            travel_hours=plan.info.cost.travel_minutes / MINUTES_PER_HOUR if plan else 0.0,
            checklist=(
                _roster_item(envoys),
                _teams_item(envoys),
                _demands_item(demands),
                _plan_item(plan),
                _publish_item(infos),
                _print_item(printed),
            ),
        )


def _roster_item(envoys: tuple[Envoy, ...]) -> ChecklistItem:
    hint = f"已有 {len(envoys)} 名特派员" if envoys else "导入名册，或载入示例数据"
    return ChecklistItem("roster", "导入名册", bool(envoys), hint)


def _teams_item(envoys: tuple[Envoy, ...]) -> ChecklistItem:
    placed = sum(1 for envoy in envoys if envoy.team_county)
    hint = f"{placed} 人已入县团" if placed else "为特派员填写县团"
    return ChecklistItem("teams", "组建县团", placed > 0, hint)


def _demands_item(demands: tuple[Demand, ...]) -> ChecklistItem:
    pending = sum(1 for demand in demands if demand.state is DemandState.PENDING)
    hint = f"共 {len(demands)} 条" if demands else "导入服务需求（没有也可以只按覆盖标准排班）"
    if pending:
        hint = f"{pending} 条待审核"
    return ChecklistItem("demands", "受理需求", bool(demands) and not pending, hint)


def _plan_item(plan: PlanView | None) -> ChecklistItem:
    hint = plan.info.title if plan else "选择日期，开始排班"
    return ChecklistItem("plan", "排班", plan is not None, hint)


def _publish_item(infos: Iterable[PlanInfo]) -> ChecklistItem:
    published = next((info for info in infos if info.state is PlanState.PUBLISHED), None)
    hint = published.title if published else "核对后发布方案"
    return ChecklistItem("publish", "发布", published is not None, hint)


def _print_item(printed: bool) -> ChecklistItem:
    hint = "已打印过" if printed else "打印各县日程和覆盖矩阵"
    return ChecklistItem("print", "打印", printed, hint)
