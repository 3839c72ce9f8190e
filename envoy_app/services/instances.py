"""Builds the optimiser's instance (problem-format.md §1) from domain records.

Everything comes in as arguments, so that each rule can be tested with a handful of records.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import InputError
from envoy_app.domain.farming import FarmingCalendar, shipped_farming_calendar
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import EnvoyCard, Preset, VisitOrigin, VisitView
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import OTHER, Vocabulary
from envoy_app.services.planned_visits import (
    PlannedVisit,
    from_demand,
    from_standard,
    meets_range,
    scaled,
)
from envoy_app.services.presets import MAX_TRANSFER_MINUTES, MAX_VISITS_PER_SLOT, WEIGHTS

FORMAT = "envoy-problem/1"
MONTHS_PER_YEAR = 12
SLOTS_PER_DAY = 2
MAX_RANGE_DAYS = 366
NAMED_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """All that a plan depends on.

    `prior_slots` are half-days by envoy from earlier plans of the year, `prior_months` how many
    months of work those plans held; with `seasonal` the farming calendar says how many visits the
    standard means in these months.
    """

    name: str
    start: date
    end: date
    preset: Preset
    calendar: WorkCalendar
    gazetteer: Gazetteer
    travel: tuple[tuple[int, ...], ...]
    vocabulary: Vocabulary
    standards: tuple[CoverageStandard, ...]
    minimums: tuple[CountyMinimum, ...]
    envoys: tuple[Envoy, ...]
    demands: tuple[Demand, ...]
    prior_slots: Mapping[str, int] = field(default_factory=dict)
    prior_months: float = 0.0
    seasonal: bool = False
    farming: FarmingCalendar = field(default_factory=shipped_farming_calendar)


@dataclass(frozen=True, slots=True)
class BuiltInstance:
    """The instance as JSON, and what the stored plan keeps beside it."""

    problem: dict[str, Any]
    days: tuple[date, ...]
    visits: tuple[VisitView, ...]
    cards: Mapping[str, EnvoyCard]
    warnings: tuple[str, ...]
    sample: bool

    def count(self, origin: VisitOrigin) -> int:
        """Number of visits from this origin."""
        return sum(1 for visit in self.visits if visit.origin is origin)


def build_instance(inputs: PlanInputs) -> BuiltInstance:
    """Return the instance for a range.

    Raises InputError where the range has no working day, is reversed or too long, where nobody
    can be sent, or where there is nothing to hold.
    """
    days = _checked_days(inputs)
    months = inputs.calendar.months(inputs.start, inputs.end)
    sendable, left_out = _sendable(inputs.envoys)
    if not sendable:
        raise InputError("没有可派的特派员，请先导入名册，并填好专业领域和常驻县。")
    visits, refused = _visits(inputs, days, months)
    if not visits:
        raise InputError(
            f"{inputs.start} 至 {inputs.end} 没有要安排的下乡服务，"
            "请检查覆盖标准，或先受理服务需求，或延长日期。"
        )
    problem = {
        "format": FORMAT,
        "name": inputs.name,
        "days": [day.isoformat() for day in days],
        "counties": _counties(inputs.gazetteer),
        "travel": _travel(inputs),
        "envoys": [_envoy(envoy, inputs, days, months) for envoy in sendable],
        "visits": [_visit(visit) for visit in visits],
        "series": _series(inputs.standards, visits),
        "coverage": _coverage(inputs, months),
        "rules": {"max_transfer_minutes": MAX_TRANSFER_MINUTES},
        "weights": dict(WEIGHTS[inputs.preset]),
    }
    return BuiltInstance(
        problem=problem,
        days=days,
        visits=tuple(visit.view for visit in visits),
        cards={envoy.id: _card(envoy) for envoy in sendable},
        warnings=(*_calendar_warnings(inputs), *left_out, *refused),
        sample=any(envoy.sample for envoy in sendable)
        or any(demand.sample for demand in inputs.demands),
    )


def _checked_days(inputs: PlanInputs) -> tuple[date, ...]:
    start, end = inputs.start, inputs.end
    if end < start:
        raise InputError(f"结束日期 {end} 早于开始日期 {start}，请改正日期。")
    if (end - start).days >= MAX_RANGE_DAYS:
        raise InputError(f"{start} 至 {end} 超过一年，请分段排班。")
    days = inputs.calendar.days(start, end)
    if not days:
        raise InputError(f"{start} 至 {end} 没有工作日，请换一段日期，或在设置中调整工作日历。")
    return days


def _calendar_warnings(inputs: PlanInputs) -> tuple[str, ...]:
    years = range(inputs.start.year, inputs.end.year + 1)
    return tuple(
        f"{year} 年放假安排尚未公布（或程序还不知道），现按周末、法定节日和自行调整的日子推算，"
        "公布后请在“设置”的工作日历中调整。"
        for year in years
        if not inputs.calendar.announced(year)
    )


def _sendable(envoys: Iterable[Envoy]) -> tuple[list[Envoy], tuple[str, ...]]:
    """Return the envoys who can be sent, and sentences about those who cannot."""
    sendable: list[Envoy] = []
    homeless: list[Envoy] = []
    unskilled: list[Envoy] = []
    for envoy in envoys:
        if not envoy.active:
            continue
        if envoy.home is None:
            homeless.append(envoy)
        elif not skill_levels(envoy):
            unskilled.append(envoy)
        else:
            sendable.append(envoy)
    warnings = (
        _left_out(homeless, "没有常驻县和县团"),
        _left_out(unskilled, "没有可用的专业领域"),
    )
    return sendable, tuple(filter(None, warnings))


def _left_out(envoys: Sequence[Envoy], why: str) -> str:
    if not envoys:
        return ""
    names = "、".join(envoy.name for envoy in envoys[:NAMED_PEOPLE])
    more = "等" if len(envoys) > NAMED_PEOPLE else ""
    return f"{len(envoys)} 名特派员{why}，未参加排班：{names}{more}，请补全后再排。"


def skill_levels(envoy: Envoy) -> dict[str, int]:
    """Return the usable specialties of an envoy with the highest level of each."""
    levels: dict[str, int] = {}
    for skill in envoy.skills:
        if skill.specialty != OTHER:
            levels[skill.specialty] = max(skill.level, levels.get(skill.specialty, 0))
    return levels


def _visits(
    inputs: PlanInputs, days: tuple[date, ...], months: float
) -> tuple[list[PlannedVisit], list[str]]:
    visits = [
        visit
        for standard in inputs.standards
        for visit in from_standard(
            standard, days, months, inputs.vocabulary, inputs.farming, seasonal=inputs.seasonal
        )
    ]
    refused: list[str] = []
    for demand in inputs.demands:
        if demand.window_end and demand.window_end < inputs.start:
            refused.append(_overdue(demand))
        elif meets_range(demand, inputs.start, inputs.end):
            answer = from_demand(demand, days)
            if isinstance(answer, str):
                refused.append(answer)
            else:
                visits.append(answer)
    return visits, refused


def _overdue(demand: Demand) -> str:
    what = demand.content or demand.site or demand.town or "未写内容"
    return f"服务需求“{what}”的期望日期 {demand.window_end} 已过，未纳入排班，请与县里改期。"


def _counties(gazetteer: Gazetteer) -> list[dict[str, Any]]:
    return [
        {
            "id": county.code,
            "name": county.name,
            "city": county.city,
            "max_visits_per_slot": MAX_VISITS_PER_SLOT,
        }
        for county in gazetteer.counties
    ]


def _travel(inputs: PlanInputs) -> dict[str, Any]:
    ids = [county.code for county in inputs.gazetteer.counties]
    return {"ids": ids, "minutes": [list(row) for row in inputs.travel]}


def _envoy(
    envoy: Envoy, inputs: PlanInputs, days: tuple[date, ...], months: float
) -> dict[str, Any]:
    # The target grows with the period that the carried load covers, so that L compares with it.
    period = months + inputs.prior_months
    target = SLOTS_PER_DAY * envoy.target_days_year * period / MONTHS_PER_YEAR
    return {
        "id": envoy.id,
        "base": envoy.base_county or envoy.team_county,
        "team": envoy.team_county,
        "specialties": skill_levels(envoy),
        "max_slots_per_week": envoy.max_slots_week,
        "max_slots_total": total_slots(envoy, months),
        "target_slots": round(target),
        "prior_slots": inputs.prior_slots.get(envoy.id, 0),
        "max_travel_minutes": envoy.max_travel_minutes,
        "sharing": envoy.sharing.value,
        "unavailable": [[day.isoformat(), half.value] for day, half in absent_slots(envoy, days)],
    }


def total_slots(envoy: Envoy, months: float) -> int:
    """Return the most half-days of an envoy in so many months of work."""
    return math.ceil(round(envoy.max_slots_month * months, 6))


def absent_slots(envoy: Envoy, days: Iterable[date]) -> list[tuple[date, HalfDay]]:
    """Return on which half-days of some days an envoy cannot come."""
    return [(day, half) for day in days for half in _absent_halves(envoy, day)]


def _absent_halves(envoy: Envoy, day: date) -> tuple[HalfDay, ...]:
    return tuple(half for half in HalfDay if any(item.covers(day, half) for item in envoy.absences))


def _visit(visit: PlannedVisit) -> dict[str, Any]:
    view = visit.view
    return {
        "id": view.id,
        "county": view.county,
        "series": visit.series,
        "roles": [
            {"specialty": role.specialty, "min_level": role.min_level, "count": role.count}
            for role in view.roles
        ],
        "slots": view.slots,
        "earliest": view.earliest.isoformat(),
        "latest": view.latest.isoformat(),
        "start_slots": [half.value for half in visit.halves],
        "weight": view.weight,
    }


def _series(
    standards: Iterable[CoverageStandard], visits: Iterable[PlannedVisit]
) -> list[dict[str, Any]]:
    used = {visit.series for visit in visits}
    return [
        {"id": standard.id, "min_gap_days": standard.min_gap_days}
        for standard in standards
        if standard.id in used
    ]


def _coverage(inputs: PlanInputs, months: float) -> list[dict[str, Any]]:
    """Return the rules of tier 1, scaled to the range; those that round to nothing fall away."""
    wanted: list[tuple[str, str | None, int]] = [
        (item.county, item.specialty, scaled(item.required, months)) for item in inputs.standards
    ]
    wanted += [(item.county, None, scaled(item.min_visits, months)) for item in inputs.minimums]
    return [
        {"county": county, "specialty": specialty, "min_visits": number}
        for county, specialty, number in wanted
        if number > 0
    ]


def _card(envoy: Envoy) -> EnvoyCard:
    return EnvoyCard(
        id=envoy.id,
        name=envoy.name,
        organisation=envoy.organisation,
        phone=envoy.phone,
        title=envoy.title,
        base_county=envoy.base_county,
        team_county=envoy.team_county,
        max_slots_week=envoy.max_slots_week,
        max_slots_month=envoy.max_slots_month,
        specialties=tuple(skill_levels(envoy)),
    )
