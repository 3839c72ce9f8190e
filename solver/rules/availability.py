"""AVAILABILITY: nobody works in a slot in which he or she is not available."""

from __future__ import annotations

import numpy as np

from solver.facts import Bools, Facts, Ints
from solver.rules.base import Rule


def _present(facts: Facts, cells: Ints) -> Bools:
    present: Bools = ~np.any(facts.absent[:, cells], axis=2)
    return present


AVAILABILITY = Rule("AVAILABILITY", people_at=_present)
