"""Repairs of a small instance, all of them: each change is tried with the whole plan made anew.

Changes of a kind are first made all together; where even that does not let the visit be held,
none of them does. Otherwise they are halved until single ones are left, and of each the smallest
amount that will do is found, with the cheapest plan for it, and larger ones that are cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from solver.candidates import prepare
from solver.explain.budget import Budget
from solver.explain.exchanges import replanned
from solver.explain.ladders import Edit, Ladder, apply_all, ladders, tops
from solver.explain.proofs import Prover, Repair
from solver.instance import Assignment, Instance
from solver.tables import Tables

_SMALL_SIZE: Final = 2_000
"""Seats x starts up to which this is a matter of seconds."""


def small_enough(tables: Tables) -> bool:
    """Whether every change can be tried."""
    return sum(int(s.open.sum()) for v in tables.visits for s in v.seats) <= _SMALL_SIZE


class Thorough:
    """Tries every single change for the visits left out of one plan."""

    def __init__(
        self, instance: Instance, assignments: Sequence[Assignment], prover: Prover, budget: Budget
    ) -> None:
        self._instance = instance
        self._assignments = assignments
        self._prover = prover
        self._budget = budget
        self._held = {item.visit for item in assignments}

    def repairs(self, index: int) -> Iterator[Repair]:
        """The cheapest plan for every single change that cures a gap, as long as there is time."""
        for kind in ladders(self._instance, self._instance.visits[index]):
            for ladder in self._curing(index, kind):
                yield from self._rungs(index, ladder)

    def _curing(self, index: int, kind: Sequence[Ladder]) -> Iterator[Ladder]:
        """The ladders of a kind that cure the gap by themselves."""
        if not kind or self._budget.over():
            return
        if self._plan(index, tops(kind), cheapest=False) is None:
            return
        if len(kind) == 1:
            yield kind[0]
            return
        half = len(kind) // 2
        yield from self._curing(index, kind[:half])
        yield from self._curing(index, kind[half:])

    def _rungs(self, index: int, ladder: Ladder) -> Iterator[Repair]:
        """The smallest step that will do, and larger ones where the plan gets cheaper by them."""
        most = self._repair(index, ladder[-1])
        if most is None:
            return
        best: Repair | None = None
        for edit in ladder[:-1]:
            repair = self._repair(index, edit)
            if repair is not None and (best is None or repair.score < best.score):
                best = repair
                yield repair
            if best is not None and best.score <= most.score:
                return
        yield most

    def _repair(self, index: int, edit: Edit) -> Repair | None:
        """The cheapest plan that a change allows; None where it cures nothing."""
        proof = None if self._budget.over() else self._plan(index, [edit])
        return None if proof is None else self._prover.repair(edit, proof)

    def _plan(
        self, index: int, edits: Sequence[Edit], cheapest: bool = True
    ) -> tuple[Assignment, ...] | None:
        tables = prepare(apply_all(self._instance, edits))
        free = [v.index for v in tables.visits if v.visit.id in self._held]
        limits, stop = self._budget.limits(), self._budget.should_stop
        return replanned(tables, self._assignments, index, free, limits, stop, cheapest)
