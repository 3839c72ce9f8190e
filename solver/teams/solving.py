"""The front door of team formation; what is heavy is imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable

from solver.solution import SolveOptions
from solver.teams.instance import TeamsInstance
from solver.teams.solution import TeamsProgress, TeamsSolution


def solve_teams(
    instance: TeamsInstance,
    options: SolveOptions | None = None,
    on_progress: Callable[[TeamsProgress], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> TeamsSolution:
    """Form the best teams, in this process.

    Args:
        instance: The problem.
        options: Time limit, workers, seed; a deterministic run uses only what was finished.
        on_progress: Called from this thread, about ten times a second.
        should_stop: Asked as often; true ends the run with the best teams so far.

    Returns:
        Teams without violations and proven bounds; or `infeasible` with the fixed teams that
        cannot hold.
    """
    from solver.teams.engine import run_teams

    return run_teams(instance, options or SolveOptions(), on_progress, should_stop)
