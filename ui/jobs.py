"""Work off the UI thread: one object per job, one place for progress, results and errors."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, SignalInstance

from envoy_app.domain.errors import Cancelled, UserError

POLL_MS = 100
CLOSE_WAIT_MS = 15_000

T = TypeVar("T")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work is: `done` of `total` steps (total 0: unknown), and what it does now."""

    done: int = 0
    total: int = 0
    text: str = ""


class JobHandle:
    """What the work sees of its job; usable from the worker thread."""

    def __init__(self) -> None:
        self._cancel = threading.Event()
        self._latest: object = _NOTHING

    def report(self, progress: object) -> None:
        """Store how far the work is; the window looks every 100 ms, so call it at will."""
        self._latest = progress

    def cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return self._cancel.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled once the user asked to stop."""
        if self.cancelled():
            raise Cancelled

    def request_cancel(self) -> None:
        """Ask the work to stop."""
        self._cancel.set()

    def take_report(self) -> object | None:
        """Return what was reported since the last call, or None."""
        latest, self._latest = self._latest, _NOTHING
        return None if latest is _NOTHING else latest


class Job(QObject):
    """A running or ended piece of work, as the window sees it."""

    progressed = Signal(object)
    cancel_requested = Signal()
    finished = Signal()

    def __init__(
        self, number: int, title: str, runner: JobRunner, *, key: str, quiet: bool
    ) -> None:
        super().__init__(runner)
        self.quiet = quiet
        self.number = number
        self.title = title
        self.key = key
        self.handle = JobHandle()
        self.running = True
        self.stale = False
        self.progress: object | None = None

    @property
    def cancelling(self) -> bool:
        """Whether the job was asked to stop."""
        return self.handle.cancelled()

    def cancel(self) -> None:
        """Ask the work to stop; `finished` follows when it has."""
        if self.running and not self.cancelling:
            self.handle.request_cancel()
            self.cancel_requested.emit()

    def drop(self) -> None:
        """Stop the work and let nobody hear of its result."""
        self.stale = True
        self.cancel()

    def poll(self) -> None:
        """Pass on what the work reported last."""
        latest = self.handle.take_report()
        if latest is not None and not self.stale:
            self.progress = latest
            self.progressed.emit(latest)


@dataclass(frozen=True, slots=True)
class _Ending:
    """How the work ended: a value or an exception."""

    value: object
    error: BaseException | None


class _Work:
    """Runs one function on a pool thread and says how it ended.

    No QRunnable: of those that end before `QThreadPool.start` has returned, PySide keeps
    some for good (100 to 200 of 4,000), with all that their functions hold. It lets go of a plain
    callable.
    """

    def __init__(self, number: int, call: Callable[[], object], ended: SignalInstance) -> None:
        self._number = number
        self._call = call
        self._ended = ended

    def __call__(self) -> None:
        try:
            ending = _Ending(self._call(), None)
        except BaseException as error:  # whatever it is, the window must hear of it
            ending = _Ending(None, error)
        with suppress(RuntimeError):  # gone with its window: nobody is left to be told
            self._ended.emit(self._number, ending)


class JobRunner(QObject):
    """Starts jobs, polls their progress and delivers their results on the UI thread.

    `show_error` gets errors told to people (UserError), `crash` all others; Cancelled is silent.
    """

    jobs_changed = Signal()
    _ended = Signal(int, object)

    def __init__(
        self,
        show_error: Callable[[Exception], None],
        crash: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._show_error = show_error
        self._crash = crash
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._endings: dict[int, Callable[[_Ending], None]] = {}
        self.closed = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(max(2, QThreadPool.globalInstance().maxThreadCount()))
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._ended.connect(self._deliver)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Running jobs, oldest first."""
        return tuple(self._jobs.values())

    def start(
        self,
        title: str,
        work: Callable[[JobHandle], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None] | None = None,
        *,
        key: str = "",
        quiet: bool = False,
    ) -> Job:
        """Run `work(handle)` on a pool thread, then `on_done(result)` on the UI thread.

        A job with a `key` makes an older running one with the same key stale. `on_error` hears
        UserError and Cancelled instead of the common error place; after anything unforeseen it
        hears Cancelled, once the crash dialog has it. A `quiet` job is not shown to the user.
        """
        for older in self.jobs:
            if key and older.key == key:
                older.drop()
        job = Job(next(self._numbers), title, self, key=key, quiet=quiet)
        self._jobs[job.number] = job
        self._endings[job.number] = self._ending(job, on_done, on_error)
        self._pool.start(_Work(job.number, lambda: work(job.handle), self._ended))
        self._timer.start()
        self.jobs_changed.emit()
        return job

    def close(self, wait_ms: int = CLOSE_WAIT_MS) -> bool:
        """Ask all jobs to stop and wait for them; their results are dropped.

        Returns whether all ended in time.
        """
        self.closed = True
        for job in self.jobs:
            job.drop()
        return self._pool.waitForDone(wait_ms)

    def _ending(
        self,
        job: Job,
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None] | None,
    ) -> Callable[[_Ending], None]:
        def end(ending: _Ending) -> None:
            if job.stale:
                return
            if ending.error is None:
                on_done(ending.value)  # type: ignore[arg-type]  # what `work` returned: T
            else:
                self._fail(ending.error, on_error)

        return end

    def _fail(self, error: BaseException, on_error: Callable[[Exception], None] | None) -> None:
        if isinstance(error, UserError | Cancelled):
            if on_error is not None:
                on_error(error)
            elif isinstance(error, UserError):
                self._show_error(error)
        else:
            self._crash(error)
            if on_error is not None and isinstance(error, Exception):
                on_error(Cancelled())

    def _poll(self) -> None:
        for job in self.jobs:
            job.poll()

    def _deliver(self, number: int, ending: _Ending) -> None:
        job = self._jobs.pop(number)
        job.poll()
        job.running = False
        if not self._jobs:
            self._timer.stop()
        end = self._endings.pop(number)
        self.jobs_changed.emit()
        try:
            end(ending)
        finally:
            job.finished.emit()
            job.deleteLater()
