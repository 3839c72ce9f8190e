"""What Qt made is destroyed on the window's own thread, whoever fills the memory."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject, QTimer

from ui.jobs import JobRunner


class Ring(QObject):
    """Holds itself, so that only a collection of garbage ends it."""

    def __init__(self, died):
        super().__init__()
        self._self = self
        self._died = died
        self._timer = QTimer(self)
        self._timer.start(5)

    def __del__(self):
        self._died.append(threading.get_ident())


@pytest.fixture
def runner(qapp):
    made = JobRunner(lambda error: None, lambda error: None)
    yield made
    assert made.close()
    made.deleteLater()


def fill(handle):
    """Make what would set off many collections."""
    return len([[number] for number in range(200_000)])


def test_a_job_that_makes_many_objects_destroys_nothing_of_qt(qtbot, collector, runner):
    died, done = [], []
    Ring(died)
    runner.start("", fill, done.append)
    qtbot.waitUntil(lambda: bool(done))
    gc.collect()
    assert died == [threading.get_ident()]


def test_dead_objects_go_while_the_loop_runs(qtbot, collector):
    died = []
    Ring(died)
    kept = [[number] for number in range(2_000)]
    qtbot.waitUntil(lambda: bool(died))
    assert len(kept) == 2_000


def test_full_collections_that_are_put_off_are_not_made(collector, monkeypatch):
    made = []
    monkeypatch.setattr(gc, "collect", made.append)
    monkeypatch.setattr(gc, "get_count", lambda: (900, 3, 40))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 1_000_000))
    collector.look()
    assert made == [0]


@pytest.mark.parametrize(("counts", "given_back"), [((900, 12, 3), 0), ((900, 12, 12), 1)])
def test_only_a_full_collection_gives_memory_back(collector, monkeypatch, counts, given_back):
    calls = []
    monkeypatch.setattr("ui.garbage.memory.give_back", lambda: calls.append(True))
    monkeypatch.setattr(collector, "_rest_until", 0.0)
    monkeypatch.setattr(gc, "collect", lambda generation: None)
    monkeypatch.setattr(gc, "get_count", lambda: counts)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    collector.look()
    assert len(calls) == given_back


def test_full_collections_rest_in_proportion_to_their_length(collector, monkeypatch):
    clock = [100.0]
    made = []

    def collect(generation):
        made.append(generation)
        clock[0] += 0.2

    monkeypatch.setattr("ui.garbage.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(collector, "_rest_until", 0.0)
    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(gc, "get_count", lambda: (900, 12, 12))
    collector.look()
    collector.look()
    clock[0] += 19
    collector.look()
    clock[0] += 2
    collector.look()
    assert made == [2, 1, 1, 2]
