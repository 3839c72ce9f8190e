"""Identity numbers of citizens (GB 11643-1999)."""

from __future__ import annotations

import re
from datetime import date

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import compact, shown

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")
_ROUNDED = re.compile(r"[1-9]\d{14}000")  # 15 digits' worth
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?1[4-9]")
_WHOLE = re.compile(r"\.0*$")
_QUOTES = "'’‘`\"“”"
_EXACT_DIGITS = 15  # a spreadsheet's number (IEEE 754 double) keeps no more


def check_digit(first17: str) -> str:
    """Return the eighteenth character for the first seventeen digits (GB 11643 §4.2.3).

    The weighted sum modulo 11 picks from 10X98765432 (ISO 7064 MOD 11-2).
    """
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def is_valid(number: str) -> bool:
    """Whether shape, birth date and check digit are right."""
    return (
        _SHAPE.fullmatch(number) is not None
        and birth_of(number) is not None
        and check_digit(number[:17]) == number[17]
    )


def birth_of(number: str) -> date | None:
    """Return the birth date in an 18-character number, None where it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender_of(number: str) -> str:
    """Return 男 for an odd seventeenth digit, 女 for an even one."""
    return "男" if int(number[16]) % 2 else "女"


def read_id_number(raw: Raw, *, rounded: bool = False) -> tuple[str, Finding | None]:
    """Return the number in its normal form ("" where unusable) and what is wrong with it.

    A number cell of more than 15 digits has lost its last ones: it is flagged, never repaired.
    `rounded` tells that text may have been such a number: one in eleven passes by chance.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if abs(raw) >= 10**_EXACT_DIGITS:
            return "", Finding(ProblemCode.ID_PRECISION_LOST, f"{raw:.6G}")
        return "", Finding(ProblemCode.BAD_ID, shown(raw))
    text = _normal(raw)
    if not text or text in ("无", "/", "暂无"):
        return "", None
    if _SCIENTIFIC.fullmatch(text) or _looks_rounded(text, even_if_valid=rounded):
        return "", Finding(ProblemCode.ID_PRECISION_LOST, text)
    return (text, None) if is_valid(text) else ("", Finding(ProblemCode.BAD_ID, text))


def was_rounded(raw: Raw) -> bool:
    """Whether a text was a number once that lost its last digits, as a CSV file keeps it."""
    return isinstance(raw, str) and _looks_rounded(_normal(raw), even_if_valid=False)


def _normal(raw: Raw) -> str:
    return _WHOLE.sub("", compact(raw).strip(_QUOTES).upper().replace("-", ""))


def _looks_rounded(text: str, *, even_if_valid: bool) -> bool:
    if not _ROUNDED.fullmatch(text) or not birth_of(text):
        return False
    return even_if_valid or not is_valid(text)
