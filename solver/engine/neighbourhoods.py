"""Re-plans a part of a plan exactly, by a programme over a neighbourhood.

What proved good: all people free with starts fixed (many visits); the present start and a few
others (fewer visits); all starts (few visits). The set of visits held is kept, which makes the
relaxation tight.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.exact import Improvement, at_most
from solver.engine.highs import solve_highs
from solver.engine.linear import Expression
from solver.engine.model import Model
from solver.engine.search import related_visits
from solver.facts import Bools
from solver.plan import Held, Plan
from solver.solution import Score
from solver.tables import Tables, VisitTable


@dataclass(frozen=True)
class Kind:
    """A kind of neighbourhood: how many visits, and how many starts each beside its own."""

    visits: int
    other_starts: int | None


KINDS: Final = (Kind(300, 0), Kind(110, 2), Kind(25, None))
_MOST_RIVALS: Final = 90
_EASY: Final = 0.4
_HARD: Final = 0.9
_LARGEST: Final = 2.0


@dataclass
class Neighbourhoods:
    """Chooses neighbourhoods by turns and makes them larger or smaller as they solve."""

    tables: Tables
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self._near = related_visits(self.tables)
        self._scale = [1.0] * len(KINDS)
        self._turn = 0

    def improve(self, held: dict[int, Held], seconds: float) -> Improvement | None:
        """New places for some held visits of a plan, or None if none were found."""
        turn = self._turn = (self._turn + 1) % len(KINDS)
        kind = KINDS[turn]
        size = max(5, int(kind.visits * self._scale[turn]))
        chosen = self._choose(sorted(held), size)
        rest = Plan(self.tables)
        for index, place in held.items():
            rest.add(index, place.start, place.crew)
        now = Plan(self.tables)
        for index in chosen:
            place = rest.remove(index)
            now.add(index, place.start, place.crew)
        model = Model(rest, chosen, offers=self._offers(held, kind.other_starts))
        model.add_tiers()
        model.hold_all(chosen)
        limit = rest.disruption + now.disruption - Plan(self.tables).disruption
        begin = time.monotonic()
        outcome = solve_highs(
            model,
            model.cost,
            [at_most(model.disruption, limit)],
            begin + seconds,
            model.value_of(now),
        )
        self._resize(turn, (time.monotonic() - begin) / seconds)
        if outcome.values is None:
            return None
        return Improvement(held, model.crews(outcome.values.__getitem__))

    def left_out(self, held: dict[int, Held]) -> list[int]:
        """Visits that a plan does not hold though they are possible by themselves."""
        return [v.index for v in self.tables.visits if v.possible and v.index not in held]

    def make_room(
        self, index: int, seconds: float, held: dict[int, Held], score: Score
    ) -> Improvement | None:
        """Re-plan everything near a visit that is left out, so that more can be held.

        First only the tiers that count more, then the cost of the same visits with those kept:
        both at once would make a weak relaxation.
        """
        chosen = self._rivals(index, held)
        rest, now = Plan(self.tables), Plan(self.tables)
        for n, place in held.items():
            (now if n in chosen else rest).add(n, place.start, place.crew)
        model = Model(rest, chosen)
        model.add_tiers()
        wish, hint = _wish(model), model.value_of(now)
        limits = Limits(seconds / 2, 1, 1)
        found = solve_cpsat(model, wish, (), limits, hint).values
        if found is None:
            return None
        reached = sum(factor * round(found[var]) for var, factor in wish.terms.items())
        kept = at_most(wish, reached)
        deadline = time.monotonic() + seconds / 2
        starts = {var: round(found[var]) for var in hint}
        cheap = solve_highs(model, model.cost, [kept], deadline, starts).values
        places = model.crews((cheap or found).__getitem__)
        return Improvement(held, places, frozenset(chosen))

    def _rivals(self, index: int, held: dict[int, Held]) -> list[int]:
        """A visit, those whose people could come to it, and its nearest."""
        wanted = {int(n) for seat in self.tables.visits[index].seats for n in seat.people}
        chosen = {index: None}
        for n, place in held.items():
            if any(person in wanted for people in place.crew for person in people):
                chosen[n] = None
        chosen.update(dict.fromkeys(int(n) for n in self._near[index]))
        possible = [n for n in chosen if self.tables.visits[n].possible]
        return sorted(possible[:_MOST_RIVALS])

    def _resize(self, turn: int, share: float) -> None:
        """Larger after an easy neighbourhood, smaller after one that took all its time."""
        factor = 1.2 if share < _EASY else 0.7 if share > _HARD else 1.0
        self._scale[turn] = min(_LARGEST, self._scale[turn] * factor)

    def _choose(self, held: list[int], size: int) -> list[int]:
        """A cluster of related visits around a random one."""
        if len(held) <= size:
            return held
        present = set(held)
        chosen: dict[int, None] = {}
        queue = [held[int(self.rng.integers(len(held)))]]
        while len(chosen) < size:
            if not queue:
                left = [n for n in held if n not in chosen]
                queue.append(left[int(self.rng.integers(len(left)))])
            index = queue.pop(0)
            if index in chosen:
                continue
            chosen[index] = None
            near = [int(n) for n in self._near[index] if int(n) in present]
            self.rng.shuffle(near)
            queue.extend(near[: max(4, len(near) // 3)])
        return sorted(chosen)

    def _offers(
        self, held: dict[int, Held], others: int | None
    ) -> Callable[[VisitTable], Bools] | None:
        if others is None:
            return None

        def offer(visit: VisitTable) -> Bools:
            offered = np.zeros(len(visit.starts), dtype=np.bool_)
            extra = self.rng.permutation(len(offered))[:others]
            offered[extra] = True
            offered[held[visit.index].start] = True
            return offered

        return offer


def _wish(model: Model) -> Expression:
    """Coverage before weight, in one expression."""
    wish = Expression(dict(model.unscheduled.terms))
    worst = 1 + sum(visit.visit.weight for visit in model.visits)
    for var, factor in model.coverage.terms.items():
        wish.add(var, worst * factor)
    return wish
