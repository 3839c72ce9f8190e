"""Tier 3: changes against the plan in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.facts import Ints
from solver.plan import Plan, slot_of
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def start_changes(plan: Plan, visit: VisitTable) -> Ints | None:
    """Disruption by the start: [n]; None if the visit has no baseline."""
    before = plan.baseline_of(visit.index)
    if before is None:
        return None
    moved = visit.starts != slot_of(plan, before.date, before.slot)
    changes: Ints = moved * plan.facts.instance.weights.disruption.moved
    return changes


def seat_changes(plan: Plan, visit: VisitTable, seat: Seat) -> Ints | None:
    """What each person saves by having been on the visit: [p]; None without a baseline."""
    before = plan.baseline_of(visit.index)
    if before is None:
        return None
    crew = [plan.facts.envoy_index[name] for name in before.envoys]
    saved = plan.facts.instance.weights.disruption.replaced
    changes: Ints = np.where(np.isin(seat.people, crew), -saved, 0)
    return changes


def add_disruption(model: Model) -> None:
    """Dropped, moved and replaced, all linear in starts and seats."""
    model.disruption.constant += model.rest.disruption
    weights = model.facts.instance.weights.disruption
    for visit in model.visits:
        before = model.rest.baseline_of(visit.index)
        if before is None:
            continue
        moves = start_changes(model.rest, visit)
        assert moves is not None
        crew = {model.facts.envoy_index[name] for name in before.envoys}
        for start in model.starts(visit.index):
            change = int(moves[model.position_of(start)]) - weights.dropped
            model.disruption.add(start, change + weights.replaced * len(crew))
        for seat in visit.seats:
            for person in crew:
                for var in model.on(visit.index, seat.role, person):
                    model.disruption.add(var, -weights.replaced)
