"""SHARING: nobody is lent farther than his or her scope."""

from __future__ import annotations

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.rules.base import Rule


def _lendable(facts: Facts, visit: Visit, role: int) -> Bools:
    lendable: Bools = facts.lendable[:, facts.county_index[visit.county]]
    return lendable


SHARING = Rule("SHARING", people=_lendable)
