"""The farming calendar (农时): what a specialty has to do in which month, and how busy it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

from resources import read_table

MONTHS = range(1, 13)


class Season(StrEnum):
    """How much a specialty is needed."""

    BUSY = "忙"
    NORMAL = "平"
    SLACK = "淡"

    @property
    def weight(self) -> int:
        """How many visits a month of this season gets, relative to the others."""
        return {"忙": 3, "平": 2, "淡": 1}[self.value]


@dataclass(frozen=True, slots=True)
class FarmingTask:
    """What is to be done in some months (1…12), both included."""

    specialty: str
    first_month: int
    last_month: int
    season: Season
    task: str


class FarmingCalendar:
    """Tasks by specialty and month; a specialty has one for every month or none at all."""

    def __init__(self, tasks: Iterable[FarmingTask]) -> None:
        """Take the tasks."""
        self._tasks = {
            (item.specialty, month): item
            for item in tasks
            for month in range(item.first_month, item.last_month + 1)
        }

    def task(self, specialty: str, month: int) -> FarmingTask | None:
        """Return what a specialty has to do in a month, None where nothing is known."""
        return self._tasks.get((specialty, month))

    def factor(self, specialty: str, month: int) -> Fraction:
        """Return a month's visits relative to the average month of the specialty's year.

        Over a year the factors of a specialty add up to twelve; 1 where nothing is known.
        """
        year = [self._tasks[specialty, m] for m in MONTHS if (specialty, m) in self._tasks]
        here = self.task(specialty, month)
        if here is None:
            return Fraction(1)
        return Fraction(here.season.weight * len(year), sum(item.season.weight for item in year))


@cache
def shipped_farming_calendar() -> FarmingCalendar:
    """Return the calendar of the Chengdu plain (resources/standards/farming_calendar.csv)."""
    return FarmingCalendar(
        FarmingTask(
            row["specialty"],
            int(row["first_month"]),
            int(row["last_month"]),
            Season(row["season"]),
            row["task"],
        )
        for row in read_table("standards/farming_calendar.csv")
    )
