"""The figures of plan versions side by side, in people's terms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import Figure, PlanSummary, common_dates
from envoy_app.domain.plans import PlanInfo, PlanView

MINUTES_PER_HOUR = 60
SLOTS_PER_DAY = 2


@dataclass(frozen=True, slots=True)
class _Measures:
    """What is measured of one version. Days are those of one person.

    `out_of_team` counts seats filled by somebody of another county's team or of none,
    `out_of_city` those of them from another city; `deviation` is the standard deviation of the
    days of all who could be sent.
    """

    summary: PlanSummary
    people: int
    seats: int
    average: float
    deviation: float
    most: float
    out_of_team: int
    out_of_city: int

    @property
    def info(self) -> PlanInfo:
        return self.summary.info

    @property
    def hours(self) -> float:
        return self.info.cost.travel_minutes / MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True)
class _Line:
    """A figure: `good` is +1 where more is better, -1 where less is, 0 where neither.

    `total` figures grow with the dates, so they say nothing where those differ.
    """

    name: str
    value: Callable[[_Measures], float]
    text: Callable[[_Measures], str]
    good: int = 0
    total: bool = True


def summary_of(view: PlanView) -> PlanSummary:
    """Return what a list of versions shows; counties without a standard are not counted."""
    asked = sum(1 for item in view.coverage if item.state is not CoverageState.NONE)
    return PlanSummary(view.info, view.covered_counties, asked, len(view.held), len(view.visits))


def figures(before: PlanView, after: PlanView, gazetteer: Gazetteer) -> tuple[Figure, ...]:
    """Return the figures of two versions.

    Where their dates differ, totals are shown but judged neither better nor worse, and the
    visits and seats on the dates that both plan are added.
    """
    one, other = _measure(before, gazetteer), _measure(after, gazetteer)
    comparable = (one.info.start, one.info.end) == (other.info.start, other.info.end)
    lines = [
        Figure(
            line.name,
            line.text(one),
            line.text(other),
            _better(line, one, other) if comparable or not line.total else None,
        )
        for line in _lines(one, other)
    ]
    return tuple(lines if comparable else [*_shared(before, after), *lines])


def _better(line: _Line, one: _Measures, other: _Measures) -> bool | None:
    if not line.good or line.text(one) == line.text(other):
        return None
    change = line.value(other) - line.value(one)
    return change * line.good > 0 if change else None


def _lines(one: _Measures, other: _Measures) -> Iterator[_Line]:
    yield _Line("已覆盖县", lambda m: m.summary.covered, _covered, 1, total=False)
    yield _Line("覆盖还差", lambda m: m.info.score.coverage, _times, -1)
    yield _Line("已排服务", lambda m: m.summary.held, _held)
    yield _Line("未排项", lambda m: m.summary.unscheduled, _left, -1)
    yield _Line("未排（加权）", lambda m: m.info.score.unscheduled, _weight, -1)
    if one.info.score.disruption or other.info.score.disruption:
        yield _Line(
            "对原安排的改动",
            lambda m: m.info.score.disruption,
            lambda m: f"{m.info.score.disruption:,}",
            -1,
        )
    yield _Line("总行车时间", lambda m: m.hours, lambda m: f"{m.hours:,.1f} 小时", -1)
    yield _Line("派出人数", lambda m: m.people, lambda m: f"{m.people} 人")
    yield _Line("派出人次", lambda m: m.seats, lambda m: f"{m.seats} 人次")
    yield _Line("人均天数", lambda m: m.average, lambda m: f"{m.average:.2f} 天")
    yield _Line("均衡（标准差）", lambda m: m.deviation, _even, -1)
    yield _Line("最忙的人", lambda m: m.most, lambda m: f"{m.most:g} 天", -1)
    yield _Line("跨县共享", lambda m: m.out_of_team, _lent)
    yield _Line("其中跨市", lambda m: m.out_of_city, lambda m: f"{m.out_of_city} 人次")
    # Costs at other weights are other numbers for the same plan.
    same = one.info.preset is other.info.preset
    yield _Line("综合代价", lambda m: m.info.score.cost, _cost, -1 if same else 0)
    if not same:
        yield _Line("优先考虑", lambda m: 0, lambda m: m.info.preset.value)


def _covered(measures: _Measures) -> str:
    return f"{measures.summary.covered}/{measures.summary.counties} 县"


def _times(measures: _Measures) -> str:
    return f"{measures.info.score.coverage} 次"


def _held(measures: _Measures) -> str:
    return f"{measures.summary.held}/{measures.summary.visits} 项"


def _left(measures: _Measures) -> str:
    return f"{measures.summary.unscheduled} 项"


def _weight(measures: _Measures) -> str:
    return f"{measures.info.score.unscheduled:,}"


def _even(measures: _Measures) -> str:
    return f"{measures.deviation:.2f} 天"


def _lent(measures: _Measures) -> str:
    share = measures.out_of_team / measures.seats if measures.seats else 0.0
    return f"{measures.out_of_team} 人次（{share:.0%}）"


def _cost(measures: _Measures) -> str:
    return f"{measures.info.score.cost:,}"


def _measure(view: PlanView, gazetteer: Gazetteer) -> _Measures:
    effort = view.effort
    loads = dict.fromkeys(view.envoys, 0)
    for visit in view.held:
        for envoy in visit.envoys:
            loads[envoy] = loads.get(envoy, 0) + visit.slots
    team, city = _lent_seats(view, gazetteer)
    return _Measures(
        summary=summary_of(view),
        people=effort.people,
        seats=effort.seats,
        average=effort.average_days,
        deviation=_deviation([slots / SLOTS_PER_DAY for slots in loads.values()]),
        most=max(loads.values(), default=0) / SLOTS_PER_DAY,
        out_of_team=team,
        out_of_city=city,
    )


def _deviation(values: list[float]) -> float:
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def _lent_seats(view: PlanView, gazetteer: Gazetteer) -> tuple[int, int]:
    """Count the seats lent across teams and across cities, as the score does."""
    city = {county.code: county.city for county in gazetteer.counties}
    teams = [
        (card.team_county if (card := view.envoys.get(envoy)) else None, visit.county)
        for visit in view.held
        for envoy in visit.envoys
    ]
    lent = [(team, county) for team, county in teams if team != county]
    far = sum(1 for team, county in lent if team and city.get(team) != city.get(county))
    return len(lent), far


def _shared(before: PlanView, after: PlanView) -> list[Figure]:
    common = common_dates(before.info, after.info)
    if common is None:
        return []
    counts = [_on_dates(view, common) for view in (before, after)]
    names = ("共同日期服务", "共同日期人次")
    units = ("项", "人次")
    return [
        Figure(name, f"{counts[0][place]} {unit}", f"{counts[1][place]} {unit}", None)
        for place, (name, unit) in enumerate(zip(names, units, strict=True))
    ]


def _on_dates(view: PlanView, common: tuple[date, date]) -> tuple[int, int]:
    starts = [
        visit for visit in view.held if visit.start and common[0] <= visit.start.date <= common[1]
    ]
    return len(starts), sum(len(visit.envoys) for visit in starts)
