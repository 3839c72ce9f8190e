"""Has the C library keep less memory that nobody uses.

Glibc gives each thread a heap of its own and gives freed memory back only from a heap's end: the
jobs' threads and the window's each come to hold a hundred megabytes of holes. Elsewhere than on
glibc nothing is done, and nothing needs to be: Windows has one heap for all threads.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_M_ARENA_MAX = -8  # malloc.h
_HEAPS = 2  # the window's, and one for all jobs together


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def share_heaps() -> bool:
    """Have all threads to come share few heaps; returns whether that was possible."""
    library = _glibc()
    return library is not None and bool(library.mallopt(_M_ARENA_MAX, _HEAPS))


def give_back() -> bool:
    """Give unused memory back to the system; returns whether there was any."""
    library = _glibc()
    return library is not None and bool(library.malloc_trim(ctypes.c_size_t(0)))
