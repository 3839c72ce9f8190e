"""Where days, half-days, weeks and free days lie on the board's horizontal axis; no Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

DayName = Callable[[date], str | None]
SATURDAY = 5
MIN_SLOT_WIDTH = 5.0
WIDE_GAP = 14
NARROW_GAP = 7
DENSE_DAY = 20.0


@dataclass(frozen=True, slots=True)
class DayColumn:
    """A working day: its place among the plan's days, left edge in px, and its name if special."""

    day: date
    index: int
    x: float
    name: str = ""

    @property
    def made_up(self) -> bool:
        """Whether this is a weekend day on which people work (调休)."""
        return self.day.weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of days without work, drawn as one thin shaded strip."""

    first: date
    last: date
    x: float
    names: tuple[str, ...] = ()
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Month:
    """A month and the part of the axis that its working days take."""

    year: int
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week and the part of the axis that its working days take."""

    year: int
    number: int
    first: date
    last: date
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The axis of a plan at one zoom. A slot is `2 * day index`, plus one for the afternoon."""

    columns: tuple[DayColumn, ...]
    gaps: tuple[Gap, ...]
    weeks: tuple[Week, ...]
    slot_width: float
    gap_width: float
    width: float
    months: tuple[Month, ...] = ()

    @property
    def dense(self) -> bool:
        """Whether a day is too narrow for its number."""
        return 2 * self.slot_width < DENSE_DAY

    @property
    def slots(self) -> int:
        """Number of half-days."""
        return 2 * len(self.columns)

    def slot_x(self, slot: int) -> float:
        """Return the left edge of a slot."""
        return self.columns[slot // 2].x + (slot % 2) * self.slot_width

    def span(self, first: int, last: int) -> tuple[float, float]:
        """Return left edge and width of the slots first..last, both included."""
        left = self.slot_x(first)
        return left, self.slot_x(last) + self.slot_width - left

    def slot_at(self, x: float) -> int | None:
        """Return the slot at x, or None in a gap or outside."""
        column = self.column_at(x)
        if column is None:
            return None
        return 2 * column.index + (1 if x >= column.x + self.slot_width else 0)

    def column_at(self, x: float) -> DayColumn | None:
        """Return the working day at x, or None in a gap or outside."""
        place = bisect_right(self.columns, x, key=lambda column: column.x) - 1
        if place < 0 or x >= self.columns[place].x + 2 * self.slot_width:
            return None
        return self.columns[place]

    def gap_at(self, x: float) -> Gap | None:
        """Return the free days at x."""
        place = bisect_right(self.gaps, x, key=lambda gap: gap.x) - 1
        if place < 0 or x >= self.gaps[place].x + self.gaps[place].width:
            return None
        return self.gaps[place]

    def visible(self, left: float, right: float) -> tuple[DayColumn, ...]:
        """Return the working days that touch the stretch left..right."""
        day = 2 * self.slot_width
        first = bisect_right(self.columns, left - day, key=lambda column: column.x)
        last = bisect_right(self.columns, right, key=lambda column: column.x)
        return self.columns[first:last]

    def slots_between(self, left: float, right: float) -> tuple[int, int]:
        """Return the first and last slot of the days that touch left..right.

        Between two days the last comes before the first: what spans both touches them still.
        """
        first = bisect_right(self.columns, left - 2 * self.slot_width, key=lambda c: c.x)
        last = bisect_right(self.columns, right, key=lambda column: column.x)
        return 2 * first, 2 * last - 1

    def slots_of(self, belongs: Callable[[date], bool]) -> tuple[int, int]:
        """Return the first and last slot of the days that belong to a week or a month."""
        own = [column.index for column in self.columns if belongs(column.day)]
        return (2 * own[0], 2 * own[-1] + 1) if own else (0, -1)


def _runs(start: date, end: date, days: Sequence[date]) -> list[tuple[bool, list[date]]]:
    working = set(days)
    span = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return [(key, list(run)) for key, run in groupby(span, key=lambda day: day in working)]


def _names(days: Sequence[date], name_of: DayName) -> tuple[str, ...]:
    found = (name_of(day) for day in days)
    return tuple(dict.fromkeys(name for name in found if name))


def _weeks(columns: Sequence[DayColumn], slot_width: float) -> tuple[Week, ...]:
    def key(column: DayColumn) -> tuple[int, int]:
        iso = column.day.isocalendar()
        return iso.year, iso.week

    weeks = []
    for (year, number), group in groupby(columns, key=key):
        own = list(group)
        width = own[-1].x + 2 * slot_width - own[0].x
        weeks.append(Week(year, number, own[0].day, own[-1].day, own[0].x, width))
    return tuple(weeks)


def _months(columns: Sequence[DayColumn], slot_width: float) -> tuple[Month, ...]:
    months = []
    for (year, number), group in groupby(columns, key=lambda c: (c.day.year, c.day.month)):
        own = list(group)
        width = own[-1].x + 2 * slot_width - own[0].x
        months.append(Month(year, number, own[0].x, width))
    return tuple(months)


def count_gaps(start: date, end: date, days: Sequence[date]) -> int:
    """Return how many runs of free days lie in start..end."""
    return sum(1 for working, _ in _runs(start, end, days) if not working)


def build_timeline(
    start: date,
    end: date,
    days: Sequence[date],
    slot_width: float,
    gap_width: float,
    name_of: DayName = lambda _day: None,
    named_width: float = 0.0,
) -> Timeline:
    """Lay out the calendar days start..end, of which `days` (ascending) are worked; widths in px.

    `name_of` names a day (a holiday, a make-up workday) or gives None; free days with a name take
    `named_width` at the least.
    """
    columns: list[DayColumn] = []
    gaps: list[Gap] = []
    x = 0.0
    for working, run in _runs(start, end, days):
        if not working:
            names = _names(run, name_of)
            width = max(gap_width, named_width) if names else gap_width
            gaps.append(Gap(run[0], run[-1], x, names, width))
            x += width
            continue
        for day in run:
            columns.append(DayColumn(day, len(columns), x, name_of(day) or ""))
            x += 2 * slot_width
    weeks, months = _weeks(columns, slot_width), _months(columns, slot_width)
    return Timeline(tuple(columns), tuple(gaps), weeks, slot_width, gap_width, x, months)


def fitting_slot_width(available: float, visible_days: int, gaps: int, gap_width: float) -> float:
    """Return the slot width at which `visible_days` days and `gaps` gaps fill `available` px."""
    return max(MIN_SLOT_WIDTH, (available - gaps * gap_width) / (2 * max(1, visible_days)))


def zoomed_timeline(
    start: date,
    end: date,
    days: Sequence[date],
    room: float,
    visible_days: int,
    name_of: DayName = lambda _day: None,
) -> Timeline:
    """Lay out the axis so that `visible_days` working days (0: all) fill `room` px."""
    shown = min(visible_days or len(days), len(days))
    gaps = (shown - 1) // 5 if visible_days else count_gaps(start, end, days)
    gap = WIDE_GAP
    if fitting_slot_width(room, shown, gaps, gap) < WIDE_GAP:
        gap = NARROW_GAP
    named = 0 if gap == WIDE_GAP else _named_gaps(start, end, days, name_of)
    # What the names of holidays take beyond a gap; they lie evenly enough for a part of the days.
    over = named * (WIDE_GAP - gap) * shown / max(1, len(days))
    width = fitting_slot_width(room - over, shown, gaps, gap)
    return build_timeline(start, end, days, width, gap, name_of, WIDE_GAP)


def _named_gaps(start: date, end: date, days: Sequence[date], name_of: DayName) -> int:
    runs = _runs(start, end, days)
    return sum(1 for working, run in runs if not working and _names(run, name_of))
