"""The last place an unforeseen error reaches: one dialog, never silence, never a storm."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from types import TracebackType

import PySide6
import shiboken6
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from envoy_app.domain.errors import UserError
from envoy_app.domain.masking import masked
from envoy_app.services.logs import versions_text
from ui.crash_dialog import CrashDialog, Moment

MOST_DIALOGS = 5  # of different errors in one run; more of them only take the user's time
LOGGED_WHOLE = 3  # times that one error's traceback is logged
QT_REPEATS = 10  # times that one message of Qt is logged
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_log = logging.getLogger(__name__)


def crash_report(error: BaseException) -> str:
    """Return versions, time and masked traceback as text to send to whoever mends the program."""
    frames = masked("".join(traceback.format_exception(error)))
    return f"{_head()}\n\n{frames}"


def _head() -> str:
    now = datetime.now().astimezone()
    return f"{versions_text(PySide6=PySide6.__version__)}\n{now:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class _Crash:
    """What there is to show of an error, how often its place has failed, and that place."""

    report: str
    times: int
    place: str


class _Kind(Enum):
    """How an error is told."""

    DIALOG = auto()
    STRIP = auto()
    LOG = auto()


class CrashReporter(QObject):
    """Tells of errors that nobody foresaw: a dialog for each place that fails, once.

    While a dialog is open further errors are counted in it. A place that fails again afterwards
    (each time the window is painted, say) is told by `told`, a sentence for the message strip; so
    is a UserError that nobody caught, which no program's fault explains.
    `restart_requested` follows the button of the dialog.
    """

    told = Signal(str)
    restart_requested = Signal()
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None, log_folder: Path | None = None) -> None:
        super().__init__(parent)
        self.log_folder = log_folder
        self.restartable = False
        self._dialog: CrashDialog | None = None
        self._broken = False
        self._lock = threading.RLock()  # logging may fail, and be reported
        self._times: Counter[str] = Counter()
        self._shown: set[str] = set()
        self._waiting: list[_Crash] = []
        # Queued: an error on another thread must reach the dialog on this one.
        self._reported.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def dialog(self) -> CrashDialog | None:
        """The dialog on screen, if any."""
        return self._dialog

    @property
    def count(self) -> int:
        """How many errors there were."""
        return sum(self._times.values())

    def report(self, error: BaseException) -> None:
        """Log the error and show it; callable from any thread, never raises."""
        if isinstance(error, UserError) and self.restartable:
            _log.info("told: %s", error)
            self.told.emit(str(error))
            return
        with suppress(Exception), self._lock:
            place = _place_of(error)
            self._times[place] += 1
            times = self._times[place]
            if times <= LOGGED_WHOLE:
                _log.error("unexpected error", exc_info=error)
            elif times & (times - 1) == 0:
                _log.error("the same error again, %d times: %s", times, place)
            crash = _Crash(_report_of(error), times, place)
            self._waiting.append(crash)
            self._reported.emit(crash)

    def show_rest(self, moment: Moment) -> bool:
        """Show what no event loop has delivered, and wait for the answer; whether there was any.

        For the time before the window stands and after it is gone.
        """
        with self._lock:
            rest, self._waiting = self._waiting, []
        if not rest:
            return False
        try:
            dialog = CrashDialog(rest[0].report, None, moment=moment, log_folder=self.log_folder)
            dialog.show_more(len(rest) - 1)
            dialog.exec()
        except Exception as error:
            self._give_up(error)
        return True

    def show_trace(self, trace: str) -> None:
        """Show the trace of a run that a signal ended, as a report to copy."""
        report = f"{_head()}\n\n{trace}"
        self._open(CrashDialog(report, _active(), moment=Moment.BEFORE, log_folder=self.log_folder))

    # On the window's thread -----------------------------------------------------------------

    def _deliver(self, crash: _Crash) -> None:
        """Called by the event loop; an error here must not be reported, or it would never end."""
        with self._lock:
            if crash not in self._waiting:
                return
            self._waiting.remove(crash)
        try:
            self._tell(crash)
        except Exception as error:
            self._give_up(error)

    def _tell(self, crash: _Crash) -> None:
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.show_more(self._dialog.more + 1)
            return
        kind = self._kind_of(crash)
        if kind is _Kind.DIALOG:
            self._shown.add(crash.place)
            self._show(crash.report)
        elif kind is _Kind.STRIP:
            self.told.emit(
                self.tr(
                    "刚才的错误又出现了（共 {n} 次），已保存的数据不受影响；请重新启动程序，"
                    "还出现就把日志发给维护人员。"
                ).format(n=crash.times)
            )

    def _kind_of(self, crash: _Crash) -> _Kind:
        new = crash.place not in self._shown
        if new and len(self._shown) < MOST_DIALOGS and not self._broken:
            return _Kind.DIALOG
        # One that comes with every painting would else rewrite the strip sixty times a second.
        return _Kind.STRIP if new or crash.times & (crash.times - 1) == 0 else _Kind.LOG

    def _show(self, report: str) -> None:
        dialog = CrashDialog(
            report, _active(), log_folder=self.log_folder, restartable=self.restartable
        )
        dialog.restart_requested.connect(self.restart_requested)
        self._open(dialog)

    def _open(self, dialog: CrashDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        dialog.destroyed.connect(self._closed)  # with the window that it belonged to
        self._dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None

    def _give_up(self, error: Exception) -> None:
        """The dialog itself fails: the barest message that there is, once."""
        first, self._broken, self._dialog = not self._broken, True, None
        with suppress(Exception):
            _log.error("the crash dialog failed", exc_info=error)
        with suppress(Exception):
            if first:
                box = QMessageBox(_active())
                box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                box.setText(
                    self.tr("程序遇到意外错误，已保存的数据不受影响，请关闭程序后重新打开。")
                )
                box.open()


def _active() -> QWidget | None:
    return QApplication.activeWindow()


def _report_of(error: BaseException) -> str:
    try:
        return crash_report(error)
    except Exception:  # one whose text cannot be made
        return f"{type(error).__name__}"


def _place_of(error: BaseException) -> str:
    """Where an error was raised: of all that fails there, the first is told."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} {where}"


# Hooks ----------------------------------------------------------------------------------------


def install_hooks(reporter: CrashReporter) -> Callable[[], None]:
    """Send every exception nobody caught to the reporter; returns what undoes it.

    PySide sends what is raised in slots and in methods that C++ calls through `sys.excepthook`.
    """
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


def log_qt_messages() -> Callable[[], None]:
    """Send what Qt says to the log; returns what undoes it.

    After a fatal message Qt aborts, and the trace of that is kept by `services.logs`.
    """
    qt = logging.getLogger("ui.qt")
    times: Counter[str] = Counter()

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        times[text] += 1
        if times[text] <= QT_REPEATS:
            last = " (no more of these)" if times[text] == QT_REPEATS else ""
            qt.log(_LEVELS.get(kind, logging.WARNING), "%s%s", text, last)

    before = qInstallMessageHandler(hear)
    return lambda: qInstallMessageHandler(before) and None
