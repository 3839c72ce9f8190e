"""Runs team formation: first teams at once, then goal by goal to the proof of the best."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from solver.engine.outcome import Outcome
from solver.solution import SolveOptions
from solver.teams.checker import check_teams
from solver.teams.goals import Goal, goals_of, minimise, proven
from solver.teams.instance import TeamsInstance
from solver.teams.model import TeamsModel
from solver.teams.solution import Formation, TeamsProgress, TeamsScore, TeamsSolution
from solver.teams.start import conflicts_of, first_formation

OnProgress = Callable[[TeamsProgress], None]
ShouldStop = Callable[[], bool]
OnIncumbent = Callable[[Formation, TeamsScore], None]

_SHARE: Final = 0.6
"""Share of the time left that a solve may take if another follows."""
_MARGIN: Final = 0.3
"""Seconds kept for what a solver overruns and for writing down the end."""
_MARGIN_SHARE: Final = 0.03
"""Share of the whole time that is kept at least: large problems overrun by more."""
_POLL_SECONDS: Final = 0.1
_PHASES: Final = ("减少县团缺口", "减少人员变动", "降低路程、意愿与规模成本")
"""What a solve does, by its first tier."""


def run_teams(
    instance: TeamsInstance,
    options: SolveOptions,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    on_incumbent: OnIncumbent = lambda formation, score: None,
) -> TeamsSolution:
    """Form the best teams in this process; see `solver.teams.solve_teams`."""
    conflicts = conflicts_of(instance)
    if conflicts:
        return TeamsSolution(instance.name, "infeasible", None, None, None, conflicts)
    run = _Run(instance, options, on_progress, should_stop, on_incumbent)
    run.offer(first_formation(instance))
    run.report()
    run.prove()
    return run.solution()


class _Run:
    """The books of a run: clock, best teams, bounds. Nothing unverified gets in."""

    def __init__(
        self,
        instance: TeamsInstance,
        options: SolveOptions,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        on_incumbent: OnIncumbent,
    ) -> None:
        self.instance = instance
        self.options = options
        self.formation: Formation | None = None
        self.score: TeamsScore | None = None
        self.phase = "准备数据"
        self._on_progress, self._should_stop = on_progress, should_stop
        self._on_incumbent = on_incumbent
        self._bounds = [0, 0, 0]  # no tier can be negative
        self._trace: list[list[object]] = []
        self._first: float | None = None
        self._begin = time.monotonic()

    @property
    def seconds(self) -> float:
        """Wall-clock time of the run so far."""
        return time.monotonic() - self._begin

    def bounds(self) -> TeamsScore:
        """Proven for all teams whose tiers before are at the score or better.

        A bound was proven with the tiers before at most at an earlier, no better score, so it
        stays valid as the score falls.
        """
        if self.score is None:
            return TeamsScore(*self._bounds)
        return TeamsScore(*map(min, self._bounds, self.score))

    def offer(self, formation: Formation) -> None:
        """Take teams if the checker finds no violation and they are better."""
        report = check_teams(self.instance, formation)
        if report.violations or (self.score is not None and report.score >= self.score):
            return
        self.formation, self.score = formation, report.score
        if self._first is None:
            self._first = self.seconds
        self._on_incumbent(formation, report.score)
        self._note()

    def report(self) -> None:
        """Tell whoever watches."""
        self._on_progress(TeamsProgress(self.seconds, self.score, self.bounds(), self.phase))

    def prove(self) -> None:
        """Tier by tier, until time is up, somebody asks, or all is proven."""
        model = TeamsModel(self.instance)
        pool = ThreadPoolExecutor(1, "teams-solver")
        try:
            for goal in goals_of(model):
                if self.score is None or self._over():
                    return
                if self.bounds()[: goal.last + 1] < self.score[: goal.last + 1]:
                    self.phase = _PHASES[goal.first]
                    self._solve(pool, model, goal)
        finally:
            pool.shutdown(wait=False)  # asked to stop: a solve ends by its own limit

    def solution(self) -> TeamsSolution:
        """What was found and proven."""
        stats = {
            "seconds": round(self.seconds, 3),
            "seconds_to_first": None if self._first is None else round(self._first, 3),
            "trace": self._trace,
        }
        bounds = self.bounds()
        if self.score is None:
            status = "cancelled" if self._should_stop() else "unknown"
            return TeamsSolution(self.instance.name, status, None, None, None, stats=stats)
        status = "optimal" if bounds == self.score else "feasible"
        name = self.instance.name
        return TeamsSolution(name, status, self.score, bounds, self.formation, stats=stats)

    def _left(self) -> float:
        limit = self.options.time_limit
        return limit - self.seconds - max(_MARGIN, _MARGIN_SHARE * limit)

    def _over(self) -> bool:
        return self._left() <= 0 or self._should_stop()

    def _solve(self, pool: ThreadPoolExecutor, model: TeamsModel, goal: Goal) -> None:
        share = 1.0 if goal.last == len(_PHASES) - 1 else _SHARE
        future = pool.submit(self._outcome, model, goal, self._left() * share)
        if not self._wait(future):
            return
        outcome = future.result()
        if self.options.deterministic and not proven(goal, outcome):
            return  # what the clock cut off would not come again
        if outcome.values is not None:
            self.offer(model.formation(outcome.values))
        if outcome.bound is not None:
            assert self.score is not None
            for tier, value in goal.bounds(outcome.bound, self.score).items():
                self._bounds[tier] = max(self._bounds[tier], value)
            self._note()
        self.report()

    def _wait(self, future: Future[Outcome]) -> bool:
        """Report until the solver is done; false if somebody asked to stop before."""
        while not future.done():
            if self._should_stop():
                return False
            self.report()
            try:
                future.result(timeout=_POLL_SECONDS)
            except TimeoutError:
                continue
        return True

    def _outcome(self, model: TeamsModel, goal: Goal, seconds: float) -> Outcome:
        assert self.score is not None
        assert self.formation is not None
        rows = [model.at_most(tier, self.score[tier]) for tier in range(goal.first)]
        hint = model.values_of(self.formation)
        return minimise(model, goal, rows, hint, seconds, self.options, self._should_stop)

    def _note(self) -> None:
        if self.score is not None:
            now = [round(self.seconds, 3), list(self.score), list(self.bounds())]
            self._trace.append(now)
