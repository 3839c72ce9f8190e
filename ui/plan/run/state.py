"""What the solve bar knows of a running search: the best so far and its history."""

from __future__ import annotations

from dataclasses import dataclass, field

from envoy_app.domain.gap import Gap, Tier, active_tier, gap_of
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.services.planning import PlanProgress
from ui.jobs import Progress


@dataclass(frozen=True, slots=True)
class Sample:
    """Score and bound of the best plan known at a time, seconds after the start."""

    seconds: float
    score: ScoreView | None
    bounds: ScoreView | None


@dataclass(frozen=True, slots=True)
class SearchProgress(Progress):
    """A report of the search, in the form that the status bar shows too."""

    search: PlanProgress | None = None


def as_progress(search: PlanProgress, limit: float) -> SearchProgress:
    """Wrap a report; `limit` is the time limit in seconds."""
    return SearchProgress(
        done=min(round(search.seconds), round(limit)),
        total=max(1, round(limit)),
        text=search.phase,
        search=search,
    )


@dataclass
class RunState:
    """The history of one run; only changes of score or bound are kept."""

    latest: PlanProgress | None = None
    samples: list[Sample] = field(default_factory=list)

    def add(self, progress: PlanProgress) -> None:
        """Take a report."""
        self.latest = progress
        sample = Sample(progress.seconds, progress.score, progress.bounds)
        if progress.score is None and progress.bounds is None:
            return
        last = self.samples[-1] if self.samples else None
        if last is None or (last.score, last.bounds) != (sample.score, sample.bounds):
            self.samples.append(sample)

    @property
    def found(self) -> bool:
        """Whether there is a plan to adopt."""
        return self.latest is not None and self.latest.score is not None

    @property
    def gap(self) -> Gap:
        """How far the best may be from the best there is."""
        return gap_of(*self._now())

    @property
    def tier(self) -> Tier:
        """The tier the search works on: the first that changed last, else the first unproven."""
        for before, after in zip(self.samples[-2::-1], self.samples[:0:-1], strict=True):
            if before.score is None or after.score is None:
                break
            moved = [t for t in Tier if t.of(before.score) != t.of(after.score)]
            if moved:
                return moved[0]
        return active_tier(*self._now())

    @property
    def headline(self) -> str:
        """The best so far in people's terms, or that there is none yet."""
        now = self.latest
        if now is None or now.score is None:
            return "还没有找到方案"
        score = now.score
        if now.covered is not None:
            covered = f"已覆盖 {now.covered}/{now.counties} 县"
        else:
            covered = f"覆盖还缺 {score.coverage} 次" if score.coverage else "覆盖标准全部达到"
        if now.held is not None:
            held = f"已排 {now.held}/{now.visits} 项"
        else:
            held = f"未排服务权重 {score.unscheduled}"
        return " · ".join((covered, held, f"成本 {score.cost:,}"))

    def scores(self, tier: Tier) -> tuple[tuple[float, int], ...]:
        """Return the steps (seconds, value) of a tier's score."""
        found = ((item.seconds, item.score) for item in self.samples)
        return _steps([(at, tier.of(score)) for at, score in found if score is not None])

    def bounds(self, tier: Tier) -> tuple[tuple[float, int], ...]:
        """Return the steps (seconds, value) of a tier's bound."""
        found = ((item.seconds, item.bounds) for item in self.samples)
        steps = _steps([(at, tier.of(bound)) for at, bound in found if bound is not None])
        # A bound of nothing says nothing, unless it is met.
        met = bool(self.scores(tier)) and self.scores(tier)[-1][1] == 0
        return tuple(step for step in steps if step[1] > 0 or met)

    def _now(self) -> tuple[ScoreView | None, ScoreView | None]:
        now = self.latest
        return (now.score, now.bounds) if now else (None, None)


def _steps(points: list[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    kept: list[tuple[float, int]] = []
    for at, value in points:
        if not kept or kept[-1][1] != value:
            kept.append((at, value))
    return tuple(kept)


def summary_lines(plan: PlanView) -> tuple[str, ...]:
    """Return what a finished run came to, a sentence each."""
    held, effort = len(plan.held), plan.effort
    lines = [
        f"已排 {held}/{len(plan.visits)} 项服务，未排 {len(plan.visits) - held} 项。",
        f"派出 {effort.people} 位特派员，平均每人 {effort.average_days:.1f} 天。",
    ]
    if plan.info.cost.travel_minutes:
        lines.append(f"行车合计 {plan.info.cost.travel_minutes / 60:,.0f} 小时。")
    lines.append(
        f"{gap_of(plan.info.score, plan.info.bounds).sentence}，用时 {plan.info.seconds:.0f} 秒。"
    )
    return tuple(lines)
