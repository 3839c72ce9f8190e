"""The optimiser's instance of a plan version: as it was planned, and as changed by hand since.

What was planned is stored once and never changes. What a coordinator changed stands in the
visits (length, window, seats, locks, visits added) and in the amendments of people and counties.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import solver
from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.time import HalfDay
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext

ABSENT: Final = "absent"
"""The amendment of somebody who cannot come: `envoy`, and `slots` as in `unavailable`."""
_KEPT: Final = 4


def assignments_of(visits: Sequence[VisitView]) -> tuple[solver.Assignment, ...]:
    """Return what is held as the optimiser knows it."""
    return tuple(
        solver.Assignment(
            visit.id,
            visit.start.date,
            visit.start.half.value,
            tuple(role.envoys for role in visit.roles),
        )
        for visit in visits
        if visit.start is not None
    )


def instances_of(context: ServiceContext) -> PlanInstances:
    """Return the instances that the services of a workspace share."""
    found: PlanInstances = context.shared.setdefault("plan_instances", PlanInstances())
    return found


class PlanInstances:
    """The instances as planned of the versions asked about last; safe to use from any thread."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = threading.Lock()
        self._planned: OrderedDict[str, solver.Instance] = OrderedDict()

    def planned(self, uow: UnitOfWork, plan_id: str) -> solver.Instance:
        """Return the instance that a version was planned from.

        Raises NotFoundError where the version is not stored, EnvironmentProblem where its
        instance cannot be read.
        """
        with self._lock:
            if plan_id not in self._planned:
                self._planned[plan_id] = _parsed(uow.plans.instance(plan_id))
            self._planned.move_to_end(plan_id)
            while len(self._planned) > _KEPT:
                self._planned.popitem(last=False)
            return self._planned[plan_id]

    def of(self, uow: UnitOfWork, view: PlanView) -> solver.Instance:
        """Return the instance of a version as it is now; raises as `planned`."""
        return amended(self.planned(uow, view.info.id), view)


def _parsed(problem: dict[str, Any]) -> solver.Instance:
    try:
        return solver.parse_instance(problem)
    except solver.InstanceError as error:
        raise EnvironmentProblem(
            "这一版方案没有保存排班时的数据，不能比较和调整，请重新排班。"
        ) from error


def amended(planned: solver.Instance, view: PlanView) -> solver.Instance:
    """Return an instance with a version's amendments and visits; itself where nothing changed."""
    changed = amended_people(planned, view.amendments)
    return with_visits(changed, planned, view.visits)


def as_planned(planned: solver.Instance, view: PlanView) -> solver.Instance:
    """Return the instance to store with a copy of a version.

    People and counties are as amended. The visits are as planned, with those added since: what was
    changed of them by hand stands in the copy's visits, and can still be told from what was asked.
    """
    changed = amended_people(planned, view.amendments)
    maker = VisitMaker(planned)
    known = planned.visit_by_id
    added = tuple(replace(maker.visit(v), pin=None) for v in view.visits if v.id not in known)
    return replace(changed, visits=(*planned.visits, *added))


def amended_people(
    planned: solver.Instance, amendments: Sequence[Mapping[str, Any]]
) -> solver.Instance:
    """Return an instance with changes of people and counties."""
    instance = planned
    for edit in amendments:
        if edit["edit"] == ABSENT:
            instance = _absent(instance, edit["envoy"], edit["slots"])
        else:
            instance = solver.apply_edit(instance, edit)
    return instance


def _absent(
    instance: solver.Instance, envoy: str, slots: Sequence[Sequence[str]]
) -> solver.Instance:
    away = tuple((date.fromisoformat(day), half) for day, half in slots)

    def without(item: solver.Envoy) -> solver.Envoy:
        more = tuple(slot for slot in away if slot not in item.unavailable)
        return replace(item, unavailable=(*item.unavailable, *more))

    envoys = tuple(without(item) if item.id == envoy else item for item in instance.envoys)
    return replace(instance, envoys=envoys)


def with_visits(
    instance: solver.Instance, planned: solver.Instance, views: Sequence[VisitView]
) -> solver.Instance:
    """Return an instance with the visits as views have them; itself where they are the same."""
    maker = VisitMaker(planned)
    visits = tuple(map(maker.visit, views))
    if visits == instance.visits:
        return instance
    return replace(instance, visits=visits)


@dataclass(frozen=True, slots=True)
class VisitMaker:
    """Makes the optimiser's visits, from views and what was planned of them."""

    planned: solver.Instance

    def visit(self, view: VisitView, locks: VisitView | None = None) -> solver.Visit:
        """Return a visit; the very one that was planned where it is the same.

        `locks` is the view whose locks count, by default the same.
        """
        known = self.planned.visit_by_id.get(view.id)
        roles = tuple(solver.Role(r.specialty, r.min_level, r.count) for r in view.roles)
        made = solver.Visit(
            id=view.id,
            county=view.county,
            series=known.series if known else None,
            roles=roles,
            slots=view.slots,
            earliest=view.earliest,
            latest=view.latest,
            start_slots=_start_slots(view, known),
            weight=view.weight,
            exclude=known.exclude if known else view.by_hand.exclude if view.by_hand else (),
            pin=_pin(locks or view),
        )
        return known if known == made else made


def _start_slots(view: VisitView, known: solver.Visit | None) -> tuple[str, ...]:
    if known is not None and view.slots == known.slots:
        return known.start_slots
    if view.slots > 1:
        return (HalfDay.AM.value,)
    if known is None and view.by_hand is not None:
        return tuple(half.value for half in view.by_hand.halves)
    return tuple(half.value for half in HalfDay)


def _pin(view: VisitView) -> solver.Pin | None:
    if not view.locked:
        return None
    start = None
    if view.date_locked and view.start is not None:
        start = solver.PinStart(view.start.date, view.start.half.value)
    people = tuple(role.envoys for role in view.roles) if view.people_locked else None
    return solver.Pin(start, people)
