"""TRANSFER: two half-days of one day in different counties are near enough."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.facts import Bools
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _near(plan: Plan, visit: VisitTable, seat: Seat) -> Bools:
    if visit.slots > 1:
        return np.ones((1, 1), dtype=np.bool_)
    beside = plan.other_half[seat.people[:, None], visit.starts ^ 1]
    near: Bools = plan.facts.transferable[visit.county][visit.half, beside]
    return near


def _not_both(model: Model) -> None:
    for duties in model.duties_by_envoy.values():
        mornings: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        afternoons: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for duty in duties:
            if duty.visit.slots > 1:
                continue
            day = duty.slot // 2
            if duty.slot % 2:
                afternoons[day].append((duty.visit.county, duty.var))
            else:
                mornings[day, duty.visit.county].append(duty.var)
        for (day, county), variables in mornings.items():
            near = model.facts.transferable[county, 0]
            far = [var for other, var in afternoons[day] if not near[other]]
            if far:
                model.row([(var, 1) for var in (*variables, *far)], most=1)


TRANSFER = Rule("TRANSFER", free_people=_near, couple=_not_both)
