"""How much an envoy has to do: half-days by week and month, from published plans and one more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView

WEEK = timedelta(days=7)
_LONGEST = timedelta(days=60)
"""How far after its start a visit may still go on; beyond any there are."""


@dataclass(frozen=True, slots=True)
class LoadBar:
    """Half-days from `start` to `end` (both included) against a limit."""

    start: date
    end: date
    published: int
    planned: int
    limit: int

    @property
    def slots(self) -> int:
        """All half-days, published and planned."""
        return self.published + self.planned

    @property
    def over(self) -> bool:
        """Whether there are more than allowed."""
        return self.slots > self.limit


@dataclass(frozen=True, slots=True)
class EnvoyLoad:
    """An envoy's half-days by day in one year: in published plans, and in the draft on view."""

    year: int
    published: Mapping[date, int]
    planned: Mapping[date, int]
    week_limit: int
    month_limit: int
    target_days: int

    @property
    def total(self) -> int:
        """Half-days of the year."""
        return sum(self.published.values()) + sum(self.planned.values())

    def weeks(self, month: date) -> tuple[LoadBar, ...]:
        """Return the weeks, from Monday, that a month touches, each as a whole."""
        following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        start = month.replace(day=1) - timedelta(days=month.replace(day=1).weekday())
        starts = []
        while start < following:
            starts.append(start)
            start += WEEK
        last = timedelta(days=6)
        return tuple(self._bar(day, day + last, self.week_limit) for day in starts)

    def months(self) -> tuple[LoadBar, ...]:
        """Return the twelve months."""
        firsts = [date(self.year, month, 1) for month in range(1, 13)]
        ends = [(first + timedelta(days=32)).replace(day=1) - timedelta(days=1) for first in firsts]
        pairs = zip(firsts, ends, strict=True)
        return tuple(self._bar(first, end, self.month_limit) for first, end in pairs)

    def _bar(self, start: date, end: date, limit: int) -> LoadBar:
        def within(days: Mapping[date, int]) -> int:
            return sum(count for day, count in days.items() if start <= day <= end)

        return LoadBar(start, end, within(self.published), within(self.planned), limit)


def counted_plans(infos: Iterable[PlanInfo], shown: PlanInfo | None) -> tuple[PlanInfo, ...]:
    """Return the published versions that count beside the one on view: none twice for a day.

    `infos` come newest first; of versions that overlap the newest counts.
    """
    chosen: list[PlanInfo] = [shown] if shown is not None else []
    for info in infos:
        if info.state is PlanState.PUBLISHED and not any(
            info.start <= other.end and other.start <= info.end for other in chosen
        ):
            chosen.append(info)
    return tuple(chosen[1:] if shown is not None else chosen)


def load_of(
    envoy: Envoy,
    year: int,
    visits: Iterable[tuple[date, int]],
    shown: PlanView | None,
    calendar: WorkCalendar,
) -> EnvoyLoad:
    """Return an envoy's load of a year.

    Args:
        envoy: whose load, and whose limits.
        year: the calendar year; weeks at its ends count what lies in the days known.
        visits: start and half-days of his visits in published plans.
        shown: the plan on view, published or not.
        calendar: the working days over which longer visits go on.
    """
    published: Counter[date] = Counter()
    for start, slots in visits:
        published.update(_spread(start, slots, calendar))
    planned: Counter[date] = Counter()
    if shown is not None:
        taken = published if shown.info.state is PlanState.PUBLISHED else planned
        taken.update(_days_in(shown, envoy.id))
    return EnvoyLoad(
        year,
        dict(published),
        dict(planned),
        envoy.max_slots_week,
        envoy.max_slots_month,
        envoy.target_days_year,
    )


def _days_in(plan: PlanView, envoy: str) -> Iterator[date]:
    for visit in plan.visits:
        if visit.held and envoy in visit.envoys:
            for slot in visit.slot_times(plan.days):
                yield slot.date


def _spread(start: date, slots: int, calendar: WorkCalendar) -> Sequence[date]:
    if slots == 1:
        return [start]
    days = calendar.days(start, start + _LONGEST)[: slots // 2]
    return [day for day in days for _ in range(2)]
