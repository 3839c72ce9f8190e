"""What a fault left, judged: the old contents, the new ones, or something that must not be."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from envoy_app.domain.errors import UserError
from envoy_app.services.workspace import open_workspace
from tests.faults.workloads import Stage, State

WHOLE, LOST, HALF, CORRUPT = "whole", "lost", "half-applied", "corrupt"


@dataclass
class Tally:
    """How often each came out, and the first that must not be, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, verdict: str, words: str) -> None:
        self.counts[verdict] += 1
        if verdict != WHOLE and len(self.wrong) < 5:
            self.wrong.append(f"{verdict}: {words}")

    @property
    def total(self) -> int:
        return self.counts.total()


def judged(stage: Stage, known: Sequence[State], done: int) -> tuple[str, str]:
    """Open what is left and tell whether it is what step `done` (acknowledged) or the next left."""
    try:
        if not stage.untouched:
            open_workspace(stage.path, actor="张三").close()
        found = stage.state()
    except (UserError, sqlite3.Error) as error:
        return CORRUPT, str(error)
    if found.between(known[done], known[min(done + 1, len(known) - 1)]):
        return WHOLE, ""
    return (LOST if found in known else HALF), f"after {done} steps"


def lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write what a disk holds into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
