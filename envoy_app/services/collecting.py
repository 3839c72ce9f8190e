"""Keeps Python's full garbage collections out of the way of a large import.

Fifty thousand rows are some millions of objects. A full collection visits them all while nothing
else runs, the window neither: a second each time, and building the rows sets off several, a third
of all the work. They hold no cycles and are freed without it.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000
_lock = threading.Lock()
_running: list[tuple[int, int, int]] = []


@contextmanager
def no_full_collections() -> Iterator[None]:
    """Put full collections off until the work is done; collections of young objects go on."""
    with _lock:
        usual = _running[0] if _running else gc.get_threshold()
        _running.append(usual)
        gc.set_threshold(usual[0], usual[1], _NEVER)
    try:
        yield
    finally:
        with _lock:
            _running.pop()
            if not _running:
                gc.set_threshold(*usual)
