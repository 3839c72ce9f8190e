"""Files that are on the disk when we say so, also after a power cut."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk: a rename is durable only then."""
    if os.name != "posix":  # Windows cannot open folders; its renames are journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some mounted file systems refuse to sync folders; the file itself is safe.
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def replace_durably(temporary: Path, target: Path) -> None:
    """Put a finished file in the target's place in one step that a power cut cannot split."""
    sync_file(temporary)
    temporary.replace(target)
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, durably, where it is missing."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
