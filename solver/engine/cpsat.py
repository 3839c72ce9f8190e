"""Solves a programme with CP-SAT, which is loaded when it is first needed: that takes a while."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solver.engine.linear import Expression, Programme, Row
from solver.engine.outcome import Outcome

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Limits:
    """How long a call may take and with what."""

    seconds: float
    workers: int
    seed: int
    work: float | None = None
    """Limit in CP-SAT's deterministic time, for runs that can be repeated exactly."""


def solve_cpsat(
    programme: Programme,
    objective: Expression | None,
    extra: Sequence[Row],
    limits: Limits,
    hint: Mapping[int, int] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Minimise, or only look for a solution where there is no objective."""
    from ortools.sat.python import cp_model

    model, variables = _build(programme, objective, extra)
    for variable, value in (hint or {}).items():
        model.add_hint(variables[variable], value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.05, limits.seconds)
    if limits.work is not None:
        solver.parameters.max_deterministic_time = limits.work
    with _StopWatch(solver, should_stop):
        status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Outcome(infeasible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(bound=_bound(solver, objective, status))
    values = [float(solver.value(variable)) for variable in variables]
    return Outcome(values, _bound(solver, objective, status))


def _bound(solver: cp_model.CpSolver, objective: Expression | None, status: object) -> int | None:
    from ortools.sat.python import cp_model

    if objective is None or status == cp_model.MODEL_INVALID:
        return None
    bound = solver.best_objective_bound
    return math.ceil(bound - 1e-6) if math.isfinite(bound) and abs(bound) < 2**53 else None


def _build(
    programme: Programme, objective: Expression | None, extra: Sequence[Row]
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in programme.upper]
    for row in (*programme.rows, *extra):
        expression = cp_model.LinearExpr.weighted_sum(
            [variables[var] for var, _ in row.terms], [factor for _, factor in row.terms]
        )
        least = -(2**50) if row.least is None else row.least
        most = 2**50 if row.most is None else row.most
        model.add_linear_constraint(expression, least, most)
    if objective is not None:
        model.minimize(
            cp_model.LinearExpr.weighted_sum(
                [variables[var] for var in objective.terms], list(objective.terms.values())
            )
            + objective.constant
        )
    return model, variables


class _StopWatch:
    """Asks the solver to stop, again and again: asked before it has begun it does not listen."""

    def __init__(self, solver: cp_model.CpSolver, should_stop: Callable[[], bool]) -> None:
        self._solver = solver
        self._should_stop = should_stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cpsat-stop", daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            if self._should_stop():
                self._solver.stop_search()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
