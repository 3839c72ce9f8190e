"""A process killed while it imports or takes an import back: all of it is there or nothing."""

import signal
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pytest

from envoy_app.domain.imports import RowStatus
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import open_workspace

ROOT = Path(__file__).parents[2]
ROSTER = ROOT / "tests" / "io" / "data" / "02-titled-11.xlsx"
DEMANDS = ROOT / "tests" / "io" / "data" / "demand-11.xlsx"

# The child dies at its n-th statement of the writing transaction, or just after the commit.
KILLED = """
    import os, signal, sys
    from datetime import date
    from pathlib import Path
    from sqlalchemy import event
    from envoy_app.services.imports import ImportService
    from envoy_app.services.workspace import open_workspace

    workspace = open_workspace(Path(sys.argv[1]), actor="child")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    batch = imports.open([Path(sys.argv[4]), Path(sys.argv[5])])
    left = int(sys.argv[3])

    def die(*_):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = workspace.context.database._writing_engine
    event.listen(engine, "after_cursor_execute", die)
    if sys.argv[2] == "import":
        imports.apply_batch(batch)
    else:
        imports.undo(imports.history()[0].id)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path: Path, what: str, at: int) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path), what, str(at)]
    files = [str(ROSTER), str(DEMANDS)]
    ended = subprocess.run(
        [*command, *files], check=False, timeout=60, cwd=ROOT, stderr=subprocess.PIPE
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def counted(path: Path) -> tuple[int, int, int, int]:
    """Envoys, demands, runs that count and described changes."""
    workspace = open_workspace(path, actor="test")
    with workspace.context.read() as uow:
        runs = [run for run in uow.import_runs.all() if run.undone_at is None]
        found = uow.envoys.count(), uow.demands.count(), len(runs), len(uow.changes.all())
    workspace.close()
    return found


NOTHING, ALL = (0, 0, 0, 0), (58, 59, 2, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("at", [11, 17, 0])
def test_a_killed_import_is_whole_or_nothing_and_can_be_done_again(tmp_path, at):
    path = tmp_path / "a.db"
    open_workspace(path, actor="test").close()
    killed(path, "import", at)
    assert counted(path) == (NOTHING if at else ALL)
    workspace = open_workspace(path, actor="test")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    batch, _ = imports.apply_batch(imports.open([ROSTER, DEMANDS]))
    new = sum(file.report.count(RowStatus.NEW) for file in batch.files)
    workspace.close()
    assert new == (117 if at else 0)
    assert counted(path) == ALL


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("at", [9, 0])
def test_a_killed_undo_is_whole_or_nothing(tmp_path, at):
    path = tmp_path / "a.db"
    workspace = open_workspace(path, actor="test")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    imports.apply_batch(imports.open([ROSTER, DEMANDS]))
    workspace.close()
    killed(path, "undo", at)
    assert counted(path) == (ALL if at else (0, 0, 0, 2))
