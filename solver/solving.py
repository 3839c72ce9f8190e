"""The front door of the optimiser; what is heavy is imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from solver.instance import Assignment, Instance
from solver.solution import Progress, Solution, SolveOptions


def _silent(progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    """Nobody stops."""
    return False


def solve(
    instance: Instance,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] = _silent,
    should_stop: Callable[[], bool] = _never,
    start: Sequence[Assignment] = (),
) -> Solution:
    """Find the best plan, in this process.

    A stop is heard between steps; a step of an exact solver may last until the time limit, so
    interactive programs use `solve_in_child`.

    Args:
        instance: The problem.
        options: Time limit, workers, seed, determinism.
        on_progress: Called from this thread, about ten times a second.
        should_stop: Asked often; true ends the run with the best plan so far.
        start: A plan to begin with, perhaps of a similar instance; what of it holds here is kept
            until something better is found.

    Returns:
        A plan without violations and its proven bounds, with reasons and repairs for what it does
        not hold; or `infeasible` with the pins and rules that cannot hold together; or
        `unknown`/`cancelled` where no plan was found in time.
    """
    from solver.explain.explained import run_explained

    options = options or SolveOptions()
    return run_explained(instance, options, on_progress, should_stop, start=start)
