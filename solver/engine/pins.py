"""Holds the pinned visits first.

Every rule but PIN only forbids; what is not pinned can stay out. So an instance has a plan
exactly if its pinned visits alone have one.
"""

from __future__ import annotations

from collections.abc import Callable

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.insertion import insert
from solver.engine.model import Model
from solver.engine.warm_start import keep_in_force
from solver.plan import Plan
from solver.tables import Tables


def insert_pins(tables: Tables) -> Plan | None:
    """A plan that holds the pinned visits and nothing else, if inserting them finds one."""
    plan = Plan(tables)
    return plan if _inserted(plan) else None


def hold_pins(tables: Tables, limits: Limits, should_stop: Callable[[], bool]) -> Plan | None:
    """A plan that holds the pinned visits and nothing else; None if there is none.

    Raises:
        TimeoutError: Neither was found in time.
    """
    plan = Plan(tables)
    if _inserted(plan):
        return plan
    pinned = _pinned(tables)
    if not all(tables.visits[n].possible for n in pinned):
        return None
    model = Model(Plan(tables), pinned)
    outcome = solve_cpsat(model, None, (), limits, model.value_of(plan), should_stop)
    if outcome.infeasible:
        return None
    if outcome.values is None:
        raise TimeoutError
    plan = Plan(tables)
    for index, (start, crew) in model.crews(outcome.values.__getitem__).items():
        plan.add(index, start, crew)
    return plan


def _inserted(plan: Plan) -> bool:
    """Hold pinned visits as the plan in force does, else where it costs least; whether all are."""
    pinned = _pinned(plan.tables)
    keep_in_force(plan, pinned)
    held = [index in plan.held or insert(plan, index) for index in pinned]
    return all(held)


def _pinned(tables: Tables) -> list[int]:
    return [visit.index for visit in tables.visits if visit.pinned]
