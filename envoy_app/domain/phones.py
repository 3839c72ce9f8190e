"""Telephone numbers: several in a cell, mobile numbers before fixed lines."""

from __future__ import annotations

import re

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import is_empty, narrow, shown

_STRONG = re.compile(r"[、,，;；/|\n\r]+|或|及|和")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY = re.compile(r"^\(?(?:\+|00)?86\)?[- ]?(?=1[3-9])")
_FIXED = re.compile(r"(?:(0\d{2,3})[- ]?(\d{7,8})|([2-9]\d{6,7}))(?:(?:-|转)\d{1,6})?")
_MARKS = re.compile(r"[\s\-.()—–_·]+")
_LABEL = re.compile(r"[\u4e00-\u9fff:：()]+")
_LABEL_WORD = re.compile(
    r"[(（]?(手机|电话|座机|办公|办公室|办|宅电|微信|微信同号|同号|联系)[)）:：]*"
)
_QUOTES = "'’‘`\""
_NOTHING = ("无", "暂无", "没有")


def read_phones(raw: Raw) -> tuple[tuple[str, ...], Finding | None]:
    """Return the numbers of a cell and a finding where a part of it is no number.

    Mobile numbers come first and alone; a fixed line is kept only where there is no mobile.
    """
    if is_empty(raw):
        return (), None
    text = narrow(raw).strip(_QUOTES)
    if text in _NOTHING:
        return (), None
    mobiles: list[str] = []
    fixed: list[str] = []
    bad = False
    for part in _STRONG.split(re.sub(r"\.0+(?=$|[^\d])", "", text)):
        if part.strip():
            bad |= not _read_part(part.strip(), mobiles, fixed)
    numbers = tuple(dict.fromkeys(mobiles)) or tuple(dict.fromkeys(fixed))
    return numbers, Finding(ProblemCode.BAD_PHONE, shown(raw)) if bad else None


def _read_part(part: str, mobiles: list[str], fixed: list[str]) -> bool:
    """Add the numbers of one part; False where it is none."""
    word = part
    part = _LABEL.sub(" ", part).strip() if "转" not in part else part
    if not part:
        return _LABEL_WORD.fullmatch(word) is not None
    digits = _MARKS.sub("", _COUNTRY.sub("", part))
    if len(digits) > 11 and len(digits) % 11 == 0:
        pieces = [digits[at : at + 11] for at in range(0, len(digits), 11)]
    else:
        pieces = [digits]
    if all(_MOBILE.fullmatch(piece) for piece in pieces):
        mobiles.extend(pieces)
        return True
    if match := _FIXED.fullmatch(part):
        fixed.append("-".join(group for group in match.groups() if group))
        return True
    # Two numbers parted by a blank only: a mobile beside a fixed line.
    words = part.split()
    return len(words) > 1 and all(_read_part(word, mobiles, fixed) for word in words)
