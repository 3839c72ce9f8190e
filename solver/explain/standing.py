"""A plan that breaks no rule, laid out so that many changes of it can be judged at once.

Slots are counted over calendar days, two a day from the first of the horizon, and reach a week
beyond its end: a visit that is tried anywhere has all its slots. What a person in a seat adds to
the cost, and which rules that breaks, is answered here exactly, one person at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from solver.facts import Bools, Facts, Ints
from solver.instance import HALVES, LONG_VISIT, Assignment, Instance, Visit
from solver.texts import RULE_CODES

BIT: Final = {code: 1 << number for number, code in enumerate(RULE_CODES)}
_SPARE_DAYS: Final = 7


@lru_cache(maxsize=1024)
def codes_of(mask: int) -> tuple[str, ...]:
    """The rules of a mask, in the order in which they are told."""
    return tuple(code for code, bit in BIT.items() if mask & bit)


class Ground:
    """What does not depend on the plan, nor on the visits."""

    def __init__(self, instance: Instance) -> None:
        self.facts = Facts(instance)
        self._parts = _parts(instance)
        self.first = instance.days[0].toordinal()
        self.slots = 2 * (instance.days[-1].toordinal() - self.first + 1 + _SPARE_DAYS)
        self.week: Ints = (self.first - 1 + np.arange(self.slots) // 2) // 7
        self.week -= self.week[0]
        self.working = frozenset(day.toordinal() - self.first for day in instance.days)
        self._absent: dict[int, frozenset[int]] = {}

    def fits(self, instance: Instance) -> bool:
        """Whether it holds for another instance too: only visits and coverage may differ."""
        mine, others = self._parts, _parts(instance)
        return all(a is b or a == b for a, b in zip(mine, others, strict=True))

    def slot(self, day: date, half: str, slots: int) -> int:
        """The first slot of a visit that starts then; more than half a day takes whole days."""
        late = slots == 1 and half == HALVES[1]
        return 2 * (day.toordinal() - self.first) + late

    def absent(self, person: int) -> frozenset[int]:
        """The slots in which an envoy is not available."""
        if person not in self._absent:
            away = self.facts.instance.envoys[person].unavailable
            self._absent[person] = frozenset(self.slot(*item, 1) for item in away)
        return self._absent[person]

    @cached_property
    def absences(self) -> Bools:
        """The same for all: [e, s]."""
        absences = np.zeros((len(self.facts.instance.envoys), self.slots), dtype=np.bool_)
        for person in range(len(absences)):
            inside = [slot for slot in self.absent(person) if 0 <= slot < self.slots]
            absences[person, inside] = True
        return absences

    @cached_property
    def closed(self) -> dict[str, frozenset[int]]:
        """Slots in which a county receives nobody."""
        return {
            county.id: frozenset(self.slot(*item, 1) for item in county.closed)
            for county in self.facts.instance.counties
        }


def _parts(instance: Instance) -> tuple[object, ...]:
    """What `Ground` and the facts that are used here are made from."""
    return (
        instance.envoys,
        instance.counties,
        instance.days,
        instance.travel,
        instance.affinity,
        instance.rules,
        instance.weights,
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A visit held: its county, first slot and people by number."""

    visit: Visit
    county: int
    first: int
    half: str
    crew: tuple[tuple[int, ...], ...]

    @property
    def people(self) -> tuple[int, ...]:
        """Everyone, role by role."""
        return tuple(person for people in self.crew for person in people)

    @property
    def end(self) -> int:
        """The slot after the last."""
        return self.first + self.visit.slots

    def meets(self, first: int, end: int) -> bool:
        """Whether it takes one of some slots."""
        return self.first < end and first < self.end


@dataclass(frozen=True)
class Ledger:
    """What every envoy has to do, as arrays.

    Attributes:
        load: Slots in the horizon: [e].
        week_load: Slots by week: [e, w].
        half_county: County of the half-day visit in a slot; the number of counties: none: [e, s].
        busy: Whether a slot is taken: [e, s].
    """

    load: Ints
    week_load: Ints
    half_county: Ints
    busy: Bools


class Standing:
    """The plan; it must break no rule of the instance."""

    def __init__(
        self, instance: Instance, assignments: Sequence[Assignment], ground: Ground | None = None
    ) -> None:
        self.instance = instance
        self.ground = ground if ground and ground.fits(instance) else Ground(instance)
        self.spots = {item.visit: self.spot(item) for item in assignments}
        self.duties: defaultdict[int, list[Spot]] = defaultdict(list)
        for spot in self.spots.values():
            for person in spot.people:
                self.duties[person].append(spot)

    def with_moved(self, spots: Sequence[Spot]) -> Standing:
        """The same with some visits that are held at other times; for questions about these."""
        other = copy(self)
        other.__dict__.pop("_series", None)
        other.__dict__.pop("ledger", None)
        moved = {spot.visit.id: spot for spot in spots}
        other.spots = {**self.spots, **moved}
        other.duties = self.duties.copy()
        for person in {person for spot in spots for person in spot.people}:
            mine = self.duties[person]
            other.duties[person] = [moved.get(duty.visit.id, duty) for duty in mine]
        guests = other.__dict__["guests"] = dict(self.guests)
        for spot in spots:
            now, county = self.spots[spot.visit.id], spot.visit.county
            if guests[county] is self.guests[county]:
                guests[county] = self.guests[county].copy()
            guests[county].subtract(range(now.first, now.end))
            guests[county].update(range(spot.first, spot.end))
        return other

    @property
    def facts(self) -> Facts:
        """The instance as arrays; what they say of visits may be of an earlier instance."""
        return self.ground.facts

    def spot(self, item: Assignment) -> Spot:
        """An assignment by numbers; KeyError where it names what is not there."""
        facts = self.ground.facts
        visit = self.instance.visit_by_id[item.visit]
        crew = tuple(tuple(facts.envoy_index[name] for name in people) for people in item.roles)
        first = self.ground.slot(item.date, item.slot, visit.slots)
        return Spot(visit, facts.county_index[visit.county], first, item.slot, crew)

    @cached_property
    def ledger(self) -> Ledger:
        """The same by envoy."""
        ground, facts = self.ground, self.facts
        size = len(facts.instance.envoys)
        ledger = Ledger(
            load=np.zeros(size, dtype=np.int64),
            week_load=np.zeros((size, int(ground.week[-1]) + 1), dtype=np.int64),
            half_county=np.full((size, ground.slots), len(facts.county_index), dtype=np.int64),
            busy=np.zeros((size, ground.slots), dtype=np.bool_),
        )
        for person, duties in self.duties.items():
            for duty in duties:
                ledger.load[person] += duty.visit.slots
                ledger.week_load[person, ground.week[duty.first]] += duty.visit.slots
                ledger.busy[person, duty.first : duty.end] = True
                if duty.visit.slots == 1:
                    ledger.half_county[person, duty.first] = duty.county
        return ledger

    @cached_property
    def guests(self) -> dict[str, Counter[int]]:
        """How many visits each county has in each slot."""
        found: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for spot in self.spots.values():
            found[spot.visit.county].update(range(spot.first, spot.end))
        return dict(found)

    @cached_property
    def missing(self) -> Counter[tuple[str, str | None]]:
        """Visits short of each coverage rule: rules of one county and specialty are one here."""
        held: Counter[tuple[str, str | None]] = Counter()
        for spot in self.spots.values():
            held.update(_counts_for(spot.visit))
        rules = self.instance.coverage
        return Counter(
            (rule.county, rule.specialty)
            for rule in rules
            if held[rule.county, rule.specialty] < rule.min_visits
        )

    def gain(self, visit: Visit) -> int:
        """By how much the first tier falls when a visit that is not held comes to be held."""
        return sum(self.missing[key] for key in _counts_for(visit))

    @cached_property
    def before(self) -> dict[str, tuple[int, str, frozenset[int]]]:
        """By visit, as the plan in force has it: calendar day, half, people."""
        index = self.ground.facts.envoy_index
        return {
            item.visit: (
                item.date.toordinal() - self.ground.first,
                item.slot,
                frozenset(index[name] for name in item.envoys),
            )
            for item in self.instance.baseline
        }

    def disruption(self, spot: Spot) -> int:
        """What holding a visit so counts as a change of the plan in force."""
        before = self.before.get(spot.visit.id)
        if before is None:
            return 0
        weights = self.instance.weights.disruption
        moved = before[:2] != (spot.first // 2, spot.half)
        return weights.moved * moved + weights.replaced * len(before[2] - set(spot.people))

    def of_start(self, spot: Spot) -> int:
        """The rules that a visit breaks by its start, whoever comes, as a mask; itself aside."""
        mask = BIT["WINDOW"] * (not self._in_window(spot))
        mask |= BIT["HOST"] * (not self._has_room(spot))
        mask |= BIT["SERIES"] * (not self._keeps_distance(spot))
        pin = spot.visit.pin
        if pin and pin.start:
            pinned = (pin.start.date.toordinal() - self.ground.first, pin.start.slot)
            mask |= BIT["PIN"] * (pinned != (spot.first // 2, spot.half))
        return mask

    def _in_window(self, spot: Spot) -> bool:
        visit, ground = spot.visit, self.ground
        if spot.half not in (visit.start_slots if visit.slots == 1 else HALVES[:1]):
            return False
        days = range(spot.first // 2, (spot.end - 1) // 2 + 1)
        first, last = (day.toordinal() - ground.first for day in (visit.earliest, visit.latest))
        return (
            first <= days[0]
            and days[-1] <= last
            and ground.working.issuperset(days)
            and bool(ground.week[spot.first] == ground.week[spot.end - 1])
            and ground.closed[visit.county].isdisjoint(range(spot.first, spot.end))
        )

    def _has_room(self, spot: Spot) -> bool:
        limit = self.instance.county_by_id[spot.visit.county].max_visits_per_slot
        guests = self.guests.get(spot.visit.county, Counter[int]())
        now = self.spots.get(spot.visit.id)
        own = range(now.first, now.end) if now else range(0)
        return all(guests[s] - (s in own) < limit for s in range(spot.first, spot.end))

    @cached_property
    def _series(self) -> dict[str, list[tuple[int, str]]]:
        found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for spot in self.spots.values():
            if spot.visit.series is not None:
                found[spot.visit.series].append((spot.first // 2, spot.visit.id))
        return dict(found)

    def _keeps_distance(self, spot: Spot) -> bool:
        series = spot.visit.series
        if series is None:
            return True
        gap, day = self.instance.gap_of_series[series], spot.first // 2
        others = (at for at, name in self._series.get(series, ()) if name != spot.visit.id)
        return all(abs(day - at) >= gap for at in others)

    def of_pins(self, spot: Spot) -> int:
        """Whether pinned people are missing, as a mask."""
        pin = spot.visit.pin
        if pin is None or pin.envoys is None:
            return 0
        index = self.ground.facts.envoy_index
        missing = (
            index[name] not in people
            for names, people in zip(pin.envoys, spot.crew, strict=True)
            for name in names
        )
        return BIT["PIN"] * any(missing)

    def of_person(
        self, person: int, role: int, spot: Spot, without: Collection[str]
    ) -> tuple[int, int]:
        """The rules that a person breaks by a seat, as a mask, and what he or she adds to the cost.

        Args:
            person: Number of the envoy.
            role: Of the seat.
            spot: The visit as it would be held.
            without: Visits that the person would not be on any more; the visit itself is none of
                the person's others in any case.
        """
        gone = {spot.visit.id, *without}
        others = [duty for duty in self.duties.get(person, ()) if duty.visit.id not in gone]
        mask = self._of_place(person, role, spot) | self._of_load(person, spot, others)
        if not self.ground.absent(person).isdisjoint(range(spot.first, spot.end)):
            mask |= BIT["AVAILABILITY"]
        if any(duty.meets(spot.first, spot.end) for duty in others):
            mask |= BIT["OVERLAP"]
        facts = self.facts
        load = sum(duty.visit.slots for duty in others)
        fairness = facts.fairness[person]
        cost = int(facts.lending_cost[person, spot.county])
        cost += int(fairness[load + spot.visit.slots] - fairness[load])
        if spot.visit.slots > 1:
            return mask, cost + self._trip(person, spot)
        broken, road = self._of_day(person, spot, others)
        return mask | broken, cost + road

    def _of_place(self, person: int, role: int, spot: Spot) -> int:
        envoy, visit, facts = self.instance.envoys[person], spot.visit, self.facts
        wanted = visit.roles[role]
        mask = BIT["SKILL"] * (envoy.specialties.get(wanted.specialty, 0) < wanted.min_level)
        far = facts.minutes[facts.base[person], spot.county] > envoy.max_travel_minutes
        mask |= BIT["TRAVEL"] * bool(far)
        mask |= BIT["SHARING"] * (not facts.lendable[person, spot.county])
        return mask | BIT["EXCLUDE"] * (envoy.id in visit.exclude)

    def _of_load(self, person: int, spot: Spot, others: Sequence[Spot]) -> int:
        envoy, week = self.instance.envoys[person], self.ground.week
        total = sum(duty.visit.slots for duty in others) + spot.visit.slots
        mask = BIT["TOTAL_LOAD"] * (total > envoy.max_slots_total)
        loads = Counter(week[spot.first : spot.end].tolist())
        for duty in others:
            if week[duty.first] in loads:
                loads[int(week[duty.first])] += duty.visit.slots
        return mask | BIT["WEEK_LOAD"] * (max(loads.values()) > envoy.max_slots_per_week)

    def _trip(self, person: int, spot: Spot) -> int:
        table = self.facts.stay_trip if spot.visit.slots >= LONG_VISIT else self.facts.round_trip
        return int(table[self.facts.base[person], spot.county])

    def _of_day(self, person: int, spot: Spot, others: Sequence[Spot]) -> tuple[int, int]:
        """A half-day beside others of its day: the rule of transfers, and the longer tour."""
        day = spot.first // 2
        beside = [d for d in others if d.visit.slots == 1 and d.first // 2 == day]
        beside.sort(key=_in_time)
        both = sorted([*beside, spot], key=_in_time)
        near = self.facts.minutes
        limit = self.instance.rules.max_transfer_minutes
        far = any(
            one.first != two.first
            and one.county != two.county
            and near[one.county, two.county] > limit
            for one, two in pairwise(both)
        )
        base = int(self.facts.base[person])
        road = self._tour(base, both) - self._tour(base, beside)
        return BIT["TRANSFER"] * far, road * self.instance.weights.travel_minute

    def _tour(self, base: int, duties: Sequence[Spot]) -> int:
        if not duties:
            return 0
        legs = list(pairwise([base, *(duty.county for duty in duties), base]))
        # Two visits in one county are one stop; home is left and reached even within the county.
        counted = [legs[0], *(leg for leg in legs[1:-1] if leg[0] != leg[1]), legs[-1]]
        return sum(int(self.facts.minutes[leg]) for leg in counted)

    def date_of(self, slot: int) -> date:
        """The calendar day of a slot."""
        return self.instance.days[0] + timedelta(days=slot // 2)


def _in_time(spot: Spot) -> tuple[int, str]:
    return spot.first, spot.visit.id


def _counts_for(visit: Visit) -> set[tuple[str, str | None]]:
    return {(visit.county, None), *((visit.county, role.specialty) for role in visit.roles)}
