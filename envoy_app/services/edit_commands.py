"""What each command does to a plan on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from envoy_app.domain.editing import (
    Absent,
    AddPerson,
    Command,
    CopyVisit,
    Crew,
    Discard,
    Lock,
    Move,
    Place,
    RemovePerson,
    Replace,
    Resize,
    SplitVisit,
    SwapPeople,
    SwapVisits,
    TakeOff,
)
from envoy_app.domain.errors import InputError, NotFoundError
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import HandMade, RoleView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime, day_label
from envoy_app.services.edit_desk import Desk, Draft
from envoy_app.services.plan_instances import ABSENT
from solver.explain.targets import StartTarget
from solver.instance import VISIT_LENGTHS

_TAKEN_OFF: Final = "由人工取消了安排。"
_MADE: Final = "由人工新增，还没有安排。"


def draft(desk: Desk, command: Command) -> Draft:
    """Return what a command does; whether it is allowed is not looked at.

    Raises NotFoundError where a visit or person is not there, InputError where the command does
    not fit: a visit that is left out cannot move.
    """
    return _DRAFTS[type(command)](desk, command)


def _move(desk: Desk, command: Move) -> Draft:
    visit = _held(desk, command.visit)
    start = _fitting(command.start, visit.slots)
    text = f"将{desk.name(visit.id)}改到{_when(start)}"
    return Draft(text, {visit.id: replace(visit, start=start)})


def _place(desk: Desk, command: Place) -> Draft:
    visit = desk.visit(command.visit)
    if visit.held:
        raise InputError(f"{desk.name(visit.id)}已经安排，请直接改期或换人。")
    start, crew = _best(desk, visit, command)
    held = _seated(replace(visit, start=start, reasons=(), cures=()), crew)
    return Draft(f"安排{desk.name(visit.id)}到{_when(start)}", {visit.id: held})


def _best(desk: Desk, visit: VisitView, command: Place) -> tuple[SlotTime, Crew]:
    """Where and with whom it does best, of what is left open; least broken where all is."""
    if command.crew is not None:
        _check_crew(desk, visit, command.crew)
        if command.start is not None:
            return _fitting(command.start, visit.slots), command.crew
    wanted = command.start and _fitting(command.start, visit.slots)
    found = [
        target
        for target in desk.targets.starts(visit.id, command.crew)
        if wanted is None or _start(target) == wanted
    ]
    if not found:
        raise InputError(f"{desk.name(visit.id)}没有足够的特派员或不在排班日期内，请换一天。")
    best = min(found, key=lambda target: (len(target.codes), target.change))
    return _start(best), best.assignment.roles


def _check_crew(desk: Desk, visit: VisitView, crew: Crew) -> None:
    for person in (person for people in crew for person in people):
        desk.person(person)
    people = [person for seats in crew for person in seats]
    counts = [role.count for role in visit.roles]
    if [len(seats) for seats in crew] != counts or len(set(people)) < len(people):
        raise InputError(f"{desk.name(visit.id)}每个席位须派一位不同的特派员，请补齐后再安排。")


def _start(target: StartTarget) -> SlotTime:
    return SlotTime(target.assignment.date, HalfDay(target.assignment.slot))


def _take_off(desk: Desk, command: TakeOff) -> Draft:
    visit = _held(desk, command.visit)
    return Draft(f"取消安排{desk.name(visit.id)}", {visit.id: _left_out(visit, _TAKEN_OFF)})


def _replace(desk: Desk, command: Replace) -> Draft:
    visit = _held(desk, command.visit)
    coming, leaving = desk.person(command.coming), _on(desk, visit, command.leaving)
    text = f"{desk.name(visit.id)}由{leaving}改派{coming}"
    changed = _with(desk, visit, command.leaving, command.coming)
    return Draft(text, {visit.id: changed})


def _add_person(desk: Desk, command: AddPerson) -> Draft:
    visit = _held(desk, command.visit)
    name = desk.person(command.envoy)
    if command.envoy in visit.envoys:
        raise InputError(f"{name}已经去{desk.name(visit.id)}，请选别人。")
    roles = list(visit.roles)
    if not 0 <= command.role < len(roles):
        raise NotFoundError(f"{desk.name(visit.id)}没有这个席位，请刷新后再试。")
    role = roles[command.role]
    roles[command.role] = replace(role, count=role.count + 1, envoys=(*role.envoys, command.envoy))
    text = f"{desk.name(visit.id)}增派{name}"
    return Draft(text, {visit.id: replace(visit, roles=tuple(roles))}, loosened=True)


def _remove_person(desk: Desk, command: RemovePerson) -> Draft:
    visit = _held(desk, command.visit)
    name = _on(desk, visit, command.envoy)
    if any(role.count == 1 and command.envoy in role.envoys for role in visit.roles):
        raise InputError(
            f"{desk.name(visit.id)}的这个专业只派{name}一人，请改派别人，或取消这项服务。"
        )
    roles = tuple(_less(role, command.envoy) for role in visit.roles)
    text = f"{desk.name(visit.id)}不再派{name}"
    return Draft(text, {visit.id: replace(visit, roles=roles)}, loosened=True)


def _less(role: RoleView, envoy: str) -> RoleView:
    if envoy not in role.envoys:
        return role
    people = tuple(person for person in role.envoys if person != envoy)
    return replace(role, count=len(people), envoys=people)


def _swap_people(desk: Desk, command: SwapPeople) -> Draft:
    one, two = _held(desk, command.visit), _held(desk, command.other_visit)
    names = _on(desk, one, command.envoy), _on(desk, two, command.other_envoy)
    if one.id == two.id:
        raise InputError("请选两项不同的下乡服务来互换人员。")
    text = f"{names[0]}与{names[1]}互换{desk.name(one.id)}和{desk.name(two.id)}"
    first = _with(desk, one, command.envoy, command.other_envoy)
    second = _with(desk, two, command.other_envoy, command.envoy)
    return Draft(text, {one.id: first, two.id: second})


def _swap_visits(desk: Desk, command: SwapVisits) -> Draft:
    one, two = _held(desk, command.visit), _held(desk, command.other_visit)
    if one.id == two.id or one.start is None or two.start is None:
        raise InputError("请选两项不同的下乡服务来互换时间。")
    text = f"{desk.name(one.id)}与{desk.name(two.id)}互换时间"
    first = replace(one, start=_fitting(two.start, one.slots))
    second = replace(two, start=_fitting(one.start, two.slots))
    return Draft(text, {one.id: first, two.id: second})


def _copy(desk: Desk, command: CopyVisit) -> Draft:
    visit = desk.visit(command.visit)
    new = _new(desk, visit, earliest=desk.view.days[0], latest=desk.view.days[-1])
    made = Draft(f"复制{desk.name(visit.id)}", added=(new,), loosened=True)
    if command.start is None:
        return made
    placed = _place(desk.after(made), Place(new.id, command.start))
    return replace(made, added=(placed.changed[new.id],))


def _new(desk: Desk, visit: VisitView, **values: Any) -> VisitView:  # noqa: ANN401  fields
    """A visit like another, left out and in no series."""
    known = desk.instance.visit_by_id[visit.id]
    halves = HandMade(
        tuple(HalfDay(half) for half in known.start_slots) if visit.slots == 1 else tuple(HalfDay),
        known.exclude,
    )
    bare = _left_out(visit, _MADE)
    return replace(bare, **{"id": f"H-{new_id()}", "by_hand": halves, **values})


def _split(desk: Desk, command: SplitVisit) -> Draft:
    visit = desk.visit(command.visit)
    rest = visit.slots - command.slots
    if not {command.slots, rest} <= set(VISIT_LENGTHS):
        raise InputError(f"{desk.name(visit.id)}不能这样拆分，请按整天拆，一天的可以拆成上下午。")
    share = max(1, round(visit.weight * command.slots / visit.slots))
    weights = share, max(1, visit.weight - share)
    first = replace(visit, slots=command.slots, weight=weights[0])
    second = _new(desk, visit, slots=rest, weight=weights[1])
    if visit.start is not None:
        crew = tuple(role.envoys for role in visit.roles)
        second = _seated(replace(second, start=_next(desk, visit, command.slots)), crew)
        second = replace(second, reasons=())
    text = f"将{desk.name(visit.id)}拆为两次"
    return Draft(text, {visit.id: first}, added=(second,), loosened=True)


def _next(desk: Desk, visit: VisitView, slots: int) -> SlotTime:
    """Where what is split off goes on: in the afternoon, or on the next day."""
    assert visit.start is not None
    if slots == 1:
        return SlotTime(visit.start.date, HalfDay.PM)
    day = desk.next_day(visit.start.date, slots // 2)
    return SlotTime(day or visit.start.date + timedelta(days=slots // 2), HalfDay.AM)


def _resize(desk: Desk, command: Resize) -> Draft:
    visit = desk.visit(command.visit)
    if command.slots not in VISIT_LENGTHS:
        raise InputError("下乡服务的时长为半天或 1 至 5 天，请重新选择。")
    start = visit.start and _fitting(visit.start, command.slots)
    text = f"将{desk.name(visit.id)}改为{_length(command.slots)}"
    changed = replace(visit, slots=command.slots, start=start)
    return Draft(text, {visit.id: changed}, loosened=True)


def _lock(desk: Desk, command: Lock) -> Draft:
    changed = {}
    for key in command.visits:
        visit = _held(desk, key)
        date_locked = visit.date_locked if command.date is None else command.date
        people_locked = visit.people_locked if command.people is None else command.people
        new = replace(visit, date_locked=date_locked, people_locked=people_locked)
        if new != visit:
            changed[key] = new
    if not changed:
        raise InputError("所选的下乡服务已经是这样，没有要锁定或解锁的。")
    return Draft(_locking(desk, command, list(changed)), changed, locks=True)


def _locking(desk: Desk, command: Lock, keys: Sequence[str]) -> str:
    verb = "锁定" if command.date or command.people else "解锁"
    parts = {"时间": command.date, "人员": command.people}
    what = "和".join(name for name, value in parts.items() if value is not None)
    which = desk.name(keys[0]) if len(keys) == 1 else f" {len(keys)} 项下乡服务"
    return f"{verb}{which}的{what}"


def _discard(desk: Desk, command: Discard) -> Draft:
    visit = desk.visit(command.visit)
    published = any(item.visit == visit.id for item in desk.instance.baseline)
    if visit.by_hand is None or published:
        raise InputError(f"{desk.name(visit.id)}不是这一版手工新增的，不能删除，可以取消安排。")
    return Draft(f"删除{desk.name(visit.id)}", removed=frozenset({visit.id}), loosened=True)


def _absent(desk: Desk, command: Absent) -> Draft:
    name = desk.person(command.envoy)
    if command.end < command.start:
        raise InputError(f"{name}的请假结束日期早于开始日期，请改正日期。")
    halves = [command.half] if command.half else list(HalfDay)
    slots = [
        [day.isoformat(), half.value]
        for day in desk.view.days
        if command.start <= day <= command.end
        for half in halves
    ]
    amendment = {"edit": ABSENT, "envoy": command.envoy, "slots": slots}
    text = f"登记{name}{_span(command.start, command.end)}不能下乡"
    return Draft(text, amendments=(amendment,), absences=(command,))


def _held(desk: Desk, key: str) -> VisitView:
    visit = desk.visit(key)
    if not visit.held:
        raise InputError(f"{desk.name(key)}还没有安排，请先安排它。")
    return visit


def _on(desk: Desk, visit: VisitView, person: str) -> str:
    """The name of somebody on a visit; raises NotFoundError where he or she is not."""
    if person not in visit.envoys:
        raise NotFoundError(f"这位特派员不去{desk.name(visit.id)}，请刷新后再试。")
    card = desk.view.envoys.get(person)
    return card.name if card else person


def _with(desk: Desk, visit: VisitView, leaving: str, coming: str) -> VisitView:
    if coming in visit.envoys:
        raise InputError(f"{desk.person(coming)}已经去{desk.name(visit.id)}，请选别人。")
    crew = (tuple(coming if p == leaving else p for p in role.envoys) for role in visit.roles)
    return _seated(visit, crew)


def _seated(visit: VisitView, crew: Iterable[Sequence[str]]) -> VisitView:
    roles = tuple(
        replace(role, envoys=tuple(people)) for role, people in zip(visit.roles, crew, strict=True)
    )
    return replace(visit, roles=roles)


def _left_out(visit: VisitView, reason: str) -> VisitView:
    roles = tuple(replace(role, envoys=()) for role in visit.roles)
    return replace(
        visit,
        roles=roles,
        start=None,
        reasons=(reason,),
        cures=(),
        date_locked=False,
        people_locked=False,
    )


def _fitting(start: SlotTime, slots: int) -> SlotTime:
    """More than half a day begins in the morning."""
    return start if slots == 1 else SlotTime(start.date, HalfDay.AM)


def _when(start: SlotTime) -> str:
    return f"{day_label(start.date)} {start.half.label}"


def _span(start: date, end: date) -> str:
    return f"{start:%m-%d}" if start == end else f"{start:%m-%d}至{end:%m-%d}"


def _length(slots: int) -> str:
    return "半天" if slots == 1 else f" {slots // 2} 天"


_DRAFTS: Final[dict[type, Callable[[Desk, Any], Draft]]] = {
    Move: _move,
    Place: _place,
    TakeOff: _take_off,
    Replace: _replace,
    AddPerson: _add_person,
    RemovePerson: _remove_person,
    SwapPeople: _swap_people,
    SwapVisits: _swap_visits,
    CopyVisit: _copy,
    SplitVisit: _split,
    Resize: _resize,
    Lock: _lock,
    Discard: _discard,
    Absent: _absent,
}
