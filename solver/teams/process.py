"""Forms teams in a child process, as `solver.process` plans visits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from solver.process import CHILD_COMMAND, UNTRUE, News, claims_hold, run_in_child, still_proven
from solver.solution import SolveOptions, SolverCrashed
from solver.teams.checker import check_teams
from solver.teams.instance import TeamsInstance
from solver.teams.parsing import TEAMS_SOLUTION_FORMAT, parse_teams_solution
from solver.teams.serialise import formation_to_json, teams_to_json
from solver.teams.solution import Formation, TeamsProgress, TeamsScore, TeamsSolution

TEAMS: Final = "teams"


def solve_teams_in_child(
    instance: TeamsInstance,
    options: SolveOptions,
    on_progress: Callable[[TeamsProgress], None],
    should_cancel: Callable[[], bool],
    command: Sequence[str] = CHILD_COMMAND,
) -> TeamsSolution:
    """Form the best teams in a process of its own; may be called from any thread.

    Args:
        instance: The problem.
        options: Time limit, workers, seed, determinism.
        on_progress: Called from this thread as news arrives.
        should_cancel: Asked every 100 ms; true ends the run within about a second with the best
            teams so far.
        command: How the child is started.

    Returns:
        As `solve_teams`; all teams were checked on this side again.

    Raises:
        SolverCrashed: The child ended without its last message and had found nothing.
    """
    return run_in_child(_Teams(instance), options, on_progress, should_cancel, command)


@dataclass(frozen=True)
class _Teams:
    """Team formation as the parent of the child sees it."""

    instance: TeamsInstance
    kind: str = TEAMS

    def problem(self) -> dict[str, Any]:
        return teams_to_json(self.instance)

    def verified(self, data: dict[str, Any]) -> tuple[TeamsSolution, bool]:
        solution = parse_teams_solution(data, self.instance)
        holds = claims_hold(solution.status, solution.score, solution.bounds)
        if not holds or solution.formation is None:
            return solution, False
        report = check_teams(self.instance, solution.formation)
        if report.violations or report.score != solution.score:
            raise SolverCrashed(UNTRUE)
        return solution, True

    def progress(self, data: News, best: TeamsSolution | None) -> TeamsProgress:
        score, bounds = _score(data["score"]), _score(data["bounds"])
        return TeamsProgress(data["seconds"], score, bounds, data["phase"])

    def stopped(
        self,
        status: str,
        best: TeamsSolution | None,
        news: News | None,
        stats: dict[str, Any],
    ) -> TeamsSolution:
        if best is None or best.score is None:
            return TeamsSolution(self.instance.name, status, None, None, None, stats=stats)
        proven = still_proven(news, best.score) or (0, 0, 0)
        bounds = TeamsScore(*(max(0, bound) for bound in proven))  # no tier can be negative
        return replace(best, status="feasible", bounds=bounds, stats=stats)


def _score(data: dict[str, int] | None) -> TeamsScore | None:
    return None if data is None else TeamsScore(**data)


def teams_message(problem: str, formation: Formation, score: TeamsScore) -> dict[str, Any]:
    """Teams on their way from the child."""
    return {
        "incumbent": {
            "format": TEAMS_SOLUTION_FORMAT,
            "problem": problem,
            "status": "feasible",
            "score": score._asdict(),
            **formation_to_json(formation),
        }
    }
