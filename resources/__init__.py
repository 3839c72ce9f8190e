"""Data the product ships, and the one way to open it."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path


def resource_path(name: str) -> Path:
    """Return the path of a shipped file or folder, `name` relative to resources/.

    Raises FileNotFoundError where it is missing: an installation without it is broken.
    """
    path = Path(str(resources.files(__name__))).joinpath(*name.split("/"))
    if not path.exists():
        raise FileNotFoundError(f"resource missing from the installation: {name}")
    return path


def read_table(name: str) -> list[dict[str, str]]:
    """Read a shipped CSV file (UTF-8, header row) as one dict per row."""
    with resource_path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
