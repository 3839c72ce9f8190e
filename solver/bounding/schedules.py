"""The cheapest schedule of every envoy at given prices, by dynamic programmes over all at once.

With `c(d) = price(d) - reward(demand of d)` the cost of a duty, for each envoy

- a half-day county `h = min c` over the duties of a slot in one county;
- a day with one half-day costs `h + round trip`, with two `h1 + h2 + tour` (base, first county,
  second county, base); with a whole day `min c`; so `day[k]` is the cheapest day of k slots;
- a week: `f[d + 1, j + k] = min f[d, j] + day[d, k]`, and for stays of n days
  `f[d + n, j + 2n] = min f[d, j] + stay[n, d]`, with j at most the week's limit;
- the horizon: `F[w + 1, t + j] = min F[w, t] + week[w, j]`, with t at most the total limit;
- in the end `min F[t] + fairness(t)`.

Everything is a 64-bit integer, so that the values are exact. A schedule may hold a visit twice (at
two starts): the programmes do not remember visits. That makes them a relaxation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.bounding.duties import Duties
from solver.facts import Ints

NEVER: Final = 2**46
"""Cost of what is not offered; sums of a few of them stay in 64 bits."""


class Groups:
    """Runs of equal keys in a sorted array, and the least value in each."""

    def __init__(self, keys: Ints) -> None:
        self.order = np.argsort(keys, kind="stable")
        ordered = keys[self.order]
        new = np.ones(len(keys), dtype=np.bool_)
        new[1:] = ordered[1:] != ordered[:-1]
        self.first = np.flatnonzero(new)
        self.keys = ordered[self.first]
        self.last = np.append(self.first[1:], len(keys))

    def __len__(self) -> int:
        return len(self.keys)

    def least(self, ordered: Ints) -> Ints:
        """Least value of each run; the values are in the order of the runs."""
        if not len(self.keys):
            return np.zeros(0, dtype=np.int64)
        found: Ints = np.minimum.reduceat(ordered, self.first)
        return found

    def where(self, ordered: Ints, runs: Ints, value: Ints) -> Ints:
        """A place (in the order of the runs) in each given run where its value stands."""
        sizes = self.last[runs] - self.first[runs]
        ends = np.cumsum(sizes)
        places = np.arange(int(sizes.sum())) + np.repeat(self.first[runs] - (ends - sizes), sizes)
        hits = np.flatnonzero(ordered[places] == np.repeat(value, sizes))
        which = np.searchsorted(ends, hits, side="right")
        chosen = np.full(len(runs), -1, dtype=np.int64)
        chosen[which[::-1]] = places[hits[::-1]]
        return chosen


@dataclass(frozen=True)
class Priced:
    """Value per envoy, [e], and the duties of the schedules that have it."""

    value: Ints
    chosen: Ints


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
        self.lengths = sorted({int(n) for n in np.unique(duties.length) if n > 2})
        self.most = int(facts.total_cap.max(initial=0))
        self._build_halves()
        self._build_tours()
        self._build_whole()
        self._fairness = facts.fairness[:, : self.most + 1] * scale
        if self._fairness.shape[1] < self.most + 1:  # caps beyond the horizon never fill
            self.most = self._fairness.shape[1] - 1

    def price(self, rewards: Ints, choose: bool = True) -> Priced:
        """Cheapest schedules where duty d earns `rewards[d]` (scaled)."""
        table = _Table(self, rewards)
        value = table.value()
        return Priced(value, table.chosen() if choose else np.zeros(0, dtype=np.int64))

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
        same = np.flatnonzero(self._half_county[first] == self._half_county[second])
        self.double = same
        runs = np.concatenate([first[same], second[same]])
        sizes = self.half_groups.last[runs] - self.half_groups.first[runs]
        self.double_size = sizes
        self.double_first = np.cumsum(sizes) - sizes
        offset = np.arange(int(sizes.sum())) - np.repeat(self.double_first, sizes)
        self.double_place = np.repeat(self.half_groups.first[runs], sizes) + offset
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

    def weeks(self) -> Sequence[Sequence[int]]:
        """Days of each week."""
        numbers = self.facts.week_of_day
        return [np.flatnonzero(numbers == w).tolist() for w in range(self.facts.week_count)]


class _Table:
    """One pass of the programmes, forward for the values and back for the choices."""

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
        one = self.halves.min(axis=2)
        two = np.minimum(self.tours, self.whole[2])
        self.day = (one, two)

    def _forbid_doubles(self) -> None:
        """Second best of either half where the best of both is one visit."""
        of = self.of
        cost = self.half_cost[of.double_place]
        coded = (cost << of.bits) + of.double_visit
        best = np.minimum.reduceat(coded, of.double_first)
        mine = best & ((1 << of.bits) - 1)
        other = np.where(of.double_visit == np.repeat(mine, of.double_size), NEVER, cost)
        next_best = np.minimum.reduceat(other, of.double_first)
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

    def value(self) -> Ints:
        """Cheapest cost per envoy."""
        of = self.of
        self.week_tables = [self._week(days) for days in of.weeks()]
        start = np.full((of.envoys, of.most + 1), NEVER, dtype=np.int64)
        start[:, 0] = 0
        self.totals = [start]
        for table in self.week_tables:
            self.totals.append(self._longer(self.totals[-1], table[-1]))
        loads = np.arange(of.most + 1)
        final = self.totals[-1] + of._fairness
        final[loads[None, :] > of.facts.total_cap[:, None]] = NEVER
        self.final_load = final.argmin(axis=1)
        found: Ints = final.min(axis=1)
        return found

    def _week(self, days: Sequence[int]) -> list[Ints]:
        """Cheapest cost before each day of a week, by the slots so far: [e, j]."""
        of = self.of
        cap = min(2 * len(days), int(of.facts.week_cap.max(initial=0)))
        too_much = np.arange(cap + 1)[None, :] > of.facts.week_cap[:, None]
        table = [np.full((of.envoys, cap + 1), NEVER, dtype=np.int64) for _ in range(len(days) + 1)]
        table[0][:, 0] = 0
        for n, day in enumerate(days):
            now, later = table[n], table[n + 1]
            np.minimum(later, now, out=later)
            for slots in (1, 2):
                if slots <= cap:
                    step = now[:, : cap + 1 - slots] + self.day[slots - 1][:, [day]]
                    np.minimum(later[:, slots:], step, out=later[:, slots:])
            for length in of.lengths:
                if length <= cap and n + length // 2 <= len(days):
                    step = now[:, : cap + 1 - length] + self.whole[length][:, [day]]
                    after = table[n + length // 2]
                    np.minimum(after[:, length:], step, out=after[:, length:])
            later[too_much] = NEVER
            np.minimum(later, NEVER, out=later)
        return table

    def _longer(self, before: Ints, week: Ints) -> Ints:
        most = before.shape[1]
        after = np.full_like(before, NEVER)
        for slots in range(min(week.shape[1], most)):
            step = before[:, : most - slots] + week[:, [slots]]
            np.minimum(after[:, slots:], step, out=after[:, slots:])
        np.minimum(after, NEVER, out=after)
        return after

    def chosen(self) -> Ints:
        """Duties of cheapest schedules: the same sums, followed back to where they came from."""
        self._found: list[Ints] = []
        of, load = self.of, self.final_load.copy()
        everyone = np.arange(of.envoys)
        weeks = of.weeks()
        for w in range(len(weeks) - 1, -1, -1):
            week, before, after = self.week_tables[w][-1], self.totals[w], self.totals[w + 1]
            taken = np.full(of.envoys, -1, dtype=np.int64)
            target = after[everyone, load]
            for slots in range(week.shape[1]):
                earlier = np.maximum(load - slots, 0)
                fits = (load >= slots) & (taken < 0)
                fits &= before[everyone, earlier] + week[:, slots] == target
                taken[fits] = slots
            self._week_back(w, weeks[w], taken)
            load = load - taken
        return np.concatenate(self._found) if self._found else np.zeros(0, dtype=np.int64)

    def _week_back(self, w: int, days: Sequence[int], slots: Ints) -> None:
        table = self.week_tables[w]
        left = slots.copy()
        at = np.full(len(left), len(days), dtype=np.int64)
        for n in range(len(days), 0, -1):
            here = np.flatnonzero((at == n) & (left > 0))
            target = table[n][here, left[here]]
            idle = table[n - 1][here, left[here]] == target
            at[here[idle]] = n - 1
            here, target = here[~idle], target[~idle]
            for length in (1, 2, *self.of.lengths):
                days_long = (length + 1) // 2
                first = n - days_long
                if first < 0 or not len(here):
                    continue
                before = left[here] - length
                costs = self.day[length - 1] if length <= 2 else self.whole[length]
                cost = costs[here, days[first]]
                fits = before >= 0
                fits &= table[first][here, np.maximum(before, 0)] + cost == target
                self._take(here[fits], days[first], length)
                left[here[fits]] -= length
                at[here[fits]] = first
                here, target = here[~fits], target[~fits]

    def _take(self, envoys: Ints, day: int, length: int) -> None:
        """The duties behind a day (or stay) of each of some envoys."""
        if not len(envoys):
            return
        if length == 1:
            for half in (0, 1):
                better = self.halves[envoys, day, half] < self.halves[envoys, day, 1 - half]
                mine = better | (
                    (self.halves[envoys, day, 0] == self.halves[envoys, day, 1]) & (half == 0)
                )
                self._take_half(envoys[mine], day, half)
        elif length == 2:
            joined = self.tours[envoys, day] <= self.whole[2][envoys, day]
            self._take_tour(envoys[joined], day)
            self._take_whole(envoys[~joined], day, 2)
        else:
            self._take_whole(envoys, day, length)

    def _take_half(self, envoys: Ints, day: int, half: int) -> None:
        groups = self.of.slot_groups
        runs = np.searchsorted(groups.keys, (envoys * self.of.days + day) * 2 + half)
        county = groups.where(self.alone, runs, self.halves[envoys, day, half])
        self._take_in_county(county)

    def _take_tour(self, envoys: Ints, day: int) -> None:
        groups = self.of.tour_groups
        runs = np.searchsorted(groups.keys, envoys * self.of.days + day)
        tour = groups.where(self.tour, runs, self.tours[envoys, day])
        double = np.minimum(np.searchsorted(self.of.double, tour), len(self.of.double) - 1)
        clash = np.zeros(len(tour), dtype=np.bool_)
        if len(self.of.double):
            clash = (self.of.double[double] == tour) & self.clash[double]
            self._take_apart(double[clash])
        self._take_in_county(self.of.tour_first[tour[~clash]])
        self._take_in_county(self.of.tour_second[tour[~clash]])

    def _take_apart(self, double: Ints) -> None:
        """The best of one half with the second best of the other."""
        of = self.of
        tour, early = of.double[double], self.early[double]
        self._take_in_county(np.where(early, of.tour_first[tour], of.tour_second[tour]))
        run = np.where(early, len(of.double) + double, double)
        for n in run.tolist():
            span = slice(of.double_first[n], of.double_first[n] + of.double_size[n])
            place = int(np.argmin(self.other[span])) + int(of.double_first[n])
            self._found.append(of.half[of.double_place[[place]]])

    def _take_in_county(self, runs: Ints) -> None:
        groups = self.of.half_groups
        self._found.append(self.of.half[groups.where(self.half_cost, runs, self.in_county[runs])])

    def _take_whole(self, envoys: Ints, day: int, length: int) -> None:
        found, groups, _ = self.of.whole[length]
        runs = np.searchsorted(groups.keys, envoys * self.of.days + day)
        at = groups.where(self.whole_cost[length], runs, self.whole[length][envoys, day])
        self._found.append(found[at])
