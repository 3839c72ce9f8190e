"""What is minimised, step by step, and how one step is solved and proven."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.highs import solve_highs
from solver.engine.linear import Expression, Row
from solver.engine.outcome import Outcome
from solver.solution import SolveOptions
from solver.teams.model import TeamsModel

_FLOAT_RANGE: Final = 10**9
"""Two tiers in one expression must stay below, or floating point proves neither."""
_LEAST_SECONDS: Final = 0.2
"""A second solver is not called for less."""


@dataclass(frozen=True)
class Goal:
    """One tier, or two that follow each other in one expression.

    Attributes:
        first: The first tier.
        last: The last tier, perhaps the same.
        weight: What one of the first counts in units of the last.
        expression: What is minimised.
    """

    first: int
    last: int
    weight: int
    expression: Expression

    def bounds(self, bound: int, score: Sequence[int]) -> dict[int, int]:
        """What a bound of the expression proves of its tiers.

        Args:
            bound: No teams have a smaller expression.
            score: A score, by tier.

        Returns:
            A bound by tier; that of the second tier holds for teams whose first is at the score
            or better.
        """
        if self.first == self.last:
            return {self.last: bound}
        return {
            self.first: bound // self.weight,
            self.last: bound - self.weight * score[self.first],
        }


def goals_of(model: TeamsModel) -> tuple[Goal, ...]:
    """The steps, in order.

    Shortfall alone leaves a solver with countless equal teams; the moves, weighed so that all of
    them together count less than one more shortfall, guide it: both are proven sooner than the
    first would be.
    """
    shortfall, moves, cost = model.tiers
    weight = model.largest(moves) + 1
    both = Expression(dict(moves.terms), moves.constant + weight * shortfall.constant)
    for variable, factor in shortfall.terms.items():
        both.add(variable, weight * factor)
    if model.largest(both) <= _FLOAT_RANGE:
        return (Goal(0, 1, weight, both), Goal(2, 2, 1, cost))
    return tuple(Goal(n, n, 1, tier) for n, tier in enumerate(model.tiers))


def proven(goal: Goal, outcome: Outcome) -> bool:
    """Whether the values of an outcome are the best."""
    return outcome.values is not None and outcome.bound == _value(goal.expression, outcome.values)


def minimise(
    model: TeamsModel,
    goal: Goal,
    rows: Sequence[Row],
    hint: Mapping[int, int],
    seconds: float,
    options: SolveOptions,
    should_stop: Callable[[], bool],
) -> Outcome:
    """Solve a goal by HiGHS; where figures are too large for its proof, CP-SAT completes it.

    Args:
        model: Variables and rows.
        goal: What to minimise.
        rows: Rows that hold beside those of the model.
        hint: Values of all variables in known teams.
        seconds: How long it may take.
        options: Workers and seed.
        should_stop: Asked while CP-SAT runs; HiGHS does not listen.
    """
    deadline = time.monotonic() + seconds
    smaller, unit = _reduced(goal.expression)
    found = _enlarged(solve_highs(model.programme, smaller, rows, deadline, hint), goal, unit)
    left = deadline - time.monotonic()
    if proven(goal, found) or left < _LEAST_SECONDS or should_stop():
        return found
    limits = Limits(left, options.workers, options.seed)
    exact = solve_cpsat(model.programme, smaller, rows, limits, hint, should_stop)
    return _better(goal, found, _enlarged(exact, goal, unit))


def _reduced(expression: Expression) -> tuple[Expression, int]:
    """The expression without its constant, in its largest common unit, and that unit."""
    unit = math.gcd(*expression.terms.values()) or 1
    terms = {variable: factor // unit for variable, factor in expression.terms.items()}
    return Expression(terms), unit


def _enlarged(outcome: Outcome, goal: Goal, unit: int) -> Outcome:
    if outcome.bound is None:
        return outcome
    return Outcome(outcome.values, goal.expression.constant + unit * outcome.bound)


def _better(goal: Goal, one: Outcome, other: Outcome) -> Outcome:
    found = [item.values for item in (one, other) if item.values is not None]
    bounds = [item.bound for item in (one, other) if item.bound is not None]
    return Outcome(
        min(found, key=lambda values: _value(goal.expression, values), default=None),
        max(bounds, default=None),
    )


def _value(expression: Expression, values: Sequence[float]) -> int:
    terms = expression.terms.items()
    return expression.constant + sum(round(values[n]) * factor for n, factor in terms)
