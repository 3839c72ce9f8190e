"""Memory nobody uses goes back to the system, where the C library keeps it otherwise."""

import ctypes
import platform
import subprocess
import sys

import psutil

from ui import memory

BLOCK = 64 * 1024  # too small to be mapped by itself
BLOCKS = 1_000
GLIBC = platform.libc_ver()[0] == "glibc"

SHARE = "from ui import memory; print(memory.share_heaps())"


def test_holes_between_blocks_in_use_are_given_back():
    library = ctypes.CDLL(None) if GLIBC else None
    if library is None:
        assert memory.give_back() is False
        return
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    blocks = [library.malloc(BLOCK) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    kept = blocks[::8]
    try:
        for number, block in enumerate(blocks):
            if number % 8:
                library.free(block)
        before = psutil.Process().memory_info().rss
        assert memory.give_back() is True
        freed = before - psutil.Process().memory_info().rss
    finally:
        for block in kept:
            library.free(block)
    assert freed > BLOCK * BLOCKS // 2


def test_heaps_are_shared_where_the_library_can():
    # In a process of its own: it holds for good.
    done = subprocess.run(
        [sys.executable, "-c", SHARE], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == str(GLIBC)
