"""Forming teams (一县一团): proposes, and applies what was proposed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

import solver
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError, PlanRejected
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import TeamProgress, TeamProposal
from envoy_app.services.context import ServiceContext
from envoy_app.services.team_comparison import TakenPart, TeamComparison
from envoy_app.services.team_instances import BuiltTeams, TeamInputs, build_teams
from envoy_app.services.team_moves import Changed, DeskFacts, TeamDesk
from envoy_app.services.team_results import proposal_of
from solver import teams


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
        return self._built(self._envoys())

    def _envoys(self) -> tuple[Envoy, ...]:
        # What comes after reads reference data in a transaction of its own: one inside the other
        # would wait for a writer that waits for this one.
        with self._context.read() as uow:
            return uow.envoys.all()

    def _built(self, envoys: tuple[Envoy, ...]) -> BuiltTeams:
        reference = self._context.reference
        return build_teams(
            TeamInputs(
                gazetteer=reference.gazetteer(),
                travel=reference.travel(),
                standards=reference.standards(),
                envoys=envoys,
            )
        )

    # By hand --------------------------------------------------------------------------------

    def desk(self) -> TeamDesk:
        """Return today's teams, ready to judge changes; raises InputError where nobody is."""
        envoys = self._envoys()
        vocabulary = self._context.reference.vocabulary()
        facts = DeskFacts(self._built(envoys), vocabulary, date.today())  # noqa: DTZ011  a local day
        return TeamDesk(facts, [envoy for envoy in envoys if envoy.active])

    def move(self, desk: TeamDesk, ids: Sequence[str], county: str | None) -> Changes:
        """Move people to a team, or to the reserve where None.

        Raises InputError where a rule forbids it, ConflictError where one of them was changed
        since the desk was read.
        """
        changed = desk.moved(ids, county)
        return self._write(desk, changed, _moving(desk, changed, county))

    def set_role(self, desk: TeamDesk, envoy_id: str, role: str) -> Changes:
        """Give a member another role in the team; raises as `move`."""
        envoy = desk.envoys[envoy_id]
        where = desk.name(envoy.team_county)
        changed = desk.with_role(envoy_id, role)
        return self._write(desk, changed, f"{where}团：{envoy.name}任{role}")

    def set_group(self, desk: TeamDesk, envoy_id: str, specialty: str | None) -> Changes:
        """Put a member into a group, or leave that to the program where None; raises as `move`."""
        envoy = desk.envoys[envoy_id]
        where = desk.name(envoy.team_county)
        group = f"编入{desk.facts.vocabulary.name(specialty)}组" if specialty else "自动编组"
        changed = desk.with_group(envoy_id, specialty)
        return self._write(desk, changed, f"{where}团：{envoy.name}{group}")

    def _write(self, desk: TeamDesk, changed: Changed, description: str) -> Changes:
        impact = desk.judge(changed)
        if impact.broken:
            raise InputError(impact.broken[0])
        with self._context.uow() as uow:
            uow.describe(description, ChangeKind.TEAMS)
            uow.envoys.save_all(changed.values())
            return uow.commit()

    # By the optimiser -----------------------------------------------------------------------

    def compare(self, proposal: TeamProposal) -> TeamComparison:
        """Return a proposal beside today's teams; raises InputError where nobody is any more."""
        return TeamComparison(self.desk(), proposal)

    def take(self, comparison: TeamComparison, chosen: Collection[str]) -> Changes:
        """Write the changes of some envoys of a proposal as one change; raises as `move`."""
        part = comparison.part(chosen)
        if part.impact.broken:
            raise InputError(part.impact.broken[0])
        everything = len(chosen) == len(comparison.proposal.changes)
        with self._context.uow() as uow:
            uow.describe(_taking(comparison, part, everything), ChangeKind.TEAMS)
            uow.envoys.save_all(part.envoys)
            return uow.commit()

    def apply(self, proposal: TeamProposal) -> Changes:
        """Write team and role of everyone whom a proposal changes, all or none.

        Raises ConflictError where one of them was changed since the proposal was made.
        """
        moved = sum(change.moves for change in proposal.changes)
        with self._context.uow() as uow:
            uow.describe(_summary("组团", moved, len(proposal.changes) - moved), ChangeKind.TEAMS)
            uow.envoys.save_all(change.after for change in proposal.changes)
            return uow.commit()


def _summary(what: str, moved: int, roles: int) -> str:
    return f"{what}：{moved} 人的县团有变，另有 {roles} 人只改团内角色"


def _taking(comparison: TeamComparison, part: TakenPart, everything: bool) -> str:
    now = comparison.desk.envoys
    moved = sum(envoy.team_county != now[envoy.id].team_county for envoy in part.envoys)
    what = "采用组团建议" if everything else "采用部分组团建议"
    return _summary(what, moved, len(part.envoys) - moved)


def _moving(desk: TeamDesk, changed: Changed, county: str | None) -> str:
    """A sentence on who moves where."""
    target = desk.name(county)
    where = target if county is None else f"{target}团"
    if len(changed) != 1:
        return f"{len(changed)} 人移到{where}"
    (envoy,) = changed.values()
    old = desk.envoys[envoy.id].team_county
    return f"{envoy.name}从{desk.name(old)}{'' if old is None else '团'}移到{where}"


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
