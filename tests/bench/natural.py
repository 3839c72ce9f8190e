"""What one does first: one model of everything, given to CP-SAT or to HiGHS tier by tier.

Each tier is minimised with the tiers before it at their proven value, by the model's own rows and
nothing else: no start, no bound, no cut of ours.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from solver import Instance, check
from solver.candidates import prepare
from solver.engine.linear import Expression, Programme, Row
from solver.engine.model import Model
from solver.plan import Plan, assignments_of
from solver.teams import TeamsInstance, check_teams
from solver.teams.model import TeamsModel

Tell = Callable[[Sequence[int] | None, Sequence[int | None] | None], None]
"""Hears of a score, and of bounds as far as there are any."""


@dataclass
class Task:
    """A model of either kind, and how its solutions are judged."""

    programme: Programme
    tiers: Sequence[Expression]
    judge: Callable[[Sequence[float]], tuple[int, ...]]
    """Values to the score of the plan that they mean, by the checker."""

    def at_most(self, tier: int, value: int) -> Row:
        terms = list(self.tiers[tier].terms.items())
        return Row(terms, None, value - self.tiers[tier].constant)


def visits_task(case: Instance) -> Task:
    """The natural model of visit planning."""
    tables = prepare(case)
    empty = Plan(tables)
    model = Model(empty, [visit.index for visit in tables.visits if visit.possible])
    model.add_tiers()

    def judge(values: Sequence[float]) -> tuple[int, ...]:
        plan = Plan(tables)
        for index, (start, crew) in model.crews(values.__getitem__).items():
            plan.add(index, start, crew)
        report = check(case, assignments_of(plan))
        assert not report.violations, report.violations[0]
        return tuple(report.score)

    return Task(model, (model.coverage, model.unscheduled, model.disruption, model.cost), judge)


def teams_task(case: TeamsInstance) -> Task:
    """The natural model of team formation."""
    model = TeamsModel(case)

    def judge(values: Sequence[float]) -> tuple[int, ...]:
        report = check_teams(case, model.formation(values))
        assert not report.violations, report.violations[0]
        return tuple(report.score)

    return Task(model.programme, model.tiers, judge)


@dataclass
class Books:
    """The best so far; tells what changes."""

    tell: Tell
    count: int
    score: tuple[int, ...] | None = None
    bounds: list[int | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bounds = [None] * self.count

    def plan(self, score: tuple[int, ...]) -> None:
        if self.score is None or score < self.score:
            self.score = score
            self.tell(self.score, self.bounds)

    def bound(self, tier: int, bound: float) -> None:
        if not math.isfinite(bound) or abs(bound) > 1e15:
            return
        whole = math.ceil(bound - 1e-6 * max(1.0, abs(bound)))
        known = self.bounds[tier]
        if known is None or whole > known:
            self.bounds[tier] = whole
            self.tell(self.score, self.bounds)


def cpsat(task: Task, limit: float, workers: int, seed: int, tell: Tell) -> None:
    """Solve with CP-SAT; news come as it finds them."""
    began = time.perf_counter()
    books = Books(tell, len(task.tiers))
    given: list[Row] = []
    hint: list[float] | None = None
    for tier, goal in enumerate(task.tiers):
        left = limit - (time.perf_counter() - began)
        if left <= 0:
            return
        model, variables = _cp_model(task.programme, goal, given, hint)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed
        solver.parameters.max_time_in_seconds = left
        solver.best_bound_callback = lambda bound, tier=tier: books.bound(tier, bound)
        heard = _Heard(variables, lambda values: books.plan(task.judge(values)))
        status = solver.solve(model, heard)
        if status != cp_model.OPTIMAL:
            return
        hint = [float(solver.value(variable)) for variable in variables]
        value = round(solver.objective_value)
        books.bound(tier, value)
        given.append(task.at_most(tier, value))


class _Heard(cp_model.CpSolverSolutionCallback):
    def __init__(self, variables: Sequence[Any], hear: Callable[[list[float]], None]) -> None:
        super().__init__()
        self._variables = variables
        self._hear = hear

    def on_solution_callback(self) -> None:
        self._hear([float(self.value(variable)) for variable in self._variables])


def _cp_model(
    programme: Programme, goal: Expression, given: Sequence[Row], hint: list[float] | None
) -> tuple[cp_model.CpModel, list[Any]]:
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in programme.upper]
    weighted = cp_model.LinearExpr.weighted_sum
    for row in (*programme.rows, *given):
        terms = weighted([variables[v] for v, _ in row.terms], [f for _, f in row.terms])
        least = -(2**50) if row.least is None else row.least
        model.add_linear_constraint(terms, least, 2**50 if row.most is None else row.most)
    chosen = [variables[v] for v in goal.terms]
    model.minimize(weighted(chosen, list(goal.terms.values())) + goal.constant)
    for variable, value in zip(variables, hint or (), strict=False):
        model.add_hint(variable, int(value))
    return model, variables


def highs(task: Task, limit: float, workers: int, seed: int, tell: Tell) -> None:
    """Solve with HiGHS through MathOpt, which tells nothing before the end of a tier.

    It uses as many threads as it sees fit; MathOpt does not pass on a number.
    """
    began = time.perf_counter()
    books = Books(tell, len(task.tiers))
    given: list[Row] = []
    hint: dict[int, float] = {}
    for tier, goal in enumerate(task.tiers):
        model = mathopt.Model.from_model_proto(_proto(task.programme, goal, given))
        left = limit - (time.perf_counter() - began)
        if left <= 0:
            return
        extras = mathopt.ModelSolveParameters()
        if hint:
            values = {model.get_variable(n): value for n, value in hint.items()}
            extras.solution_hints.append(mathopt.SolutionHint(variable_values=values))
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=left),
            random_seed=seed,
            relative_gap_tolerance=1e-9,
        )
        found = mathopt.solve(
            model, mathopt.SolverType.HIGHS, params=parameters, model_params=extras
        )
        if found.has_primal_feasible_solution():
            hint = {var.id: value for var, value in found.variable_values().items()}
            books.plan(task.judge([hint.get(n, 0.0) for n in range(len(task.programme.upper))]))
        books.bound(tier, found.termination.objective_bounds.dual_bound)
        if found.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return
        given.append(task.at_most(tier, round(found.objective_value())))


def _proto(programme: Programme, goal: Expression, given: Sequence[Row]) -> model_pb2.ModelProto:
    count = len(programme.upper)
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend([0.0] * count)
    proto.variables.upper_bounds.extend(map(float, programme.upper))
    proto.variables.integers.extend(programme.integer)
    rows = [*programme.rows, *given]
    limits, matrix = proto.linear_constraints, proto.linear_constraint_matrix
    limits.ids.extend(range(len(rows)))
    limits.lower_bounds.extend(-math.inf if r.least is None else float(r.least) for r in rows)
    limits.upper_bounds.extend(math.inf if r.most is None else float(r.most) for r in rows)
    for number, row in enumerate(rows):
        terms = Expression()
        for variable, factor in row.terms:
            terms.add(variable, factor)
        for variable, factor in sorted(terms.terms.items()):
            matrix.row_ids.append(number)
            matrix.column_ids.append(variable)
            matrix.coefficients.append(float(factor))
    goals = sorted(goal.terms.items())
    proto.objective.offset = float(goal.constant)
    proto.objective.linear_coefficients.ids.extend(variable for variable, _ in goals)
    proto.objective.linear_coefficients.values.extend(float(factor) for _, factor in goals)
    return proto
