"""Bounds that cost nothing: what no plan can do better than."""

from __future__ import annotations

import numpy as np

from solver.engine.record import Record
from solver.solution import Score
from solver.tables import Tables


def raise_floors(record: Record, tables: Tables) -> None:
    """Note the bounds that follow from what can never be held and from convexity."""
    for tier, bound in enumerate(floors(tables)):
        record.raise_bound(tier, (), bound)


def floors(tables: Tables) -> Score:
    """Lower bounds that hold for every plan."""
    instance = tables.facts.instance
    possible = [visit.possible for visit in tables.visits]
    coverage = 0
    for number, rule in enumerate(instance.coverage):
        reachable = sum(possible[v.index] and number in v.rules for v in tables.visits)
        coverage += max(0, rule.min_visits - reachable)
    lost = {visit.visit.id for visit in tables.visits if not visit.possible}
    return Score(
        coverage=coverage,
        unscheduled=sum(v.weight for v in instance.visits if v.id in lost),
        disruption=instance.weights.disruption.dropped
        * sum(item.visit in lost for item in instance.baseline),
        cost=_cheapest_loads(tables) + _cheapest_seats(tables),
    )


def _cheapest_loads(tables: Tables) -> int:
    """Everyone at the load that is fairest to him or her."""
    fairness = tables.facts.fairness
    return int(fairness.min(axis=1).sum()) if len(fairness) else 0


def _cheapest_seats(tables: Tables) -> int:
    """Preferred people in every seat; only affinity can make this negative."""
    gain = 0
    for visit in tables.visits:
        for seat in visit.seats:
            best = np.sort(seat.lending)[: seat.count]
            gain += int(np.minimum(best, 0).sum())
    return gain
