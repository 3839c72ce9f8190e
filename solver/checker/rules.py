"""One function per hard rule: the plan in, its violations out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from solver.checker.plan import Held, Plan
from solver.checker.report import Violation
from solver.instance import Envoy, Instance, Slot, iso_week

_HALF_NAMES: Final = {"AM": "上午", "PM": "下午"}


def _when(slot: Slot) -> str:
    return f"{slot[0].isoformat()} {_HALF_NAMES.get(slot[1], slot[1])}"


def skill(plan: Plan) -> Iterator[Violation]:
    """SKILL: each seat has a qualified envoy, and nobody fills two seats of a visit."""
    envoys = plan.instance.envoy_by_id
    for held in plan.held.values():
        for role, people in zip(held.visit.roles, held.roles, strict=False):
            for name in people:
                envoy = envoys.get(name)
                if envoy and envoy.specialties.get(role.specialty, 0) < role.min_level:
                    yield Violation(
                        "SKILL",
                        held.visit.id,
                        name,
                        f"特派员 {name} 的“{role.specialty}”未达到 {role.min_level} 级。",
                    )
        seats = Counter(name for people in held.roles for name in people)
        for name, count in seats.items():
            if count > 1:
                message = f"特派员 {name} 在下乡服务 {held.visit.id} 中占了 {count} 个席位。"
                yield Violation("SKILL", held.visit.id, name, message)


def availability(plan: Plan) -> Iterator[Violation]:
    """AVAILABILITY: nobody works in a slot in which he or she is not available."""
    for envoy, duties in plan.envoys_on_duty():
        absent = frozenset(envoy.unavailable)
        for held in duties:
            for slot in held.slots:
                if slot in absent:
                    message = f"特派员 {envoy.id} 在 {_when(slot)} 不可用。"
                    yield Violation("AVAILABILITY", held.visit.id, envoy.id, message)
                    break


def overlap(plan: Plan) -> Iterator[Violation]:
    """OVERLAP: an envoy is in one place per slot."""
    for envoy, duties in plan.envoys_on_duty():
        taken: dict[Slot, str] = {}
        for held in duties:
            clash = next((slot for slot in held.slots if slot in taken), None)
            if clash:
                message = (
                    f"特派员 {envoy.id} 在 {_when(clash)} 同时被派往 "
                    f"{taken[clash]} 和 {held.visit.id}。"
                )
                yield Violation("OVERLAP", held.visit.id, envoy.id, message)
            taken.update(dict.fromkeys(held.slots, held.visit.id))


def window(plan: Plan) -> Iterator[Violation]:
    """WINDOW: the start is allowed, all days are in the window, one week, and open."""
    days = frozenset(plan.instance.days)
    closed = {county.id: frozenset(county.closed) for county in plan.instance.counties}
    for held in plan.held.values():
        for problem in _window_problems(held, days, closed[held.visit.county]):
            message = f"下乡服务 {held.visit.id} {problem}。"
            yield Violation("WINDOW", held.visit.id, None, message)


def _window_problems(held: Held, days: frozenset[object], closed: frozenset[Slot]) -> Iterator[str]:
    visit = held.visit
    allowed = visit.start_slots if visit.slots == 1 else ("AM",)
    if held.slot not in allowed:
        yield f"不能在{_HALF_NAMES.get(held.slot, held.slot)}开始"
    if len(held.slots) != visit.slots:
        yield "的日期超出日历"
    used = sorted({day for day, _ in held.slots})
    if any(day not in days for day in used):
        yield f"从 {held.date.isoformat()} 开始会落在非工作日"
    if used[0] < visit.earliest or used[-1] > visit.latest:
        yield f"须在 {visit.earliest.isoformat()} 至 {visit.latest.isoformat()} 之间"
    if len({iso_week(day) for day in used}) > 1:
        yield "跨越了两周"
    shut = next((slot for slot in held.slots if slot in closed), None)
    if shut:
        yield f"所在县在 {_when(shut)} 停办"


def week_load(plan: Plan) -> Iterator[Violation]:
    """WEEK_LOAD: slots per ISO week."""
    for envoy, duties in plan.envoys_on_duty():
        weeks: Counter[tuple[int, int]] = Counter()
        for held in duties:
            for day, _ in held.slots:
                weeks[iso_week(day)] += 1
        for (year, week), load in weeks.items():
            if load > envoy.max_slots_per_week:
                message = (
                    f"特派员 {envoy.id} 在 {year} 年第 {week} 周共 {load} 个半天，"
                    f"超过上限 {envoy.max_slots_per_week}。"
                )
                yield Violation("WEEK_LOAD", None, envoy.id, message)


def total_load(plan: Plan) -> Iterator[Violation]:
    """TOTAL_LOAD: slots in the horizon."""
    for envoy, duties in plan.envoys_on_duty():
        load = sum(held.visit.slots for held in duties)
        if load > envoy.max_slots_total:
            message = f"特派员 {envoy.id} 共 {load} 个半天，超过上限 {envoy.max_slots_total}。"
            yield Violation("TOTAL_LOAD", None, envoy.id, message)


def travel(plan: Plan) -> Iterator[Violation]:
    """TRAVEL: minutes from the base to the county."""
    for envoy, duties in plan.envoys_on_duty():
        for held in duties:
            minutes = plan.instance.travel.between(envoy.base, held.visit.county)
            if minutes > envoy.max_travel_minutes:
                message = (
                    f"特派员 {envoy.id} 到服务县单程 {minutes} 分钟，"
                    f"超过上限 {envoy.max_travel_minutes} 分钟。"
                )
                yield Violation("TRAVEL", held.visit.id, envoy.id, message)


def sharing(plan: Plan) -> Iterator[Violation]:
    """SHARING: nobody is lent farther than his or her scope."""
    for envoy, duties in plan.envoys_on_duty():
        for held in duties:
            if not _may_be_lent(plan.instance, envoy, held.visit.county):
                message = f"下乡服务 {held.visit.id} 不在特派员 {envoy.id} 的共享范围内。"
                yield Violation("SHARING", held.visit.id, envoy.id, message)


def _may_be_lent(instance: Instance, envoy: Envoy, county: str) -> bool:
    if envoy.sharing == "metro":
        return True
    if envoy.sharing == "county":
        return county == envoy.home
    cities = instance.county_by_id
    return cities[county].city == cities[envoy.home].city


def transfer(plan: Plan) -> Iterator[Violation]:
    """TRANSFER: two half-days of one day in different counties are near enough."""
    limit = plan.instance.rules.max_transfer_minutes
    for envoy, duties in plan.envoys_on_duty():
        for first, second in pairwise(held for held in duties if held.visit.slots == 1):
            here, there = first.visit.county, second.visit.county
            if first.date != second.date or first.slot == second.slot or here == there:
                continue
            minutes = plan.instance.travel.between(here, there)
            if minutes > limit:
                message = (
                    f"特派员 {envoy.id} 在 {first.date.isoformat()} 的转场需 {minutes} 分钟，"
                    f"超过上限 {limit} 分钟。"
                )
                yield Violation("TRANSFER", second.visit.id, envoy.id, message)


def host(plan: Plan) -> Iterator[Violation]:
    """HOST: visits in a county at one time."""
    guests: defaultdict[tuple[str, Slot], list[str]] = defaultdict(list)
    for held in plan.held.values():
        for slot in held.slots:
            guests[held.visit.county, slot].append(held.visit.id)
    for (county, slot), visits in guests.items():
        limit = plan.instance.county_by_id[county].max_visits_per_slot
        if len(visits) > limit:
            name = plan.instance.county_by_id[county].name
            message = f"{name}在 {_when(slot)} 有 {len(visits)} 次下乡服务，超过上限 {limit}。"
            yield Violation("HOST", visits[-1], None, message)


def series(plan: Plan) -> Iterator[Violation]:
    """SERIES: the starts of a series keep their distance."""
    members: defaultdict[str, list[Held]] = defaultdict(list)
    for held in plan.held.values():
        if held.visit.series is not None:
            members[held.visit.series].append(held)
    for name, visits in members.items():
        gap = plan.instance.gap_of_series[name]
        for first, second in pairwise(sorted(visits, key=lambda held: held.date)):
            if (second.date - first.date).days < gap:
                message = (
                    f"系列 {name} 的 {first.visit.id} 与 {second.visit.id} "
                    f"开始日期相隔不足 {gap} 天。"
                )
                yield Violation("SERIES", second.visit.id, None, message)


def pin(plan: Plan) -> Iterator[Violation]:
    """PIN: what is pinned is held, at its start, with its people in their roles."""
    for visit in plan.instance.visits:
        if visit.pin is None:
            continue
        held = plan.held.get(visit.id)
        if held is None:
            yield Violation("PIN", visit.id, None, f"锁定的下乡服务 {visit.id} 没有安排。")
            continue
        start = visit.pin.start
        if start and (start.date, start.slot) != (held.date, held.slot):
            message = f"下乡服务 {visit.id} 锁定在 {_when((start.date, start.slot))} 开始。"
            yield Violation("PIN", visit.id, None, message)
        for role, people in enumerate(visit.pin.envoys or ()):
            present = held.roles[role] if role < len(held.roles) else ()
            for name in people:
                if name not in present:
                    message = f"下乡服务 {visit.id} 锁定的特派员 {name} 不在其角色中。"
                    yield Violation("PIN", visit.id, name, message)


def exclude(plan: Plan) -> Iterator[Violation]:
    """EXCLUDE: nobody is sent where he or she is not wanted."""
    for held in plan.held.values():
        for name in held.visit.exclude:
            if name in held.people:
                message = f"下乡服务 {held.visit.id} 要求回避特派员 {name}。"
                yield Violation("EXCLUDE", held.visit.id, name, message)


RULES: Final[tuple[Callable[[Plan], Iterator[Violation]], ...]] = (
    skill,
    availability,
    overlap,
    window,
    week_load,
    total_load,
    travel,
    sharing,
    transfer,
    host,
    series,
    pin,
    exclude,
)
