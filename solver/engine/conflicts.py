"""Names pins that cannot hold together: none of them needless, each fact shown by solving.

Greedy insertion holds most pins; one that it cannot hold is suspect. It is tried with the pins
next to it (through people, county or series), then with a wider circle, in the end with all. What
cannot hold is halved by QuickXplain (U. Junker, 2004) until every single pin is needed; then every
rule is set aside that is not needed for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from solver.candidates import prepare
from solver.conflicts_text import conflicts_of_core
from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.insertion import insert
from solver.engine.model import Model
from solver.instance import Instance
from solver.plan import Plan
from solver.rules import RULES, Rule
from solver.solution import Conflict
from solver.tables import Seat, Tables

_LONGEST: Final = 3.0
"""Seconds for one question."""
_CIRCLES: Final = 2
"""Steps from pin to pin before all of them are asked about."""


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


def core_of(instance: Instance, seconds: float, seed: int, should_stop: Callable[[], bool]) -> Core:
    """Pins that cannot hold, of an instance whose pins cannot all hold.

    Args:
        instance: The problem.
        seconds: How long to look; what is known then is told.
        seed: Of the exact solver.
        should_stop: Asked often; true ends the search as time does.
    """
    judge = _Judge(instance, time.monotonic() + seconds, seed, should_stop)
    pins = judge.core()
    codes = [rule.code for rule in judge.needed_rules(pins)]
    names = [instance.visits[n].id for n in pins]
    return Core(conflicts_of_core(instance, names, codes if judge.sure else ()), judge.sure)


@dataclass
class _Judge:
    """Answers whether pins can hold, and cuts down what cannot.

    Attributes:
        sure: False once a question was left open.
    """

    instance: Instance
    deadline: float
    seed: int
    should_stop: Callable[[], bool]
    sure: bool = True
    _known: dict[frozenset[int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables: Tables = prepare(replace(self.instance, baseline=(), coverage=()))
        self.pins = [visit.index for visit in self.tables.visits if visit.pinned]

    def core(self) -> list[int]:
        """Pins that cannot hold though they can without any one of them."""
        for suspect, circle in self._circles():
            if not self.holds([suspect, *circle]):
                return sorted([suspect, *self._needed([suspect], circle, True)])
        return sorted(self._needed([], self.pins, False))

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
            self._known[key] = self._inserted(pins) or self._solved(self.tables, pins, RULES)
        return self._known[key]

    def _holds_under(self, rules: Sequence[Rule], pins: Sequence[int]) -> bool:
        visits = tuple(self.instance.visits[n] for n in pins)
        alone = replace(self.instance, visits=visits, baseline=(), coverage=())
        return self._solved(prepare(alone, rules), range(len(pins)), rules)

    def _inserted(self, pins: Sequence[int]) -> bool:
        plan = Plan(self.tables)
        return all(insert(plan, index) for index in pins)

    def _solved(self, tables: Tables, pins: Sequence[int], rules: Sequence[Rule]) -> bool:
        if not all(tables.visits[n].possible for n in pins):
            return False
        left = self.deadline - time.monotonic()
        if left <= 0 or self.should_stop():
            self.sure = False
            return True
        limits = Limits(min(left, _LONGEST), 1, self.seed)
        model = Model(Plan(tables), pins, rules)
        outcome = solve_cpsat(model, None, (), limits, should_stop=self.should_stop)
        self.sure &= outcome.infeasible or outcome.values is not None
        return not outcome.infeasible

    def _circles(self) -> Iterator[tuple[int, list[int]]]:
        """Pins that find no room, each with held ones around it, nearer circles first."""
        plan = Plan(self.tables)
        suspects = [index for index in self.pins if not insert(plan, index)]
        near = {n: self._next_to(n) for n in self.pins}
        circles = {suspect: {suspect} for suspect in suspects}
        for _ in range(_CIRCLES):
            for suspect in suspects:
                wider = {m for n in circles[suspect] for m in near[n] if m in plan.held}
                circles[suspect] |= wider
                yield suspect, sorted(circles[suspect] - {suspect})

    def _next_to(self, pin: int) -> list[int]:
        """Pins that may compete with one for people, for the county or in a series."""
        mine = self.tables.visits[pin]
        people, series = self._people(pin), mine.visit.series
        return [
            other
            for other in self.pins
            if mine.county == self.tables.visits[other].county
            or (series is not None and series == self.tables.visits[other].visit.series)
            or people & self._people(other)
        ]

    def _people(self, pin: int) -> frozenset[int]:
        """Everybody who may sit on a visit: where all seats are pinned, only those."""

        def who(seat: Seat) -> list[int]:
            rows = seat.forced if len(seat.forced) >= seat.count else range(len(seat.people))
            return [int(seat.people[row]) for row in rows]

        return frozenset(n for seat in self.tables.visits[pin].seats for n in who(seat))

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
