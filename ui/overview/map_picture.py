"""The map as a picture for reports and as a sheet of paper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgGenerator

from ui import theme
from ui.overview.legend import source_note
from ui.overview.map_widget import CountyMap

SIZE = QSize(1200, 900)
SHARPNESS = 2
"""Pixels of a picture for each of its points: sharp on paper too."""
EDGE, TITLE, FOOT = 24, 44, 60
PNG, SVG = ".png", ".svg"


def paint_sheet(painter: QPainter, map_: CountyMap, heading: str, notes: str) -> None:
    """Paint title, map, legend and notes on a light sheet of `SIZE` points."""
    with theme.on_paper():
        sheet = QRect(0, 0, SIZE.width(), SIZE.height())
        colours = theme.tokens()
        painter.fillRect(sheet, colours.surface)
        painter.setPen(colours.text)
        painter.setFont(_font(20, bold=True))
        inner = sheet.adjusted(EDGE, EDGE // 2, -EDGE, -EDGE // 2)
        title = QRect(inner.topLeft(), QSize(inner.width(), TITLE))
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, heading)
        copy = map_.twin(QSize(inner.width(), inner.height() - TITLE - FOOT))
        painter.save()
        painter.translate(inner.left(), inner.top() + TITLE)
        copy.paint_on(painter)
        painter.restore()
        copy.deleteLater()
        _paint_foot(painter, map_, QRect(inner.left(), inner.bottom() - FOOT, inner.width(), FOOT),
                    notes)  # fmt: skip


def _paint_foot(painter: QPainter, map_: CountyMap, room: QRect, notes: str) -> None:
    colours, left = theme.tokens(), float(room.left())
    painter.setFont(_font(14))
    metrics = painter.fontMetrics()
    if title := map_.picture.legend_title:
        painter.setPen(colours.muted)
        painter.drawText(int(left), room.top() + 8 + metrics.ascent(), title)
        left += metrics.horizontalAdvance(title) + 20
    for entry in map_.picture.legend:
        painter.setPen(QPen(colours.muted, 1))
        painter.setBrush(entry.brush())
        painter.drawRoundedRect(QRectF(left, room.top() + 8, 24, 16), 2, 2)
        painter.setPen(colours.text)
        painter.drawText(int(left) + 30, room.top() + 8 + metrics.ascent(), entry.text)
        left += 30 + metrics.horizontalAdvance(entry.text) + 20
    painter.setFont(_font(12))
    painter.setPen(colours.muted)
    low = Qt.AlignmentFlag.AlignBottom
    painter.drawText(room, low | Qt.AlignmentFlag.AlignLeft, source_note())
    painter.drawText(room, low | Qt.AlignmentFlag.AlignRight, notes)


def _font(pixels: int, *, bold: bool = False) -> QFont:
    font = theme.ui_font()
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def draw_picture(ending: str, map_: CountyMap, heading: str, notes: str) -> Callable[[], bytes]:
    """Draw the map as PNG or SVG; what is returned makes the file's content, on any thread."""
    if ending == SVG:
        data = _svg(map_, heading, notes)
        return lambda: data
    image = _image(map_, heading, notes)
    return lambda: _png(image)


def _image(map_: CountyMap, heading: str, notes: str) -> QImage:
    image = QImage(SIZE * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_sheet(painter, map_, heading, notes)
    painter.end()
    return image


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _svg(map_: CountyMap, heading: str, notes: str) -> bytes:
    buffer = QBuffer()
    maker = QSvgGenerator()
    maker.setOutputDevice(buffer)
    maker.setSize(SIZE)
    maker.setViewBox(QRect(0, 0, SIZE.width(), SIZE.height()))
    maker.setTitle(heading)
    painter = QPainter(maker)
    paint_sheet(painter, map_, heading, notes)
    painter.end()
    return bytes(buffer.data().data())


def make_printer(heading: str) -> QPrinter:
    """Return a printer set to A4 lying on its side."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(heading)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    return printer


def print_sheet(printer: QPrinter, map_: CountyMap, heading: str, notes: str) -> bool:
    """Print the map on one page; False where the printer does not take it."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    page = printer.pageRect(QPrinter.Unit.DevicePixel)
    scale = min(page.width() / SIZE.width(), page.height() / SIZE.height())
    painter.translate((page.width() - SIZE.width() * scale) / 2, 0)
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_sheet(painter, map_, heading, notes)
    return bool(painter.end())
