"""Turns the optimiser's outcome into the plan that is stored and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import solver
from envoy_app.domain.coverage import (
    CountyCoverage,
    CoverageLine,
    coverage_state,
)
from envoy_app.domain.plans import CostView, ScoreView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime

Name = Callable[[str], str]


def score_view(score: solver.Score | None) -> ScoreView | None:
    """Return a score as views show it."""
    return None if score is None else ScoreView(*score)


def cost_view(report: solver.CheckReport, instance: solver.Instance) -> CostView:
    """Return the parts of the cost, and the minutes on the road behind the weighted travel."""
    parts = report.breakdown
    weight = instance.weights.travel_minute
    minutes = parts.travel // weight if weight else 0
    return CostView(parts.sharing, parts.travel, parts.fairness, minutes)


def placed_visits(
    visits: Iterable[VisitView],
    assignments: Iterable[solver.Assignment],
    reasons: Mapping[str, tuple[str, ...]],
    cures: Mapping[str, tuple[str, ...]],
) -> tuple[VisitView, ...]:
    """Return the visits with start and people where held, with reasons and cures where not."""
    placed = {assignment.visit: assignment for assignment in assignments}

    def place(visit: VisitView) -> VisitView:
        assignment = placed.get(visit.id)
        if assignment is None:
            why, how = reasons.get(visit.id, ()), cures.get(visit.id, ())
            return replace(visit, reasons=why, cures=how)
        roles = tuple(
            replace(role, envoys=tuple(people))
            for role, people in zip(visit.roles, assignment.roles, strict=True)
        )
        start = SlotTime(assignment.date, HalfDay(assignment.slot))
        return replace(visit, roles=roles, start=start)

    return tuple(map(place, visits))


def coverage_views(
    instance: solver.Instance,
    report: solver.CheckReport,
    visits: tuple[VisitView, ...],
    specialty_name: Name,
) -> tuple[CountyCoverage, ...]:
    """Return every county's coverage, with a reason for each line that falls short."""
    return tuple(
        _county_coverage(county, instance, report, visits, specialty_name)
        for county in instance.counties
    )


def _county_coverage(
    county: solver.County,
    instance: solver.Instance,
    report: solver.CheckReport,
    visits: tuple[VisitView, ...],
    specialty_name: Name,
) -> CountyCoverage:
    here = tuple(visit for visit in visits if visit.county == county.id)
    held = sum(1 for visit in here if visit.held)
    lines = tuple(
        _line(state, here, instance, county, specialty_name)
        for state in report.breakdown.coverage
        if state.county == county.id
    )
    return CountyCoverage(county.id, coverage_state(lines, held), held, len(here), lines)


def _line(
    state: solver.CoverageState,
    here: tuple[VisitView, ...],
    instance: solver.Instance,
    county: solver.County,
    specialty_name: Name,
) -> CoverageLine:
    reason = ""
    if state.missing:
        reason = _shortfall_reason(state, here, instance, county, specialty_name)
    return CoverageLine(county.id, state.specialty, state.min_visits, state.held, reason)


def _shortfall_reason(
    state: solver.CoverageState,
    here: tuple[VisitView, ...],
    instance: solver.Instance,
    county: solver.County,
    specialty_name: Name,
) -> str:
    """Return why it is short: nobody may come, few visits planned, or why visits fell out."""
    wanted = [
        visit
        for visit in here
        if state.specialty is None or any(role.specialty == state.specialty for role in visit.roles)
    ]
    subject = "下乡服务" if state.specialty is None else specialty_name(state.specialty)
    left = [visit for visit in wanted if not visit.held]
    cure = next((f"办法：{visit.cures[0]}" for visit in left if visit.cures), "")
    if state.specialty is not None and not _anyone_may_come(instance, county, state.specialty):
        return (
            f"{subject}：没有可派往{county.name}的特派员（专业、共享范围或路程不符），"
            "请放宽共享范围或补充人员。"
        ) + cure
    if len(wanted) < state.min_visits:
        return (
            f"{subject}：本期只计划 {len(wanted)} 次，少于要求的 {state.min_visits} 次，"
            "请延长日期或调整覆盖标准。"
        )
    why = next((visit.reasons[0] for visit in left if visit.reasons), "")
    return f"{subject}：{len(left)} 次未能安排" + (f"，{why}" if why else "。") + cure


def _anyone_may_come(instance: solver.Instance, county: solver.County, specialty: str) -> bool:
    return any(
        specialty in envoy.specialties
        and _shared_with(instance, envoy, county)
        and instance.travel.between(envoy.base, county.id) <= envoy.max_travel_minutes
        for envoy in instance.envoys
    )


def _shared_with(instance: solver.Instance, envoy: solver.Envoy, county: solver.County) -> bool:
    if envoy.sharing == "county":
        return envoy.home == county.id
    same_city = instance.county_by_id[envoy.home].city == county.city
    return envoy.sharing == "metro" or same_city
