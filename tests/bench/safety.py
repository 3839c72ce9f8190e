"""Times what keeps the data safe on a year of the metro: `python -m tests.bench.safety`.

520 envoys and twelve months of 700 visits in four versions each; opening with its check, a backup,
a backup where nothing changed, the list with its previews, a restore, one change.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from envoy_app.domain.backups import Reason
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import PlanView
from envoy_app.services.workspace import Workspace, open_workspace
from tests.plan_factory import make_plan_view
from tests.ui.world import demands_of, envoys_of

MONTHS, VERSIONS = 12, 4
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


def store(workspace: Workspace, plan: PlanView, name: str, version: int) -> None:
    """Add a plan version under another name."""
    info = replace(plan.info, id=new_id(), name=name, version_no=version)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(replace(plan, info=info), {"format": secrets.token_hex(INSTANCE // 2)})
        uow.commit()


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

        timed("one change, stored", change)
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
