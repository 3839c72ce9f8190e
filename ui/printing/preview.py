"""The live preview: pages below each other, drawn as they come, sharp at the zoom in use."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from typing_extensions import override

from ui import theme
from ui.printing.rendering import Document, Paper

FIT = 0.0
MARGIN = 16
SETTLE_MS = 250
KEPT = 8
SCREEN_DPI = 96
SAME_SIZE = 3
ZOOMS = (FIT, 0.5, 0.75, 1.0, 1.5, 2.0)


class PreviewView(QAbstractScrollArea):
    """Shows a document's pages.

    Signals: `page_changed` the number (from 1) of the page in sight, `dpi_wanted` when pages need
    to be drawn at another density, `zoom_changed` the factor (FIT: as wide as the view).
    """

    page_changed = Signal(int)
    dpi_wanted = Signal(float)
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("打印预览"))
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setCornerWidget(QWidget())
        self._document: Document | None = None
        self._pages: list[Paper] = []
        self._decoded: OrderedDict[int, QImage] = OrderedDict()
        self._zoom = FIT
        self._page = 1
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(lambda: self.dpi_wanted.emit(self.dpi))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.notifier.theme_changed.connect(self.viewport().update)

    # What is shown ---------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """Number of pages."""
        return self._document.pages if self._document else 0

    @property
    def page(self) -> int:
        """The page in sight, from 1; 0 where there is none."""
        return self._page if self.count else 0

    @property
    def zoom(self) -> float:
        """The zoom factor, FIT for as wide as the view."""
        return self._zoom

    @property
    def dpi(self) -> float:
        """Device pixels per inch of paper at the zoom in use."""
        return self._scale() * self.devicePixelRatioF()

    def show_document(self, document: Document | None) -> None:
        """Show a document; the page in sight stays where it has one of that number."""
        before = self._page
        self._document = document
        self.show_pages([])
        self._fit()
        self.go_to(min(before, max(1, self.count)))

    def show_pages(self, pages: list[Paper]) -> None:
        """Show the pages drawn so far, in order."""
        known = len(self._pages)
        if pages is not self._pages:
            self._decoded.clear()
            known = 0
        self._pages = pages
        if len(pages) != known or not pages:
            self._fit()
        self.viewport().update()

    def set_zoom(self, zoom: float) -> None:
        """Choose a factor, FIT for as wide as the view."""
        if zoom != self._zoom:
            self._zoom = zoom
            page = self._page
            self._fit()
            self.go_to(page)
            self.zoom_changed.emit(zoom)
            self._settle.start()

    def go_to(self, page: int) -> None:
        """Show a page, from 1."""
        if 1 <= page <= self.count:
            self.verticalScrollBar().setValue(self._boxes()[page - 1].top() - MARGIN // 2)
            self._tell(page)

    def page_box(self, page: int) -> QRect:
        """Return where a page (from 1) lies in the viewport."""
        scrolled = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return self._boxes()[page - 1].translated(-scrolled[0], -scrolled[1])

    # Inner workings --------------------------------------------------------------------------

    def _scale(self) -> float:
        """Logical pixels per inch of paper."""
        if self._zoom != FIT or self._document is None:
            return SCREEN_DPI * (self._zoom or 1.0)
        room = max(120, self.viewport().width() - 2 * MARGIN)
        return room / self._document.width

    def _sizes(self) -> list[QSize]:
        if self._document is None:
            return []
        scale = self._scale()
        sizes = [(paper.width, paper.height) for paper in self._pages]
        rest = self._document.pages - len(sizes)
        sizes += [(self._document.width, self._document.height)] * rest
        return [QSize(round(width * scale), round(height * scale)) for width, height in sizes]

    def _boxes(self) -> list[QRect]:
        """Return where the pages lie in the content."""
        sizes = self._sizes()
        widest = max((size.width() for size in sizes), default=0)
        middle = max(self.viewport().width(), widest + 2 * MARGIN) // 2
        boxes, y = [], MARGIN
        for size in sizes:
            boxes.append(QRect(middle - size.width() // 2, y, size.width(), size.height()))
            y += size.height() + MARGIN
        return boxes

    def _fit(self) -> None:
        boxes = self._boxes()
        view = self.viewport().size()
        tall = boxes[-1].bottom() + MARGIN if boxes else 0
        wide = max((box.width() for box in boxes), default=0) + 2 * MARGIN
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setRange(0, max(0, tall - view.height()))
        down.setPageStep(max(1, view.height()))
        down.setSingleStep(40)
        across.setRange(0, max(0, wide - view.width()))
        across.setPageStep(max(1, view.width()))
        across.setSingleStep(40)

    def _scrolled(self, value: int) -> None:
        boxes = self._boxes()
        middle = value + self.viewport().height() // 3
        seen = [number for number, box in enumerate(boxes, start=1) if box.top() <= middle]
        if seen:
            self._tell(seen[-1])
        self.viewport().update()

    def _tell(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    def _image(self, index: int) -> QImage | None:
        if index >= len(self._pages):
            return None
        if index not in self._decoded:
            self._decoded[index] = QImage.fromData(self._pages[index].png)
            while len(self._decoded) > KEPT:
                self._decoded.popitem(last=False)
        self._decoded.move_to_end(index)
        return self._decoded[index]

    # Events ----------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        painter.fillRect(area, theme.tokens().window)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        for index, box in enumerate(self._boxes()):
            place = box.translated(-left, -top)
            if place.intersects(area):
                self._draw(painter, index, place)
        painter.end()

    def _draw(self, painter: QPainter, index: int, place: QRect) -> None:
        painter.fillRect(place.translated(2, 2), theme.tokens().shadow)
        # Paper is white in both schemes.
        painter.fillRect(place, Qt.GlobalColor.white)
        image = self._image(index)
        if image is not None:
            self._draw_image(painter, image, place)
        else:
            painter.setPen(Qt.GlobalColor.gray)
            text = self.tr("第 {0} 页").format(index + 1)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(theme.tokens().border)
        painter.drawRect(place)

    def _draw_image(self, painter: QPainter, image: QImage, place: QRect) -> None:
        ratio = self.devicePixelRatioF()
        if abs(image.width() - place.width() * ratio) > SAME_SIZE:
            painter.drawImage(QRectF(place), image)
            return
        # Drawn for this size: pixel by pixel, so that small print stays sharp.
        image.setDevicePixelRatio(ratio)
        corner = QPointF(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio)
        painter.drawImage(corner, image)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        page = self._page
        self._fit()
        if self._zoom == FIT and event.oldSize().width() != event.size().width() and self.count:
            self.go_to(page)
            self._settle.start()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_PageDown: self._page + 1,
            Qt.Key.Key_PageUp: self._page - 1,
            Qt.Key.Key_Home: 1,
            Qt.Key.Key_End: self.count,
        }
        page = steps.get(Qt.Key(event.key()))
        if page is None:
            super().keyPressEvent(event)
        else:
            self.go_to(page)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        step = 1 if event.angleDelta().y() > 0 else -1
        place = ZOOMS.index(self._zoom) + step
        if 1 <= place < len(ZOOMS):
            self.set_zoom(ZOOMS[place])
        event.accept()
