"""What keeps one visit out of a plan, rule by rule: who and when could come if one rule gave way.

A table of the visit with every start of the horizon and every envoy stands in for its own; rules
then are masks over envoys [e] and starts [n] instead of filters that were applied long ago.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from solver.candidates import possible_starts, seat_table
from solver.engine.insertion import disruption_price
from solver.explain.crew import NEVER
from solver.facts import Bools, Facts, Ints
from solver.instance import HALVES, Assignment, Instance
from solver.plan import Crew, Plan
from solver.rules import RULES
from solver.score.cost import seat_prices
from solver.score.disruption import seat_changes, start_changes
from solver.tables import Seat, Tables, VisitTable

_BY_CODE: Final = {rule.code: rule for rule in RULES}
_FIXED_PEOPLE: Final = ("PIN", "EXCLUDE", "TRAVEL")
_FIXED_IN_PLAN: Final = ("OVERLAP", "TOTAL_LOAD", "TRANSFER")
SOFT: Final = ("SKILL", "SHARING", "AVAILABILITY", "WEEK_LOAD")
"""Rules about people that a repair can change."""


def open_table(tables: Tables, index: int) -> VisitTable:
    """A visit with every start that calendar and county allow, and everybody in every seat."""
    facts, table = tables.facts, tables.visits[index]
    days = facts.instance.days
    wide = replace(table.visit, earliest=days[0], latest=days[-1])
    starts = possible_starts(facts, RULES, wide)
    cells = starts[:, None] + np.arange(table.slots)
    roles = range(len(table.visit.roles))
    return replace(
        table,
        starts=starts,
        cells=cells,
        half=starts % 2,
        weeks=facts.week_of_day[starts // 2],
        dates=facts.ordinal_of_day[starts // 2],
        seats=tuple(seat_table(facts, (), table.visit, role, cells) for role in roles),
    )


@dataclass(frozen=True)
class SeatMasks:
    """Who may take the seats of a role at each start, as the plan stands.

    Attributes:
        prices: What each envoy would add to the score below tier 2: [e, n].
        fixed: Whether all rules hold that no repair touches: [e, n].
        soft: The rules that a repair can change: [e, n] each.
    """

    role: int
    count: int
    prices: Ints
    fixed: Bools
    soft: dict[str, Bools]

    def allowed(self, but: str | None = None) -> Bools:
        """Envoys and starts for which every rule holds, one of them not asked: [e, n]."""
        mask = self.fixed
        for code, held in self.soft.items():
            if code != but:
                mask = mask & held
        return mask

    def nearly(self, code: str) -> Bools:
        """Envoys and starts for which only this one rule does not hold: [e, n]."""
        mask: Bools = self.allowed(code) & ~self.soft[code]
        return mask

    def priced(self, mask: Bools) -> Ints:
        """Prices, `NEVER` where the mask says no: [e, n]."""
        prices: Ints = np.where(mask, self.prices, NEVER)
        return prices


@dataclass(frozen=True)
class Openings:
    """One visit against one plan.

    Attributes:
        visit: Its open table: every start of the horizon, everybody in every seat.
        window: Starts inside its own window: [n].
        host: Starts at which the county has room: [n].
        series: Starts that keep their distance in the series: [n].
        start_price: Disruption by the start, priced: [n].
        seats: One per role.
    """

    visit: VisitTable
    window: Bools
    host: Bools
    series: Bools
    start_price: Ints
    seats: tuple[SeatMasks, ...]


def openings(plan: Plan, visit: VisitTable) -> Openings:
    """Every rule as a mask, for a visit with an open table that the plan does not hold."""
    facts = plan.facts
    host, series = _BY_CODE["HOST"].free_starts, _BY_CODE["SERIES"].free_starts
    assert host is not None
    assert series is not None
    moves = start_changes(plan, visit)
    none = np.zeros(len(visit.starts), dtype=np.int64)
    return Openings(
        visit=visit,
        window=_in_window(facts.instance, visit),
        host=host(plan, visit),
        series=series(plan, visit),
        start_price=none if moves is None else moves * disruption_price(plan),
        seats=tuple(_masks(plan, visit, seat) for seat in visit.seats),
    )


def _in_window(instance: Instance, visit: VisitTable) -> Bools:
    first, last = visit.visit.earliest, visit.visit.latest
    inside = [
        instance.days[cells[0] // 2] >= first and instance.days[cells[-1] // 2] <= last
        for cells in visit.cells
    ]
    return np.array(inside, dtype=np.bool_)


def absences(facts: Facts, visit: VisitTable) -> Ints:
    """In how many slots of each start an envoy is unavailable: [e, n]."""
    count: Ints = facts.absent[:, visit.cells].sum(axis=2)
    return count


def _masks(plan: Plan, visit: VisitTable, seat: Seat) -> SeatMasks:
    facts, role = plan.facts, seat.role
    shape = (len(facts.instance.envoys), len(visit.starts))
    fixed: Bools = np.ones(shape, dtype=np.bool_)
    for code in _FIXED_PEOPLE:
        fixed = fixed & _of_people(facts, visit, role, code)
    for code in _FIXED_IN_PLAN:
        fixed = fixed & _in_plan(plan, visit, seat, code)
    soft = {
        "SKILL": np.broadcast_to(_of_people(facts, visit, role, "SKILL"), shape),
        "SHARING": np.broadcast_to(_of_people(facts, visit, role, "SHARING"), shape),
        "AVAILABILITY": absences(facts, visit) == 0,
        "WEEK_LOAD": _in_plan(plan, visit, seat, "WEEK_LOAD"),
    }
    fairness, rest = seat_prices(plan, visit, seat)
    changes = seat_changes(plan, visit, seat)
    if changes is not None:
        fairness = fairness + changes * disruption_price(plan)
    prices: Ints = np.broadcast_to(rest + fairness[:, None], shape)
    return SeatMasks(role, seat.count, prices, fixed, soft)


def _of_people(facts: Facts, visit: VisitTable, role: int, code: str) -> Bools:
    rule = _BY_CODE[code].people
    assert rule is not None
    column: Bools = rule(facts, visit.visit, role)[:, None]
    return column


def _in_plan(plan: Plan, visit: VisitTable, seat: Seat, code: str) -> Bools:
    rule = _BY_CODE[code].free_people
    assert rule is not None
    return rule(plan, visit, seat)


def assignment_at(instance: Instance, visit: VisitTable, start: int, crew: Crew) -> Assignment:
    """A place in a table as it is written down."""
    slot = int(visit.starts[start])
    names = tuple(tuple(instance.envoys[e].id for e in people) for people in crew)
    return Assignment(visit.visit.id, instance.days[slot // 2], HALVES[slot % 2], names)
