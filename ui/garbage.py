"""Has Python's garbage collections run on the window's own thread, and there only.

Python collects on whatever thread happens to make the next object. A dead cycle with a widget, a
timer or a context in it, collected by a job, has Qt destroy these on the job's thread: their
timers cannot be stopped there, and the event loop falls over the next one that fires.
"""

from __future__ import annotations

import gc
import threading
import time

from PySide6.QtCore import QObject, QTimer

from ui import memory

LOOK_MS = 250
REST_SHARE = 100
"""A full collection waits until this many times as long as the last one took has gone by."""
_OLDEST = 2


class Collector(QObject):
    """Collects from a timer of the thread that makes it, once as much is new as Python would ask.

    The thresholds are Python's, so that who puts full collections off for a while still does.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = threading.get_ident()
        self._rest_until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take the collections over from Python."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave them to Python again."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        assert threading.get_ident() == self._thread
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if 0 < most < count
        ]
        if not due:
            return
        oldest = max(due)
        if oldest == _OLDEST and time.monotonic() < self._rest_until:
            oldest -= 1
        begun = time.monotonic()
        gc.collect(oldest)
        if oldest == _OLDEST:
            memory.give_back()
            now = time.monotonic()
            self._rest_until = now + REST_SHARE * (now - begun)
