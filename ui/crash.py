"""The last place an unforeseen error reaches: one dialog, never silence."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.dialog import Dialog

_log = logging.getLogger(__name__)


def crash_report(error: BaseException) -> str:
    """Return versions and traceback as text to send to whoever mends the program."""
    frames = "".join(traceback.format_exception(error))
    return (
        f"envoy-scheduling · Python {platform.python_version()} · PySide6 {PySide6.__version__}"
        f" · {platform.platform()}\n\n{frames}"
    )


class CrashDialog(Dialog):
    """Says what happened and what is safe, with a report to copy."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("程序遇到意外错误"))
        self.report = report
        self.resize(theme.px(160), theme.px(90))
        self._build_content()

    def _build_content(self) -> None:
        text = QLabel(
            self.tr(
                "刚才的操作没有完成。已经保存的数据不受影响，未完成的写入已全部撤回。\n"
                "可以继续使用；如果再次出现，请复制下面的报告发给维护人员，并重新启动程序。"
            )
        )
        text.setWordWrap(True)
        details = QPlainTextEdit(self.report)
        details.setReadOnly(True)
        details.setAccessibleName(self.tr("错误报告"))
        buttons = QDialogButtonBox()
        self.copy_button = QPushButton(self.tr("复制报告"))
        self.copy_button.clicked.connect(self._copy)
        close = QPushButton(self.tr("继续使用"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(3))
        for part in (text, details, buttons):
            layout.addWidget(part)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self.copy_button.setText(self.tr("已复制"))


class CrashReporter(QObject):
    """Shows one crash dialog at a time; further errors meanwhile are only logged."""

    _reported = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        # Queued: an error on another thread must reach the dialog on this one.
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @property
    def dialog(self) -> CrashDialog | None:
        """The dialog on screen, if any."""
        return self._dialog

    def report(self, error: BaseException) -> None:
        """Log the error and show it; callable from any thread."""
        _log.error("unexpected error", exc_info=error)
        self._reported.emit(crash_report(error))

    def _show(self, report: str) -> None:
        if self._dialog is not None:
            return
        dialog = CrashDialog(report, QApplication.activeWindow())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        self._dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None


def install_hooks(reporter: CrashReporter) -> Callable[[], None]:
    """Send every exception nobody caught to the reporter; returns what undoes it."""
    before, before_thread = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
        else:
            reporter.report(error)

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            reporter.report(arguments.exc_value)

    def undo() -> None:
        sys.excepthook, threading.excepthook = before, before_thread

    sys.excepthook, threading.excepthook = hook, thread_hook
    return undo
