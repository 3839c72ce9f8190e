"""SKILL: a seat's envoy has the role's specialty at the level asked for.

That nobody fills two seats of a visit is kept by OVERLAP: both seats lie in the same slots.
"""

from __future__ import annotations

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.rules.base import Rule


def _qualified(facts: Facts, visit: Visit, role: int) -> Bools:
    wanted = visit.roles[role]
    qualified: Bools = facts.levels(wanted.specialty) >= wanted.min_level
    return qualified


SKILL = Rule("SKILL", people=_qualified)
