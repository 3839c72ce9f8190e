"""Re-plans a part of a plan exactly, by a programme over a neighbourhood.

What proved good: all people free with starts fixed (many visits); the present start and a few
others (fewer visits); all starts (few visits). The set of visits held is kept, which makes the
relaxation tight.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.engine.exact import Improvement, at_most
from solver.engine.highs import solve_highs
from solver.engine.linear import Expression
from solver.engine.model import Model
from solver.engine.promise import Promise
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
GUIDED: Final = (Kind(300, 0), Kind(130, 2), Kind(130, 2))
"""Once it is known which starts are promising; those are the other starts then."""
_ROOMS: Final = ((25, False), (60, True), (60, False), (300, True))
"""Visits that are planned anew to make room for one more, and whether they keep their starts."""
_CHEAPENED_SHARE: Final = 0.5
"""Share of the time of a room for its cost."""
_MOST_RIVALS: Final = 30
"""Visits left out that are offered to a neighbourhood."""
_GAP: Final = 3e-5
"""Share of the cost that is not worth looking for: the next neighbourhood gains more."""
_EASY: Final = 0.4
_HARD: Final = 0.9
_LARGEST: Final = 4.0


@dataclass
class Neighbourhoods:
    """Chooses neighbourhoods by turns and makes them larger or smaller as they solve.

    Attributes:
        likely: Positions of promising starts of each visit, if the relaxation has told them.
        promise: Promising duties, likewise.
    """

    tables: Tables
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self._near = related_visits(self.tables)
        self.likely: dict[int, list[int]] = {}
        self.promise: Promise | None = None
        self._scale = [1.0] * len(KINDS)
        self._turn = 0
        self._exchange = False

    def improve(self, held: dict[int, Held], score: Score, seconds: float) -> Improvement | None:
        """New places for some held visits of a plan, or None if none were found.

        Every other time visits that are left out may take the place of others.
        """
        turn = self._turn = (self._turn + 1) % len(KINDS)
        kind = GUIDED[turn] if self.likely else KINDS[turn]
        size = max(5, int(kind.visits * self._scale[turn]))
        chosen = self._choose(sorted(held), size)
        rivals = self._rivals(chosen, held)
        begin = time.monotonic()
        found = self.cheapen(chosen, kind.other_starts, seconds, held, score, rivals)
        self._resize(turn, (time.monotonic() - begin) / seconds)
        return found

    def cheapen(
        self,
        chosen: Sequence[int],
        others: int | None,
        seconds: float,
        held: dict[int, Held],
        score: Score,
        rivals: Sequence[int] = (),
    ) -> Improvement | None:
        """Cheapest places for some held visits.

        Args:
            chosen: The visits.
            others: How many starts each is offered beside its own; None for all.
            seconds: How long it may take.
            held: The plan.
            score: Its score; the upper tiers stay at that.
            rivals: Visits that are left out and may take the place of some of the chosen.
        """
        part = self._shaken(held, [*chosen, *rivals], others)
        model = part.model
        rows = [at_most(model.disruption, score.disruption)]
        if rivals:
            rows += [at_most(model.coverage, score.coverage)]
            rows += [at_most(model.unscheduled, score.unscheduled)]
        else:
            model.hold_all(chosen)
        deadline = time.monotonic() + seconds
        outcome = solve_highs(model, model.cost, rows, deadline, part.hint, gap=_GAP)
        if outcome.values is None:
            return None
        places = model.crews(outcome.values.__getitem__)
        return Improvement(held, places, frozenset(part.chosen))

    def _rivals(self, chosen: list[int], held: dict[int, Held]) -> list[int]:
        """Visits left out that compete with some of the chosen, every other time."""
        self._exchange = not self._exchange
        if not self._exchange:
            return []
        present = set(chosen)
        near = [n for n in self.left_out(held) if present.intersection(self._near[n].tolist())]
        return [int(n) for n in self.rng.permutation(near)[:_MOST_RIVALS]]

    def _shaken(self, held: dict[int, Held], chosen: list[int], others: int | None) -> _Part:
        """The model of some visits with their present starts and some others."""
        rest, now = Plan(self.tables), Plan(self.tables)
        mine = set(chosen)
        for n, place in held.items():
            (now if n in mine else rest).add(n, place.start, place.crew)
        people = self.promise.people(held) if self.promise else None
        model = Model(rest, chosen, offers=self._offers(held, others), people=people)
        model.add_tiers()
        return _Part(chosen, model, model.value_of(now))

    def left_out(self, held: dict[int, Held]) -> list[int]:
        """Visits that a plan does not hold though they are possible by themselves."""
        return [v.index for v in self.tables.visits if v.possible and v.index not in held]

    def make_room(
        self, index: int, seconds: float, held: dict[int, Held], score: Score
    ) -> Improvement | None:
        """Re-plan everything near a visit that is left out, so that more can be held.

        Few visits with all their starts, or more that keep theirs. First only the tiers that count
        more, then the cost of the same visits with those kept: both at once would make a weak
        relaxation.
        """
        begin = time.monotonic()
        end = begin + seconds
        for size, fixed in _ROOMS:
            if time.monotonic() >= end:
                break
            part = self._part(held, self._around(index, held, size), fixed)
            wish = _wish(part.model)
            found = solve_highs(part.model, wish, (), end, part.hint).values
            if found is not None and _value(wish, found) < _reached(part.model, wish, score):
                deadline = time.monotonic() + seconds * _CHEAPENED_SHARE
                return self._cheapened(held, part, found, deadline)
        return None

    def _cheapened(
        self, held: dict[int, Held], part: _Part, found: Sequence[float], deadline: float
    ) -> Improvement:
        """The cheapest of the plans that hold the same visits at the same starts."""
        places = part.model.crews(found.__getitem__)
        now = {n: Held(start, crew) for n, (start, crew) in places.items()}
        again = self._part(held | now, sorted(now), fixed=True, without=part.chosen)
        again.model.hold_all(now)
        disruption = again.model.disruption
        kept = at_most(disruption, disruption.constant + _value(disruption, again.hint))
        cheap = solve_highs(again.model, again.model.cost, [kept], deadline, again.hint).values
        if cheap is not None:
            places = again.model.crews(cheap.__getitem__)
        return Improvement(held, places, frozenset(part.chosen))

    def _part(
        self,
        held: dict[int, Held],
        chosen: list[int],
        fixed: bool,
        without: Sequence[int] = (),
    ) -> _Part:
        """The model of some visits; if fixed, those that are held keep their starts."""
        rest, now = Plan(self.tables), Plan(self.tables)
        for n, place in held.items():
            if n in chosen:
                now.add(n, place.start, place.crew)
            elif n not in without:
                rest.add(n, place.start, place.crew)

        def offer(visit: VisitTable) -> Bools:
            offered = np.ones(len(visit.starts), dtype=np.bool_)
            if visit.index in held:
                offered[:] = False
                offered[held[visit.index].start] = True
            return offered

        model = Model(rest, chosen, offers=offer if fixed else None)
        model.add_tiers()
        return _Part(chosen, model, model.value_of(now))

    def _around(self, index: int, held: dict[int, Held], size: int) -> list[int]:
        """A visit and the held visits nearest to it, those that use its people first."""
        wanted = {int(n) for seat in self.tables.visits[index].seats for n in seat.people}
        chosen = {index: None}
        for n, place in held.items():
            if any(person in wanted for people in place.crew for person in people):
                chosen[n] = None
        queue = list(chosen)
        for n in queue:
            new = [m for m in self._near[n].tolist() if m in held and m not in chosen]
            chosen.update(dict.fromkeys(new))
            queue.extend(new)
            if len(chosen) >= size:
                break
        return sorted(list(chosen)[:size])

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
            if visit.index not in held:
                return np.ones(len(visit.starts), dtype=np.bool_)
            offered = np.zeros(len(visit.starts), dtype=np.bool_)
            if others and self.likely:
                likely = self.likely.get(visit.index, [])
                offered[[position for position in likely if position < len(offered)]] = True
            else:
                offered[self.rng.permutation(len(offered))[:others]] = True
            offered[held[visit.index].start] = True
            return offered

        return offer


@dataclass(frozen=True)
class _Part:
    """Some visits, their model, and how they stand now as values of its variables."""

    chosen: list[int]
    model: Model
    hint: dict[int, int]


def _value(expression: Expression, values: Sequence[float] | Mapping[int, int]) -> int:
    """The terms of an expression without its constant; variables without a value are 0."""
    get = values.get if isinstance(values, Mapping) else values.__getitem__
    return sum(factor * round(get(var) or 0) for var, factor in expression.terms.items())


def _reached(model: Model, wish: Expression, score: Score) -> int:
    """Value of a wish in the plan that has the score."""
    worst = _worst(model)
    now = worst * (score.coverage - model.coverage.constant)
    return now + score.unscheduled - model.unscheduled.constant - wish.constant


def _worst(model: Model) -> int:
    """More than all weights of the model together."""
    return 1 + sum(visit.visit.weight for visit in model.visits)


def _wish(model: Model) -> Expression:
    """Coverage before weight, in one expression."""
    wish = Expression(dict(model.unscheduled.terms))
    worst = _worst(model)
    for var, factor in model.coverage.terms.items():
        wish.add(var, worst * factor)
    return wish
