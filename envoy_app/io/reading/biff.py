"""Records of .xls ([MS-XLS], BIFF5 and BIFF8) that tell formats, hidden rows, errors, merges."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from envoy_app.io.reading.marks import BookMarks, CellCount, SheetMarks
from envoy_app.io.reading.numbers import BUILTIN_FORMATS, ERRORS
from envoy_app.io.reading.output import GENERAL, Refused

_EOF, _FILEPASS, _DATE1904, _BOUNDSHEET = 0x0A, 0x2F, 0x22, 0x85
_BOF, _FORMAT, _XF, _ROW, _MERGED = 0x809, 0x41E, 0xE0, 0x208, 0xE5
_FORMULA = frozenset({0x06, 0x206, 0x406})
_BOOLERR, _MULTIPLE_RK, _MULTIPLE_BLANK = 0x205, 0xBD, 0xBE
_CELLS = frozenset({0x201, 0x203, 0x204, 0x27E, 0xFD, 0xD6, _BOOLERR}) | _FORMULA
_BIFF8 = 0x600
_HIDDEN = 0x20
_SHEET_KINDS = (0x00, 0x10)  # 0 is a worksheet; 0x10 was seen from writers that mean one

Record = tuple[int, int, int]  # kind, where its data begins, length


def marks(stream: bytes) -> BookMarks:
    """Return the marks of a workbook stream.

    Raises Refused: "encrypted", "old-excel" before BIFF5, "hidden-unknown" where records break.
    """
    try:
        return _marks(stream)
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("hidden-unknown") from error


def _records(stream: bytes, start: int) -> Iterator[Record]:
    at, last = start, len(stream) - 4
    while at <= last:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise Refused("damaged")
        yield kind, at + 4, length
        at += 4 + length


def _marks(stream: bytes) -> BookMarks:
    book = BookMarks()
    offsets: list[int] = []
    own: dict[int, str] = {}
    styles: list[int] = []
    version = 0
    for kind, at, length in _records(stream, 0):
        if kind == _BOF and not version:
            (version,) = struct.unpack_from("<H", stream, at)
        elif kind == _FILEPASS:
            raise Refused("encrypted")
        elif kind == _DATE1904:
            book.date1904 = bool(struct.unpack_from("<H", stream, at)[0])
        elif kind == _BOUNDSHEET:
            offset, state, sheet_kind = struct.unpack_from("<IBB", stream, at)
            offsets.append(offset)
            worksheet = sheet_kind in _SHEET_KINDS
            book.sheets.append(SheetMarks("", bool(state & 3), worksheet))
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", stream, at)
            own[number] = _format(stream[at + 2 : at + length], version)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", stream, at + 2)[0])
        elif kind == _EOF:
            break
    if version < 0x500:
        raise Refused("old-excel")
    book.formats = [own.get(item) or BUILTIN_FORMATS.get(item, GENERAL) for item in styles]
    count = CellCount()
    for sheet, offset in zip(book.sheets, offsets, strict=True):
        if sheet.worksheet:
            _read_sheet(stream, offset, sheet, count)
    return book


def _format(data: bytes, version: int) -> str:
    if version < _BIFF8:
        return data[1 : 1 + data[0]].decode("gb18030", "replace")
    (length,) = struct.unpack_from("<H", data)
    if data[2] & 1:
        return data[3 : 3 + 2 * length].decode("utf-16-le", "replace")
    return data[3 : 3 + length].decode("latin-1")


def _read_sheet(stream: bytes, offset: int, sheet: SheetMarks, count: CellCount) -> None:
    depth = 0  # a chart inside a sheet is a substream of its own
    for kind, at, length in _records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            _read_record(stream, kind, at, length, sheet, count)


def _read_record(
    stream: bytes, kind: int, at: int, length: int, sheet: SheetMarks, count: CellCount
) -> None:
    if kind in _CELLS:
        row, column, style = struct.unpack_from("<HHH", stream, at)
        count.add()
        sheet.add_cell(row, column, style)
        if kind == _BOOLERR or kind in _FORMULA:
            if fault := _fault(stream[at + 6 : at + 14], kind):
                sheet.add_fault(row, column, fault)
    elif kind == _ROW:
        row, height, flags = struct.unpack_from("<H4xH4xH", stream, at)
        if flags & _HIDDEN or height & 0x7FFF == 0:
            sheet.hidden_rows.add(row)
    elif kind in (_MULTIPLE_RK, _MULTIPLE_BLANK):
        row, column = struct.unpack_from("<HH", stream, at)
        size = 6 if kind == _MULTIPLE_RK else 2
        for index in range((length - 6) // size):
            count.add()
            style = struct.unpack_from("<H", stream, at + 4 + index * size)[0]
            sheet.add_cell(row, column + index, style)
    elif kind == _MERGED:
        for index in range(struct.unpack_from("<H", stream, at)[0]):
            sheet.add_merged(*struct.unpack_from("<HHHH", stream, at + 2 + index * 8))


def _fault(data: bytes, kind: int) -> str:
    """Return the error text that a BOOLERR or FORMULA record holds, "" for none."""
    if kind == _BOOLERR:
        return ERRORS.get(data[0], "#ERR!") if data[1] else ""
    if data[6:8] == b"\xff\xff" and data[0] == 2:
        return ERRORS.get(data[2], "#ERR!")
    return ""
