"""Why a visit is not held: how many envoys each rule leaves, one rule after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from solver.candidates import possible_starts, prepare, seat_table
from solver.facts import Bools
from solver.instance import Assignment, Instance
from solver.plan import Plan, load_plan
from solver.rules import RULES
from solver.solution import Reason, Unscheduled
from solver.tables import Seat, Tables, VisitTable

_BY_CODE: Final = {rule.code: rule for rule in RULES}
_STATIC: Final = ("PIN", "EXCLUDE", "SHARING", "TRAVEL")
_DYNAMIC: Final = ("OVERLAP", "WEEK_LOAD", "TOTAL_LOAD", "TRANSFER")
_BEFORE_PLAN: Final = tuple(rule for rule in RULES if rule.code not in _DYNAMIC)
"""Rules that narrow down whatever else is planned."""
_PLACES: Final = ("HOST", "SERIES")


def unscheduled_of(
    instance: Instance, assignments: Sequence[Assignment], tables: Tables | None = None
) -> tuple[Unscheduled, ...]:
    """Every visit that a valid plan does not hold, with what stands in its way."""
    tables = tables or prepare(instance)
    plan = load_plan(tables, assignments)
    return tuple(
        Unscheduled(visit.visit.id, reasons_for(plan, visit))
        for visit in tables.visits
        if visit.index not in plan.held
    )


def reasons_for(plan: Plan, visit: VisitTable) -> tuple[Reason, ...]:
    """Narrow down until too few are left: by what never changes, then by the plan as it is."""
    facts, name = plan.facts, visit.visit.id
    starts = len(possible_starts(facts, RULES, visit.visit))
    if starts == 0:
        return (Reason("WINDOW", 0, visit=name),)
    steps = [list(_role_steps(plan, visit, seat)) for seat in visit.seats]
    skills = [found[0] for found in steps]
    for seat, found in zip(visit.seats, steps, strict=True):
        if found[-1].left < seat.count:
            only = len(steps) == 1
            rest = [Reason(s.code, s.left, None if only else seat.role, name) for s in found[1:]]
            return (*skills, *rest)
    return (*skills, *_place_steps(plan, visit))


def _role_steps(plan: Plan, visit: VisitTable, seat: Seat) -> Iterator[Reason]:
    """Counts for one role; ends with the first that is too small."""
    need, name = seat.count, visit.visit.id
    left: Bools = np.ones(len(plan.facts.instance.envoys), dtype=np.bool_)
    for code in ("SKILL", *_STATIC):
        rule = _BY_CODE[code].people
        assert rule is not None
        before = int(left.sum())
        left = left & rule(plan.facts, visit.visit, seat.role)
        count = int(left.sum())
        if code in {"PIN", "EXCLUDE"} and count == before:
            continue  # says nothing
        yield Reason(code, count, seat.role, name)
        if count < need:
            return
    yield from _timed_steps(plan, visit, seat.role)


def _timed_steps(plan: Plan, visit: VisitTable, role: int) -> Iterator[Reason]:
    """Counts of those who could come at one of the starts."""
    facts, name = plan.facts, visit.visit.id
    seat = seat_table(facts, _BEFORE_PLAN, visit.visit, role, visit.cells)
    yield Reason("AVAILABILITY", len(seat.people), role, name)
    mask = seat.open
    for code in _DYNAMIC:
        if int(mask.any(axis=1).sum()) < seat.count:
            return
        rule = _BY_CODE[code]
        if rule.people:
            mask = mask & rule.people(facts, visit.visit, role)[seat.people][:, None]
        assert rule.free_people is not None
        mask = mask & rule.free_people(plan, visit, seat)
        yield Reason(code, int(mask.any(axis=1).sum()), role, name)


def _place_steps(plan: Plan, visit: VisitTable) -> Iterator[Reason]:
    """Counts of starts, where every role by itself has people enough at some start."""
    name = visit.visit.id
    free = np.ones(len(visit.starts), dtype=np.bool_)
    for code in _PLACES:
        rule = _BY_CODE[code].free_starts
        assert rule is not None
        free = free & rule(plan, visit)
        yield Reason(code, int(free.sum()), visit=name)
        if not free.any():
            return
    for seat in visit.seats:
        mask = seat.open
        for code in _DYNAMIC:
            people = _BY_CODE[code].free_people
            assert people is not None
            mask = mask & people(plan, visit, seat)
        free = free & (mask.sum(axis=0) >= seat.count)
    yield Reason("WINDOW", int(free.sum()), visit=name)
