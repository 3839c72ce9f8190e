"""Saving a workbook so that the same content gives the same bytes."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

PROGRAM = "特派员排班"
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def new_workbook(made: datetime) -> Workbook:
    """Return a workbook without sheets that says who made it and when."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = PROGRAM
    book.properties.created = made.astimezone(UTC).replace(tzinfo=None)
    return book


def save_workbook(book: Workbook, path: Path, made: datetime) -> None:
    """Write a workbook; nothing in it tells the moment of writing but `made`.

    Raises OSError where the file cannot be written.
    """
    memory = BytesIO()
    book.save(memory)
    stamp = f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    moment = made.timetuple()[:6] if made.year >= 1980 else (1980, 1, 1, 0, 0, 0)
    with (
        zipfile.ZipFile(memory) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            data = source.read(item)
            if item.filename == _CORE:
                data = _MODIFIED.sub(rb"\g<1>" + stamp, data)
            entry = zipfile.ZipInfo(item.filename, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
