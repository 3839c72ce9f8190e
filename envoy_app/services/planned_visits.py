"""Which visits a range is to hold: from the coverage standard and from accepted demands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.demands import Demand
from envoy_app.domain.farming import FarmingCalendar
from envoy_app.domain.plans import RoleView, VisitOrigin, VisitView
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import OTHER, Vocabulary
from envoy_app.services.presets import DEMAND_WEIGHT

LEAST_ASAP_DAYS = 5
ASAP_SHARE = 3  # 尽快 means the first third of the range
SHOWN_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit to hold, with what the optimiser needs and a view does not show."""

    view: VisitView
    series: str | None = None
    halves: tuple[HalfDay, ...] = (HalfDay.AM,)


def scaled(per_month: float, months: float) -> int:
    """Return a monthly number for a range of `months`, halves rounded up."""
    return math.floor(per_month * months + 0.5)


def possible_starts(days: Sequence[date], slots: int) -> tuple[date, ...]:
    """Return the days on which a visit may start: it needs consecutive days of one ISO week."""
    length = max(1, slots // 2)
    known = set(days)

    def fits(first: date) -> bool:
        taken = [first + timedelta(days=offset) for offset in range(length)]
        return taken[-1].isocalendar()[:2] == first.isocalendar()[:2] and known.issuperset(taken)

    return tuple(day for day in days if fits(day))


def spread(
    days: Sequence[date], number: int, slots: int, gap: int
) -> tuple[tuple[date, date], ...]:
    """Return a window (first and last day) for each visit of a series, evenly over the days.

    Fewer than `number` where the days do not hold them `gap` calendar days apart. Where even
    blocks would leave a visit no start, all get the whole range and only the gap parts them.
    """
    starts = possible_starts(days, slots)
    fitting = min(number, sum(1 for _ in _apart(starts, gap)))
    blocks = tuple(
        (days[index * len(days) // fitting], days[(index + 1) * len(days) // fitting - 1])
        for index in range(fitting)
    )
    if _blocks_work(blocks, starts, slots, gap):
        return blocks
    return ((days[0], days[-1]),) * fitting


def _apart(starts: Iterable[date], gap: int) -> Iterator[date]:
    """Yield the earliest starts that keep the gap; no choice yields more."""
    last: date | None = None
    for start in starts:
        if last is None or (start - last).days >= gap:
            yield start
            last = start


def _blocks_work(
    blocks: Sequence[tuple[date, date]], starts: Sequence[date], slots: int, gap: int
) -> bool:
    tail = timedelta(days=max(1, slots // 2) - 1)
    last: date | None = None
    for first, end in blocks:
        inside = (start for start in starts if first <= start and start + tail <= end)
        last = next((start for start in inside if last is None or (start - last).days >= gap), None)
        if last is None:
            return False
    return True


def seasonal_visits(
    standard: CoverageStandard, days: Sequence[date], farming: FarmingCalendar
) -> float:
    """Return a line's monthly visits in these days, a year's visits spread by the season.

    Never fewer than the standard requires.
    """
    factors = [farming.factor(standard.specialty, day.month) for day in days]
    spread_out = standard.visits_per_month * sum(factors) / len(factors)
    return float(max(spread_out, standard.required))


def from_standard(
    standard: CoverageStandard,
    days: Sequence[date],
    months: float,
    vocabulary: Vocabulary,
    farming: FarmingCalendar,
    *,
    seasonal: bool = False,
) -> Iterator[PlannedVisit]:
    """Yield the visits of one line of the standard, each with its own part of the range.

    The farming calendar says what they are about and, with `seasonal`, how many there are.
    """
    series = standard.id
    monthly = seasonal_visits(standard, days, farming) if seasonal else standard.visits_per_month
    number = scaled(monthly, months)
    role = RoleView(standard.specialty, standard.min_level, standard.headcount)
    name = vocabulary.name(standard.specialty)
    windows = spread(days, number, standard.slots, standard.min_gap_days)
    for index, (first, last) in enumerate(windows, start=1):
        task = farming.task(standard.specialty, first.month)
        view = VisitView(
            id=f"{series}-{index}",
            county=standard.county,
            roles=(role,),
            slots=standard.slots,
            earliest=first,
            latest=last,
            weight=standard.weight,
            origin=VisitOrigin.STANDARD,
            content=task.task if task else f"{name}技术服务",
            mode="集中培训" if standard.headcount > 1 else "现场指导",
        )
        yield PlannedVisit(view, series, _halves(standard.slots, None))


def _halves(slots: int, wish: HalfDay | None) -> tuple[HalfDay, ...]:
    if slots > 1:
        return (HalfDay.AM,)
    return (wish,) if wish else tuple(HalfDay)


def meets_range(demand: Demand, start: date, end: date) -> bool:
    """Whether the demand's window has a day in the range, or it has no window."""
    first, last = demand.window_start or start, demand.window_end or end
    return first <= end and last >= start


def from_demand(demand: Demand, days: Sequence[date]) -> PlannedVisit | str:
    """Return the visit that answers a demand, or a sentence why it cannot be planned in `days`."""
    window = _window(demand, days)
    shown = _shown(demand)
    if not window or not possible_starts(window, demand.slots):
        return f"{shown}在期望日期内没有足够的连续工作日，未纳入排班，请与县里改期。"
    roles = demand_roles(demand)
    if not roles:
        return f"{shown}没有填写专业领域，未纳入排班，请先补充。"
    view = VisitView(
        id=f"D-{demand.id}",
        county=demand.county,
        roles=roles,
        slots=demand.slots,
        earliest=window[0],
        latest=window[-1],
        weight=DEMAND_WEIGHT * demand.weight,
        origin=VisitOrigin.DEMAND,
        town=demand.town,
        site=demand.site,
        content=demand.content,
        mode=demand.mode,
        contact=demand.contact,
        contact_phone=demand.phone,
        demand_id=demand.id,
    )
    return PlannedVisit(view, None, _halves(demand.slots, demand.half))


def _shown(demand: Demand) -> str:
    words = demand.content or demand.site or demand.town or "未写内容"
    if len(words) > SHOWN_CHARACTERS:
        words = words[: SHOWN_CHARACTERS - 1] + "…"
    return f"服务需求“{words}”"


def _window(demand: Demand, days: Sequence[date]) -> tuple[date, ...]:
    first, last = demand.window_start or days[0], demand.window_end or days[-1]
    window = tuple(day for day in days if first <= day <= last)
    if demand.asap and demand.window_end is None:
        soon = max(LEAST_ASAP_DAYS, math.ceil(len(days) / ASAP_SHARE))
        return window[:soon]
    return window


def demand_roles(demand: Demand) -> tuple[RoleView, ...]:
    """Return one role per specialty: the headcount dealt round in order, at least one each.

    The minimum level is the rank asked for, at least 中级. 其他/待归类 is nobody's specialty.
    """
    codes = tuple(code for code in dict.fromkeys(demand.specialties) if code != OTHER)
    if not codes:
        return ()
    people = max(demand.headcount, len(codes))
    share, more = divmod(people, len(codes))
    level = max(1, demand.min_rank)
    return tuple(
        RoleView(code, level, share + (1 if index < more else 0))
        for index, code in enumerate(codes)
    )
