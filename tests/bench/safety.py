"""Times what keeps the data safe on a year of the metro: `python -m tests.bench.safety`.

520 envoys, twelve months of 700 visits in four versions each, 3,000 changes in the history: opening
with its check, one change, undo and redo of it and of an import of 500 rows, a backup, a backup
where nothing changed, the list with its previews, a restore, the check of the chain.
"""

from __future__ import annotations

import secrets
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from envoy_app.domain.backups import Reason
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import PastedTable
from envoy_app.domain.plans import PlanView
from envoy_app.persistence import sqlite_file
from envoy_app.persistence.chain import broken_links
from envoy_app.services.workspace import Workspace, open_workspace
from tests.plan_factory import make_plan_view
from tests.services.import_books import HEAD, person
from tests.ui.world import demands_of, envoys_of

MONTHS, VERSIONS = 12, 4
CHANGES = 3_000
ROWS = 500
INSTANCE = 400_000  # characters of hex: what a month's problem takes when compressed


def fill(path: Path) -> None:
    """Make the year."""
    plan = make_plan_view(visits=700, envoys=520)
    workspace = open_workspace(path, actor="test")
    workspace.roster.add(envoys_of(plan))
    workspace.demands.add(demands_of(plan))
    for month in range(MONTHS):
        for version in range(1, VERSIONS + 1):
            store(workspace, plan, f"第 {month + 1} 个月", version)
    workspace.close()
    grow_history(path)


def grow_history(path: Path) -> None:
    """Make changes as a year brings them; not waiting for the disk, which is not what is timed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_file, "_prepare", _hasty(sqlite_file._prepare))
        workspace = open_workspace(path, actor="test")
        people = workspace.roster.envoys()
        for number in range(CHANGES):
            envoy = workspace.roster.envoy(people[number % len(people)].id)
            workspace.roster.save(replace(envoy, remarks=f"第 {number} 次改动"))
        workspace.close()


def _hasty(prepare: Callable[..., None]) -> Callable[..., None]:
    def prepared(connection: sqlite3.Connection, entry: object) -> None:
        prepare(connection, entry)
        connection.execute("PRAGMA synchronous=OFF")

    return prepared


def table_of_people(rows: int) -> PastedTable:
    """Return a roster of people who are new."""
    cells = [HEAD, *(person(number, id=None) for number in range(rows))]
    return PastedTable("名册", "\n".join("\t".join(str(c or "") for c in row) for row in cells))


def store(workspace: Workspace, plan: PlanView, name: str, version: int) -> None:
    """Add a plan version under another name."""
    info = replace(plan.info, id=new_id(), name=name, version_no=version)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(replace(plan, info=info), {"format": secrets.token_hex(INSTANCE // 2)})
        uow.commit()


def offers(workspace: Workspace) -> object:
    """Read both lists, as the menu does."""
    return workspace.history.undoable(), workspace.history.redoable()


def chain_of(path: Path) -> None:
    """Check all links."""
    with closing(sqlite3.connect(path)) as connection:
        assert broken_links(connection) == ()


def timed(name: str, work: Callable[[], object], times: int = 3) -> None:
    """Print the shortest and the longest of some runs."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - began))
    print(f"{name:32}{min(spent):8.0f} …{max(spent):6.0f} ms")


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoy.db"
        fill(path)
        print(f"{path.stat().st_size / 1e6:.0f} MB")
        timed("open, with the start-up check", lambda: open_workspace(path, actor="test").close())
        workspace = open_workspace(path, actor="test")
        people = list(workspace.roster.envoys())

        def change() -> None:
            workspace.roster.save(replace(people.pop(), remarks="改"))

        def backup() -> None:
            workspace.backups.make(Reason.CHANGE)

        timed("one change, stored", change, 20)
        timed("undo of it", workspace.history.undo, 5)
        timed("redo of it", workspace.history.redo, 5)
        timed("what Ctrl+Z and Ctrl+Y offer", lambda: offers(workspace), 5)
        imports = workspace.imports
        batch = imports.open([], texts=[table_of_people(ROWS)])
        timed(f"import of {ROWS} rows", lambda: imports.apply_batch(batch), 1)
        timed("undo of the import", workspace.history.undo, 1)
        timed("redo of the import", workspace.history.redo, 1)
        timed("undo of the import again", workspace.history.undo, 1)
        timed("check of the chain", lambda: chain_of(path))
        for _ in range(3):
            change()
            timed("backup after a change", backup, 1)
        timed("backup where nothing changed", backup)
        timed("list with previews", workspace.backups.entries)
        (newest, *_) = workspace.backups.entries()
        timed("preview of a file", lambda: workspace.backups.preview(newest.path))
        change()
        timed("restore", lambda: workspace.backups.restore(newest.path), 1)
        workspace.close()


if __name__ == "__main__":
    sys.exit(main())
