"""HOST: visits in a county at one time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.facts import Bools
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _free(plan: Plan, visit: VisitTable) -> Bools:
    free: Bools = plan.guests[visit.county] < plan.facts.host_cap[visit.county]
    fits: Bools = np.all(free[visit.cells], axis=1)
    return fits


def _limit(model: Model) -> None:
    guests: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for visit in model.visits:
        for start in model.starts(visit.index):
            for slot in model.cells_of(start):
                guests[visit.county, slot].append(start)
    for (county, slot), starts in guests.items():
        left = int(model.facts.host_cap[county] - model.rest.guests[county, slot])
        if len(starts) > left:
            model.row([(start, 1) for start in starts], most=left)


HOST = Rule("HOST", free_starts=_free, couple=_limit)
