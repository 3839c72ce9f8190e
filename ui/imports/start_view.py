"""The import page before there are files: where to drop them, templates, the imports so far."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.imports import ImportKind
from ui import theme
from ui.context import AppContext
from ui.icons import IconName, icon_pixmap
from ui.imports.history import HistoryView
from ui.jobs import JobHandle
from ui.parts import button, label

PATTERNS = "*.xlsx *.xlsm *.xls *.xlsb *.ods *.et *.csv *.txt *.html *.htm *.xml"


class DropArea(QFrame):
    """Says what to drop and offers the other ways; `files_chosen` carries paths."""

    files_chosen = Signal(object)
    paste_requested = Signal()
    template_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = button(
            self.tr("选择文件…"), self.choose, icon=IconName.FILE, look="primary"
        )
        self.folder_button = button(
            self.tr("选择文件夹…"), self.choose_folder, icon=IconName.FOLDER
        )
        self.paste_button = button(
            self.tr("粘贴表格"), self.paste_requested.emit, icon=IconName.COPY
        )
        self.paste_button.setToolTip(
            self.tr("在 Excel、WPS、Word 或微信里复制表格，再点这里或按 Ctrl+V")
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(1))
        layout.addStretch(1)
        layout.addWidget(self._mark)
        for text, look in (
            (self.tr("把各单位发来的名册或需求表拖到这里"), "heading"),
            (
                self.tr("Excel、WPS、OpenDocument、CSV 都可以，可以一次拖多个文件或整个文件夹。"),
                "muted",
            ),
            (self.tr("先核对、更正，点“导入”之前不写入任何数据。"), "muted"),
        ):
            line = label(text, look=look, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(line)
        layout.addSpacing(theme.px(2))
        layout.addLayout(self._row((self.choose_button, self.folder_button, self.paste_button)))
        layout.addLayout(self._build_templates())
        layout.addStretch(1)
        self._show_mark()
        theme.notifier.theme_changed.connect(self._show_mark)

    def _row(self, parts: Sequence[QWidget]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addStretch(1)
        for part in parts:
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _build_templates(self) -> QHBoxLayout:
        ask = self.template_requested.emit
        self.template_buttons = {
            kind: button(text, partial(ask, kind), look="link")
            for kind, text in (
                (ImportKind.ROSTER, self.tr("名册模板")),
                (ImportKind.DEMAND, self.tr("需求模板")),
            )
        }
        hint = label(self.tr("要发给单位填？空白模板："), look="muted")
        return self._row((hint, *self.template_buttons.values()))

    def choose(self) -> None:
        """Open the system's file dialog."""
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("选择文件"),
            "",
            self.tr("表格文件 ({patterns});;所有文件 (*)").format(patterns=PATTERNS),
        )
        self.take([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Open the system's folder dialog."""
        name = QFileDialog.getExistingDirectory(self, self.tr("选择文件夹"))
        self.take([Path(name)] if name else [])

    def take(self, paths: Sequence[Path]) -> None:
        """Hand on files and folders."""
        if paths:
            self.files_chosen.emit(tuple(paths))

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon_pixmap(IconName.IMPORT, 32, theme.tokens().accent))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashed edge that says: drop here."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        painter.setBrush(colours.surface)
        painter.setPen(
            QPen(theme.mix(colours.accent, colours.surface, 0.6), 1.5, Qt.PenStyle.DashLine)
        )
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)


class StartView(QWidget):
    """The drop area above, the imports so far below."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.drop_area = DropArea()
        self.drop_area.template_requested.connect(self._ask_template)
        self.history = HistoryView(context)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(3))
        layout.addWidget(self.drop_area, 3)
        layout.addWidget(self.history, 2)

    def _ask_template(self, kind: ImportKind) -> None:
        names = {
            ImportKind.ROSTER: self.tr("特派员名册模板.xlsx"),
            ImportKind.DEMAND: self.tr("服务需求模板.xlsx"),
        }
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("保存空白模板"), names[kind], self.tr("Excel 工作簿 (*.xlsx)")
        )
        if name:
            self.save_template(kind, Path(name))

    def save_template(self, kind: ImportKind, target: Path) -> None:
        """Write an empty workbook to fill in."""
        service = self._context.workspace.exports

        def work(handle: JobHandle) -> Path:
            service.template(kind, target)
            return target

        def done(path: Path) -> None:
            self._context.notify(self.tr("模板已存为 {path}").format(path=path))

        self._context.jobs.start(self.tr("保存模板"), work, done)
