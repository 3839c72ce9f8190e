"""The dialog after an unforeseen error: what happened, what is safe, what to do, a report."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.dialog import Dialog
from ui.icons import IconName, icon_pixmap
from ui.parts import allow, button, label

SIZE = (theme.px(170), theme.px(112))


class Moment(Enum):
    """When an error came: it decides what is true of the data and what can be done."""

    RUNNING = "running"
    STARTING = "starting"
    CLOSING = "closing"
    BEFORE = "before"


def _words(moment: Moment) -> tuple[str, str, str, str]:
    """Return the heading, what happened, what is safe and what to do."""
    tr = QCoreApplication.translate
    kept = tr("CrashDialog", "已经保存的都在；没有完成的写入已全部撤回，不会只写一半。")
    return {
        Moment.RUNNING: (
            tr("CrashDialog", "程序遇到意外错误"),
            tr("CrashDialog", "刚才的操作出了意外，没有完成。"),
            kept,
            tr(
                "CrashDialog",
                "可以继续使用；再次出现或画面不正常就重新启动，会回到现在的位置。"
                "请复制报告发给维护人员。",
            ),
        ),
        Moment.STARTING: (
            tr("CrashDialog", "程序没有能够启动"),
            tr("CrashDialog", "启动时出了意外，窗口没有打开。"),
            tr("CrashDialog", "已有的数据都在，没有完成的写入已全部撤回。"),
            tr("CrashDialog", "请再打开一次；还是不行，就复制报告发给维护人员。"),
        ),
        Moment.CLOSING: (
            tr("CrashDialog", "程序关闭时遇到意外错误"),
            tr("CrashDialog", "关闭时出了意外。"),
            kept,
            tr("CrashDialog", "下次可以照常打开。请复制报告发给维护人员。"),
        ),
        Moment.BEFORE: (
            tr("CrashDialog", "上次意外退出的报告"),
            tr("CrashDialog", "上次程序被系统强行结束。"),
            kept,
            tr("CrashDialog", "可以照常使用；经常这样，就复制报告发给维护人员。"),
        ),
    }[moment]


class CrashDialog(Dialog):
    """Says what happened and what is safe, with a report to copy and the ways on."""

    restart_requested = Signal()

    def __init__(
        self,
        report: str,
        parent: QWidget | None = None,
        *,
        moment: Moment = Moment.RUNNING,
        log_folder: Path | None = None,
        restartable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.report = report
        self.more = 0
        self._moment = moment
        self._folder = log_folder
        heading, *_ = _words(moment)
        self.setWindowTitle(heading)
        self.setAccessibleName(heading)
        self.resize(*SIZE)
        self._build_content(restartable)

    def show_more(self, count: int) -> None:
        """Say how many more errors there were since."""
        self.more = count
        self.more_label.setText(
            self.tr("在此之后又出现 {n} 次错误，建议重新启动。").format(n=count)
        )
        self.more_label.setVisible(count > 0)

    def _build_content(self, restartable: bool) -> None:
        details = QPlainTextEdit(self.report)
        details.setReadOnly(True)
        details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        details.setAccessibleName(self.tr("错误报告"))
        self.more_label = label(look="danger", wrap=True)
        self.more_label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setSpacing(theme.px(3))
        layout.addLayout(self._build_words())
        layout.addWidget(self.more_label)
        note = self.tr("报告已隐去身份证号、电话和记录里的姓名：")
        layout.addWidget(label(note, look="muted"))
        layout.addWidget(details, 1)
        layout.addLayout(self._build_buttons(restartable))

    def _build_words(self) -> QGridLayout:
        heading, *sentences = _words(self._moment)
        mark = QLabel()
        ended = self._moment is Moment.BEFORE
        name, colour = (
            (IconName.INFO, theme.tokens().text)
            if ended
            else (IconName.ERROR, theme.tokens().danger)
        )
        mark.setPixmap(icon_pixmap(name, 32, colour))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(3))
        grid.setVerticalSpacing(theme.px(1.5))
        grid.setColumnStretch(2, 1)
        grid.addWidget(mark, 0, 0, 4, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(heading, look="heading"), 0, 1, 1, 2)
        titles = (self.tr("发生了什么"), self.tr("数据"), self.tr("怎么办"))
        for row, (title, sentence) in enumerate(zip(titles, sentences, strict=True), start=1):
            grid.addWidget(label(title, look="muted"), row, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(sentence, wrap=True), row, 2)
        return grid

    def _build_buttons(self, restartable: bool) -> QHBoxLayout:
        running = self._moment is Moment.RUNNING
        self.copy_button = button(self.tr("复制报告"), self._copy, icon=IconName.COPY)
        self.folder_button = button(
            self.tr("打开日志文件夹"), self._open_folder, icon=IconName.FOLDER
        )
        allow(self.folder_button, "" if self._folder else self.tr("这台电脑上写不了日志"))
        self.restart_button = button(self.tr("重新启动"), self._restart, icon=IconName.REFRESH)
        self.restart_button.setVisible(running and restartable)
        self.go_on_button = button(
            self.tr("继续使用") if running else self.tr("关闭"), self.accept, look="primary"
        )
        self.go_on_button.setDefault(True)
        self.go_on_button.setFocus()  # and not the report, which swallows the keys
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.copy_button)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        row.addWidget(self.restart_button)
        row.addWidget(self.go_on_button)
        return row

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self.copy_button.setText(self.tr("已复制"))

    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _restart(self) -> None:
        self.accept()
        self.restart_requested.emit()
