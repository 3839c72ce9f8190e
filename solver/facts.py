"""The instance as arrays: what rules and score terms look things up in.

Indices: e envoy, c county, v visit, s slot (2 x day + 0 for AM, 1 for PM), w ISO week.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solver.instance import HALVES, LONG_VISIT, VISIT_LENGTHS, Instance, iso_week

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Where = Ints | int
"""One index or an array of them."""

_MOST_TABLED: Final = 150
"""Counties up to which day tours are tabled; the table grows with their third power."""


@dataclass(frozen=True)
class Facts:
    """Arrays that depend on the instance alone; computed on first use."""

    instance: Instance

    @cached_property
    def envoy_index(self) -> dict[str, int]:
        """Number of each envoy."""
        return {envoy.id: n for n, envoy in enumerate(self.instance.envoys)}

    @cached_property
    def county_index(self) -> dict[str, int]:
        """Number of each county, as in the travel matrix."""
        return self.instance.travel.index

    @cached_property
    def visit_index(self) -> dict[str, int]:
        """Number of each visit."""
        return {visit.id: n for n, visit in enumerate(self.instance.visits)}

    @cached_property
    def slot_index(self) -> dict[tuple[object, str], int]:
        """Number of each slot of the horizon."""
        return {
            (day, half): 2 * d + h
            for d, day in enumerate(self.instance.days)
            for h, half in enumerate(HALVES)
        }

    @property
    def slot_count(self) -> int:
        """Slots in the horizon."""
        return 2 * len(self.instance.days)

    @cached_property
    def week_of_day(self) -> Ints:
        """Week number of each day, counted from 0: shape [days]."""
        weeks: dict[tuple[int, int], int] = {}
        for day in self.instance.days:
            weeks.setdefault(iso_week(day), len(weeks))
        return np.array([weeks[iso_week(day)] for day in self.instance.days], dtype=np.int64)

    @property
    def week_count(self) -> int:
        """ISO weeks that the horizon touches."""
        return int(self.week_of_day[-1]) + 1

    @cached_property
    def ordinal_of_day(self) -> Ints:
        """Calendar number of each day: shape [days]."""
        return np.array([day.toordinal() for day in self.instance.days], dtype=np.int64)

    @cached_property
    def minutes(self) -> Ints:
        """Travel minutes: shape [c, c]."""
        size = len(self.instance.travel.ids)
        return np.array(self.instance.travel.minutes, dtype=np.int64).reshape(size, size)

    @cached_property
    def base(self) -> Ints:
        """County in which each envoy lives: shape [e]."""
        return self._per_envoy([self.county_index[envoy.base] for envoy in self.instance.envoys])

    @cached_property
    def week_cap(self) -> Ints:
        """Most slots per week: shape [e]."""
        return self._per_envoy([envoy.max_slots_per_week for envoy in self.instance.envoys])

    @cached_property
    def total_cap(self) -> Ints:
        """Most slots in the horizon: shape [e]."""
        return self._per_envoy([envoy.max_slots_total for envoy in self.instance.envoys])

    @cached_property
    def max_travel(self) -> Ints:
        """Most minutes from the base: shape [e]."""
        return self._per_envoy([envoy.max_travel_minutes for envoy in self.instance.envoys])

    def levels(self, specialty: str) -> Ints:
        """Level of each envoy in a specialty, 0 without it: shape [e]."""
        if specialty not in self._levels:
            levels = [envoy.specialties.get(specialty, 0) for envoy in self.instance.envoys]
            self._levels[specialty] = self._per_envoy(levels)
        return self._levels[specialty]

    @cached_property
    def _levels(self) -> dict[str, Ints]:
        return {}

    @cached_property
    def absent(self) -> Bools:
        """Whether an envoy is unavailable in a slot: shape [e, s]."""
        absent = np.zeros((len(self.instance.envoys), self.slot_count), dtype=np.bool_)
        for n, envoy in enumerate(self.instance.envoys):
            for slot in envoy.unavailable:
                if slot in self.slot_index:  # leave may reach beyond the horizon
                    absent[n, self.slot_index[slot]] = True
        return absent

    @cached_property
    def closed(self) -> Bools:
        """Whether a county receives nobody in a slot: shape [c, s]."""
        closed = np.zeros((len(self.county_index), self.slot_count), dtype=np.bool_)
        for county in self.instance.counties:
            for slot in county.closed:
                if slot in self.slot_index:
                    closed[self.county_index[county.id], self.slot_index[slot]] = True
        return closed

    @cached_property
    def host_cap(self) -> Ints:
        """Most visits per slot: shape [c]."""
        cap = np.zeros(len(self.county_index), dtype=np.int64)
        for county in self.instance.counties:
            cap[self.county_index[county.id]] = county.max_visits_per_slot
        return cap

    @cached_property
    def city(self) -> Ints:
        """City number of each county: shape [c]."""
        cities: dict[str, int] = {}
        city = np.zeros(len(self.county_index), dtype=np.int64)
        for county in self.instance.counties:
            city[self.county_index[county.id]] = cities.setdefault(county.city, len(cities))
        return city

    @cached_property
    def lendable(self) -> Bools:
        """Whether an envoy's sharing scope takes in a county: shape [e, c]."""
        envoys, counties = self.instance.envoys, len(self.county_index)
        lendable = np.zeros((len(envoys), counties), dtype=np.bool_)
        for n, envoy in enumerate(envoys):
            home = self.county_index[envoy.home]
            scopes = {
                "county": np.arange(counties) == home,
                "city": self.city == self.city[home],
                "metro": np.ones(counties, dtype=np.bool_),
            }
            lendable[n] = scopes[envoy.sharing]
        return lendable

    @cached_property
    def lending_cost(self) -> Ints:
        """Sharing cost of one seat, affinity included: shape [e, c]."""
        weights = self.instance.weights
        envoys, counties = self.instance.envoys, len(self.county_index)
        cost = np.full((len(envoys), counties), weights.out_of_team, dtype=np.int64)
        for n, envoy in enumerate(envoys):
            if envoy.team is not None:
                team = self.county_index[envoy.team]
                cost[n, self.city != self.city[team]] = weights.out_of_city
                cost[n, team] = 0
        for item in self.instance.affinity:
            cost[self.envoy_index[item.envoy], self.county_index[item.county]] += item.minutes
        return cost

    @cached_property
    def round_trip(self) -> Ints:
        """Cost of base, county, base on one day: shape [base, c]."""
        return (self.minutes + self.minutes.T) * self.instance.weights.travel_minute

    @cached_property
    def stay_trip(self) -> Ints:
        """Cost of travel for a visit of several days: shape [base, c]."""
        return 2 * self.minutes * self.instance.weights.travel_minute

    def joining_cost(self, county: Where, half: Where, base: Where, other: Where) -> Ints:
        """Cost a half-day adds to a day that has another: shape of all, broadcast.

        An `other` of the number of counties means that the day's other half is free.
        """
        if len(self.county_index) <= _MOST_TABLED:
            tabled: Ints = self._joining_table[county, half, base, other]
            return tabled
        t, n = self.minutes, len(self.county_index)
        beside = np.minimum(other, n - 1)
        early = t[base, county] + t[county, beside] - t[base, beside]
        late = t[beside, county] + t[county, base] - t[beside, base]
        cost = np.where(np.equal(half, 0), early, late)
        cost = np.where(np.equal(other, county), 0, cost)
        cost = np.where(np.equal(other, n), t[base, county] + t[county, base], cost)
        joined: Ints = cost * self.instance.weights.travel_minute
        return joined

    @cached_property
    def _joining_table(self) -> Ints:
        """The same for every county, half, base and other: shape [c, half, base, c + 1]."""
        t, n = self.minutes, len(self.county_index)
        cost = np.zeros((n, 2, n, n + 1), dtype=np.int64)
        for c in range(n):
            cost[c, 0, :, :n] = t[:, [c]] + t[[c], :] - t  # base, c, other instead of base, other
            cost[c, 1, :, :n] = t[:, c][None, :] + t[c, :][:, None] - t.T  # other, c, base
            cost[c, :, :, c] = 0
            cost[c, :, :, n] = t[:, c] + t[c, :]
        return cost * self.instance.weights.travel_minute

    @cached_property
    def transferable(self) -> Bools:
        """Whether a half-day in a county may stand beside another: shape [c, half, other c + 1]."""
        limit, n = self.instance.rules.max_transfer_minutes, len(self.county_index)
        near = self.minutes <= limit
        near[np.arange(n), np.arange(n)] = True  # staying is no transfer
        allowed = np.ones((n, 2, n + 1), dtype=np.bool_)
        allowed[:, 0, :n] = near
        allowed[:, 1, :n] = near.T
        return allowed

    @cached_property
    def fairness(self) -> Ints:
        """Fairness cost of an envoy with a number of slots now: shape [e, loads].

        There are a few more loads than the horizon has slots, so that one visit more can always
        be priced.
        """
        weights = self.instance.weights
        now = np.arange(self.slot_count + max(VISIT_LENGTHS) + 1, dtype=np.int64)
        prior = self._per_envoy([envoy.prior_slots for envoy in self.instance.envoys])
        target = self._per_envoy([envoy.target_slots for envoy in self.instance.envoys])
        load = prior[:, None] + now[None, :]
        short = np.maximum(0, target[:, None] - load)
        excess = np.maximum(0, load - target[:, None])
        cost: Ints = (
            weights.load_square * load**2
            + weights.target_shortfall * short
            + weights.target_excess * excess
        )
        return cost

    def trip_cost(self, county: int, slots: int, base: Ints) -> Ints:
        """Travel cost of a visit that has its days to itself: shape of `base`."""
        table = self.stay_trip if slots >= LONG_VISIT else self.round_trip
        trips: Ints = table[base, county]
        return trips

    def _per_envoy(self, values: list[int]) -> Ints:
        return np.array(values, dtype=np.int64)
