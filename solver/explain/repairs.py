"""Repairs: the cheapest single changes that would let a visit be held, each proved by a plan.

First the plan stays as it is and the visit is put beside it. Where too little comes of that, one
other visit at a time steps aside and is put back elsewhere; where nothing comes of it, a small
exact model re-plans all that compete with the visit. A repair counts only when the checker
finds no fault in the plan on the changed instance, with every visit of before and this one held.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from solver.candidates import prepare
from solver.checker import check
from solver.engine.cpsat import Limits
from solver.engine.insertion import insert
from solver.explain.edits import apply_edit
from solver.explain.exchanges import exchange
from solver.explain.openings import assignment_at, open_plan, open_table, openings
from solver.explain.proposals import Place, Proposal, free_place, proposals
from solver.instance import Assignment, Instance, iso_week
from solver.plan import Plan, assignments_of
from solver.serialise import score_to_json
from solver.solution import Score
from solver.tables import Tables, VisitTable

MOST_REPAIRS: Final = 5
"""Repairs told per visit."""
_ENOUGH: Final = 3
"""With so many nobody is asked to step aside."""
_MOST_PROOFS: Final = 8
_MOST_RIVALS: Final = 12
_MOST_REPLANNED: Final = 40
_MOST_MODELS: Final = 4
_MODEL_SECONDS: Final = 2.0
_MODEL_WORK: Final = 1.0
"""In deterministic time of CP-SAT."""


@dataclass(frozen=True)
class Repair:
    """One change, the score after it, and the plan that proves it."""

    edit: dict[str, Any]
    score: Score
    proof: tuple[Assignment, ...]

    def to_json(self) -> dict[str, Any]:
        """As in `unscheduled[].repairs`."""
        return {**self.edit, "score_after": score_to_json(self.score)}


@dataclass
class Budget:
    """When to end: at a point of time, on request, or after so many steps of work."""

    deadline: float = float("inf")
    should_stop: Callable[[], bool] = lambda: False
    steps: float = float("inf")
    _taken: int = field(default=0, init=False)

    def limits(self) -> Limits:
        """For one small model: a share of what is left, or a counted amount of work."""
        if self.steps < float("inf"):
            return Limits(_MODEL_SECONDS * 10, 1, 1, work=_MODEL_WORK)
        left = self.deadline - time.monotonic()
        return Limits(max(0.05, min(_MODEL_SECONDS, left)), 1, 1)

    def over(self) -> bool:
        """Counts as a step of some milliseconds."""
        self._taken += 1
        return self._taken > self.steps or time.monotonic() >= self.deadline or self.should_stop()


def find_repairs(
    instance: Instance,
    assignments: Sequence[Assignment],
    budget: Budget,
    tables: Tables | None = None,
) -> dict[str, tuple[Repair, ...]]:
    """Repairs for every visit that a valid plan does not hold, best first.

    Args:
        instance: The problem.
        assignments: A plan of it without violations.
        budget: Shared by all visits; what is found when it is over is returned.
        tables: The prepared instance, if at hand.

    Returns:
        By visit, in the order of the instance; visits without a repair are left out.
    """
    tables = tables or prepare(instance)
    held = {item.visit for item in assignments}
    left = [v.index for v in tables.visits if v.visit.id not in held]
    search = _Repairs(instance, open_plan(tables, assignments, left), budget)
    search.beside(left)
    for index in left:
        search.with_one_aside(index)
    for index in left:
        search.with_all_rivals(index, tables, assignments)
    return {instance.visits[n].id: found for n in left if (found := search.best(n))}


class _Repairs:
    """The repairs found so far, and the plan they are tried in; it is left as it was."""

    def __init__(self, instance: Instance, plan: Plan, budget: Budget) -> None:
        self._instance = instance
        self._plan = plan
        self._budget = budget
        self._found: dict[int, list[Repair]] = {}

    def best(self, index: int) -> tuple[Repair, ...]:
        """The repairs of a visit, best first."""
        found = sorted(self._found.get(index, ()), key=lambda item: item.score)
        return tuple(found[:MOST_REPAIRS])

    def beside(self, indices: Sequence[int]) -> None:
        """With the plan as it stands: the best change of every visit first, then the next."""
        changes = {index: self._changes(index) for index in indices if not self._budget.over()}
        for rank in range(_MOST_PROOFS):
            for index, found in changes.items():
                if rank >= len(found) or self._enough(index, MOST_REPAIRS):
                    continue
                if self._budget.over():
                    return
                with _placed(self._plan, self._plan.tables.visits[index], found[rank].place):
                    self._prove(index, found[rank])

    def _changes(self, index: int) -> list[Proposal]:
        visit = self._plan.tables.visits[index]
        if len(visit.starts) == 0:
            return []
        return proposals(self._plan, openings(self._plan, visit))

    def with_one_aside(self, index: int) -> None:
        """One visit that stands in the way makes room and is put back where it still can be."""
        visit = self._plan.tables.visits[index]
        if len(visit.starts) == 0 or self._enough(index, _ENOUGH):
            return
        for rival in rivals(self._plan, visit)[:_MOST_RIVALS]:
            if self._enough(index, _ENOUGH) or self._budget.over():
                return
            place = self._plan.remove(rival)
            try:
                self._without(index, rival)
            finally:
                self._plan.add(rival, place.start, place.crew)

    def with_all_rivals(
        self, index: int, tables: Tables, assignments: Sequence[Assignment]
    ) -> None:
        """A small model for each change that would do if nobody else were planned.

        Where there is no such change, no single change cures the gap.
        """
        visit = self._plan.tables.visits[index]
        if len(visit.starts) == 0 or self._enough(index, 1) or self._budget.over():
            return
        empty = Plan(self._plan.tables)
        near = rivals(self._plan, visit)
        for proposal in proposals(empty, openings(empty, visit))[:_MOST_MODELS]:
            if self._enough(index, 1) or self._budget.over():
                return
            person = self._plan.facts.envoy_index.get(proposal.edit.get("envoy", ""))
            busy = [n for n, held in self._plan.held.items() if person in sum(held.crew, ())]
            free = list(dict.fromkeys([*busy, *near]))[:_MOST_REPLANNED]
            limits, stop = self._budget.limits(), self._budget.should_stop
            name, edit = visit.visit.id, self._generous(proposal.edit, visit.slots)
            proof = exchange(tables, assignments, name, sorted(free), edit, limits, stop)
            if proof is not None and check(self._instance, proof).violations:
                self._take(index, _just_enough(self._instance, edit, proof), proof)

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
            if self._knows(index, proposal.edit):
                continue
            with _placed(self._plan, visit, proposal.place):
                if insert(self._plan, rival):
                    self._prove(index, proposal)
                    self._plan.remove(rival)
        place = free_place(gap)
        if place is not None:
            with _placed(self._plan, visit, place):
                self._for_rival(index, rival)

    def _for_rival(self, index: int, rival: int) -> None:
        """Changes of people and counties only: those of another visit would be hard to tell."""
        table = open_table(self._plan.tables, rival)
        for proposal in proposals(self._plan, openings(self._plan, table))[:_ENOUGH]:
            if "visit" not in proposal.edit and not self._knows(index, proposal.edit):
                start, crew = proposal.place.start, proposal.place.crew
                back = assignment_at(self._instance, table, start, crew)
                self._take(index, proposal.edit, (*assignments_of(self._plan), back))

    def _prove(self, index: int, proposal: Proposal) -> None:
        """Take a change if the plan, which holds the visit now, is faultless with it."""
        if self._knows(index, proposal.edit):
            return
        self._take(index, proposal.edit, assignments_of(self._plan))

    def _take(self, index: int, edit: dict[str, Any], proof: tuple[Assignment, ...]) -> None:
        report = check(apply_edit(self._instance, edit), proof)
        if not report.violations:
            self._found.setdefault(index, []).append(Repair(edit, report.score, proof))

    def _knows(self, index: int, edit: dict[str, Any]) -> bool:
        return any(repair.edit == edit for repair in self._found.get(index, ()))

    def _enough(self, index: int, count: int) -> bool:
        return len(self._found.get(index, ())) >= count


def _just_enough(
    instance: Instance, edit: dict[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    """The change with a weekly load no higher than the plan needs."""
    if edit["edit"] != "raise_week_load":
        return edit
    weeks: Counter[tuple[int, int]] = Counter()
    for item in proof:
        if edit["envoy"] in item.envoys:
            weeks[iso_week(item.date)] += instance.visit_by_id[item.visit].slots
    return {**edit, "to": max(weeks.values())}


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
