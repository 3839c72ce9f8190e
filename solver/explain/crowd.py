"""All envoys against all starts of one visit: who could come when, and at what price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from solver.explain.crew import cheapest_crew
from solver.explain.standing import Spot, Standing
from solver.facts import Ints
from solver.instance import LONG_VISIT
from solver.plan import Crew

_RULE_PRICE: Final = 2**38
"""A broken rule outweighs usual prices."""
_CHANGE_PRICE: Final = 2**24
"""So does a change of the plan in force, but less."""


def best_crews(standing: Standing, spots: Sequence[Spot]) -> list[Crew | None]:
    """For each start of a visit that is not held the people who break fewest rules, cheapest.

    Args:
        standing: The plan.
        spots: One visit at several starts; their people are not looked at.

    Returns:
        People by role, None where there are fewer envoys than seats.
    """
    visit = spots[0].visit
    counts = [role.count for role in visit.roles]
    shared_price, shared_broken = _of_anybody(standing, spots)
    prices = []
    for role in visit.roles:
        levels = standing.facts.levels(role.specialty)
        broken = shared_broken + (levels < role.min_level)[:, None]
        prices.append(np.clip(shared_price, -_RULE_PRICE // 4, _RULE_PRICE // 4))
        prices[-1] = prices[-1] + broken * _RULE_PRICE
    found = (cheapest_crew([price[:, n] for price in prices], counts) for n in range(len(spots)))
    return [None if item is None else item[1] for item in found]


def _of_anybody(standing: Standing, spots: Sequence[Spot]) -> tuple[Ints, Ints]:
    """Price and number of rules broken by each envoy at each start, skill aside: [e, n] each."""
    facts, ground, visit = standing.facts, standing.ground, spots[0].visit
    county, slots = spots[0].county, visit.slots
    firsts = np.array([spot.first for spot in spots])
    cells = firsts[:, None] + np.arange(slots)
    ledger = standing.ledger
    load = ledger.load
    broken = ground.absences[:, cells].any(axis=2).astype(np.int64)
    broken += ledger.busy[:, cells].any(axis=2)
    broken += ledger.week_load[:, ground.week[firsts]] + slots > facts.week_cap[:, None]
    steady = (load + slots > facts.total_cap).astype(np.int64)
    steady += facts.minutes[facts.base, county] > facts.max_travel
    steady += ~facts.lendable[:, county]
    excluded = [facts.envoy_index[name] for name in visit.exclude]
    steady[excluded] += 1
    people = np.arange(len(load))
    price = facts.lending_cost[:, county] + facts.fairness[people, load + slots]
    price = price - facts.fairness[people, load] - _CHANGE_PRICE * _came_before(standing, spots[0])
    if slots > 1:
        table = facts.stay_trip if slots >= LONG_VISIT else facts.round_trip
        trips = np.broadcast_to(table[facts.base, county][:, None], broken.shape)
    else:
        other = ledger.half_county[:, firsts ^ 1]
        half = (firsts & 1)[None, :]
        trips = facts.joining_cost(county, half, facts.base[:, None], other)
        broken += ~facts.transferable[county, half, other]
    prices: Ints = price[:, None] + trips
    return prices, broken + steady[:, None]


def _came_before(standing: Standing, spot: Spot) -> Ints:
    """Whether each envoy is on the visit in the plan in force: [e]."""
    came = np.zeros(len(standing.instance.envoys), dtype=np.int64)
    before = standing.before.get(spot.visit.id)
    if before is not None:
        came[list(before[2])] = standing.instance.weights.disruption.replaced
    return came
