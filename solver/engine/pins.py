"""Holds the pinned visits first, or names the pins and rules that cannot hold together.

Every rule but PIN only forbids; what is not pinned can stay out. So an instance has a plan
exactly if its pinned visits alone have one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from solver.candidates import prepare
from solver.checker import check
from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.insertion import insert
from solver.engine.model import Model
from solver.engine.warm_start import keep_in_force
from solver.instance import Assignment, Instance, PinStart, Visit
from solver.plan import Plan
from solver.rules import RULES, Rule
from solver.solution import Conflict
from solver.tables import Tables
from solver.texts import rule_text

_CORE_TRIES: Final = 60


def hold_pins(tables: Tables, limits: Limits, should_stop: Callable[[], bool]) -> Plan | None:
    """A plan that holds the pinned visits and nothing else; None if there is none.

    Raises:
        TimeoutError: Neither was found in time.
    """
    pinned = [visit.index for visit in tables.visits if visit.pinned]
    plan = Plan(tables)
    if not pinned:
        return plan
    if not all(tables.visits[n].possible for n in pinned):
        return None
    keep_in_force(plan, pinned)
    if all(index in plan.held or insert(plan, index) for index in pinned):
        return plan
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


def conflicts_of(
    instance: Instance, limits: Limits, should_stop: Callable[[], bool]
) -> tuple[Conflict, ...]:
    """Why the pins cannot hold: first what each breaks by itself, else a smallest set of pins."""
    alone = _broken_by_pins(instance)
    if alone:
        return alone

    def feasible(pins: Sequence[str], rules: Sequence[Rule]) -> bool:
        if should_stop():
            raise TimeoutError
        return _feasible(instance, pins, rules, limits)

    try:
        core = _shrink([v.id for v in instance.visits if v.pin is not None], feasible)
        codes = [
            rule.code
            for rule in RULES
            if rule.code != "PIN" and feasible(core, [r for r in RULES if r is not rule])
        ]
    except TimeoutError:
        core = [v.id for v in instance.visits if v.pin is not None]
        codes = []
    return _conflicts(core, codes)


def _conflicts(core: Sequence[str], codes: Sequence[str]) -> tuple[Conflict, ...]:
    names = "、".join(core)
    pins = f"锁定的下乡服务 {names} 不能同时满足全部规则，请放开其中一项锁定。"
    found = [Conflict("PIN", visit, None, pins) for visit in core]
    for code in codes:
        text = rule_text(code)
        message = f"与锁定的下乡服务 {names} 冲突的规则：{text.name}({text.meaning})"
        found.append(Conflict(code, None, None, message))
    return tuple(found)


def _broken_by_pins(instance: Instance) -> tuple[Conflict, ...]:
    """Violations of the pinned starts and people as they stand, found by the checker."""
    plan = [held for visit in instance.visits if (held := _pinned_part(visit)) is not None]
    found = []
    for item in check(instance, plan).violations:
        if item.code in {"FORMAT", "PIN"}:  # half-filled roles and visits without a pinned start
            continue
        found.append(Conflict(item.code, item.visit, item.envoy, "锁定无法满足：" + item.message))
    for visit in instance.visits:
        found.extend(_too_many(visit))
    return tuple(found)


def _pinned_part(visit: Visit) -> Assignment | None:
    if visit.pin is None or visit.pin.start is None:
        return None
    start: PinStart = visit.pin.start
    people = visit.pin.envoys or tuple(() for _ in visit.roles)
    return Assignment(visit.id, start.date, start.slot, people)


def _too_many(visit: Visit) -> list[Conflict]:
    if visit.pin is None or visit.pin.envoys is None:
        return []
    return [
        Conflict(
            "PIN",
            visit.id,
            None,
            f"下乡服务 {visit.id} 的第 {n + 1} 个角色锁定了 {len(people)} 人，"
            f"只有 {role.count} 个席位。",
        )
        for n, (role, people) in enumerate(zip(visit.roles, visit.pin.envoys, strict=True))
        if len(people) > role.count
    ]


def _feasible(
    instance: Instance, pins: Sequence[str], rules: Sequence[Rule], limits: Limits
) -> bool:
    """Whether some pinned visits can be held under some rules; in doubt they can."""
    tables = prepare(instance, rules)
    wanted = set(pins)
    indices = [visit.index for visit in tables.visits if visit.visit.id in wanted]
    if not all(tables.visits[n].possible for n in indices):
        return False
    model = Model(Plan(tables), indices, rules)
    return not solve_cpsat(model, None, (), limits).infeasible


def _shrink(
    pins: list[str], feasible: Callable[[Sequence[str], Sequence[Rule]], bool]
) -> list[str]:
    """Leave out pin after pin as long as the rest still cannot hold."""
    core = pins
    chunk = max(1, len(core) // 2)
    for _ in range(_CORE_TRIES):
        for begin in range(0, len(core), chunk):
            rest = core[:begin] + core[begin + chunk :]
            if rest and not feasible(rest, RULES):
                core = rest
                break
        else:
            if chunk == 1:
                break
            chunk = max(1, chunk // 2)
    return core
