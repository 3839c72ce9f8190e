"""What a good dispatcher would do by hand, fast: greedy, then destroy and repair.

Plain Python over the instance alone; it shares nothing with the engine, so that it can be what the
engine is measured against. No bound comes from it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from solver import Assignment, Instance, Visit
from solver.instance import HALVES, LONG_VISIT, iso_week, slots_of

Crew = tuple[tuple[int, ...], ...]
Place = tuple[int, Crew]
"""Number of a start in the visit's list, and who is in each role."""
Score = tuple[int, int, int, int, int]
"""Pins not held, then the four tiers."""

_MOST_OUT = 16
_HOT, _COLD = 60.0, 2.0
"""How much dearer a plan may be to be gone on with, at first and at the end."""


@dataclass
class Start:
    """A start of a visit: first slot, all slots, week, calendar number."""

    slot: int
    cells: range
    week: int
    date: int


@dataclass
class Job:
    """A visit as the dispatcher looks at it."""

    visit: Visit
    county: int
    starts: list[Start]
    people: list[list[int]]
    forced: list[list[int]]
    rules: list[int]
    before: tuple[int, frozenset[int]] | None
    """Slot and people in the plan in force."""

    @property
    def counts(self) -> list[int]:
        return [role.count for role in self.visit.roles]


class Dispatcher:
    """A plan, and what is needed to change it visit by visit."""

    def __init__(self, case: Instance, seed: int = 1) -> None:
        self.case = case
        self.rng = random.Random(seed)
        self.slot_of = {
            (d, h): 2 * n + k for n, d in enumerate(case.days) for k, h in enumerate(HALVES)
        }
        self.weeks = [iso_week(day) for day in case.days]
        self.row = case.travel.index
        self.minutes = case.travel.minutes
        self.base = [self.row[envoy.base] for envoy in case.envoys]
        self.number = {envoy.id: n for n, envoy in enumerate(case.envoys)}
        self.absent = [
            {self.slot_of[slot] for slot in envoy.unavailable if slot in self.slot_of}
            for envoy in case.envoys
        ]
        self.liked = {(self.number[a.envoy], self.row[a.county]): a.minutes for a in case.affinity}
        self.cities = {self.row[c.id]: c.city for c in case.counties}
        self.room = {self.row[c.id]: c.max_visits_per_slot for c in case.counties}
        self.jobs = [self._job(visit) for visit in case.visits]
        people, places, slots = len(case.envoys), len(self.minutes), 2 * len(case.days)
        self.busy = [bytearray(slots) for _ in range(people)]
        self.at: list[dict[int, int]] = [{} for _ in range(people)]
        self.week_load: list[dict[int, int]] = [{} for _ in range(people)]
        self.load = [0] * people
        self.guests = [[0] * slots for _ in range(places)]
        self.dates: dict[str, list[int]] = {series.id: [] for series in case.series}
        self.covered = [0] * len(case.coverage)
        self.held: dict[int, Place] = {}
        weights = case.weights.disruption
        self.missing_pins = sum(visit.pin is not None for visit in case.visits)
        self.missing = sum(rule.min_visits for rule in case.coverage)
        self.left_out = sum(visit.weight for visit in case.visits)
        self.changes = len(case.baseline) * weights.dropped
        self.cost = sum(self._fair(n, 0) for n in range(people))

    @property
    def score(self) -> Score:
        return (self.missing_pins, self.missing, self.left_out, self.changes, self.cost)

    def assignments(self, held: dict[int, Place]) -> list[Assignment]:
        """A plan as it is written down."""
        found = []
        for number, (start, crew) in sorted(held.items()):
            job, slot = self.jobs[number], self.jobs[number].starts[start].slot
            names = tuple(tuple(self.case.envoys[e].id for e in role) for role in crew)
            day, half = self.case.days[slot // 2], ("AM", "PM")[slot % 2]
            found.append(Assignment(job.visit.id, day, half, names))
        return found

    # What never changes ---------------------------------------------------------------------

    def _job(self, visit: Visit) -> Job:
        county = self.row[visit.county]
        pinned = visit.pin.envoys if visit.pin and visit.pin.envoys else [()] * len(visit.roles)
        forced = [[self.number[name] for name in names] for names in pinned]
        rules = [
            n
            for n, rule in enumerate(self.case.coverage)
            if rule.county == visit.county
            and rule.specialty in (None, *(role.specialty for role in visit.roles))
        ]
        before = next((item for item in self.case.baseline if item.visit == visit.id), None)
        return Job(
            visit=visit,
            county=county,
            starts=self._starts(visit),
            people=[self._people(visit, county, n, forced) for n in range(len(visit.roles))],
            forced=forced,
            rules=rules,
            before=None
            if before is None
            else (
                self.slot_of.get((before.date, before.slot), -1),
                frozenset(self.number[name] for name in before.envoys),
            ),
        )

    def _starts(self, visit: Visit) -> list[Start]:
        closed = set(self.case.county_by_id[visit.county].closed)
        pin = visit.pin.start if visit.pin else None
        found = []
        for n, day in enumerate(self.case.days):
            for half in visit.start_slots if visit.slots == 1 else ("AM",):
                used = slots_of(day, half, visit.slots)
                inside = day >= visit.earliest and used[-1][0] <= visit.latest
                if not inside or any(s not in self.slot_of or s in closed for s in used):
                    continue
                if iso_week(used[-1][0]) != self.weeks[n] or (
                    pin and (pin.date, pin.slot) != (day, half)
                ):
                    continue
                first = self.slot_of[day, half]
                cells = range(first, first + visit.slots)
                week = self.weeks.index(self.weeks[n])
                found.append(Start(first, cells, week, day.toordinal()))
        return found

    def _people(self, visit: Visit, county: int, role: int, forced: list[list[int]]) -> list[int]:
        wanted = visit.roles[role]
        elsewhere = {e for n, people in enumerate(forced) if n != role for e in people}
        return [
            n
            for n, envoy in enumerate(self.case.envoys)
            if envoy.specialties.get(wanted.specialty, 0) >= wanted.min_level
            and self.minutes[self.base[n]][county] <= envoy.max_travel_minutes
            and envoy.id not in visit.exclude
            and n not in elsewhere
            and self._lent(n, county)
        ]

    def _lent(self, envoy: int, county: int) -> bool:
        person = self.case.envoys[envoy]
        home = self.row[person.home]
        if person.sharing == "county":
            return home == county
        return person.sharing == "metro" or self.cities[home] == self.cities[county]

    # Prices ---------------------------------------------------------------------------------

    def _fair(self, envoy: int, slots: int) -> int:
        person, weights = self.case.envoys[envoy], self.case.weights
        load = person.prior_slots + slots
        short = max(0, person.target_slots - load)
        over = max(0, load - person.target_slots)
        linear = weights.target_shortfall * short + weights.target_excess * over
        return weights.load_square * load * load + linear

    def _price(self, envoy: int, job: Job, start: Start) -> int:
        """What an envoy on a visit adds to the cost."""
        slots, county = job.visit.slots, job.county
        cost = self._fair(envoy, self.load[envoy] + slots) - self._fair(envoy, self.load[envoy])
        cost += self.liked.get((envoy, county), 0) + self._lending(envoy, county)
        return cost + self.case.weights.travel_minute * self._way(envoy, county, slots, start.slot)

    def _lending(self, envoy: int, county: int) -> int:
        team, weights = self.case.envoys[envoy].team, self.case.weights
        if team is not None and self.row[team] == county:
            return 0
        if team is None or self.cities[self.row[team]] == self.cities[county]:
            return weights.out_of_team
        return weights.out_of_city

    def _way(self, envoy: int, county: int, slots: int, slot: int) -> int:
        base, t = self.base[envoy], self.minutes
        there, back = t[base][county], t[county][base]
        if slots >= LONG_VISIT:
            return 2 * there
        other = self.at[envoy].get(slot ^ 1) if slots == 1 else None
        if other is None:
            return there + back
        if other == county:
            return 0
        alone = t[base][other] + t[other][base]
        first, second = (other, county) if slot % 2 else (county, other)
        return t[base][first] + t[first][second] + t[second][base] - alone

    def _free(self, envoy: int, job: Job, start: Start) -> bool:
        person, slots = self.case.envoys[envoy], job.visit.slots
        if self.load[envoy] + slots > person.max_slots_total:
            return False
        if self.week_load[envoy].get(start.week, 0) + slots > person.max_slots_per_week:
            return False
        busy, absent = self.busy[envoy], self.absent[envoy]
        if any(busy[cell] or cell in absent for cell in start.cells):
            return False
        other = self.at[envoy].get(start.slot ^ 1) if slots == 1 else None
        if other is None or other == job.county:
            return True
        first, second = (other, job.county) if start.slot % 2 else (job.county, other)
        return self.minutes[first][second] <= self.case.rules.max_transfer_minutes

    # Changing the plan ----------------------------------------------------------------------

    def add(self, number: int, place: Place) -> None:
        """Hold a visit."""
        job, start = self.jobs[number], self.jobs[number].starts[place[0]]
        for envoy in (e for role in place[1] for e in role):
            self.cost += self._price(envoy, job, start)
            self._occupy(envoy, job, start, 1)
        self.held[number] = place
        self._count(number, place, 1)

    def remove(self, number: int) -> Place:
        """Leave a visit out; returns where it stood."""
        place = self.held.pop(number)
        job, start = self.jobs[number], self.jobs[number].starts[place[0]]
        for envoy in (e for role in place[1] for e in role):
            self._occupy(envoy, job, start, -1)
            self.cost -= self._price(envoy, job, start)
        self._count(number, place, -1)
        return place

    def _occupy(self, envoy: int, job: Job, start: Start, sign: int) -> None:
        slots = job.visit.slots
        for cell in start.cells:
            self.busy[envoy][cell] = sign > 0
        if slots == 1 and sign > 0:
            self.at[envoy][start.slot] = job.county
        elif slots == 1:
            del self.at[envoy][start.slot]
        self.load[envoy] += sign * slots
        loads = self.week_load[envoy]
        loads[start.week] = loads.get(start.week, 0) + sign * slots

    def _count(self, number: int, place: Place, sign: int) -> None:
        job = self.jobs[number]
        visit, start = job.visit, job.starts[place[0]]
        for cell in start.cells:
            self.guests[job.county][cell] += sign
        if visit.series is not None:
            dates = self.dates[visit.series]
            dates.append(start.date) if sign > 0 else dates.remove(start.date)
        for rule in job.rules:
            least = self.case.coverage[rule].min_visits
            self.missing -= max(0, least - self.covered[rule])
            self.covered[rule] += sign
            self.missing += max(0, least - self.covered[rule])
        self.missing_pins -= sign * (visit.pin is not None)
        self.left_out -= sign * visit.weight
        self.changes += sign * self._changed(job, place)

    def _changed(self, job: Job, place: Place) -> int:
        if job.before is None:
            return 0
        weights = self.case.weights.disruption
        slot, people = job.before
        gone = people - {e for role in place[1] for e in role}
        moved = weights.moved * (slot != job.starts[place[0]].slot)
        return moved + weights.replaced * len(gone) - weights.dropped

    def find(self, number: int, most: int = 10**9) -> Place | None:
        """The cheapest place of a visit out of so many starts; None if there is none."""
        job = self.jobs[number]
        starts = range(len(job.starts))
        if len(job.starts) > most:
            starts = self.rng.sample(starts, most)
        best: tuple[tuple[int, int], Place] | None = None
        for n in starts:
            found = self._crew(job, job.starts[n]) if self._open(job, job.starts[n]) else None
            if found is None:
                continue
            price, crew = found
            key = (self._changed(job, (n, crew)), price)
            if best is None or key < best[0]:
                best = (key, (n, crew))
        return best and best[1]

    def _open(self, job: Job, start: Start) -> bool:
        room, guests = self.room[job.county], self.guests[job.county]
        if any(guests[cell] >= room for cell in start.cells):
            return False
        if job.visit.series is None:
            return True
        gap = self.case.gap_of_series[job.visit.series]
        return all(abs(start.date - date) >= gap for date in self.dates[job.visit.series])

    def _crew(self, job: Job, start: Start) -> tuple[int, Crew] | None:
        taken: set[int] = set()
        crew: list[tuple[int, ...]] = [()] * len(job.people)
        total = 0
        for role in sorted(range(len(job.people)), key=lambda n: len(job.people[n])):
            must = job.forced[role]
            known = job.before[1] if job.before else ()
            prices = [
                (envoy not in must, envoy not in known, self._price(envoy, job, start), envoy)
                for envoy in job.people[role]
                if envoy not in taken and self._free(envoy, job, start)
            ]
            chosen = sorted(prices)[: job.counts[role]]
            if len(chosen) < job.counts[role] or sum(not c[0] for c in chosen) < len(must):
                return None
            crew[role] = tuple(c[3] for c in chosen)
            total += sum(c[2] for c in chosen)
            taken.update(crew[role])
        return total, tuple(crew)

    # Search ---------------------------------------------------------------------------------

    def construct(self) -> None:
        """Pinned visits, then those that cover, then by weight; the scarce before the easy."""

        def urgency(number: int) -> tuple[bool, bool, int, int]:
            job = self.jobs[number]
            choices = min(map(len, job.people), default=0) * len(job.starts)
            covers = any(self.covered[r] < self.case.coverage[r].min_visits for r in job.rules)
            return (job.visit.pin is None, not covers, -job.visit.weight, choices)

        for number in sorted(range(len(self.jobs)), key=urgency):
            place = self.find(number)
            if place is not None:
                self.add(number, place)

    def improve(self, share: float) -> bool:
        """Take some visits out, put them back with those left out; whether the plan is kept.

        Args:
            share: Of the time that is over, from 0 to 1.
        """
        before = self.score
        out = self._chosen()
        old = {number: self.remove(number) for number in out}
        # A few of those left out try their luck with the room that is there now.
        waiting = [n for n, job in enumerate(self.jobs) if n not in self.held and n not in old]
        self.rng.shuffle(waiting)
        order = [*out, *waiting[:4]]
        self.rng.shuffle(order)
        if self.rng.random() < 0.5:
            order.sort(key=lambda n: (self.jobs[n].visit.pin is None, -self.jobs[n].visit.weight))
        added = [n for n in order if self._put(n)]
        heat = _HOT * (_COLD / _HOT) ** share
        limit = before[4] - heat * math.log(max(1e-9, self.rng.random()))
        if self.score[:4] < before[:4] or (self.score[:4] == before[:4] and self.cost <= limit):
            return True
        for number in added:
            self.remove(number)
        for number, place in old.items():
            self.add(number, place)
        return False

    def _put(self, number: int) -> bool:
        place = self.find(number, 12)
        if place is not None:
            self.add(number, place)
        return place is not None

    def _chosen(self) -> list[int]:
        """Held visits that have to do with each other: county, people, days, or nothing."""
        held = list(self.held)
        if not held:
            return []
        size = self.rng.randint(1, min(_MOST_OUT, len(held)))
        seed, (start, crew) = self.rng.choice(list(self.held.items()))
        job, way = self.jobs[seed], self.rng.randrange(4)
        crews = {e for role in crew for e in role}
        date = job.starts[start].date

        def far(number: int) -> float:
            other, (at, people) = self.jobs[number], self.held[number]
            if way == 0:
                near = other.county != job.county
            elif way == 1:
                near = not any(e in crews for role in people for e in role)
            elif way == 2:
                near = abs(other.starts[at].date - date) > 1
            else:
                near = False
            return near + self.rng.random() / 2

        return sorted(held, key=far)[:size]


def dispatch(
    case: Instance,
    seconds: Callable[[], float],
    limit: float,
    tell: Callable[[Dispatcher, dict[int, Place]], None],
    seed: int = 1,
) -> None:
    """Plan for some seconds; `tell` hears of every plan that is better than all before."""
    plan = Dispatcher(case, seed)
    plan.construct()
    best: Score | None = None
    while True:
        if plan.missing_pins == 0 and (best is None or plan.score < best):
            best = plan.score
            tell(plan, dict(plan.held))
        if seconds() >= limit:
            return
        plan.improve(seconds() / limit)
