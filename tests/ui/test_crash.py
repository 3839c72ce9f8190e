import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.crash import CrashReporter, install_hooks


@pytest.fixture
def reporter(qtbot, expected_logs):
    expected_logs.allow = True
    made = CrashReporter()
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


def test_an_error_nobody_caught_is_one_dialog_with_a_report(qtbot, reporter):
    raise_here("boom")
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    dialog = reporter.dialog
    assert dialog.isVisible()
    assert "RuntimeError: boom" in dialog.report
    assert "Python" in dialog.report
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.report


def test_a_second_error_does_not_pile_up(qtbot, reporter):
    raise_here("one")
    raise_here("two")
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "one" in reporter.dialog.report
    reporter.dialog.accept()
    assert reporter.dialog is None
    raise_here("three")
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "three" in reporter.dialog.report


def test_errors_of_other_threads_arrive_too(qtbot, reporter):
    error = ValueError("elsewhere")
    thread = threading.Thread(target=lambda: reporter.report(error))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "elsewhere" in reporter.dialog.report


def test_hooks_are_undone(qtbot):
    before = sys.excepthook, threading.excepthook
    undo = install_hooks(CrashReporter())
    assert sys.excepthook is not before[0]
    undo()
    assert (sys.excepthook, threading.excepthook) == before
