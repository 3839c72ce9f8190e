"""Keeps the collector of cyclic garbage still while large data is read or written."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_still() -> Iterator[None]:
    """Records have no cycles; to walk half a million of them again and again takes long."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
