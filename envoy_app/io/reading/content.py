"""What a file is by its content, whatever its name says, and the reader for it."""

from __future__ import annotations

import re
from collections.abc import Callable

from envoy_app.io.reading.output import Output, Refused
from envoy_app.io.reading.package import Package

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"%TSD-Header", "locked"),  # encryption software that offices must install
    (b"b\x14#e", "locked"),
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
BOOK, TEXT = "book", "text"


def read(content: bytes, output: Output) -> str:
    """Write all sheets of a file and return TEXT or BOOK.

    Raises Refused, or whatever a reader meets in damaged input.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise Refused("empty")
    if content.startswith(b"PK"):
        _read_package(content, output)
        return BOOK
    if content.startswith(_OLE):
        from envoy_app.io.reading import compound

        compound.read(content, output)
        return BOOK
    for magic, reason in _MAGIC:
        if content.startswith(magic) and not (magic == b"BM" and b"\0" not in content[:64]):
            raise Refused(reason)
    return _read_text(content, output)


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


def _read_text(content: bytes, output: Output) -> str:
    from envoy_app.io.reading import encodings, text_table

    text = encodings.decoded(content)
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if "MIME-Version:" in head[:500]:
        raise Refused("web-archive")
    reader = _markup_reader(head) if head.startswith("<") else None
    if reader:
        reader(text, output)
        return BOOK
    text_table.read(text, "", output)
    return TEXT


def _markup_reader(head: str) -> Callable[[str, Output], None] | None:
    """Return the reader for HTML or XML that begins so, None where it is neither."""
    from envoy_app.io.reading import html_tables, opendoc, spreadsheetml

    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<html" not in head.lower():
        return spreadsheetml.read
    if "<office:document" in head:
        return opendoc.read_flat
    if _HTML.search(head):
        return lambda text, output: html_tables.read(text, "", output)
    if "Word.Document" in head or "wordprocessingml" in head:
        raise Refused("word")
    if head.startswith("<?xml"):
        raise Refused("not-a-workbook")
    return None
