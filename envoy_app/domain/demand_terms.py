"""What a demand asks for in its own words: when, how long, how many people."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from envoy_app.domain.dates import day_of
from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import compact, is_empty, shown
from envoy_app.domain.time import HalfDay

_ASAP = re.compile(r"即日起|尽快|尽早|越快越好|马上|立即|立刻|急需")
_HALF = re.compile(r"(上午|下午|全天|整天)$")
_DAY = r"(?:(\d{4})[-./年])?(?:(\d{1,2})[-./月])(\d{1,2})[日号]?"
_ONE_DAY = re.compile(_DAY)
_DAY_RANGE = re.compile(rf"{_DAY}(?:-|—+|–|~|～|至|到)(?:{_DAY}|(\d{{1,2}})[日号]?)")
_PERIOD = re.compile(
    r"(?:(\d{4})[-./年])?(\d{1,2})月?份?(上中旬|中下旬|上旬|中旬|下旬|初|中|底|末)?"
)
_MONTH_RANGE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})月?份?(?:-|—+|–|~|～|至|到)(\d{1,2})月份?")
_OPEN = re.compile(r"(?:从|自)?(.+?)(?:起|开始|以后|之后|后)")
_CLOSED = re.compile(r"(?:在|于)?(.+?)(底|末)?(之?前|以前|为?止)")
_FROM_NOW = re.compile(r"(?:即日|现在|今日)起?(?:至|到)(.+)")
_THIRDS = {
    "上旬": (1, 10),
    "初": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
    "上中旬": (1, 20),
    "中下旬": (11, 31),
}
_DIGITS = {"零": 0, "半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_DIGITS |= {"七": 7, "八": 8, "九": 9, "十": 10, "俩": 2, "仨": 3}
_COUNT = re.compile(
    r"(?:约|共)?(\d+|[一两二三四五六七八九十])(?:名|人|位|个|人次)?(?:专家|特派员)?"
)
_DAYS = re.compile(r"(\d+(?:\.\d+)?|[半一两二三四五])(?:个)?(?:工作日|天|日)(半)?")
_HOURS = re.compile(r"(\d+(?:\.\d+)?|[一两二三四五六七八])(?:个)?(?:小时|学时|课时|h)")
_SLOTS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Window:
    """The days a demand may be met on, both included; `half` where one half-day is named."""

    start: date | None = None
    end: date | None = None
    asap: bool = False
    half: HalfDay | None = None


def read_window(raw: Raw, today: date) -> tuple[Window, Finding | None]:
    """Return the window of 期望时间 and a finding where it is not understood.

    A month before the month of `today` means next year; 旬 are days 1-10, 11-20, 21-end.
    """
    if is_empty(raw):
        return Window(), None
    if day := day_of(raw):
        return Window(day, day), None
    if isinstance(raw, str):
        text, half = _half(compact(raw))
        window = _days(text, today, half) or _period(text, today) or _half_open(text, today)
        if window is None and _ASAP.search(text):
            window = Window(asap=True)
        if window is not None:
            return window, None
    return Window(), Finding(ProblemCode.BAD_DATE, shown(raw))


def _half(text: str) -> tuple[str, HalfDay | None]:
    if not (match := _HALF.search(text)):
        return text, None
    halves = {"上午": HalfDay.AM, "下午": HalfDay.PM}
    return text[: match.start()].rstrip("(（"), halves.get(match[1])


def _days(text: str, today: date, half: HalfDay | None) -> Window | None:
    text = re.sub(r"[(（]?(?:周|星期)[一二三四五六日天][)）]?", "", text)
    if match := _ONE_DAY.fullmatch(text):
        day = _date(match[1], match[2], match[3], today)
        return Window(day, day, half=half) if day else None
    if not (match := _DAY_RANGE.fullmatch(text)):
        return None
    start = _date(match[1], match[2], match[3], today)
    if start is None:
        return None
    year = match[4] or str(start.year)
    end = _date(year, match[5] or match[2], match[6] or match[7], today)
    if end and end < start and match[5] and not match[4]:  # 12月28日-1月3日
        end = _date(str(start.year + 1), match[5] or match[2], match[6] or match[7], today)
    return Window(start, end, half=half) if end and start <= end else None


def _period(text: str, today: date) -> Window | None:
    if match := _PERIOD.fullmatch(text):
        if not match[3] and "月" not in text:
            return None
        first = _date(match[1], match[2], "1", today)
        low, high = _THIRDS.get(match[3] or "", (1, 31))
        return _within(first, first, low, high)
    if match := _MONTH_RANGE.fullmatch(text):
        first = _date(match[1], match[2], "1", today)
        last = _date(match[1], match[3], "1", today)
        if first and last and last < first:
            last = last.replace(year=last.year + 1)
        return _within(first, last, 1, 31)
    return None


def _half_open(text: str, today: date) -> Window | None:
    """Return a window of which only the start or only the end is named.

    By a day or the end of a month it is included; before a month it is the day before.
    """
    if match := _OPEN.fullmatch(text):
        window = _days(match[1], today, None) or _period(match[1], today)
        return Window(window.start) if window and window.start else None
    if match := _FROM_NOW.fullmatch(text):
        window = _days(match[1], today, None) or _period(match[1], today)
        return Window(None, window.end) if window and window.end else None
    if not (match := _CLOSED.fullmatch(text)):
        return None
    last = match[1] + (match[2] or "")
    if window := _days(last, today, None):
        return Window(None, window.end)
    window = _period(last, today)
    if window is None or window.start is None:
        return None
    by_end = match[2] or not match[3].endswith("前")
    return Window(None, window.end if by_end else window.start - timedelta(days=1))


def _within(first: date | None, last: date | None, low: int, high: int) -> Window | None:
    if first is None or last is None:
        return None
    longest = monthrange(last.year, last.month)[1]
    return Window(first.replace(day=low), last.replace(day=min(high, longest)))


def _date(year: str | None, month: str, day: str, today: date) -> date | None:
    in_year = int(year) if year else today.year + (int(month) < today.month)
    try:
        return date(in_year, int(month), int(day))
    except ValueError:
        return None


def read_headcount(raw: Raw) -> tuple[int | None, Finding | None]:
    """Return the number of people wanted (1 to 99), None where the cell is empty or unusable."""
    if is_empty(raw):
        return None, None
    match = _COUNT.fullmatch(compact(shown(raw)).removesuffix(".0"))
    count = int(_number(match[1])) if match else 0
    if 1 <= count <= 99:
        return count, None
    return None, Finding(ProblemCode.BAD_COUNT, shown(raw))


def read_slots(raw: Raw) -> tuple[int | None, Finding | None]:
    """Return a length in half-days (1, 2 or 4), None where the cell is empty or unusable.

    A number without a unit counts days; up to four hours are a half-day, more a day.
    """
    if is_empty(raw):
        return None, None
    slots = None if isinstance(raw, date | time | bool) else _slots(compact(shown(raw)))
    if slots in _SLOTS:
        return slots, None
    return None, Finding(ProblemCode.BAD_COUNT, shown(raw))


def _slots(text: str) -> int | None:
    if match := _DAYS.fullmatch(text):
        return _half_days(_number(match[1]) + (0.5 if match[2] else 0))
    if match := _HOURS.fullmatch(text):
        hours = _number(match[1])
        return (1 if hours <= 4 else 2) if 0 < hours <= 8 else None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _half_days(float(text))
    if re.fullmatch(r"(一个)?(上午|下午|半日|半个工作日)", text):
        return 1
    return 2 if text in ("全天", "整天") else None


def _half_days(days: float) -> int | None:
    return int(days * 2) if (days * 2).is_integer() else None


def _number(text: str) -> float:
    return float(_DIGITS[text]) if text in _DIGITS else float(text)
