"""Cell styles set in a worksheet's XML, every other byte kept; absent cells are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from envoy_app.domain.sheets import column_letter, column_number
from envoy_app.io.marking.style_marks import Mark, Styles
from envoy_app.io.marking.xml_splice import (
    Damaged,
    Splice,
    Tag,
    local,
    prefix_of,
    spliced,
    tag_at,
    walk,
    with_attribute,
    without_attribute,
)

_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
# What may stand behind <legacyDrawing> (ECMA-376 18.3.1.99); a choice of extensions as well.
_AFTER_DRAWING = frozenset(
    {
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
        "tableParts", "extLst", "AlternateContent",
    }
)  # fmt: skip
DEFAULT_WIDTH = 9.0  # characters
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Marks = Mapping[tuple[int, int], Mark]


@dataclass(slots=True)
class SheetFacts:
    """What stands where in a worksheet."""

    prefix: bytes
    data_tag: Tag | None = None
    data_end: int = 0
    root_end: int = 0
    rows: dict[int, Tag] = field(default_factory=dict)
    row_ends: dict[int, int] = field(default_factory=dict)
    cells: dict[tuple[int, int], Tag] = field(default_factory=dict)
    ours: list[Tag] = field(default_factory=list)
    next_row: dict[int, int] = field(default_factory=dict)
    next_cell: dict[tuple[int, int], int] = field(default_factory=dict)
    columns: list[tuple[int, int, float, int]] = field(default_factory=list)
    drawing: str = ""
    drawing_place: int = 0

    def width(self, column: int) -> float:
        """A column's width in characters."""
        widths = (width for low, high, width, _ in self.columns if low <= column <= high)
        return next(widths, DEFAULT_WIDTH)

    def column_style(self, column: int) -> int:
        """The style of a column's empty cells."""
        styles = (style for low, high, _, style in self.columns if low <= column <= high)
        return next(styles, 0)


class _Scan:
    """Reads a worksheet once and keeps where things stand that will be changed."""

    def __init__(self, data: bytes, wanted: Marks, marked_styles: frozenset[int]) -> None:
        self._data = data
        self._marked = marked_styles
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted(wanted):
            self._rows.setdefault(row, []).append(column)
        self._missing = sorted(self._rows)
        self._open: list[str] = []
        self._row = self._column = 0
        self.facts = SheetFacts(prefix_of(data))

    def read(self) -> SheetFacts:
        """Return what was found. Raises Damaged where it is no worksheet, Unsafe for a DTD."""
        walk(self._data, self._start, self._end)
        facts = self.facts
        if facts.data_tag is None:
            raise Damaged("sheetData")
        if not facts.drawing_place:
            facts.drawing_place = facts.root_end
        return facts

    def _start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        depth, name = len(self._open), local(name)
        self._open.append(name)
        if depth == 3 and name == "c" and self._open[1] == "sheetData":
            self._cell(attributes, offset)
        elif depth == 2 and name == "row" and self._open[1] == "sheetData":
            self._new_row(attributes, offset)
        elif depth == 2 and name == "col":
            self._width(attributes)
        elif depth == 1:
            self._part(name, attributes, offset)

    def _part(self, name: str, attributes: dict[str, str], offset: int) -> None:
        facts = self.facts
        if name == "sheetData" and facts.data_tag is None:
            facts.data_tag = tag_at(self._data, offset, name, attributes)
        elif name == "legacyDrawing":
            ids = [value for key, value in attributes.items() if local(key) == "id"]
            facts.drawing = ids[0] if ids else ""
        elif name in _AFTER_DRAWING and facts.data_tag and not facts.drawing_place:
            facts.drawing_place = offset

    def _width(self, attributes: dict[str, str]) -> None:
        low, high = _number(attributes.get("min")), _number(attributes.get("max"))
        try:
            width = float(attributes.get("width", DEFAULT_WIDTH))
        except ValueError:
            width = DEFAULT_WIDTH
        self.facts.columns.append((low, high, width, _number(attributes.get("style"))))

    def _new_row(self, attributes: dict[str, str], offset: int) -> None:
        self._row = _number(attributes.get("r")) or self._row + 1
        self._column = 0
        while self._missing and self._missing[0] < self._row:
            self.facts.next_row[self._missing.pop(0)] = offset
        if self._row in self._rows:
            self.facts.rows[self._row] = tag_at(self._data, offset, "row", attributes)
            if self._missing and self._missing[0] == self._row:
                self._missing.pop(0)

    def _cell(self, attributes: dict[str, str], offset: int) -> None:
        self._column = _column_of(attributes.get("r", "")) or self._column + 1
        style = attributes.get("s")
        if style and self._marked and _number(style) in self._marked:
            self.facts.ours.append(tag_at(self._data, offset, "c", attributes))
        for column in self._rows.get(self._row, ()):
            if column == self._column:
                tag = tag_at(self._data, offset, "c", attributes)
                self.facts.cells[self._row, column] = tag
            elif column < self._column:
                self.facts.next_cell.setdefault((self._row, column), offset)

    def _end(self, _name: str, offset: int) -> None:
        name = self._open.pop()
        depth = len(self._open)
        if depth == 2 and name == "row" and self._row in self.facts.rows:
            self.facts.row_ends[self._row] = offset
        elif depth == 1 and name == "sheetData":
            self.facts.data_end = offset
        elif depth == 0:
            self.facts.root_end = offset


def sheet_facts(data: bytes, wanted: Marks, marked_styles: frozenset[int]) -> SheetFacts:
    """Return where the wanted cells stand and those with one of these styles.

    Raises Damaged where the part is no worksheet, Unsafe where it declares entities.
    """
    return _Scan(data, wanted, marked_styles).read()


def marked_sheet(
    data: bytes, facts: SheetFacts, wanted: Marks, styles: Styles, drawing: str
) -> bytes:
    """Return a worksheet with cells marked, old marks gone and a drawing's relation set.

    `drawing` is the relation of the comments' shapes, "" where none is to be added.
    """
    maker = _Maker(data, facts, styles)
    splices = [
        *maker.cleaned(wanted),
        *(splice for place, mark in wanted.items() for splice in maker.set(place, mark)),
        *maker.new_rows(wanted),
    ]
    if drawing:
        put = (
            b"<" + facts.prefix + b'legacyDrawing xmlns:er="' + _RELATIONS.encode()
            + b'" er:id="' + drawing.encode() + b'"/>'
        )  # fmt: skip
        splices.append((facts.drawing_place, facts.drawing_place, put))
    return spliced(data, splices)


class _Maker:
    def __init__(self, data: bytes, facts: SheetFacts, styles: Styles) -> None:
        self._data = data
        self._facts = facts
        self._styles = styles

    def cleaned(self, wanted: Marks) -> list[Splice]:
        """Take our fills from cells that are not marked any more."""
        kept = {self._facts.cells[place].start for place in wanted if place in self._facts.cells}
        return [
            self._restyled(tag, self._styles.plain)
            for tag in self._facts.ours
            if tag.start not in kept
        ]

    def set(self, place: tuple[int, int], mark: Mark) -> list[Splice]:
        """Mark a cell that is there, or make it in a row that is there."""
        row, column = place
        facts = self._facts
        if tag := facts.cells.get(place):
            return [self._restyled(tag, lambda style: self._styles.marked(style, mark))]
        row_tag = facts.rows.get(row)
        if row_tag is None or row_tag.empty:
            return []
        cell = self._new_cell(row, column, row_tag, mark)
        at = facts.next_cell.get(place, facts.row_ends[row])
        return [(at, at, cell)]

    def new_rows(self, wanted: Marks) -> list[Splice]:
        """Make the rows that are missing or hold nothing, with their marked cells."""
        facts = self._facts
        by_row: dict[int, dict[int, Mark]] = {}
        for (row, column), mark in sorted(wanted.items()):
            tag = facts.rows.get(row)
            if tag is None or tag.empty:
                by_row.setdefault(row, {})[column] = mark
        made = []
        for row, cells in by_row.items():
            tag = facts.rows.get(row)
            inner = b"".join(self._new_cell(row, c, tag, mark) for c, mark in cells.items())
            made.append(self._new_row(row, tag, inner))
        return self._in_data(made)

    def _new_row(self, row: int, tag: Tag | None, inner: bytes) -> Splice:
        name = self._facts.prefix + b"row"
        if tag is None:
            at = self._facts.next_row.get(row, self._facts.data_end)
            return at, at, b'<%b r="%d">%b</%b>' % (name, row, inner, name)
        opened = without_attribute(self._data[tag.start : tag.end], "spans")
        opened = opened[:-2].rstrip() + b">"
        return tag.start, tag.end, opened + inner + b"</" + name + b">"

    def _in_data(self, made: list[Splice]) -> list[Splice]:
        """Open <sheetData/> where the sheet has no rows at all."""
        tag = self._facts.data_tag
        if tag is None or not tag.empty or not made:
            return made
        name = self._facts.prefix + b"sheetData"
        rows = b"".join(put for _, _, put in made)
        return [(tag.start, tag.end, b"<" + name + b">" + rows + b"</" + name + b">")]

    def _new_cell(self, row: int, column: int, row_tag: Tag | None, mark: Mark) -> bytes:
        own = row_tag.attributes if row_tag else {}
        custom = own.get("customFormat") in ("1", "true")
        style = _number(own.get("s")) if custom else self._facts.column_style(column)
        words = f'{column_letter(column)}{row}" s="{self._styles.marked(style, mark)}'
        return b"<" + self._facts.prefix + b'c r="' + words.encode() + b'"/>'

    def _restyled(self, tag: Tag, change: Callable[[int], int]) -> Splice:
        style = change(_number(tag.attributes.get("s")))
        written = with_attribute(self._data[tag.start : tag.end], "s", str(style))
        return tag.start, tag.end, written


def _number(text: str | None) -> int:
    """Return a whole number of at most seven digits, 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


def _column_of(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference)
    return column_number(found[1]) if found else 0
