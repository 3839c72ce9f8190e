"""The books of a run: clock, best plan, bounds, trace. Nothing unverified gets in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from solver.checker import check
from solver.instance import Assignment, Instance
from solver.plan import Plan, assignments_of
from solver.solution import Progress, Score, SolveOptions

OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]
OnIncumbent = Callable[[tuple[Assignment, ...], Score], None]

_TIERS: Final = len(Score._fields)
_LOWEST: Final = -(10**15)
"""No tier of a problem that can be read is lower."""
_REPORT_EVERY: Final = 0.1


class Record:
    """What is known at any moment of a run.

    Attributes:
        assignments: The best plan so far; None before the first.
        score: Its score.
        phase: What is being done, for people.
        rejected: Plans that the checker did not accept.
        withdrawn: Bounds that a plan proved wrong.
    """

    def __init__(
        self,
        instance: Instance,
        options: SolveOptions,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        on_incumbent: OnIncumbent | None = None,
    ) -> None:
        self.instance = instance
        self.options = options
        self.assignments: tuple[Assignment, ...] | None = None
        self.score: Score | None = None
        self.phase = "准备数据"
        self.first_seconds: float | None = None
        self.rejected = 0
        self.withdrawn = 0
        self._bounds: list[dict[tuple[int, ...], int]] = [{(): _LOWEST} for _ in range(_TIERS)]
        self._trace: list[list[object]] = []
        self._on_progress, self._should_stop = on_progress, should_stop
        self._on_incumbent = on_incumbent
        self._begin = time.monotonic()
        self._reported = 0.0

    @property
    def seconds(self) -> float:
        """Wall-clock time of the run so far."""
        return time.monotonic() - self._begin

    @property
    def left(self) -> float:
        """Seconds until the time limit; a run that counts work has all the time it needs."""
        if self.options.deterministic:
            return math.inf
        return self.options.time_limit - self.seconds

    def over(self) -> bool:
        """Whether to come to an end: time is up, somebody asked, or nothing can be better."""
        return self.left <= 0 or self.stopped() or self.proven()

    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._should_stop()

    def proven(self) -> bool:
        """Whether every bound equals its score."""
        return self.score is not None and self.bounds() == self.score

    def offer(self, plan: Plan) -> bool:
        """Take a plan if the checker finds no violation and it is better."""
        if self.score is not None and plan.score() >= self.score:
            return False
        assignments = assignments_of(plan)
        report = check(self.instance, assignments)
        if report.violations or report.score != plan.score():
            self.rejected += 1
            return False
        self.assignments, self.score = assignments, report.score
        self._withdraw()
        if self.first_seconds is None:
            self.first_seconds = self.seconds
        if self._on_incumbent:
            self._on_incumbent(assignments, report.score)
        self._note()
        return True

    def raise_bound(self, tier: int, given: tuple[int, ...], bound: int) -> None:
        """Note a proven lower bound of a tier.

        Args:
            tier: Index into the score.
            given: Scores of the first tiers under which it was proven (each at most that); empty
                if it holds in any case.
            bound: The bound.
        """
        known = self._bounds[tier].get(given)
        if known is None or bound > known:
            self._bounds[tier][given] = bound
            self._withdraw()
            self._note()

    def bounds(self) -> Score | None:
        """The best bound of each tier that is valid for the tiers before it at their score."""
        return self._bounds_of(self.score)

    def _bounds_of(self, score: Score | None) -> Score | None:
        """The bounds for one and the same score, while another thread may find a better one."""
        if score is None:
            return None
        return Score(*(min(max(self._valid(n, score)), score[n]) for n in range(_TIERS)))

    def trace(self) -> list[list[object]]:
        """Seconds, score and bounds at each change."""
        return self._trace

    def close(self) -> None:
        """No more signs of life, though a job that was not waited for may still find something."""
        self._on_progress = lambda progress: None
        self._on_incumbent = None

    def report(self, phase: str | None = None) -> None:
        """Tell whoever watches, ten times a second at most unless the phase changes."""
        if phase is None and self.seconds - self._reported < _REPORT_EVERY:
            return
        self.phase = phase or self.phase
        self._reported = self.seconds
        score, plan = self.score, self.assignments
        self._on_progress(Progress(self.seconds, score, self._bounds_of(score), self.phase, plan))

    def _valid(self, tier: int, score: Score) -> list[int]:
        """The bounds of a tier that hold for a score; one at least."""
        before = score[:tier]
        return [
            bound
            for given, bound in list(self._bounds[tier].items())
            if all(now <= then for now, then in zip(before, given, strict=False))
        ]

    def _withdraw(self) -> None:
        """Forget the bounds of a tier of which one lies above the plan: the plan is checked.

        Nobody knows then which of them are right; what holds in any case is kept if it can be.
        """
        score = self.score
        if score is None:
            return
        for tier in range(_TIERS):
            if max(self._valid(tier, score)) > score[tier]:
                floor = self._bounds[tier][()]
                self._bounds[tier] = {(): floor if floor <= score[tier] else _LOWEST}
                self.withdrawn += 1

    def _note(self) -> None:
        score = self.score
        bounds = self._bounds_of(score)
        if score is not None and bounds is not None:
            self._trace.append([round(self.seconds, 3), list(score), list(bounds)])
        self.report()
