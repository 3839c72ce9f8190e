"""The four tiers of the score, computed from the plan alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from solver.checker.plan import Held, Plan
from solver.checker.report import CoverageState, DisruptionBreakdown, ScoreBreakdown
from solver.instance import LONG_VISIT, Envoy, Instance, Visit
from solver.solution import Score


def score_of(plan: Plan) -> tuple[Score, ScoreBreakdown]:
    """Score and what it is made of; the formulas are those of problem-format.md, section 1."""
    weights = plan.instance.weights.disruption
    changes = _disruption(plan)
    breakdown = ScoreBreakdown(
        sharing=_sharing(plan),
        travel=_travel(plan),
        fairness=_fairness(plan),
        coverage=_coverage(plan),
        disruption=changes,
    )
    score = Score(
        coverage=sum(state.missing for state in breakdown.coverage),
        unscheduled=sum(v.weight for v in plan.instance.visits if v.id not in plan.held),
        disruption=changes.dropped * weights.dropped
        + changes.moved * weights.moved
        + changes.replaced * weights.replaced,
        cost=breakdown.sharing + breakdown.travel + breakdown.fairness,
    )
    return score, breakdown


def _coverage(plan: Plan) -> tuple[CoverageState, ...]:
    by_county: defaultdict[str, list[Visit]] = defaultdict(list)
    for held in plan.held.values():
        by_county[held.visit.county].append(held.visit)
    return tuple(
        CoverageState(
            rule.county,
            rule.specialty,
            sum(_counts_for(visit, rule.specialty) for visit in by_county[rule.county]),
            rule.min_visits,
        )
        for rule in plan.instance.coverage
    )


def _counts_for(visit: Visit, specialty: str | None) -> bool:
    return specialty is None or any(role.specialty == specialty for role in visit.roles)


def _disruption(plan: Plan) -> DisruptionBreakdown:
    dropped = moved = replaced = 0
    for before in plan.instance.baseline:
        now = plan.held.get(before.visit)
        if now is None:
            dropped += 1
            continue
        moved += (before.date, before.slot) != (now.date, now.slot)
        replaced += len(frozenset(before.envoys) - now.people)
    return DisruptionBreakdown(dropped, moved, replaced)


def _sharing(plan: Plan) -> int:
    instance = plan.instance
    affinity = affinities(instance)
    total = 0
    for held in plan.held.values():
        county = held.visit.county
        for people in held.roles:
            for name in people:
                if name in instance.envoy_by_id:
                    total += lending(instance, instance.envoy_by_id[name], county)
                    total += affinity.get((name, county), 0)
    return total


def affinities(instance: Instance) -> dict[tuple[str, str], int]:
    """What a seat costs more for an envoy in a county."""
    return {(item.envoy, item.county): item.minutes for item in instance.affinity}


def lending(instance: Instance, envoy: Envoy, county: str) -> int:
    """Sharing cost of one seat, without affinity."""
    if envoy.team == county:
        return 0
    counties = instance.county_by_id
    if envoy.team is None or counties[envoy.team].city == counties[county].city:
        return instance.weights.out_of_team
    return instance.weights.out_of_city


def _travel(plan: Plan) -> int:
    minutes = sum(
        minutes_of(plan.instance, envoy, duties) for envoy, duties in plan.envoys_on_duty()
    )
    return minutes * plan.instance.weights.travel_minute


def minutes_of(instance: Instance, envoy: Envoy, duties: Sequence[Held]) -> int:
    """Travel minutes of one envoy, whose visits are given in order of time."""
    minutes = 0
    half_days: defaultdict[date, list[Held]] = defaultdict(list)
    for held in duties:
        county = held.visit.county
        if held.visit.slots >= LONG_VISIT:
            minutes += 2 * instance.travel.between(envoy.base, county)
        elif held.visit.slots == 1:
            half_days[held.date].append(held)
        else:
            minutes += _tour(instance, envoy.base, [county])
    for visits in half_days.values():
        counties = [held.visit.county for held in visits]
        minutes += _tour(instance, envoy.base, counties)
    return minutes


def _tour(instance: Instance, base: str, counties: list[str]) -> int:
    stops = [c for n, c in enumerate(counties) if n == 0 or counties[n - 1] != c]
    legs = zip([base, *stops], [*stops, base], strict=True)
    return sum(instance.travel.between(origin, target) for origin, target in legs)


def _fairness(plan: Plan) -> int:
    return sum(
        fairness_of(plan.instance, envoy, plan.duties.get(envoy.id, ()))
        for envoy in plan.instance.envoys
    )


def fairness_of(instance: Instance, envoy: Envoy, duties: Sequence[Held]) -> int:
    """Fairness cost of one envoy with some visits."""
    weights = instance.weights
    load = envoy.prior_slots + sum(held.visit.slots for held in duties)
    return (
        weights.load_square * load**2
        + weights.target_shortfall * max(0, envoy.target_slots - load)
        + weights.target_excess * max(0, load - envoy.target_slots)
    )
