"""Ranks envoys for a seat, and visits for an envoy, with exact changes of the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from solver.candidates import Prepared
from solver.checker import Violation
from solver.checker.plan import Held, read_plan
from solver.explain.books import Books, in_order
from solver.explain.openings import Openings, assignment_at, open_table, openings
from solver.explain.proposals import least_broken_place, placed_with
from solver.explain.verdict import verdict
from solver.instance import HALVES, Assignment
from solver.plan import Plan
from solver.solution import Score
from solver.tables import Tables


@dataclass(frozen=True)
class Candidate:
    """An envoy on a visit: the assignment it would make, the rules broken, the change of score."""

    envoy: str
    assignment: Assignment
    violations: tuple[Violation, ...]
    change: Score


class Ranking:
    """The rankings of one plan; see `Judge`."""

    def __init__(self, books: Books, prepared: Prepared) -> None:
        self._books = books
        self._prepared = prepared

    def additions(self, visit: str, role: int) -> tuple[Candidate, ...]:
        """All envoys as one person more on a visit that is held; see `Judge.additions`."""
        now = self._books.assignment(visit)
        if now is None:
            raise KeyError(visit)
        held, seat = self._as_held(now), len(now.roles[role])
        found = []
        for envoy in self._books.instance.envoys:
            if envoy.id not in now.envoys:
                broken, change = self._own_change(held, role, envoy.id)
                item = _seated(now, role, seat, envoy.id)
                found.append(Candidate(envoy.id, item, tuple(broken.elements()), change))
        return tuple(sorted(found, key=lambda item: (len(item.violations), item.change)))

    def candidates(
        self, visit: str, role: int, leaving: str | None, start: tuple[date, str] | None
    ) -> tuple[Candidate, ...]:
        """All envoys for one seat; see `Judge.candidates`."""
        reference, seat = self._seat(visit, role, leaving, start)
        others = set(reference.envoys)
        leaver = reference.roles[role][seat]
        free = [e.id for e in self._books.instance.envoys if e.id not in others or e.id == leaver]
        now = self._books.assignment(visit)
        coming = [name for name in free if now is None or name not in now.envoys]
        if not coming:
            return ()
        as_held = self._as_held(reference)
        common = self._common(_seated(reference, role, seat, coming[0]), role, coming[0])
        found = []
        for name in coming:
            item = _seated(reference, role, seat, name)
            broken, change = self._own_change(as_held, role, name)
            total = Score(*(a + b for a, b in zip(change, common[1], strict=True)))
            both = (*broken.elements(), *common[0].elements())
            found.append(Candidate(name, item, both, total))
        return tuple(sorted(found, key=lambda item: (len(item.violations), item.change)))

    def gains(self, envoy: str, most: int) -> tuple[Candidate, ...]:
        """Visits that would gain by an envoy; see `Judge.gains`."""
        person = self._books.instance.envoy_by_id[envoy]
        held = sorted(self._of_held(person.id), key=lambda item: item.change)[: 2 * most]
        found = [
            item
            for item in (*held, *self._of_left_out(person.id))
            if verdict(self._books, [item.assignment], []).allowed
        ]
        return tuple(sorted(found, key=lambda item: item.change)[:most])

    def _common(self, item: Assignment, role: int, name: str) -> tuple[Counter[Violation], Score]:
        """What does not depend on who comes: the verdict on one of them less his or her part."""
        whole = verdict(self._books, [item], [])
        broken, change = self._own_change(self._as_held(item), role, name)
        rest = Score(*(a - b for a, b in zip(whole.change, change, strict=True)))
        return Counter(whole.violations) - broken, rest

    def _own_change(self, held: Held, role: int, name: str) -> tuple[Counter[Violation], Score]:
        """The part of a change that lies with one envoy, who is not on the visit yet."""
        books = self._books
        roles = tuple((name,) if n == role else () for n in range(len(held.roles)))
        seat = Held(held.visit, held.date, held.slot, roles, held.slots, frozenset({name}))
        cost, broken = books.own(name)
        after, found = books.judged(name, in_order([*books.duties(name), seat]), seat)
        weight = books.instance.weights.disruption.replaced
        back = sum(name in crew for crew in books.changed_before.get(held.visit.id, ()))
        return found - broken, Score(0, 0, -weight * back, after - cost)

    def _as_held(self, item: Assignment) -> Held:
        return read_plan(self._books.instance, [item]).held[item.visit]

    def _seat(
        self, visit: str, role: int, leaving: str | None, start: tuple[date, str] | None
    ) -> tuple[Assignment, int]:
        """The visit as it will be, and the position in the role of the seat to be filled."""
        now = self._books.assignment(visit)
        wanted = self._books.instance.visit_by_id[visit].roles[role].count
        if now is None:
            return self._reference(visit, start), 0
        people = now.roles[role] if role < len(now.roles) else ()
        if leaving is not None:
            if leaving not in people:
                raise KeyError(leaving)
            return now, people.index(leaving)
        if people and len(people) >= wanted:
            return now, 0
        roles = list(now.roles) + [()] * (role + 1 - len(now.roles))
        roles[role] = (*people, "")
        return replace(now, roles=tuple(roles)), len(people)

    def _reference(self, visit: str, start: tuple[date, str] | None) -> Assignment:
        """A place for a visit that is not held, breaking as few rules as can be."""
        gap = self._opening(visit)
        at = None if start is None else self._tables.facts.slot_index.get(start, -1)
        place = None if gap is None else least_broken_place(gap, at)
        if gap is not None and place is not None:
            return assignment_at(self._books.instance, gap.visit, place.start, place.crew)
        days = self._books.instance.days
        day, half = start or (days[0], HALVES[0])
        crew = self._anybody([r.count for r in self._books.instance.visit_by_id[visit].roles])
        return Assignment(visit, day, half, crew)

    def _anybody(self, counts: Sequence[int]) -> tuple[tuple[str, ...], ...]:
        names = iter([*(envoy.id for envoy in self._books.instance.envoys)])
        return tuple(tuple(next(names, "") for _ in range(count)) for count in counts)

    def _of_held(self, envoy: str) -> Iterator[Candidate]:
        """Visits to which the envoy would come cheaper than somebody who is on them."""
        for visit, held in self._books.held.items():
            if envoy in held.people or len(held.roles) != len(held.visit.roles):
                continue
            pinned = {name for people in _pins(held) for name in people}
            for role, people in enumerate(held.roles):
                if not self._qualified(envoy, held, role):
                    continue
                for seat, leaving in enumerate(people):
                    if leaving in pinned or len(held.people) < sum(map(len, held.roles)):
                        continue
                    yield from self._instead(envoy, visit, role, seat)

    def _qualified(self, envoy: str, held: Held, role: int) -> bool:
        wanted = held.visit.roles[role]
        level = self._books.instance.envoy_by_id[envoy].specialties.get(wanted.specialty, 0)
        taken = {slot for duty in self._books.duties(envoy) for slot in duty.slots}
        return level >= wanted.min_level and not taken.intersection(held.slots)

    def _instead(self, envoy: str, visit: str, role: int, seat: int) -> Iterator[Candidate]:
        now = self._books.assignment(visit)
        assert now is not None
        leaving = now.roles[role][seat]
        if leaving not in self._books.instance.envoy_by_id:
            return
        broken, coming = self._own_change(self._books.held[visit], role, envoy)
        if broken:
            return
        saved = self._saved(visit, leaving)
        change = Score(0, 0, coming.disruption + saved.disruption, coming.cost + saved.cost)
        if change < Score(0, 0, 0, 0):
            yield Candidate(envoy, _seated(now, role, seat, envoy), (), change)

    def _saved(self, visit: str, leaving: str) -> Score:
        """What it changes that somebody leaves a visit that goes on with somebody else."""
        books = self._books
        rest = [held for held in books.duties(leaving) if held.visit.id != visit]
        cost, _ = books.judged(leaving, rest)
        weight = books.instance.weights.disruption.replaced
        gone = sum(leaving in crew for crew in books.changed_before.get(visit, ()))
        return Score(0, 0, weight * gone, cost - books.own(leaving)[0])

    def _of_left_out(self, envoy: str) -> Iterator[Candidate]:
        """Visits left out that could be held with the envoy on them."""
        person = self._tables.facts.envoy_index[envoy]
        for visit in self._books.instance.visits:
            if visit.id in self._books.held:
                continue
            gap = self._opening(visit.id)
            place = None if gap is None else placed_with(gap, person)
            if gap is None or place is None:
                continue
            item = assignment_at(self._books.instance, gap.visit, place.start, place.crew)
            yield Candidate(envoy, item, (), verdict(self._books, [item], []).change)

    @property
    def _tables(self) -> Tables:
        return self._prepared.tables

    @cached_property
    def _plan(self) -> Plan:
        """What of the plan can be understood; it only proposes places, verdicts are exact."""
        facts = self._tables.facts
        plan = Plan(self._tables)
        for name, held in self._books.held.items():
            index, slot = facts.visit_index[name], facts.slot_index.get((held.date, held.slot), -1)
            starts = np.flatnonzero(self._tables.visits[index].starts == slot)
            people = [facts.envoy_index.get(e, -1) for crew in held.roles for e in crew]
            if len(starts) == 0 or -1 in people or len(set(people)) < len(people):
                continue
            if np.all(plan.load[people] + held.visit.slots <= facts.slot_count):
                crew = tuple(tuple(facts.envoy_index[e] for e in crew) for crew in held.roles)
                plan.add(index, int(starts[0]), crew)
        return plan

    def _opening(self, visit: str) -> Openings | None:
        """The visit against the plan; None if calendar and county leave it no start."""
        table = open_table(self._tables, self._tables.facts.visit_index[visit])
        return openings(self._plan, table) if len(table.starts) else None


def _pins(held: Held) -> Sequence[Sequence[str]]:
    pin = held.visit.pin
    return () if pin is None or pin.envoys is None else pin.envoys


def _seated(item: Assignment, role: int, seat: int, name: str) -> Assignment:
    people = item.roles[role]
    changed = (*people[:seat], name, *people[seat + 1 :])
    return replace(item, roles=(*item.roles[:role], changed, *item.roles[role + 1 :]))
