"""WEEK_LOAD: slots per ISO week."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.facts import Bools, Facts
from solver.instance import Visit
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _strong_enough(facts: Facts, visit: Visit, role: int) -> Bools:
    enough: Bools = facts.week_cap >= visit.slots
    return enough


def _room(plan: Plan, visit: VisitTable, seat: Seat) -> Bools:
    room: Bools = plan.week_load[seat.people[:, None], visit.weeks] <= seat.week_room
    return room


def _limit(model: Model) -> None:
    facts, rest = model.facts, model.rest
    for envoy, duties in model.duties_by_envoy.items():
        weeks: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for duty in duties:
            weeks[int(facts.week_of_day[duty.slot // 2])].append((duty.var, duty.visit.slots))
        for week, terms in weeks.items():
            left = int(facts.week_cap[envoy] - rest.week_load[envoy, week])
            model.row(terms, most=left)


WEEK_LOAD = Rule("WEEK_LOAD", people=_strong_enough, free_people=_room, couple=_limit)
