"""Tier 4: sharing, travel and fairness."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.facts import Ints
from solver.plan import Plan
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Duty, Model


def seat_prices(plan: Plan, visit: VisitTable, seat: Seat) -> tuple[Ints, Ints]:
    """What each person would add to the cost of a plan.

    Returns:
        Fairness per person, [p]; sharing and travel per person and start, [p, n] or [p, 1].
    """
    facts = plan.facts
    load = plan.load[seat.people]
    fairness: Ints = (
        facts.fairness[seat.people, load + visit.slots] - facts.fairness[seat.people, load]
    )
    if visit.slots > 1:
        return fairness, (seat.lending + seat.trip)[:, None]
    beside = plan.other_half[seat.people[:, None], visit.starts ^ 1]
    joining = facts.joining_cost(visit.county, visit.half, seat.base[:, None], beside)
    return fairness, seat.lending[:, None] + joining


def add_cost(model: Model) -> None:
    """Price every seat; day tours of two visits and growing loads get variables of their own."""
    model.cost.constant += model.rest.cost
    for envoy, duties in model.duties_by_envoy.items():
        for duty in duties:
            model.cost.add(duty.var, duty.price)
        _tours(model, envoy, [duty for duty in duties if duty.visit.slots == 1])
        _fairness(model, envoy, duties)


def _tours(model: Model, envoy: int, duties: list[Duty]) -> None:
    """A morning and an afternoon joined save the way home and out again.

    One variable per pair of counties; if joining costs more than two trips (times need not obey
    the triangle inequality) it is forced instead of offered.
    """
    days: defaultdict[int, tuple[defaultdict[int, list[int]], defaultdict[int, list[int]]]]
    days = defaultdict(lambda: (defaultdict(list), defaultdict(list)))
    for duty in duties:
        days[duty.slot // 2][duty.slot % 2][duty.visit.county].append(duty.var)
    for mornings, afternoons in days.values():
        _join(model, envoy, mornings, afternoons)


def _join(
    model: Model, envoy: int, mornings: dict[int, list[int]], afternoons: dict[int, list[int]]
) -> None:
    facts = model.facts
    base = int(facts.base[envoy])
    joined_after: defaultdict[int, list[int]] = defaultdict(list)
    for first, early in mornings.items():
        joined: list[int] = []
        for second, late in afternoons.items():
            alone = int(facts.round_trip[base, second])
            gain = alone - int(facts.joining_cost(second, 1, base, first))
            if gain == 0 or not facts.transferable[first, 0, second]:
                continue
            pair = model.variable()
            model.cost.add(pair, -gain)
            if gain > 0:
                joined.append(pair)
                joined_after[second].append(pair)
            else:
                ends = [(var, 1) for var in (*early, *late)]
                model.row([*ends, (pair, -1)], most=1)
        _no_more_than(model, joined, early)
    for second, pairs in joined_after.items():
        _no_more_than(model, pairs, afternoons[second])


def _no_more_than(model: Model, pairs: list[int], duties: list[int]) -> None:
    if pairs:
        model.row([*((pair, 1) for pair in pairs), *((duty, -1) for duty in duties)], most=0)


def _fairness(model: Model, envoy: int, duties: list[Duty]) -> None:
    """Unary growth of the load; the price is convex, so the steps fill in order by themselves."""
    facts, before = model.facts, int(model.rest.load[envoy])
    most = int(facts.total_cap[envoy]) - before
    offered = {(duty.visit.index): duty.visit.slots for duty in duties}
    steps = []
    for load in range(before, before + min(most, sum(offered.values()))):
        if load + 1 >= facts.fairness.shape[1]:
            break
        step = model.variable(integer=False)
        model.cost.add(step, int(facts.fairness[envoy, load + 1] - facts.fairness[envoy, load]))
        steps.append(step)
    terms = [(duty.var, duty.visit.slots) for duty in duties]
    model.row([*terms, *((step, -1) for step in steps)], least=0, most=0)
