"""What it would cost at least that an envoy takes a duty: which duties are worth a thought.

If L is the value of the relaxation and the cheapest schedule of the envoy with the duty costs r
more than the cheapest of all, every plan with this duty costs L + r or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.bounding.duties import Duties
from solver.bounding.loads import Loads
from solver.bounding.relaxation import Prices, Relaxation
from solver.bounding.runs import NEVER
from solver.bounding.schedules import Schedules, Table
from solver.facts import Ints

_SHARE: Final = 0.2
"""Of all duties, where too few can be ruled out for certain."""
_LARGE_SHARE: Final = 0.4
"""Ruling out fewer than the others makes nothing much easier."""


@dataclass(frozen=True)
class Promising:
    """Duties worth trying.

    Attributes:
        duties: Shape [d].
        beyond: Every plan that has any other duty, and reaches the tiers given, costs so much.
    """

    duties: Ints
    beyond: int

    def columns(self, of: Duties) -> tuple[Ints, Ints, Ints]:
        """Visit, position of the start and envoy of each."""
        starts = of.demand_start[of.demand[self.duties]]
        visits = of.visits[of.start_visit[starts]]
        return visits, of.start_position[starts], of.envoy[self.duties]


def promising(relaxation: Relaxation, prices: Prices, cost: int) -> Promising:
    """All duties that a plan cheaper than `cost` may have, or those that are the least dear.

    Args:
        relaxation: What L is of.
        prices: The better they are, the fewer duties are left.
        cost: Of the best plan known that reaches the tiers given.
    """
    space = relaxation.space
    found = relaxation.evaluate(prices)
    rewards = relaxation.rewards(prices)
    least = least_with(space.pricing.schedules, rewards)
    dear = np.maximum(0, least - found.values[space.duties.envoy])
    limit = max(0, cost * space.scale - found.value)
    if np.count_nonzero(dear < limit) > _LARGE_SHARE * len(dear):
        limit = int(np.partition(dear, int(_SHARE * len(dear)))[int(_SHARE * len(dear))]) + 1
    beyond = -(-(found.value + limit) // space.scale)
    return Promising(np.flatnonzero(dear < limit), beyond)


def least_with(schedules: Schedules, rewards: Ints) -> Ints:
    """Cost of the cheapest schedule with each duty (scaled; it may hold a visit twice): [d]."""
    table = Table(schedules, rewards)
    loads = Loads(schedules.frame, table.days)
    loads.value()
    around = loads.around()
    duties = schedules.duties
    least = np.full(len(duties.envoy), NEVER, dtype=np.int64)
    for length, (found, _, _) in schedules.whole.items():
        beside = around[length][duties.envoy[found], duties.slot[found] // 2]
        least[found] = beside + table.whole_cost[length]
    least[schedules.half] = _least_with_half(schedules, table, around)
    capped: Ints = np.minimum(least, NEVER)
    return capped


def _least_with_half(schedules: Schedules, table: Table, around: dict[int, Ints]) -> Ints:
    """For half-days alone or joined with another: by county first, in the order of `half`."""
    groups = schedules.half_groups
    slot = groups.keys // schedules.counties
    envoy, day = slot // (2 * schedules.days), slot % (2 * schedules.days) // 2
    joined = np.full(len(groups), NEVER, dtype=np.int64)
    for mine, other in (
        (schedules.tour_first, schedules.tour_second),
        (schedules.tour_second, schedules.tour_first),
    ):
        np.minimum.at(joined, mine, table.in_county[other] + schedules.tour_cost)
    beside = np.minimum(around[1][envoy, day] + schedules.half_trip, around[2][envoy, day] + joined)
    found: Ints = np.repeat(beside, groups.last - groups.first) + table.half_cost
    return found
