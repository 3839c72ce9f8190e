"""Demands that a county may have sent twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.text import cleaned

ALIKE = 0.6  # of the letters of two contents, from where on they say the same
_OVER = frozenset({DemandState.REJECTED, DemandState.CANCELLED, DemandState.DONE})


def likely_twins(demands: Iterable[Demand]) -> Mapping[str, tuple[str, ...]]:
    """Return by id the other demands that may be the same one, in the order they came.

    The same county, a specialty in common, days that overlap, and the same content, place or
    telephone. Those that were turned down, cancelled or done are out of the question.
    """
    groups: dict[tuple[str, str], list[Demand]] = defaultdict(list)
    for demand in demands:
        if demand.state not in _OVER:
            for specialty in demand.specialties:
                groups[demand.county, specialty].append(demand)
    found: dict[str, list[str]] = defaultdict(list)
    for group in groups.values():
        for one, other in _pairs(group):
            if other.id not in found[one.id]:
                found[one.id].append(other.id)
                found[other.id].append(one.id)
    return {key: tuple(twins) for key, twins in found.items() if twins}


def _pairs(group: Sequence[Demand]) -> Iterable[tuple[Demand, Demand]]:
    return (pair for pair in combinations(group, 2) if _alike(*pair))


def _alike(one: Demand, other: Demand) -> bool:
    if not _overlap(one, other):
        return False
    places = cleaned(one.site), cleaned(other.site)
    same_place = bool(places[0]) and places[0] == places[1]
    same_phone = bool(one.phone) and one.phone == other.phone
    contents = cleaned(one.content), cleaned(other.content)
    same_content = all(contents) and SequenceMatcher(None, *contents).ratio() >= ALIKE
    # Offices send many demands of one wording or with one telephone: two signs are asked for.
    return sum((same_place, same_phone, same_content)) >= 2


def _overlap(one: Demand, other: Demand) -> bool:
    first = max(one.window_start or date.min, other.window_start or date.min)
    last = min(one.window_end or date.max, other.window_end or date.max)
    return first <= last
