"""Problems of imported rows: one code, one Chinese sentence (rosters/README: problem codes)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """What can be wrong with a cell or a row.

    MISSING_NAME: a row that holds a person but no name.
    BAD_NAME: a name with characters that were lost on the way (□, ?, private ones) or hidden (*),
        or several names in a cell.
    BAD_TEXT: another text with characters that were lost on the way (□, ??, private ones).
    BAD_GENDER: a gender that is neither 男 nor 女.
    BAD_ID: an ID number whose length, birth date or check digit is wrong (GB 11643).
    ID_PRECISION_LOST: an 18-digit number stored as a number, its last digits gone; also text that
        was such a number once (…000 in CSV files, and beside others of the kind).
    ID_MISMATCH: birth or gender of the row is not that of its valid ID number.
    BAD_PHONE: a telephone number with digits too many, too few or hidden.
    BAD_DATE: a date that no calendar has or that may be several days.
    BAD_COUNT: a number of people or days that is none.
    UNKNOWN_COUNTY: a place that is no county of the area or lies in several, also a county below
        a city that does not hold it (乐山市/市中区).
    UNKNOWN_SPECIALTY: a word that the vocabulary does not have, in the person's own cell or in
        the group heading above people whose cell is empty.
    AMBIGUOUS_SPECIALTY: a word too broad for one class, with the classes it may mean; one problem
        per word, whose `value` is the word.
    DUPLICATE_PERSON: a person whom an earlier row has already.
    BAD_VALUE: a term of service (共享范围, 每周最多) that is none of those there are.
    CELL_ERROR: a cell that shows #N/A or the like.
    FORMULA_NOT_CALCULATED: a formula whose value was never stored.
    """

    MISSING_NAME = "MISSING_NAME"
    BAD_NAME = "BAD_NAME"
    BAD_TEXT = "BAD_TEXT"
    BAD_GENDER = "BAD_GENDER"
    BAD_ID = "BAD_ID"
    ID_PRECISION_LOST = "ID_PRECISION_LOST"
    ID_MISMATCH = "ID_MISMATCH"
    BAD_PHONE = "BAD_PHONE"
    BAD_DATE = "BAD_DATE"
    BAD_COUNT = "BAD_COUNT"
    UNKNOWN_COUNTY = "UNKNOWN_COUNTY"
    UNKNOWN_SPECIALTY = "UNKNOWN_SPECIALTY"
    AMBIGUOUS_SPECIALTY = "AMBIGUOUS_SPECIALTY"
    DUPLICATE_PERSON = "DUPLICATE_PERSON"
    BAD_VALUE = "BAD_VALUE"
    CELL_ERROR = "CELL_ERROR"
    FORMULA_NOT_CALCULATED = "FORMULA_NOT_CALCULATED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the column's header as written, the cell (A1 style) and the sentence."""

    code: str
    column: str
    message: str
    cell: str = ""
    value: str = ""
    candidates: tuple[str, ...] = ()
