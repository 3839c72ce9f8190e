"""What a file is by its content, whatever its name says, and the reader for it."""

from __future__ import annotations

import re
from collections.abc import Callable

from envoy_app.io.reading.output import Output, Refused
from envoy_app.io.reading.package import Package

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "word"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"SQLite format 3", "not-a-workbook"),
    (b"\x09\x00\x04\x00", "old-excel"),
    (b"\x09\x02\x06\x00", "old-excel"),
    (b"\x09\x04\x06\x00", "old-excel"),
    (b"\x09\x08\x08\x00", "old-excel"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style)[\s>]", re.IGNORECASE)
_HEAD = 4096


def read(content: bytes, output: Output) -> None:
    """Write all sheets of a file. Raises Refused, or whatever a reader meets in damaged input."""
    if not content.strip(b"\0 \r\n\t"):
        raise Refused("empty")
    _reader(content)(content, output)


def _reader(content: bytes) -> Callable[[bytes, Output], None]:
    if content.startswith(b"PK"):
        return _read_package
    if content.startswith(_OLE):
        from envoy_app.io.reading import compound

        return compound.read
    for magic, reason in _MAGIC:
        if content.startswith(magic) and not (magic == b"BM" and b"\0" not in content[:64]):
            raise Refused(reason)
    return _read_text


def _read_package(content: bytes, output: Output) -> None:
    from envoy_app.io.reading import ooxml

    package = Package(content)
    part = ooxml.main_part(package)
    if part.startswith("word/"):
        raise Refused("word")
    if part.endswith(".bin"):
        from envoy_app.io.reading import binary_book

        binary_book.read(content, package, part, output)
    elif part.startswith("xl/") or part.endswith("workbook.xml"):
        ooxml.read(package, part, output)
    else:
        _read_other_package(package, output)


def _read_other_package(package: Package, output: Output) -> None:
    if package.has("content.xml"):
        from envoy_app.io.reading import opendoc

        opendoc.read(package, output)
        return
    names = package.names
    if any(name.startswith("word/") for name in names):
        raise Refused("word")
    if any(name.startswith("ppt/") for name in names):
        raise Refused("slides")
    if any(name.startswith("xl/") or name == "[content_types].xml" for name in names):
        raise Refused("not-a-workbook")
    raise Refused("archive")


def _read_text(content: bytes, output: Output) -> None:
    from envoy_app.io.reading import encodings

    text = encodings.decoded(content)
    head = text[:_HEAD].lstrip()
    if head.startswith("MIME-Version:") or "\nMIME-Version:" in head[:500]:
        raise Refused("web-archive")
    if head.startswith("<?xml") or head.startswith("<Workbook") or head.startswith("<office:"):
        if _read_xml(text, head, output):
            return
    if _HTML.search(head) and head.startswith("<"):
        from envoy_app.io.reading import html_tables

        html_tables.read(text, "", output)
        return
    from envoy_app.io.reading import text_table

    text_table.read(text, "", output)


def _read_xml(text: str, head: str, output: Output) -> bool:
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        from envoy_app.io.reading import spreadsheetml

        spreadsheetml.read(text, output)
        return True
    if "opendocument:xmlns:office" in head and "<office:document" in head:
        from envoy_app.io.reading import opendoc

        opendoc.read_flat(text, output)
        return True
    if "Word.Document" in head or "/wordprocessingml/" in head or "office:word" in head:
        if "<html" not in head.lower():
            raise Refused("word")
    if "<html" not in head.lower() and "<table" not in head.lower():
        raise Refused("not-a-workbook")
    return False
