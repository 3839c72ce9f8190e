"""The Lagrangian relaxation: a proven lower bound of the cost for any prices.

A plan is a schedule per envoy and a start per visit held. Relaxed, each at a price, are

- demand m (seats of a start): seats filled = count x start, price l[m] of either sign;
- one envoy is on a visit at most as much as the visit is held there: x[d] <= y[start of d] for
  duties of demands of two seats or more, price p[d] >= 0 (implied where one seat is wanted; in
  fractions it keeps people from spreading one visit over several starts);
- the rows of `solver.bounding.rows`, prices u[r] >= 0.

What is left falls apart. With reward(d) = l[demand of d] - p[d] - (rows of duties) . u

    L = sum over envoys of the cheapest schedule at these rewards
      + sum over visits of min over starts s of q[s]                 (if it must be held)
      + the same, less the best that can be left out                (weights as given)
      - limits . u - (the most that slack of rows can take away)
    q[s] = sum over demands of count x l - sum over duties of p + (rows of starts) . u

For every plan that reaches the given upper tiers L is at most its cost: A. M. Geoffrion,
"Lagrangean relaxation for integer programming" (1974). All prices are whole numbers of 1/scale of
a cost unit and all sums are exact, so the bound needs no tolerance: costs are whole, and it is
rounded up to the next whole number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from solver.bounding.duties import Duties, flatten, tour_pairs
from solver.bounding.elementary import DEEPEST, Pricing
from solver.bounding.knapsack import leave_out
from solver.bounding.rows import Rows, rows_of
from solver.bounding.runs import NEVER
from solver.bounding.schedules import Schedules
from solver.facts import Bools, Ints
from solver.tables import Tables

_MOST_PAIRS: Final = 6_000_000
"""A pair takes about a hundred bytes; a month of the metropolitan area has a hundred thousand."""
_FINEST: Final = 1024
_LARGEST: Final = NEVER // 16
"""No cost of a schedule in scaled units may reach this."""
_MOST_VISITS: Final = 2**14


class Given(NamedTuple):
    """Scores of the upper tiers that a plan must reach for the bound to speak of it."""

    coverage: int
    unscheduled: int
    disruption: int


@dataclass(frozen=True)
class Prices:
    """Prices in scaled units: of demands [m], rows [r] and crowded duties [k]."""

    demands: Ints
    rows: Ints
    crowded: Ints


@dataclass(frozen=True)
class Evaluation:
    """Value of the relaxation at some prices.

    Attributes:
        value: L in scaled units.
        bound: No plan that reaches the given tiers costs less.
        values: Cost of each envoy's cheapest schedule at the prices, scaled: [e].
        chosen: Duties of the cheapest schedules.
        held: Whether each visit is held.
        spent: How far each row is exceeded, where that is allowed: [r].
    """

    value: int
    bound: int
    values: Ints
    chosen: Ints
    held: Bools
    spent: Ints


class Space:
    """What does not depend on the tiers given: duties and the programmes that price them."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.duties: Duties = flatten(tables)
        self.scale = _scale(tables)
        self.pricing = Pricing(Schedules(self.duties, self.scale))
        duties = self.duties
        self.crowded = np.flatnonzero(duties.demand_count[duties.demand] >= 2)
        self.crowded_start = duties.demand_start[duties.demand[self.crowded]]

    @property
    def sound(self) -> bool:
        """Whether all sums stay exact: false for astronomic weights or sizes."""
        return self.scale > 0 and len(self.duties.visits) < _MOST_VISITS

    @cached_property
    def weights(self) -> Ints:
        """Weight of each visit that has starts: [v]."""
        visits = self.tables.visits
        return np.array([visits[n].visit.weight for n in self.duties.visits], dtype=np.int64)

    @cached_property
    def pinned(self) -> Bools:
        """Whether each visit that has starts is pinned: [v]."""
        visits = self.tables.visits
        return np.array([visits[n].pinned for n in self.duties.visits], dtype=np.bool_)


def space_of(tables: Tables) -> Space | None:
    """The space, unless it would be too large or its numbers too great."""
    if tour_pairs(tables) > _MOST_PAIRS:
        return None
    space = Space(tables)
    return space if space.sound else None


class Relaxation:
    """L for plans that reach the given tiers."""

    def __init__(self, space: Space, given: Given) -> None:
        self.space, self.given, self.duties = space, given, space.duties
        self.rows: Rows = rows_of(space.duties, given.coverage, given.disruption)
        everything = sum(visit.visit.weight for visit in space.tables.visits)
        self.room = given.unscheduled - (everything - int(space.weights.sum()))
        """Weight that may be left out of the visits that have starts."""
        self.must: Bools = space.pinned | (space.weights > self.room)

    @property
    def price_limit(self) -> int:
        """Prices beyond this could make sums inexact."""
        return _LARGEST // (4 * max(1, self.space.pricing.schedules.most))

    def evaluate(self, prices: Prices, depth: int = DEEPEST) -> Evaluation:
        """L at the prices, and schedules and visits that attain it.

        Args:
            prices: Of demands, rows and crowded duties.
            depth: How often schedules that hold a visit twice are split; the less, the sooner L is
                found, and the lower it is.
        """
        space, duties, rows = self.space, self.duties, self.rows
        priced = space.pricing.price(self.rewards(prices), depth)
        starts = self.start_prices(prices)
        spent = rows.spend(prices.rows)
        value = int(priced.value.sum()) - int((prices.rows * (rows.limits + spent)).sum())
        held = self.must.copy()
        if len(starts):
            cheapest = np.minimum.reduceat(starts, duties.first_start[:-1])
            gains = np.where(self.must, 0, cheapest)
            gain, out = leave_out(gains, space.weights, self.room)
            value += int(cheapest.sum()) - gain
            held = ~out
        return Evaluation(value, -(-value // space.scale), priced.value, priced.chosen, held, spent)

    def rewards(self, prices: Prices) -> Ints:
        """What each duty earns at the prices: [d]."""
        rewards = prices.demands[self.duties.demand]
        rewards[self.space.crowded] -= prices.crowded
        rewards -= self.rows.duties.charges(prices.rows, len(rewards)).astype(np.int64)
        return rewards

    def start_prices(self, prices: Prices) -> Ints:
        """q: what holding a visit costs at each start: [s]."""
        space, duties = self.space, self.duties
        count = len(duties.start_visit)
        # Sums of whole numbers below 2**53: exact though `bincount` adds in floating point.
        seats = np.bincount(duties.demand_start, prices.demands * duties.demand_count, count)
        crowded = np.bincount(space.crowded_start, prices.crowded, count)
        charges = self.rows.starts.charges(prices.rows, count)
        found: Ints = (charges + seats - crowded).astype(np.int64)
        return found


def _scale(tables: Tables) -> int:
    """Parts of a cost unit: as fine as sums in 64 bits allow; 0 if not even whole units fit."""
    facts = tables.facts
    load = int(facts.total_cap.max(initial=0))
    dearest = int(np.abs(facts.fairness).max(initial=0)) + load * (
        int(np.abs(facts.lending_cost).max(initial=0)) + 4 * int(facts.stay_trip.max(initial=0))
    )
    scale = _FINEST
    while scale and dearest * scale >= _LARGEST:
        scale //= 2
    return scale
