"""Problems of imported rows: one code, one Chinese sentence (rosters/README: problem codes)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """What can be wrong with a cell or a row."""

    MISSING_NAME = "MISSING_NAME"
    BAD_ID = "BAD_ID"
    ID_PRECISION_LOST = "ID_PRECISION_LOST"
    BAD_PHONE = "BAD_PHONE"
    BAD_DATE = "BAD_DATE"
    BAD_COUNT = "BAD_COUNT"
    UNKNOWN_COUNTY = "UNKNOWN_COUNTY"
    UNKNOWN_SPECIALTY = "UNKNOWN_SPECIALTY"
    AMBIGUOUS_SPECIALTY = "AMBIGUOUS_SPECIALTY"
    DUPLICATE_PERSON = "DUPLICATE_PERSON"
    BAD_VALUE = "BAD_VALUE"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the column's header as written, the cell (A1 style) and the sentence."""

    code: str
    column: str
    message: str
    cell: str = ""
    value: str = ""
    candidates: tuple[str, ...] = ()
