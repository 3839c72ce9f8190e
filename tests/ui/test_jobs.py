import gc
import threading
import weakref

import pytest

from envoy_app.domain.errors import Cancelled, InputError
from ui.jobs import JobRunner, Progress


class Ears:
    def __init__(self):
        self.errors = []
        self.crashes = []


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
def jobs(qtbot, ears):
    runner = JobRunner(ears.errors.append, ears.crashes.append)
    yield runner
    assert runner.close()


def test_result_arrives_on_the_ui_thread(qtbot, jobs):
    seen = []
    jobs.start(
        "算",
        lambda handle: threading.get_ident(),
        lambda worker: seen.append((worker, threading.get_ident())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    worker, deliverer = seen[0]
    assert worker != deliverer == threading.get_ident()
    assert jobs.jobs == ()


def test_progress_is_polled_and_the_last_one_always_arrives(qtbot, jobs):
    seen = []

    def work(handle):
        for step in range(5000):
            handle.report(Progress(step + 1, 5000))

    job = jobs.start("算", work, lambda nothing: None)
    job.progressed.connect(seen.append)
    with qtbot.waitSignal(job.finished):
        pass
    assert seen[-1] == Progress(5000, 5000)
    assert len(seen) < 100


def test_cancel_reaches_the_work_and_is_silent(qtbot, jobs, ears):
    done = []

    def work(handle):
        while not handle.cancelled():
            threading.Event().wait(0.005)
        handle.raise_if_cancelled()

    job = jobs.start("算", work, done.append)
    with qtbot.waitSignal(job.finished):
        job.cancel()
    assert (done, ears.errors, ears.crashes) == ([], [], [])


def test_on_error_hears_that_the_user_stopped(qtbot, jobs):
    heard = []

    def work(handle):
        raise Cancelled

    with qtbot.waitSignal(jobs.start("算", work, heard.append, heard.append).finished):
        pass
    assert [type(error) for error in heard] == [Cancelled]


def test_a_newer_job_with_the_same_key_makes_the_older_stale(qtbot, jobs):
    gate = threading.Event()
    seen = []

    def slow(handle):
        gate.wait(10)
        return "old"

    older = jobs.start("读", slow, seen.append, key="rows")
    newer = jobs.start("读", lambda handle: "new", seen.append, key="rows")
    with qtbot.waitSignal(newer.finished):
        pass
    with qtbot.waitSignal(older.finished):
        gate.set()
    assert seen == ["new"]


def test_user_errors_are_told_and_others_crash(qtbot, jobs, ears):
    def tell(handle):
        raise InputError("文件不存在")

    def crash(handle):
        raise RuntimeError("boom")

    with qtbot.waitSignal(jobs.start("读", tell, print).finished):
        pass
    with qtbot.waitSignal(jobs.start("读", crash, print).finished):
        pass
    assert [str(error) for error in ears.errors] == ["文件不存在"]
    assert [str(error) for error in ears.crashes] == ["boom"]


def test_after_a_crash_the_owner_may_clean_up(qtbot, jobs, ears):
    heard = []

    def crash(handle):
        raise RuntimeError("boom")

    with qtbot.waitSignal(jobs.start("读", crash, heard.append, heard.append).finished):
        pass
    assert [type(error) for error in heard] == [Cancelled]
    assert len(ears.crashes) == 1


def test_close_stops_running_jobs_and_drops_their_results(qtbot, jobs):
    seen = []

    def work(handle):
        while not handle.cancelled():
            threading.Event().wait(0.005)
        return "late"

    job = jobs.start("算", work, seen.append)
    assert jobs.close()
    with qtbot.waitSignal(job.finished):
        pass
    assert seen == []


class Load:
    """Something big that a job's function holds."""


def test_nothing_of_an_ended_job_stays_in_memory(qtbot, jobs):
    loads = []
    done = []

    def begin():
        load = Load()
        loads.append(weakref.ref(load))
        jobs.start("算", lambda handle: id(load), done.append)

    for _round in range(40):
        for _job in range(50):
            begin()
        qtbot.waitUntil(lambda: len(done) == len(loads))
    gc.collect()
    assert [load() for load in loads if load() is not None] == []
