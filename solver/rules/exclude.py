"""EXCLUDE: nobody is sent where he or she is not wanted."""

from __future__ import annotations

import numpy as np

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.rules.base import Rule


def _welcome(facts: Facts, visit: Visit, role: int) -> Bools:
    welcome = np.ones(len(facts.instance.envoys), dtype=np.bool_)
    welcome[[facts.envoy_index[name] for name in visit.exclude]] = False
    return welcome


EXCLUDE = Rule("EXCLUDE", people=_welcome)
