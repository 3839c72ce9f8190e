"""Says the change of a score in people's terms."""

from __future__ import annotations

from envoy_app.domain.plans import CostView, ScoreView

NOTHING = "得分不变。"


def change_words(change: ScoreView, cost: CostView, held: int) -> tuple[str, ...]:
    """Return what a change does to a plan, what matters most first; each a short phrase.

    Args:
        change: Of the four tiers.
        cost: Of the parts of the last one.
        held: By how many visits more are held.
    """
    phrases = (
        _phrase(-change.coverage, "覆盖标准多满足 {} 次", "覆盖标准少满足 {} 次"),
        _phrase(held, "多安排 {} 项服务", "少安排 {} 项服务"),
        _phrase(change.disruption, "与原方案的变动多 {}", "与原方案的变动少 {}"),
        _phrase(cost.travel_minutes, "行车多 {} 分钟", "行车少 {} 分钟"),
        _phrase(cost.sharing, "跨团派员代价多 {}", "跨团派员代价少 {}"),
        _phrase(cost.fairness, "忙闲不均代价多 {}", "忙闲不均代价少 {}"),
    )
    return tuple(filter(None, phrases)) or (NOTHING,)


def _phrase(value: int, more: str, less: str) -> str:
    if not value:
        return ""
    return (more if value > 0 else less).format(abs(value))
