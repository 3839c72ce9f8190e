"""Solves a programme with HiGHS, through MathOpt (`highspy` and `ortools` do not mix).

MathOpt is loaded when it is first needed: that takes a while.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from solver.engine.linear import Expression, Programme, Row
from solver.engine.outcome import Outcome

if TYPE_CHECKING:
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

_GAP: Final = 1e-9
_EXACT_RANGE: Final = 10**9
"""Beyond this the solver's tolerances are too coarse for a bound that must be a whole number."""


def solve_highs(
    programme: Programme,
    objective: Expression,
    extra: Sequence[Row],
    deadline: float,
    hint: Mapping[int, int] | None = None,
    gap: float = _GAP,
) -> Outcome:
    """Minimise; the solver cannot be interrupted, so callers keep the deadline near.

    Args:
        programme: Variables and rows.
        objective: What to minimise.
        extra: Rows that hold for this call only.
        deadline: When to end, by `time.monotonic`; handing over the model counts.
        hint: Values of some variables in a known solution.
        gap: Share of the objective by which the solution may miss the lowest.
    """
    from ortools.math_opt.python import mathopt

    model = mathopt.Model.from_model_proto(_proto(programme, objective, extra))
    extras = mathopt.ModelSolveParameters()
    if hint:
        values = {model.get_variable(var): float(value) for var, value in hint.items()}
        extras.solution_hints.append(mathopt.SolutionHint(variable_values=values))
    limits = mathopt.SolveParameters(
        time_limit=timedelta(seconds=max(0.05, deadline - time.monotonic())),
        relative_gap_tolerance=gap,
    )
    try:
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limits, model_params=extras)
    except (RuntimeError, ValueError, AttributeError):
        # Numerical trouble inside the solver: no answer is an honest answer. (ortools 9.15
        # raises AttributeError while it translates the solver's own error.)
        return Outcome()
    return _outcome(result, len(programme.upper))


def _outcome(result: mathopt.SolveResult, count: int) -> Outcome:
    from ortools.math_opt.python import mathopt

    reason = result.termination.reason
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return Outcome(infeasible=True)
    values = None
    if result.has_primal_feasible_solution():
        found = {var.id: value for var, value in result.variable_values().items()}
        values = [found.get(n, 0.0) for n in range(count)]
    return Outcome(values, _whole_bound(result.termination.objective_bounds.dual_bound))


def _whole_bound(bound: float) -> int | None:
    """Scores are whole, so a bound rounds up; first some slack for floating-point error."""
    if not math.isfinite(bound) or abs(bound) > _EXACT_RANGE:
        return None
    return math.ceil(bound - 1e-3 - 1e-7 * abs(bound))


def _proto(
    programme: Programme, objective: Expression, extra: Sequence[Row]
) -> model_pb2.ModelProto:
    from ortools.math_opt import model_pb2

    count = len(programme.upper)
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend([0.0] * count)
    proto.variables.upper_bounds.extend(map(float, programme.upper))
    proto.variables.integers.extend(programme.integer)
    rows = [*programme.rows, *extra]
    limits = proto.linear_constraints
    limits.ids.extend(range(len(rows)))
    limits.lower_bounds.extend(-math.inf if r.least is None else float(r.least) for r in rows)
    limits.upper_bounds.extend(math.inf if r.most is None else float(r.most) for r in rows)
    matrix = proto.linear_constraint_matrix
    for number, row in enumerate(rows):
        terms = sorted(_summed(row).items())
        matrix.row_ids.extend([number] * len(terms))
        matrix.column_ids.extend(var for var, _ in terms)
        matrix.coefficients.extend(float(factor) for _, factor in terms)
    goal = sorted(objective.terms.items())
    proto.objective.offset = float(objective.constant)
    proto.objective.linear_coefficients.ids.extend(var for var, _ in goal)
    proto.objective.linear_coefficients.values.extend(float(factor) for _, factor in goal)
    return proto


def _summed(row: Row) -> dict[int, int]:
    total = Expression()
    for variable, factor in row.terms:
        total.add(variable, factor)
    return total.terms
