"""The base of all dialogs."""

from __future__ import annotations

from PySide6.QtCore import QMargins
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog
from typing_extensions import override

from ui import theme

FRAME = theme.px(10)
"""What the desktop's title bar and edges may take of a screen, px."""


class Dialog(QDialog):
    """A dialog with a thin edge of its own: some desktops draw windows without a frame.

    It never opens larger than its screen, where its buttons would be out of reach.
    """

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Keep to the screen."""
        room = self.screen().availableSize()
        self.resize(self.size().boundedTo(room.shrunkBy(QMargins(0, 0, 0, FRAME))))
        super().showEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edge over the background."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.tokens().border)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class LastingDialog(Dialog):
    """Closing only hides it: the work that it watches goes on, and it is opened again."""

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide."""
        event.ignore()
        self.hide()

    @override
    def reject(self) -> None:
        """Hide."""
        self.hide()
