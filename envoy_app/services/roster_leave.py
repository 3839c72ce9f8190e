"""Leave by half-days: painted on a calendar, kept as runs of days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from envoy_app.domain.people import Absence
from envoy_app.domain.time import HalfDay, SlotTime, day_label

_DAY = timedelta(days=1)


def span(first: SlotTime, last: SlotTime) -> tuple[SlotTime, ...]:
    """Return the half-days from one to the other, both included, in either order."""
    first, last = min(first, last), max(first, last)
    days = ((first.date + _DAY * n) for n in range((last.date - first.date).days + 1))
    slots = (SlotTime(day, half) for day in days for half in HalfDay)
    return tuple(slot for slot in slots if first <= slot <= last)


def leave_slots(absences: Iterable[Absence]) -> dict[SlotTime, str]:
    """Return the half-days of absences with their reasons; the first one said counts."""
    found: dict[SlotTime, str] = {}
    for item in absences:
        halves = (item.half,) if item.half else tuple(HalfDay)
        for offset in range((item.end - item.start).days + 1):
            for half in halves:
                found.setdefault(SlotTime(item.start + _DAY * offset, half), item.reason)
    return found


def leave_runs(slots: Iterable[SlotTime]) -> tuple[tuple[SlotTime, ...], ...]:
    """Return half-days as runs without a gap, by time."""
    runs: list[list[SlotTime]] = []
    for slot in sorted(slots):
        if runs and span(runs[-1][-1], slot) == (runs[-1][-1], slot):
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return tuple(map(tuple, runs))


def with_leave(
    absences: tuple[Absence, ...], slots: Collection[SlotTime], reason: str
) -> tuple[Absence, ...]:
    """Return absences with these half-days added, for this reason whatever it was before."""
    before = leave_slots(absences)
    after = before | dict.fromkeys(slots, reason)
    return absences if after == before else _runs(after)


def without_leave(
    absences: tuple[Absence, ...], slots: Collection[SlotTime]
) -> tuple[Absence, ...]:
    """Return absences without these half-days."""
    before = leave_slots(absences)
    gone = set(slots)
    after = {slot: reason for slot, reason in before.items() if slot not in gone}
    return absences if len(after) == len(before) else _runs(after)


def span_words(slots: Sequence[SlotTime]) -> str:
    """Return a stroke in words: 12-08 周二 上午, 12-08 周二 or 12-08 周二 — 12-10 周四 上午."""
    first, last = slots[0], slots[-1]
    start, end = day_label(first.date), day_label(last.date)
    if first == last:
        return f"{start} {first.half.label}"
    if first.half is HalfDay.PM:
        start += f" {first.half.label}"
    if last.half is HalfDay.AM:
        end += f" {last.half.label}"
    return start if first.date == last.date else f"{start} — {end}"


def _runs(slots: Mapping[SlotTime, str]) -> tuple[Absence, ...]:
    """Return the fewest absences: whole days with one reason first, then single halves."""
    whole: dict[date, str] = {}
    halves: dict[HalfDay, dict[date, str]] = {half: {} for half in HalfDay}
    for slot, reason in slots.items():
        if slots.get(SlotTime(slot.date, _other(slot.half))) == reason:
            whole[slot.date] = reason
        else:
            halves[slot.half][slot.date] = reason
    found = [*_joined(whole, None)]
    for half, days in halves.items():
        found += _joined(days, half)
    return tuple(sorted(found, key=lambda item: (item.start, item.half or "", item.end)))


def _joined(days: Mapping[date, str], half: HalfDay | None) -> Iterator[Absence]:
    start: date | None = None
    for day in sorted(days):
        if start is None:
            start = day
        if days.get(day + _DAY) != days[day]:
            yield Absence(start, day, half, days[day])
            start = None


def _other(half: HalfDay) -> HalfDay:
    return HalfDay.PM if half is HalfDay.AM else HalfDay.AM


def absence_words(item: Absence) -> str:
    """Return an absence as people read it: 12-07 周一 — 12-11 周五 教学周."""
    days = day_label(item.start)
    if item.end != item.start:
        days += f" — {day_label(item.end)}"
    parts = (days, item.half.label if item.half else "", item.reason)
    return " ".join(part for part in parts if part)
