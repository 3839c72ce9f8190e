"""Text as people type it into cells: blanks of all kinds, full-width digits, invisible marks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from envoy_app.domain.findings import Raw

# Zero-width space and joiners, direction marks, soft hyphen, byte order mark: invisible in Excel.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_EMPTY_MARKS = frozenset({"", "/", "\\", "-", "--", "—", "——", "－", "／", "、", "."})
_HAN = "\u2e80-\u2fdf\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_GAP = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")

LIST_SEPARATORS = re.compile(r"[、,，;；/／|｜\s]+")


def shown(raw: Raw) -> str:
    """Return a cell's value as text: whole numbers without a fraction, dates as ISO 8601."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e16 else f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    if isinstance(raw, date | time):
        return raw.isoformat()
    return str(raw)


def cleaned(raw: Raw) -> str:
    """Return the text without invisible marks and surrounding blanks of any width."""
    if type(raw) is str and raw.isprintable():  # nearly all cells: nothing to take out
        return raw.strip()
    return _INVISIBLE.sub("", shown(raw)).strip()


def narrow(raw: Raw) -> str:
    """Return cleaned text in half-width forms (NFKC), for numbers, dates and look-ups.

    Not for names and remarks: NFKC replaces compatibility ideographs that people bear.
    """
    return unicodedata.normalize("NFKC", cleaned(raw)).strip()


def one_line(raw: Raw) -> str:
    """Return cleaned text with the line breaks of a wrapped cell taken out."""
    return _LINE_BREAK.sub("", cleaned(raw))


def without_gaps(text: str) -> str:
    """Return the text without blanks between Chinese characters."""
    return _HAN_GAP.sub("", text)


def compact(raw: Raw) -> str:
    """Return narrow text without any blanks."""
    return re.sub(r"\s+", "", narrow(raw))


def is_empty(raw: Raw) -> bool:
    """Whether a cell holds nothing: blank, or a dash or slash that stands for nothing."""
    return cleaned(raw) in _EMPTY_MARKS


def items(raw: Raw) -> tuple[str, ...]:
    """Split a cell that lists several things by any of the separators in use."""
    return tuple(part for part in LIST_SEPARATORS.split(cleaned(raw)) if part)
