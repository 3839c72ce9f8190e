"""A plan under construction: who is where, with everything that rules and score need at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.facts import Ints
from solver.instance import HALVES, Assignment
from solver.solution import Score
from solver.tables import Tables, VisitTable

Crew = tuple[tuple[int, ...], ...]
"""Envoy numbers of each role."""


@dataclass(frozen=True)
class Held:
    """Where a visit stands: the position in its table of starts, and its people."""

    start: int
    crew: Crew


class Plan:
    """A partial plan that changes visit by visit and keeps its score up to date.

    It trusts its callers: `add` does not check rules (they answer through `solver.rules`).
    """

    def __init__(self, tables: Tables) -> None:
        facts = tables.facts
        envoys, counties = len(facts.instance.envoys), len(facts.county_index)
        self.tables = tables
        self.facts = facts
        self.held: dict[int, Held] = {}
        self.blocked = {
            length: np.zeros((envoys, facts.slot_count), dtype=np.int16)
            for length in tables.lengths
        }
        """Per length and first slot, how many visits would be in the way of a visit."""
        self.other_half = np.full((envoys, facts.slot_count), counties, dtype=np.int64)
        """County of the half-day visit in a slot; the number of counties means none."""
        self.week_load = np.zeros((envoys, facts.week_count), dtype=np.int64)
        self.load = np.zeros(envoys, dtype=np.int64)
        self.guests = np.zeros((counties, facts.slot_count), dtype=np.int64)
        self.series_dates: dict[str, list[int]] = {}
        self.covered = [0] * len(facts.instance.coverage)
        self.missing = sum(rule.min_visits for rule in facts.instance.coverage)
        self.missing_pins = sum(visit.pinned for visit in tables.visits)
        self.unscheduled = sum(visit.weight for visit in facts.instance.visits)
        self.cost = int(facts.fairness[:, 0].sum())
        self._baseline = {facts.visit_index[item.visit]: item for item in facts.instance.baseline}
        self.disruption = len(self._baseline) * facts.instance.weights.disruption.dropped

    def score(self) -> Score:
        """The four tiers."""
        return Score(self.missing, self.unscheduled, self.disruption, self.cost)

    def add(self, index: int, start: int, crew: Crew) -> None:
        """Hold a visit that is not held."""
        visit = self.tables.visits[index]
        for person in (person for people in crew for person in people):
            self._enter(visit, start, person)
        self.held[index] = Held(start, crew)
        self._account(visit, self.held[index], 1)

    def remove(self, index: int) -> Held:
        """Stop holding a visit; returns where it stood."""
        held = self.held.pop(index)
        visit = self.tables.visits[index]
        for person in (person for people in held.crew for person in people):
            self._leave(visit, held.start, person)
        self._account(visit, held, -1)
        return held

    def restore(self, saved: dict[int, Held]) -> None:
        """Go back to the visits held at another time."""
        for index in [i for i, held in self.held.items() if saved.get(i) is not held]:
            self.remove(index)
        for index, held in saved.items():
            if index not in self.held:
                self.add(index, held.start, held.crew)

    def _enter(self, visit: VisitTable, start: int, person: int) -> None:
        slot = int(visit.starts[start])
        self.cost += self._seat_cost(visit, slot, person)
        self._occupy(visit, slot, person, 1)
        if visit.slots == 1:
            self.other_half[person, slot] = visit.county

    def _leave(self, visit: VisitTable, start: int, person: int) -> None:
        slot = int(visit.starts[start])
        self._occupy(visit, slot, person, -1)
        if visit.slots == 1:
            self.other_half[person, slot] = len(self.facts.county_index)
        self.cost -= self._seat_cost(visit, slot, person)

    def _seat_cost(self, visit: VisitTable, slot: int, person: int) -> int:
        """What the person adds to the cost of the plan as it stands without him or her."""
        facts = self.facts
        load = int(self.load[person])
        cost = facts.lending_cost[person, visit.county]
        cost += facts.fairness[person, load + visit.slots] - facts.fairness[person, load]
        base = facts.base[person]
        if visit.slots == 1:
            beside = self.other_half[person, slot ^ 1]
            return int(cost + facts.joining_cost(visit.county, slot & 1, base, beside))
        return int(cost + facts.trip_cost(visit.county, visit.slots, base))

    def _occupy(self, visit: VisitTable, slot: int, person: int, sign: int) -> None:
        for length, blocked in self.blocked.items():
            blocked[person, max(0, slot - length + 1) : slot + visit.slots] += sign
        self.week_load[person, self.facts.week_of_day[slot // 2]] += sign * visit.slots
        self.load[person] += sign * visit.slots

    def _account(self, visit: VisitTable, held: Held, sign: int) -> None:
        slot = int(visit.starts[held.start])
        self.guests[visit.county, slot : slot + visit.slots] += sign
        if visit.visit.series is not None:
            dates = self.series_dates.setdefault(visit.visit.series, [])
            date = int(visit.dates[held.start])
            dates.append(date) if sign > 0 else dates.remove(date)
        for rule in visit.rules:
            self._cover(rule, sign)
        self.missing_pins -= sign * visit.pinned
        self.unscheduled -= sign * visit.visit.weight
        if visit.index in self._baseline:
            self.disruption += sign * self._change(visit, held)

    def _cover(self, rule: int, sign: int) -> None:
        least = self.facts.instance.coverage[rule].min_visits
        before = max(0, least - self.covered[rule])
        self.covered[rule] += sign
        self.missing += max(0, least - self.covered[rule]) - before

    def _change(self, visit: VisitTable, held: Held) -> int:
        """Disruption of holding a baseline visit in this way, over that of dropping it."""
        weights = self.facts.instance.weights.disruption
        before = self._baseline[visit.index]
        moved = slot_of(self, before.date, before.slot) != int(visit.starts[held.start])
        now = {person for people in held.crew for person in people}
        gone = {self.facts.envoy_index[name] for name in before.envoys} - now
        return weights.moved * moved + weights.replaced * len(gone) - weights.dropped

    def baseline_of(self, index: int) -> Assignment | None:
        """The visit as it stands in the plan in force."""
        return self._baseline.get(index)


def slot_of(plan: Plan, day: object, half: str) -> int:
    """Number of a slot, or -1 if it is not in the horizon."""
    return plan.facts.slot_index.get((day, half), -1)


def assignments_of(plan: Plan) -> tuple[Assignment, ...]:
    """The plan as it is written down, in the order of the visits."""
    return tuple(assignment_of(plan, index) for index in sorted(plan.held))


def assignment_of(plan: Plan, index: int) -> Assignment:
    """A held visit as it is written down."""
    instance = plan.facts.instance
    held, visit = plan.held[index], plan.tables.visits[index]
    slot = int(visit.starts[held.start])
    roles = tuple(tuple(instance.envoys[e].id for e in people) for people in held.crew)
    return Assignment(visit.visit.id, instance.days[slot // 2], HALVES[slot % 2], roles)


def load_plan(tables: Tables, assignments: Iterable[Assignment]) -> Plan:
    """Build the plan of assignments that are known to be valid.

    Raises:
        ValueError: A visit stands at a start that its table does not have.
    """
    plan = Plan(tables)
    facts = tables.facts
    for item in assignments:
        visit = tables.visits[facts.visit_index[item.visit]]
        slot = slot_of(plan, item.date, item.slot)
        crew = tuple(tuple(facts.envoy_index[name] for name in role) for role in item.roles)
        plan.add(visit.index, _position(visit.starts, slot), crew)
    return plan


def _position(starts: Ints, slot: int) -> int:
    found: Sequence[int] = np.flatnonzero(starts == slot).tolist()
    if not found:
        raise ValueError(f"no start at slot {slot}")
    return found[0]
