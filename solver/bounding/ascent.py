"""Raises the Lagrangian bound, by subgradients that are smoothed and measured by a known plan.

The method is the volume algorithm of F. Barahona and R. Anbil (2000), without its primal side:
directions are running means of subgradients, the length of a step is

    step = f x (goal - L) / |direction|^2

where the goal is the cost of the best plan, or what is near where L has come close to that. f
falls where the bound stands still; then it goes on from the best prices met. At first schedules
may hold a visit twice, which is quick; later they are split, the deeper the shorter steps are.

Starts need no search of their own. Whatever the prices, L is best if all starts of a visit cost the
same (a dearer start could be made cheaper for nothing), so the unknowns are the price t[v] of the
whole visit and what demands differ from an even share in it:

    l[m] = (t[v] + sum of p at the start - (rows of starts) . u) / seats of v + dev[m]
    sum over demands of a start of count x dev = 0
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.bounding.elementary import DEEPEST
from solver.bounding.marginals import Promising, promising
from solver.bounding.relaxation import Evaluation, Prices, Relaxation
from solver.bounding.rows import Floats
from solver.facts import Ints

_MEMORY: Final = 0.8
"""Weight of the past in the running mean of subgradients."""
_LONG_MEMORY: Final = 0.99
_FIRST_STEP: Final = 0.2
_FIRST_DEPTH: Final = 3
"""How often schedules that hold a visit twice are split while steps are still long."""
_LAST_STEP: Final = 1e-3
_MOST_IDLE: Final = 3
"""Times that steps begin again for nothing."""
_NEAR: Final = 0.02
"""Share of the cost that may still be gained when most is."""
_SHORTER: Final = 0.7
_PROGRESS: Final = 0.015
"""Share of the gap that must be gained meanwhile."""


@dataclass(frozen=True)
class Pace:
    """How long steps are.

    Attributes:
        rough: Down to which length schedules may hold a visit twice; those are found many times
            faster.
        fine: Length from which on they may not.
        again: Length at which steps begin again.
        patience: Evaluations without progress before steps become shorter.
    """

    rough: float
    fine: float
    again: float
    patience: int


_BRISK: Final = Pace(rough=0.1, fine=0.2, again=0.1, patience=40)
"""Where an evaluation takes some milliseconds."""
_SPARING: Final = Pace(rough=0.01, fine=0.06, again=0.06, patience=30)
_BRISK_SIZE: Final = 60_000
"""Duties up to which it does."""


@dataclass
class Point:
    """Prices t [v], dev [m], u [r] and p [k] in cost units, or a direction among them."""

    visits: Floats
    deviations: Floats
    rows: Floats
    crowded: Floats

    def copy(self) -> Point:
        """The same point, to be changed apart from this one."""
        return Point(*(part.copy() for part in self.parts))

    @property
    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All four."""
        return self.visits, self.deviations, self.rows, self.crowded

    @property
    def length(self) -> float:
        """Square of the Euclidean length."""
        return sum(float(part @ part) for part in self.parts)


def _sums(places: Ints, values: Floats, size: int) -> Floats:
    """Sum of the values at each place, [size], in floating point even if there are none."""
    return np.bincount(places, values, size).astype(np.float64)


class Ascent:
    """Climbs step by step.

    Args:
        relaxation: What is to be bounded.
        target: Cost of the best plan known that reaches the given tiers.
        point: Where to begin; by default an even price per seat.

    Attributes:
        shares: How much of each visit the schedules held at each start lately: [s]. It comes near
            a solution of the linear programme whose dual this is, and tells good starts.
        bound: The best bound so far, None before the first step.
        best: The prices that gave it.
        target: May be lowered as better plans are found.
        depth: How often schedules that hold a visit twice are split; at first never.
    """

    def __init__(self, relaxation: Relaxation, target: int, point: Point | None = None) -> None:
        self.relaxation, self.target = relaxation, target
        space, duties = relaxation.space, relaxation.duties
        self._visits, self._starts = len(duties.visits), len(duties.start_visit)
        self._visit_of_demand = duties.start_visit[duties.demand_start]
        count = duties.demand_count.astype(np.float64)
        seats = _sums(duties.demand_start, count, self._starts)
        self._seats_of_start = np.maximum(1.0, seats)
        self._squares = np.maximum(1.0, _sums(duties.demand_start, count**2, self._starts))
        self._crowded_start = space.crowded_start
        self._point = self._fitting(point) if point else self._even()
        self._direction: Point | None = None
        self._step = _FIRST_STEP
        self._pace = _BRISK if len(duties.envoy) <= _BRISK_SIZE else _SPARING
        self._waited = 0
        self._value = self._mark = -np.inf
        self.bound: int | None = None
        self._begun: int | None = None
        self._idle = -1
        self.best = self._point.copy()
        self.steps = 0
        self.depth = 0
        self.shares = np.zeros(self._starts)

    @property
    def done(self) -> bool:
        """Whether steps have become too short to matter, or the bound has met the target."""
        return self._step < _LAST_STEP or (self.bound is not None and self.bound >= self.target)

    def climb(self) -> None:
        """One evaluation and one step."""
        self.steps += 1
        value = self._look()
        if self._waited >= self._pace.patience:
            self._waited, self._step = 0, self._step * _SHORTER
            self._point, self._direction = self.best.copy(), None
            self._deepen()
            value = self._look()
        self._move(value)

    def _deepen(self) -> None:
        if self.depth:
            self.depth = min(DEEPEST, self.depth + 2)
        elif self._step < self._pace.rough:
            self.depth, self._step = _FIRST_DEPTH, self._pace.fine
        if self._step < _LAST_STEP:
            self._idle = self._idle + 1 if self.bound == self._begun else 0
            self._begun = self.bound
            if self._idle < _MOST_IDLE:
                self._step = self._pace.again

    @property
    def settled(self) -> bool:
        """Whether steps have become short at least once: prices are good, if not the best."""
        return self._begun is not None or self.done

    @property
    def rough(self) -> bool:
        """Whether schedules may still hold a visit twice."""
        return self.depth == 0

    def promising(self) -> Promising:
        """Duties worth trying, by the best prices so far."""
        return promising(self.relaxation, self.prices(self.best), self.target)

    def prices(self, point: Point) -> Prices:
        """A point as whole numbers of scaled units."""
        relaxation, duties = self.relaxation, self.relaxation.duties
        crowded = _sums(self._crowded_start, point.crowded, self._starts)
        rows = relaxation.rows.starts.charges(point.rows, self._starts)
        share = (point.visits[duties.start_visit] + crowded - rows) / self._seats_of_start
        demands = share[duties.demand_start] + point.deviations
        return Prices(self._scaled(demands), self._scaled(point.rows), self._scaled(point.crowded))

    def _look(self) -> float:
        self._seen: Evaluation = self.relaxation.evaluate(self.prices(self._point), self.depth)
        value = self._seen.value / self.relaxation.space.scale
        self._waited += 1
        if value > self._mark + _PROGRESS * abs(self.target - value):
            self._waited, self._mark = 0, value
        if value > self._value:
            self._value, self.best = value, self._point.copy()
            self.bound = self._seen.bound
        return value

    def _move(self, value: float) -> None:
        new, point = self._subgradient(), self._point
        if self._direction is None:
            self._direction = new
        for old, now in zip(self._direction.parts, new.parts, strict=True):
            old *= _MEMORY
            old += (1 - _MEMORY) * now
        way = self._direction.copy()
        for part, at in ((way.rows, point.rows), (way.crowded, point.crowded)):
            part[(at <= 0) & (part < 0)] = 0.0
        step = self._step * max(self._goal - value, 1.0) / max(way.length, 1e-9)
        for at, part in zip(point.parts, way.parts, strict=True):
            at += step * part
        np.maximum(point.rows, 0.0, out=point.rows)
        np.maximum(point.crowded, 0.0, out=point.crowded)

    @property
    def _goal(self) -> float:
        """What steps aim at: the first plans are so dear that steps for them would be too long."""
        near = _NEAR * abs(self.target)
        return (
            self.target
            if self._value < self.target - 4 * near
            else min(self.target, self._value + near)
        )

    def _subgradient(self) -> Point:
        """How L changes with each unknown, at the schedules and visits last seen."""
        relaxation, duties, space = self.relaxation, self.relaxation.duties, self.relaxation.space
        sat = np.zeros(len(duties.envoy))
        sat[self._seen.chosen] = 1.0
        filled = _sums(duties.demand, sat, len(duties.demand_start))
        share = _sums(duties.demand_start, filled, self._starts) / self._seats_of_start
        self.shares += (1 - _LONG_MEMORY) * (share - self.shares)
        per_seat = _sums(duties.demand_start, filled * duties.demand_count, self._starts)
        even = duties.demand_count * (per_seat / self._squares)[duties.demand_start]
        rows, count = relaxation.rows, len(relaxation.rows.limits)
        used = _sums(rows.starts.rows, rows.starts.factors * share[rows.starts.places], count)
        used += _sums(rows.duties.rows, rows.duties.factors * sat[rows.duties.places], count)
        return Point(
            self._seen.held - _sums(duties.start_visit, share, self._visits),
            even - filled,
            used - rows.limits - self._seen.spent,
            sat[space.crowded] - share[self._crowded_start],
        )

    def _even(self) -> Point:
        """Every seat at the same price: what the plan costs, evenly."""
        seats = np.zeros(self._visits)
        first = self.relaxation.duties.first_start[:-1]
        seats[:] = self._seats_of_start[first]
        price = max(0.0, 0.8 * self.target / max(1.0, float(seats.sum())))
        return self._fitting(Point(seats * price, *(np.zeros(0) for _ in range(3))))

    def _fitting(self, point: Point) -> Point:
        """A point of this relaxation; rows of another are forgotten."""
        sizes = (
            self._visits,
            len(self._visit_of_demand),
            len(self.relaxation.rows.limits),
            len(self._crowded_start),
        )
        return Point(
            *(
                part.copy() if len(part) == size else np.zeros(size)
                for part, size in zip(point.parts, sizes, strict=True)
            )
        )

    def _scaled(self, prices: Floats) -> Ints:
        limit = self.relaxation.price_limit
        scaled = np.rint(prices * self.relaxation.space.scale)
        found: Ints = np.clip(scaled, -limit, limit).astype(np.int64)
        return found
