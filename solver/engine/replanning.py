"""The cost of a replanned instance: only what may change at all is planned.

With the upper tiers proven there is mostly no disruption to spare: nearly every visit stays as it
is in any plan that reaches them. Which ones do is proven by asking a model of
`solver.engine.kept` for the most changes that the tiers leave room for; what it changes is
modelled more fully, until it finds none. The visits left over are then planned exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from solver.engine.exact import Improvement, at_most
from solver.engine.kept import Freedom, KeptModel
from solver.engine.model import Model
from solver.engine.record import Record
from solver.engine.settling import Settling, solve_part
from solver.facts import Bools
from solver.plan import Held, Plan
from solver.solution import Score
from solver.tables import VisitTable

_TIERS: Final = 3
_LARGEST: Final = 20_000
"""Seats x starts that may change, beyond which the search does better than an exact model."""
_LONGEST: Final = 12.0
"""Seconds for the cost; if they do not suffice, neighbourhoods and other bounds go on."""

Job = Callable[[dict[int, Held], Score], Improvement | None]


class Replanning:
    """Goes on where the upper tiers are settled.

    Attributes:
        fixed: Whether it is proven that visits that are kept stay so in every plan as good.
    """

    def __init__(self, record: Record, settling: Settling) -> None:
        self.record, self.settling = record, settling
        self.fixed = self._stuck = False

    def jobs(self, until: float) -> Iterator[Job]:
        """Ask what may change until nothing more may, then plan that.

        Args:
            until: Seconds of the run after which it is not worth while.
        """
        while self.settling.settled and self.record.seconds < until:
            if self._stuck or self.settling.over or self.settling.size > _LARGEST:
                return
            if self.fixed:
                yield self.cheapest
                return
            yield self.most_changes

    def most_changes(self, held: dict[int, Held], score: Score) -> None:
        """Free the visits that may change; if there are none, the kept ones are fixed."""
        settling = self.settling
        settling.begin(held)
        settling.keep_what_was_not_asked()
        model = KeptModel(settling.tables, settling.before, settling.freedom)
        goal = model.changes.times(-1)
        rows = [at_most(model.tiers[n], score[n]) for n in range(_TIERS)]
        outcome = solve_part(self.record, model, goal, rows)
        asked = {} if outcome.values is None else model.changed(outcome.values)
        settling.free(asked)
        self.fixed = outcome.bound == 0
        self._stuck = not asked and not self.fixed

    def cheapest(self, held: dict[int, Held], score: Score) -> Improvement | None:
        """The lowest cost with the upper tiers at their score."""
        freedom = self.settling.freedom
        rest, now = Plan(self.settling.tables), Plan(self.settling.tables)
        for index, place in held.items():
            plan = rest if freedom[index] is Freedom.KEPT else now
            plan.add(index, place.start, place.crew)
        chosen = sorted(n for n, how in freedom.items() if how is not Freedom.KEPT)
        model = Model(rest, chosen, offers=self._offer)
        model.add_tiers()
        rows = [at_most(model.tiers[n], score[n]) for n in range(_TIERS)]
        hint = model.value_of(now)
        outcome = solve_part(self.record, model, model.cost, rows, hint, _LONGEST)
        self._stuck = True
        if outcome.bound is not None:
            self.record.raise_bound(_TIERS, tuple(score[:_TIERS]), outcome.bound)
        if outcome.values is None:
            return None
        places = model.crews(outcome.values.__getitem__)
        return Improvement(held, places, frozenset(chosen))

    def _offer(self, visit: VisitTable) -> Bools:
        """All starts, or the one of before where only people may change."""
        offered = np.ones(len(visit.starts), dtype=np.bool_)
        if self.settling.freedom[visit.index] is Freedom.CREW:
            offered[:] = False
            offered[self.settling.before[visit.index].start] = True
        return offered
