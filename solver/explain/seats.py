"""One person against all seats: what it would do if he or she took each of them.

Arrays run over the seats [s] of all visits held, or over these visits [v]; they are made once for
a plan. Where two half-days would clash the order in which the checker reads them matters: those
few are judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.explain.standing import BIT, Spot, Standing, codes_of
from solver.facts import Bools, Ints
from solver.instance import LONG_VISIT
from solver.solution import Score


@dataclass(frozen=True, slots=True)
class SeatTarget:
    """A seat that a person could take from another, the rules it breaks, the change of score.

    `leaving` is "" where nobody goes for it.
    """

    visit: str
    role: int
    leaving: str
    codes: tuple[str, ...]
    change: Score


class Seats:
    """All seats of a plan without violations."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._facts = standing.facts
        self.spots = [spot for spot in standing.spots.values() if spot.crew]
        rows = [
            (number, role, person)
            for number, spot in enumerate(self.spots)
            for role, people in enumerate(spot.crew)
            for person in people
        ]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
        self.visit, self.role, self.person = table[:, 0], table[:, 1], table[:, 2]
        self.county = self._of_visits(lambda spot: spot.county)
        self.first = self._of_visits(lambda spot: spot.first)
        self.slots = self._of_visits(lambda spot: spot.visit.slots)
        self.week = standing.ground.week[self.first]

    def _of_visits(self, value: Callable[[Spot], int]) -> Ints:
        return np.array([value(spot) for spot in self.spots], dtype=np.int64)

    def prepare(self) -> None:
        """Make the arrays that do not depend on the person."""
        _ = self._left, self._pinned, self._standing.ground.absences, self._standing.guests

    def targets(
        self, envoy: str, leaving: str | None, visits: Container[str] | None = None
    ) -> tuple[SeatTarget, ...]:
        """What it does to take each seat; see `Targets.seats`."""
        person = self._facts.envoy_index[envoy]
        source = None if leaving is None else self._standing.spots[leaving]
        if source is not None and person not in source.people:
            raise KeyError(envoy)
        join_mask, join_cost = self._joining(person, source)
        mask = join_mask[self.visit] | self._skill(person) | self._pinned
        cost = join_cost[self.visit] - self._left
        changes = self._changes(person)
        if source is not None:
            role = next(n for n, people in enumerate(source.crew) if person in people)
            source_mask, source_cost = self._of_source(source, role)
            mask |= source_mask | self._pin_of(source, role, envoy)
            _, own = self._standing.of_person(person, role, source, ())
            cost = cost + source_cost - own
            changes = changes + self._changes_of_source(person, source)
        which = self._open(person, source)
        if visits is not None:
            asked = np.array([spot.visit.id in visits for spot in self.spots], dtype=np.bool_)
            which = which & asked[self.visit]
        return tuple(self._made(which, mask, cost, changes))

    def additions(self, envoy: str) -> tuple[SeatTarget, ...]:
        """What it does to come to each role as one person more; see `Targets.additions`."""
        person = self._facts.envoy_index[envoy]
        join_mask, join_cost = self._joining(person, None)
        mask = join_mask[self.visit] | self._skill(person)
        first: Bools = np.ones(len(self.visit), dtype=np.bool_)
        first[1:] = (np.diff(self.visit) != 0) | (np.diff(self.role) != 0)
        came = self._came_before(person)
        at = np.flatnonzero(self._open(person, None) & first).tolist()
        return tuple(
            SeatTarget(
                self.spots[self.visit[n]].visit.id,
                int(self.role[n]),
                "",
                codes_of(int(mask[n])),
                Score(0, 0, -int(came[n]), int(join_cost[self.visit[n]])),
            )
            for n in at
        )

    def _came_before(self, person: int) -> Ints:
        """Disruption that is undone where somebody comes back: [s]."""
        before = self._standing.before
        came = [person in before[v.visit.id][2] if v.visit.id in before else 0 for v in self.spots]
        counted: Ints = np.array(came, dtype=np.int64)[self.visit]
        return counted * self._standing.instance.weights.disruption.replaced

    def _open(self, person: int, source: Spot | None) -> Bools:
        """Seats of visits that the person is not on, of people who are not on the source."""
        own = np.array([person in spot.people for spot in self.spots], dtype=np.bool_)
        free: Bools = ~own[self.visit]
        if source is not None:
            free = free & ~np.isin(self.person, source.people)
        return free

    def _made(self, which: Bools, mask: Ints, cost: Ints, changes: Ints) -> Iterator[SeatTarget]:
        envoys, spots = self._standing.instance.envoys, self.spots
        at = np.flatnonzero(which)
        columns = (self.visit, self.role, self.person, mask, changes, cost)
        rows = zip(*(column[at].tolist() for column in columns), strict=True)
        for visit, role, person, broken, change, price in rows:
            yield SeatTarget(
                spots[visit].visit.id,
                role,
                envoys[person].id,
                codes_of(broken),
                Score(0, 0, change, price),
            )

    def _joining(self, person: int, source: Spot | None) -> tuple[Ints, Ints]:
        """The rules a person breaks by each visit, skill aside, and what it costs: [v] each.

        The person is on the source no more.
        """
        facts, standing, ledger = self._facts, self._standing, self._standing.ledger
        gone = 0 if source is None else source.visit.slots
        load = int(ledger.load[person]) - gone
        week_load, busy = ledger.week_load[person].copy(), ledger.busy[person].copy()
        half_county = ledger.half_county[person].copy()
        if source is not None:
            week_load[standing.ground.week[source.first]] -= gone
            busy[source.first : source.end] = False
            half_county[source.first : source.end] = len(facts.county_index)
        mask = BIT["AVAILABILITY"] * self._any(standing.ground.absences[person])
        mask |= BIT["OVERLAP"] * self._any(busy)
        mask |= BIT["WEEK_LOAD"] * (week_load[self.week] + self.slots > facts.week_cap[person])
        mask |= BIT["TOTAL_LOAD"] * (load + self.slots > facts.total_cap[person])
        far = facts.minutes[facts.base[person], self.county] > facts.max_travel[person]
        mask |= BIT["TRAVEL"] * far
        mask |= BIT["SHARING"] * ~facts.lendable[person, self.county]
        mask |= BIT["EXCLUDE"] * self._excluded(person)
        fairness = facts.fairness[person]
        cost = facts.lending_cost[person, self.county] + fairness[load + self.slots]
        cost = cost - fairness[load]
        base = np.full(len(self.spots), facts.base[person])
        far, trips = self._road(base, half_county[self.first ^ 1])
        mask |= BIT["TRANSFER"] * far
        cost = cost + trips
        for n in np.flatnonzero((self.slots == 1) & self._in(half_county)[self.first]):
            # Someone cannot be in two places: only what the checker says of it is asked.
            without = () if source is None else (source.visit.id,)
            mask[n], cost[n] = self._alone(person, self.spots[n], without)
        return mask, cost

    def _alone(self, person: int, spot: Spot, without: tuple[str, ...]) -> tuple[int, int]:
        mask, cost = self._standing.of_person(person, 0, spot, without)
        return mask & ~BIT["SKILL"], cost

    def _in(self, half_county: Ints) -> Bools:
        """Where there is a half-day visit."""
        found: Bools = half_county < len(self._facts.county_index)
        return found

    def _any(self, taken: Bools) -> Bools:
        """Whether each visit meets a slot that is taken: [v]."""
        counted = np.concatenate(([0], np.cumsum(taken)))
        met: Bools = counted[self.first + self.slots] > counted[self.first]
        return met

    def _road(self, base: Ints, beside: Ints) -> tuple[Bools, Ints]:
        """Whether the transfer is too far, and what travel adds, for somebody on each visit: [v].

        `beside` is the county of the other half of the first day.
        """
        facts, half, day = self._facts, self.first & 1, self.slots == 1
        tours = facts.joining_cost(self.county, half, base, beside)
        stays = facts.stay_trip[base, self.county]
        rounds = facts.round_trip[base, self.county]
        trips: Ints = np.where(day, tours, np.where(self.slots >= LONG_VISIT, stays, rounds))
        far: Bools = day & ~facts.transferable[self.county, half, beside]
        return far, trips

    @cached_property
    def _left(self) -> Ints:
        """What the person in each seat adds to the cost there: [s]."""
        facts, ledger, visit = self._facts, self._standing.ledger, self.visit
        beside = ledger.half_county[self.person, self.first[visit] ^ 1]
        base, county = facts.base[self.person], self.county[visit]
        slots, half = self.slots[visit], self.first[visit] & 1
        tours = facts.joining_cost(county, half, base, beside)
        longer = np.where(
            slots >= LONG_VISIT, facts.stay_trip[base, county], facts.round_trip[base, county]
        )
        load = ledger.load[self.person]
        cost = facts.fairness[self.person, load] - facts.fairness[self.person, load - slots]
        cost = cost + facts.lending_cost[self.person, county]
        left: Ints = cost + np.where(slots == 1, tours, longer)
        return left

    def _skill(self, person: int) -> Ints:
        """Whether a person lacks what each seat asks for, as a mask: [s]."""
        known = self._standing.instance.envoys[person].specialties
        lacks = [
            [known.get(role.specialty, 0) < role.min_level for role in spot.visit.roles]
            for spot in self.spots
        ]
        found = [lacks[v][r] for v, r in zip(self.visit.tolist(), self.role.tolist(), strict=True)]
        return BIT["SKILL"] * np.array(found, dtype=np.int64)

    @cached_property
    def _pinned(self) -> Ints:
        """Whether the person in each seat is pinned to it, as a mask: [s]."""
        envoys = self._standing.instance.envoys
        found = np.zeros(len(self.visit), dtype=np.int64)
        rows = zip(self.visit.tolist(), self.role.tolist(), self.person.tolist(), strict=True)
        for n, (visit, role, person) in enumerate(rows):
            pin = self.spots[visit].visit.pin
            if pin and pin.envoys and envoys[person].id in pin.envoys[role]:
                found[n] = BIT["PIN"]
        return found

    def _pin_of(self, source: Spot, role: int, envoy: str) -> int:
        pin = source.visit.pin
        return BIT["PIN"] if pin and pin.envoys and envoy in pin.envoys[role] else 0

    def _excluded(self, person: int) -> Bools:
        name = self._standing.instance.envoys[person].id
        return np.array([name in spot.visit.exclude for spot in self.spots], dtype=np.bool_)

    def _of_source(self, source: Spot, role: int) -> tuple[Ints, Ints]:
        """As `_joining`, for the person of each seat who comes to the source instead: [s]."""
        facts, standing, ledger = self._facts, self._standing, self._standing.ledger
        who, slots, week = self.person, self.slots[self.visit], self.week[self.visit]
        first, end = self.first[self.visit], self.first[self.visit] + slots
        cells = np.arange(source.first, source.end)
        length, own_week = source.visit.slots, standing.ground.week[source.first]
        shared = np.minimum(end, source.end) - np.maximum(first, source.first)
        taken = ledger.busy[:, cells].sum(axis=1)[who] - np.maximum(0, shared)
        load = ledger.load[who] - slots
        in_week = ledger.week_load[who, own_week] - np.where(week == own_week, slots, 0)
        wanted = source.visit.roles[role]
        away: Bools = np.any(standing.ground.absences[:, cells], axis=1)
        mask = BIT["AVAILABILITY"] * away[who]
        mask |= BIT["SKILL"] * (facts.levels(wanted.specialty)[who] < wanted.min_level)
        mask |= BIT["OVERLAP"] * (taken > 0)
        mask |= BIT["WEEK_LOAD"] * (in_week + length > facts.week_cap[who])
        mask |= BIT["TOTAL_LOAD"] * (load + length > facts.total_cap[who])
        far = facts.minutes[facts.base[who], source.county] > facts.max_travel[who]
        mask |= BIT["TRAVEL"] * far
        mask |= BIT["SHARING"] * ~facts.lendable[who, source.county]
        excluded = [facts.envoy_index[name] for name in source.visit.exclude]
        mask |= BIT["EXCLUDE"] * np.isin(who, excluded)
        cost = facts.fairness[who, load + length] - facts.fairness[who, load]
        cost = cost + facts.lending_cost[who, source.county]
        if length > 1:
            table = facts.stay_trip if length >= LONG_VISIT else facts.round_trip
            return mask, cost + table[facts.base[who], source.county]
        return self._beside_source(source, role, mask, cost)

    def _beside_source(self, source: Spot, role: int, mask: Ints, cost: Ints) -> tuple[Ints, Ints]:
        """The road to a half-day, for the person of each seat, who leaves that seat."""
        facts, ledger, who = self._facts, self._standing.ledger, self.person
        none = len(facts.county_index)
        slots, first = self.slots[self.visit], self.first[self.visit]

        def county_at(slot: int) -> Ints:
            gone = (slots == 1) & (first == slot)
            found: Ints = np.where(gone, none, ledger.half_county[who, slot])
            return found

        half, beside = source.first & 1, county_at(source.first ^ 1)
        near: Bools = facts.transferable[source.county, half, beside]
        mask = mask | BIT["TRANSFER"] * ~near
        cost = cost + facts.joining_cost(source.county, half, facts.base[who], beside)
        for n in np.flatnonzero(county_at(source.first) != none).tolist():
            left = self.spots[self.visit[n]].visit.id
            mask[n], cost[n] = self._standing.of_person(int(who[n]), role, source, (left,))
        return mask, cost

    def _changes(self, person: int) -> Ints:
        """Disruption by who comes to and who goes from each seat: [s]."""
        found = np.zeros(len(self.visit), dtype=np.int64)
        before = self._standing.before
        if not before:
            return found
        crews = [before.get(spot.visit.id, (0, "", frozenset[int]()))[2] for spot in self.spots]
        rows = zip(self.visit.tolist(), self.person.tolist(), strict=True)
        for n, (visit, leaving) in enumerate(rows):
            found[n] = (leaving in crews[visit]) - (person in crews[visit])
        return found * self._standing.instance.weights.disruption.replaced

    def _changes_of_source(self, person: int, source: Spot) -> Ints:
        before = self._standing.before.get(source.visit.id)
        if before is None:
            return np.zeros(len(self.visit), dtype=np.int64)
        came = np.isin(self.person, list(before[2])).astype(np.int64)
        changes: Ints = (int(person in before[2]) - came) * (
            self._standing.instance.weights.disruption.replaced
        )
        return changes
