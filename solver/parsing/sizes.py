"""Refuses what could leave the range of exact 64-bit sums, or no memory could hold."""

from __future__ import annotations

from typing import Final

from solver.instance import Instance
from solver.parsing.fields import fail

LARGEST_SUM: Final = 10**15
"""Sums stay below 2^53, so that they are exact in floating-point solvers as well."""
LARGEST_TABLE: Final = 2 * 10**7
"""Cells of a table of the solver; four metropolitan areas at once need less than a million."""


def check_sizes(instance: Instance) -> None:
    """Bound every tier of the score from above, generously, and the tables it takes.

    Raises:
        ParseError: A tier could exceed `LARGEST_SUM` or a table `LARGEST_TABLE`; the message names
            the keys to look at.
    """
    slots, counties = 2 * len(instance.days), len(instance.counties)
    tables = {
        "counties": counties * counties,
        "envoys / days": len(instance.envoys) * slots,
        "envoys / counties": len(instance.envoys) * counties,
        "visits / days": len(instance.visits) * slots,
    }
    for path, cells in tables.items():
        if cells > LARGEST_TABLE:
            raise fail(path, "数量过多，超出内存所能计算的范围，请分成几个问题")
    tiers = {
        "coverage.min_visits": sum(rule.min_visits for rule in instance.coverage),
        "visits.weight": sum(visit.weight for visit in instance.visits),
        "weights.disruption": _disruption(instance),
        "weights / affinity / travel / prior_slots": _cost(instance),
    }
    for path, most in tiers.items():
        if most > LARGEST_SUM:
            raise fail(path, "数值过大，合计会超出可精确计算的范围，请改小")


def _disruption(instance: Instance) -> int:
    weights = instance.weights.disruption
    seats = sum(len(held.envoys) for held in instance.baseline)
    return len(instance.baseline) * (weights.dropped + weights.moved) + seats * weights.replaced


def _cost(instance: Instance) -> int:
    weights = instance.weights
    longest = max((max(row, default=0) for row in instance.travel.minutes), default=0)
    affinity = max((abs(item.minutes) for item in instance.affinity), default=0)
    per_seat = weights.out_of_team + weights.out_of_city + affinity
    per_seat += 3 * longest * weights.travel_minute
    seats = min(
        sum(role.count for visit in instance.visits for role in visit.roles),
        2 * len(instance.days) * len(instance.envoys),
    )
    return seats * per_seat + sum(_fairness(instance, n) for n in range(len(instance.envoys)))


def _fairness(instance: Instance, number: int) -> int:
    envoy, weights = instance.envoys[number], instance.weights
    load = envoy.prior_slots + 2 * len(instance.days)
    linear = weights.target_shortfall * envoy.target_slots + weights.target_excess * load
    return weights.load_square * load**2 + linear
