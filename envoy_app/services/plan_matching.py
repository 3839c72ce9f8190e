"""Which visit of one plan version is which of another.

Versions are solved from instances that were built anew, so ids may be made again for other
visits. Visits that answer one demand are the same visit. A visit of the coverage standard has no
identity of its own: its id only counts the rows of a series. Those of one county and the same
specialties are paired so that the fewest people must be told; among equals, so that the fewest
visits are moved, then the fewest other facts change, then the dates are nearest, then by id. All
other visits are the same where their ids are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from envoy_app.domain.plan_changes import VisitChange, VisitChangeKind, common_dates
from envoy_app.domain.plans import PlanView, VisitOrigin, VisitView
from envoy_app.domain.time import HalfDay

Pair = tuple[VisitView | None, VisitView | None]
_DIGIT = 1 << 24  # more than any sum of one part of a cost
_FACTS = ("county", "town", "site", "content", "mode", "contact", "contact_phone")


def pair_visits(before: PlanView, after: PlanView) -> tuple[Pair, ...]:
    """Return every visit held in scope of the comparison once, with its like in the other.

    Where the plans have different dates, a visit is in scope if it starts on a date that both
    plan, or if both hold it for the same demand: one plan says nothing about the other's days.
    """
    old, new = _pools(_in_scope(before, after)), _pools(_in_scope(after, before))
    pairs: list[Pair] = []
    for key in old.keys() | new.keys():
        pairs += _paired(old[key], new[key])
    return tuple(sorted(pairs, key=_place))


def visit_changes(before: PlanView, after: PlanView) -> tuple[VisitChange, ...]:
    """Return what became of the visits, by date; those that stay as they were are left out."""
    reasons = {_name(visit): visit.reasons[0] for visit in after.unscheduled if visit.reasons}
    found = (_change(pair, reasons) for pair in pair_visits(before, after))
    return tuple(change for change in found if change is not None)


def same_facts(one: VisitView, other: VisitView) -> bool:
    """Whether place, content, form and contact are the same."""
    return all(getattr(one, name) == getattr(other, name) for name in _FACTS)


def moved(one: VisitView, other: VisitView) -> bool:
    """Whether time or length differ."""
    return (one.start, one.slots) != (other.start, other.slots)


def _in_scope(view: PlanView, other: PlanView) -> list[VisitView]:
    common = common_dates(view.info, other.info)
    answered = {visit.demand_id for visit in other.held if visit.demand_id}
    return [
        visit
        for visit in view.held
        if visit.demand_id in answered
        or (common and visit.start and common[0] <= visit.start.date <= common[1])
    ]


def _name(visit: VisitView) -> str:
    return visit.demand_id or visit.id


def _pools(visits: Iterable[VisitView]) -> defaultdict[object, list[VisitView]]:
    pools: defaultdict[object, list[VisitView]] = defaultdict(list)
    for visit in visits:
        pools[_pool(visit)].append(visit)
    return pools


def _pool(visit: VisitView) -> object:
    if visit.demand_id or visit.origin is not VisitOrigin.STANDARD:
        return _name(visit)
    return visit.county, frozenset(role.specialty for role in visit.roles)


def _paired(old: list[VisitView], new: list[VisitView]) -> list[Pair]:
    """Pair two pools at the least cost; the outcome is the same from either side."""
    old, new = sorted(old, key=_content), sorted(new, key=_content)
    if [_content(visit) for visit in new] < [_content(visit) for visit in old]:
        return [(one, other) for other, one in _paired(new, old)]
    size = max(len(old), len(new))
    left: list[VisitView | None] = [*old, *[None] * (size - len(old))]
    right: list[VisitView | None] = [*new, *[None] * (size - len(new))]
    chosen = assignment([[_cost(one, other) for other in right] for one in left])
    return [(left[row], right[column]) for row, column in enumerate(chosen)]


def _content(visit: VisitView) -> tuple[object, ...]:
    facts = tuple(getattr(visit, name) for name in _FACTS)
    return (_half_days(visit), sorted(visit.envoys), visit.slots, facts, visit.id)


def _cost(one: VisitView | None, other: VisitView | None) -> int:
    """Return what a pair changes, most important first, as the digits of one number."""
    if one is None or other is None:
        single = one or other
        return len(single.envoys) * _DIGIT**4 if single else 0
    people = frozenset(one.envoys), frozenset(other.envoys)
    late = moved(one, other)
    told = len(people[0] | people[1]) if late else len(people[0] ^ people[1])
    shift = abs(_half_days(one) - _half_days(other))
    cost = 0
    for digit in (told, late, not same_facts(one, other), shift, one.id != other.id):
        cost = cost * _DIGIT + int(digit)
    return cost


def _half_days(visit: VisitView) -> int:
    if visit.start is None:
        return 0
    return 2 * visit.start.date.toordinal() + (visit.start.half is HalfDay.PM)


def assignment(costs: Sequence[Sequence[int]]) -> list[int]:
    """Return for each row of a square matrix its column, so that the sum is least.

    The Hungarian method with potentials, O(n³): H. W. Kuhn, Naval Research Logistics Quarterly 2
    (1955); each row is taken in by a shortest augmenting path.
    """
    size = len(costs)
    rows, columns = [0] * (size + 1), [0] * (size + 1)
    taken = [0] * (size + 1)  # the row (from 1) that holds each column; column 0 is a sentinel
    for row in range(1, size + 1):
        taken[0] = row
        _augment(costs, rows, columns, taken)
    chosen = [0] * size
    for column in range(1, size + 1):
        chosen[taken[column] - 1] = column - 1
    return chosen


def _augment(
    costs: Sequence[Sequence[int]], rows: list[int], columns: list[int], taken: list[int]
) -> None:
    """Find the shortest path from the row at column 0 to a free column, and turn it over."""
    size = len(costs)
    least: dict[int, int] = {}
    came = [0] * (size + 1)
    seen: set[int] = {0}
    column = 0
    while taken[column]:
        row = taken[column]
        for other in range(1, size + 1):
            reach = costs[row - 1][other - 1] - rows[row] - columns[other]
            if other not in seen and (other not in least or reach < least[other]):
                least[other], came[other] = reach, column
        nearest = min((other for other in least if other not in seen), key=least.__getitem__)
        step = least[nearest]
        for other in seen:
            rows[taken[other]] += step
            columns[other] -= step
        for other in least.keys() - seen:
            least[other] -= step
        column = nearest
        seen.add(column)
    while column:
        taken[column], column = taken[came[column]], came[column]


def _change(pair: Pair, reasons: dict[str, str]) -> VisitChange | None:
    one, other = pair
    old = one.envoys if one else ()
    new = other.envoys if other else ()
    kind = _kind(one, other)
    if kind is None:
        return None
    leaving = tuple(envoy for envoy in old if envoy not in new)
    joining = tuple(envoy for envoy in new if envoy not in old)
    reason = reasons.get(_name(one), "") if one and other is None else ""
    return VisitChange(kind, one, other, leaving, joining, reason)


def _kind(one: VisitView | None, other: VisitView | None) -> VisitChangeKind | None:
    if one is None:
        return VisitChangeKind.ADDED
    if other is None:
        return VisitChangeKind.DROPPED
    late, others = moved(one, other), set(one.envoys) != set(other.envoys)
    if late:
        return VisitChangeKind.MOVED_AND_PEOPLE if others else VisitChangeKind.MOVED
    if others:
        return VisitChangeKind.PEOPLE
    return None if same_facts(one, other) else VisitChangeKind.FACTS


def _place(pair: Pair) -> tuple[object, ...]:
    """The earliest date comes first, in either direction."""
    return min((_half_days(visit), visit.county, visit.id) for visit in pair if visit)
