"""Forming teams (一县一团): proposes, and applies what was proposed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import solver
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError, PlanRejected
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.teams import TeamProposal
from envoy_app.services.context import ServiceContext
from envoy_app.services.team_instances import BuiltTeams, TeamInputs, build_teams
from envoy_app.services.team_results import proposal_of
from solver import teams


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """A sign of life; the tiers are None before the first teams."""

    seconds: float
    phase: str
    shortfall: int | None
    moves: int | None


class TeamService:
    """Forms teams from the roster, the coverage standard and the way between counties."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def propose(
        self,
        time_limit: float = 60,
        workers: int = 2,
        on_progress: Callable[[TeamProgress], None] = lambda progress: None,
        should_cancel: Callable[[], bool] = lambda: False,
    ) -> TeamProposal:
        """Return the best teams found in `time_limit` seconds; nothing is written.

        Stopping keeps the best teams found so far. Raises InputError where there is nobody,
        Cancelled where it was stopped before teams were found, PlanRejected where the outcome
        breaks a rule, EnvironmentProblem where the solving process died.
        """
        built = self.build()
        instance = teams.parse_teams(built.problem)
        options = solver.SolveOptions(time_limit=time_limit, workers=workers)
        solution = _solve(instance, options, on_progress, should_cancel)
        report = teams.check_teams(instance, solution.formation or teams.Formation((), ()))
        if report.violations:
            raise PlanRejected(
                f"组团结果没有通过核对（{report.violations[0].message}），没有写入，请重新组团。"
            )
        name = self._context.reference.vocabulary().name
        return proposal_of(built, instance, solution, report, name)

    def build(self) -> BuiltTeams:
        """Return the problem that `propose` would solve; raises InputError."""
        with self._context.read() as uow:
            envoys = uow.envoys.all()
        reference = self._context.reference
        return build_teams(
            TeamInputs(
                gazetteer=reference.gazetteer(),
                travel=reference.travel(),
                standards=reference.standards(),
                envoys=envoys,
            )
        )

    def apply(self, proposal: TeamProposal) -> Changes:
        """Write team and role of everyone whom a proposal changes, all or none.

        Raises ConflictError where one of them was changed since the proposal was made.
        """
        moved = sum(change.moves for change in proposal.changes)
        roles = len(proposal.changes) - moved
        with self._context.uow() as uow:
            uow.describe(
                f"组团：{moved} 人的县团有变，另有 {roles} 人只改团内角色", ChangeKind.TEAMS
            )
            uow.envoys.save_all(change.after for change in proposal.changes)
            return uow.commit()


def _solve(
    instance: teams.TeamsInstance,
    options: solver.SolveOptions,
    on_progress: Callable[[TeamProgress], None],
    should_cancel: Callable[[], bool],
) -> teams.TeamsSolution:
    def tell(news: teams.TeamsProgress) -> None:
        score = news.score
        shortfall, moves = (score.shortfall, score.moves) if score else (None, None)
        on_progress(TeamProgress(news.seconds, news.phase, shortfall, moves))

    try:
        solution = teams.solve_teams_in_child(instance, options, tell, should_cancel)
    except solver.SolverCrashed as error:
        raise EnvironmentProblem(str(error)) from error
    if solution.status == "cancelled":
        raise Cancelled
    if solution.formation is None:
        raise InputError("在限定时间内没有组成县团，请延长求解时间后再试。")
    return solution
