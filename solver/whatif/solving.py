"""Solves a problem and its variants, each in a process of its own, the time shared."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from solver.checker import check
from solver.explain.shortfalls import with_shortfalls
from solver.instance import Assignment, Instance
from solver.process import CHILD_COMMAND, solve_in_child
from solver.solution import Progress, Score, Solution, SolveOptions, SolverCrashed
from solver.whatif.variants import Variant

_LEAST_SECONDS: Final = 1.0
"""Even a problem that comes last gets so long."""


@dataclass(frozen=True)
class Outcome:
    """A problem, as it is or changed, and what came of it.

    Attributes:
        variant: None for the problem as it is.
        instance: The problem that was solved.
        solution: Its plan and bounds; without a score where none was found.
        error: Why there is no plan, one Chinese sentence; empty where there is one.
    """

    variant: Variant | None
    instance: Instance
    solution: Solution
    error: str = ""


@dataclass(frozen=True)
class VariantProgress:
    """A sign of life: which of how many is solved, and how far it is.

    Attributes:
        number: 0 for the problem as it is, then the variants from 1.
        count: How many there are, the problem as it is included.
        seconds: Since the very beginning.
        name: Of the variant; empty for the problem as it is.
        progress: Of the run that goes on.
    """

    number: int
    count: int
    seconds: float
    name: str
    progress: Progress


OnProgress = Callable[[VariantProgress], None]


def solve_variants(
    instance: Instance,
    variants: Sequence[Variant],
    options: SolveOptions,
    on_progress: OnProgress = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
    base: Solution | None = None,
    command: Sequence[str] = CHILD_COMMAND,
) -> tuple[Outcome, ...]:
    """Solve a problem and its variants one after the other.

    Everybody gets a share of the time limit, and what those before did not need. A variant begins
    with the plan of the problem as it is, as far as that still holds; so that it is not ahead by
    that alone, the problem as it is gets two shares. In the end each plan is tried on the other
    problems, and taken over where it is better than their own: it was only luck of the search.

    Args:
        instance: The problem as it is.
        variants: Its variants; they were tried on it (`parse_variants`).
        options: `time_limit` is for all together; the rest for each.
        on_progress: Called from this thread as news arrives.
        should_stop: Asked every 100 ms; true ends all within about a second, with the best plans
            so far; variants whose turn has not come have none.
        base: A plan of the problem as it is, if it was solved before.
        command: How a solving process is started.

    Returns:
        The problem as it is first, then the variants in their order.

    Raises:
        VariantError: A variant does not fit the problem.
    """
    changed = [variant.apply(instance) for variant in variants]
    run = _Run(options, on_progress, should_stop, len(variants) + 1, command)
    known = None if base is None else Outcome(None, instance, base)
    outcomes = [known or run.solve(0, None, instance, ())]
    start = outcomes[0].solution.assignments
    for n, (variant, problem) in enumerate(zip(variants, changed, strict=True), 1):
        outcomes.append(run.solve(n, variant, problem, start))
    return _shared(outcomes)


class _Run:
    """The clock and the listeners of several runs."""

    def __init__(
        self,
        options: SolveOptions,
        on_progress: OnProgress,
        should_stop: Callable[[], bool],
        count: int,
        command: Sequence[str],
    ) -> None:
        self._options = options
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._count = count
        self._command = command
        self._begin = time.monotonic()

    def solve(
        self, number: int, variant: Variant | None, instance: Instance, start: Sequence[Assignment]
    ) -> Outcome:
        """One problem, in its share of what is left of the time."""
        if self._should_stop():
            nothing = Solution(instance.name, "cancelled", None, None, ())
            return Outcome(variant, instance, nothing, "已停止，这个方案还没有轮到。")
        name = "" if variant is None else variant.name

        def tell(progress: Progress) -> None:
            seconds = time.monotonic() - self._begin
            news = VariantProgress(number, self._count, seconds, name, progress)
            self._on_progress(news)

        options = replace(self._options, time_limit=self._share(number))
        try:
            solution = solve_in_child(
                instance, options, tell, self._should_stop, self._command, start
            )
        except SolverCrashed as error:
            nothing = Solution(instance.name, "unknown", None, None, ())
            return Outcome(variant, instance, nothing, str(error))
        return Outcome(variant, instance, solution, _why_nothing(solution))

    def _share(self, number: int) -> float:
        if self._options.deterministic:  # counts work, not seconds
            return self._options.time_limit / self._count
        left = self._options.time_limit - (time.monotonic() - self._begin)
        waiting = self._count - number
        share = left / waiting if number else 2 * left / (waiting + 1)
        return max(_LEAST_SECONDS, share)


def _why_nothing(solution: Solution) -> str:
    if solution.score is not None:
        return ""
    if solution.status == "infeasible":
        first = solution.conflicts[0].message if solution.conflicts else "锁定的安排互相矛盾。"
        return f"排不出方案：{first}"
    if solution.status == "cancelled":
        return "已停止，没有找到方案。"
    return "在限定时间内没有找到方案，请延长求解时间。"


def _shared(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Every problem with the best plan found for any, where that is one of its own."""
    plans = [o.solution.assignments for o in outcomes if o.solution.score is not None]
    return tuple(_with_best(outcome, plans) for outcome in outcomes)


def _with_best(outcome: Outcome, plans: Sequence[tuple[Assignment, ...]]) -> Outcome:
    best = outcome.solution
    for plan in plans:
        report = check(outcome.instance, plan)
        if best.score is not None and not report.violations and report.score < best.score:
            best = replace(best, score=report.score, assignments=plan)
    if best is outcome.solution:
        return outcome
    return replace(outcome, solution=_explained(outcome.instance, best))


def _explained(instance: Instance, solution: Solution) -> Solution:
    """A plan that was taken over: what was proven stays proven, reasons are its own.

    A bound holds given the tiers before it at most as they were; now they are better or the same.
    Repairs were proved for another plan and are not told.
    """
    from solver.reasons import unscheduled_of  # numpy: only where it is needed

    assert solution.score is not None
    bounds = solution.bounds
    if bounds is not None:
        bounds = Score(*map(min, bounds, solution.score))
    left = unscheduled_of(instance, solution.assignments)
    stats = {key: value for key, value in solution.stats.items() if key != "shortfalls"}
    status = "optimal" if bounds == solution.score else "feasible"
    found = replace(solution, status=status, bounds=bounds, unscheduled=left, stats=stats)
    return with_shortfalls(instance, found)
