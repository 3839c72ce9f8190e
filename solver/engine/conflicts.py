"""Names pins that cannot hold together: none of them needless, each fact shown by solving.

Greedy insertion holds most pins; one that it cannot hold is suspect. It is tried with the pins
nearest to it (by people, county and series), then with wider circles, in the end with all. What
cannot hold is halved by QuickXplain (U. Junker, 2004) until every single pin is needed; then every
rule is set aside that is not needed for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solver.candidates import prepare
from solver.conflicts_text import conflicts_of_core
from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.insertion import insert
from solver.engine.model import Model
from solver.engine.pins import hold_pins, insert_pins
from solver.instance import Instance
from solver.plan import Plan
from solver.rules import RULES, Rule
from solver.solution import Conflict
from solver.tables import Seat, Tables, VisitTable

_NEAR_SHARE: Final = 0.3
"""Of the time, for a look at few pins at once before it is all of them."""
_CORE_SECONDS: Final = 8.0
_LEAST_SECONDS: Final = 0.5
"""For cutting down what cannot hold."""
_LONGEST: Final = 3.0
"""For one question."""
_CIRCLES: Final = (4, 10, 25, 60)
"""Pins that are asked about together, before it is all of them."""


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Core:
    """Pins that cannot hold together.

    Attributes:
        conflicts: The pins and the rules that they break, told to people.
        minimal: Whether it is proven that the pins could hold if any one of them were gone, and
            that none of the rules could be set aside. False where time was too short for that.
    """

    conflicts: tuple[Conflict, ...] = ()
    minimal: bool = False


def plan_or_core(tables: Tables, limits: Limits, should_stop: Callable[[], bool]) -> Plan | Core:
    """A plan that holds the pinned visits and nothing else, or pins that cannot hold together.

    Args:
        tables: The instance.
        limits: For all of it, and for the exact solver.
        should_stop: Asked often; true ends it as time does.

    Raises:
        TimeoutError: Neither was found in time.
    """
    plan = insert_pins(tables)
    if plan is not None:
        return plan
    judge = _Judge(tables.facts.instance, limits, should_stop)
    pins = judge.near_core()
    if pins is None:
        plan = hold_pins(tables, judge.limits, should_stop)
        if plan is not None:
            return plan
        pins = judge.core_among(judge.pins)
    return judge.told(pins)


class _Judge:
    """Answers whether pins can hold, and cuts down what cannot."""

    def __init__(self, instance: Instance, limits: Limits, should_stop: Callable[[], bool]) -> None:
        self.instance, self._limits, self._should_stop = instance, limits, should_stop
        self._end = time.monotonic() + limits.seconds
        self._deadline = self._end
        self._sure = True
        self._known: dict[frozenset[int], bool] = {}
        self.tables = prepare(replace(instance, baseline=(), coverage=()))
        self.pins = [visit.index for visit in self.tables.visits if visit.pinned]

    @property
    def limits(self) -> Limits:
        """What is left of the time."""
        return replace(self._limits, seconds=max(0.0, self._end - time.monotonic()))

    def near_core(self) -> list[int] | None:
        """The core of a few pins near to each other that cannot hold, if there are such."""
        self._allow(_NEAR_SHARE * self._limits.seconds)
        for circle in self._circles():
            if not self.holds(circle):
                return self.core_among(circle)
            if time.monotonic() >= self._deadline:
                break
        return None

    def core_among(self, pins: Sequence[int]) -> list[int]:
        """Of pins that cannot hold those that cannot though they can without any one of them."""
        self._allow(_CORE_SECONDS)
        core = sorted(self._needed([], pins, False))
        for pin in core:
            self._sure &= self.holds([other for other in core if other != pin])
        return core

    def told(self, pins: Sequence[int]) -> Core:
        """A core with the rules that are needed for it; those only if they are sure."""
        codes = [rule.code for rule in self.needed_rules(pins)]
        names = [self.instance.visits[n].id for n in pins]
        conflicts = conflicts_of_core(self.instance, names, codes if self._sure else ())
        return Core(conflicts, self._sure)

    def _allow(self, seconds: float) -> None:
        """So much time for what follows, and all doubts forgotten."""
        self._deadline = time.monotonic() + max(_LEAST_SECONDS, min(seconds, self.limits.seconds))
        self._sure = True

    def needed_rules(self, pins: Sequence[int]) -> list[Rule]:
        """Rules under which pins cannot hold though they can without any one of them."""
        rules = list(RULES)
        for rule in reversed(RULES):  # what is named first there says most
            fewer = [other for other in rules if other is not rule]
            if rule.code != "PIN" and not self._holds_under(fewer, pins):
                rules = fewer
        named = [rule for rule in rules if rule.code != "PIN"]
        return sorted(named, key=lambda rule: rule.couple is None)  # what ties pins to each other

    def holds(self, pins: Sequence[int]) -> bool:
        """Whether pins can hold together; in doubt they can."""
        key = frozenset(pins)
        if key not in self._known:
            held = self._inserted(pins) or self._solved(self.tables, pins, RULES)
            if held is None:
                self._sure = False
                return True
            self._known[key] = held
        return self._known[key]

    def _holds_under(self, rules: Sequence[Rule], pins: Sequence[int]) -> bool:
        visits = tuple(self.instance.visits[n] for n in pins)
        alone = replace(self.instance, visits=visits, baseline=(), coverage=())
        held = self._solved(prepare(alone, rules), range(len(pins)), rules)
        self._sure &= held is not None
        return held is not False

    def _inserted(self, pins: Sequence[int]) -> bool:
        plan = Plan(self.tables)
        return all(insert(plan, index) for index in pins)

    def _solved(self, tables: Tables, pins: Sequence[int], rules: Sequence[Rule]) -> bool | None:
        """Whether pins can hold; None if it was not found out in time."""
        if not all(tables.visits[n].possible for n in pins):
            return False
        left = self._deadline - time.monotonic()
        if left <= 0 or self._should_stop():
            return None
        limits = Limits(min(left, _LONGEST), 1, self._limits.seed)
        model = Model(Plan(tables), pins, rules)
        outcome = solve_cpsat(model, None, (), limits, should_stop=self._should_stop)
        return None if outcome.values is None and not outcome.infeasible else not outcome.infeasible

    def _circles(self) -> Iterator[list[int]]:
        """Pins around each that finds no room; small circles first."""
        plan = Plan(self.tables)
        suspects = [place for place, pin in enumerate(self.pins) if not insert(plan, pin)]
        circles = {suspect: [suspect] for suspect in suspects}
        nearness = self._nearness()
        for size in _CIRCLES:
            for suspect in suspects:
                circle = circles[suspect]
                near = nearness[circle].sum(axis=0)
                near[circle] = 0.0
                order = np.argsort(-near, kind="stable")[: size - len(circle)]
                circle.extend(order[near[order] > 0].tolist())
                yield [self.pins[n] for n in circle]

    def _nearness(self) -> Floats:
        """How much pins compete with each other for people, county and series: [pins, pins]."""
        visits = [self.tables.visits[pin] for pin in self.pins]
        people = np.zeros((len(visits), len(self.instance.envoys)), dtype=np.float64)
        for row, visit in enumerate(visits):
            people[row, self._people(visit)] = 1.0
        size = np.sqrt(np.maximum(1.0, people.sum(axis=1)))
        near: Floats = people @ people.T / (size[:, None] * size)
        series = [visit.visit.series or str(row) for row, visit in enumerate(visits)]
        for names, weight in (
            (np.array([visit.county for visit in visits]), 0.3),
            (np.array(series), 0.5),
        ):
            near += weight * (names[:, None] == names)
        return near

    def _people(self, visit: VisitTable) -> list[int]:
        """Everybody who may sit on a visit: where all seats are pinned, only those."""

        def who(seat: Seat) -> list[int]:
            rows = seat.forced if len(seat.forced) >= seat.count else range(len(seat.people))
            return [int(seat.people[row]) for row in rows]

        return [person for seat in visit.seats for person in who(seat)]

    def _needed(self, given: list[int], pins: Sequence[int], changed: bool) -> list[int]:
        """QuickXplain: pins of which each is needed so that they cannot hold beside the given."""
        if changed and not self.holds(given):
            return []
        if len(pins) == 1:
            return list(pins)
        half = len(pins) // 2
        first, second = list(pins[:half]), list(pins[half:])
        late = self._needed([*given, *first], second, bool(first))
        early = self._needed([*given, *late], first, bool(late))
        return [*early, *late]
