"""OpenDocument spreadsheets (.ods, .fods): streamed, with hidden rows and sheets and merges."""

from __future__ import annotations

import re
from datetime import time, timedelta

from typing_extensions import override

from envoy_app.io.reading.numbers import number_cell
from envoy_app.io.reading.ooxml_sheet import iso_value
from envoy_app.io.reading.opendoc_styles import DateStyles
from envoy_app.io.reading.output import (
    GENERAL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cells,
    Merges,
    Output,
    Plain,
    Refused,
    faulty,
    plain,
)
from envoy_app.io.reading.package import Package
from envoy_app.io.reading.spreadsheetml import utf8_stream
from envoy_app.io.reading.xml import Attributes, Handler

_DURATION = re.compile(
    r"-?P(?:(\d{1,6})D)?T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,]\d*)?S)?"
)
_ERROR = re.compile(r"#[A-Z/0]{2,8}[!?]?|(?:Err|错误):\d{3}|#N/A")
_SKIPPED = frozenset(
    {"annotation", "shapes", "frame", "custom-shape", "tracked-changes", "dde-links", "ruby-text"}
)


def read(package: Package, output: Output) -> None:
    """Write all sheets of an .ods package. Raises Refused ("encrypted", "not-a-workbook", …)."""
    _check_kind(package)
    styles = DateStyles()
    for part in ("styles.xml", "content.xml"):
        if package.has(part):
            with package.open(part) as source:
                styles.parse(source)
    reader = _Reader(output, styles)
    with package.open("content.xml") as source:
        reader.parse(source)
    reader.check()


def _check_kind(package: Package) -> None:
    listed = "META-INF/manifest.xml"
    if package.has(listed) and b"encryption-data" in package.read(listed):
        raise Refused("encrypted")
    kind = package.read("mimetype")[:200] if package.has("mimetype") else b""
    if b"opendocument.text" in kind:
        raise Refused("word")
    if b"opendocument.presentation" in kind:
        raise Refused("slides")


def read_flat(text: str, output: Output) -> None:
    """Write all sheets of a flat document, one XML file. Raises Refused."""
    styles = DateStyles()
    styles.parse(utf8_stream(text), "utf-8")
    reader = _Reader(output, styles)
    reader.parse(utf8_stream(text), "utf-8")
    reader.check()


class _Reader(Handler):
    def __init__(self, output: Output, styles: DateStyles) -> None:
        super().__init__()
        self._output, self._styles = output, styles
        self._sheets = 0
        self._spreadsheet = False
        self._in_table = False
        self._skipped: list[str] = []
        self._row = self._column = self._repeated = 0
        self._row_hidden = False  # groups of rows may be hidden, too
        self._groups: list[bool] = []
        self._cells = Cells()
        self._merges = Merges()
        self._hidden: set[int] = set()
        self._cell: Attributes | None = None
        self._column_styles: list[tuple[int, str]] = []
        self._row_style = ""
        self._last_column = 0
        self._paragraphs: list[str] = []
        self._depth = 0
        self._pending = ""

    def check(self) -> None:
        """Raise Refused where the document had no sheet."""
        if not self._spreadsheet:
            raise Refused("not-a-workbook")
        if not self._sheets:
            raise Refused("no-sheets")

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped:
            self._skipped.append(name)
        elif name in _SKIPPED:
            self._pause()
            self._skipped.append(name)
        elif self._cell is not None:
            self._start_text(name, attributes)
        elif name == "spreadsheet":
            self._spreadsheet = True
        elif name in ("document-content", "document") and "xmlns:table" not in attributes:
            raise Refused("hidden-unknown")  # its attributes would have other names
        elif name == "table" and self._spreadsheet:
            self._start_table(attributes)
        elif self._in_table:
            self._start_part(name, attributes)

    @override
    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped.pop()
            if not self._skipped and self._depth:
                self.collect()
        elif self._cell is not None:
            self._end_text(name)
        elif name == "table-row" and self._in_table:
            self._end_row()
        elif name == "table" and self._in_table:
            self._in_table = False
            self._output.end_sheet(self._merges, self._hidden)
        elif name in ("table-row-group", "table-rows", "table-header-rows") and self._groups:
            self._groups.pop()

    def _start_table(self, attributes: Attributes) -> None:
        self._in_table, self._row, self._last_column = True, 0, 0
        self._merges, self._hidden = Merges(), set()
        self._groups, self._column_styles = [], []
        self._sheets += 1
        style = _get(attributes, "style-name")
        self._output.start_sheet(_get(attributes, "name"), hidden=self._styles.hides(style))

    def _start_part(self, name: str, attributes: Attributes) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._start_cell(attributes)
        elif name == "table-row":
            self._start_row(attributes)
        elif name == "table-column":
            self._last_column += _count(attributes, "number-columns-repeated")
            style = _get(attributes, "default-cell-style-name")
            if style and len(self._column_styles) < MAX_COLUMNS:
                self._column_styles.append((self._last_column, style))
        elif name in ("table-row-group", "table-rows", "table-header-rows"):
            self._groups.append(_get(attributes, "display") == "false")

    def _start_row(self, attributes: Attributes) -> None:
        self._repeated = _count(attributes, "number-rows-repeated")
        self._row += 1
        self._column = 0
        self._row_style = _get(attributes, "default-cell-style-name")
        self._cells = Cells()
        self._row_hidden = any(self._groups) or _get(attributes, "visibility") in (
            "collapse",
            "filter",
        )

    def _end_row(self) -> None:
        last = self._row + self._repeated - 1
        if self._cells.columns:
            if self._repeated * len(self._cells.columns) > MAX_CELLS:
                raise Refused("too-large")
            for number in range(self._row, last + 1):
                self._output.row(number, self._cells)
        if self._row_hidden:
            self._hidden.update(range(self._row, min(last, MAX_ROWS) + 1))
        self._row = last

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._paragraphs, self._depth = attributes, [], 0
        self._column += 1
        down, across = _count(attributes, "number-rows-spanned"), 1
        if "table:number-columns-spanned" in attributes:
            across = _count(attributes, "number-columns-spanned")
        bottom, right = self._row + down - 1, self._column + across - 1
        self._merges.add(self._row, self._column, bottom, right)

    def _start_text(self, name: str, attributes: Attributes) -> None:
        if name in ("p", "h") and not self._depth:
            self._depth = 1
            self.collect()
        elif self._depth:
            self._depth += 1
            signs = {"s": " ", "tab": "\t", "line-break": "\n"}.get(name)
            if signs:
                self.add(signs * min(1000, _count(attributes, "c")))

    def _end_text(self, name: str) -> None:
        if self._depth > 1:
            self._depth -= 1
        elif self._depth == 1:
            self._depth = 0
            self._paragraphs.append(self._pending + self.collected())
            self._pending = ""
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()

    def _pause(self) -> None:
        """A comment stands inside of a paragraph: keep what came before it."""
        if self._depth:
            self._pending += self.collected()

    def _end_cell(self) -> None:
        cell, self._cell = self._cell or {}, None
        repeated = _count(cell, "number-columns-repeated")
        style = _get(cell, "style-name") or self._row_style or self._column_style()
        shown = self._styles.format_of(style)
        value = self._value(cell, shown)
        if value is not None and value != "":
            if repeated > MAX_COLUMNS:
                raise Refused("out-of-range")
            for column in range(self._column, self._column + repeated):
                self._cells.add(column, value, shown)
        self._column += repeated - 1

    def _column_style(self) -> str:
        return next((name for last, name in self._column_styles if self._column <= last), "")

    def _value(self, cell: Attributes, shown: str) -> Plain | None:
        kind = cell.get("office:value-type") or cell.get("calcext:value-type") or ""
        text = "\n".join(self._paragraphs)
        if cell.get("calcext:value-type") == "error" or (
            "table:formula" in cell and _ERROR.fullmatch(text.strip())
        ):
            return faulty("error", text[:200])
        if kind in ("float", "percentage", "currency"):
            number = cell.get("office:value", "").strip()
            return number_cell(number, GENERAL) if number else text
        if kind == "date":
            return iso_value(cell.get("office:date-value") or text)
        if kind == "time":
            return _duration(cell.get("office:time-value", ""), text)
        if kind == "boolean":
            return cell.get("office:boolean-value") == "true"
        if kind == "string" and "office:string-value" in cell and not text:
            return cell["office:string-value"]
        if not text and not kind and "table:formula" in cell:
            return faulty("formula")
        return text


def _duration(text: str, otherwise: str) -> Plain | None:
    match = _DURATION.fullmatch(text)
    if not match:
        return otherwise
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    value = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if value < timedelta(days=1):
        total = value.seconds
        return plain(time(total // 3600, total // 60 % 60, total % 60))
    return plain(value)


def _get(attributes: Attributes, name: str) -> str:
    return attributes.get(f"table:{name}", "")


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(f"table:{name}") or attributes.get(f"text:{name}") or "1"
    if not text.isdecimal() or len(text) > 9:
        raise Refused("out-of-range")
    return max(1, int(text))
