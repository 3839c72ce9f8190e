"""What an instance is as a network: the arcs from envoys to seats, and who can do how much.

Everything that is left out here (HOST, SERIES, TRANSFER, and time itself where starts are merged)
only forbids. So the network is a relaxation of the instance, and what it says of costs is a bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from solver.bounding.duties import offered_starts
from solver.facts import Bools, Ints
from solver.tables import Tables, VisitTable

_MOST_ARCS: Final = 1_500_000
"""More take longer than the search needs for a good plan."""


@dataclass(frozen=True)
class Shape:
    """Arrays over visits [v], seats of a role [m], arcs [a], groups of arcs [g], envoys [e].

    Attributes:
        tables: What it was made of.
        visits: Index of each visit: shape [v].
        seat_visit, seat_role, seat_count: Row in `visits`, role and number of seats: shape [m].
        envoy, seat, cost: Who, where, and at which cost without fairness: shape [a].
        start: Position of the start in the visit's table; -1 if it is open: shape [a].
        group: Arcs of which an envoy can take one at most, in ascending order: shape [a].
        group_pool: Week of an envoy to which a group belongs, in ascending order: shape [g].
        pool_envoy, pool_most: Whose, and visits in it at most: shape [p].
        most: Visits of an envoy at most: shape [e].
        steps: What the first, second, ... visit of an envoy adds to fairness: shape [e, k].
    """

    tables: Tables
    visits: Ints
    seat_visit: Ints
    seat_role: Ints
    seat_count: Ints
    envoy: Ints
    seat: Ints
    cost: Ints
    start: Ints
    group: Ints
    group_pool: Ints
    pool_envoy: Ints
    pool_most: Ints
    most: Ints
    steps: Ints

    @cached_property
    def weights(self) -> Ints:
        """Weight of each visit: [v]."""
        visits = self.tables.visits
        return np.array([visits[n].visit.weight for n in self.visits], dtype=np.int64)

    @cached_property
    def seats(self) -> Ints:
        """Seats of each visit: [v]."""
        return sums(self.seat_visit, self.seat_count, len(self.visits))

    @cached_property
    def lost(self) -> int:
        """Weight of visits that can never be held."""
        everything = sum(visit.visit.weight for visit in self.tables.visits)
        return everything - int(self.weights.sum())


def sums(places: Ints, values: Ints, size: int) -> Ints:
    """Sum of the values at each place, exactly: [size]."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, places, values)
    return found


def rank_in_runs(keys: Ints) -> Ints:
    """0, 1, ... within each run of equal keys."""
    if not len(keys):
        return keys
    new = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    sizes = np.diff(np.append(new, len(keys)))
    ranks: Ints = np.arange(len(keys)) - np.repeat(new, sizes)
    return ranks


class Traits:
    """What makes an instance a network, found without looking at its seats one by one.

    Attributes:
        visits: Visits that can be held, and positions of the starts at which they can.
        most: Visits of an envoy at most, as far as load and time go: [e].
        single: Whether nobody can be on two visits.
        additive: Whether what a visit costs an envoy depends on nothing but the load.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables, self.facts = tables, tables.facts
        found = ((visit, offered_starts(visit)) for visit in tables.visits)
        self.visits = [(visit, starts) for visit, starts in found if len(starts)]
        self.lengths = sorted({visit.slots for visit, _ in self.visits})
        self.apart = self._never_on_one_day()
        self.spans = self._spans()
        self.most = self._most()
        self.single = int(self.most.max(initial=0)) <= 1
        self.additive = self._additive()

    @property
    def size(self) -> int:
        """Arcs if all starts of a visit are one."""
        return sum(len(seat.people) for visit, _ in self.visits for seat in visit.seats)

    @property
    def timed_size(self) -> int:
        """Arcs if starts are kept apart."""
        return sum(
            len(seat.people) * len(starts) for visit, starts in self.visits for seat in visit.seats
        )

    @property
    def settled(self) -> bool:
        """Whether there is nothing to choose about starts."""
        return all(len(starts) == 1 for _, starts in self.visits)

    @cached_property
    def timeable(self) -> bool:
        """Whether starts can be part of the network.

        Either a visit has one start, or it has one seat: then nobody else has to agree to it.
        """
        if any(len(starts) > 1 and _seats(visit) > 1 for visit, starts in self.visits):
            return False
        return self.laminar

    @cached_property
    def laminar(self) -> bool:
        """Whether visits take the same slots or none in common, and any two of a day can follow."""
        spans = sorted({span for spans in self.spans for span in spans})
        if any(b[0] < a[1] for a, b in pairwise(spans)):
            return False
        return self.apart or not self._two_a_day or self._all_near()

    def _spans(self) -> list[list[tuple[int, int]]]:
        """First slot and end of what each start takes from an envoy: the day, where it is alone."""
        spans = []
        for visit, starts in self.visits:
            first = visit.starts[starts]
            if self.apart:
                first = first - first % 2
            length = max(2, visit.slots) if self.apart else visit.slots
            spans.append([(slot, slot + length) for slot in first.tolist()])
        return spans

    def _most(self) -> Ints:
        facts, envoys = self.facts, len(self.facts.instance.envoys)
        if not self.visits:
            return np.zeros(envoys, dtype=np.int64)
        weeks: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
        for span in {span for spans in self.spans for span in spans}:
            weeks[int(facts.week_of_day[span[0] // 2])].add(span)
        in_weeks = np.zeros(envoys, dtype=np.int64)
        shortest = self.lengths[0]
        for spans in weeks.values():
            in_weeks += np.minimum(facts.week_cap // shortest, _disjoint(spans))
        return np.minimum(facts.total_cap // shortest, in_weeks)

    def _additive(self) -> bool:
        """One length where lengths count, or one visit each; and no way that two visits share."""
        if self.single:
            return True
        if len(self.lengths) > 1 and not self._boundless():
            return False
        if self.apart or not self._two_a_day:
            return True
        return not self.facts.instance.weights.travel_minute or not self.facts.minutes.any()

    @cached_property
    def _two_a_day(self) -> bool:
        """Whether there is a day on which a half-day visit may follow another."""
        halves = {
            int(visit.starts[n])
            for visit, starts in self.visits
            if visit.slots == 1
            for n in starts
        }
        return any(slot ^ 1 in halves for slot in halves)

    def _boundless(self) -> bool:
        """Whether nobody minds how much he or she works, nor is there a limit that can bind."""
        facts = self.facts
        week = 2 * int(np.bincount(facts.week_of_day).max())
        unlimited = (facts.total_cap >= facts.slot_count) & (facts.week_cap >= week)
        return not facts.fairness.any() and bool(unlimited.all())

    def _never_on_one_day(self) -> bool:
        """Whether all visits lie so far apart that nobody can do two of them on one day."""
        if self.lengths != [1]:
            return False
        counties = [visit.county for visit, _ in self.visits]
        if len(set(counties)) < len(counties):
            return False
        return not np.any(self._near(counties) & ~np.eye(len(counties), dtype=np.bool_))

    def _all_near(self) -> bool:
        counties = sorted({visit.county for visit, _ in self.visits})
        return bool(np.all(self._near(counties)))

    def _near(self, counties: Sequence[int]) -> Bools:
        near: Bools = self.facts.transferable[:, 0, :][np.ix_(counties, counties)]
        return near


def _seats(visit: VisitTable) -> int:
    return sum(seat.count for seat in visit.seats)


def _disjoint(spans: Iterable[tuple[int, int]]) -> int:
    """How many of the spans fit side by side; taking the one that ends first is best."""
    count, until = 0, -1
    for first, end in sorted(spans, key=lambda span: span[1]):
        if first >= until:
            count, until = count + 1, end
    return count


def applicable(tables: Tables) -> Traits | None:
    """The traits of an instance that is a network or nearly one; None for all others."""
    instance = tables.facts.instance
    if instance.baseline or any(visit.pin is not None for visit in instance.visits):
        return None
    if not all(visit.roles for visit in instance.visits):
        return None
    traits = Traits(tables)
    fits = traits.visits and traits.additive and traits.size <= _MOST_ARCS
    return traits if fits else None


def free_shape(traits: Traits) -> Shape:
    """The network in which a visit may lie at all its starts at once."""
    return _Builder(traits, None).build(timed=False)


def timed_shape(traits: Traits, starts: Mapping[int, int] | None = None) -> Shape | None:
    """The network with starts, or None if they cannot be part of one.

    Args:
        traits: Of the instance.
        starts: Positions of starts that are settled, by visit; visits without one are left out.
            What the network says is no bound then.
    """
    if starts is None and (not traits.timeable or traits.timed_size > _MOST_ARCS):
        return None
    return _Builder(traits, starts).build(timed=True) if traits.laminar else None


class _Builder:
    def __init__(self, traits: Traits, starts: Mapping[int, int] | None) -> None:
        self.traits, self.facts = traits, traits.facts
        self.visits = traits.visits
        if starts is not None:
            self.visits = [
                (visit, np.array([starts[visit.index]], dtype=np.int64))
                for visit, _ in traits.visits
                if visit.index in starts
            ]

    def build(self, timed: bool) -> Shape:
        seats = [
            (row, seat)
            for row, (visit, _) in enumerate(self.visits)
            for seat in range(len(visit.seats))
        ]
        columns = zip(*(self._arcs(m, *seat, timed) for m, seat in enumerate(seats)), strict=True)
        envoy, seat, cost, start, key = (np.concatenate(column) for column in columns)
        order = np.argsort(key, kind="stable")
        keys, group = np.unique(key[order], return_inverse=True)
        pools, pool = np.unique(self._pools(keys, timed), return_inverse=True)
        weeks = self.facts.week_count
        return Shape(
            tables=self.traits.tables,
            visits=np.array([visit.index for visit, _ in self.visits], dtype=np.int64),
            seat_visit=np.array([row for row, _ in seats], dtype=np.int64),
            seat_role=np.array([role for _, role in seats], dtype=np.int64),
            seat_count=np.array([self.visits[n][0].seats[k].count for n, k in seats]),
            envoy=envoy[order],
            seat=seat[order],
            cost=cost[order],
            start=start[order],
            group=group,
            group_pool=pool,
            pool_envoy=pools // weeks,
            pool_most=self._pool_most(pools, timed),
            most=self.traits.most,
            steps=self._steps(),
        )

    def _arcs(self, number: int, row: int, role: int, timed: bool) -> tuple[Ints, ...]:
        """Envoy, seat, cost, start and key of the group of every arc of a seat."""
        visit, starts = self.visits[row]
        seat = visit.seats[role]
        is_open = seat.open[:, starts]
        if timed:
            person, at = np.nonzero(is_open)
            position = starts[at]
            slot = visit.starts[position]
            slot = slot - slot % 2 if self.traits.apart else slot
            key = seat.people[person] * self.facts.slot_count + slot
        else:
            person = np.flatnonzero(is_open.any(axis=1))
            position = np.full(len(person), -1, dtype=np.int64)
            key = seat.people[person] * len(self.visits) + row
        envoy = seat.people[person]
        cost = seat.lending[person] + seat.trip[person]
        if self.traits.single:
            fairness = self.facts.fairness[envoy]
            cost = cost + fairness[:, visit.slots] - fairness[:, 0]
        return envoy, np.full(len(person), number, dtype=np.int64), cost, position, key

    def _pools(self, keys: Ints, timed: bool) -> Ints:
        """The key of the pool of each group: an envoy in a week, or in the whole horizon."""
        weeks = self.facts.week_count
        if not timed:
            return keys // len(self.visits) * weeks
        envoy, slot = np.divmod(keys, self.facts.slot_count)
        pools: Ints = envoy * weeks + self.facts.week_of_day[slot // 2]
        return pools

    def _pool_most(self, pools: Ints, timed: bool) -> Ints:
        envoy = pools // self.facts.week_count
        if not timed:
            return self.traits.most[envoy]
        most: Ints = self.facts.week_cap[envoy] // self.traits.lengths[0]
        return most

    def _steps(self) -> Ints:
        traits = self.traits
        count = max(1, int(traits.most.max(initial=0)))
        if traits.single:
            return np.zeros((len(traits.most), 1), dtype=np.int64)
        loads = np.arange(count + 1) * traits.lengths[0]
        steps: Ints = np.diff(self.facts.fairness[:, loads], axis=1)
        return steps
