"""Which files of those dropped on the window are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def workbook_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return files; folders are searched."""
    found: list[Path] = []
    for path in paths:
        found.extend(
            sorted(p for p in path.rglob("*.xls*") if p.is_file()) if path.is_dir() else [path]
        )
    return tuple(found)
