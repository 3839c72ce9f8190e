"""Tells pins that cannot hold together: what each fixes, which rules they break, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from solver.checker import Violation, check
from solver.instance import Assignment, Instance, Visit
from solver.solution import Conflict, Solution
from solver.texts import rule_text

MINIMAL: Final = "conflicts_minimal"
"""Key of the stats: whether it is proven that no pin named among the conflicts is needless."""
_HALVES: Final = {"AM": "上午", "PM": "下午"}


def conflicts_of_core(
    instance: Instance, visits: Sequence[str], codes: Sequence[str]
) -> tuple[Conflict, ...]:
    """The pins, one conflict each, and what they break.

    Args:
        instance: The problem.
        visits: Whose pins cannot hold together.
        codes: The rules that stand against it; where there are none it is the pins themselves.
    """
    pinned = [instance.visit_by_id[name] for name in visits]
    found = [Conflict("PIN", visit.id, None, _pin_text(visit)) for visit in pinned]
    broken = _broken_as_pinned(instance, pinned)
    for code in codes or dict.fromkeys(item.code for item in broken):
        facts = [item for item in broken if item.code == code]
        found.extend(Conflict(code, item.visit, item.envoy, item.message) for item in facts)
        if not facts:
            text = rule_text(code)
            found.append(Conflict(code, None, None, f"{text.name}：{text.meaning}"))
    return tuple(found) + tuple(_too_many(pinned))


def conflicts_text(solution: Solution) -> str:
    """One sentence on the conflicts of an infeasible solution; empty where there are none."""
    pins = list(dict.fromkeys(c.visit for c in solution.conflicts if c.code == "PIN" and c.visit))
    if not pins:
        return "；".join(_bare(item.message) for item in solution.conflicts)
    facts = list(dict.fromkeys(_bare(c.message) for c in solution.conflicts if c.code != "PIN"))
    if len(pins) == 1:
        facts = facts or [_bare(c.message) for c in solution.conflicts[-1:]]
        return f"下乡服务 {pins[0]} 的锁定无法满足：{'；'.join(facts)}"
    minimal = solution.stats.get(MINIMAL, False)
    cure = "放开其中任意一项即可" if minimal else "请放开其中一项或几项"
    reasons = f"：{'；'.join(facts)}" if facts else ""
    return f"下乡服务 {'、'.join(pins)} 的锁定不能同时满足，{cure}{reasons}"


def _bare(sentence: str) -> str:
    return sentence.rstrip("。")


def _pin_text(visit: Visit) -> str:
    pin = visit.pin
    if pin is None or (pin.start is None and not _names(visit)):
        return f"下乡服务 {visit.id} 锁定为必须安排。"
    parts = []
    if pin.start is not None:
        half = _HALVES.get(pin.start.slot, pin.start.slot)
        parts.append(f"锁定在 {pin.start.date.isoformat()} {half}开始")
    if names := _names(visit):
        parts.append(f"锁定特派员 {'、'.join(names)}")
    return f"下乡服务 {visit.id} {'，'.join(parts)}。"


def _names(visit: Visit) -> list[str]:
    roles = visit.pin.envoys if visit.pin and visit.pin.envoys else ()
    return [name for role in roles for name in role]


def _broken_as_pinned(instance: Instance, pinned: Sequence[Visit]) -> list[Violation]:
    """What the checker finds in the pinned starts and people as they stand."""
    alone = replace(instance, visits=tuple(pinned), baseline=(), coverage=())
    plan = [
        Assignment(v.id, v.pin.start.date, v.pin.start.slot, v.pin.envoys or ((),) * len(v.roles))
        for v in pinned
        if v.pin is not None and v.pin.start is not None
    ]
    # Half-filled roles and visits without a pinned start are no fault of the pins.
    found = check(alone, plan).violations
    return [item for item in found if item.code not in {"FORMAT", "PIN"}]


def _too_many(pinned: Sequence[Visit]) -> Iterator[Conflict]:
    for visit in pinned:
        people = visit.pin.envoys if visit.pin and visit.pin.envoys else ()
        for number, (role, names) in enumerate(zip(visit.roles, people, strict=False), 1):
            if len(names) > role.count:
                message = (
                    f"下乡服务 {visit.id} 的第 {number} 个角色锁定了 {len(names)} 人，"
                    f"只有 {role.count} 个席位。"
                )
                yield Conflict("PIN", visit.id, None, message)
