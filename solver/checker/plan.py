"""A plan made readable: what is held, who is where; what cannot be understood is a violation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from solver.checker.report import Violation
from solver.instance import HALVES, Assignment, Envoy, Instance, Slot, Visit, slots_of


@dataclass(frozen=True)
class Held:
    """A known visit that the plan holds, with the slots it takes and its known envoys."""

    visit: Visit
    date: date
    slot: str
    roles: tuple[tuple[str, ...], ...]
    slots: tuple[Slot, ...]
    people: frozenset[str]


@dataclass
class Plan:
    """A plan as the rules look at it.

    Attributes:
        held: The visits held, by id.
        duties: For each envoy the visits he or she is on, in order of time.
        problems: What could not be understood.
    """

    instance: Instance
    held: dict[str, Held] = field(default_factory=dict)
    duties: dict[str, list[Held]] = field(default_factory=dict)
    problems: list[Violation] = field(default_factory=list)

    def envoys_on_duty(self) -> Iterator[tuple[Envoy, list[Held]]]:
        """Every envoy who is on a visit, with the visits."""
        for name, duties in self.duties.items():
            yield self.instance.envoy_by_id[name], duties


def read_plan(instance: Instance, assignments: Iterable[Assignment]) -> Plan:
    """Resolve the ids of a plan; a visit that occurs twice counts once, as it occurs first."""
    plan = Plan(instance)
    for assignment in assignments:
        plan.problems.extend(_shape(plan, assignment))
        visit = instance.visit_by_id.get(assignment.visit)
        if visit is not None and visit.id not in plan.held:
            plan.held[visit.id] = _hold(instance, visit, assignment)
    for held in plan.held.values():
        for envoy in held.people:
            plan.duties.setdefault(envoy, []).append(held)
    for duties in plan.duties.values():
        duties.sort(key=lambda held: (held.date, held.slot, held.visit.id))
    return plan


def _hold(instance: Instance, visit: Visit, assignment: Assignment) -> Held:
    people = frozenset(assignment.envoys) & instance.envoy_by_id.keys()
    try:
        slots = tuple(slots_of(assignment.date, assignment.slot, visit.slots))
    except OverflowError:  # a date at the end of the calendar; WINDOW reports it
        slots = ((assignment.date, assignment.slot),)
    return Held(visit, assignment.date, assignment.slot, assignment.roles, slots, people)


def _shape(plan: Plan, assignment: Assignment) -> Iterator[Violation]:
    name = assignment.visit
    visit = plan.instance.visit_by_id.get(name)
    if visit is None:
        yield Violation("FORMAT", name, None, f"下乡服务 {name} 不在问题中。")
        return
    if name in plan.held:
        yield Violation("FORMAT", name, None, f"下乡服务 {name} 在方案中出现多次。")
    if assignment.slot not in HALVES:
        yield Violation("FORMAT", name, None, f"下乡服务 {name} 的半天应为 AM 或 PM。")
    if len(assignment.roles) != len(visit.roles):
        yield Violation(
            "FORMAT", name, None, f"下乡服务 {name} 应有 {len(visit.roles)} 个角色的人员。"
        )
    for number, (role, people) in enumerate(zip(visit.roles, assignment.roles, strict=False)):
        if len(people) != role.count:
            message = (
                f"下乡服务 {name} 的第 {number + 1} 个角色应派 {role.count} 人，"
                f"现派 {len(people)} 人。"
            )
            yield Violation("FORMAT", name, None, message)
    for envoy in dict.fromkeys(assignment.envoys):
        if envoy not in plan.instance.envoy_by_id:
            yield Violation("FORMAT", name, envoy, f"特派员 {envoy} 不在问题中。")
