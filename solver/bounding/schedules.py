"""The cheapest schedule of every envoy at given prices, by dynamic programmes over all at once.

With `c(d) = price(d) - reward(demand of d)` the cost of a duty, for each envoy

- a half-day county `h = min c` over the duties of a slot in one county;
- a day with one half-day costs `h + round trip`, with two `h1 + h2 + tour` (base, first county,
  second county, base); with a whole day `min c`; so `day[k]` is the cheapest day of k slots;
- weeks and the horizon are put together of days by `solver.bounding.loads`.

The programmes do not remember visits, so a schedule may hold a visit twice, at two starts. Where
one does, `solver.bounding.elementary` takes care of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from solver.bounding.duties import Duties
from solver.bounding.loads import DayCosts, Frame, Loads
from solver.bounding.runs import NEVER, Groups, Runs, ranges
from solver.facts import Ints


class Schedules:
    """Prices schedules; built once per instance and scale.

    Args:
        duties: The flattened instance.
        scale: All costs are multiplied by this, so that prices can be finer than minutes.
    """

    def __init__(self, duties: Duties, scale: int) -> None:
        facts = duties.tables.facts
        self.duties, self.facts, self.scale = duties, facts, scale
        self.envoys, self.days = len(facts.instance.envoys), len(facts.instance.days)
        self.counties = len(facts.county_index)
        self.lengths = tuple(sorted({int(n) for n in np.unique(duties.length) if n > 2}))
        self.most = int(facts.total_cap.max(initial=0))
        self._build_halves()
        self._build_tours()
        self._build_whole()
        fairness = facts.fairness[:, : self.most + 1] * scale
        self.most = fairness.shape[1] - 1  # caps beyond the horizon never fill
        weeks = (np.flatnonzero(facts.week_of_day == w).tolist() for w in range(facts.week_count))
        self.frame = Frame(
            tuple(map(tuple, weeks)), self.lengths, facts.week_cap, facts.total_cap, fairness
        )

    def _build_halves(self) -> None:
        duties = self.duties
        self.half = np.flatnonzero(duties.length == 1)
        slots = 2 * self.days
        key = (duties.envoy[self.half] * slots + duties.slot[self.half]) * self.counties
        self.half_groups = Groups(key + duties.county[self.half])
        self.half = self.half[self.half_groups.order]
        self.half_price = duties.price[self.half] * self.scale
        keys = self.half_groups.keys
        county, slot_key = keys % self.counties, keys // self.counties
        self._half_county, self._half_slot = county, slot_key
        base = self.facts.base[slot_key // slots]
        self.half_trip = self.facts.round_trip[base, county] * self.scale
        self.slot_groups = Groups(slot_key)

    def _build_tours(self) -> None:
        """Pairs of a morning county and an afternoon county of one envoy and day."""
        facts, slots = self.facts, 2 * self.days
        half_of = self._half_slot % 2
        mornings, afternoons = np.flatnonzero(half_of == 0), np.flatnonzero(half_of == 1)
        day = self._half_slot // 2
        low = np.searchsorted(day[afternoons], day[mornings], side="left")
        high = np.searchsorted(day[afternoons], day[mornings], side="right")
        sizes = high - low
        first = np.repeat(mornings, sizes)
        offset = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        second = afternoons[np.repeat(low, sizes) + offset] if len(first) else first
        a, b = self._half_county[first], self._half_county[second]
        near = facts.transferable[a, 0, b]
        first, second, a, b = first[near], second[near], a[near], b[near]
        base = facts.base[self._half_slot[first] // slots]
        minutes, weight = facts.minutes, facts.instance.weights.travel_minute
        way = np.where(a == b, minutes[base, a] + minutes[a, base], 0)
        way = np.where(a == b, way, minutes[base, a] + minutes[a, b] + minutes[b, base])
        self.tour_first, self.tour_second = first, second
        self.tour_cost = way * weight * self.scale
        self.tour_groups = Groups(day[first])
        order = self.tour_groups.order
        self.tour_first, self.tour_second = first[order], second[order]
        self.tour_cost = self.tour_cost[order]
        self._build_doubles()

    def _build_doubles(self) -> None:
        """Tours within one county in which a visit could meet itself: it must not.

        (Half a morning and half an afternoon of the same visit for one way would be a bargain.)
        """
        first, second = self.tour_first, self.tour_second
        self.within = self._half_county[first] == self._half_county[second]
        self.double = same = np.flatnonzero(self.within)
        runs = np.concatenate([first[same], second[same]])
        self.double_place = ranges(self.half_groups.first[runs], self.half_groups.last[runs])
        self.double_runs = Runs(self.half_groups.last[runs] - self.half_groups.first[runs])
        duties = self.duties
        visit = duties.start_visit[duties.demand_start[duties.demand[self.half]]]
        self.double_visit = visit[self.double_place]
        self.bits = int(max(1, len(self.duties.visits))).bit_length()

    def _build_whole(self) -> None:
        """Whole days and stays, by envoy and first day."""
        duties = self.duties
        self.whole: dict[int, tuple[Ints, Groups, Ints]] = {}
        for length in [2, *self.lengths]:
            found = np.flatnonzero(duties.length == length)
            groups = Groups(duties.envoy[found] * self.days + duties.slot[found] // 2)
            found = found[groups.order]
            price = duties.price[found] * self.scale
            self.whole[length] = (found, groups, price)


class Table:
    """Duties, tours and days priced, and what the cheapest of them are made of."""

    def __init__(self, of: Schedules, rewards: Ints) -> None:
        self.of = of
        size = of.envoys * of.days
        self.half_cost = of.half_price - rewards[of.half]
        self.in_county = of.half_groups.least(self.half_cost)
        self.alone = self.in_county + of.half_trip
        by_slot = of.slot_groups.least(self.alone)
        halves = np.full(2 * size, NEVER, dtype=np.int64)
        halves[of.slot_groups.keys] = by_slot
        self.halves = halves.reshape(of.envoys, of.days, 2)
        self.tour = self.in_county[of.tour_first] + self.in_county[of.tour_second] + of.tour_cost
        if len(of.double):
            self._forbid_doubles()
        self.tours = self._spread(of.tour_groups, self.tour)
        self.whole_cost = {
            length: price - rewards[found] for length, (found, _, price) in of.whole.items()
        }
        self.whole = {
            length: self._spread(of.whole[length][1], cost)
            for length, cost in self.whole_cost.items()
        }
        stays = {length: self.whole[length] for length in of.lengths}
        self.days = DayCosts(self.halves.min(axis=2), np.minimum(self.tours, self.whole[2]), stays)

    def _forbid_doubles(self) -> None:
        """Second best of either half where the best of both is one visit."""
        of = self.of
        cost = self.half_cost[of.double_place]
        coded = (cost << of.bits) + of.double_visit
        best = of.double_runs.least(coded)
        mine = best & ((1 << of.bits) - 1)
        sizes = of.double_runs.last - of.double_runs.first
        other = np.where(of.double_visit == np.repeat(mine, sizes), NEVER, cost)
        next_best = of.double_runs.least(other)
        best >>= of.bits
        half = len(of.double)
        clash = mine[:half] == mine[half:]
        early, late = best[:half] + next_best[half:], next_best[:half] + best[half:]
        self.other, self.next_best, self.clash = other, next_best, clash
        self.early = early <= late
        apart = np.minimum(np.minimum(early, late) + of.tour_cost[of.double], NEVER)
        self.tour[of.double[clash]] = apart[clash]

    def _spread(self, groups: Groups, ordered: Ints) -> Ints:
        flat = np.full(self.of.envoys * self.of.days, NEVER, dtype=np.int64)
        flat[groups.keys] = groups.least(ordered)
        return flat.reshape(self.of.envoys, self.of.days)

    def trace(self, loads: Loads) -> tuple[Ints, Ints]:
        """Rows (envoys) and duties of the cheapest schedules."""
        return joined(
            (envoys[at], duties)
            for envoys, day, length in loads.choices()
            for at, duties in self.take(envoys, day, length)
        )

    def take(self, envoys: Ints, day: int, length: int) -> Iterator[tuple[Ints, Ints]]:
        """The duties behind a day (or stay) of each of some envoys.

        Yields places in `envoys` and the duty of each of these.
        """
        everyone = np.arange(len(envoys))
        if length == 1:
            early = self.halves[envoys, day, 0] <= self.halves[envoys, day, 1]
            for half, mine in ((0, everyone[early]), (1, everyone[~early])):
                yield mine, self._half(envoys[mine], day, half)
            return
        if length == 2:
            joined = self.tours[envoys, day] <= self.whole[2][envoys, day]
            for at, duties in self._tour(envoys[joined], day):
                yield everyone[joined][at], duties
            everyone = everyone[~joined]
        yield everyone, self._whole(envoys[everyone], day, length)

    def _half(self, envoys: Ints, day: int, half: int) -> Ints:
        groups = self.of.slot_groups
        runs = np.searchsorted(groups.keys, (envoys * self.of.days + day) * 2 + half)
        return self._in_county(groups.where(self.alone, runs, self.halves[envoys, day, half]))

    def _tour(self, envoys: Ints, day: int) -> Iterator[tuple[Ints, Ints]]:
        of, everyone = self.of, np.arange(len(envoys))
        runs = np.searchsorted(of.tour_groups.keys, envoys * of.days + day)
        tour = of.tour_groups.where(self.tour, runs, self.tours[envoys, day])
        double = np.minimum(np.searchsorted(of.double, tour), max(0, len(of.double) - 1))
        clash = np.zeros(len(tour), dtype=np.bool_)
        if len(of.double):
            clash = (of.double[double] == tour) & self.clash[double]
            for duties in self._apart(double[clash]):
                yield everyone[clash], duties
        for end in (of.tour_first, of.tour_second):
            yield everyone[~clash], self._in_county(end[tour[~clash]])

    def _apart(self, double: Ints) -> Iterator[Ints]:
        """The best of one half with the second best of the other."""
        of = self.of
        tour, early = of.double[double], self.early[double]
        yield self._in_county(np.where(early, of.tour_first[tour], of.tour_second[tour]))
        run = np.where(early, len(of.double) + double, double)
        at = of.double_runs.where(self.other, run, self.next_best[run])
        yield of.half[of.double_place[at]]

    def _in_county(self, runs: Ints) -> Ints:
        groups = self.of.half_groups
        found: Ints = self.of.half[groups.where(self.half_cost, runs, self.in_county[runs])]
        return found

    def _whole(self, envoys: Ints, day: int, length: int) -> Ints:
        found, groups, _ = self.of.whole[length]
        runs = np.searchsorted(groups.keys, envoys * self.of.days + day)
        at = groups.where(self.whole_cost[length], runs, self.whole[length][envoys, day])
        duties: Ints = found[at]
        return duties


def joined(pairs: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Rows and duties that were found apart, one after the other."""
    none = np.zeros(0, dtype=np.int64)
    rows, duties = zip((none, none), *pairs, strict=True)
    return np.concatenate(rows), np.concatenate(duties)
