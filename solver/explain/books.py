"""A plan laid out for judging changes by hand: who does what, and what each envoy costs and breaks.

Everything is computed with the checker's own rules and prices, on as little of the plan as a
change can touch; so a verdict is what the checker would say before and after, only sooner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from solver.checker import Violation
from solver.checker.plan import Held, Plan, read_plan
from solver.checker.rules import (
    availability,
    exclude,
    overlap,
    sharing,
    skill,
    total_load,
    transfer,
    travel,
    week_load,
)
from solver.checker.score import affinities, fairness_of, lending, minutes_of
from solver.instance import Assignment, Instance

_OF_AN_ENVOY: Final[tuple[Callable[[Plan], Iterator[Violation]], ...]] = (
    skill,
    availability,
    overlap,
    week_load,
    total_load,
    travel,
    sharing,
    transfer,
    exclude,
)


class Books:
    """One plan, valid or not."""

    def __init__(self, instance: Instance, assignments: Sequence[Assignment]) -> None:
        self.instance = instance
        self.assignments = tuple(assignments)
        self._read = read_plan(instance, assignments)
        self._at: dict[tuple[str, str], set[int]] = {}
        for position, item in enumerate(self.assignments):
            for key in self._keys(item):
                self._at.setdefault(key, set()).add(position)
        self._own: dict[str, tuple[int, Counter[Violation]]] = {}

    @property
    def held(self) -> dict[str, Held]:
        """The visits held, by id."""
        return self._read.held

    @cached_property
    def changed_before(self) -> dict[str, list[frozenset[str]]]:
        """The people of each visit in the plan in force."""
        crews: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for item in self.instance.baseline:
            crews[item.visit].append(frozenset(item.envoys))
        return dict(crews)

    @cached_property
    def _affinity(self) -> dict[tuple[str, str], int]:
        return affinities(self.instance)

    def assignment(self, visit: str) -> Assignment | None:
        """The visit as it stands; the first that counts if it occurs twice."""
        at = self._at.get(("visit", visit))
        return self.assignments[min(at)] if at else None

    def touched(self, changed: Sequence[Assignment], dropped: Sequence[str]) -> list[int]:
        """Positions of all assignments that a change can have to do with, in order.

        Rules and prices tie visits together through an envoy, a county or a series only.
        """
        items = [*changed]
        for name in (*dropped, *(item.visit for item in changed)):
            items.extend(self.assignments[n] for n in self._at.get(("visit", name), ()))
        keys = {key for item in items for key in self._keys(item)}
        return sorted({n for key in keys for n in self._at.get(key, ())})

    def duties(self, envoy: str) -> list[Held]:
        """What an envoy does, in order of time."""
        return self._read.duties.get(envoy, [])

    def own(self, envoy: str) -> tuple[int, Counter[Violation]]:
        """Cost and violations of one envoy in the plan as it stands."""
        if envoy not in self._own:
            self._own[envoy] = self.judged(envoy, self.duties(envoy))
        return self._own[envoy]

    def judged(
        self, envoy: str, duties: list[Held], held: Held | None = None
    ) -> tuple[int, Counter[Violation]]:
        """Cost and violations of one envoy with some visits.

        Args:
            envoy: Who.
            duties: The visits in order of time.
            held: The one of them for which skill and exclusion are judged.
        """
        plan = Plan(self.instance, {} if held is None else {held.visit.id: held}, {envoy: duties})
        broken = [found for rule in _OF_AN_ENVOY for found in rule(plan) if found.envoy == envoy]
        return self._cost(envoy, duties), Counter(broken)

    def _cost(self, envoy: str, duties: list[Held]) -> int:
        instance, person = self.instance, self.instance.envoy_by_id[envoy]
        cost = minutes_of(instance, person, duties) * instance.weights.travel_minute
        cost += fairness_of(instance, person, duties)
        for held in duties:
            seats = sum(people.count(envoy) for people in held.roles)
            price = lending(instance, person, held.visit.county)
            cost += seats * (price + self._affinity.get((envoy, held.visit.county), 0))
        return cost

    def _keys(self, item: Assignment) -> Iterator[tuple[str, str]]:
        yield "visit", item.visit
        visit = self.instance.visit_by_id.get(item.visit)
        if visit is not None:
            yield "county", visit.county
            if visit.series is not None:
                yield "series", visit.series
        for envoy in item.envoys:
            yield "envoy", envoy


def in_order(duties: Sequence[Held]) -> list[Held]:
    """Visits of one envoy as the checker reads them."""
    return sorted(duties, key=lambda held: (held.date, held.slot, held.visit.id))
