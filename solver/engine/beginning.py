"""A known plan as a beginning: what of it still holds is kept, the rest is found anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.engine.insertion import fits
from solver.engine.search import construct
from solver.instance import Assignment
from solver.plan import Held, Plan, slot_of


def begun(pinned: Plan, start: Iterable[Assignment]) -> Plan:
    """A plan that holds what still fits of another, and whatever else there is room for.

    Args:
        pinned: The pinned visits alone; it stays as it is.
        start: A plan, perhaps of another instance: what is unknown or forbidden is passed over.
    """
    plan = Plan(pinned.tables)
    plan.restore(dict(pinned.held))
    for item in start:
        index = plan.facts.visit_index.get(item.visit)
        if index is None or index in plan.held:
            continue
        place = _place(plan, index, item)
        if place is not None and fits(plan, index, place):
            plan.add(index, place.start, place.crew)
    construct(plan)
    return plan


def _place(plan: Plan, index: int, item: Assignment) -> Held | None:
    """Where an assignment puts a visit; None if start or people are unknown."""
    visit, number = plan.tables.visits[index], plan.facts.envoy_index
    found = np.flatnonzero(visit.starts == slot_of(plan, item.date, item.slot))
    if len(found) == 0 or any(name not in number for name in item.envoys):
        return None
    return Held(int(found[0]), tuple(tuple(number[name] for name in names) for names in item.roles))
