"""Dates of birth and terms of service, kept at the precision they were written with."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.idnumber import birth_of
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import compact, is_empty, narrow, shown

_OLDEST = 1900
_CENTURY_BREAK = 30  # 75年 is 1975, 05年 is 2005
_SERIAL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's 1900 system for days after February 1900
_DATE = re.compile(r"(\d{4})[-./年、·—_](\d{1,2})(?:[-./月、·—_](\d{1,2})[日号]?|月份?)?[.。]?")
_SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(?:(\d{1,2})[日号])?")
_BORN = re.compile(r"(?:出)?生$|^(?:生于|出生于?[:]?)")
_CLOCK = re.compile(r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
_IN_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{2,4})年([一二三四五六七八九十]{1,2})月份?"
    r"(?:([一二三四五六七八九十廿]{1,3})[日号])?"
)
_DIGIT = {character: str(digit) for digit, character in enumerate("〇一二三四五六七八九")}
_DIGIT |= {"零": "0", "○": "0", "O": "0"}
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_ISO_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})00:00:00(\.0+)?")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_YEAR_ONLY = re.compile(r"(\d{4})年?")
_RANGE = re.compile(r"(?<=[\d年月日])\s*(?:至|到|—+|–|~|～|--+|-(?=\d{4}))\s*")


def day_of(raw: Raw) -> date | None:
    """Return the day of a date or datetime cell, None for anything else."""
    if isinstance(raw, datetime):
        return raw.date()
    return raw if isinstance(raw, date) else None


def partial_date(year: int, month: int, day: int | None) -> str:
    """Return YYYY-MM or YYYY-MM-DD, "" where there is no such date."""
    try:
        value = date(year, month, day or 1)
    except ValueError:
        return ""
    return value.isoformat() if day else f"{value:%Y-%m}"


def read_birth(
    raw: Raw, number_format: str, id_number: str, today: date
) -> tuple[str, Finding | None]:
    """Return a birth as YYYY-MM or YYYY-MM-DD ("" where unusable) and what is wrong with it.

    A date cell shown without its day counts as a month. The number 1975.1 is January or October:
    the format 0.00 or the ID number settles it, else it is flagged. Nobody is born after `today`.
    """
    if is_empty(raw):
        return "", None
    text = _birth_text(raw, number_format, birth_of(id_number) if id_number else None)
    if text and f"{_OLDEST}" <= text <= today.isoformat():
        return text, None
    return "", Finding(ProblemCode.BAD_DATE, shown(raw))


def _birth_text(raw: Raw, number_format: str, known: date | None) -> str:
    if day := day_of(raw):
        shown_parts = _QUOTED.sub("", number_format).lower()
        month_only = "y" in shown_parts and "d" not in shown_parts
        return f"{day:%Y-%m}" if month_only else day.isoformat()
    if isinstance(raw, time | bool):
        return ""
    if isinstance(raw, float) and not raw.is_integer():
        return _from_fraction(raw, number_format, known)
    text = compact(_CLOCK.sub("", narrow(raw)))
    if known and text in (f"{known.year}.1", f"{known.year}.01") and known.month in (1, 10):
        return f"{known:%Y-%m}"  # 1975.10 that was a number once and lost its nought
    return _from_text(text, known)


def _from_fraction(number: float, number_format: str, known: date | None) -> str:
    if not _OLDEST <= number < 10_000:
        return ""
    text = f"{number:.2f}" if re.fullmatch(r"0\.00_?\s*", number_format) else repr(number)
    year, _, month = text.partition(".")
    if month != "1":
        return partial_date(int(year), int(month), None) if len(month) <= 2 else ""
    if known and known.year == int(year) and known.month in (1, 10):
        return f"{known:%Y-%m}"
    return ""


def _from_text(text: str, known: date | None) -> str:
    text = _BORN.sub("", _ISO_WITH_TIME.sub(r"\1", text).strip("'’‘`"))
    if match := _IN_CHINESE.fullmatch(text):
        digits = "".join(_DIGIT[character] for character in match[1])
        rest = f"{_number(match[3])}日" if match[3] else ""
        text = f"{digits}年{_number(match[2])}月{rest}"
    if match := _SHORT_YEAR.fullmatch(text):
        century = 19 if int(match[1]) >= _CENTURY_BREAK else 20
        text = f"{century}{text}"
    if match := _DATE.fullmatch(text) or _PLAIN.fullmatch(text):
        year, month, day = (int(part) if part else None for part in match.groups())
        return partial_date(year or 0, month or 0, day)
    if text.isdigit() and len(text) == 5 and known:
        # A date cell whose format was lost shows its serial; only the ID number can confirm it.
        return known.isoformat() if _SERIAL_EPOCH + timedelta(days=int(text)) == known else ""
    return ""


def _number(text: str) -> int:
    """Return a number below 40 that is written in Chinese."""
    text = text.replace("廿", "二十")
    if "十" not in text:
        return int(_DIGIT[text]) if len(text) == 1 else 0
    tens, _, ones = text.partition("十")
    return int(_DIGIT.get(tens, "1")) * 10 + int(_DIGIT.get(ones, "0"))


def is_day(raw: Raw, number_format: str) -> bool:
    """Whether a cell can be a day or month of some calendar, or a span of them."""
    if isinstance(raw, str) and any(read_term(raw)):
        return True
    return bool(_birth_text(raw, number_format, None))


def read_term(raw: Raw) -> tuple[str, str]:
    """Return start and end of a term of service, as precise as written ("" where not given)."""
    if is_empty(raw) or not isinstance(raw, str):
        return "", ""
    text = compact(raw)
    parts = _RANGE.split(text)
    if len(parts) != 2:
        years = re.fullmatch(r"(\d{4})年?-(\d{4})年?", text)
        return (years[1], years[2]) if years else ("", "")
    return _term_end(parts[0]), _term_end(parts[1])


def _term_end(text: str) -> str:
    if year := _YEAR_ONLY.fullmatch(text):
        return year[1]
    return _from_text(text, None)
