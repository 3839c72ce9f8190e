"""What the office does to its database, in steps that can be killed, failed and cut.

The steps go through the services. Ids are made the same in every run, so that the whole contents
(all columns but times) after each step are known beforehand: after a fault the database must hold
exactly what one of two neighbouring steps left.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import pytest

from envoy_app.domain import ids
from envoy_app.domain.demands import DemandState
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import ImportBatch, PastedTable
from envoy_app.domain.plans import PlanView
from envoy_app.persistence.backups import export
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import Workspace, open_workspace
from tests.factories import make_demand
from tests.faults.vfs import Operation, available, unwatched, watched
from tests.plan_factory import make_plan_view
from tests.services.import_books import HEAD, person

STORED = Path(__file__).parents[1] / "persistence" / "stored"
MAIN = "特派员 1.db"
COUNTIES = ("510104", "510121", "510185")
_TIMES = {"created_at", "updated_at", "undone_at"}


@contextmanager
def same_ids(number: int) -> Iterator[None]:
    """Make the ids of a step the same in every run, also when it is taken again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_counter", itertools.count(1))
        patch.setattr(ids, "secrets", SimpleNamespace(randbits=random.Random(number).getrandbits))
        patch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: 10**18 + number * 10**9))
        yield


def contents(path: Path) -> str:
    """Return a digest of every row of every table, without times.

    Raises sqlite3.Error where the file is damaged or was never finished.
    """
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        connection.execute("SELECT * FROM alembic_version")
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")
        for (name,) in names.fetchall():
            rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
            columns = [column[0] for column in rows.description]
            kept = [index for index, column in enumerate(columns) if column not in _TIMES]
            gone = [index for index, column in enumerate(columns) if column == "undone_at"]
            for row in rows:
                values = [row[i] for i in kept], [row[i] is None for i in gone]
                found.update(repr((name, values)).encode())
    return found.hexdigest()


State = tuple[str, ...]


@dataclass
class Stage:
    """A folder with a database, and what the steps need that is made beforehand."""

    folder: Path
    kit: Kit

    @property
    def path(self) -> Path:
        return self.folder / MAIN

    @cached_property
    def workspace(self) -> Workspace:
        return open_workspace(self.path, actor="张三")

    @cached_property
    def imports(self) -> ImportService:
        return ImportService(self.workspace.context, lambda: date(2026, 11, 20))

    def close(self) -> None:
        if "workspace" in self.__dict__:
            self.workspace.close()

    def state(self) -> State:
        """Return what the folder holds: the database and the backups that are whole, in order."""
        with unwatched():
            found = [contents(self.path)]
            for path in sorted(self.folder.glob("backup-*.db")):
                try:
                    found.append(contents(path))
                except sqlite3.Error:
                    break
        return tuple(found)


@dataclass(frozen=True)
class Known:
    """What an undisturbed run of a phase left after each step, and how much it did."""

    states: tuple[State, ...]
    calls: Counter[str]  # by kind
    seconds: float

    @property
    def writes(self) -> int:
        """How many calls write."""
        return self.calls.total() - self.calls["read"]


@dataclass(frozen=True)
class Kit:
    """Templates of databases, tables to import, a plan to store, and how runs should end."""

    folder: Path
    batches: tuple[ImportBatch, ...]
    plan: PlanView
    _known: dict[str, Known] = field(default_factory=dict)

    def stage(self, folder: Path, start: str) -> Stage:
        """Return a fresh folder with a copy of a template: "filled", "old" or "new" (nothing)."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if start != "new":
            shutil.copyfile(self.folder / f"{start}.db", folder / MAIN)
        return Stage(folder, self)

    def known(self, name: str) -> Known:
        """Return how an undisturbed run of a phase goes."""
        if name not in self._known:
            self._known[name] = _undisturbed(self, PHASES[name])
        return self._known[name]


def make_kit(folder: Path) -> Kit:
    """Make templates and materials in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "old.db").write_bytes(gzip.decompress((STORED / "0001.db.gz").read_bytes()))
    workspace = open_workspace(folder / "filled.db", actor="test")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    imports.apply_batch(imports.open([], texts=[_table(0, 30, "")]))
    workspace.demands.add([make_demand(content=f"第 {number} 件") for number in range(20)])
    batches = tuple(
        imports.open([], texts=[_table(start, start + 40, f"第 {start} 次")])
        for start in (10, 30, 50)
    )
    workspace.close()
    return Kit(folder, batches, make_plan_view(visits=60, envoys=40, counties=COUNTIES))


def _table(first: int, last: int, remarks: str) -> PastedTable:
    rows = [HEAD, *(person(number, remarks=remarks) for number in range(first, last))]
    text = "\n".join("\t".join(str(cell or "") for cell in row) for row in rows)
    return PastedTable(f"名册 {first}", text)


Step = Callable[[Stage], object]


def opened(stage: Stage) -> None:
    """Open the workspace: made, filled or migrated where needed."""
    assert stage.workspace.path == stage.path


def imported(number: int) -> Step:
    def step(stage: Stage) -> None:
        imports = stage.imports
        imports.apply_batch(imports.refresh(stage.kit.batches[number]))

    return step


def undone(stage: Stage) -> None:
    stage.imports.undo(_last_run(stage, undone=False))


def redone(stage: Stage) -> None:
    stage.imports.redo(_last_run(stage, undone=True))


def _last_run(stage: Stage, *, undone: bool) -> str:
    found = [run for run in stage.imports.history() if (run.undone_at is not None) is undone]
    return max(found, key=lambda run: run.id).id


def saved(number: int) -> Step:
    def step(stage: Stage) -> None:
        envoy = stage.workspace.roster.envoys()[number]
        stage.workspace.roster.save(replace(envoy, remarks=f"改动 {number}" * 9))

    return step


def decided(number: int) -> Step:
    def step(stage: Stage) -> None:
        demands = stage.workspace.demands
        chosen = [item.id for item in demands.demands()[number * 5 : number * 5 + 5]]
        demands.set_state(chosen, DemandState.REJECTED, "重复报送")

    return step


def planned(stage: Stage) -> None:
    info = replace(stage.kit.plan.info, id=new_id())
    stage.workspace.planning.store(replace(stage.kit.plan, info=info), {"days": []})


def published(stage: Stage) -> None:
    newest = max(stage.workspace.planning.plans(), key=lambda info: info.version_no)
    stage.workspace.planning.publish(newest.id)


def backed_up(number: int) -> Step:
    def step(stage: Stage) -> None:
        export(stage.path, stage.folder / f"backup-{number}.db")

    return step


@dataclass(frozen=True)
class Phase:
    """Steps from a template on; each is acknowledged when it returns."""

    start: str
    steps: tuple[Step, ...]

    @property
    def opens(self) -> bool:
        """Whether the first step is to open the database, which makes or migrates it."""
        return self.start in ("new", "old")


# A further phase is a line here: all the faults are tried on it.
PHASES: dict[str, Phase] = {
    "import": Phase("filled", (imported(0), imported(1), imported(2))),
    "save": Phase("filled", (*map(saved, range(8)), *map(decided, range(3)))),
    "plan": Phase("filled", (planned, published, planned, published)),
    "undo, redo": Phase("filled", (imported(1), undone, redone, undone, redone)),
    "backup": Phase("filled", (backed_up(0), saved(0), backed_up(1), saved(1))),
    "migrate": Phase("old", (opened,)),
    "create": Phase("new", (opened, imported(0))),
}


def take(stage: Stage, phase: Phase, number: int) -> None:
    """Take one step of a phase."""
    with same_ids(number):
        phase.steps[number](stage)


def run(stage: Stage, phase: Phase, acknowledge: Callable[[], object]) -> None:
    """Take all the steps of a phase."""
    for number in range(len(phase.steps)):
        take(stage, phase, number)
        acknowledge()
    stage.close()


def _undisturbed(kit: Kit, phase: Phase) -> Known:
    """Run a phase without a fault.

    Where opening again finishes what was broken off, the state after opening is the first.
    """
    stage, calls = kit.stage(kit.folder / "known", phase.start), Counter[str]()

    def count(call: Operation) -> None:
        calls[call.kind] += 1

    found: list[State] = [] if phase.opens else [stage.state()]
    started = monotonic()
    with watched(count, reads=True) if available() else nullcontext():
        run(stage, phase, lambda: found.append(stage.state()))
    states = [found[0], *found] if phase.opens else found
    return Known(tuple(states), calls, monotonic() - started)
