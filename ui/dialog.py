"""The base of all dialogs."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog
from typing_extensions import override

from ui import theme


class Dialog(QDialog):
    """A dialog with a thin edge of its own: some desktops draw windows without a frame."""

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
