"""A workbook as plain data: what the reading child hands over and all later stages work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from envoy_app.domain.findings import Raw
from envoy_app.domain.text import cleaned

TYPED = "typed"
"""Stands for the number format of cells that the user typed over during the import."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something.

    `fault` is "error" for #N/A and its kin, "formula" for a formula never calculated.
    """

    value: Raw
    number_format: str = "General"
    fault: str = ""

    @property
    def text(self) -> str:
        """The value as cleaned text."""
        return cleaned(self.value)


EMPTY = Cell(None)
Row = Mapping[int, Cell]
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Area:
    """A merged range, all bounds included and counted from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class _Merges:
    """Finds the merged range that covers a cell.

    Small ranges are kept cell by cell. Large ones (whole columns, whole sheets, which some tools
    write by the thousand) are kept as they are: cell by cell they would fill the memory.
    """

    _LARGE = 5_000
    _MOST_CELLS = 2_000_000
    _MOST_LARGE = 200

    def __init__(self, merged: tuple[Area, ...], last_row: int) -> None:
        self._covered: dict[tuple[int, int], tuple[int, int]] = {}
        self._large: list[Area] = []
        for area in merged:
            bottom = min(area.last_row, last_row)
            height = bottom - area.first_row + 1
            size = height * (area.last_column - area.first_column + 1)
            if size > self._LARGE:
                self._large.append(area)
            elif size > 0 and len(self._covered) < self._MOST_CELLS:
                rows = range(area.first_row, bottom + 1)
                columns = range(area.first_column, area.last_column + 1)
                origin = (area.first_row, area.first_column)
                self._covered.update({(row, col): origin for row in rows for col in columns})
        del self._large[self._MOST_LARGE :]

    def top_left(self, row: int, column: int) -> tuple[int, int]:
        """Return the first cell of the range over a cell, the cell itself where there is none."""
        found = self._covered.get((row, column))
        if found:
            return found
        for area in self._large:
            if (
                area.first_row <= row <= area.last_row
                and area.first_column <= column <= area.last_column
            ):
                return area.first_row, area.first_column
        return row, column


class RowMemory(Generic[ResultT]):
    """What was made of the rows of a sheet, so that after an edit only its row is read again."""

    __slots__ = ("_apart", "_known")

    def __init__(self, known: dict[int, ResultT], apart: frozenset[int]) -> None:
        """`known` is added to; the rows in `apart` are made anew each time."""
        self._known = known
        self._apart = apart

    def of(self, row: int, make: Callable[[int], ResultT]) -> ResultT:
        """Return what `make` gives for a row, called only where that is not known."""
        if row in self._apart:
            return make(row)
        found = self._known.get(row)
        if found is None:
            found = self._known[row] = make(row)
        return found

    def forget(self, row: int) -> None:
        """Make a row anew the next time: what was made hangs on other rows."""
        self._known.pop(row, None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet; rows and columns count from 1, only cells that hold something are kept.

    `plain` tells a sheet read from text (CSV, the clipboard): what a spreadsheet wrote there has
    gone through its numbers.
    `touched` are the rows with cells that the user typed over; all others are the file's, and
    what was made of them is remembered as long as any edit of the sheet is held.
    """

    name: str
    rows: Mapping[int, Row]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    plain: bool = False
    _merges: list[_Merges] = field(default_factory=list, repr=False, compare=False)
    touched: frozenset[int] = field(default=frozenset(), repr=False, compare=False)
    _memory: dict[object, tuple[object, dict[int, Any]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def memory(
        self, purpose: object, stamp: object, apart: frozenset[int] = frozenset()
    ) -> RowMemory[Any]:
        """Return what was made of rows for a purpose, nothing unless `stamp` is as it was then.

        The stamp is all that the results depend on besides the row's own cells. Rows in `apart`
        depend on other rows: they are made anew each time, as the touched ones are.
        """
        last, known = self._memory.get(purpose, (None, {}))
        if last != stamp:
            known = {}
        self._memory[purpose] = (stamp, known)
        return RowMemory(known, self.touched | apart)

    def under_touched(self) -> frozenset[int]:
        """Return the rows that are merged with a touched row above them."""
        if not self.touched or not self.merged:
            return frozenset()
        reach: dict[int, int] = {}
        for area in self.merged:
            if area.first_row in self.touched:
                reach[area.first_row] = max(area.last_row, reach.get(area.first_row, 0))
        end = max(self.rows, default=0)
        return frozenset(
            row for first, last in reach.items() for row in range(first + 1, min(last, end) + 1)
        )

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, EMPTY where it holds nothing."""
        return self.rows.get(row, {}).get(column, EMPTY)

    def merged_cell(self, row: int, column: int) -> Cell:
        """Return a cell, or the top left one of the merged range that covers it."""
        own = self.cell(row, column)
        if own is not EMPTY or not self.merged:
            return own
        return self.cell(*self._top_left(row, column))

    def filled_down(self, row: int, column: int) -> Cell:
        """Return a cell, or the one above that is merged down over it in the same column."""
        own = self.cell(row, column)
        if own is not EMPTY or not self.merged:
            return own
        above, left = self._top_left(row, column)
        return self.cell(above, column) if left == column else EMPTY

    def _top_left(self, row: int, column: int) -> tuple[int, int]:
        if not self._merges:
            self._merges.append(_Merges(self.merged, max(self.rows, default=0)))
        return self._merges[0].top_left(row, column)


def column_letter(column: int) -> str:
    """Return the letters of a column counted from 1 (28 is AB)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column by its letters (AB is 28), 0 for none."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


HELPER_MARK = "（特派员排班）"
"""Ends the first cell of sheets that this program adds beside data: lists, instructions."""


def is_helper(sheet: Sheet) -> bool:
    """Whether this program wrote a sheet for people to read; there is nothing to import in it."""
    return sheet.cell(1, 1).text.endswith(HELPER_MARK)
