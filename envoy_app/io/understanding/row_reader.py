"""Stage "normalise cells": what rosters and demands have in common."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.imports import ImportRow, Term, TermAnswers, TermTopic
from envoy_app.domain.phones import read_phones
from envoy_app.domain.places import CountyResolver, PlaceReading
from envoy_app.domain.problems import Problem
from envoy_app.domain.sheets import EMPTY, Cell, Sheet
from envoy_app.domain.specialties import SpecialtyReading, SpecialtyResolver
from envoy_app.domain.text import compact, one_line
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.understanding.headers import Column
from envoy_app.io.understanding.problem_texts import Place, fault_problem, problem_of

_DITTO = frozenset({"同上", "同前", "〃"})  # a lone quotation mark may be anything
_BLANK_MARKS = frozenset({"/", "\\", "-", "--", "—", "——", "／"})


class Lexicon:
    """The look-ups that all rows share, made once per import."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        today: date,
        answers: TermAnswers | None = None,
    ) -> None:
        """Prepare look-ups; `today` bounds birthdays and dates demands without a year.

        `answers` are what the user said of words that are not known, now or earlier.
        """
        said = answers or {}
        self.counties = CountyResolver(gazetteer, _of(said, TermTopic.COUNTY))
        self.specialties = SpecialtyResolver(vocabulary, _of(said, TermTopic.SPECIALTY))
        self.today = today
        self._names = {county.code: county.name for county in gazetteer.counties}
        self._names |= {item.code: item.name for item in vocabulary.specialties}

    @property
    def names(self) -> Mapping[str, str]:
        """Names of all codes of counties and specialties."""
        return self._names

    def name(self, code: str) -> str:
        """Return the name of a county or specialty code."""
        return self._names.get(code, code)


def _of(answers: TermAnswers, topic: TermTopic) -> dict[str, tuple[str, ...]]:
    return {term.text: codes for term, codes in answers.items() if term.topic is topic}


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """A word of a row that must be asked about, and the codes it is listed with."""

    term: Term
    candidates: tuple[str, ...] = ()


def by_kind(columns: Iterable[Column]) -> dict[str, list[Column]]:
    """Return the columns of each kind, to be made once for all rows of a table."""
    kinds: dict[str, list[Column]] = {}
    for column in columns:
        kinds.setdefault(column.kind, []).append(column)
    return kinds


class RowReader:
    """Reads the cells of one row by kind and gathers the problems met on the way."""

    __slots__ = (
        "_columns",
        "_rows",
        "_sheet",
        "_sideways",
        "asked",
        "lexicon",
        "looked_above",
        "problems",
        "row",
    )

    def __init__(
        self,
        sheet: Sheet,
        row: int,
        columns: Mapping[str, Sequence[Column]],
        lexicon: Lexicon,
        *,
        sideways: bool = False,
        rows: Sequence[int] = (),
    ) -> None:
        """Bind to a row; merged ranges below the heading are filled down.

        `rows` are all rows of the table that hold people or demands, for cells that say 同上.
        """
        self._rows = rows
        self._sheet = sheet
        self._sideways = sideways
        self.row = row
        self.lexicon = lexicon
        self._columns = columns
        self.problems: list[Problem] = []
        self.asked: list[AskedTerm] = []
        self.looked_above = False  # 同上: what was read hangs on another row

    def has(self, *kinds: str) -> bool:
        """Whether the table has a column of one of the kinds."""
        return any(kind in self._columns for kind in kinds)

    def place(self, kind: str) -> Place:
        """Return where a kind stands in this row; a place without a cell where it does not."""
        columns = self._columns.get(kind)
        if not columns:
            return Place("", self.row, 0, self._sideways)
        return self._place(columns[0])

    def _place(self, column: Column) -> Place:
        return Place(column.header, self.row, column.index, self._sideways)

    def cell(self, kind: str) -> Cell:
        """Return the usable cell of a kind; a faulty one is a problem and counts as empty."""
        columns = self._columns.get(kind)
        return self._usable(columns[0]) if columns else EMPTY

    def cells(self, kind: str) -> list[tuple[Place, Cell]]:
        """Return all cells of a kind that may stand in several columns."""
        return [
            (self._place(column), self._usable(column)) for column in self._columns.get(kind, ())
        ]

    def raw(self, kind: str) -> Raw:
        """Return the value of a kind, None where there is none."""
        return self.cell(kind).value

    def text(self, kind: str) -> str:
        """Return the text of a kind on one line, "" where it holds nothing or a dash for it."""
        raw = self.raw(kind)
        if raw is None:
            return ""
        text = one_line(raw)
        return "" if text in _BLANK_MARKS else text

    def _usable(self, column: Column) -> Cell:
        cell = self._sheet.filled_down(self.row, column.index)
        if not cell.fault:
            said = cell.value
            # Text of one or two characters: told at a glance, for all cells come by here.
            ditto = type(said) is str and len(said) <= 4 and said.strip() in _DITTO
            return self._above(column) if ditto and column.kind != "name" else cell
        problem = fault_problem(cell.fault, self._place(column), cell.text)
        if problem not in self.problems:
            self.problems.append(problem)
        return EMPTY

    def _above(self, column: Column) -> Cell:
        """Return the cell that 同上 means, the mark itself where there is none above."""
        self.looked_above = True
        for row in reversed(self._rows[: bisect_left(self._rows, self.row)]):
            cell = self._sheet.filled_down(row, column.index)
            if cell.text not in _DITTO:
                return cell if cell.text and not cell.fault else self._own(column)
        return self._own(column)

    def _own(self, column: Column) -> Cell:
        return self._sheet.cell(self.row, column.index)

    def note(self, finding: Finding | None, place: Place, earlier: str = "") -> None:
        """Keep a finding as a problem of a place."""
        if finding is not None:
            self.problems.append(problem_of(finding, place, self.lexicon.name, earlier))

    def phones(self) -> tuple[str, ...]:
        """Return the numbers of all telephone columns, mobile numbers first."""
        numbers: list[str] = []
        for place, cell in self.cells("phone"):
            found, finding = read_phones(cell.value)
            numbers.extend(found)
            self.note(finding, place)
        unique = dict.fromkeys(numbers)
        return tuple(sorted(unique, key=lambda number: not number.startswith("1")))

    def counties(self, kind: str) -> tuple[str, ...]:
        """Return the counties that a cell names; words that name none are told and asked about."""
        raw = self.raw(kind)
        if raw is None:
            return ()
        reading = self.lexicon.counties.read(raw)
        self.note_places(reading, self.place(kind))
        return reading.codes

    def note_places(self, reading: PlaceReading, place: Place) -> None:
        """Keep the words of a cell that name no county as a problem and as questions."""
        if not reading.unknown:
            return
        self.note(reading.finding, place)
        self.asked.extend(
            AskedTerm(Term(TermTopic.COUNTY, compact(word)), codes)
            for word, codes in reading.unknown
        )

    def note_specialties(self, reading: SpecialtyReading, place: Place) -> None:
        """Keep what a cell says of specialties that must be asked, as problems and questions."""
        if not (reading.broad or reading.unknown):
            return
        for finding in reading.findings:
            self.note(finding, place)
        self.asked.extend(
            AskedTerm(Term(TermTopic.SPECIALTY, word), codes) for word, codes in reading.open_broad
        )
        self.asked.extend(
            AskedTerm(Term(TermTopic.SPECIALTY, compact(word))) for word in reading.unknown
        )


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as read, with its reader for what is found out later, and the words to ask about."""

    row: ImportRow
    reader: RowReader
    asked: Sequence[AskedTerm] = ()
