"""Prepares an instance: applies every filter once, before anything is searched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from solver.facts import Bools, Facts, Ints
from solver.instance import Instance, Visit
from solver.rules import RULES, Rule
from solver.tables import Seat, Tables, VisitTable


def prepare(instance: Instance, rules: Sequence[Rule] = RULES) -> Tables:
    """Possible starts of every visit and possible people of every seat.

    Args:
        instance: The problem.
        rules: The hard rules; leaving one out asks what would be possible without it.
    """
    facts = Facts(instance)
    counting = _coverage_rules(instance)
    visits = (
        _visit(facts, rules, n, visit, counting[n]) for n, visit in enumerate(instance.visits)
    )
    return Tables(facts, tuple(visits))


class Prepared:
    """The prepared instance, made when first needed and shared by all who need it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    @cached_property
    def tables(self) -> Tables:
        """Possible starts and people."""
        return prepare(self._instance)


def _coverage_rules(instance: Instance) -> list[tuple[int, ...]]:
    """For each visit the coverage rules to which it counts."""
    return [
        tuple(
            n
            for n, rule in enumerate(instance.coverage)
            if rule.county == visit.county
            and rule.specialty in {None, *(role.specialty for role in visit.roles)}
        )
        for visit in instance.visits
    ]


def possible_starts(facts: Facts, rules: Sequence[Rule], visit: Visit) -> Ints:
    """First slots at which the visit may start, as far as time and place allow: shape [n]."""
    slots = np.arange(max(0, facts.slot_count - visit.slots + 1), dtype=np.int64)
    for rule in rules:
        if rule.starts:
            slots = slots[rule.starts(facts, visit, slots)]
    return slots


def _visit(
    facts: Facts, rules: Sequence[Rule], index: int, visit: Visit, counting: tuple[int, ...]
) -> VisitTable:
    starts = possible_starts(facts, rules, visit)
    cells = starts[:, None] + np.arange(visit.slots)
    days = starts // 2
    county = facts.county_index[visit.county]
    seats = (seat_table(facts, rules, visit, role, cells) for role in range(len(visit.roles)))
    return VisitTable(
        index=index,
        visit=visit,
        county=county,
        slots=visit.slots,
        starts=starts,
        cells=cells,
        half=starts % 2,
        weeks=facts.week_of_day[days],
        dates=facts.ordinal_of_day[days],
        seats=tuple(seats),
        rules=counting,
    )


def seat_table(facts: Facts, rules: Sequence[Rule], visit: Visit, role: int, cells: Ints) -> Seat:
    """The people of a role under some rules, for starts that take the given slots: [n, slots]."""
    allowed = np.ones(len(facts.instance.envoys), dtype=np.bool_)
    at_start: Bools = np.ones((len(allowed), len(cells)), dtype=np.bool_)
    for rule in rules:
        if rule.people:
            allowed &= rule.people(facts, visit, role)
        if rule.people_at:
            at_start &= rule.people_at(facts, cells)
    allowed &= np.any(at_start, axis=1)
    people = np.flatnonzero(allowed)
    pinned = _pinned(facts, visit, role)
    county = facts.county_index[visit.county]
    base = facts.base[people]
    return Seat(
        role=role,
        count=visit.roles[role].count,
        people=people,
        open=at_start[people],
        forced=tuple(np.flatnonzero(np.isin(people, pinned)).tolist()),
        impossible_pins=tuple(person for person in pinned if not allowed[person]),
        lending=facts.lending_cost[people, county],
        trip=facts.trip_cost(county, visit.slots, base),
        base=base,
        week_room=(facts.week_cap[people] - visit.slots)[:, None],
        total_room=facts.total_cap[people] - visit.slots,
    )


def _pinned(facts: Facts, visit: Visit, role: int) -> list[int]:
    if visit.pin is None or visit.pin.envoys is None:
        return []
    return [facts.envoy_index[name] for name in visit.pin.envoys[role]]
