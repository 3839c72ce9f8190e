"""The single changes of an instance that can cure a gap: applying them and saying them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from solver.instance import Envoy, Instance, Visit

Edit = Mapping[str, Any]
"""One change as in `unscheduled[].repairs` of `envoy-solution/1`; `score_after` may be missing."""


def apply_edit(instance: Instance, edit: Edit) -> Instance:
    """The instance with one change; the one given stays as it is.

    Args:
        instance: The problem.
        edit: One of `unscheduled[].repairs`.

    Raises:
        ValueError: The kind of change is unknown, or a key of it is missing or does not fit.
        KeyError: It names a visit, envoy or county that the problem does not have.
    """
    change = _CHANGES.get(str(edit.get("edit")))
    if change is None:
        raise ValueError(f"unknown edit {edit.get('edit')!r}")
    return change(instance, edit)


def _extend_window(instance: Instance, edit: Edit) -> Instance:
    first, last = date.fromisoformat(edit["earliest"]), date.fromisoformat(edit["latest"])
    if first > last or not {first, last} <= set(instance.days):
        raise ValueError("a window begins and ends on days of the horizon")
    return _with_visit(instance, edit["visit"], lambda v: replace(v, earliest=first, latest=last))


def _lower_level(instance: Instance, edit: Edit) -> Instance:
    number, level = edit["role"], edit["to"]

    def lower(visit: Visit) -> Visit:
        if not 0 <= number < len(visit.roles):
            raise ValueError(f"visit {visit.id} has no role {number}")
        roles = list(visit.roles)
        roles[number] = replace(roles[number], min_level=level)
        return replace(visit, roles=tuple(roles))

    return _with_visit(instance, edit["visit"], lower)


def _set_sharing(instance: Instance, edit: Edit) -> Instance:
    return _with_envoy(instance, edit["envoy"], lambda e: replace(e, sharing=edit["sharing"]))


def _raise_week_load(instance: Instance, edit: Edit) -> Instance:
    return _with_envoy(instance, edit["envoy"], lambda e: replace(e, max_slots_per_week=edit["to"]))


def _free_slot(instance: Instance, edit: Edit) -> Instance:
    slot = (date.fromisoformat(edit["date"]), edit["slot"])

    def free(envoy: Envoy) -> Envoy:
        return replace(envoy, unavailable=tuple(s for s in envoy.unavailable if s != slot))

    return _with_envoy(instance, edit["envoy"], free)


def _raise_host(instance: Instance, edit: Edit) -> Instance:
    name = edit["county"]
    county = replace(instance.county_by_id[name], max_visits_per_slot=edit["to"])
    counties = tuple(county if item.id == name else item for item in instance.counties)
    return replace(instance, counties=counties)


def _with_visit(instance: Instance, name: str, change: Callable[[Visit], Visit]) -> Instance:
    visit = change(instance.visit_by_id[name])
    visits = tuple(visit if item.id == name else item for item in instance.visits)
    return replace(instance, visits=visits)


def _with_envoy(instance: Instance, name: str, change: Callable[[Envoy], Envoy]) -> Instance:
    envoy = change(instance.envoy_by_id[name])
    envoys = tuple(envoy if item.id == name else item for item in instance.envoys)
    return replace(instance, envoys=envoys)


_CHANGES: Final[Mapping[str, Callable[[Instance, Edit], Instance]]] = MappingProxyType(
    {
        "extend_window": _extend_window,
        "set_sharing": _set_sharing,
        "raise_week_load": _raise_week_load,
        "lower_level": _lower_level,
        "free_slot": _free_slot,
        "raise_host": _raise_host,
    }
)
EDIT_KINDS: Final = tuple(_CHANGES)
