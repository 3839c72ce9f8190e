"""Exact models of the whole instance: proofs of the upper tiers, and the cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.highs import solve_highs
from solver.engine.linear import Expression, Row
from solver.engine.model import Model
from solver.engine.outcome import Outcome
from solver.engine.promise import Promise
from solver.engine.record import Record
from solver.plan import Crew, Held, Plan
from solver.solution import Score
from solver.tables import Tables

_MARGIN: Final = 1.2
"""Seconds kept for what solvers overrun and for writing down the end."""
_MARGIN_SHARE: Final = 0.03
_PROOF_SHARE: Final = 0.3
_WORK_SHARE: Final = 0.05


@dataclass(frozen=True)
class Improvement:
    """New places for visits of a plan.

    Attributes:
        base: The plan it starts from.
        places: Start and people of visits, some of them perhaps not in the base.
        replaced: Visits of the base that were planned anew; without a place they are out.
    """

    base: dict[int, Held]
    places: dict[int, tuple[int, Crew]]
    replaced: frozenset[int] = field(default_factory=frozenset)


def at_most(expression: Expression, value: int) -> Row:
    """The row that keeps an expression at a value or below."""
    return Row(list(expression.terms.items()), None, value - expression.constant)


class Exact:
    """The natural model of everything, built when first needed."""

    def __init__(self, record: Record, tables: Tables) -> None:
        self.record = record
        self.tables = tables
        self._built: Model | None = None

    def proofs(self) -> Iterator[_Proof]:
        """One job for each upper tier whose bound is not yet its score."""
        for tier in range(3):
            bounds, score = self.record.bounds(), self.record.score
            if bounds and score and bounds[tier] < score[tier]:
                yield _Proof(self, tier)

    def cheapest(self, held: dict[int, Held], score: Score) -> Improvement | None:
        """The cost tier by HiGHS, for all the time that is left."""
        rows, hint = self.given(score, 3), self.hint(held)
        outcome = solve_highs(self.model, self.model.cost, rows, self.deadline(1.0), hint)
        return self.improvement(held, score, 3, outcome)

    def promised(
        self, promise: Promise, deadline: float, held: dict[int, Held], score: Score
    ) -> Improvement | None:
        """The cost tier with promising duties only, which are few.

        What the others cost at least is known, so this bounds all plans.
        """
        plan = self._plan(held)
        model = Model(Plan(self.tables), self._possible(), people=promise.people(held))
        model.add_tiers()
        rows = [at_most(model.tiers[n], score[n]) for n in range(3)]
        outcome = solve_highs(model, model.cost, rows, deadline, model.value_of(plan))
        if outcome.bound is not None and tuple(score[:3]) == promise.given:
            self.record.raise_bound(3, promise.given, min(outcome.bound, promise.beyond))
        if outcome.values is None:
            return None
        return Improvement(held, model.crews(outcome.values.__getitem__), frozenset(held))

    def deadline(self, share: float) -> float:
        """A point of time before the limit, after a share of the whole time at most."""
        options = self.record.options
        margin = max(_MARGIN, _MARGIN_SHARE * options.time_limit)
        return time.monotonic() + min(self.record.left - margin, options.time_limit * share)

    def cheapest_counted(self, held: dict[int, Held], score: Score) -> Improvement | None:
        """The cost tier by CP-SAT, for a counted amount of work."""
        return self.solve_counted(held, score, 3)

    def solve_counted(self, held: dict[int, Held], score: Score, tier: int) -> Improvement | None:
        """A tier by CP-SAT, for a share of the time or, in deterministic runs, of the work."""
        options = self.record.options
        limits = Limits(
            seconds=max(0.1, self.record.left - _MARGIN),
            workers=1,
            seed=options.seed,
            work=options.time_limit * _WORK_SHARE if options.deterministic else None,
        )
        outcome = solve_cpsat(
            self.model,
            self.model.tiers[tier],
            self.given(score, tier),
            limits,
            self.hint(held),
            self.record.stopped,
        )
        return self.improvement(held, score, tier, outcome)

    def improvement(
        self, held: dict[int, Held], score: Score, tier: int, outcome: Outcome
    ) -> Improvement | None:
        """Note the bound that was proven, and read the plan that was found."""
        if outcome.bound is not None:
            self.record.raise_bound(tier, tuple(score[:tier]), outcome.bound)
        if outcome.values is None:
            return None
        places = self.model.crews(outcome.values.__getitem__)
        return Improvement(held, places, frozenset(held))

    @property
    def model(self) -> Model:
        """All visits that can be held at all, beside an empty plan."""
        if self._built is None:
            self._built = Model(Plan(self.tables), self._possible())
            self._built.add_tiers()
        return self._built

    def given(self, score: Score, count: int) -> list[Row]:
        """The first tiers, at their score or better."""
        return [
            at_most(tier, value)
            for tier, value in zip(self.model.tiers[:count], score[:count], strict=True)
        ]

    def hint(self, held: dict[int, Held]) -> dict[int, int]:
        """A plan as values of variables."""
        return self.model.value_of(self._plan(held))

    def _plan(self, held: dict[int, Held]) -> Plan:
        plan = Plan(self.tables)
        for index, place in held.items():
            plan.add(index, place.start, place.crew)
        return plan

    def _possible(self) -> list[int]:
        return [visit.index for visit in self.tables.visits if visit.possible]


@dataclass(frozen=True)
class _Proof:
    """Solves one upper tier, the tiers before it at their score."""

    exact: Exact
    tier: int

    def __call__(self, held: dict[int, Held], score: Score) -> Improvement | None:
        exact = self.exact
        if exact.record.options.deterministic:
            return exact.solve_counted(held, score, self.tier)
        if exact.record.left < 2 * _MARGIN:
            return None
        outcome = solve_highs(
            exact.model,
            exact.model.tiers[self.tier],
            exact.given(score, self.tier),
            exact.deadline(_PROOF_SHARE),
            exact.hint(held),
        )
        return exact.improvement(held, score, self.tier, outcome)
