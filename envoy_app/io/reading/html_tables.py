"""Tables in HTML: web exports named .xls, and what Word, Excel, WPS and browsers copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override

from envoy_app.io.reading.numbers import ERRORS, number_cell
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
)

_MAX_DEPTH = 50
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n]\s*(?=[{_WIDE}])")
_BLANKS = re.compile(r"[ \t\r\n\x0c]+")
_CLASS_FORMAT = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_FORMAT = re.compile(r"(?:mso-number-format|numberformat)\s*:\s*(\"(?:\\.|[^\"])*\"|'[^']*'|[^;]+)")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{4})\s?|\\(.)")
_NAMED_FORMATS = {
    "general": GENERAL,
    "short date": "yyyy/m/d",
    "medium date": "d-mmm-yy",
    "long date": 'yyyy"年"m"月"d"日"',
    "general date": "yyyy/m/d h:mm",
    "fixed": "0.00",
    "standard": "#,##0.00",
    "percent": "0.00%",
    "scientific": "0.00E+00",
}
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"})
_ERRORS = frozenset(ERRORS.values())
_SILENT = frozenset({"script", "style", "title", "template"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:collapse|hidden)", re.IGNORECASE)


@dataclass
class _Cell:
    text: list[str] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    number: str | None = None
    number_format: str = GENERAL


@dataclass
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden: bool = False
    cell: _Cell | None = None


class _Reader(HTMLParser):
    """Collects tables; one inside a cell of another is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.loose: list[str] = []  # text outside of tables
        self._open: list[_Table] = []
        self._silent = ""
        self._classes: dict[str, str] = {}
        self._cells = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent = tag
        elif tag == "table":
            self._start_table({name: value or "" for name, value in attrs})
        elif tag == "br":
            self._add("\v")
        elif tag in _BLOCKS:
            self._add("\f")
        elif self._open and tag in ("tr", "td", "th"):
            values = {name: value or "" for name, value in attrs}
            if tag == "tr":
                self._start_row(values)
            else:
                self._start_cell(values)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif tag in _BLOCKS:
            self._add("\f")
        elif not self._open:
            return
        elif tag == "table":
            self._open.pop()
        elif tag in ("td", "th", "tr"):
            self._open[-1].cell = None

    @override
    def handle_data(self, data: str) -> None:
        if self._silent == "style":
            self._read_styles(data)
        elif not self._silent:
            self._add(data)

    @override
    def handle_comment(self, data: str) -> None:
        if self._silent != "style":  # Word and Excel hide their styles in a comment
            self._read_styles(data if "mso-number-format" in data else "")

    def _add(self, text: str) -> None:
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            cell.text.append(text)
        elif not self._open:
            self.loose.append(text)

    def _read_styles(self, text: str) -> None:
        for name, rules in _CLASS_FORMAT.findall(text):
            if found := _format_in(rules):
                self._classes[name] = found

    def _start_table(self, values: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise Refused("damaged")
        table = _Table(hidden=_is_hidden(values))
        self.tables.append(table)
        self._open.append(table)

    def _start_row(self, values: dict[str, str]) -> None:
        table = self._open[-1]
        table.rows.append([])
        table.cell = None
        if _is_hidden(values):
            table.hidden_rows.add(len(table.rows))
        self._count()

    def _start_cell(self, values: dict[str, str]) -> None:
        table = self._open[-1]
        if not table.rows:
            table.rows.append([])
        cell = _Cell(columns=_span(values.get("colspan")), rows=_span(values.get("rowspan"), 0))
        shown = _format_in(values.get("style", ""))
        for name in values.get("class", "").split():
            shown = shown or self._classes.get(name, "")
        cell.number_format = shown or GENERAL
        if "x:num" in values or "sdval" in values:
            cell.number = values.get("x:num") or values.get("sdval", "")
        if values.get("sdnum", "").count(";") >= 2:  # LibreOffice: language;language;format
            cell.number_format = values["sdnum"].split(";", 2)[2] or GENERAL
        table.rows[-1].append(cell)
        table.cell = cell
        self._count()

    def _count(self) -> None:
        self._cells += 1
        if self._cells > 2 * MAX_CELLS:
            raise Refused("too-large")


def _is_hidden(values: dict[str, str]) -> bool:
    return "hidden" in values or bool(_HIDDEN.search(values.get("style", "")))


def _span(text: str | None, least: int = 1) -> int:
    digits = (text or "").strip()
    if not digits.isdecimal():
        return 1
    return max(least, min(int(digits[:9]), MAX_ROWS))


def _format_in(rules: str) -> str:
    """Return the number format that style rules name, "" for none."""
    match = _FORMAT.search(rules)
    if not match:
        return ""
    text = match[1].strip()
    if text[:1] in "\"'" and len(text) > 1:
        text = text[1:-1]
    text = _CSS_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
    return _NAMED_FORMATS.get(text.strip().lower(), text.strip())


def text_of(parts: list[str]) -> str:
    """Return what a browser shows of a cell: blanks run together, paragraphs as lines."""
    text = _WIDE_BREAK.sub("", "".join(parts)) if parts else ""
    lines = []
    for paragraph in text.split("\f"):
        shown = [
            _BLANKS.sub(" ", line).replace("\xa0", " ").strip() for line in paragraph.split("\v")
        ]
        lines.append("\n".join(shown).strip())
    return "\n".join(line for line in lines if line)


def parsed(text: str) -> _Reader:
    """Return all tables of a document."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def read(text: str, name: str, output: Output) -> None:
    """Write every table that holds something as a sheet. Raises Refused ("no-table")."""
    if not write_tables(parsed(text), name, output):
        raise Refused("no-table")


def write_tables(reader: _Reader, name: str, output: Output) -> int:
    """Write the tables of a document that hold something and return their number."""
    written = 0
    for table in reader.tables:
        grid = _Grid(table)
        if grid.rows:
            written += 1
            grid.write(name if written == 1 else f"{name}表{written}", output)
    return written


class _Grid:
    """A table's cells at their rows and columns, spans resolved (HTML 4.9.12.1)."""

    def __init__(self, table: _Table) -> None:
        self.rows: list[tuple[int, Cells]] = []
        self._merges = Merges()
        self._table = table
        self._taken: dict[int, int] = {}  # column: last row that a cell from above covers
        for number, cells in enumerate(table.rows, 1):
            self._place(number, cells, len(table.rows))

    def _place(self, number: int, cells: list[_Cell], last: int) -> None:
        held = Cells()
        column = 1
        for cell in cells:
            while self._taken.get(column, 0) >= number:
                column += 1
            if column > MAX_COLUMNS:
                raise Refused("out-of-range")
            self._span(cell, number, column, last)
            held.add(column, _value(cell), cell.number_format)
            column += min(cell.columns, MAX_COLUMNS)
        if held.columns:
            self.rows.append((number, held))

    def _span(self, cell: _Cell, row: int, column: int, last: int) -> None:
        height = cell.rows or last  # rowspan 0 reaches to the end of the table
        bottom = min(last, row + height - 1)
        right = min(MAX_COLUMNS, column + cell.columns - 1)
        if bottom > row:
            for covered in range(column, right + 1):
                self._taken[covered] = bottom
        self._merges.add(row, column, bottom, right)

    def write(self, name: str, output: Output) -> None:
        output.start_sheet(name, hidden=self._table.hidden)
        for number, cells in self.rows:
            output.row(number, cells)
        output.end_sheet(self._merges, self._table.hidden_rows)


def _value(cell: _Cell) -> Plain:
    text = text_of(cell.text)
    if cell.number is None:
        return text
    if text.upper() in _ERRORS:
        return faulty("error", text)
    value = number_cell(cell.number.strip() or text, cell.number_format)
    return text if isinstance(value, dict) and "fault" in value else value
