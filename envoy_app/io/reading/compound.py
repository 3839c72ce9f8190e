"""OLE compound files: .xls and .et, and what else hides in this container ([MS-CFB])."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator

from envoy_app.io.reading.output import Output, Refused

_END = 0xFFFFFFFA  # this and above are no sectors
_FOREIGN = {
    "encryptedpackage": "encrypted",
    "worddocument": "word",
    "powerpoint document": "slides",
    "wps": "word",
    "matost": "not-a-workbook",
}


class Compound:
    """The streams of a compound file, by their names in lower case.

    Every chain of sectors is followed at most as often as the file has sectors.
    """

    def __init__(self, content: bytes) -> None:
        """Read the directory. Raises Refused ("damaged")."""
        try:
            self._open(content)
        except (struct.error, IndexError, ValueError, OverflowError) as error:
            raise Refused("damaged") from error

    def _open(self, content: bytes) -> None:
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Refused("damaged")
        self._size = 1 << shift
        (directory,) = struct.unpack_from("<I", content, 48)
        self._cutoff, mini_fat = struct.unpack_from("<II", content, 56)
        self._fat = self._table(self._fat_sectors())
        self._mini_fat = self._table(self._chain(mini_fat))
        self._mini = b""
        self._entries = dict(self._directory(self._join(self._chain(directory))))

    def _fat_sectors(self) -> Iterator[int]:
        yield from struct.unpack_from("<109I", self._content, 76)
        (next_sector,) = struct.unpack_from("<I", self._content, 68)
        for _ in range(len(self._content) // self._size):
            if next_sector >= _END:
                return
            *sectors, next_sector = struct.unpack(f"<{self._size // 4}I", self._sector(next_sector))
            yield from sectors

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        data = self._content[start : start + self._size]
        return data.ljust(self._size, b"\0")  # the last one may be cut short

    def _table(self, sectors: Iterator[int]) -> array[int]:
        table = array("I")
        most = len(self._content) // self._size + 1
        for sector in sectors:
            if sector < _END and sector <= most:
                table.frombytes(self._sector(sector))
            if len(table) > len(self._content):
                raise Refused("damaged")
        return table

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(len(self._fat)):
            if sector >= len(self._fat):
                return
            yield sector
            sector = self._fat[sector]

    def _join(self, sectors: Iterator[int]) -> bytes:
        return b"".join(map(self._sector, sectors))

    def _directory(self, data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(data) - 127, 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            start, size = struct.unpack_from("<II", data, at + 116)
            name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                self._mini = self._join(self._chain(start))[:size]
            elif kind == 2:
                yield name.lower(), (start, size)

    def has(self, name: str) -> bool:
        """Tell whether there is such a stream."""
        return name in self._entries

    def stream(self, name: str) -> bytes:
        """Return a stream's bytes. Raises KeyError where there is none."""
        start, size = self._entries[name]
        if size >= self._cutoff:
            return self._join(self._chain(start))[:size]
        parts = []
        for _ in range(len(self._mini_fat)):
            if start >= len(self._mini_fat):
                break
            parts.append(self._mini[start * 64 : start * 64 + 64])
            start = self._mini_fat[start]
        return b"".join(parts)[:size]


def read(content: bytes, output: Output) -> None:
    """Write all sheets of an .xls or .et. Raises Refused with what else the file is."""
    compound = Compound(content)
    name = next((name for name in ("workbook", "book") if compound.has(name)), "")
    if not name:
        found = (reason for stream, reason in _FOREIGN.items() if compound.has(stream))
        raise Refused(next(found, "not-a-workbook"))
    from envoy_app.io.reading import biff, calamine_book

    marks = biff.marks(compound.stream(name))
    del compound
    calamine_book.write(content, marks, output)
