"""Looks for a repair where several visits would have to change places: one edit, one small model.

The model holds every visit of before and the one that was left out, and may re-plan those that
compete with it for people and place; everything else stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from solver.candidates import possible_starts, seat_table
from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.linear import Expression
from solver.engine.model import Model
from solver.explain.edits import Edit, apply_edit
from solver.facts import Facts
from solver.instance import Assignment, Instance
from solver.plan import Plan, assignments_of, load_plan
from solver.rules import RULES
from solver.tables import Tables, VisitTable

_DISRUPTION_PRICE: Final = 2**20
"""A change against the plan in force outweighs usual costs."""


def exchange(
    tables: Tables,
    assignments: Sequence[Assignment],
    visit: str,
    free: Sequence[int],
    edit: Edit,
    limits: Limits,
    should_stop: Callable[[], bool],
) -> tuple[Assignment, ...] | None:
    """A plan of the changed instance that holds a visit more, or None if none was found.

    Args:
        tables: The prepared instance before the change.
        assignments: A valid plan of it.
        visit: The visit to be held as well.
        free: Numbers of the held visits that may be planned anew.
        edit: The change.
        limits: For the solver.
        should_stop: Asked often.
    """
    changed = apply_edit(tables.facts.instance, edit)
    index = tables.facts.visit_index[visit]
    facts = Facts(changed)
    visits = list(tables.visits)
    visits[index] = _table(facts, changed, tables.visits[index])
    opened = Tables(facts, tuple(visits))
    return replanned(opened, assignments, index, free, limits, should_stop)


def replanned(
    tables: Tables,
    assignments: Sequence[Assignment],
    index: int,
    free: Sequence[int],
    limits: Limits,
    should_stop: Callable[[], bool],
    cheapest: bool = True,
) -> tuple[Assignment, ...] | None:
    """A plan that holds a visit more, the cheapest if there is time; None if none was found.

    Args:
        tables: The prepared instance.
        assignments: A valid plan of it.
        index: The number of the visit to be held as well.
        free: Numbers of the held visits that may be planned anew.
        limits: For the solver.
        should_stop: Asked often.
        cheapest: Whether any plan will do.
    """
    rest = load_plan(tables, assignments)
    now = Plan(rest.tables)
    for number in free:
        place = rest.remove(number)
        now.add(number, place.start, place.crew)
    model = Model(rest, [*free, index])
    if cheapest:
        model.add_tiers()
    model.hold_all([*free, index])
    wish = _wish(model) if cheapest else None
    outcome = solve_cpsat(model, wish, (), limits, model.value_of(now), should_stop)
    if outcome.values is None:
        return None
    for number, (start, crew) in model.crews(outcome.values.__getitem__).items():
        rest.add(number, start, crew)
    return assignments_of(rest)


def _table(facts: Facts, changed: Instance, table: VisitTable) -> VisitTable:
    """The visit as it is after the change; those of other visits are valid as they were."""
    visit = changed.visit_by_id[table.visit.id]
    starts = possible_starts(facts, RULES, visit)
    cells = starts[:, None] + np.arange(visit.slots)
    roles = range(len(visit.roles))
    return replace(
        table,
        visit=visit,
        starts=starts,
        cells=cells,
        half=starts % 2,
        weeks=facts.week_of_day[starts // 2],
        dates=facts.ordinal_of_day[starts // 2],
        seats=tuple(seat_table(facts, RULES, visit, role, cells) for role in roles),
    )


def _wish(model: Model) -> Expression:
    wish = Expression(dict(model.cost.terms))
    for var, factor in model.disruption.terms.items():
        wish.add(var, _DISRUPTION_PRICE * factor)
    return wish
