"""Stage "normalise cells": what rosters and demands have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.phones import read_phones
from envoy_app.domain.places import CountyResolver
from envoy_app.domain.problems import Problem
from envoy_app.domain.sheets import EMPTY, Cell, Sheet, column_letter
from envoy_app.domain.specialties import SpecialtyResolver
from envoy_app.domain.text import one_line
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.headers import Column
from envoy_app.io.problem_texts import fault_problem, problem_of

_BLANK_MARKS = frozenset({"/", "\\", "-", "--", "—", "——", "／"})


class Lexicon:
    """The look-ups that all rows share, made once per import."""

    def __init__(self, gazetteer: Gazetteer, vocabulary: Vocabulary, today: date) -> None:
        """Prepare look-ups; `today` bounds birthdays and dates demands without a year."""
        self.counties = CountyResolver(gazetteer)
        self.specialties = SpecialtyResolver(vocabulary)
        self.today = today
        self._names = {county.code: county.name for county in gazetteer.counties}
        self._names |= {item.code: item.name for item in vocabulary.specialties}

    def name(self, code: str) -> str:
        """Return the name of a county or specialty code."""
        return self._names.get(code, code)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the column's heading and the cell."""

    header: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell in A1 style, "" where the value stands in none."""
        return f"{column_letter(self.column)}{self.row}" if self.column else ""


class RowReader:
    """Reads the cells of one row by kind and gathers the problems met on the way."""

    def __init__(self, sheet: Sheet, row: int, columns: Iterable[Column], lexicon: Lexicon) -> None:
        """Bind to a row; merged ranges below the heading are filled down."""
        self._sheet = sheet
        self.row = row
        self.lexicon = lexicon
        self._columns: dict[str, list[Column]] = {}
        for column in columns:
            self._columns.setdefault(column.kind, []).append(column)
        self.problems: list[Problem] = []

    def has(self, *kinds: str) -> bool:
        """Whether the table has a column of one of the kinds."""
        return any(kind in self._columns for kind in kinds)

    def place(self, kind: str) -> Place:
        """Return where a kind stands in this row; a place without a cell where it does not."""
        columns = self._columns.get(kind)
        return Place(columns[0].header, self.row, columns[0].index) if columns else Place("", 0, 0)

    def cell(self, kind: str) -> Cell:
        """Return the usable cell of a kind; a faulty one is a problem and counts as empty."""
        columns = self._columns.get(kind)
        return self._usable(columns[0]) if columns else EMPTY

    def cells(self, kind: str) -> list[tuple[Place, Cell]]:
        """Return all cells of a kind that may stand in several columns."""
        return [
            (Place(column.header, self.row, column.index), self._usable(column))
            for column in self._columns.get(kind, [])
        ]

    def raw(self, kind: str) -> Raw:
        """Return the value of a kind, None where there is none."""
        return self.cell(kind).value

    def text(self, kind: str) -> str:
        """Return the text of a kind on one line, "" where it holds nothing or a dash for it."""
        text = one_line(self.raw(kind))
        return "" if text in _BLANK_MARKS else text

    def _usable(self, column: Column) -> Cell:
        cell = self._sheet.filled_down(self.row, column.index)
        if not cell.fault:
            return cell
        where = Place(column.header, self.row, column.index)
        problem = fault_problem(cell.fault, self.row, column.header, where.cell, cell.text)
        if problem not in self.problems:
            self.problems.append(problem)
        return EMPTY

    def note(self, finding: Finding | None, place: Place, earlier: str = "") -> None:
        """Keep a finding as a problem of a place."""
        if finding is not None:
            self.problems.append(
                problem_of(finding, self.row, place.header, place.cell, self.lexicon.name, earlier)
            )

    def phones(self) -> tuple[str, ...]:
        """Return the numbers of all telephone columns, mobile numbers first."""
        numbers: list[str] = []
        for place, cell in self.cells("phone"):
            found, finding = read_phones(cell.value)
            numbers.extend(found)
            self.note(finding, place)
        unique = dict.fromkeys(numbers)
        return tuple(sorted(unique, key=lambda number: not number.startswith("1")))
