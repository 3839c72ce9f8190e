"""Worksheets written as XML, row by row: little memory, every text a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape

from openpyxl.utils.datetime import to_excel

from envoy_app.domain.findings import Raw
from envoy_app.domain.sheets import Area, column_letter
from envoy_app.io.marking.xml_splice import text_of
from envoy_app.io.workbooks.safe_text import clean_text

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
).encode()
TAIL = b"</worksheet>"
Styled = tuple[Raw, int]


def cell_xml(row: int, column: int, value: Raw, style: int) -> bytes:
    """Return one cell; a text is written inline, so that nothing of it is ever calculated."""
    words = f'<c r="{column_letter(column)}{row}" s="{style}"'.encode()
    if value is None or value == "":
        return words + b"/>"
    if isinstance(value, bool):
        return words + b' t="b"><v>%d</v></c>' % value
    if isinstance(value, int | float):
        return words + f"><v>{value!r}</v></c>".encode()
    if isinstance(value, date | time):
        serial = to_excel(value)  # type: ignore[no-untyped-call]  # openpyxl leaves it untyped
        return words + f"><v>{serial!r}</v></c>".encode()
    text = text_of(clean_text(value))
    return words + b' t="inlineStr"><is><t xml:space="preserve">' + text + b"</t></is></c>"


def row_xml(row: int, cells: Iterable[tuple[int, Styled]], words: str = "") -> bytes:
    """Return one row of (column, (value, style)); `words` are further attributes."""
    inner = b"".join(cell_xml(row, column, *styled) for column, styled in cells)
    return f'<row r="{row}"{words}>'.encode() + inner + b"</row>"


def widths_xml(widths: Mapping[int, float] | Sequence[float]) -> bytes:
    """Return the widths of columns in characters; a sequence begins with the first column."""
    pairs = widths.items() if isinstance(widths, Mapping) else enumerate(widths, 1)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
        for number, width in pairs
    )
    return f"<cols>{columns}</cols>".encode() if columns else b""


def merges_xml(areas: Sequence[Area]) -> bytes:
    """Return merged ranges."""
    if not areas:
        return b""
    ranges = "".join(
        f'<mergeCell ref="{column_letter(a.first_column)}{a.first_row}:'
        f'{column_letter(a.last_column)}{a.last_row}"/>'
        for a in areas
    )
    return f'<mergeCells count="{len(areas)}">{ranges}</mergeCells>'.encode()


def attribute(text: str) -> str:
    """Return text for use between double quotes."""
    return escape(text, {'"': "&quot;"})


def is_moment(value: Raw) -> bool:
    """Whether a value is a date with a time."""
    return isinstance(value, datetime) and value.time() != time()
