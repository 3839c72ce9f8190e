"""Where files are dropped or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from ui import theme
from ui.icons import IconName
from ui.parts import button, label


def dropped_files(data: QMimeData) -> tuple[Path, ...]:
    """Return the local files of a drag."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


class DropArea(QFrame):
    """Takes files; `files_chosen` carries their paths."""

    files_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAcceptDrops(True)
        self.choose_button = button(
            self.tr("选择文件"), self.choose, icon=IconName.FOLDER, look="primary"
        )
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for text, look in (
            (self.tr("把名册或需求表(.xlsx)拖到这里"), "heading"),
            (self.tr("可以一次放多个文件。先核对，点“导入”之前不会写入任何数据。"), "muted"),
        ):
            layout.addWidget(label(text, look=look), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.px(2))
        layout.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def choose(self) -> None:
        """Open the system's file dialog."""
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("选择文件"), "", self.tr("Excel 工作簿 (*.xlsx);;所有文件 (*)")
        )
        self.take([Path(name) for name in names])

    def take(self, files: Sequence[Path]) -> None:
        """Hand on files."""
        if files:
            self.files_chosen.emit(tuple(files))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.take(dropped_files(event.mimeData()))
        event.acceptProposedAction()
