"""Workbooks in the XML of Excel 2003 (SpreadsheetML), usually named .xls or .xml."""

from __future__ import annotations

import io
import re

from typing_extensions import override

from envoy_app.io.reading.numbers import number_cell
from envoy_app.io.reading.ooxml import is_true
from envoy_app.io.reading.ooxml_sheet import iso_value
from envoy_app.io.reading.output import (
    GENERAL,
    MAX_ROWS,
    Cells,
    Merges,
    Output,
    Plain,
    Refused,
    faulty,
)
from envoy_app.io.reading.xml import Attributes, Handler

_NAMED_FORMATS = {
    "Short Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "General Date": "yyyy/m/d h:mm",
    "Short Time": "h:mm",
    "Medium Time": "h:mm AM/PM",
    "Long Time": "h:mm:ss",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "General Number": GENERAL,
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def utf8_stream(text: str) -> io.BytesIO:
    """Return an XML document whose declared encoding no longer counts."""
    return io.BytesIO(_DECLARATION.sub("", text, count=1).encode("utf-8", "ignore"))


def read(text: str, output: Output) -> None:
    """Write all worksheets. Raises Refused ("no-sheets", "out-of-range", …)."""
    states = _States()
    states.parse(utf8_stream(text), "utf-8")
    if not states.hidden:
        raise Refused("no-sheets")
    _Reader(output, states.hidden).parse(utf8_stream(text), "utf-8")


class _States(Handler):
    """Which worksheets are hidden: said only after their rows."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: list[bool] = []

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Workbook" and "xmlns:ss" not in attributes:
            raise Refused("hidden-unknown")  # its attributes would have other names
        if name == "Worksheet":
            self.hidden.append(False)
        elif name == "Visible" and self.hidden:
            self.collect()

    @override
    def end(self, name: str) -> None:
        if name == "Visible" and self.hidden:
            self.hidden[-1] = self.collected().strip() in ("SheetHidden", "SheetVeryHidden")


class _Reader(Handler):
    def __init__(self, output: Output, hidden: list[bool]) -> None:
        super().__init__()
        self._output = output
        self._hidden_sheets = iter(hidden)
        self._formats: dict[str, str] = {}
        self._style = ""
        self._sheet = False
        self._row = self._column = self._span = 0
        self._cells = Cells()
        self._merges = Merges()
        self._hidden: set[int] = set()
        self._cell: Attributes | None = None
        self._kind = ""
        self._value: Plain | None = None

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Data" and self._cell is not None:
            self._kind = _get(attributes, "Type")
            self.collect()
        elif name == "Cell" and self._sheet:
            self._start_cell(attributes)
        elif name == "Row" and self._sheet:
            self._start_row(attributes)
        elif name == "Worksheet":
            self._sheet, self._row, self._merges, self._hidden = True, 0, Merges(), set()
            self._output.start_sheet(
                _get(attributes, "Name"), hidden=next(self._hidden_sheets, False)
            )
        elif name == "Style":
            self._style = _get(attributes, "ID")
        elif name == "NumberFormat":
            shown = _get(attributes, "Format") or GENERAL
            self._formats[self._style] = _NAMED_FORMATS.get(shown, shown)

    @override
    def end(self, name: str) -> None:
        if name == "Data" and self._cell is not None:
            self._value = self._read(self.collected())
        elif name == "Cell" and self._cell is not None:
            self._end_cell()
        elif name == "Row" and self._sheet:
            self._output.row(self._row, self._cells)
            self._row += self._span
        elif name == "Worksheet":
            self._sheet = False
            self._output.end_sheet(self._merges, self._hidden)

    def _start_row(self, attributes: Attributes) -> None:
        self._row = _count(attributes, "Index", self._row + 1)
        self._span = _count(attributes, "Span", 0)
        self._column = 0
        self._cells = Cells()
        if is_true(_get(attributes, "Hidden")) or _get(attributes, "Height") == "0":
            rows = range(self._row, min(MAX_ROWS, self._row + self._span) + 1)
            self._hidden.update(rows)

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._value = attributes, None
        self._column = _count(attributes, "Index", self._column + 1)

    def _end_cell(self) -> None:
        cell, self._cell = self._cell or {}, None
        value = self._value
        if value is None and _get(cell, "Formula"):
            value = faulty("formula")
        shown = self._formats.get(_get(cell, "StyleID"), GENERAL)
        self._cells.add(self._column, value, shown)
        across, down = _count(cell, "MergeAcross", 0), _count(cell, "MergeDown", 0)
        self._merges.add(self._row, self._column, self._row + down, self._column + across)
        self._column += across

    def _read(self, text: str) -> Plain | None:
        if self._kind == "Number":
            shown = self._formats.get(_get(self._cell or {}, "StyleID"), GENERAL)
            return number_cell(text.strip(), shown) if text.strip() else None
        if self._kind == "DateTime":
            return iso_value(text)
        if self._kind == "Boolean":
            return is_true(text)
        if self._kind == "Error":
            return faulty("error", text[:200])
        return text


def _get(attributes: Attributes, name: str) -> str:
    """Return an attribute with the prefix that nearly all writers use, or without."""
    return attributes.get(f"ss:{name}") or attributes.get(name) or ""


def _count(attributes: Attributes, name: str, default: int) -> int:
    text = _get(attributes, name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > 8:
        raise Refused("out-of-range")
    return int(text)
