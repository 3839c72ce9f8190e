"""What a normalising rule found wrong with one value, before it is known where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from envoy_app.domain.problems import ProblemCode

Raw = str | int | float | bool | date | time | None
"""A cell's value as a workbook gives it; datetime is a date."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one value; `candidates` are codes (counties, specialties) to choose from."""

    code: ProblemCode
    value: str = ""
    candidates: tuple[str, ...] = ()
