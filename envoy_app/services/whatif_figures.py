"""Puts the outcomes of variants side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from envoy_app.domain.gap import Tier, gap_of
from envoy_app.domain.plans import PlanView
from envoy_app.domain.side_by_side import ComparedFigure, ComparedPlan, SideBySide
from envoy_app.domain.whatif import Proof, WhatIfFigures, WhatIfResult, WhatIfView

AS_IT_IS = "现状"
_PROVEN = {Proof.LOWER: "{}更少", Proof.EQUAL: "{}相同", Proof.HIGHER: "{}更多"}


@dataclass(frozen=True, slots=True)
class _Solved:
    """A variant that has a plan."""

    view: WhatIfView
    plan: PlanView
    figures: WhatIfFigures
    changed: int | None


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    value: Callable[[_Solved], float | None]
    good: int = 0
    digits: int = 0
    hint: str = ""


def side_by_side(result: WhatIfResult, changed: Sequence[int]) -> SideBySide:
    """Return the figures of a comparison.

    Args:
        result: What was solved.
        changed: How many visits each variant holds otherwise than the plan as it is.
    """
    views = (result.base, *result.variants)
    solved = [_solved(view, count) for view, count in zip(views, (None, *changed), strict=True)]
    base = solved[0]
    lines = _lines(base.figures if base else None)
    figures = tuple(_figure(line, solved) for line in lines)
    title = base.plan.info.title if base else ""
    return SideBySide(title, tuple(map(_head, views)), figures)


def _solved(view: WhatIfView, changed: int | None) -> _Solved | None:
    if view.plan is None or view.figures is None:
        return None
    return _Solved(view, view.plan, view.figures, changed)


def _figure(line: _Line, solved: list[_Solved | None]) -> ComparedFigure:
    values = tuple(None if item is None else line.value(item) for item in solved)
    return ComparedFigure(line.name, values, line.digits, line.good, line.hint)


def _lines(base: WhatIfFigures | None) -> tuple[_Line, ...]:
    counties, visits = (base.counties, base.visits) if base else (0, 0)
    return (
        _Line(
            "已覆盖县（个）",
            lambda s: s.figures.covered,
            1,
            hint=f"覆盖标准全部达到的县；有标准的县共 {counties} 个",
        ),
        _Line(
            "覆盖还差（次）",
            lambda s: s.plan.info.score.coverage,
            -1,
            hint="各县离标准还差几次",
        ),
        _Line(
            "未排服务（项）",
            lambda s: s.figures.visits - s.figures.held,
            -1,
            hint=f"没有排上的服务；要排的共 {visits} 项",
        ),
        _Line(
            "安排不同（项）",
            lambda s: s.changed,
            hint="与现状相比，改时间、换人、新排上或不再排的服务；下面逐项列出",
        ),
        *_people(),
        *_costs(),
    )


def _people() -> Iterator[_Line]:
    before = "，之前方案的也算在内"
    yield _Line(
        "人均（半天）",
        lambda s: s.figures.loads.mean,
        digits=2,
        hint=f"全体特派员平均每人几个半天{before}",
    )
    yield _Line(
        "最忙的人（半天）", lambda s: s.figures.loads.most, -1, hint=f"半天最多的一位{before}"
    )
    yield _Line(
        "忙闲差距（半天）",
        lambda s: s.figures.loads.deviation,
        -1,
        2,
        f"各人半天数的标准差，越小越均衡{before}",
    )
    yield _Line("没有任务（人）", lambda s: s.figures.loads.idle, hint="这个方案里没有派的特派员")
    yield _Line(
        "行车（小时）", lambda s: s.figures.travel_hours, -1, hint="全体特派员路上的时间合计"
    )
    yield _Line(
        "外县支援（人次）",
        lambda s: s.figures.out_of_team,
        hint="派往别县、或不属于任何县团的人次",
    )
    yield _Line("其中跨市（人次）", lambda s: s.figures.out_of_city, hint="派往别的城市的人次")


def _costs() -> Iterator[_Line]:
    own = "；侧重不同的方案分项不可比，不列"
    yield _Line(
        "综合代价",
        lambda s: s.view.cost_as_base,
        -1,
        hint="支援、行车、忙闲不均按现状的侧重加权合计，越低越好",
    )
    for name, hint, value in (
        ("其中支援代价", "跨县跨市", lambda s: s.plan.info.cost.sharing),
        ("其中行车代价", "路上的时间", lambda s: s.plan.info.cost.travel),
        ("其中忙闲代价", "忙闲不均", lambda s: s.plan.info.cost.fairness),
    ):
        yield _Line(name, _part(value), -1, hint=hint + own)


def _part(value: Callable[[_Solved], int]) -> Callable[[_Solved], float | None]:
    return lambda solved: value(solved) if solved.view.same_weights else None


def _head(view: WhatIfView) -> ComparedPlan:
    plan = view.plan
    head = ComparedPlan(view.name or AS_IT_IS, view.changes, view.error)
    if plan is None:
        return head
    gap = gap_of(plan.info.score, view.bounds)
    proven = "，".join(_proven(view))
    return replace(head, gap=gap.sentence, gap_brief=gap.brief, proven=proven)


def _proven(view: WhatIfView) -> Iterator[str]:
    """Yield what is proven, a tier each; of changes only where there are any."""
    for item in view.differences if view.name else ():
        idle = Tier(item.tier) is Tier.DISRUPTION and item.proof is Proof.EQUAL
        if item.proof is not Proof.OPEN and not idle:
            yield _PROVEN[item.proof].format(Tier(item.tier).label)
