"""TRAVEL: the county is within the envoy's reach."""

from __future__ import annotations

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.rules.base import Rule


def _in_reach(facts: Facts, visit: Visit, role: int) -> Bools:
    minutes = facts.minutes[facts.base, facts.county_index[visit.county]]
    reach: Bools = minutes <= facts.max_travel
    return reach


TRAVEL = Rule("TRAVEL", people=_in_reach)
