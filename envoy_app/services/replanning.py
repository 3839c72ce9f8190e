"""A plan made anew in part: what may change is solved again, all else is pinned where it is."""

from __future__ import annotations

from dataclasses import replace

import solver
from envoy_app.domain.editing import ReplanScope
from envoy_app.domain.plans import PlanInfo, PlanView, VisitView
from envoy_app.services.edit_desk import Desk
from envoy_app.services.instances import BuiltInstance
from envoy_app.services.plan_instances import assignments_of
from envoy_app.services.planning import PlanRequest


def is_free(visit: VisitView, scope: ReplanScope, days: frozenset[object]) -> bool:
    """Whether a visit may change; `days` are those that it takes."""
    if not visit.held:
        return True
    if scope.unscheduled_only:
        return False
    return (
        (not scope.visits or visit.id in scope.visits)
        and (not scope.counties or visit.county in scope.counties)
        and (not scope.days or not scope.days.isdisjoint(days))
        and (not scope.envoys or not scope.envoys.isdisjoint(visit.envoys))
    )


def pinned(desk: Desk, scope: ReplanScope) -> solver.Instance:
    """Return the instance with all that may not change pinned as it stands."""
    at = {item.visit: item for item in desk.assignments}

    def pin(visit: solver.Visit) -> solver.Visit:
        view = desk.visits[visit.id]
        days = frozenset[object](slot.date for slot in view.slot_times(desk.view.days))
        if is_free(view, scope, days):
            return visit
        now = at[visit.id]
        return replace(visit, pin=solver.Pin(solver.PinStart(now.date, now.slot), now.roles))

    return replace(desk.instance, visits=tuple(map(pin, desk.instance.visits)))


def request_of(info: PlanInfo, time_limit: float, workers: int, seed: int) -> PlanRequest:
    """Return what planning takes, for a version that there is."""
    return PlanRequest(info.start, info.end, info.name, info.preset, time_limit, workers, seed)


def built_from(view: PlanView, instance: solver.Instance) -> BuiltInstance:
    """Return a version as planning builds it: its visits with nothing decided."""
    bare = tuple(
        replace(
            visit,
            start=None,
            roles=tuple(replace(role, envoys=()) for role in visit.roles),
            reasons=(),
            cures=(),
        )
        for visit in view.visits
    )
    problem = solver.instance_to_json(instance)
    return BuiltInstance(problem, view.days, bare, view.envoys, (), view.info.sample)


def improves(desk: Desk, solution: solver.Solution) -> bool:
    """Whether what was found is better than the plan on the desk."""
    return solver.check(desk.instance, solution.assignments).score < desk.report.score


def adopted(view: PlanView, found: PlanView) -> tuple[VisitView, ...]:
    """Return the visits as found; those that stay the same are the very ones of the plan.

    What is left out keeps its reason where none was found.
    """
    new = {visit.id: visit for visit in found.visits}

    def adopt(visit: VisitView) -> VisitView:
        other = new[visit.id]
        if not visit.held and not other.held and not other.reasons:
            return visit
        same = assignments_of([visit]) == assignments_of([other])
        if same and (visit.held or (visit.reasons, visit.cures) == (other.reasons, other.cures)):
            return visit
        return other

    return tuple(map(adopt, view.visits))
