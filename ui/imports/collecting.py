"""Lets Python's garbage collections pass over a large import that is shown.

A full collection visits millions of objects, a second during which the window stands still; while
an import is worked on, the services put them off themselves.
"""

from __future__ import annotations

import gc

LARGE_ROWS = 10_000


def set_aside(rows: int) -> None:
    """Let collections pass over what is there now, where it is a large import."""
    if rows >= LARGE_ROWS:
        gc.freeze()


def take_back() -> None:
    """Let collections visit everything again, once the import is put away."""
    gc.unfreeze()
