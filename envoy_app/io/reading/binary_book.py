"""Parts of .xlsb ([MS-XLSB]) that tell formats, hidden rows and sheets, errors, merges."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from envoy_app.io.reading.marks import BookMarks, CellCount, SheetMarks
from envoy_app.io.reading.numbers import BUILTIN_FORMATS, ERRORS
from envoy_app.io.reading.ooxml import links
from envoy_app.io.reading.output import GENERAL, MAX_ROWS, Output, Refused
from envoy_app.io.reading.package import Package

_ROW, _CELL_ERROR, _FORMULA_ERROR, _RICH_STRING = 0, 3, 11, 62
_CELLS = frozenset({*range(1, 12), _RICH_STRING})
_FORMAT, _XF, _BEGIN_XFS, _END_XFS = 44, 47, 617, 618
_WORKBOOK_SETTINGS, _SHEET, _MERGED = 153, 156, 176
_HIDDEN, _OWN_HEIGHT = 0x10, 0x20
_MAX_PART = 200 * 1024 * 1024


def read(content: bytes, package: Package, part: str, output: Output) -> None:
    """Write all sheets of an .xlsb. Raises Refused."""
    from envoy_app.io.reading import calamine_book

    try:
        marks = _marks(package, part)
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("hidden-unknown") from error
    calamine_book.write(content, marks, output)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and data of each record (2.1.4: kind and length vary in size)."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if at + length > end:
            raise Refused("damaged")
        yield kind, data[at : at + length]
        at += length


def _marks(package: Package, part: str) -> BookMarks:
    book = BookMarks()
    related = links(package, part)
    paths: list[str] = []
    for kind, data in _records(package.read(part, _MAX_PART)):
        if kind == _WORKBOOK_SETTINGS:
            book.date1904 = bool(data[0] & 1)
        elif kind == _SHEET:
            (state,) = struct.unpack_from("<I", data)
            link, at = _text(data, 8)
            name, _ = _text(data, at)
            target = related.get(link)
            if target is None:
                raise Refused("damaged")
            paths.append(target.target)
            book.sheets.append(SheetMarks(name, bool(state), target.kind == "worksheet"))
    for target in related.values():
        if target.kind == "styles" and package.has(target.target):
            book.formats = _formats(package.read(target.target, _MAX_PART))
    count = CellCount()
    for sheet, path in zip(book.sheets, paths, strict=True):
        if sheet.worksheet:
            _read_sheet(package.read(path, _MAX_PART), sheet, count)
    return book


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Return a string that a 32-bit count of characters leads, and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise Refused("damaged")
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def _formats(part: bytes) -> list[str]:
    own: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    for kind, data in _records(part):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (_BEGIN_XFS, _END_XFS):
            inside = kind == _BEGIN_XFS
        elif kind == _XF and inside:
            styles.append(struct.unpack_from("<H", data, 2)[0])
    return [own.get(item) or BUILTIN_FORMATS.get(item, GENERAL) for item in styles]


def _read_sheet(part: bytes, sheet: SheetMarks, count: CellCount) -> None:
    row = 0
    for kind, data in _records(part):
        if kind in _CELLS:
            column, style = struct.unpack_from("<II", data)
            count.add()
            sheet.add_cell(row, column, style & 0xFFFFFF)
            if kind in (_CELL_ERROR, _FORMULA_ERROR):
                sheet.add_fault(row, column, ERRORS.get(data[8], "#ERR!"))
        elif kind == _ROW:
            (row,) = struct.unpack_from("<I", data)
            if row >= MAX_ROWS:
                raise Refused("out-of-range")
            height, flags = struct.unpack_from("<HxB", data, 8)
            if flags & _HIDDEN or (flags & _OWN_HEIGHT and not height):
                sheet.hidden_rows.add(row)
        elif kind == _MERGED:
            sheet.add_merged(*struct.unpack_from("<IIII", data))
