"""Repairs: the cheapest single changes that would let a visit be held, each proved by a plan.

First the plan stays as it is and the visit is put beside it. In a small instance every change is
then tried with the whole plan made anew. In others, where too little came of it, one other visit
at a time steps aside and is put back elsewhere; where nothing came of it, a small exact model
re-plans all that compete with the visit. A repair counts only when the checker finds no fault in
the plan on the changed instance, with every visit of before and this one held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import numpy as np

from solver.candidates import prepare
from solver.engine.insertion import insert
from solver.explain.budget import Budget
from solver.explain.exchanges import exchange
from solver.explain.ladders import includes
from solver.explain.openings import assignment_at, open_table, openings
from solver.explain.proofs import Prover, Repair
from solver.explain.proposals import Place, Proposal, free_place, proposals
from solver.explain.thorough import Thorough, small_enough
from solver.instance import Assignment, Instance
from solver.plan import Plan, assignment_of, load_plan
from solver.tables import Tables, VisitTable

MOST_REPAIRS: Final = 6
"""Repairs told per visit: room for the best of each kind."""
_ENOUGH: Final = 3
"""With so many nobody is asked to step aside."""
_MOST_PROOFS: Final = 8
_MOST_RIVALS: Final = 12
_MOST_REPLANNED: Final = 40
_LARGEST_MODEL: Final = 40_000
"""In seats x starts."""
_MOST_MODELS: Final = 8
_OF_LOADS: Final = frozenset({"raise_week_load", "raise_host"})


def find_repairs(
    instance: Instance,
    assignments: Sequence[Assignment],
    budget: Budget,
    tables: Tables | None = None,
) -> dict[str, tuple[Repair, ...]]:
    """Repairs for every visit that a valid plan does not hold, best first.

    Of each kind the cheapest is among them, as far as it was found; of one thing no larger
    change is told than is needed, unless it is a cheaper one.

    Args:
        instance: The problem.
        assignments: A plan of it without violations.
        budget: Shared by all visits, heavy ones first; what is found when it is over is returned.
        tables: The prepared instance, if at hand.

    Returns:
        By visit, in the order of the instance; visits without a repair are left out.
    """
    tables = tables or prepare(instance)
    held = {item.visit for item in assignments}
    left = [v.index for v in tables.visits if v.visit.id not in held]
    search = _Repairs(tables, assignments, budget)
    heavy = sorted(left, key=lambda n: -instance.visits[n].weight)
    search.beside(heavy)
    if small_enough(tables):
        for index in heavy:
            search.with_all_anew(index)
    else:
        for index in heavy:
            search.with_one_aside(index)
        for index in sorted(heavy, key=search.count):
            search.with_all_rivals(index)
    return {instance.visits[n].id: found for n in left if (found := search.best(n))}


class _Repairs:
    """The repairs found so far, and the plan they are tried in; it is left as it was."""

    def __init__(self, tables: Tables, assignments: Sequence[Assignment], budget: Budget) -> None:
        self._instance = tables.facts.instance
        self._tables = tables
        self._assignments = assignments
        self._plan = load_plan(tables, assignments)
        self._budget = budget
        self._prover = Prover(self._instance, assignments)
        self._thorough = Thorough(self._instance, assignments, self._prover, budget)
        self._found: dict[int, list[Repair]] = {}

    def count(self, index: int) -> int:
        """How many repairs of a visit are known."""
        return len(self._found.get(index, ()))

    def best(self, index: int) -> tuple[Repair, ...]:
        """The repairs of a visit, best first; the cheapest of each kind before any other."""
        found = sorted(_undominated(self._found.get(index, ())), key=lambda item: item.score)
        first: dict[str, Repair] = {}
        for repair in found:
            first.setdefault(repair.edit["edit"], repair)
        chosen = [*first.values(), *(r for r in found if r is not first[r.edit["edit"]])]
        return tuple(sorted(chosen[:MOST_REPAIRS], key=lambda item: item.score))

    def beside(self, indices: Sequence[int]) -> None:
        """With the plan as it stands: the best change of every visit first, then the next."""
        waiting: dict[int, list[Proposal]] = {}
        for rank in range(_MOST_PROOFS):
            for index in indices:
                if self._budget.over():
                    return
                if rank == 0:
                    waiting[index] = self._changes(index)
                if rank < len(waiting[index]):
                    self._take(index, waiting[index][rank].edit, waiting[index][rank].place)

    def with_all_anew(self, index: int) -> None:
        """Every single change, with the cheapest of all plans for it."""
        for repair in self._thorough.repairs(index):
            self._note(index, repair)

    def _opened(self, index: int) -> VisitTable:
        """A visit left out, standing in the plan's tables with its open one from now on."""
        now = self._plan.tables.visits
        if now[index] is self._tables.visits[index]:
            table = open_table(self._tables, index)
            visits = (*now[:index], table, *now[index + 1 :])
            self._plan.tables = replace(self._plan.tables, visits=visits)
        return self._plan.tables.visits[index]

    def _changes(self, index: int) -> list[Proposal]:
        visit = self._opened(index)
        if len(visit.starts) == 0:
            return []
        return proposals(self._plan, openings(self._plan, visit))

    def with_one_aside(self, index: int) -> None:
        """One visit that stands in the way makes room and is put back where it still can be."""
        if self._enough(index, _ENOUGH) or self._budget.over():
            return
        visit = self._opened(index)
        if len(visit.starts) == 0:
            return
        for rival in rivals(self._plan, visit)[:_MOST_RIVALS]:
            if self._enough(index, _ENOUGH) or self._budget.over():
                return
            place = self._plan.remove(rival)
            try:
                self._without(index, rival)
            finally:
                self._plan.add(rival, place.start, place.crew)

    def with_all_rivals(self, index: int) -> None:
        """A small model for each change that would do if nobody else were in the way.

        Only for kinds of which no change is known yet.
        """
        if self._budget.over():
            return
        visit = self._opened(index)
        if len(visit.starts) == 0:
            return
        near = rivals(self._plan, visit)
        for proposal in self._in_nobodys_way(visit)[:_MOST_MODELS]:
            if self._budget.over():
                return
            if any(r.edit["edit"] == proposal.edit["edit"] for r in self._found.get(index, ())):
                continue
            person = self._plan.facts.envoy_index.get(proposal.edit.get("envoy", ""))
            busy = [n for n, held in self._plan.held.items() if person in sum(held.crew, ())]
            free = self._affordable(visit, dict.fromkeys([*busy, *near]))
            limits, stop = self._budget.limits(), self._budget.should_stop
            name, edit = visit.visit.id, self._generous(proposal.edit, visit.slots)
            plan = self._assignments
            proof = exchange(self._tables, plan, name, sorted(free), edit, limits, stop)
            if proof is not None:
                self._note(index, self._prover.repair(edit, proof))

    def _affordable(self, visit: VisitTable, wanted: Iterable[int]) -> list[int]:
        """The first of some visits, as many as a small model can take beside the one."""
        left = _LARGEST_MODEL - _size(self._tables.visits[visit.index])
        free: list[int] = []
        for number in wanted:
            left -= _size(self._tables.visits[number])
            if left < 0 or len(free) == _MOST_REPLANNED:
                break
            free.append(number)
        return free

    def _in_nobodys_way(self, visit: VisitTable) -> list[Proposal]:
        """Changes that would do without the other visits, but for loads of people and places."""
        empty = Plan(self._plan.tables)
        gap, now = openings(empty, visit), openings(self._plan, visit)
        seats = zip(gap.seats, now.seats, strict=True)
        key = "WEEK_LOAD"
        busy = tuple(replace(a, soft={**a.soft, key: b.soft[key]}) for a, b in seats)
        full = replace(gap, host=now.host, seats=busy)
        loads = [p for p in proposals(self._plan, full) if p.edit["edit"] in _OF_LOADS]
        return sorted([*proposals(empty, gap), *loads], key=lambda item: item.place.price)

    def _generous(self, edit: dict[str, Any], slots: int) -> dict[str, Any]:
        """A weekly load is raised so far that it does not cost the envoy another visit."""
        if edit["edit"] != "raise_week_load":
            return edit
        person = self._plan.facts.envoy_index[edit["envoy"]]
        return {**edit, "to": int(self._plan.week_load[person].max()) + slots}

    def _without(self, index: int, rival: int) -> None:
        """While a rival is out: a change for the visit, or one that gives the rival a place."""
        visit = self._plan.tables.visits[index]
        gap = openings(self._plan, visit)
        for proposal in proposals(self._plan, gap)[:_ENOUGH]:
            with _placed(self._plan, visit, proposal.place):
                if insert(self._plan, rival):
                    back = assignment_of(self._plan, rival)
                    self._take(index, proposal.edit, proposal.place, back)
                    self._plan.remove(rival)
        place = free_place(gap)
        if place is not None:
            with _placed(self._plan, visit, place):
                self._for_rival(index, place, rival)

    def _for_rival(self, index: int, own: Place, rival: int) -> None:
        """Changes of people and counties only: those of another visit would be hard to tell."""
        table = open_table(self._plan.tables, rival)
        for proposal in proposals(self._plan, openings(self._plan, table))[:_ENOUGH]:
            if "visit" not in proposal.edit:
                back = _at(self._instance, table, proposal.place)
                self._take(index, proposal.edit, own, back)

    def _take(self, index: int, edit: dict[str, Any], place: Place, *others: Assignment) -> None:
        """Note a change if it is proved by the visit at a place, and others held otherwise."""
        if not self._knows(index, edit):
            own = _at(self._instance, self._plan.tables.visits[index], place)
            self._note(index, self._prover.repair(edit, (own, *others)))

    def _note(self, index: int, repair: Repair | None) -> None:
        """Note a repair, in the place of a dearer plan for the same change."""
        if repair is None:
            return
        found = self._found.setdefault(index, [])
        for place, known in enumerate(found):
            if known.edit == repair.edit:
                found[place] = min(known, repair, key=lambda item: item.score)
                return
        found.append(repair)

    def _knows(self, index: int, edit: dict[str, Any]) -> bool:
        return any(repair.edit == edit for repair in self._found.get(index, ()))

    def _enough(self, index: int, count: int) -> bool:
        return self.count(index) >= count


def _undominated(found: Sequence[Repair]) -> list[Repair]:
    """Without those that ask for more than another and give no better plan."""
    return [
        item
        for item in found
        if not any(
            other is not item and includes(item.edit, other.edit) and other.score <= item.score
            for other in found
        )
    ]


def _size(table: VisitTable) -> int:
    return sum(int(seat.open.sum()) for seat in table.seats)


def _at(instance: Instance, table: VisitTable, place: Place) -> Assignment:
    return assignment_at(instance, table, place.start, place.crew)


@contextmanager
def _placed(plan: Plan, visit: VisitTable, place: Place) -> Iterator[None]:
    """Holds a visit at a place for a while."""
    plan.add(visit.index, place.start, place.crew)
    try:
        yield
    finally:
        plan.remove(visit.index)


def rivals(plan: Plan, visit: VisitTable) -> list[int]:
    """Held visits that take up the people, the place or the series of another, nearest first."""
    return [index for _, index in sorted(_rivals(plan, visit))]


def _rivals(plan: Plan, visit: VisitTable) -> Iterator[tuple[int, int]]:
    fit = _fit(plan, visit)
    for index, held in plan.held.items():
        other = plan.tables.visits[index]
        shared = sum(person in fit for people in held.crew for person in people)
        near = 2 * (other.county == visit.county)
        linked = 3 * (other.visit.series is not None and other.visit.series == visit.visit.series)
        if shared + near + linked:
            yield -(shared + near + linked), index


def _fit(plan: Plan, visit: VisitTable) -> frozenset[int]:
    """Envoys who could come at some start in the window, whatever else they do."""
    gap = openings(plan, visit)
    fit: set[int] = set()
    for seat in gap.seats:
        soft = [seat.soft[code] for code in ("SKILL", "SHARING", "AVAILABILITY")]
        mask = soft[0] & soft[1] & soft[2] & gap.window
        fit.update(np.flatnonzero(np.any(mask, axis=1)).tolist())
    return frozenset(fit)
