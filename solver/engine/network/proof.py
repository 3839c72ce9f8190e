"""Bounds of the tiers from prices of seats, in whole numbers and without any solver.

If a seat of visit v in role r earns l[r] for whoever takes it, then for every plan

    B1 x coverage + B2 x unscheduled + cost
        >= sum over envoys of the cheapest set of arcs at costs c - l, fairness included
         + least over sets of visits held of (sum of l x seats) + both tiers

(A. M. Geoffrion, "Lagrangean relaxation for integer programming", 1974). An envoy's cheapest set
needs sorting only: best arc of each group, best groups of each week, best of all weeks. The prices
may be anything; those of a cheapest flow make both sides equal where all is a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from solver.bounding.knapsack import leave_out
from solver.engine.network.rewards import Rewards
from solver.engine.network.shape import Shape, rank_in_runs, sums
from solver.facts import Ints
from solver.parsing.sizes import LARGEST_SUM
from solver.solution import Score

_NEVER: Final = 2**50

Bound = tuple[int, tuple[int, ...], int]
"""Tier, scores of the tiers before it under which it holds, bound."""


class Relaxed:
    """The right hand side at some prices.

    Args:
        shape: A network that leaves out no plan.
        prices: Of one seat in each role: [m].

    Attributes:
        extra: How much more every plan costs, at least, that has a given arc: [a].
    """

    def __init__(self, shape: Shape, prices: Ints) -> None:
        self.shape = shape
        self.rewards = Rewards(shape)
        self.held = sums(shape.seat_visit, prices * shape.seat_count, len(shape.visits))
        """What it costs to hold each visit: [v]."""
        self.envoys, self.extra = _cheapest(shape, prices)

    @property
    def all_held(self) -> int:
        """Least cost of plans that hold all visits of the shape."""
        return self.envoys + int(self.held.sum())

    def bounds(self, score: Score) -> Iterator[Bound]:
        """What is proven for plans as good as a score in the tiers before.

        Args:
            score: That some plan may reach: it leaves out what can never be held.
        """
        shape, rewards = self.shape, self.rewards
        rest = self.envoys + rewards.least_held(self.held) - rewards.most
        asked, coverage = 0, LARGEST_SUM
        if rewards.levels:
            everything = int(shape.weights.sum()) + shape.lost
            yield 0, (), _up(rest - rewards.point * everything, rewards.visit)
            asked, coverage = rewards.visit * score.coverage, score.coverage
        yield 1, (coverage,), _up(rest - asked, rewards.point)
        yield 1, (), shape.lost
        yield 3, (coverage, score.unscheduled, LARGEST_SUM), self.cost(score)

    def cost(self, score: Score) -> int:
        """Least cost of plans as good as a score in the tiers before."""
        rewards = self.rewards
        upper = rewards.point * score.unscheduled
        upper += rewards.visit * score.coverage if rewards.levels else 0
        room = score.unscheduled - self.shape.lost
        gain, _ = leave_out(self.held, self.shape.weights, room)
        by_tiers = self.envoys + rewards.least_held(self.held) - upper
        return max(by_tiers, self.all_held - gain)


def _cheapest(shape: Shape, prices: Ints) -> tuple[int, Ints]:
    """Sum of the envoys' cheapest sets, and how much dearer it is with each arc, exactly."""
    costs = shape.cost - prices[shape.seat]
    first = np.flatnonzero(np.diff(shape.group, prepend=-1))
    values, envoy = _best(
        np.minimum.reduceat(costs, first),
        shape.group_pool,
        shape.pool_most,
        shape.pool_envoy[shape.group_pool],
    )
    values, envoy = _best(values, envoy, shape.most, envoy)
    table = np.full(shape.steps.shape, _NEVER, dtype=np.int64)
    table[envoy, rank_in_runs(envoy)] = values
    best = np.minimum(np.cumsum(table, axis=1), _NEVER)
    fairness = np.cumsum(shape.steps, axis=1)
    sets = np.minimum((best + fairness).min(axis=1), 0)
    others = np.zeros_like(best)  # the best that all visits but one can be
    others[:, 1:] = best[:, :-1]
    extra = (others + fairness).min(axis=1) - sets
    idle = int(shape.tables.facts.fairness[:, 0].sum())
    return int(sets.sum()) + idle, costs + extra[shape.envoy]


def _best(values: Ints, keys: Ints, most: Ints, envoy: Ints) -> tuple[Ints, Ints]:
    """The least values of each key, as many as it may have, and their envoys."""
    order = np.lexsort((values, keys))
    kept = order[rank_in_runs(keys[order]) < most[keys[order]]]
    return values[kept], envoy[kept]


def _up(value: int, unit: int) -> int:
    """Whole units that a value needs at least."""
    return -(-value // unit)
