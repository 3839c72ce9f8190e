"""A model in which most visits stay as a known plan has them.

A visit that stays needs few variables: one for its start and one for each of its people. What
else could become of it is only hinted at: it is held somewhere else, or somebody else sits there,
at the least disruption that this can mean and in nobody's way. That makes more possible than
there is, so the best of the model bounds every plan; and a solution without hints is a plan. The
visits that are modelled in full grow until no hint is of use any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
from typing_extensions import override

from solver.engine.linear import Expression
from solver.engine.model import Model, StartFilter
from solver.facts import Bools, Ints
from solver.plan import Held, Plan
from solver.score.disruption import start_changes
from solver.tables import Seat, Tables, VisitTable


class Freedom(IntEnum):
    """How much of what can become of a visit is modelled in full."""

    KEPT = 0
    """Its start and its people."""
    CREW = 1
    """Its start and everybody who can come then."""
    FULL = 2
    """Everything."""


class KeptModel(Model):
    """The upper tiers of visits that are more or less free beside a plan.

    Args:
        tables: The instance.
        before: Where visits stand that are not fully free.
        freedom: Of each visit that can be held, by index.

    Attributes:
        hints: Variables that stand for what is not modelled, and the visit of each.
    """

    def __init__(
        self, tables: Tables, before: Mapping[int, Held], freedom: Mapping[int, Freedom]
    ) -> None:
        self.freedom, self.before = freedom, before
        self.hints: dict[int, int] = {}
        self._elsewhere: dict[int, int] = {}
        super().__init__(Plan(tables), sorted(freedom))
        self.add_upper_tiers()
        self.add_changes()

    @override
    def elsewhere(self, visit: int) -> list[int]:
        return [self._elsewhere[visit]] if visit in self._elsewhere else []

    @override
    def add_visit(self, visit: VisitTable, offers: StartFilter | None) -> None:
        if self.freedom[visit.index] is Freedom.FULL:
            super().add_visit(visit, offers)
            return
        at = self.before[visit.index].start
        self.add_starts(visit, {at: self.variable()})
        for seat in visit.seats:
            self.add_seats(visit, seat, self._mask(visit, seat))
        self._add_elsewhere(visit, at)

    @override
    def fillers(self, visit: VisitTable, seat: Seat) -> list[tuple[int, int]]:
        if self.freedom[visit.index] is not Freedom.KEPT:
            return []
        somebody = self.variable(most=seat.count)
        self.hints[somebody] = visit.index
        return [(somebody, 1)]

    def _mask(self, visit: VisitTable, seat: Seat) -> Bools:
        place = self.before[visit.index]
        mask = np.zeros_like(seat.open)
        mask[:, place.start] = seat.open[:, place.start]
        if self.freedom[visit.index] is Freedom.KEPT:
            mask &= np.isin(seat.people, place.crew[seat.role])[:, None]
        return mask

    def _add_elsewhere(self, visit: VisitTable, at: int) -> None:
        others = np.arange(len(visit.starts)) != at
        if not others.any():
            return
        elsewhere = self.variable()
        self.hints[elsewhere] = visit.index
        self._elsewhere[visit.index] = elsewhere
        self.row([(var, 1) for var in self.held(visit.index)], most=1)
        changes = least_changes(self.rest, visit)
        if changes is not None:
            dropped = self.facts.instance.weights.disruption.dropped
            self.disruption.add(elsewhere, int(changes[others].min()) - dropped)

    @override
    def add_changes(self) -> None:
        super().add_changes()
        replaced = self.facts.instance.weights.disruption.replaced
        for hint, visit in self.hints.items():
            back = self._may_come_back(visit)
            if back and self._elsewhere.get(visit) != hint:
                self.disruption.add(hint, -replaced)

    def _may_come_back(self, visit: int) -> bool:
        """Whether somebody of the plan in force is not on a visit before, but could be."""
        force = self.rest.baseline_of(visit)
        if force is None:
            return False
        names = {self.facts.envoy_index[name] for name in force.envoys}
        return not names <= {person for people in self.before[visit].crew for person in people}

    @property
    def kept(self) -> dict[int, int]:
        """The start variable of each visit that is kept."""
        return {
            visit: next(iter(self.starts(visit)))
            for visit, freedom in self.freedom.items()
            if freedom is Freedom.KEPT
        }

    @property
    def changes(self) -> Expression:
        """Hints used, and kept visits that are not where they were."""
        kept = self.kept.values()
        return Expression(dict.fromkeys(self.hints, 1) | dict.fromkeys(kept, -1), len(kept))

    def changed(self, values: Sequence[float]) -> dict[int, Freedom]:
        """As `hinted`, and kept visits that are left out besides."""
        gone = {visit: Freedom.FULL for visit, var in self.kept.items() if values[var] < 0.5}
        return gone | self.hinted(values)

    def hinted(self, values: Sequence[float]) -> dict[int, Freedom]:
        """Visits of which a solution uses a hint, with the freedom that they ask for."""
        asked: dict[int, Freedom] = {}
        for var, visit in self.hints.items():
            if values[var] > 0.5:
                moved = self._elsewhere.get(visit) == var
                asked[visit] = Freedom.FULL if moved else Freedom.CREW
        return asked


def least_changes(plan: Plan, visit: VisitTable) -> Ints | None:
    """Least disruption at each start, by who of the plan in force can come: [n]."""
    before, moves = plan.baseline_of(visit.index), start_changes(plan, visit)
    if before is None or moves is None:
        return None
    for name in set(before.envoys):
        person = plan.facts.envoy_index[name]
        comes = np.zeros(len(visit.starts), dtype=np.bool_)
        for seat in visit.seats:
            comes |= seat.open[seat.people == person].any(axis=0)
        moves = moves + plan.facts.instance.weights.disruption.replaced * ~comes
    return moves
