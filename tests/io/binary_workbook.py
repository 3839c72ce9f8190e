"""A small .xlsb made by hand: nothing here can write one ([MS-XLSB] 2.1 and 2.4)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(data)
    while size > 127:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + data


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    head = struct.pack("<IIHBBBI", number, 0, 300, 0, 0x10 if hidden else 0, 0, 0)
    return record(0, head) + b"".join(cells)


def text_cell(column: int, value: str) -> bytes:
    return record(6, struct.pack("<II", column, 0) + text(value))


def number_cell(column: int, value: float, style: int) -> bytes:
    return record(5, struct.pack("<IId", column, style, value))


def error_cell(column: int, code: int) -> bytes:
    return record(3, struct.pack("<IIB", column, 0, code))


def sheet(rows: Sequence[bytes], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    ranges = b"".join(record(176, struct.pack("<IIII", *bounds)) for bounds in merged)
    dimension = record(148, struct.pack("<IIII", 0, 99, 0, 9))
    body = record(145) + b"".join(rows) + record(146)
    return record(129) + dimension + body + record(177) + ranges + record(178) + record(130)


def workbook(sheets: Sequence[tuple[str, int, bytes]], formats: Sequence[int]) -> bytes:
    """Return the file; a sheet is its name, its state (1 hidden) and its part."""
    listed, links, parts = b"", "", {}
    for number, (name, state, data) in enumerate(sheets, 1):
        listed += record(156, struct.pack("<II", state, number) + text(f"r{number}") + text(name))
        target = f"worksheets/sheet{number}.bin"
        links += f'<Relationship Id="r{number}" Type="{_TYPES}/worksheet" Target="{target}"/>'
        parts[f"xl/{target}"] = data
    links += f'<Relationship Id="s" Type="{_TYPES}/styles" Target="styles.bin"/>'
    styles = b"".join(record(47, struct.pack("<HH12x", 0, number)) for number in formats)
    opened = record(131) + record(153, bytes(12)) + record(143)
    parts |= {
        "xl/workbook.bin": opened + listed + record(144) + record(132),
        "xl/styles.bin": record(617, struct.pack("<I", len(formats))) + styles + record(618),
        "xl/_rels/workbook.bin.rels": _LINKS.format(links).encode(),
        "_rels/.rels": _LINKS.format(
            f'<Relationship Id="r" Type="{_TYPES}/officeDocument" Target="xl/workbook.bin"/>'
        ).encode(),
        "[Content_Types].xml": b"<Types/>",
    }
    target_file = io.BytesIO()
    with zipfile.ZipFile(target_file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target_file.getvalue()
