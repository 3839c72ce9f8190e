"""Half-days and spans of half-days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class HalfDay(StrEnum):
    """A slot (半天)."""

    AM = "AM"
    PM = "PM"

    @property
    def label(self) -> str:
        """上午 or 下午."""
        return "上午" if self is HalfDay.AM else "下午"


@dataclass(frozen=True, slots=True, order=True)
class SlotTime:
    """One half-day of the calendar."""

    date: date
    half: HalfDay


def today() -> date:
    """Return the day that it is by the computer's own clock and time zone."""
    return datetime.now().astimezone().date()


def day_label(day: date) -> str:
    """Return a date as the screen shows it: 12-03 周四."""
    return f"{day:%m-%d} {WEEKDAY_NAMES[day.weekday()]}"


def month_start(day: date, months: int = 0) -> date:
    """Return the first of the month that lies `months` after a day's."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
