"""The visits of a plan as today's data asks for them, each as it was held where it may stay so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import solver
from envoy_app.domain.plans import RoleView, VisitOrigin, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.plan_matching import assignment

_FAR, _UNMATCHED, _FORGOTTEN = 2, 1 << 24, 3


def matched(old: Iterable[VisitView], new: Iterable[VisitView]) -> dict[str, VisitView]:
    """Return by new id which visit of a plan is which that is asked for today.

    Visits that answer one demand are the same. Visits of the standard are counted rows of a
    series: the same id where as many are asked for as before, else those that are held near.
    """
    before, now = _pools(old), _pools(new)
    pairs: dict[str, VisitView] = {}
    for key in before.keys() & now.keys():
        pairs |= _paired(before[key], now[key])
    return pairs


def _pools(visits: Iterable[VisitView]) -> defaultdict[object, list[VisitView]]:
    pools: defaultdict[object, list[VisitView]] = defaultdict(list)
    for visit in visits:
        specialties = frozenset(role.specialty for role in visit.roles)
        pools[visit.demand_id or (visit.county, specialties)].append(visit)
    return pools


def _paired(old: list[VisitView], new: list[VisitView]) -> dict[str, VisitView]:
    by_id = {visit.id: visit for visit in old}
    if by_id.keys() == {visit.id for visit in new} or len(old) == len(new) == 1:
        return {visit.id: by_id.get(visit.id, old[0]) for visit in new}
    size = max(len(old), len(new))
    left: list[VisitView | None] = [*old, *[None] * (size - len(old))]
    right: list[VisitView | None] = [*new, *[None] * (size - len(new))]
    chosen = assignment([[_cost(one, other) for other in right] for one in left])
    found = ((left[row], right[column]) for row, column in enumerate(chosen))
    return {other.id: one for one, other in found if one and other}


def _cost(one: VisitView | None, other: VisitView | None) -> int:
    """What it costs to take one for the other: days outside its window, then another id."""
    if one is None:
        return 0
    if other is None:
        return _UNMATCHED if one.held else _FORGOTTEN
    day = one.start.date if one.start else other.earliest
    away = max((other.earliest - day).days, (day - other.latest).days, 0)
    return _FAR * away + (one.id != other.id)


@dataclass(frozen=True, slots=True)
class Seating:
    """A visit as today's data asks for it, held where that can be tried.

    `why_not` is why it cannot be held as before, a part of a sentence; `changed` says what is
    different though it is held.
    """

    view: VisitView
    why_not: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Seater:
    """Puts visits where they were.

    Attributes:
        planned: The instance that the version was planned from.
        fresh: The instance of today.
        gone: Why somebody cannot be sent any more, by id.
    """

    planned: solver.Instance
    fresh: solver.Instance
    gone: Mapping[str, str]

    def seat(self, old: VisitView, new: VisitView) -> Seating:
        """Return a visit with the time, the people and the locks that it had."""
        asked = self._asked(old, new)
        if old.start is None:
            return Seating(replace(asked, reasons=old.reasons))
        return self._held(old, asked)

    def keep(self, old: VisitView) -> Seating:
        """Return a visit that today's data does not speak of, as it is."""
        bare = replace(old, roles=tuple(replace(role, envoys=()) for role in old.roles), start=None)
        asked = self._within_days(replace(bare, cures=(), date_locked=False, people_locked=False))
        if old.start is None:
            return Seating(asked)
        return self._held(old, replace(asked, reasons=()))

    def _asked(self, old: VisitView, new: VisitView) -> VisitView:
        """What is asked for: what was changed by hand stays where its source is as it was."""
        planned, fresh = self.planned.visit_by_id.get(old.id), self.fresh.visit_by_id[new.id]
        asked = new
        if planned is None:
            return asked
        if planned.roles == fresh.roles:
            asked = replace(asked, roles=tuple(replace(role, envoys=()) for role in old.roles))
        if planned.slots == fresh.slots:
            asked = replace(asked, slots=old.slots)
        if planned.weight == fresh.weight:
            asked = replace(asked, weight=old.weight)
        if (planned.earliest, planned.latest) == (fresh.earliest, fresh.latest):
            asked = self._within_days(replace(asked, earliest=old.earliest, latest=old.latest))
        return asked

    def _within_days(self, view: VisitView) -> VisitView:
        """A window begins and ends on working days."""
        days = self.fresh.days
        inside = [day for day in days if view.earliest <= day <= view.latest] or days
        return replace(view, earliest=inside[0], latest=inside[-1])

    def _held(self, old: VisitView, asked: VisitView) -> Seating:
        assert old.start is not None
        gone = [self.gone[envoy] for envoy in old.envoys if envoy in self.gone]
        if gone:
            return Seating(asked, "，".join(gone))
        roles = _crew(old.roles, asked.roles)
        if roles is None:
            return Seating(asked, "要求的专业或人数变了，原来派的人不够")
        start = old.start if asked.slots == 1 else SlotTime(old.start.date, HalfDay.AM)
        same_people = [role.envoys for role in roles] == [role.envoys for role in old.roles]
        view = replace(
            asked,
            start=start,
            roles=roles,
            date_locked=old.date_locked and start == old.start,
            people_locked=old.people_locked and same_people,
        )
        return Seating(self._around_start(view), changed=_changed(old, view))

    def _around_start(self, view: VisitView) -> VisitView:
        """The part of the range that a visit of the standard gets is no wish of the county's.

        Where it shifts, as it does with every holiday, what is held stays within.
        """
        if view.origin is not VisitOrigin.STANDARD or view.start is None:
            return view
        first, last = view.start.date, _last_day(view)
        if not {first, last} <= set(self.fresh.days):
            return view
        return replace(view, earliest=min(first, view.earliest), latest=max(last, view.latest))


def _last_day(view: VisitView) -> date:
    assert view.start is not None
    return view.start.date + timedelta(days=max(1, view.slots // 2) - 1)


def _crew(old: Sequence[RoleView], wanted: Sequence[RoleView]) -> tuple[RoleView, ...] | None:
    """Return the roles with the people who had them; None where one would lack somebody."""
    free: defaultdict[str, list[str]] = defaultdict(list)
    for role in old:
        free[role.specialty] += role.envoys
    found = []
    for role in wanted:
        people, free[role.specialty] = (
            free[role.specialty][: role.count],
            free[role.specialty][role.count :],
        )
        if len(people) < role.count:
            return None
        found.append(replace(role, envoys=tuple(people)))
    return tuple(found)


def _changed(old: VisitView, new: VisitView) -> str:
    parts = []
    if new.slots != old.slots:
        parts.append("时长变了")
    elif new.start != old.start:
        parts.append("改为上午")
    if len(new.envoys) < len(old.envoys):
        parts.append(f"少派 {len(old.envoys) - len(new.envoys)} 人")
    if new.demand_id:
        facts = (("地点", old.place, new.place), ("内容", old.content, new.content))
        contacts = (old.contact, old.contact_phone), (new.contact, new.contact_phone)
        parts += [f"{name}改为 {now or '由县里定'}" for name, was, now in facts if was != now]
        parts += ["联系人变了"] * (contacts[0] != contacts[1])
    return "，".join(parts)
