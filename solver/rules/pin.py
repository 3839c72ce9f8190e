"""PIN: what is pinned is held, at its pinned start, with its pinned people.

The starts and people of the tables already respect a pin (see `solver.candidates`); in a model
the visit must be held and the pinned people must sit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.facts import Bools, Facts, Ints
from solver.instance import Visit
from solver.rules.base import Rule

if TYPE_CHECKING:
    from solver.engine.model import Model


def _pinned_start(facts: Facts, visit: Visit, slots: Ints) -> Bools:
    if visit.pin is None or visit.pin.start is None:
        return np.ones(len(slots), dtype=np.bool_)
    start = visit.pin.start
    fixed: Bools = slots == facts.slot_index.get((start.date, start.slot), -1)
    return fixed


def _not_pinned_elsewhere(facts: Facts, visit: Visit, role: int) -> Bools:
    allowed = np.ones(len(facts.instance.envoys), dtype=np.bool_)
    if visit.pin is not None and visit.pin.envoys is not None:
        for other, names in enumerate(visit.pin.envoys):
            if other != role:
                allowed[[facts.envoy_index[name] for name in names]] = False
    return allowed


def _hold(model: Model) -> None:
    for visit in model.visits:
        if not visit.pinned:
            continue
        model.row([(var, 1) for var in model.held(visit.index)], least=1)
        for seat in visit.seats:
            for position in seat.forced:
                person = int(seat.people[position])
                sits = model.on(visit.index, seat.role, person)
                model.row([(var, 1) for var in (*sits, *model.elsewhere(visit.index))], least=1)


PIN = Rule("PIN", people=_not_pinned_elsewhere, starts=_pinned_start, couple=_hold)
