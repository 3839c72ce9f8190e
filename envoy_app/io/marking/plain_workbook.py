"""Sheets of another format (.xls, .ods, .csv, pasted) as a plain .xlsx: cells, merges, widths."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from io import BytesIO

from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE

from envoy_app.domain.findings import Raw
from envoy_app.domain.sheets import Cell, Sheet
from envoy_app.io.marking.sheet_xml import (
    HEAD,
    TAIL,
    attribute,
    is_moment,
    merges_xml,
    row_xml,
    widths_xml,
)
from envoy_app.io.marking.style_marks import EMPTY_STYLES, Styles

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]")
_MEASURED_ROWS = 300
_DATE, _MOMENT, _TIME, _TEXT = 14, 22, 20, 49  # built-in number formats
_FIRST_OWN = 164  # the first number a format may have that is not built in


def sheet_names(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Return names that Excel takes for the sheets, in their order, no two the same."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, 1):
        base = _FORBIDDEN.sub("_", sheet.name).strip("' ")[:_LONGEST_NAME] or f"工作表{number}"
        name, count = base, 2
        while name.casefold() in {known.casefold() for known in names}:
            name = f"{base[: _LONGEST_NAME - 4]}({count})"
            count += 1
        names.append(name)
    return tuple(names)


def plain_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as an .xlsx file."""
    styles = _Formats(sheets)
    names = sheet_names(sheets)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:

        def put(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)

        put("[Content_Types].xml", _content_types(len(sheets)))
        put("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        put("xl/workbook.xml", _workbook(sheets, names))
        parts = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        put("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")]))
        for number, sheet in enumerate(sheets, 1):
            put(f"xl/worksheets/sheet{number}.xml", b"".join(_sheet(sheet, styles)))
        put("xl/styles.xml", styles.styles.to_bytes())
    return target.getvalue()


class _Formats:
    """The cell styles in use: number formats as they were, text kept text."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        cells = (c for sheet in sheets for row in sheet.rows.values() for c in row.values())
        used = dict.fromkeys(c.number_format for c in cells if not isinstance(c.value, str))
        own = [code for code in used if code not in BUILTIN_FORMATS_REVERSE]
        self._numbers = {code: _FIRST_OWN + place for place, code in enumerate(own)}
        self.styles = Styles(_with_formats(self._numbers))
        self._text = self.styles.add(number_format=_TEXT)
        self._quoted = self.styles.add(number_format=_TEXT, quoted=True)
        self._styles: dict[int, int] = {}

    def of(self, cell: Cell, value: Raw) -> int:
        """Return the style of a cell that holds a value."""
        if isinstance(value, str):
            return self._quoted if _FORMULA.match(value) else self._text
        number = self._numbers.get(cell.number_format)
        if number is None:
            number = BUILTIN_FORMATS_REVERSE.get(cell.number_format, 0)
        if number == 0 and isinstance(value, date | time):
            number = _MOMENT if is_moment(value) else _DATE if isinstance(value, date) else _TIME
        if number not in self._styles:
            self._styles[number] = self.styles.add(number_format=number) if number else 0
        return self._styles[number]


def _with_formats(numbers: Mapping[str, int]) -> bytes:
    """Return a styles part with these number formats."""
    items = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{attribute(code)}"/>'
        for code, number in numbers.items()
    )
    listed = f'<numFmts count="{len(numbers)}">{items}</numFmts>' if numbers else ""
    return EMPTY_STYLES.replace(b"<fonts", listed.encode() + b"<fonts", 1)


def _sheet(sheet: Sheet, formats: _Formats) -> Iterator[bytes]:
    yield HEAD
    yield widths_xml(_widths(sheet))
    yield b"<sheetData>"
    for number in sorted(sheet.rows):
        cells = ((c, _styled(cell, formats)) for c, cell in sorted(sheet.rows[number].items()))
        yield row_xml(number, cells, ' hidden="1"' if number in sheet.hidden_rows else "")
    yield b"</sheetData>"
    yield merges_xml(sheet.merged)
    yield TAIL


def _styled(cell: Cell, formats: _Formats) -> tuple[Raw, int]:
    value = cell.text if cell.fault else cell.value
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        value = str(value)
    return value, formats.of(cell, value)


def _widths(sheet: Sheet) -> Mapping[int, float]:
    """Guess widths from what the first rows hold; long texts are left to wrap."""
    longest: dict[int, int] = {}
    for number in sorted(sheet.rows)[:_MEASURED_ROWS]:
        merged = {a.first_column for a in sheet.merged if a.first_row == number}
        for column, cell in sheet.rows[number].items():
            if column not in merged:
                size = sum(2 if ord(letter) > 0x2E7F else 1 for letter in cell.text[:60])
                longest[column] = max(longest.get(column, 0), size)
    return {column: float(min(40, max(8, size + 2))) for column, size in sorted(longest.items())}


def _workbook(sheets: Sequence[Sheet], names: Sequence[str]) -> bytes:
    shown = next((n for n, sheet in enumerate(sheets) if not sheet.hidden), 0)
    items = "".join(
        f'<sheet name="{attribute(name)}" sheetId="{n}" r:id="rId{n}"'
        + (' state="hidden"' if sheet.hidden and n != shown + 1 else "")
        + "/>"
        for n, (sheet, name) in enumerate(zip(sheets, names, strict=True), 1)
    )
    views = f'<bookViews><workbookView activeTab="{shown}"/></bookViews>'
    root = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    return f"{_XML}{root}{views}<sheets>{items}</sheets></workbook>".encode()


def _relations(targets: Sequence[tuple[str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    root = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    return f"{_XML}{root}{items}</Relationships>".encode()


def _content_types(count: int) -> bytes:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, count + 1)]
    items = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in parts
    )
    defaults = (
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    root = f'<Types xmlns="{_PACKAGE}/content-types">'
    return f"{_XML}{root}{defaults}{items}</Types>".encode()
