"""Numbers, dates and number formats as Excel stores them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache

from envoy_app.io.reading.output import GENERAL, Plain, plain

# ECMA-376 part 1, 18.8.30; 27 to 58 are those of Chinese Excel and WPS.
_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_NOON = "上午/下午h"
BUILTIN_FORMATS = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    27: _YEAR_MONTH,
    28: _MONTH_DAY,
    29: _MONTH_DAY,
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: f'{_NOON}"时"mm"分"',
    35: f'{_NOON}"时"mm"分"ss"秒"',
    36: _YEAR_MONTH,
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    50: _YEAR_MONTH,
    51: _MONTH_DAY,
    52: _YEAR_MONTH,
    53: _MONTH_DAY,
    54: _MONTH_DAY,
    55: f'{_NOON}"时"mm"分"',
    56: f'{_NOON}"时"mm"分"ss"秒"',
    57: _YEAR_MONTH,
    58: _MONTH_DAY,
}
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

_NOT_PARTS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  Excel's
_LAST_DAY = 2_958_466  # 1 January 10000
_WHOLE = re.compile(r"[+-]?\d{1,30}")
_DAY_MS = 86_400_000


@lru_cache(maxsize=4096)
def date_kind(number_format: str) -> str:
    """Return "date" or "duration" where numbers of this format are shown as such, else ""."""
    if number_format == GENERAL:
        return ""
    parts = _NOT_PARTS.sub("", number_format.split(";")[0])
    if _DURATION.search(parts):
        return "duration"
    if "general" in parts.lower():
        return ""
    return "date" if re.search("[dmhysDMHYS]", parts) else ""


def from_serial(
    number: float, number_format: str, *, date1904: bool = False
) -> datetime | time | timedelta | float:
    """Return what a number of this format shows; the number where it is no date at all.

    Days count from 1900 with Excel's 29 February 1900, or from 1904 (ECMA-376 18.17.4.1).
    """
    kind = date_kind(number_format)
    if not kind or not 0 <= number < _LAST_DAY - (1462 if date1904 else 0):
        return number
    days, milliseconds = divmod(round(number * _DAY_MS), _DAY_MS)
    rest = timedelta(milliseconds=milliseconds)
    if kind == "duration":
        return timedelta(days=days) + rest
    if number < 1 and not days:
        return (_EPOCH_1900 + rest).time()
    if date1904:
        return _EPOCH_1904 + timedelta(days=days) + rest
    # Before 1 March 1900 Excel is a day ahead of the calendar.
    return _EPOCH_1900 + timedelta(days=days + (0 < number < 60)) + rest


def number_cell(text: str, number_format: str, *, date1904: bool = False) -> Plain:
    """Return the record of a number as XML writes it; text that is no number is a faulty cell."""
    value: object
    try:
        value = int(text) if _WHOLE.fullmatch(text) else float(text)
    except ValueError:
        return {"fault": "error", "value": text[:200]}
    if number_format != GENERAL and date_kind(number_format):
        value = from_serial(float(text), number_format, date1904=date1904)
    told = plain(value)
    return "" if told is None else told
