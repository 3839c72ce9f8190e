"""Measures how long the event loop is silent: how long one event keeps it from the next.

Wall time would blame the program for whatever else the machine does. What counts here is
processor time of the window's own thread between two turns of its loop, and time it sleeps there
(a lock, a file, a child). A timer marks the turns; its marks are missing while the thread is held
up. Sleep is counted in ticks of a thread of our own: a machine that stands still stops the ticks,
too. Collections of garbage are left out: the window freezes what is there after its start, and a
process that runs hundreds of tests cannot.

An override of `QApplication.notify` would see each event by itself, but has Python know objects
under construction by the class they have so far, and they stay that.
"""

from __future__ import annotations

import faulthandler
import functools
import gc
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

MOST_SECONDS = 0.2
TURN_MS = 5
TICK_SECONDS = 0.02
TOLD_TICKS = 3
LATE_SECONDS = 0.03
"""A tick that comes this late tells of a busy machine, not of a sleeping thread."""
_ROOT = Path(__file__).parents[2]
_EVENTS = (
    "mouseClick", "mouseDClick", "mousePress", "mouseRelease", "mouseMove", "mouseEvent",
    "keyClick", "keyPress", "keyRelease", "keyEvent", "keySequence", "wheelEvent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Silence:
    """A turn of the loop that took too long.

    Attributes:
        busy: Seconds of the processor, garbage collection left out.
        asleep: Seconds spent waiting.
        stacks: Where the thread was at each tick, the innermost of our own functions first.
    """

    busy: float
    asleep: float
    stacks: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it on a few lines."""
        head = f"{self.busy * 1000:.0f} ms busy, {self.asleep * 1000:.0f} ms asleep"
        return "\n    ".join((head, *dict.fromkeys(self.stacks)))


@dataclass(slots=True, eq=False)
class _Turn:
    """The turn under way; `busy` and `collected` are clocks at its start."""

    busy: float
    collected: float
    ticks: int = 0
    asleep: int = 0
    stacks: list[str] = field(default_factory=list)


class Watch:
    """Follows the thread that makes it; what was too long is in `silences`."""

    def __init__(self, most: float = MOST_SECONDS) -> None:
        self.most = most
        self.longest = 0.0
        self.silences: list[Silence] = []
        self._thread = threading.get_ident()
        self._state = Path(f"/proc/self/task/{threading.get_native_id()}/stat")
        self._turn: _Turn | None = None
        self._collected = 0.0
        self._collecting = 0.0
        self._dump = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # until `stop`
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="watchdog", daemon=True)
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TURN_MS)
        self._timer.timeout.connect(self._mark)

    def start(self) -> None:
        """Begin to look."""
        gc.callbacks.append(self._on_collection)
        self._ticker.start()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._stop.set()
        self._ticker.join()
        self._dump.close()
        gc.callbacks.remove(self._on_collection)

    def take(self) -> tuple[Silence, ...]:
        """Return the silences since the last call, and forget them and the longest turn."""
        found, self.silences, self.longest = tuple(self.silences), [], 0.0
        return found

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at what is done within: an event that is sent, or an event loop that runs."""
        inner = self._turn is not None
        if not inner:
            self._turn = self._begun()
        try:
            yield
        finally:
            if not inner:
                self._mark()
                self._turn = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Leave out what is done within: the work of the test itself."""
        self._mark()
        try:
            yield
        finally:
            if self._turn is not None:
                self._turn = self._begun()

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, looked at."""

        @functools.wraps(call)
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.looking():
                return call(*args, **kwargs)

        return watched

    def _begun(self) -> _Turn:
        return _Turn(time.thread_time(), self._collected)

    def _mark(self) -> None:
        turn = self._turn
        if turn is None:
            return  # a loop that somebody else runs
        busy = time.thread_time() - turn.busy - (self._collected - turn.collected)
        asleep = turn.asleep * TICK_SECONDS
        self.longest = max(self.longest, busy, asleep)
        if max(busy, asleep) > self.most:
            self.silences.append(Silence(busy, asleep, tuple(turn.stacks)))
        self._turn = self._begun()

    def _on_collection(self, phase: str, info: dict[str, int]) -> None:
        if threading.get_ident() != self._thread:
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting

    # On the thread of its own -------------------------------------------------------------------

    def _tick(self) -> None:
        last, before = time.monotonic(), None
        while not self._stop.wait(TICK_SECONDS):
            now = time.monotonic()
            on_time, last = now - last < LATE_SECONDS, now
            turn = self._turn
            # One tick is no silence: most turns are over before the next.
            if turn is not None and turn is before and on_time:
                self._look(turn)
            before = turn

    def _look(self, turn: _Turn) -> None:
        turn.ticks += 1
        if turn.ticks >= TOLD_TICKS:
            turn.stacks.append(self._stack())
        if self._asleep():
            turn.asleep += 1

    def _stack(self) -> str:
        """What the thread does, read without making frames: those of a running thread may go."""
        self._dump.seek(0)
        self._dump.truncate()
        faulthandler.dump_traceback(self._dump, all_threads=True)
        self._dump.seek(0)
        found = re.search(f"0x0*{self._thread:x} .*\n((?:  File .*\n?)*)", self._dump.read())
        return _own(found[1]) if found else ""

    def _asleep(self) -> bool:
        """Whether the thread waits, and not for a processor; never where the system keeps quiet."""
        try:
            state = self._state.read_text()
        except OSError:
            return False
        return state.rpartition(")")[2].split()[0] in "SD"


def _own(trace: str) -> str:
    """Our own functions of a trace, the innermost first."""
    lines = re.findall(r'File "(.*)", line (\d+) in (.*)', trace)
    own = [
        f"{Path(file).relative_to(_ROOT)}:{line} {name}"
        for file, line, name in lines
        if file.startswith(str(_ROOT)) and file != __file__
    ]
    return " < ".join(own[:8])


def look_at_events(watch: Watch) -> None:
    """Have all that QTest sends looked at, and the loops that pytest-qt runs while it waits."""
    from pytestqt.qt_compat import qt_api

    for name in _EVENTS:
        setattr(QTest, name, staticmethod(watch.around(getattr(QTest, name))))
    qt_api.exec = watch.around(qt_api.exec)
