"""The watchdog barks at what holds the event loop up, and at nothing else."""

import hashlib
import threading
import time

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QPushButton

LIMIT = 0.2


def work(seconds):
    """Keep the processor busy for that much of its time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        hashlib.sha256(b"x" * 10_000).digest()


def wait_for_nothing():
    threading.Event().wait(3 * LIMIT)


@pytest.fixture
def pressed(qtbot, watch, expected_silence):
    expected_silence.allow = True

    def press(do):
        button = QPushButton()
        qtbot.addWidget(button)
        button.clicked.connect(do)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        return watch.take()

    return press


def test_work_in_a_click_is_caught_and_its_place_told(pressed):
    (silence,) = pressed(lambda: work(1.5 * LIMIT))
    assert silence.busy > LIMIT
    assert "test_watchdog.py" in silence.text
    assert " work" in silence.text


def test_waiting_in_a_click_is_caught(pressed):
    (silence,) = pressed(wait_for_nothing)
    assert silence.asleep > LIMIT
    assert silence.busy < LIMIT


def test_work_in_a_timer_is_caught(qtbot, watch, expected_silence):
    expected_silence.allow = True
    done = []
    QTimer.singleShot(0, lambda: (work(1.5 * LIMIT), done.append(1)))
    qtbot.waitUntil(lambda: bool(done))
    assert len(watch.take()) == 1


def test_short_work_many_times_is_no_silence(pressed):
    def in_turns():
        loop, left = QEventLoop(), iter(range(8))

        def turn():
            work(LIMIT / 4)
            if next(left, None) is None:
                loop.quit()

        timer = QTimer(interval=0)
        timer.timeout.connect(turn)
        timer.start()
        loop.exec()

    assert pressed(in_turns) == ()


def test_what_the_test_itself_does_is_no_silence(qtbot, watch):
    work(1.5 * LIMIT)
    qtbot.waitUntil(lambda: True)
    assert watch.take() == ()
