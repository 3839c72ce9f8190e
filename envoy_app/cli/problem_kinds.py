"""The kinds of problem files (problem-format.md): how each is solved, judged and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import solver
from solver import teams

ShouldStop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """A solution as JSON data, the sentence about it, and whether nothing is left to wish."""

    data: dict[str, Any]
    sentence: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a solution and its score, as JSON data and as lines for people."""

    data: dict[str, Any]
    lines: tuple[str, ...]
    valid: bool


class Problem(Protocol):
    """A problem that was read."""

    def solve(
        self, options: solver.SolveOptions, tell: Callable[[str], None], stopped: ShouldStop
    ) -> Answer:
        """Solve it in a child process; `tell` hears of the progress."""

    def check(self, solution: object) -> Verdict:
        """Judge the JSON data of a solution; raises SolutionError."""


def read_problem(data: object) -> Problem:
    """Read a problem of whichever format; raises InstanceError."""
    if isinstance(data, dict) and data.get("format") == teams.TEAMS_FORMAT:
        return TeamsProblem(teams.parse_teams(data))
    return VisitProblem(solver.parse_instance(data))


Tiers = solver.Score | teams.TeamsScore


def _tiers(score: Tiers | None) -> str:
    return "—" if score is None else "/".join(map(str, score))


def _progress(news: solver.Progress | teams.TeamsProgress) -> str:
    best, bounds = _tiers(news.score), _tiers(news.bounds)
    return f"{news.seconds:7.1f} 秒  {news.phase}  最好 {best}  下界 {bounds}"


def _ending(solution: solver.Solution | teams.TeamsSolution) -> str:
    """What to say where the solving process did not end as it should."""
    message = solution.stats.get("message")
    return f"；{message}" if message else ""


class VisitProblem:
    """Visit planning (`envoy-problem/1`)."""

    def __init__(self, instance: solver.Instance) -> None:
        """Take what was read."""
        self._instance = instance

    def solve(
        self, options: solver.SolveOptions, tell: Callable[[str], None], stopped: ShouldStop
    ) -> Answer:
        """Plan the visits; complete where all counties are covered."""
        solution = solver.solve_in_child(
            self._instance, options, lambda news: tell(_progress(news)), stopped
        )
        held, score = len(solution.assignments), solution.score
        sentence = (
            f"{self._instance.name}：{solution.status}，"
            f"排定 {held}/{len(self._instance.visits)} 项，"
            f"得分 {_tiers(score)}，下界 {_tiers(solution.bounds)}"
            + (f"；{solver.conflicts_text(solution)}" if solution.conflicts else "")
        )
        covered = score is not None and score.coverage == 0
        return Answer(solver.solution_to_json(solution), sentence + _ending(solution), covered)

    def check(self, solution: object) -> Verdict:
        """Judge a plan."""
        plan = solver.parse_solution(solution, self._instance)
        report = solver.check(self._instance, plan.assignments)
        score, parts = report.score, report.breakdown
        data = {
            "violations": [
                {"code": v.code, "visit": v.visit, "envoy": v.envoy, "message": v.message}
                for v in report.violations
            ],
            "score": score._asdict(),
            "breakdown": {
                "sharing": parts.sharing,
                "travel": parts.travel,
                "fairness": parts.fairness,
            },
        }
        cost = f"共享 {parts.sharing} + 路程 {parts.travel} + 均衡 {parts.fairness}"
        lines = (
            *_violations(report.violations),
            f"覆盖缺口 {score.coverage}  未排 {score.unscheduled}  变动 {score.disruption}",
            f"成本 {score.cost} = {cost}",
        )
        return Verdict(data, lines, not report.violations)


class TeamsProblem:
    """Team formation (`envoy-teams/1`)."""

    def __init__(self, instance: teams.TeamsInstance) -> None:
        """Take what was read."""
        self._instance = instance

    def solve(
        self, options: solver.SolveOptions, tell: Callable[[str], None], stopped: ShouldStop
    ) -> Answer:
        """Form the teams; complete where no team lacks anything."""
        solution = teams.solve_teams_in_child(
            self._instance, options, lambda news: tell(_progress(news)), stopped
        )
        score, formation = solution.score, solution.formation
        reserve = len(formation.reserve) if formation else 0
        sentence = (
            f"{self._instance.name}：{solution.status}，"
            f"{len(self._instance.counties)} 个县团，机动库 {reserve} 人，"
            f"得分 {_tiers(score)}，下界 {_tiers(solution.bounds)}"
            + "".join(f"；{item.message}" for item in solution.conflicts)
        )
        complete = score is not None and score.shortfall == 0
        return Answer(
            teams.teams_solution_to_json(solution), sentence + _ending(solution), complete
        )

    def check(self, solution: object) -> Verdict:
        """Judge teams."""
        found = teams.parse_teams_solution(solution, self._instance)
        formation = found.formation or teams.Formation((), ())
        report = teams.check_teams(self._instance, formation)
        score, parts = report.score, report.breakdown
        data = {
            "violations": [
                {"code": v.code, "county": v.county, "envoy": v.envoy, "message": v.message}
                for v in report.violations
            ],
            "score": score._asdict(),
            "breakdown": {
                "travel": parts.travel,
                "preference": parts.preference,
                "size": parts.size,
                "level": parts.level,
            },
        }
        cost = (
            f"路程 {parts.travel} + 意愿 {parts.preference}"
            f" + 规模 {parts.size} + 级别 {parts.level}"
        )
        lines = (
            *_violations(report.violations),
            f"缺口 {score.shortfall}  变动 {score.moves}",
            f"成本 {score.cost} = {cost}",
        )
        return Verdict(data, lines, not report.violations)


def _violations(
    found: tuple[solver.Violation, ...] | tuple[teams.TeamsViolation, ...],
) -> tuple[str, ...]:
    listed = (f"  {item.code}  {item.message}" for item in found)
    return (f"违反规则 {len(found)} 处", *listed)
