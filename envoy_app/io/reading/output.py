"""What all formats write to: sheets and rows as small plain records, counted against the caps.

The records, in this order per sheet: {"sheet": name, "hidden": bool}, {"format": text} before its
first use, a list [row, columns, values, formats] per row, {"merged": [...]}, {"hidden_rows":
[[first, last], ...]}. A value that JSON has no word for is {"kind": ..., "value": ...}; a cell
that Excel could not calculate is {"fault": ..., "value": ...}. `formats` are indices of the
formats in their order, 0 (one number for the whole row) where all are General.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

MAX_CELLS = 1_200_000
MAX_FILLED_ROWS = 250_000  # a row costs as much as several cells
MAX_TEXT = 60_000_000  # characters over all cells: a shared string may be named a million times
MAX_SHEETS = 300
MAX_MERGED = 200_000
MAX_FORMATS = 70_000
MAX_CELL_TEXT = 32_767
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
GENERAL = "General"

Plain = str | int | float | bool | dict[str, object]
Bounds = tuple[int, int, int, int]


class Refused(Exception):
    """The file is not read; the argument is a reason the parent has a sentence for.

    A second argument is the number of the line that the sentence names.
    """


def faulty(fault: str, value: str = "") -> dict[str, object]:
    """Return the record of a cell without a usable value: "error" or "formula"."""
    return {"fault": fault, "value": value}


def plain(value: object) -> Plain | None:
    """Return a cell's value as JSON can say it; None where the cell holds nothing."""
    if isinstance(value, datetime):
        return {"kind": "datetime", "value": value.replace(tzinfo=None).isoformat()}
    if isinstance(value, date):
        return {"kind": "date", "value": value.isoformat()}
    if isinstance(value, time):
        return {"kind": "time", "value": value.replace(tzinfo=None).isoformat()}
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return str(value)
    if value is None or value == "":
        return None
    return value if isinstance(value, str | int | float | dict) else str(value)


class Cells:
    """The cells of one row that hold something."""

    __slots__ = ("columns", "formats", "values")

    def __init__(self) -> None:
        """Begin with none."""
        self.columns: list[int] = []
        self.values: list[Plain] = []
        self.formats: list[str] = []

    def add(self, column: int, value: Plain | None, number_format: str = GENERAL) -> None:
        """Add a cell unless it holds nothing."""
        if value is not None and value != "":
            self.columns.append(column)
            self.values.append(value)
            self.formats.append(number_format)


class Merges:
    """The merged ranges of one sheet, cut at the bounds of a sheet."""

    def __init__(self) -> None:
        """Begin with none."""
        self.ranges: list[Bounds] = []

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """Add a range, counted from 1. Raises Refused beyond any office's need."""
        if bottom > top or right > left:
            self.ranges.append((top, left, min(bottom, MAX_ROWS), min(right, MAX_COLUMNS)))
            if len(self.ranges) > MAX_MERGED:
                raise Refused("too-large")


class Output:
    """Takes sheets and rows from a format's reader and hands records on, one by one.

    Every method raises Refused where a cap is passed.
    """

    def __init__(self, write: Callable[[object], None]) -> None:
        """Hand each record to `write`."""
        self._write = write
        self._formats = {GENERAL: 0}
        self._sheets = self._rows = self._cells = self._text = self._merged = 0
        self._filled: set[int] = set()

    def start_sheet(self, name: str, *, hidden: bool = False) -> None:
        """Begin a sheet; the rows that follow belong to it."""
        self._sheets += 1
        if self._sheets > MAX_SHEETS:
            raise Refused("too-many-sheets")
        self._filled = set()
        self._write({"sheet": name[:MAX_CELL_TEXT], "hidden": hidden})

    def row(self, number: int, cells: Cells) -> None:
        """Write a row; nothing is written for an empty one."""
        columns = cells.columns
        if not columns:
            return
        if not 1 <= number <= MAX_ROWS or min(columns) < 1 or max(columns) > MAX_COLUMNS:
            raise Refused("out-of-range")
        self._rows += 1
        self._cells += len(columns)
        self._text += self._length(cells.values)
        if self._rows > MAX_FILLED_ROWS or self._cells > MAX_CELLS or self._text > MAX_TEXT:
            raise Refused("too-large")
        self._filled.add(number)
        self._write([number, columns, cells.values, self._indices(cells.formats)])

    def _length(self, values: list[Plain]) -> int:
        longest = total = 0
        for value in values:
            if type(value) is str:
                length = len(value)
                total += length
                longest = max(longest, length)
        if longest > MAX_CELL_TEXT:
            raise Refused("cell-too-long")
        return total

    def _indices(self, formats: list[str]) -> list[int] | int:
        known = self._formats
        if all(text == GENERAL for text in formats):
            return 0
        for text in formats:
            if text not in known:
                if len(known) > MAX_FORMATS:
                    raise Refused("too-large")
                known[text] = len(known)
                self._write({"format": text[:1000]})
        return [known[text] for text in formats]

    def end_sheet(self, merges: Merges | None = None, hidden_rows: Iterable[int] = ()) -> None:
        """End a sheet; what is merged and hidden may be known only now."""
        ranges = merges.ranges if merges else []
        self._merged += len(ranges)
        if self._merged > MAX_MERGED:
            raise Refused("too-large")
        self._write({"merged": ranges})
        # Empty rows hide nothing; some people hide all the rows below their table.
        hidden = sorted(self._filled.intersection(hidden_rows))
        self._write({"hidden_rows": list(_runs(hidden))})


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    first = last = 0
    for number in numbers:
        if number != last + 1 and last:
            yield [first, last]
        if number != last + 1:
            first = number
        last = number
    if last:
        yield [first, last]
