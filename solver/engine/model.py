"""The natural model of some visits beside a plan that stays as it is.

With all visits free and an empty plan this is the exact model of the instance; with few visits
it is a neighbourhood. A variable says that an envoy takes a seat of a visit at one start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.engine.linear import Expression, Programme
from solver.facts import Bools, Ints
from solver.plan import Crew, Plan
from solver.rules import RULES, Rule
from solver.score.cost import add_cost, seat_prices
from solver.score.coverage import add_coverage
from solver.score.disruption import add_disruption
from solver.score.unscheduled import add_unscheduled
from solver.tables import Seat, VisitTable


@dataclass(frozen=True)
class Duty:
    """An envoy in a seat of a visit from a slot on; the price leaves fairness out."""

    var: int
    visit: VisitTable
    role: int
    envoy: int
    start: int
    slot: int
    price: int


StartFilter = Callable[[VisitTable], Bools]
"""Which starts of a visit a neighbourhood offers: [n]."""


PeopleFilter = Callable[[VisitTable, Seat], Bools]
"""Which people of a seat are offered at each start: [p, n]."""


class Model(Programme):
    """Variables are made here and asked for by name; rules and tiers add their rows.

    Attributes:
        rest: The plan that stays; its visits are not among the visits of the model.
        visits: The visits that are planned.
        duties_by_envoy: All seats an envoy could take.
        coverage, unscheduled, disruption, cost: The tiers of the whole plan, `rest` included.
    """

    def __init__(
        self,
        rest: Plan,
        indices: Iterable[int],
        rules: Sequence[Rule] = RULES,
        offers: StartFilter | None = None,
        people: PeopleFilter | None = None,
    ) -> None:
        super().__init__()
        self.rest = rest
        self.facts = rest.facts
        self.rules = rules
        self._people = people
        self.visits = [rest.tables.visits[n] for n in indices]
        self.duties_by_envoy: defaultdict[int, list[Duty]] = defaultdict(list)
        self.coverage, self.unscheduled = Expression(), Expression()
        self.disruption, self.cost = Expression(), Expression()
        self._starts: dict[int, dict[int, int]] = {}
        self._place: dict[int, tuple[VisitTable, int]] = {}
        self._on: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
        self._duty_of: dict[int, Duty] = {}
        for visit in self.visits:
            self.add_visit(visit, offers)
        for rule in rules:
            if rule.couple:
                rule.couple(self)

    def add_tiers(self) -> None:
        """Add what the score needs; a question of feasibility alone can do without."""
        self.add_upper_tiers()
        self.add_changes()
        add_cost(self)

    def add_changes(self) -> None:
        """Changes against the plan in force."""
        add_disruption(self)

    def add_upper_tiers(self) -> None:
        """Coverage and weight alone: few rows, for proofs that need no more."""
        add_coverage(self)
        add_unscheduled(self)

    @property
    def tiers(self) -> tuple[Expression, Expression, Expression, Expression]:
        """The four, in their order."""
        return self.coverage, self.unscheduled, self.disruption, self.cost

    def starts(self, visit: int) -> Iterable[int]:
        """Start variables of a visit."""
        return self._starts[visit].values()

    def fillers(self, visit: VisitTable, seat: Seat) -> list[tuple[int, int]]:
        """Terms that count as people in the seats of a start though they are nobody."""
        return []

    def on(self, visit: int, role: int, envoy: int) -> list[int]:
        """Variables that put an envoy on a role of a visit, whatever the start."""
        return self._on[visit, role, envoy]

    def elsewhere(self, visit: int) -> list[int]:
        """Variables that hold a visit at no start in particular; a relaxation may have some."""
        return []

    def held(self, visit: int) -> list[int]:
        """Variables of which one is 1 where a visit is held."""
        return [*self.starts(visit), *self.elsewhere(visit)]

    def position_of(self, start: int) -> int:
        """Position in the visit's table of a start variable."""
        return self._place[start][1]

    def date_of(self, start: int) -> int:
        """Calendar number of a start variable."""
        visit, position = self._place[start]
        return int(visit.dates[position])

    def cells_of(self, start: int) -> list[int]:
        """Slots that a start variable takes."""
        visit, position = self._place[start]
        cells: list[int] = visit.cells[position].tolist()
        return cells

    def hold_all(self, indices: Iterable[int]) -> None:
        """Require that visits are held."""
        for index in indices:
            self.row([(start, 1) for start in self.starts(index)], least=1)

    def value_of(self, plan: Plan) -> dict[int, int]:
        """Starts and seats of the model's visits in a plan, as values of variables (a hint)."""
        values = dict.fromkeys(self._place, 0) | dict.fromkeys(self._duty_of, 0)
        for visit in self.visits:
            held = plan.held.get(visit.index)
            if held is None or held.start not in self._starts[visit.index]:
                continue
            values[self._starts[visit.index][held.start]] = 1
            for role, people in enumerate(held.crew):
                for envoy in people:
                    for var in self.on(visit.index, role, envoy):
                        if self._duty_of[var].start == held.start:
                            values[var] = 1
        return values

    def crews(self, values: Callable[[int], float]) -> dict[int, tuple[int, Crew]]:
        """Read start and people of every held visit from values of variables."""
        crews: dict[int, tuple[int, list[list[int]]]] = {}
        for visit in self.visits:
            for position, var in self._starts[visit.index].items():
                if values(var) > 0.5:
                    crews[visit.index] = (position, [[] for _ in visit.seats])
        for duties in self.duties_by_envoy.values():
            for duty in duties:
                if values(duty.var) > 0.5:
                    crews[duty.visit.index][1][duty.role].append(duty.envoy)
        return {n: (at, tuple(map(tuple, crew))) for n, (at, crew) in crews.items()}

    def add_visit(self, visit: VisitTable, offers: StartFilter | None) -> None:
        """Make the variables of a visit: its starts and who sits where."""
        free = np.ones(len(visit.starts), dtype=np.bool_) if offers is None else offers(visit)
        for rule in self.rules:
            if rule.free_starts:
                free = free & rule.free_starts(self.rest, visit)
        allowed = [self.allowed(visit, seat) & free for seat in visit.seats]
        for seat, mask in zip(visit.seats, allowed, strict=True):
            free = free & (mask.sum(axis=0) >= seat.count)
        table = {int(position): self.variable() for position in np.flatnonzero(free)}
        self.add_starts(visit, table)
        for seat, mask in zip(visit.seats, allowed, strict=True):
            self.add_seats(visit, seat, mask & free)

    def add_starts(self, visit: VisitTable, table: dict[int, int]) -> None:
        """Note the start variables of a visit by position in its table; one at most is 1."""
        self._starts[visit.index] = table
        self._place.update({var: (visit, position) for position, var in table.items()})
        if len(table) > 1:
            self.row([(var, 1) for var in table.values()], most=1)

    def allowed(self, visit: VisitTable, seat: Seat) -> Bools:
        """Whom the plan that stays leaves free at each start: [p, n]."""
        allowed = seat.open
        if self._people:
            allowed = allowed & self._people(visit, seat)
        for rule in self.rules:
            if rule.free_people:
                allowed = allowed & rule.free_people(self.rest, visit, seat)
        return allowed

    def add_seats(self, visit: VisitTable, seat: Seat, mask: Bools) -> None:
        """Make the variables of a role, for the people and starts in the mask: [p, n]."""
        prices: Ints = np.broadcast_to(seat_prices(self.rest, visit, seat)[1], mask.shape)
        filled = {n: self.fillers(visit, seat) for n in self._starts[visit.index]}
        for row, start in zip(*np.nonzero(mask), strict=True):
            envoy, position, slot = int(seat.people[row]), int(start), int(visit.starts[start])
            price = int(prices[row, start])
            duty = Duty(self.variable(), visit, seat.role, envoy, position, slot, price)
            self.duties_by_envoy[envoy].append(duty)
            self._on[visit.index, seat.role, envoy].append(duty.var)
            self._duty_of[duty.var] = duty
            filled[position].append((duty.var, 1))
        for position, terms in filled.items():
            start_var = self._starts[visit.index][position]
            self.row([*terms, (start_var, -seat.count)], least=0, most=0)
