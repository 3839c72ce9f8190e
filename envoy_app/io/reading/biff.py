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
_BIFF5, _BIFF8 = 0x500, 0x600
_HIDDEN, _OWN_HEIGHT = 0x20, 0x40
_SHEET_KINDS = (0x00, 0x10)  # 0 is a worksheet; 0x10 was seen from writers that mean one


def marks(stream: bytes) -> BookMarks:
    """Return the marks of a workbook stream.

    Raises Refused: "encrypted", "old-excel" before BIFF5, "hidden-unknown" where records break.
    """
    try:
        return _marks(stream)
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("hidden-unknown") from error


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at, last = start, len(stream) - 4
    while at <= last:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise Refused("damaged")
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


class _Globals:
    """The records before the sheets: their places, number formats, cell styles."""

    def __init__(self) -> None:
        self.version = 0
        self.book = BookMarks()
        self.offsets: list[int] = []
        self._own: dict[int, str] = {}
        self._styles: list[int] = []

    def read(self, stream: bytes) -> None:
        for kind, data in _records(stream, 0):
            if kind == _EOF:
                break
            if kind == _BOF:
                self.version = self.version or struct.unpack_from("<H", data)[0]
            elif kind == _FILEPASS:
                raise Refused("encrypted")
            else:
                self._take(kind, data)
        formats = {**BUILTIN_FORMATS, **{k: v for k, v in self._own.items() if v}}
        self.book.formats = [formats.get(item, GENERAL) for item in self._styles]

    def _take(self, kind: int, data: bytes) -> None:
        if kind == _DATE1904:
            self.book.date1904 = bool(struct.unpack_from("<H", data)[0])
        elif kind == _BOUNDSHEET:
            offset, state, sheet_kind = struct.unpack_from("<IBB", data)
            self.offsets.append(offset)
            worksheet = sheet_kind in _SHEET_KINDS
            self.book.sheets.append(SheetMarks("", bool(state & 3), worksheet))
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", data)
            self._own[number] = _format(data[2:], self.version)
        elif kind == _XF:
            self._styles.append(struct.unpack_from("<H", data, 2)[0])


def _marks(stream: bytes) -> BookMarks:
    found = _Globals()
    found.read(stream)
    if found.version < _BIFF5:
        raise Refused("old-excel")
    count = CellCount()
    for sheet, offset in zip(found.book.sheets, found.offsets, strict=True):
        if sheet.worksheet:
            _read_sheet(stream, offset, sheet, count)
    return found.book


def _format(data: bytes, version: int) -> str:
    if version < _BIFF8:
        return data[1 : 1 + data[0]].decode("gb18030", "replace")
    (length,) = struct.unpack_from("<H", data)
    if data[2] & 1:
        return data[3 : 3 + 2 * length].decode("utf-16-le", "replace")
    return data[3 : 3 + length].decode("latin-1")


def _read_sheet(stream: bytes, offset: int, sheet: SheetMarks, count: CellCount) -> None:
    depth = 0  # a chart inside a sheet is a substream of its own
    for kind, data in _records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            _read_record(kind, data, sheet, count)


def _read_record(kind: int, data: bytes, sheet: SheetMarks, count: CellCount) -> None:
    if kind in _CELLS:
        row, column, style = struct.unpack_from("<HHH", data)
        count.add()
        sheet.add_cell(row, column, style)
        if fault := _fault(data[6:14], kind):
            sheet.add_fault(row, column, fault)
    elif kind == _ROW:
        row, height, flags = struct.unpack_from("<H4xH4xH", data)
        if flags & _HIDDEN or (flags & _OWN_HEIGHT and not height & 0x7FFF):
            sheet.hidden_rows.add(row)
    elif kind in (_MULTIPLE_RK, _MULTIPLE_BLANK):
        row, column = struct.unpack_from("<HH", data)
        size = 6 if kind == _MULTIPLE_RK else 2
        for index in range((len(data) - 6) // size):
            count.add()
            style = struct.unpack_from("<H", data, 4 + index * size)[0]
            sheet.add_cell(row, column + index, style)
    elif kind == _MERGED:
        for index in range(struct.unpack_from("<H", data)[0]):
            sheet.add_merged(*struct.unpack_from("<HHHH", data, 2 + index * 8))


def _fault(data: bytes, kind: int) -> str:
    """Return the error text that a BOOLERR or FORMULA record holds, "" for none."""
    if kind == _BOOLERR:
        return ERRORS.get(data[0], "#ERR!") if data[1] else ""
    if kind in _FORMULA and data[6:8] == b"\xff\xff" and data[0] == 2:
        return ERRORS.get(data[2], "#ERR!")
    return ""
