"""SKILL: a seat's envoy has the role's specialty at the level asked for.

That nobody fills two seats of a visit is kept by OVERLAP: both seats lie in the same slots.
"""

from __future__ import annotations

import numpy as np

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.rules.base import Rule


def _qualified(facts: Facts, visit: Visit, role: int) -> Bools:
    wanted = visit.roles[role]
    levels = (e.specialties.get(wanted.specialty, 0) for e in facts.instance.envoys)
    return np.array([level >= wanted.min_level for level in levels], dtype=np.bool_)


SKILL = Rule("SKILL", people=_qualified)
