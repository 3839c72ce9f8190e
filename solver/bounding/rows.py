"""The rows that tie visits together, as sparse arrays: sum of terms <= limit.

HOST and SERIES, coverage and disruption at the score that is given. What coverage may fall short
of in all is spent where it is dearest. (The weight of what is not held is no row: it is kept
exactly, see `solver.bounding.knapsack`.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.bounding.duties import Duties
from solver.facts import Ints

Floats = NDArray[np.float64]


@dataclass
class _Terms:
    """Coefficients in the making."""

    rows: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)

    def add(self, row: int, places: Sequence[int], factors: Sequence[int]) -> None:
        self.rows.extend([row] * len(places))
        self.places.extend(places)
        self.factors.extend(factors)

    def arrays(self) -> Sparse:
        parts = (self.rows, self.places, self.factors)
        return Sparse(*(np.array(part, dtype=np.int64) for part in parts))


@dataclass(frozen=True)
class Sparse:
    """Coefficients of a matrix: row, place and factor of each."""

    rows: Ints
    places: Ints
    factors: Ints

    def charges(self, prices: Ints | Floats, size: int) -> Floats:
        """What prices of rows add to each place; exact for whole numbers below 2**53."""
        found = np.bincount(self.places, self.factors * prices[self.rows], size)
        return found.astype(np.float64)


@dataclass(frozen=True)
class Rows:
    """Terms over starts and over duties, and the limit of each row: [r].

    Attributes:
        slack: How far each row may be exceeded: [r].
        slack_in_all: How far all rows together may be.
    """

    starts: Sparse
    duties: Sparse
    limits: Ints
    slack: Ints
    slack_in_all: int

    def spend(self, prices: Ints) -> Ints:
        """How far each row is exceeded for the greatest gain at the prices: [r]."""
        spent = np.zeros(len(prices), dtype=np.int64)
        left = self.slack_in_all
        dearest = np.flatnonzero((self.slack > 0) & (prices > 0))
        dearest = dearest[np.argsort(-prices[dearest], kind="stable")]
        for row in dearest.tolist():
            spent[row] = min(left, int(self.slack[row]))
            left -= int(spent[row])
            if left <= 0:
                break
        return spent


def rows_of(duties: Duties, coverage: int, disruption: int) -> Rows:
    """All rows, for plans with at most these scores."""
    builder = _Builder(duties)
    builder.host()
    builder.series()
    builder.coverage()
    builder.disruption(disruption)
    limits = np.array(builder.limits, dtype=np.int64)
    slack = np.zeros(len(limits), dtype=np.int64)
    slack[list(builder.slack)] = list(builder.slack.values())
    return Rows(
        builder.starts.arrays(),
        builder.duties.arrays(),
        limits,
        slack,
        coverage - builder.hopeless,
    )


class _Builder:
    def __init__(self, of: Duties) -> None:
        self.of, self.facts = of, of.tables.facts
        self.visits = [of.tables.visits[int(n)] for n in of.visits]
        self.starts, self.duties = _Terms(), _Terms()
        self.limits: list[int] = []
        self.slack: dict[int, int] = {}
        self.hopeless = 0
        rows, positions = of.start_visit.tolist(), of.start_position.tolist()
        self.places = list(enumerate(zip(rows, positions, strict=True)))

    def host(self) -> None:
        """Visits in a county in a slot."""
        guests: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for start, (row, position) in self.places:
            visit = self.visits[row]
            for slot in visit.cells[position].tolist():
                guests[visit.county, slot].append(start)
        for (county, _), starts in guests.items():
            limit = int(self.facts.host_cap[county])
            if self._visits(starts) > limit:
                self._row(starts, [1] * len(starts), limit)

    def series(self) -> None:
        """One start of a series in any span of the length of its gap."""
        members: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for start, (row, position) in self.places:
            visit = self.visits[row]
            if visit.visit.series is not None:
                members[visit.visit.series].append((int(visit.dates[position]), start))
        for name, dated in members.items():
            gap = self.facts.instance.gap_of_series[name]
            for first in {date for date, _ in dated} if gap else ():
                near = [start for date, start in dated if first <= date < first + gap]
                if self._visits(near) > 1:
                    self._row(near, [1] * len(near), 1)

    def coverage(self) -> None:
        """Visits that coverage rules ask for; what no plan could hold is short in any case."""
        counted: defaultdict[int, list[int]] = defaultdict(list)
        for start, (row, _) in self.places:
            for rule in self.visits[row].rules:
                counted[rule].append(start)
        for number, rule in enumerate(self.facts.instance.coverage):
            wanted = min(rule.min_visits, self._visits(counted[number]))
            self.hopeless += rule.min_visits - wanted
            if wanted:
                self.slack[len(self.limits)] = wanted
                self._row(counted[number], [-1] * len(counted[number]), -wanted)

    def disruption(self, most: int) -> None:
        """Changes against the plan in force, as `solver.score.disruption` counts them."""
        instance, facts, of = self.facts.instance, self.facts, self.of
        weights = instance.weights.disruption
        before = {facts.visit_index[item.visit]: item for item in instance.baseline}
        if not before:
            return
        starts: list[int] = []
        factors: list[int] = []
        for start, (row, position) in self.places:
            visit = self.visits[row]
            item = before.get(visit.index)
            if item is not None:
                slot = facts.slot_index.get((item.date, item.slot), -1)
                moved = weights.moved * (slot != int(visit.starts[position]))
                starts.append(start)
                replaced = weights.replaced * len(set(item.envoys))
                factors.append(moved - weights.dropped + replaced)
        crew = [v * len(instance.envoys) + facts.envoy_index[e] for v, i in before.items()
                for e in i.envoys]  # fmt: skip
        seats = of.visits[of.start_visit[of.demand_start[of.demand]]] * len(instance.envoys)
        kept = np.flatnonzero(np.isin(seats + of.envoy, crew)).tolist()
        self.duties.add(len(self.limits), kept, [-weights.replaced] * len(kept))
        self._row(starts, factors, most - weights.dropped * len(before))

    def _visits(self, starts: Sequence[int]) -> int:
        return len({self.places[start][1][0] for start in starts})

    def _row(self, starts: Sequence[int], factors: Sequence[int], limit: int) -> None:
        self.starts.add(len(self.limits), starts, factors)
        self.limits.append(limit)
