"""Working days in China: weekends, statutory holidays, make-up workdays and the users' own edits.

The source is the library `holidays`, which follows the yearly notice of the State Council. A year
whose notice it does not know yet has only the days fixed by law, without 调休.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

_SWAPPED = re.compile(r"由 (\d{4}-\d{2}-\d{2}) 调休")
_REMARK = re.compile(r"（.*?）")
_NEAR_DAYS = 9  # no holiday with its swapped days is longer
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Year:
    """Days off with names, workdays at weekends with names, and whether the notice is known."""

    off: Mapping[date, str]
    on: Mapping[date, str]
    announced: bool


class DayKind(StrEnum):
    """What a user makes of a day."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class CalendarEdits:
    """The days a user made free or worked, each with a name or ""."""

    days_off: Mapping[date, str] = field(default_factory=dict)
    days_on: Mapping[date, str] = field(default_factory=dict)

    def kind(self, day: date) -> DayKind | None:
        """Return what the user made of a day; None leaves it to the official calendar."""
        if day in self.days_on:
            return DayKind.WORK
        return DayKind.OFF if day in self.days_off else None

    def changed(
        self, days: Iterable[date], kind: DayKind | None, kept: Mapping[date, str]
    ) -> CalendarEdits:
        """Return these edits with those of `days` replaced by `kept`, all of one kind."""
        gone = frozenset(days)
        off = {day: name for day, name in self.days_off.items() if day not in gone}
        on = {day: name for day, name in self.days_on.items() if day not in gone}
        if kind is not None:
            (on if kind is DayKind.WORK else off).update(kept)
        return CalendarEdits(off, on)

    def calendar(self) -> WorkCalendar:
        """Return the working days with these edits."""
        return WorkCalendar(self.days_off, self.days_on)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Answers which days are working days; `days_off` and `days_on` are the users' edits.

    An edit wins over the official calendar; its text is the name shown for the day.
    """

    days_off: Mapping[date, str] = field(default_factory=dict)
    days_on: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        if day in self.days_on:
            return True
        if day in self.days_off:
            return False
        year = _year(day.year)
        return day in year.on or (day.weekday() < SATURDAY and day not in year.off)

    def days(self, start: date, end: date) -> tuple[date, ...]:
        """Return the working days from `start` to `end`, both included."""
        return tuple(day for day in _each(start, end) if self.is_working(day))

    def name(self, day: date) -> str | None:
        """Return what makes a day special (春节, 春节调休上班, an edit's text), or None."""
        for edits in (self.days_on, self.days_off):
            if day in edits:
                return edits[day] or None
        year = _year(day.year)
        return year.off.get(day) or year.on.get(day)

    def festival(self, day: date) -> str | None:
        """Return `name`, or for a bare weekend day the holiday it adjoins.

        So the notices of the State Council count: 10 月 1 日至 7 日 holds a Sunday that the
        library leaves out, being free anyway.
        """
        if (name := self.name(day)) is not None or self.is_working(day):
            return name
        for step in (timedelta(days=-1), timedelta(days=1)):
            near = day + step
            while not self.is_working(near):
                if (name := self.name(near)) is not None:
                    return name
                near += step
        return None

    def announced(self, year: int) -> bool:
        """Whether the year's official arrangement is known; else only days fixed by law are."""
        return _year(year).announced

    def months(self, start: date, end: date) -> float:
        """Return how many months of work the range holds: 1.0 for any full calendar month.

        Each month counts with the share of its working days that lie in the range.
        """
        total = 0.0
        for first, last in _months(start, end):
            all_days = len(self.days(first, last))
            inside = len(self.days(max(first, start), min(last, end)))
            total += inside / all_days if all_days else 0.0
        return total


def _each(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    first = start.replace(day=1)
    while first <= end:
        following = (first + timedelta(days=32)).replace(day=1)
        yield first, following - timedelta(days=1)
        first = following


@lru_cache(maxsize=64)
def _year(year: int) -> _Year:
    import holidays  # a slow import, needed only where days are asked for

    # The next year too: its notice may make the last days of December workdays.
    source = holidays.country_holidays("CN", years=(year, year + 1), language="zh_CN")
    labels = dict(sorted(source.items()))
    off = {day: _holiday_name(day, labels) for day in labels if day.year == year}
    swaps = {
        date.fromisoformat(found[1]): _holiday_name(day, labels)
        for day, label in labels.items()
        if (found := _SWAPPED.search(label))
    }
    on = {day: f"{name}调休上班" for day, name in swaps.items() if day.year == year}
    announced = any(_SWAPPED.search(labels[day]) for day in off)
    return _Year(MappingProxyType(off), MappingProxyType(on), announced)


def _holiday_name(day: date, labels: Mapping[date, str]) -> str:
    """Return the festival a day off belongs to; swapped days take the nearest one's name."""
    for distance in range(_NEAR_DAYS):
        for near in (day - timedelta(days=distance), day + timedelta(days=distance)):
            label = labels.get(near, "")
            if label and not _SWAPPED.search(label):
                return _REMARK.sub("", label).replace("; ", "、")
    return "调休"
