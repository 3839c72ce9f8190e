"""Every single change that could cure a gap, small ones before large ones of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from solver.explain.edits import apply_edit
from solver.instance import SHARING_SCOPES, Instance, Visit

Edit = dict[str, Any]
Ladder = tuple[Edit, ...]
"""Changes of one thing, each allowing all that those before it allow."""


def ladders(instance: Instance, visit: Visit) -> tuple[tuple[Ladder, ...], ...]:
    """The changes of each kind; of visits only the one that is left out is changed."""
    kinds = (
        _windows(instance, visit),
        _levels(visit),
        _sharing(instance),
        _week_loads(instance),
        _slots(instance),
        _hosts(instance),
    )
    return tuple(tuple(ladder for ladder in kind if ladder) for kind in kinds)


def apply_all(instance: Instance, edits: Iterable[Edit]) -> Instance:
    """The instance with several changes."""
    for edit in edits:
        instance = apply_edit(instance, edit)
    return instance


def _windows(instance: Instance, visit: Visit) -> Iterator[Ladder]:
    """Day by day to each side; at once to both, where a long visit does not fit otherwise."""
    before = [day for day in reversed(instance.days) if day < visit.earliest]
    after = [day for day in instance.days if day > visit.latest]
    yield tuple(_window(visit, day, visit.latest) for day in before)
    yield tuple(_window(visit, visit.earliest, day) for day in after)
    if before and after:
        yield (_window(visit, before[-1], after[-1]),)


def _window(visit: Visit, first: date, last: date) -> Edit:
    days = {"earliest": first.isoformat(), "latest": last.isoformat()}
    return {"edit": "extend_window", "visit": visit.id, **days}


def _levels(visit: Visit) -> Iterator[Ladder]:
    for number, role in enumerate(visit.roles):
        yield tuple(
            {"edit": "lower_level", "visit": visit.id, "role": number, "to": level}
            for level in range(role.min_level - 1, 0, -1)
        )


def _sharing(instance: Instance) -> Iterator[Ladder]:
    for envoy in instance.envoys:
        wider = SHARING_SCOPES[SHARING_SCOPES.index(envoy.sharing) + 1 :]
        yield tuple({"edit": "set_sharing", "envoy": envoy.id, "sharing": scope} for scope in wider)


def _week_loads(instance: Instance) -> Iterator[Ladder]:
    most = 2 * _DAYS_OF_A_WEEK
    for envoy in instance.envoys:
        limits = range(envoy.max_slots_per_week + 1, min(most, envoy.max_slots_total) + 1)
        yield tuple({"edit": "raise_week_load", "envoy": envoy.id, "to": limit} for limit in limits)


def _slots(instance: Instance) -> Iterator[Ladder]:
    days = frozenset(instance.days)
    for envoy in instance.envoys:
        for day, half in dict.fromkeys(envoy.unavailable):
            if day in days:
                slot = {"date": day.isoformat(), "slot": half}
                yield ({"edit": "free_slot", "envoy": envoy.id, **slot},)


def _hosts(instance: Instance) -> Iterator[Ladder]:
    counts: dict[str, int] = {}
    for visit in instance.visits:
        counts[visit.county] = counts.get(visit.county, 0) + 1
    for county in instance.counties:
        limits = range(county.max_visits_per_slot + 1, counts.get(county.id, 0) + 1)
        yield tuple({"edit": "raise_host", "county": county.id, "to": limit} for limit in limits)


_DAYS_OF_A_WEEK: Final = 7


def tops(kind: Sequence[Ladder]) -> list[Edit]:
    """The largest change of every ladder."""
    return [ladder[-1] for ladder in kind]


def includes(edit: Edit, other: Edit) -> bool:
    """Whether a change allows all that another allows."""
    if any(edit.get(key) != other.get(key) for key in ("edit", "visit", "envoy", "county", "role")):
        return False
    match edit["edit"]:
        case "extend_window":
            inside = edit["earliest"] <= other["earliest"] and other["latest"] <= edit["latest"]
            return bool(inside)
        case "set_sharing":
            wide, narrow = map(SHARING_SCOPES.index, (edit["sharing"], other["sharing"]))
            return wide >= narrow
        case "lower_level":
            return bool(edit["to"] <= other["to"])
        case "free_slot":
            return edit == other
    return bool(edit["to"] >= other["to"])
