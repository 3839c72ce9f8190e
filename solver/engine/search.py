"""Construction, and improvement by destroying and repairing small parts of a plan.

After J. Christiaens and G. Vanden Berghe, "Slack induction by string removals" (2020): remove
visits that could exchange people, put them back one by one at their cheapest places, accept by
simulated annealing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.engine.insertion import insert
from solver.facts import Ints
from solver.plan import Held, Plan
from solver.solution import Score
from solver.tables import Tables

_NEIGHBOURS: Final = 40
_BLOCK: Final = 256
"""Visits that are compared with all others at once."""
_MOST_LEFT_OUT_TRIED: Final = 4
_LEFT_OUT_SEEDS: Final = 0.2
_SEED_FIRST: Final = 0.5

Key = tuple[int, int, int, int, int]
"""Missing pins and the four tiers; smaller is better."""


def key_of(plan: Plan) -> Key:
    """What plans are compared by."""
    return (plan.missing_pins, *plan.score())


def construct(plan: Plan) -> None:
    """Hold whatever can be held, the urgent and the difficult first."""
    for index in by_urgency(plan):
        insert(plan, index)


def by_urgency(plan: Plan) -> list[int]:
    """Visits that a plan does not hold though they are possible, the urgent first."""

    def urgency(index: int) -> tuple[bool, bool, float, int]:
        visit = plan.tables.visits[index]
        scarce = min((len(seat.people) / seat.count for seat in visit.seats), default=0)
        needed = any(
            plan.covered[n] < plan.facts.instance.coverage[n].min_visits for n in visit.rules
        )
        return (not visit.pinned, not needed, -visit.visit.weight, int(scarce))

    visits = (v.index for v in plan.tables.visits if v.possible and v.index not in plan.held)
    return sorted(visits, key=urgency)


@dataclass(frozen=True)
class Schedule:
    """How hot the search is at a point of its way from 0 to 1."""

    hot: float
    cold: float

    def temperature(self, progress: float) -> float:
        """Cost that may be given away, falling geometrically."""
        return self.hot * float((self.cold / self.hot) ** min(1.0, max(0.0, progress)))


class Search:
    """Destroy and repair on one plan; the best plan met is kept aside.

    Attributes:
        best: The best plan met.
        near: For each visit those that compete with it, nearest first.
    """

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.best: dict[int, Held] = dict(plan.held)
        self.best_key = key_of(plan)
        self.rounds = 0
        self._key = self.best_key
        self._rng = np.random.default_rng(seed)
        self._possible = [v.index for v in plan.tables.visits if v.possible]
        self.near = related_visits(plan.tables)
        self._schedule = _schedule_for(plan)

    @property
    def best_score(self) -> Score:
        """Score of the best plan."""
        return Score(*self.best_key[1:])

    def run(
        self, heat: Callable[[int], float], over: Callable[[], bool], better: Callable[[], None]
    ) -> None:
        """Search until told to end.

        Args:
            heat: How far the way from hot (0) to cold (1) is, by the number of rounds so far.
            over: Whether to end; asked before each round.
            better: Called after each best plan so far, which then is the current one.
        """
        while self._possible and not over():
            self.rounds += 1
            if self._round(self._schedule.temperature(heat(self.rounds))):
                better()

    def adopt(self, held: dict[int, Held]) -> None:
        """Go on from another plan."""
        self.plan.restore(held)
        self._key = key_of(self.plan)
        if self._key < self.best_key:
            self.best_key, self.best = self._key, dict(self.plan.held)

    def _round(self, temperature: float) -> bool:
        """One attempt; whether it found the best plan so far."""
        plan = self.plan
        seed = self._seed_visit()
        out = self._destroy(seed)
        removed = {index: plan.remove(index) for index in out if index in plan.held}
        tried = self._order(seed, [*removed, *self._left_out_near(seed, removed)])
        for index in tried:
            insert(plan, index, self._rng)
        key = key_of(plan)
        if not self._accepts(key, temperature):
            self._undo(tried, removed)
            return False
        self._key = key
        if key < self.best_key:
            self._complete()
            self.best_key, self.best = self._key, dict(plan.held)
            return True
        return False

    def _complete(self) -> None:
        """Hold whatever a good plan has left room for."""
        for index in self._possible:
            if index not in self.plan.held:
                insert(self.plan, index)
        self._key = key_of(self.plan)

    def _accepts(self, key: Key, temperature: float) -> bool:
        if key[:4] != self._key[:4]:
            return key < self._key
        given_away = -temperature * math.log(1.0 - self._rng.random())
        return key[4] <= self._key[4] + given_away

    def _undo(self, tried: list[int], removed: dict[int, Held]) -> None:
        for index in tried:
            if index in self.plan.held:
                self.plan.remove(index)
        for index, held in removed.items():
            self.plan.add(index, held.start, held.crew)

    def _seed_visit(self) -> int:
        if self._rng.random() < _LEFT_OUT_SEEDS:
            left_out = [n for n in self._possible if n not in self.plan.held]
            if left_out:
                return left_out[int(self._rng.integers(len(left_out)))]
        return self._possible[int(self._rng.integers(len(self._possible)))]

    def _destroy(self, seed: int) -> list[int]:
        """The seed and a random choice among its nearest, the nearer the likelier."""
        near = self.near[seed]
        count = min(len(near), int(self._rng.integers(1, 12)))
        places = np.minimum(self._rng.exponential(count + 3, size=count), len(near) - 1)
        return [seed, *dict.fromkeys(int(near[int(place)]) for place in places)]

    def _left_out_near(self, seed: int, removed: dict[int, Held]) -> list[int]:
        near = [int(n) for n in self.near[seed] if n not in self.plan.held and n not in removed]
        if seed not in self.plan.held and seed not in removed:
            near.append(seed)
        if len(near) <= _MOST_LEFT_OUT_TRIED:
            return near
        return [int(n) for n in self._rng.choice(near, _MOST_LEFT_OUT_TRIED, replace=False)]

    def _order(self, seed: int, indices: list[int]) -> list[int]:
        visits = self.plan.tables.visits
        indices = list(dict.fromkeys(indices))
        shuffled = [indices[n] for n in self._rng.permutation(len(indices))]
        way = self._rng.random()
        if way < 0.3:
            shuffled.sort(key=lambda n: -visits[n].visit.weight)
        elif way < 0.6:
            shuffled.sort(key=lambda n: min((len(s.people) for s in visits[n].seats), default=0))
        elif way < 0.7:
            shuffled.sort(key=lambda n: -visits[n].slots)
        first = self._rng.random() < _SEED_FIRST and seed not in self.plan.held
        shuffled.sort(key=lambda n: (not visits[n].pinned, n != seed if first else False))
        return shuffled


def related_visits(tables: Tables) -> list[Ints]:
    """For each visit those that compete with it for people, county or series, nearest first."""
    count, envoys = len(tables.visits), len(tables.facts.instance.envoys)
    people = np.zeros((count, envoys), dtype=np.float32)
    for visit in tables.visits:
        for seat in visit.seats:
            people[visit.index, seat.people] = 1.0
    size = np.sqrt(np.maximum(1.0, people.sum(axis=1)))
    possible = np.array([visit.possible for visit in tables.visits], dtype=np.bool_)
    counties = np.array([visit.county for visit in tables.visits])
    rows: list[Ints] = []
    for first in range(0, count, _BLOCK):
        block = np.arange(first, min(count, first + _BLOCK))
        closeness = people[block] @ people.T / (size[block, None] * size)
        closeness += 0.3 * (counties[block, None] == counties)
        closeness[:, ~possible] = -1.0
        closeness[np.arange(len(block)), block] = -1.0
        for near in closeness:
            best = np.argsort(-near, kind="stable")[:_NEIGHBOURS]
            rows.append(best[near[best] > 0].astype(np.int64))
    return rows


def _schedule_for(plan: Plan) -> Schedule:
    """Temperatures in proportion to what a visit costs on average."""
    held = max(1, len(plan.held))
    usual = max(1.0, abs(plan.cost) / held)
    return Schedule(hot=0.15 * usual, cold=0.01 * usual)
