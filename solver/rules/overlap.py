"""OVERLAP: an envoy is in one place per slot (and in one seat of a visit)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.facts import Bools
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _free(plan: Plan, visit: VisitTable, seat: Seat) -> Bools:
    free: Bools = plan.blocked[visit.slots][seat.people[:, None], visit.starts] == 0
    return free


def _one_place(model: Model) -> None:
    for duties in model.duties_by_envoy.values():
        by_slot: defaultdict[int, list[int]] = defaultdict(list)
        for duty in duties:
            for slot in range(duty.slot, duty.slot + duty.visit.slots):
                by_slot[slot].append(duty.var)
        for variables in {tuple(found) for found in by_slot.values()}:
            model.row([(var, 1) for var in variables], most=1)


OVERLAP = Rule("OVERLAP", free_people=_free, couple=_one_place)
