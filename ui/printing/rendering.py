"""Turns PDFs into pictures off the UI thread: for the preview, and onto paper."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter

from envoy_app.domain.errors import Cancelled, EnvironmentProblem
from ui.jobs import JobHandle, Progress

if TYPE_CHECKING:
    from envoy_app.services.printing import PageImage, PrintService

# PDFium may be in one thread at a time only; jobs that were replaced may still be drawing.
_pdfium = threading.Lock()
PRINT_DPI_LEAST = 200
PRINT_DPI_MOST = 300
MEASURE_DPI = 18


@dataclass(frozen=True, slots=True)
class Paper:
    """A page drawn for the preview: its size in inches and its picture as PNG."""

    width: float
    height: float
    png: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF: how many pages, and the first page's size in inches."""

    path: Path
    pages: int
    width: float
    height: float


@dataclass
class Drawn:
    """Pages drawn so far, in order; filled by one thread, read by another."""

    dpi: float
    pages: list[Paper] = field(default_factory=list)


def each_page(service: PrintService, pdf: Path, dpi: float) -> Generator[PageImage]:
    """Yield the pages of a PDF, never while another thread draws one."""
    pages = cast("Generator[PageImage]", service.pages(pdf, dpi))
    try:
        while True:
            with _pdfium:
                page = next(pages, None)
            if page is None:
                return
            yield page
    finally:
        with _pdfium:
            pages.close()


def make_document(service: PrintService, pdf: Path) -> Document:
    """Measure a PDF; raises InputError where it cannot be read."""
    with _pdfium:
        count = service.page_count(pdf)
    with closing(each_page(service, pdf, MEASURE_DPI)) as pages:
        first = next(pages, None)
    width, height = (first.width, first.height) if first else (297, 210)
    return Document(pdf, count, width / MEASURE_DPI, height / MEASURE_DPI)


def draw_pages(service: PrintService, document: Document, drawn: Drawn, handle: JobHandle) -> None:
    """Draw all pages for the preview into `drawn`, telling after each; stops when cancelled."""
    for page in each_page(service, document.path, drawn.dpi):
        handle.raise_if_cancelled()
        png = _png(_image(page))
        drawn.pages.append(Paper(page.width / drawn.dpi, page.height / drawn.dpi, png))
        handle.report(Progress(len(drawn.pages), document.pages))


def print_document(
    service: PrintService, document: Document, printer: QPrinter, handle: JobHandle
) -> int:
    """Draw a PDF's pages onto a printer and return how many were sent.

    Each page keeps its direction (portrait or landscape) and fills the printable area. Heeds the
    dialog's page range. Raises EnvironmentProblem where the printer does not start, Cancelled
    where the user stopped; pages sent by then may still come out.
    """
    wanted = _wanted(printer, document.pages)
    dpi = max(PRINT_DPI_LEAST, min(PRINT_DPI_MOST, printer.resolution()))
    painter = QPainter()
    sent = 0
    try:
        for number, page in enumerate(each_page(service, document.path, dpi), start=1):
            if handle.cancelled():
                printer.abort()
                raise Cancelled
            if number not in wanted:
                continue
            _send(painter, printer, _image(page))
            sent += 1
            handle.report(Progress(sent, len(wanted), f"第 {number} 页"))
    finally:
        if painter.isActive():
            painter.end()
    return sent


def _wanted(printer: QPrinter, pages: int) -> range:
    first, last = printer.fromPage() or 1, printer.toPage() or pages
    return range(first, min(last, pages) + 1)


def _send(painter: QPainter, printer: QPrinter, image: QImage) -> None:
    wide = image.width() > image.height()
    direction = QPageLayout.Orientation
    printer.setPageOrientation(direction.Landscape if wide else direction.Portrait)
    started = painter.isActive()
    if not (printer.newPage() if started else painter.begin(printer)):
        raise EnvironmentProblem(
            f"打印机“{printer.printerName()}”没有响应，请检查它是否开机、联机，再打印一次。"
        )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    area = painter.viewport()
    scale = min(area.width() / image.width(), area.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    left, top = (area.width() - width) / 2, (area.height() - height) / 2
    painter.drawImage(QRectF(left, top, width, height), image)


def _image(page: PageImage) -> QImage:
    line = 3 * page.width
    kind = QImage.Format.Format_RGB888
    # A copy: QImage does not own the bytes it is given.
    return QImage(page.data, page.width, page.height, line, kind).copy()


def _png(image: QImage) -> bytes:
    # Pages are mostly white: a PNG takes a twentieth, so a long document fits in memory.
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(store.data())
