"""What people want to know of a plan, whatever its weights: coverage, loads, roads, lending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from solver.checker import check
from solver.checker.plan import Plan, read_plan
from solver.checker.score import minutes_of
from solver.instance import Assignment, Envoy, Instance


@dataclass(frozen=True)
class Loads:
    """How the half-days lie on all envoys, earlier plans included.

    Attributes:
        least, mean, most, deviation: Of the load; the standard deviation is that of the whole.
        gini: 0 where all have the same, towards 1 where one has all (C. Gini, 1912).
        over_target: Envoys above their target.
        idle: Envoys without a visit in this plan.
    """

    least: int
    mean: float
    most: int
    deviation: float
    gini: float
    over_target: int
    idle: int


@dataclass(frozen=True)
class Figures:
    """The figures of one plan.

    Attributes:
        visits, held: Visits of the problem, and those held.
        counties: Counties that have a coverage rule.
        short: Counties whose coverage falls short, with the visits missing.
        loads: How the work lies on people.
        travel_minutes: Minutes on the road of everybody together, unweighted.
        seats: Seats filled.
        out_of_team: Seats filled by somebody of another county's team, or of none.
        out_of_city: Those of them where the team is of another city.
    """

    visits: int
    held: int
    counties: int
    short: tuple[tuple[str, int], ...]
    loads: Loads
    travel_minutes: int
    seats: int
    out_of_team: int
    out_of_city: int

    @property
    def covered(self) -> int:
        """Counties with coverage rules that are all met."""
        return self.counties - len(self.short)

    def to_json(self) -> dict[str, Any]:
        """As `envoy whatif --json` writes them."""
        own = {key: value for key, value in vars(self).items() if key not in {"short", "loads"}}
        short = [{"county": county, "missing": missing} for county, missing in self.short]
        return {**own, "covered": self.covered, "short": short, "loads": dict(vars(self.loads))}


@dataclass(frozen=True)
class Moves:
    """The visits that a plan holds otherwise than another: ids in the order of the other.

    Attributes:
        restarted: Held by both, with another start.
        restaffed: Held by both, with other people; some of them may be restarted too.
        added, dropped: Held by this one alone, by the other alone.
    """

    restarted: tuple[str, ...]
    restaffed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def visits(self) -> int:
        """Visits that differ in any way."""
        both = {*self.restarted, *self.restaffed}
        return len(both) + len(self.added) + len(self.dropped)

    def to_json(self) -> dict[str, Any]:
        """As `envoy whatif --json` writes them."""
        return {"visits": self.visits, **{key: list(value) for key, value in vars(self).items()}}


def figures_of(instance: Instance, assignments: Sequence[Assignment]) -> Figures:
    """The figures of a plan without violations."""
    plan = read_plan(instance, assignments)
    missing: Counter[str] = Counter()
    for rule in check(instance, assignments).breakdown.coverage:
        missing[rule.county] += rule.missing
    seats = [(instance.envoy_by_id[e], item.visit) for item in assignments for e in item.envoys]
    lent = [_lent(instance, envoy, visit) for envoy, visit in seats]
    return Figures(
        visits=len(instance.visits),
        held=len(plan.held),
        counties=len(missing),
        short=tuple((county, count) for county, count in missing.items() if count),
        loads=_loads(plan),
        travel_minutes=sum(minutes_of(instance, e, d) for e, d in plan.envoys_on_duty()),
        seats=len(seats),
        out_of_team=sum(step > 0 for step in lent),
        out_of_city=sum(step > 1 for step in lent),
    )


def moves_between(before: Iterable[Assignment], after: Iterable[Assignment]) -> Moves:
    """What a plan does otherwise than the one before it."""
    old, new = ({item.visit: item for item in plan} for plan in (before, after))
    both = [(old[name], new[name]) for name in old if name in new]
    return Moves(
        restarted=tuple(a.visit for a, b in both if (a.date, a.slot) != (b.date, b.slot)),
        restaffed=tuple(a.visit for a, b in both if set(a.envoys) != set(b.envoys)),
        added=tuple(name for name in new if name not in old),
        dropped=tuple(name for name in old if name not in new),
    )


def _lent(instance: Instance, envoy: Envoy, visit: str) -> int:
    """0 for a seat in the county of the team, 1 within its city or without a team, else 2."""
    county = instance.visit_by_id[visit].county
    if envoy.team == county:
        return 0
    counties = instance.county_by_id
    near = envoy.team is None or counties[envoy.team].city == counties[county].city
    return 1 if near else 2


def _loads(plan: Plan) -> Loads:
    envoys = plan.instance.envoys
    now = {
        envoy.id: sum(held.visit.slots for held in plan.duties.get(envoy.id, ()))
        for envoy in envoys
    }
    loads = sorted(envoy.prior_slots + now[envoy.id] for envoy in envoys)
    if not loads:
        return Loads(0, 0.0, 0, 0.0, 0.0, 0, 0)
    return Loads(
        least=loads[0],
        mean=round(fmean(loads), 3),
        most=loads[-1],
        deviation=round(pstdev(loads), 3),
        gini=round(_gini(loads), 3),
        over_target=sum(e.prior_slots + now[e.id] > e.target_slots for e in envoys),
        idle=sum(not slots for slots in now.values()),
    )


def _gini(ascending: Sequence[int]) -> float:
    total, count = sum(ascending), len(ascending)
    if not total:
        return 0.0
    ranked = sum(rank * load for rank, load in enumerate(ascending, 1))
    return 2 * ranked / (count * total) - (count + 1) / count
