"""In place of the sheet: why a file could not be read, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.parts import button, label


class RefusedView(QWidget):
    """Shows one refused file; the sentence wraps, however long it is."""

    def __init__(self, remove: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel()
        self.name_label = label(look="heading", wrap=True)
        self.sentence_label = label(wrap=True)
        self.remove_button = button(self.tr("移除这个文件"), remove)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(2))
        layout.addStretch(2)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self.name_label, self.sentence_label):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(text)
        layout.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.notifier.theme_changed.connect(self._show_mark)
        self._show_mark()

    def show_refused(self, name: str, sentence: str) -> None:
        """Show why a file was refused."""
        self.name_label.setText(name)
        self.sentence_label.setText(sentence)
        self.setAccessibleName(sentence)

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon_pixmap(IconName.ERROR, 32, theme.tokens().danger))
