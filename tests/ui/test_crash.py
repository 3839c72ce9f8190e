"""Errors nobody foresaw: one dialog, no storm, nothing personal, the ways on."""

import sys
import threading

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
    qWarning,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.people import Envoy
from ui import crash
from ui.crash import CrashReporter, install_hooks, log_qt_messages
from ui.crash_dialog import CrashDialog, Moment


@pytest.fixture
def reporter(qtbot, expected_logs, tmp_path):
    expected_logs.allow = True
    made = CrashReporter(log_folder=tmp_path)
    undo = install_hooks(made)
    yield made
    undo()
    if made.dialog is not None:
        made.dialog.close()


def raise_here(message):
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)


def raise_elsewhere(message):
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)


def shown(qtbot, reporter):
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    return reporter.dialog


def told(qtbot, reporter, provoke):
    with qtbot.waitSignal(reporter.told) as heard:
        provoke()
    return heard.args[0]


def delivered(qtbot, reporter):
    qtbot.waitUntil(lambda: not reporter._waiting)


def test_an_error_nobody_caught_is_one_dialog_with_a_report(qtbot, reporter):
    raise_here("boom")
    dialog = shown(qtbot, reporter)
    assert dialog.isVisible()
    assert "RuntimeError: boom" in dialog.report
    assert "Python" in dialog.report
    assert "PySide6" in dialog.report
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.report


def test_the_report_holds_nothing_personal(qtbot, reporter):
    envoy = Envoy(id="e1", name="王强", id_number="510107198001011234", phones=("13812345678",))
    raise_here(f"cannot save {envoy}")
    report = shown(qtbot, reporter).report
    assert "Envoy(id='e1'" in report
    for secret in ("王强", "510107198001011234", "13812345678"):
        assert secret not in report


def test_further_errors_are_counted_in_the_dialog(qtbot, reporter):
    raise_here("one")
    dialog = shown(qtbot, reporter)
    assert not dialog.more_label.isVisible()
    for number in range(3):
        raise_elsewhere(str(number))
    delivered(qtbot, reporter)
    assert reporter.dialog is dialog
    assert "又出现 3 次" in dialog.more_label.text()
    assert dialog.more_label.isVisible()
    assert reporter.count == 4


def test_a_place_that_fails_again_is_told_in_the_strip_and_others_in_a_dialog(qtbot, reporter):
    raise_here("one")
    shown(qtbot, reporter).accept()
    assert reporter.dialog is None
    assert "共 2 次" in told(qtbot, reporter, lambda: raise_here("two"))
    assert reporter.dialog is None
    raise_elsewhere("three")
    assert "three" in shown(qtbot, reporter).report


def test_what_people_can_mend_is_a_sentence_wherever_it_is_raised(qtbot, reporter):
    reporter.restartable = True
    error = EnvironmentProblem("磁盘空间不足。")
    heard = told(qtbot, reporter, lambda: sys.excepthook(type(error), error, None))
    assert heard == "磁盘空间不足。"
    assert reporter.count == 0


def test_many_places_do_not_mean_many_dialogs(qtbot, reporter, monkeypatch):
    monkeypatch.setattr(crash, "MOST_DIALOGS", 1)
    raise_here("one")
    shown(qtbot, reporter).accept()
    assert "重新启动" in told(qtbot, reporter, lambda: raise_elsewhere("two"))
    assert reporter.dialog is None


def test_a_widget_that_fails_whenever_it_is_painted_makes_no_storm(qtbot, reporter, caplog):
    class Sour(QWidget):
        def paintEvent(self, event):
            raise RuntimeError("in paintEvent")

    widget = Sour()
    qtbot.addWidget(widget)
    widget.show()
    dialog = shown(qtbot, reporter)
    assert "in paintEvent" in dialog.report
    dialog.accept()
    heard = []
    reporter.told.connect(heard.append)
    for _ in range(100):
        widget.update()
        QCoreApplication.processEvents()  # from the loop, as it happens in a window
    delivered(qtbot, reporter)
    assert reporter.dialog is None
    assert reporter.count >= 100
    assert 1 <= len(heard) <= 8
    assert sum("unexpected error" in record.message for record in caplog.records) == 3


def test_errors_in_slots_threads_and_methods_of_c_arrive(qtbot, reporter, monkeypatch):
    monkeypatch.setattr(crash, "MOST_DIALOGS", 0)
    heard = []
    reporter.told.connect(heard.append)

    class Sender(QObject):
        sent = Signal()

    def fail():
        raise RuntimeError("anywhere")

    class Filter(QObject):
        def eventFilter(self, watched, event):
            raise RuntimeError("in a filter")

    sender = Sender()
    sender.sent.connect(fail)
    sender.sent.emit()
    assert reporter.count == 1
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: reporter.count == 2)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert reporter.count == 3
    QThreadPool.globalInstance().start(fail)
    QThreadPool.globalInstance().waitForDone()
    assert reporter.count == 4
    watched, watcher = QObject(), Filter()
    watched.installEventFilter(watcher)
    QCoreApplication.postEvent(watched, QEvent(QEvent.Type.User))
    qtbot.waitUntil(lambda: reporter.count == 5)


def test_what_a_window_takes_along_leaves_room_for_the_next(qtbot, reporter):
    window = QWidget()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    raise_here("one")
    assert shown(qtbot, reporter).parent() is window
    window.deleteLater()
    qtbot.waitUntil(lambda: reporter.dialog is None)
    raise_elsewhere("two")
    assert "two" in shown(qtbot, reporter).report


def test_a_dialog_that_fails_itself_does_not_loop(qtbot, reporter, monkeypatch, caplog):
    boxes = []

    class Sour:
        def __init__(self, *words, **more):
            raise RuntimeError("in the dialog")

    monkeypatch.setattr(crash, "CrashDialog", Sour)
    monkeypatch.setattr(crash.QMessageBox, "open", lambda box: boxes.append(box.text()))
    raise_here("one")
    delivered(qtbot, reporter)
    raise_elsewhere("two")
    delivered(qtbot, reporter)
    assert len(boxes) == 1
    assert "重新打开" in boxes[0]
    assert reporter.count == 2
    assert any("crash dialog failed" in record.message for record in caplog.records)


def test_an_error_whose_text_cannot_be_made_is_still_told(qtbot, reporter):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no words")

        __repr__ = __str__

    reporter.report(Mute())
    assert "Mute" in shown(qtbot, reporter).report


def test_the_dialog_leads_on(qtbot, reporter, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(
        "ui.crash_dialog.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    reporter.restartable = True
    raise_here("one")
    dialog = shown(qtbot, reporter)
    assert dialog.restart_button.isVisible()
    qtbot.mouseClick(dialog.folder_button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path)]
    with qtbot.waitSignal(reporter.restart_requested):
        qtbot.mouseClick(dialog.restart_button, Qt.MouseButton.LeftButton)
    assert reporter.dialog is None


@pytest.mark.parametrize("moment", Moment)
def test_each_moment_says_what_happened_what_is_safe_and_what_to_do(qtbot, moment):
    dialog = CrashDialog("report", moment=moment)
    qtbot.addWidget(dialog)
    dialog.show()
    texts = [part.text() for part in dialog.findChildren(crash.QWidget) if hasattr(part, "text")]
    assert {"发生了什么", "数据", "怎么办"} <= set(texts)
    assert not dialog.restart_button.isVisible()
    assert dialog.folder_button.toolTip()
    assert dialog.go_on_button.isDefault()


def test_what_no_loop_delivered_is_shown_at_the_end(qtbot, reporter):
    raise_here("late")
    QTimer.singleShot(0, lambda: qtbot.waitUntil(lambda: close_modal() is not None))
    assert reporter.show_rest(Moment.CLOSING)
    assert not reporter.show_rest(Moment.CLOSING)


def close_modal():
    from PySide6.QtWidgets import QApplication

    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.accept()
    return dialog


def test_messages_of_qt_go_to_the_log_and_not_for_ever(qtbot, expected_logs, caplog):
    expected_logs.allow = True
    undo = log_qt_messages()
    try:
        for _ in range(50):
            qWarning("something is odd")
    finally:
        undo()
    lines = [record for record in caplog.records if record.name == "ui.qt"]
    assert len(lines) == crash.QT_REPEATS
    assert lines[0].levelname == "WARNING"
    assert "no more of these" in lines[-1].message


def test_hooks_are_undone(qtbot):
    before = sys.excepthook, threading.excepthook
    undo = install_hooks(CrashReporter())
    assert sys.excepthook is not before[0]
    undo()
    assert (sys.excepthook, threading.excepthook) == before
