"""Pictures of a PDF's pages, for the preview and the printer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from envoy_app.domain.errors import InputError

POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as 24-bit RGB, rows from the top without padding: 3 × width × height bytes."""

    width: int
    height: int
    data: bytes


def page_count(pdf: Path) -> int:
    """Return the number of pages.

    Raises:
        InputError: the file is missing or no PDF.
    """
    with _opened(pdf) as document:
        return len(document)


def page_images(pdf: Path, dpi: float) -> Iterator[PageImage]:
    """Yield the pages in order, drawn one at a time so that memory holds only one.

    Raises:
        InputError: the file is missing or no PDF.
    """
    with _opened(pdf) as document:
        for page in document:
            bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True)
            try:
                yield PageImage(bitmap.width, bitmap.height, _rgb(bitmap))
            finally:
                bitmap.close()
                page.close()


def _rgb(bitmap: pypdfium2.PdfBitmap) -> bytes:
    line = bitmap.width * bitmap.n_channels
    buffer = bytes(bitmap.buffer)
    rows = (
        buffer[top : top + line] for top in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    )
    return b"".join(rows)


def _opened(pdf: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except (FileNotFoundError, pypdfium2.PdfiumError) as error:
        raise InputError(f"打不开 PDF 文件 “{pdf.name}”，请重新打印生成。") from error
