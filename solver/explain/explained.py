"""A run with explanations: the search, and then, in a share of its time, the repairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from solver.candidates import Prepared
from solver.engine.driver import run
from solver.engine.record import OnIncumbent, OnProgress, ShouldStop
from solver.explain.budget import Budget
from solver.explain.repairs import find_repairs
from solver.explain.shortfalls import with_shortfalls
from solver.instance import Assignment, Instance
from solver.solution import Progress, Solution, SolveOptions

_KEPT_SHARE: Final = 0.08
_KEPT_MOST: Final = 2.0
"""Seconds kept for the repairs of a month; the search does not miss them."""
_LARGEST_SHARE: Final = 0.1
"""Of the time limit, where the search left more than was kept."""
_AFTER_STOP: Final = 0.35
"""Seconds for repairs of a run that was stopped: most of what a month has, and soon over."""
_STEPS_PER_SECOND: Final = 40
"""What a slow machine manages; the measure of work of deterministic runs."""

OnSolution = Callable[[Solution], None]


def run_explained(
    instance: Instance,
    options: SolveOptions,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    on_incumbent: OnIncumbent | None = None,
    on_solution: OnSolution | None = None,
    start: Sequence[Assignment] = (),
) -> Solution:
    """Solve an instance in this process and look for repairs; see `solver.solve`.

    Repairs belong to one plan, so they are looked for when the plan is known: after the search,
    be it over or stopped. `on_solution` hears of the outcome before that.
    """
    begin = time.monotonic()
    prepared = Prepared(instance)
    solution = run(
        instance, _for_search(options), on_progress, should_stop, on_incumbent, prepared, start
    )
    if not solution.unscheduled:
        return with_shortfalls(instance, solution)
    if on_solution is not None:
        on_solution(with_shortfalls(instance, solution))
    seconds = time.monotonic() - begin
    if should_stop():
        budget = Budget(time.monotonic() + _AFTER_STOP)
    else:
        on_progress(
            Progress(seconds, solution.score, solution.bounds, "寻找补救办法", solution.assignments)
        )
        budget = _budget(options, seconds, should_stop)
    return with_repairs(instance, solution, budget, prepared)


def with_repairs(
    instance: Instance, solution: Solution, budget: Budget, prepared: Prepared | None = None
) -> Solution:
    """The solution with `repairs` for what it leaves out or short, as far as the budget goes."""
    begin = time.monotonic()
    tables = None if prepared is None else prepared.tables
    found = find_repairs(instance, solution.assignments, budget, tables)
    unscheduled = tuple(
        replace(item, repairs=tuple(repair.to_json() for repair in found.get(item.visit, ())))
        for item in solution.unscheduled
    )
    spent = round(time.monotonic() - begin, 3)
    stats = {**solution.stats, "repair_seconds": spent}
    if "seconds" in stats:
        stats["seconds"] = round(stats["seconds"] + spent, 3)
    told = replace(solution, unscheduled=unscheduled, stats=stats)
    return with_shortfalls(instance, told)


def _for_search(options: SolveOptions) -> SolveOptions:
    """The time limit less what is kept; a run that counts work keeps it all."""
    if options.deterministic:
        return options
    limit = options.time_limit
    return replace(options, time_limit=limit - min(_KEPT_MOST, _KEPT_SHARE * limit))


def _budget(options: SolveOptions, seconds: float, should_stop: ShouldStop) -> Budget:
    limit = options.time_limit
    if options.deterministic:
        return Budget(should_stop=should_stop, steps=limit * _STEPS_PER_SECOND)
    left = max(limit - seconds, min(_KEPT_MOST, _KEPT_SHARE * limit))
    share = min(left, max(1.0, _LARGEST_SHARE * limit))
    return Budget(time.monotonic() + share, should_stop)
