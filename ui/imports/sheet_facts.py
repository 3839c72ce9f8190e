"""What is to be shown of one sheet: states of cells, marks of rows, counts. Pure data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property

from envoy_app.domain.import_choices import ImportFile, SheetChoice
from envoy_app.domain.imports import (
    ColumnReading,
    FieldChange,
    ImportReport,
    ImportRow,
    RowStatus,
    SheetQuestion,
    SheetReading,
)
from envoy_app.domain.problems import Problem
from envoy_app.domain.sheets import Sheet
from ui.imports.fields import field_kinds, row_reason, tr

COLUMN_LIMIT = 256
BLANK_RUN = 3
_CELL = re.compile(r"^\$?([A-Z]{1,3})\$?(\d+)$")
_UNSURE_CODES = frozenset({"UNKNOWN_COUNTY", "UNKNOWN_SPECIALTY", "AMBIGUOUS_SPECIALTY"})


class CellState(IntEnum):
    """How a cell looks; the highest of several wins."""

    PLAIN = 0
    CHANGED = 1
    DOUBTFUL = 2
    PROBLEM = 3


class RowMark(StrEnum):
    """What becomes of a row of the sheet."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"
    HEADER = "header"
    OTHER = "other"
    HIDDEN = "hidden"
    LEFT_OUT = "left-out"
    NONE = ""

    @property
    def sign(self) -> str:
        """One character for the row's heading."""
        return {
            "new": "新",
            "update": "改",
            "unchanged": "同",
            "error": "误",
            "hidden": "隐",
            "left-out": "略",
        }.get(self.value, "")

    @property
    def skipped(self) -> bool:
        """Whether nothing of the row is imported."""
        return self in (RowMark.HEADER, RowMark.OTHER, RowMark.HIDDEN, RowMark.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What becomes of a row, and why in words."""

    mark: RowMark
    reason: str = ""


@dataclass(slots=True)
class CellNote:
    """What is to be said of a cell."""

    state: CellState = CellState.PLAIN
    problems: list[Problem] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)


class RowFilter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    PROBLEMS = "problems"
    CHANGES = "changes"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class SheetFacts:
    """One sheet, ready to be shown; `rows` and `columns` are those that hold something.

    A sheet that lies `sideways` has a record per column: `headings` are those of its rows then,
    and `people` tells what becomes of its columns.
    """

    sheet: Sheet
    reading: SheetReading
    choice: SheetChoice
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    headings: Mapping[int, ColumnReading]
    notes: Mapping[tuple[int, int], CellNote]
    marks: Mapping[int, RowFacts]
    troubled: tuple[tuple[int, int], ...]
    sideways: bool = False
    people: Mapping[int, RowFacts] = field(default_factory=dict)

    @cached_property
    def filtered(self) -> Mapping[RowFilter, frozenset[int]]:
        """The rows each filter shows, headings aside; kept, as large sheets are asked often."""
        headings = set(() if self.sideways else self.reading.header_rows)
        skipped = {row for row, facts in self.marks.items() if facts.mark.skipped} - headings
        wanted = (RowMark.NEW, RowMark.UPDATE)
        records = self.people if self.sideways else self.marks
        return {
            RowFilter.ALL: frozenset(
                place for place, facts in records.items() if not facts.mark.skipped
            ),
            RowFilter.PROBLEMS: frozenset(row for row, _ in self.troubled),
            RowFilter.CHANGES: frozenset(
                place for place, facts in records.items() if facts.mark in wanted
            ),
            RowFilter.SKIPPED: frozenset(skipped),
        }

    def rows_for(self, shown: RowFilter) -> tuple[int, ...]:
        """Return the rows a filter shows, the heading always among them."""
        if shown is RowFilter.ALL or (self.sideways and shown is RowFilter.CHANGES):
            return self.rows
        keep = self.filtered[shown] | set(() if self.sideways else self.reading.header_rows)
        return tuple(row for row in self.rows if row in keep)

    def count_for(self, shown: RowFilter) -> int:
        """Return how many rows a filter shows, headings aside; 全部 counts those that are taken."""
        return len(self.filtered[shown])

    def mark(self, row: int) -> RowFacts:
        """Return what becomes of a row."""
        return self.marks.get(row, RowFacts(RowMark.NONE))


def sheet_facts(file: ImportFile) -> dict[str, SheetFacts]:
    """Return what is to be shown of each sheet of a file, in its order."""
    rows: dict[str, list[ImportRow]] = defaultdict(list)
    for row in file.report.rows:
        rows[row.sheet].append(row)
    readings = {reading.name: reading for reading in file.report.sheets}
    return {
        sheet.name: _facts(
            sheet,
            readings.get(sheet.name) or _unread(sheet, file.report),
            file.choices.sheet(sheet.name),
            rows.get(sheet.name, []),
            file.report,
        )
        for sheet in file.sheets
    }


def cell_place(name: str) -> tuple[int, int] | None:
    """Return row and column of a cell's name (E7 is 7, 5), None for anything else."""
    found = _CELL.match(name.split(":")[0].upper())
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _unread(sheet: Sheet, report: ImportReport) -> SheetReading:
    return SheetReading(sheet.name, report.kind, taken=False, hidden=sheet.hidden)


def _facts(
    sheet: Sheet,
    reading: SheetReading,
    choice: SheetChoice,
    rows: list[ImportRow],
    report: ImportReport,
) -> SheetFacts:
    headings = {column.index: column for column in reading.columns}
    notes: dict[tuple[int, int], CellNote] = defaultdict(CellNote)
    places = _places(reading)
    sideways = bool(choice.sideways) or SheetQuestion.SIDEWAYS in reading.questions
    for row in rows:
        _note_row(row, places, notes, sideways=sideways)
    troubled = sorted(place for place, note in notes.items() if note.problems)
    shown_rows = _without_gaps({row for row, cells in sheet.rows.items() if cells})
    used = {column for cells in sheet.rows.values() for column in cells}
    if not sideways:
        used |= {column.index for column in reading.columns}
    made = SheetFacts(
        sheet,
        reading,
        choice,
        tuple(shown_rows),
        tuple(_without_gaps(used)[:COLUMN_LIMIT]),
        headings,
        dict(notes),
        _marks(reading, choice, () if sideways else rows, report, sideways=sideways),
        tuple(troubled),
        sideways,
        {row.part: _row_facts(row, None) for row in rows} if sideways else {},
    )
    _ = made.filtered  # worked out now, on the worker thread
    return made


def _without_gaps(used: Iterable[int]) -> list[int]:
    """Return the numbers used and short blank runs between them; long runs would show nothing."""
    found: list[int] = []
    last = 0
    for number in sorted(used):
        if number - last <= BLANK_RUN + 1:
            found.extend(range(last + 1, number))
        found.append(number)
        last = number
    return found


def _places(reading: SheetReading) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for column in reading.columns:
        if column.kind:
            places[column.kind].append(column.index)
    return places


def _note_row(
    row: ImportRow,
    places: Mapping[str, list[int]],
    notes: dict[tuple[int, int], CellNote],
    *,
    sideways: bool,
) -> None:
    for problem in row.problems:
        place = cell_place(problem.cell) or (row.row, _first_place(places))
        note = notes[place]
        note.problems.append(problem)
        note.state = max(note.state, severity(row, problem))
    if row.status not in (RowStatus.UPDATE, RowStatus.UNCHANGED):
        return
    for change in row.changes:
        kinds = (kind for kind in field_kinds(change.field) if kind in places)
        for column in places.get(next(kinds, ""), [])[:1]:
            note = notes[(column, row.part) if sideways else (row.row, column)]
            note.changes.append(change)
            if not change.kept:
                note.state = max(note.state, CellState.CHANGED)


def _first_place(places: Mapping[str, list[int]]) -> int:
    for kind in ("name", "county", "content"):
        if kind in places:
            return places[kind][0]
    return 1


def severity(row: ImportRow, problem: Problem) -> CellState:
    """Return how bad a problem is: a doubt where the row is taken and a word is asked about."""
    unsure = problem.code in _UNSURE_CODES or bool(problem.candidates)
    return CellState.DOUBTFUL if unsure and row.status is not RowStatus.ERROR else CellState.PROBLEM


def _marks(
    reading: SheetReading,
    choice: SheetChoice,
    rows: Iterable[ImportRow],
    report: ImportReport,
    *,
    sideways: bool,
) -> dict[int, RowFacts]:
    name = reading.name
    marks: dict[int, RowFacts] = {}
    for other in report.other_rows:
        if other.sheet == name:
            marks[other.row] = RowFacts(RowMark.OTHER, row_reason(other.reason))
    for other in report.hidden_rows:
        if other.sheet == name:
            marks[other.row] = RowFacts(RowMark.HIDDEN, row_reason(other.reason))
    for row in rows:
        marks[row.row] = _row_facts(row, marks.get(row.row))
    for number, taken in choice.rows.items():
        if not taken:
            marks[number] = RowFacts(RowMark.LEFT_OUT, tr("您选择了不导入这一行"))
    for number in () if sideways else reading.header_rows:
        marks[number] = RowFacts(RowMark.HEADER, tr("表头"))
    return marks


def _row_facts(row: ImportRow, before: RowFacts | None) -> RowFacts:
    if row.skipped:
        return RowFacts(RowMark.LEFT_OUT, tr("您选择了不导入这一行"))
    facts = RowFacts(RowMark(row.status.value), _row_words(row))
    if before is None or before.mark.skipped:
        return facts
    # Several people of one row: the row is as bad as its worst part.
    order = (RowMark.ERROR, RowMark.UPDATE, RowMark.NEW, RowMark.UNCHANGED)
    return min(before, facts, key=lambda item: order.index(item.mark))


def _row_words(row: ImportRow) -> str:
    if row.status is RowStatus.ERROR:
        return tr("有误，不会导入")
    words = {
        RowStatus.NEW: tr("新增"),
        RowStatus.UPDATE: tr("更新已有的记录"),
        RowStatus.UNCHANGED: tr("与已有的记录一致"),
    }[row.status]
    return f"{words}（{row.match_reason}）" if row.match_reason else words
