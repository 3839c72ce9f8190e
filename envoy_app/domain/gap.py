"""How far the best plan found may be from the best there is, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from envoy_app.domain.plans import ScoreView


class Tier(StrEnum):
    """The four tiers of the score, in the order in which they count."""

    COVERAGE = "coverage"
    UNSCHEDULED = "unscheduled"
    DISRUPTION = "disruption"
    COST = "cost"

    @property
    def label(self) -> str:
        """The tier in people's terms."""
        names = {
            "coverage": "覆盖缺口",
            "unscheduled": "未排服务",
            "disruption": "变动",
            "cost": "成本",
        }
        return names[self.value]

    def of(self, score: ScoreView) -> int:
        """Return this tier of a score."""
        return int(getattr(score, self.value))


@dataclass(frozen=True, slots=True)
class Gap:
    """The first tier not proven best: `relative` = (score − bound) / score, of this tier only.

    `tier` None means that every tier is proven; `relative` None that no bound above 0 is known.
    """

    tier: Tier | None
    relative: Fraction | None

    @property
    def sentence(self) -> str:
        """Return what is proven, as the solve bar says it."""
        return self._told("离理论最优不超过")

    @property
    def brief(self) -> str:
        """Return what is proven, for a cell of a table."""
        return self._told(" ≤")

    def _told(self, at_most: str) -> str:
        if self.tier is None:
            return "已证明最优"
        if self.relative is None:
            return "尚无下界"
        # Rounded up: a promise of at most 1.8 % must not hide 1.84 %.
        return f"{self.tier.label}{at_most} {ceil(self.relative * 1000) / 10:.1f} %"


def gap_of(score: ScoreView | None, bounds: ScoreView | None) -> Gap:
    """Return the gap of the first tier whose bound lies below its score.

    Later tiers say nothing before the earlier ones are proven: their bounds hold only given the
    earlier tiers at their score (problem-format.md §1), so a cost gap appears last.
    """
    if score is None or bounds is None:
        return Gap(Tier.COVERAGE, None)
    for tier in Tier:
        value, bound = tier.of(score), tier.of(bounds)
        if bound < value:
            return Gap(tier, Fraction(value - bound, value) if bound > 0 else None)
    return Gap(None, Fraction(0))


def active_tier(score: ScoreView | None, bounds: ScoreView | None) -> Tier:
    """Return the tier that the search is working on: the first not proven, else the cost."""
    if score is None:
        return Tier.COVERAGE
    return gap_of(score, bounds).tier or Tier.COST
