"""The work calendar: which days are worked, and the users' edits of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from envoy_app.domain.calendar import SATURDAY, CalendarEdits, DayKind, WorkCalendar
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import InputError
from envoy_app.domain.text import cleaned
from envoy_app.services.context import ServiceContext
from envoy_app.services.reference import put_edits, read_edits

MAX_DAYS = 31
MAX_NAME = 20  # characters; a longer one fits no cell of a calendar
FIRST_YEAR = 2001  # the oldest arrangement the library `holidays` knows
LAST_YEAR = 2099
_OFFICIAL = WorkCalendar()


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as the calendar shows it; `official…` is what it would be without an edit.

    Names are the festival's, the edit's, or "" for an ordinary day.
    """

    day: date
    working: bool
    name: str
    edit: DayKind | None
    official_working: bool
    official_name: str

    @property
    def weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return self.day.weekday() >= SATURDAY


class CalendarService:
    """Shows and edits the working days that planning uses."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def calendar(self) -> WorkCalendar:
        """Return the working days, with the users' edits."""
        return self._context.reference.calendar()

    def edits(self) -> CalendarEdits:
        """Return what users changed."""
        calendar = self.calendar()
        return CalendarEdits(calendar.days_off, calendar.days_on)

    def days(self, start: date, end: date) -> tuple[CalendarDay, ...]:
        """Return all days from `start` to `end`, both included."""
        edits = self.edits()
        return tuple(_day(day, edits) for day in _each(start, end))

    def set_day(self, day: date, kind: DayKind | None, name: str = "") -> Changes:
        """Make a day free or worked; None gives it back to the official arrangement.

        Raises InputError for a year outside the calendar or a name that is too long.
        """
        return self.set_days(day, day, kind, name)

    def set_days(self, start: date, end: date, kind: DayKind | None, name: str = "") -> Changes:
        """Do the same for all days from `start` to `end`, at most 31, all or none.

        A day that is officially so anyway needs no edit and keeps none, so that edits are exactly
        the deviations. Raises InputError for a range or a name that cannot be used.
        """
        days, text = _checked_days(start, end), _checked_name(name)
        kept = {day: text for day in days if kind is not None and _deviates(day, kind, text)}
        with self._context.uow() as uow:
            before = read_edits(uow)
            after = before.changed(days, kind, kept)
            if after == before:
                return Changes(frozenset(), f"{_span(start, end)}没有需要改动的日子")
            uow.describe(_told(start, end, kind, text))
            put_edits(uow, before, after)
            changes = uow.commit()
        self._context.reference.refresh_calendar()
        return changes


def _each(start: date, end: date) -> tuple[date, ...]:
    return tuple(start + timedelta(days=offset) for offset in range((end - start).days + 1))


def _day(day: date, edits: CalendarEdits) -> CalendarDay:
    edit = edits.kind(day)
    working, name = _OFFICIAL.is_working(day), _OFFICIAL.festival(day) or ""
    if edit is None:
        return CalendarDay(day, working, name, None, working, name)
    own = edits.days_on[day] if edit is DayKind.WORK else edits.days_off[day]
    return CalendarDay(day, edit is DayKind.WORK, own, edit, working, name)


def _deviates(day: date, kind: DayKind, name: str) -> bool:
    same = _OFFICIAL.is_working(day) is (kind is DayKind.WORK)
    return not same or name not in ("", _OFFICIAL.festival(day) or "")


def _checked_days(start: date, end: date) -> tuple[date, ...]:
    if end < start:
        raise InputError(f"结束日期 {end} 早于开始日期 {start}，请改正日期。")
    if (end - start).days >= MAX_DAYS:
        raise InputError(f"{start} 至 {end} 超过 {MAX_DAYS} 天，请分段设置。")
    if start.year < FIRST_YEAR or end.year > LAST_YEAR:
        raise InputError(f"工作日历只含 {FIRST_YEAR} 年至 {LAST_YEAR} 年，请改正日期。")
    return _each(start, end)


def _checked_name(name: str) -> str:
    text = cleaned(name)
    if len(text) > MAX_NAME:
        raise InputError(f"休息日的名称最多 {MAX_NAME} 个字，请写短一些。")
    return text


def _span(start: date, end: date) -> str:
    return f"{start} " if start == end else f"{start} 至 {end} "


def _told(start: date, end: date, kind: DayKind | None, name: str) -> str:
    what = {DayKind.OFF: "设为休息", DayKind.WORK: "设为上班", None: "恢复默认"}[kind]
    return f"{_span(start, end)}已{what}" + (f"：{name}" if name and kind is not None else "")
