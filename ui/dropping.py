"""Files dragged over a window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ui import theme


def dropped_files(data: QMimeData) -> tuple[Path, ...]:
    """Return the local files and folders of a drag or of the clipboard."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


class DropHint(QWidget):
    """Says over the page that files may be let go here; never in the way of the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("松开鼠标，导入这些文件"))
        self.hide()

    def show_over(self, widget: QWidget) -> None:
        """Cover a widget of the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size()))
        self.raise_()
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a veil with a dashed edge and the sentence."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        painter.setOpacity(0.93)
        painter.setBrush(colours.surface)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        margin = theme.px(3)
        area = self.rect().adjusted(margin, margin, -margin, -margin)
        painter.drawRoundedRect(area, 8, 8)
        painter.setPen(colours.text)
        font = painter.font()
        font.setPixelSize(theme.px(4.5))
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.accessibleName())
