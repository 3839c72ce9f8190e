"""Proves the best teams by exact solves: shortfall and moves at once, then the cost.

Shortfall alone leaves a solver with countless equal teams; the moves, weighed so that all of them
together count less than one more shortfall, guide it: both proofs come faster than the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.highs import solve_highs
from solver.engine.linear import Expression
from solver.engine.outcome import Outcome
from solver.solution import SolveOptions
from solver.teams.checker import check_teams
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
_FLOAT_RANGE: Final = 10**9
"""Beyond this a solver in floating point cannot prove a whole number."""
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
            for goal in _goals(model):
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
        return self.options.time_limit - self.seconds - _MARGIN

    def _over(self) -> bool:
        return self._left() <= 0 or self._should_stop()

    def _solve(self, pool: ThreadPoolExecutor, model: TeamsModel, goal: _Goal) -> None:
        share = 1.0 if goal.last == len(_PHASES) - 1 else _SHARE
        future = pool.submit(self._outcome, model, goal, self._left() * share)
        if not self._wait(future):
            return
        outcome = future.result()
        if self.options.deterministic and not _finished(goal, outcome):
            return  # what the clock cut off would not come again
        if outcome.values is not None:
            self.offer(model.formation(outcome.values))
        if outcome.bound is not None:
            self._raise(goal, outcome.bound)
        self.report()

    def _raise(self, goal: _Goal, bound: int) -> None:
        """Note what the bound of a goal says of its tiers, each given the one before."""
        assert self.score is not None
        proven = {goal.last: bound}
        if goal.first < goal.last:
            kept = goal.weight * self.score[goal.first]
            proven = {goal.first: bound // goal.weight, goal.last: bound - kept}
        for tier, value in proven.items():
            self._bounds[tier] = max(self._bounds[tier], value)
        self._note()

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

    def _outcome(self, model: TeamsModel, goal: _Goal, seconds: float) -> Outcome:
        """Minimise a goal, by HiGHS if floating point can prove it, else by CP-SAT."""
        assert self.score is not None
        assert self.formation is not None
        deadline = time.monotonic() + seconds
        rows = [model.at_most(tier, self.score[tier]) for tier in range(goal.first)]
        hint = model.values_of(self.formation)
        programme = model.programme
        largest = [model.largest(model.tiers[tier]) for tier in range(goal.first)]
        if max([model.largest(goal.expression), *largest]) <= _FLOAT_RANGE:
            return solve_highs(programme, goal.expression, rows, deadline, hint)
        limits = Limits(seconds, self.options.workers, self.options.seed)
        return solve_cpsat(programme, goal.expression, rows, limits, hint, self._should_stop)

    def _note(self) -> None:
        if self.score is not None:
            now = [round(self.seconds, 3), list(self.score), list(self.bounds())]
            self._trace.append(now)


@dataclass(frozen=True)
class _Goal:
    """One tier, or two that follow each other in one expression.

    Attributes:
        first: The first tier.
        last: The last tier, perhaps the same.
        weight: What one of the first counts in units of the last.
        expression: What is minimised.
    """

    first: int
    last: int
    weight: int
    expression: Expression


def _finished(goal: _Goal, outcome: Outcome) -> bool:
    """Whether the values are proven to be the best."""
    if outcome.values is None:
        return False
    terms = goal.expression.terms.items()
    value = goal.expression.constant + sum(outcome.values[n] * factor for n, factor in terms)
    return outcome.bound == round(value)


def _goals(model: TeamsModel) -> tuple[_Goal, ...]:
    shortfall, moves, cost = model.tiers
    weight = model.largest(moves) + 1
    both = Expression(dict(moves.terms), moves.constant + weight * shortfall.constant)
    for variable, factor in shortfall.terms.items():
        both.add(variable, weight * factor)
    if model.largest(both) <= _FLOAT_RANGE:
        return (_Goal(0, 1, weight, both), _Goal(2, 2, 1, cost))
    return tuple(_Goal(n, n, 1, tier) for n, tier in enumerate(model.tiers))
