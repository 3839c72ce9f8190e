"""What the work calendar says of days, years and selections; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.time import WEEKDAY_NAMES
from envoy_app.services.calendar import CalendarDay

_SWAPPED = "上班"


def mark(day: CalendarDay) -> str:
    """Return 休, 班 or "" for an ordinary day."""
    if day.edit is DayKind.WORK or (day.working and day.name):
        return "班"
    if day.edit is DayKind.OFF or (day.name and not day.working):
        return "休"
    return ""


def caption(day: CalendarDay) -> str:
    """Return the few characters under a day's number."""
    return day.name.removesuffix(_SWAPPED)


def title(day: date) -> str:
    """Return 2026-12-05 周六."""
    return f"{day} {WEEKDAY_NAMES[day.weekday()]}"


def describe(day: CalendarDay) -> str:
    """Return the whole truth of a day: its state, why, and whether a user made it so."""
    text = f"{title(day.day)}：{_state(day.working, day.name, weekend=day.weekend)}"
    if day.edit is None:
        return text
    official = _state(day.official_working, day.official_name, weekend=day.weekend)
    return f"{text}。自行调整，默认{official}"


def describe_range(start: date, end: date, days: Sequence[CalendarDay]) -> str:
    """Return how many days of a range are worked, free and edited."""
    working = sum(day.working for day in days)
    edited = sum(day.edit is not None for day in days)
    text = f"{start} 至 {end}：共 {len(days)} 天，上班 {working} 天，休息 {len(days) - working} 天"
    return text + (f"，自行调整 {edited} 天" if edited else "")


def describe_year(year: int, edited: int, *, announced: bool) -> str:
    """Return whether the year's arrangement is known, and how many days users changed."""
    own = f"本年自行调整 {edited} 天。" if edited else ""
    if announced:
        return f"{year} 年放假安排已公布。{own}"
    return (
        f"{year} 年放假安排尚未公布（或程序还不知道），现按周末和法定节日推算，"
        f"公布后请在这里调整。{own}"
    )


def _state(working: bool, name: str, *, weekend: bool) -> str:
    reason = name.removesuffix(_SWAPPED) if working else name
    if not reason and weekend and not working:
        reason = "周末"
    return ("上班" if working else "休息") + (f"（{reason}）" if reason else "")
