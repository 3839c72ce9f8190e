"""Cheapest schedules that hold no visit twice, by branching over all envoys at once.

The programmes of `solver.bounding.schedules` do not remember visits, and half a schedule that
holds a visit twice is a bargain that no plan can have: this costs the bound about one per cent.
Where the cheapest schedule of an envoy holds a visit at two starts it is split in two: one may
hold the visit only before the later start, the other only from there on. A schedule without
repeats is left in one of them. The cheaper part counts, and is split again if it must.

(In vehicle routing: elementary routes, found by branching on a relaxation of the state space.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from solver.bounding.loads import DayCosts, Loads
from solver.bounding.runs import NEVER, Groups, Runs, ranges
from solver.bounding.schedules import Schedules, Table, joined
from solver.facts import Bools, Ints

DEEPEST: Final = 12
"""Splits of one schedule; what is left then may hold a visit twice, which only lowers the bound."""


@dataclass(frozen=True)
class Priced:
    """Value per envoy, [e], and the duties of the schedules that have it."""

    value: Ints
    chosen: Ints


class Pricing:
    """Prices schedules; built once per instance and scale."""

    def __init__(self, schedules: Schedules) -> None:
        self.schedules = schedules
        duties = schedules.duties
        self.visit = duties.start_visit[duties.demand_start[duties.demand]]
        days = schedules.envoys * schedules.days + 1
        all_days = np.arange(days)
        envoy_day = duties.envoy * schedules.days + duties.slot // 2
        group_day = schedules.half_groups.keys // (2 * schedules.counties)
        self.half_of_day = np.searchsorted(envoy_day[schedules.half], all_days)
        self.groups_of_day = np.searchsorted(group_day, all_days)
        self.tours_of_day = np.searchsorted(group_day[schedules.tour_first], all_days)
        self.whole_of_day = {
            length: np.searchsorted(envoy_day[found], all_days)
            for length, (found, _, _) in schedules.whole.items()
        }
        self._visits = int(self.visit.max(initial=0)) + 1
        self.by_visit = Groups(duties.envoy * self._visits + self.visit)

    def price(self, rewards: Ints, depth: int = DEEPEST) -> Priced:
        """Cheapest schedules where duty d earns `rewards[d]` (scaled).

        Args:
            rewards: Shape [d].
            depth: How often a schedule that holds a visit twice is split at most; never is
                quickest, and cheapest.
        """
        table = Table(self.schedules, rewards)
        loads = Loads(self.schedules.frame, table.days)
        value = loads.value()
        rows, chosen = table.trace(loads)
        if not depth:
            return Priced(value, chosen)
        return _Branching(self, table).run(value, rows, chosen, depth)

    def repeats(self, rows: Ints, chosen: Ints) -> tuple[Ints, Ints, Ints]:
        """Rows that hold a visit twice: each once, with such a visit and its second start slot."""
        slot = self.schedules.duties.slot[chosen]
        key = rows * self._visits + self.visit[chosen]
        order = np.lexsort((slot, key))
        twice = order[1:][key[order[1:]] == key[order[:-1]]]
        found, first = np.unique(rows[twice], return_index=True)
        which = twice[first]
        return found, self.visit[chosen[which]], slot[which]

    def duties_of(self, envoys: Ints, visits: Ints) -> tuple[Ints, Ints]:
        """Duties of pairs of an envoy and a visit, and which pair each belongs to."""
        runs = np.searchsorted(self.by_visit.keys, envoys * self._visits + visits)
        first, last = self.by_visit.first[runs], self.by_visit.last[runs]
        found: Ints = self.by_visit.order[ranges(first, last)]
        return found, np.repeat(np.arange(len(envoys)), last - first)


@dataclass(frozen=True)
class _Nodes:
    """Parts of the schedules of some envoys.

    Attributes:
        envoy: Whose: shape [n].
        visit, low, high: Start slots low <= slot < high of the visit are forbidden: [n, k].
    """

    envoy: Ints
    visit: Ints
    low: Ints
    high: Ints

    def __len__(self) -> int:
        return len(self.envoy)

    def split(self, rows: Ints, visit: Ints, slot: Ints) -> _Nodes:
        """Two for each of some: the visit only before the slot, or only from there on."""

        def both(column: Ints, early: Ints | int, late: Ints | int) -> Ints:
            new = np.stack([np.broadcast_to(early, len(rows)), np.broadcast_to(late, len(rows))])
            return np.column_stack([np.repeat(column[rows], 2, axis=0), new.T.ravel()])

        return _Nodes(
            np.repeat(self.envoy[rows], 2),
            both(self.visit, visit, visit),
            both(self.low, slot, 0),
            both(self.high, np.iinfo(np.int64).max, slot),
        )

    def forbidden(self, rows: Ints, visit: Ints, slot: Ints) -> Bools:
        """Whether a visit may not start at a slot in each of some nodes."""
        found = np.zeros(len(rows), dtype=np.bool_)
        for k in range(self.visit.shape[1]):
            here = self.visit[rows, k] == visit
            found |= here & (self.low[rows, k] <= slot) & (slot < self.high[rows, k])
        return found


class _Branching:
    """Splits until nobody's cheapest schedule holds a visit twice."""

    def __init__(self, pricing: Pricing, table: Table) -> None:
        self._pricing, self._table = pricing, table

    def run(self, value: Ints, rows: Ints, chosen: Ints, depth: int) -> Priced:
        """The cheapest without repeats, from the cheapest with them."""
        pricing = self._pricing
        again, visit, slot = pricing.repeats(rows, chosen)
        if not len(again):
            return Priced(value, chosen)
        fine = ~np.isin(rows, again)
        self._found = [chosen[fine]]
        self._best = value.copy()
        self._best[again] = 2 * NEVER
        self._duties: dict[int, Ints] = {}
        count = len(value)
        none = np.zeros((count, 0), dtype=np.int64)
        nodes = _Nodes(np.arange(count), none, none, none).split(again, visit, slot)
        for level in range(depth):
            nodes = self._level(nodes, last=level == depth - 1)
            if not len(nodes):
                break
        return Priced(self._best, np.concatenate([*self._found, *self._duties.values()]))

    def _level(self, nodes: _Nodes, last: bool) -> _Nodes:
        """Price some nodes; the parts of those that are worth splitting."""
        days = _Days(self._pricing, self._table, nodes)
        loads = Loads(self._pricing.schedules.frame.rows(nodes.envoy), days.costs)
        value = loads.value()
        rows, chosen = days.trace(loads)
        again, visit, slot = self._pricing.repeats(rows, chosen)
        leaf = np.ones(len(nodes), dtype=np.bool_)
        leaf[again] = last
        self._note(nodes, value, rows, chosen, leaf)
        if last:
            return nodes.split(again[:0], visit[:0], slot[:0])
        worth = value[again] < self._best[nodes.envoy[again]]
        return nodes.split(again[worth], visit[worth], slot[worth])

    def _note(self, nodes: _Nodes, value: Ints, rows: Ints, chosen: Ints, leaf: Bools) -> None:
        """Keep what is cheapest so far for each envoy."""
        order = np.argsort(rows, kind="stable")
        ends = np.searchsorted(rows[order], np.arange(len(nodes) + 1))
        for n in np.flatnonzero(leaf & (value < self._best[nodes.envoy])).tolist():
            envoy = int(nodes.envoy[n])
            if value[n] < self._best[envoy]:
                self._best[envoy] = value[n]
                self._duties[envoy] = chosen[order[ends[n] : ends[n + 1]]]


class _Days:
    """Days of nodes: those of the envoy, priced anew where something is forbidden."""

    def __init__(self, pricing: Pricing, table: Table, nodes: _Nodes) -> None:
        self._of, self._table, self._nodes = pricing, table, nodes
        self._row, self._day = self._touched()
        self._entry = np.full((len(nodes), pricing.schedules.days), -1, dtype=np.int64)
        self._entry[self._row, self._day] = np.arange(len(self._row))
        self._key = nodes.envoy[self._row] * pricing.schedules.days + self._day
        self._halves()
        self._tours()
        self._whole()

    @cached_property
    def costs(self) -> DayCosts:
        """Of all nodes: each [n, d]."""
        days, envoy, at = self._table.days, self._nodes.envoy, (self._row, self._day)
        one, two = days.one[envoy], days.two[envoy]
        stays = {length: cost[envoy] for length, cost in days.stays.items()}
        one[at], two[at] = self._one, np.minimum(self._two, self._long[2])
        for length, cost in stays.items():
            cost[at] = self._long[length]
        return DayCosts(one, two, stays)

    def trace(self, loads: Loads) -> tuple[Ints, Ints]:
        """Rows and duties of the cheapest schedules."""
        found: list[tuple[Ints, Ints]] = []
        for rows, day, length in loads.choices():
            entry = self._entry[rows, day]
            same, new = rows[entry < 0], rows[entry >= 0]
            taken = self._table.take(self._nodes.envoy[same], day, length)
            found += [(same[at], duties) for at, duties in taken]
            found += [(new[at], duties) for at, duties in self._take(entry[entry >= 0], length)]
        return joined(found)

    def _touched(self) -> tuple[Ints, Ints]:
        """Nodes and days on which a duty is forbidden."""
        nodes, duties, days = self._nodes, self._of.schedules.duties, self._of.schedules.days
        keys = []
        for k in range(nodes.visit.shape[1]):
            found, row = self._of.duties_of(nodes.envoy, nodes.visit[:, k])
            slot = duties.slot[found]
            out = (nodes.low[row, k] <= slot) & (slot < nodes.high[row, k])
            keys.append(row[out] * days + slot[out] // 2)
        key = np.unique(np.concatenate(keys))
        return key // days, key % days

    def _allowed(self, entry: Ints, duties: Ints, cost: Ints) -> Ints:
        """Costs of duties in entries; `NEVER` where they are forbidden."""
        slot, visit = self._of.schedules.duties.slot[duties], self._of.visit[duties]
        out = self._nodes.forbidden(self._row[entry], visit, slot)
        priced: Ints = np.where(out, NEVER, cost)
        return priced

    def _halves(self) -> None:
        of, schedules, table = self._of, self._of.schedules, self._table
        places = ranges(of.half_of_day[self._key], of.half_of_day[self._key + 1])
        sizes = of.half_of_day[self._key + 1] - of.half_of_day[self._key]
        self._half = schedules.half[places]
        entry = np.repeat(np.arange(len(self._key)), sizes)
        self._half_cost = self._allowed(entry, self._half, table.half_cost[places])
        groups = ranges(of.groups_of_day[self._key], of.groups_of_day[self._key + 1])
        runs = schedules.half_groups
        self._counties = Runs(runs.last[groups] - runs.first[groups])
        self._in_county = self._counties.least(self._half_cost)
        self._alone = np.minimum(self._in_county + schedules.half_trip[groups], NEVER)
        self._days = _Spread(of.groups_of_day[self._key + 1] - of.groups_of_day[self._key])
        self._one = self._days.least(self._alone)

    def _tours(self) -> None:
        of, schedules = self._of, self._of.schedules
        first, last = of.tours_of_day[self._key], of.tours_of_day[self._key + 1]
        tours = ranges(first, last)
        shift = np.repeat(self._days.first - of.groups_of_day[self._key], last - first)
        both = schedules.tour_first, schedules.tour_second
        self._ends = tuple(end[tours] + shift for end in both)
        self._second_best()
        first_best, second_best = (self._in_county[end] for end in self._ends)
        ways = first_best + second_best
        clash = schedules.within[tours] & (self._mine[self._ends[0]] == self._mine[self._ends[1]])
        early = first_best + self._next[self._ends[1]]
        late = self._next[self._ends[0]] + second_best
        ways = np.where(clash, np.minimum(early, late), ways)
        self._clash = np.where(clash, np.where(early <= late, 2, 1), 0)
        self._tour = np.minimum(ways + schedules.tour_cost[tours], NEVER)
        self._joined = _Spread(last - first)
        self._two = self._joined.least(self._tour)

    def _second_best(self) -> None:
        """The visit of the cheapest duty in each county, and the cheapest of any other visit."""
        runs = self._counties
        at = runs.where(self._half_cost, np.arange(len(runs)), self._in_county)
        visit = self._of.visit[self._half]
        self._mine = visit[at]
        own = visit == np.repeat(self._mine, runs.last - runs.first)
        self._others = np.where(own, NEVER, self._half_cost)
        self._next = runs.least(self._others)

    def _whole(self) -> None:
        self._long: dict[int, Ints] = {}
        self._long_parts: dict[int, tuple[_Spread, Ints, Ints]] = {}
        for length, (found, _, _) in self._of.schedules.whole.items():
            of_day = self._of.whole_of_day[length]
            first, last = of_day[self._key], of_day[self._key + 1]
            places = ranges(first, last)
            entry = np.repeat(np.arange(len(self._key)), last - first)
            priced = self._table.whole_cost[length][places]
            cost = self._allowed(entry, found[places], priced)
            spread = _Spread(last - first)
            self._long[length] = spread.least(cost)
            self._long_parts[length] = (spread, found[places], cost)

    def _take(self, entry: Ints, length: int) -> list[tuple[Ints, Ints]]:
        """The duties behind a day of each of some entries: places in `entry`, and duties."""
        everyone = np.arange(len(entry))
        if length == 1:
            county = self._days.where(self._alone, entry, self._one[entry])
            return [(everyone, self._duty_in(county))]
        taken = []
        if length == 2:
            joined = self._two[entry] <= self._long[2][entry]
            pairs = entry[joined]
            tour = self._joined.where(self._tour, pairs, self._two[pairs])
            for number, end in enumerate(self._ends):
                other = self._clash[tour] == number + 1
                taken.append((everyone[joined][~other], self._duty_in(end[tour[~other]])))
                taken.append((everyone[joined][other], self._other_in(end[tour[other]])))
            everyone = everyone[~joined]
        spread, found, cost = self._long_parts[length]
        rest = entry[everyone]
        at = spread.where(cost, rest, self._long[length][rest])
        return [*taken, (everyone, found[at])]

    def _duty_in(self, counties: Ints) -> Ints:
        at = self._counties.where(self._half_cost, counties, self._in_county[counties])
        found: Ints = self._half[at]
        return found

    def _other_in(self, counties: Ints) -> Ints:
        """The cheapest duty there of another visit than the cheapest of all."""
        at = self._counties.where(self._others, counties, self._next[counties])
        found: Ints = self._half[at]
        return found


class _Spread:
    """Runs of which some are empty: the least of those is `NEVER`."""

    def __init__(self, sizes: Ints) -> None:
        self.first = np.cumsum(sizes) - sizes
        self._some = np.flatnonzero(sizes > 0)
        self._number = np.cumsum(sizes > 0) - 1
        self._runs = Runs(sizes[self._some])
        self._size = len(sizes)

    def least(self, values: Ints) -> Ints:
        """Least value of each run: [n]."""
        found = np.full(self._size, NEVER, dtype=np.int64)
        found[self._some] = self._runs.least(values)
        return found

    def where(self, values: Ints, runs: Ints, value: Ints) -> Ints:
        """A place in each given run where its value stands."""
        return self._runs.where(values, self._number[runs], value)
