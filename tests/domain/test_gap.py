from fractions import Fraction

import pytest

from envoy_app.domain.gap import Gap, Tier, active_tier, gap_of
from envoy_app.domain.plans import ScoreView


def score(coverage=0, unscheduled=0, disruption=0, cost=0):
    return ScoreView(coverage, unscheduled, disruption, cost)


def test_no_plan_yet_has_no_bound():
    assert gap_of(None, None) == Gap(Tier.COVERAGE, None)
    assert gap_of(None, None).sentence == "尚无下界"
    assert active_tier(None, score()) is Tier.COVERAGE


def test_cost_gap_shows_only_when_earlier_tiers_are_proven():
    assert gap_of(score(2, 5, 0, 1000), score(2, 5, 0, 900)) == Gap(Tier.COST, Fraction(1, 10))
    assert gap_of(score(2, 5, 0, 1000), score(2, 4, 0, 900)) == Gap(
        Tier.UNSCHEDULED, Fraction(1, 5)
    )
    assert gap_of(score(4, 5, 0, 1000), score(1, 4, 0, 900)) == Gap(Tier.COVERAGE, Fraction(3, 4))


def test_a_bound_of_nothing_is_no_bound():
    assert gap_of(score(0, 0, 0, 1000), score(0, 0, 0, 0)) == Gap(Tier.COST, None)
    assert gap_of(score(3, 0, 0, 1000), score(0, 0, 0, 0)) == Gap(Tier.COVERAGE, None)


def test_all_proven():
    found = gap_of(score(2, 5, 0, 1000), score(2, 5, 0, 1000))
    assert found.tier is None
    assert found.sentence == "已证明最优"
    assert active_tier(score(2, 5, 0, 1000), score(2, 5, 0, 1000)) is Tier.COST


@pytest.mark.parametrize(
    ("cost", "bound", "text"),
    [(1000, 982, "1.8 %"), (10000, 9816, "1.9 %"), (100, 93, "7.0 %"), (100_000, 99_999, "0.1 %")],
)
def test_the_promise_is_rounded_up_and_never_noise(cost, bound, text):
    gap = gap_of(score(cost=cost), score(cost=bound))
    assert gap.sentence == f"成本离理论最优不超过 {text}"
    assert gap.brief == f"成本 ≤ {text}"
