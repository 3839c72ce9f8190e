"""Proves what must be left out, from a few visits: all others are taken to be held for nothing.

That only makes more possible, so the best of the small model bounds every plan. Visits that
compete for the people of those left out are mostly enough; where they are not, more are taken.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Final

from solver.engine.highs import solve_highs
from solver.engine.linear import Row
from solver.engine.model import Model
from solver.engine.record import Record
from solver.engine.search import related_visits
from solver.plan import Held, Plan
from solver.solution import Score
from solver.tables import Tables

_SIZES: Final = (15, 40, 120)
"""Visits around each that is left out."""
_MARGIN: Final = 1.2


class Placement:
    """Bounds of the first two tiers for large instances."""

    def __init__(self, record: Record, tables: Tables) -> None:
        self._record, self._tables = record, tables
        self._near = related_visits(tables)
        self._size = 0

    def jobs(self, until: float) -> Iterator[Placement]:
        """Itself, as long as something is unproven and there is something to try."""
        for self._size in _SIZES:
            if self._proven() or self._record.seconds >= until:
                return
            self._until = until
            yield self

    def __call__(self, held: dict[int, Held], score: Score) -> None:
        """Prove coverage, then the weight left out given the coverage."""
        model = self._model(held)
        for tier, expression in enumerate((model.coverage, model.unscheduled)):
            rows = [] if tier == 0 else [_at_most(model, score.coverage)]
            bounds = self._record.bounds()
            if bounds is None or bounds[tier] >= score[tier]:
                continue
            left = min(self._until - self._record.seconds, self._record.left - _MARGIN)
            if left <= 0:
                return
            bound = solve_highs(model, expression, rows, time.monotonic() + left).bound
            if bound is not None:
                self._record.raise_bound(tier, tuple(score[:tier]), bound)

    def _proven(self) -> bool:
        bounds, score = self._record.bounds(), self._record.score
        return bounds is not None and score is not None and bounds[:2] == score[:2]

    def _model(self, held: dict[int, Held]) -> Model:
        chosen = self._around([v.index for v in self._tables.visits if v.index not in held])
        rest = Plan(self._tables)
        for visit in self._tables.visits:
            if visit.possible and visit.index not in chosen:
                rest.unscheduled -= visit.visit.weight
                for rule in visit.rules:
                    rest.covered[rule] += 1
        model = Model(rest, sorted(chosen))
        model.add_upper_tiers()
        return model

    def _around(self, centres: Iterable[int]) -> set[int]:
        """Visits left out and the nearest to each; impossible ones are settled anyway."""
        chosen: set[int] = set()
        for centre in centres:
            if not self._tables.visits[centre].possible:
                continue
            mine = {centre: None}
            for n in list(mine):
                mine.update(dict.fromkeys(self._near[n].tolist()))
            for n in list(mine):
                if len(mine) < self._size:
                    mine.update(dict.fromkeys(self._near[n].tolist()))
            chosen.update(list(mine)[: self._size])
        return {n for n in chosen if self._tables.visits[n].possible}


def _at_most(model: Model, coverage: int) -> Row:
    terms = list(model.coverage.terms.items())
    return Row(terms, None, coverage - model.coverage.constant)
