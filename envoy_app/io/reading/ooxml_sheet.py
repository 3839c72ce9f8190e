"""A worksheet part of Office Open XML, streamed: cells, hidden rows, merged ranges."""

from __future__ import annotations

import re
from functools import lru_cache

from typing_extensions import override

from envoy_app.io.reading.numbers import number_cell
from envoy_app.io.reading.ooxml import is_true, unescaped
from envoy_app.io.reading.output import (
    GENERAL,
    MAX_ROWS,
    Cells,
    Merges,
    Output,
    Plain,
    Refused,
    faulty,
    plain,
)
from envoy_app.io.reading.xml import Attributes, Handler

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,4})\$?(\d{1,8})")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z?)?")


@lru_cache(maxsize=20_000)
def column_of(letters: str) -> int:
    """Return the number of a column, counted from 1."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


class SheetReader(Handler):
    """Writes the rows of one sheet as they come; a lying <dimension> is not even read."""

    main_prefix_only = True

    def __init__(
        self, strings: list[str], formats: list[str], date1904: bool, output: Output
    ) -> None:
        """Read cells that name these shared strings and styles."""
        super().__init__()
        self.merges = Merges()
        self.hidden_rows: set[int] = set()
        self._strings, self._formats, self._date1904 = strings, formats, date1904
        self._output = output
        self._row = self._column = 0
        self._cells = Cells()
        self._in_cell = self._phonetic = False
        self._kind = self._style = ""
        self._value: str | None = None
        self._inline: list[str] = []
        self._formula = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif self._in_cell:
            if name == "v" or (name == "t" and not self._phonetic):
                self.collect()
            elif name == "f":
                self._formula = True
            elif name == "rPh":
                self._phonetic = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    @override
    def end(self, name: str) -> None:
        if name == "c":
            self._in_cell = False
            self._keep()
        elif not self._in_cell:
            if name == "row":
                self._output.row(self._row, self._cells)
                self._cells = Cells()
        elif name == "v":
            self._value = self.collected()
        elif name == "t" and not self._phonetic:
            self._inline.append(self.collected())
        elif name == "rPh":
            self._phonetic = False

    def _start_row(self, attributes: Attributes) -> None:
        text = attributes.get("r")
        self._row = _counted(text) if text is not None else self._row + 1
        self._column = 0
        if is_true(attributes.get("hidden")) or attributes.get("ht") == "0":
            self.hidden_rows.add(self._row)
            if len(self.hidden_rows) > MAX_ROWS:
                raise Refused("out-of-range")

    def _start_cell(self, attributes: Attributes) -> None:
        self._in_cell, self._phonetic, self._formula = True, False, False
        self._value, self._inline = None, []
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        match = _REFERENCE.fullmatch(reference)
        if not match:
            raise Refused("out-of-range")
        self._column = column_of(match[1])
        if int(match[2]) != self._row:  # a cell that names another row than the one around it
            if self._cells.columns:
                raise Refused("damaged")
            self._row = int(match[2])

    def _keep(self) -> None:
        style = self._style
        shown = GENERAL
        if style and style.isdecimal() and (index := int(style)) < len(self._formats):
            shown = self._formats[index]
        self._cells.add(self._column, self._cell_value(shown), shown)

    def _cell_value(self, shown: str) -> Plain | None:
        kind, value = self._kind, self._value
        if kind == "inlineStr" and (self._inline or value is None):
            return unescaped("".join(self._inline))
        if value is None or (value == "" and kind != "str"):
            return faulty("formula") if self._formula else None
        if kind == "s":
            return self._shared(value)
        if kind == "n":
            text = value.strip()
            return number_cell(text, shown, date1904=self._date1904) if text else None
        return self._other(kind, value)

    def _shared(self, value: str) -> str | None:
        text = value.strip()
        if not text:
            return None
        if not text.isdecimal() or len(text) > 9 or int(text) >= len(self._strings):
            raise Refused("damaged")
        return self._strings[int(text)]

    def _other(self, kind: str, value: str) -> Plain | None:
        if kind == "b":
            return is_true(value)
        if kind == "e":
            return faulty("error", value[:200])
        if kind == "d":
            return iso_value(value)
        return unescaped(value)

    def _merge(self, text: str) -> None:
        ends = [_REFERENCE.fullmatch(part) for part in text.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (left, top), (right, bottom) = ends[0].groups(), ends[1].groups()
            self.merges.add(int(top), column_of(left), int(bottom), column_of(right))


def iso_value(text: str) -> Plain | None:
    """Return a date that XML writes by ISO 8601; other text stays text."""
    from datetime import datetime

    match = _ISO_DATE.fullmatch(text.strip())
    if not match:
        return plain(text)
    try:
        parts = [int(part or 0) for part in match.groups()]
        return plain(datetime(*parts))  # type: ignore[arg-type] # noqa: DTZ001  six numbers, local
    except ValueError:
        return plain(text)


def _counted(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Refused("out-of-range")
    return int(text)
