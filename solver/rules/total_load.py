"""TOTAL_LOAD: slots in the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _strong_enough(facts: Facts, visit: Visit, role: int) -> Bools:
    enough: Bools = facts.total_cap >= visit.slots
    return enough


def _room(plan: Plan, visit: VisitTable, seat: Seat) -> Bools:
    room: Bools = (plan.load[seat.people] <= seat.total_room)[:, None]
    return room


def _limit(model: Model) -> None:
    for envoy, duties in model.duties_by_envoy.items():
        left = int(model.facts.total_cap[envoy] - model.rest.load[envoy])
        model.row([(duty.var, duty.visit.slots) for duty in duties], most=left)


TOTAL_LOAD = Rule("TOTAL_LOAD", people=_strong_enough, free_people=_room, couple=_limit)
