"""The verdict on a plan."""

from __future__ import annotations

from dataclasses import dataclass

from solver.solution import Score


@dataclass(frozen=True)
class Violation:
    """A hard rule that does not hold; the message is a Chinese sentence."""

    code: str
    visit: str | None
    envoy: str | None
    message: str


@dataclass(frozen=True)
class CoverageState:
    """A coverage rule and how many visits count towards it."""

    county: str
    specialty: str | None
    held: int
    min_visits: int

    @property
    def missing(self) -> int:
        """Visits short of the minimum."""
        return max(0, self.min_visits - self.held)


@dataclass(frozen=True)
class DisruptionBreakdown:
    """How many changes there are against the baseline, before weighting."""

    dropped: int
    moved: int
    replaced: int


@dataclass(frozen=True)
class ScoreBreakdown:
    """What the score is made of: cost = sharing + travel + fairness."""

    sharing: int
    travel: int
    fairness: int
    coverage: tuple[CoverageState, ...]
    disruption: DisruptionBreakdown


@dataclass(frozen=True)
class CheckReport:
    """All violations of a plan and its score."""

    violations: tuple[Violation, ...]
    score: Score
    breakdown: ScoreBreakdown
