"""Backups and restores in turn with all kinds of changes: what comes back is what was backed up."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import UserError
from envoy_app.domain.history import ChangeKind
from envoy_app.persistence.backups import export
from envoy_app.services.backups import restore_database
from tests.faults.checking import HALF, WHOLE, Tally
from tests.faults.workloads import (
    Kit,
    Stage,
    contents,
    decided,
    imported,
    planned,
    published,
    redone,
    rested,
    saved,
    teamed,
    undone,
)

STEPS = (
    *map(imported, range(4)),
    *map(saved, range(8)),
    *map(decided, range(3)),
    *(rested, teamed, planned, published, undone, undone, redone),
)
FRESH = 10  # rounds until a new database begins, which would grow without end
Rows = dict[str, set[str]]


def rows_of(path: Path) -> Rows:
    """Return every row of every table, all columns, but for what says that it was restored."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        told = f"SELECT id FROM change_set WHERE kind = '{ChangeKind.RESTORE}'"
        own = {"change_set": f"id NOT IN ({told})", "change": f"change_set_id NOT IN ({told})"}
        return {
            name: set(map(repr, connection.execute(f'SELECT * FROM "{name}" WHERE {where}')))
            for (name,) in names
            for where in (own.get(name, "1"),)
        }


def _work(stage: Stage, draw: random.Random) -> None:
    """Take some steps; one that makes no sense now is refused."""
    for step in draw.choices(STEPS, k=draw.randint(1, 4)):
        with suppress(UserError):
            if step is not published or stage.workspace.planning.plans():
                step(stage)


def _backed_up(stage: Stage, draw: random.Random) -> Path:
    if draw.random() < 0.5:
        return export(stage.path, stage.folder / "backup-0.db").path
    made = stage.workspace.backups.make(Reason.MANUAL)
    return made.path if made else stage.workspace.backups.entries()[0].path


def _round(stage: Stage, draw: random.Random) -> str:
    """Change, back up, change, restore; return what is wrong then."""
    _work(stage, draw)
    backup, before = _backed_up(stage, draw), rows_of(stage.path)
    _work(stage, draw)
    stage.close()
    found = restore_database(backup, stage.path).now.contents
    after = rows_of(stage.path)
    if after != before:
        wrong = sorted(name for name in before if before[name] != after.get(name))
        return f"differs in {', '.join(wrong)}"
    if found is None or found.demands != len(before["demand"]):
        return "counts differ"
    contents(stage.path)  # raises where it is damaged, dangling or its chain is broken
    return ""


def restore_rounds(kit: Kit, folder: Path, count: int, seed: int = 1) -> Tally:
    """Back up and restore `count` times."""
    tally, draw = Tally(), random.Random(seed)
    stage = kit.stage(folder / "restored", "filled")
    for number in range(count):
        if number % FRESH == 0:
            stage.close()
            stage = kit.stage(folder / "restored", "filled")
        words = _round(stage, draw)
        tally.add(HALF if words else WHOLE, f"round {number}: {words}")
    stage.close()
    return tally
