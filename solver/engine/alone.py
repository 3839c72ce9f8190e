"""The bound of the cost where there is no process beside: for some time, or so many steps."""

from __future__ import annotations

from typing import Final

from solver.bounding.ascent import Ascent
from solver.bounding.relaxation import Given, Relaxation, space_of
from solver.engine.promise import Promise
from solver.engine.record import Record
from solver.plan import Held
from solver.solution import Score
from solver.tables import Tables

_COST: Final = 3
_SHARE: Final = 0.25
"""Of the time limit."""
_STEPS_PER_SECOND: Final = 5
"""What a slow machine manages in that share; the measure of work of deterministic runs."""


class Alone:
    """A job that raises the bound for the upper tiers as they stand.

    Attributes:
        promise: Duties worth trying; None before it has run.
    """

    def __init__(self, record: Record, tables: Tables) -> None:
        self._record, self._tables = record, tables
        self.promise: Promise | None = None

    def __call__(self, held: dict[int, Held], score: Score) -> None:
        """Climb until the share of the time, or of the work, is used up."""
        space = space_of(self._tables)
        if space is None:
            return
        given, until = tuple(score[:_COST]), self._record.seconds + _SHARE * self._limit
        ascent = Ascent(Relaxation(space, Given(*given)), score.cost)
        while not (ascent.done or self._over(ascent, until)):
            ascent.climb()
        if ascent.bound is None:
            return
        self._record.raise_bound(_COST, given, ascent.bound)
        found = ascent.promising()
        columns = [column.tolist() for column in found.columns(space.duties)]
        self.promise = Promise(self._tables, columns, given, found.beyond, settled=True)

    def _over(self, ascent: Ascent, until: float) -> bool:
        if self._record.stopped():
            return True
        if self._record.options.deterministic:
            return ascent.steps >= _STEPS_PER_SECOND * self._limit
        return self._record.seconds >= until

    @property
    def _limit(self) -> float:
        return self._record.options.time_limit
