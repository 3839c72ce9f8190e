"""The plan in force as a beginning: what still holds is kept, the rest comes after it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.engine.insertion import fits
from solver.engine.search import by_urgency
from solver.plan import Held, Plan, slot_of
from solver.tables import VisitTable


def keep_in_force(plan: Plan, among: Iterable[int] | None = None) -> None:
    """Hold visits as the plan in force has them, as far as the rules let them stay.

    Args:
        plan: The plan to change; what it holds already stays and comes first.
        among: Which visits; by default all. Of visits in each other's way the urgent stay.
    """
    wanted = None if among is None else set(among)
    for index in by_urgency(plan):
        if wanted is None or index in wanted:
            place = place_in_force(plan, plan.tables.visits[index])
            if place is not None and fits(plan, index, place):
                plan.add(index, place.start, place.crew)


def place_in_force(plan: Plan, visit: VisitTable) -> Held | None:
    """Where the plan in force holds a visit; None if it does not, or at no possible start."""
    start = start_in_force(plan, visit)
    before = plan.baseline_of(visit.index)
    if start is None or before is None:
        return None
    number = plan.facts.envoy_index
    return Held(start, tuple(tuple(number[name] for name in names) for names in before.roles))


def start_in_force(plan: Plan, visit: VisitTable) -> int | None:
    """Position of the start that a visit has in the plan in force; None if there is none."""
    before = plan.baseline_of(visit.index)
    if before is None:
        return None
    found = np.flatnonzero(visit.starts == slot_of(plan, before.date, before.slot))
    return int(found[0]) if len(found) else None
