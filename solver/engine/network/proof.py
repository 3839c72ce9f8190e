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
from solver.solution import Score

_NEVER: Final = 2**50

Bound = tuple[int, tuple[int, ...], int]
"""Tier, scores of the tiers before it under which it holds, bound."""


def bounds(shape: Shape, rewards: Rewards, prices: Ints, score: Score) -> Iterator[Bound]:
    """What some prices prove, for plans as good as a score in the tiers before.

    Args:
        shape: A network that leaves out no plan.
        rewards: Of the shape.
        prices: Of one seat in each role: [m].
        score: Of a plan.
    """
    held = sums(shape.seat_visit, prices * shape.seat_count, len(shape.visits))
    envoys = cheapest(shape, prices)
    total = envoys + rewards.least_held(held)
    everything = int(shape.weights.sum()) + shape.lost
    asked = 0
    if rewards.levels:
        yield 0, (), _up(total - rewards.most - rewards.point * everything, rewards.visit)
        asked = rewards.visit * score.coverage
    yield 1, tuple(score[:1]), _up(total - rewards.most - asked, rewards.point)
    yield 1, (), shape.lost
    upper = asked + rewards.point * score.unscheduled
    room = score.unscheduled - shape.lost
    gain, _ = leave_out(held, shape.weights, room)
    yield 3, tuple(score[:3]), max(total - upper, envoys + int(held.sum()) - gain)


def cheapest(shape: Shape, prices: Ints) -> int:
    """Sum over envoys of the cheapest set of arcs where seats earn their prices, exactly."""
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
    table += shape.steps
    sets = np.minimum(np.cumsum(np.minimum(table, _NEVER), axis=1).min(axis=1), 0)
    return int(sets.sum()) + int(shape.tables.facts.fairness[:, 0].sum())


def _best(values: Ints, keys: Ints, most: Ints, envoy: Ints) -> tuple[Ints, Ints]:
    """The least values of each key, as many as it may have, and their envoys."""
    order = np.lexsort((values, keys))
    kept = order[rank_in_runs(keys[order]) < most[keys[order]]]
    return values[kept], envoy[kept]


def _up(value: int, unit: int) -> int:
    """Whole units that a value needs at least."""
    return -(-value // unit)
