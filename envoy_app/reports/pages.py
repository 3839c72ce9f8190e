"""Pictures of a PDF's pages, for the preview and the printer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import pypdfium2

from envoy_app.domain.errors import InputError

POINTS_PER_INCH = 72
# PDFium is not safe to call from two threads, not even on two documents.
_pdfium = Lock()


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
    with _pdfium, _opened(pdf) as document:
        return len(document)


def page_images(pdf: Path, dpi: float) -> Iterator[PageImage]:
    """Yield the pages in order, drawn one at a time so that memory holds only one.

    Raises:
        InputError: the file is missing or no PDF.
    """
    with _pdfium:
        document = _opened(pdf)
        count = len(document)
    try:
        for index in range(count):
            with _pdfium:
                image = _drawn(document, index, dpi)
            yield image
    finally:
        with _pdfium:
            document.close()


def _drawn(document: pypdfium2.PdfDocument, index: int, dpi: float) -> PageImage:
    page = document[index]
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True)
    try:
        return PageImage(bitmap.width, bitmap.height, _rgb(bitmap))
    finally:
        bitmap.close()
        page.close()


def _rgb(bitmap: pypdfium2.PdfBitmap) -> bytes:
    line = bitmap.width * bitmap.n_channels
    buffer = bytes(bitmap.buffer)
    tops = range(0, bitmap.stride * bitmap.height, bitmap.stride)
    return b"".join(buffer[top : top + line] for top in tops)


def _opened(pdf: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except (FileNotFoundError, pypdfium2.PdfiumError) as error:
        raise InputError(f"打不开 PDF 文件“{pdf.name}”，请重新打印生成。") from error
