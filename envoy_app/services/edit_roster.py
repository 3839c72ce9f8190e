"""What a change of a plan by hand asks of the roster: so that the next plan knows it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from envoy_app.domain.editing import Absent
from envoy_app.domain.people import Absence, Envoy, Sharing
from envoy_app.domain.time import HalfDay
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.roster_leave import leave_slots, with_leave


def amend_roster(
    uow: UnitOfWork, amendments: Iterable[Mapping[str, Any]], absences: Iterable[Absent]
) -> None:
    """Store in the roster what was agreed about people; those of a plan only are left as is.

    Raises NotFoundError where somebody is not in the roster any more.
    """
    for edit in amendments:
        if edit["edit"] in _CHANGES:
            envoy = uow.envoys.get(edit["envoy"])
            uow.envoys.save(_CHANGES[edit["edit"]](envoy, edit))
    for item in absences:
        envoy = uow.envoys.get(item.envoy)
        absence = Absence(item.start, item.end, item.half, item.reason)
        whole = with_leave(envoy.absences, tuple(leave_slots((absence,))), item.reason)
        if whole != envoy.absences:  # else it was noted before
            uow.envoys.save(replace(envoy, absences=whole))


def _share(envoy: Envoy, edit: Mapping[str, Any]) -> Envoy:
    return replace(envoy, sharing=Sharing(edit["sharing"]))


def _raise(envoy: Envoy, edit: Mapping[str, Any]) -> Envoy:
    return replace(envoy, max_slots_week=max(envoy.max_slots_week, edit["to"]))


def _free(envoy: Envoy, edit: Mapping[str, Any]) -> Envoy:
    day, half = date.fromisoformat(edit["date"]), HalfDay(edit["slot"])
    parts = (part for absence in envoy.absences for part in without(absence, day, half))
    return replace(envoy, absences=tuple(parts))


def without(absence: Absence, day: date, half: HalfDay) -> tuple[Absence, ...]:
    """Return what is left of an absence when half a day of it is free."""
    if not absence.covers(day, half):
        return (absence,)
    one = timedelta(days=1)
    parts = []
    if absence.start < day:
        parts.append(replace(absence, end=day - one))
    if absence.half is None:
        other = HalfDay.PM if half is HalfDay.AM else HalfDay.AM
        parts.append(replace(absence, start=day, end=day, half=other))
    if day < absence.end:
        parts.append(replace(absence, start=day + one))
    return tuple(parts)


_CHANGES = {"set_sharing": _share, "raise_week_load": _raise, "free_slot": _free}
