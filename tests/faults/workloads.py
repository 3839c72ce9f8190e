"""What the office does to its database, in steps that can be killed, failed and cut.

The steps go through the services. Ids are made the same in every run, so that the whole contents
(all columns but times) after each step are known beforehand: after a fault the database must hold
exactly what one of two neighbouring steps left, and what it kept beside it (a backup, a damaged
database set aside) no less than the earlier of the two.
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
from envoy_app.domain.backups import Reason
from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import ImportBatch, PastedTable
from envoy_app.domain.people import Skill
from envoy_app.domain.plans import PlanView
from envoy_app.domain.teams import LEADER, TeamChange
from envoy_app.persistence.backups import BackupStore, export
from envoy_app.persistence.chain import broken_links
from envoy_app.persistence.schema import HEAD as HEAD_REVISION
from envoy_app.services.backups import restore_database
from envoy_app.services.imports import ImportService
from envoy_app.services.planning import PlanRequest
from envoy_app.services.workspace import Workspace, open_workspace
from tests.factories import LONGQUAN, make_demand, make_envoy, make_proposal, make_standard
from tests.faults.vfs import Operation, available, unwatched, watched
from tests.plan_factory import make_plan_view
from tests.services.import_books import HEAD, person

STORED = Path(__file__).parents[1] / "persistence" / "stored"
MAIN = "特派员 1.db"
COUNTIES = ("510104", "510121", "510185")
WEEK = (date(2026, 12, 7), date(2026, 12, 11))
# What differs from run to run: moments, what is chained to them, how long a search took.
_LOOSE = {"created_at", "updated_at", "undone_at", "chain", "seconds"}


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

    Raises sqlite3.Error where the file is damaged or was never finished, where a record points to
    nothing, where the chain of changes is broken.
    """
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        _check(connection)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")
        for (name,) in names.fetchall():
            rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
            columns = [column[0] for column in rows.description]
            kept = [index for index, column in enumerate(columns) if column not in _LOOSE]
            gone = [index for index, column in enumerate(columns) if column == "undone_at"]
            for row in rows:
                if ChangeKind.RESTORE in row:  # says when the backup was made
                    continue
                values = [row[i] for i in kept], [row[i] is None for i in gone]
                found.update(repr((name, values)).encode())
    return found.hexdigest()


def _check(connection: sqlite3.Connection) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer == "ok":
        answer = str(connection.execute("PRAGMA foreign_key_check").fetchone() or "ok")
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if answer == "ok" and revision == HEAD_REVISION:
        answer = str(broken_links(connection) or "ok")
    if answer != "ok":
        raise sqlite3.DatabaseError(answer)


@dataclass(frozen=True)
class State:
    """Digests of the database and of the backups that a user asked for, and of what was kept.

    `kept` is the newest backup beside the database and the damaged database set aside. Each step
    writes it first, so that between two steps it may be the later one's already.
    """

    main: tuple[str, ...]
    kept: tuple[str, ...]

    def between(self, before: State, after: State) -> bool:
        """Whether this is what one of two neighbouring steps left, or the first of the two."""
        return self in (before, after) or (self.main, self.kept) == (before.main, after.kept)


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
        self.__dict__.pop("imports", None)
        workspace = self.__dict__.pop("workspace", None)
        if workspace is not None:
            workspace.close()

    def state(self) -> State:
        """Return what the folder holds; exported backups that are whole, in order."""
        with unwatched():
            found = [self._main()]
            for path in sorted(self.folder.glob("backup-*.db")):
                try:
                    found.append(contents(path))
                except sqlite3.Error:
                    break
            return State(tuple(found), self._kept())

    @property
    def untouched(self) -> bool:
        """Whether the database still is the damaged one that the phase began with."""
        return self._is_damaged(self.path)

    def _is_damaged(self, path: Path) -> bool:
        return path.is_file() and path.read_bytes() == self.kit.damaged

    def _main(self) -> str:
        return "damaged" if self.untouched else contents(self.path)

    def _kept(self) -> tuple[str, ...]:
        aside = any(map(self._is_damaged, self.folder.glob("*损坏-*.db")))
        found = ("set aside",) if aside else ()
        newest = next(iter(BackupStore(self.path).entries()), None)
        return (*found, contents(newest.path)) if newest else found


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
    damaged: bytes
    _known: dict[str, Known] = field(default_factory=dict)

    def stage(self, folder: Path, start: str) -> Stage:
        """Return a fresh folder with a copy of a template, of nothing where it is "new".

        "filled" has people and demands, "old" the first schema, "small" what is planned quickly;
        "damaged" is one that cannot be read, with a backup to restore.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if start == "damaged":
            (folder / MAIN).write_bytes(self.damaged)
            shutil.copyfile(self.folder / "filled.db", folder / "backup-0.db")
        elif start != "new":
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
    batches = _fill(folder / "filled.db")
    _fill_small(folder / "small.db")
    damaged = bytearray((folder / "filled.db").read_bytes())
    damaged[4096:40960] = b"\x5a" * 36864
    plan = make_plan_view(visits=60, envoys=40, counties=COUNTIES)
    return Kit(folder, batches, plan, bytes(damaged))


def _fill(path: Path) -> tuple[ImportBatch, ...]:
    workspace = open_workspace(path, actor="test")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    imports.apply_batch(imports.open([], texts=[_table(0, 30, "")]))
    workspace.demands.add([make_demand(content=f"第 {number} 件") for number in range(20)])
    alone = [[_table(start, start + 40, f"第 {start} 次")] for start in (10, 30, 50)]
    two = [_table(20, 50, "甲"), _table(40, 70, "乙")]  # some people are in both
    batches = tuple(imports.open([], texts=texts) for texts in (*alone, two))
    workspace.close()
    return batches


def _fill_small(path: Path) -> None:
    """Three people and one county to serve: planned in a moment."""
    workspace = open_workspace(path, actor="test")
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.standards.remove([item.id for item in workspace.reference.standards()])
        uow.minimums.remove([item.county for item in workspace.reference.minimums()])
        uow.standards.add([make_standard(visits_per_month=4, required=4)])
        uow.commit()
    people = [make_envoy(base_county=LONGQUAN, skills=(Skill("S08", 3),)) for _ in range(3)]
    workspace.roster.add(people)
    workspace.demands.add([make_demand(specialties=("S08",))])
    workspace.close()


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
    stage.workspace.history.undo()


def redone(stage: Stage) -> None:
    stage.workspace.history.redo()


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


def rested(stage: Stage) -> None:
    stage.workspace.calendar.set_days(date(2026, 12, 14), date(2026, 12, 16), DayKind.OFF, "培训")


def teamed(stage: Stage) -> None:
    """Apply a proposal that gives everybody's first a team and a role."""
    people = stage.workspace.roster.envoys()[:12]
    changes = tuple(
        TeamChange(one, replace(one, team_county=COUNTIES[place % 3], team_role=LEADER))
        for place, one in enumerate(people)
    )
    stage.workspace.teams.apply(make_proposal(changes))


def solved(stage: Stage) -> None:
    """Plan in the optimiser's own process."""
    stage.workspace.planning.run(PlanRequest(*WEEK, name="一周", time_limit=20, workers=1))


def backed_up(number: int) -> Step:
    def step(stage: Stage) -> None:
        export(stage.path, stage.folder / f"backup-{number}.db")

    return step


def kept(stage: Stage) -> None:
    """Make a backup as the window does from time to time."""
    stage.workspace.backups.make(Reason.CHANGE)


def restored(stage: Stage) -> None:
    """Bring a backup back as the window does: what it had open is let go of first."""
    stage.close()
    restore_database(stage.folder / "backup-0.db", stage.path)


@dataclass(frozen=True)
class Phase:
    """Steps from a template on; each is acknowledged when it returns."""

    start: str
    steps: tuple[Step, ...]

    @property
    def opens(self) -> bool:
        """Whether the first step is to open the database, which makes or migrates it."""
        return self.start in ("new", "old")


_ALL_KINDS = (rested, decided(0), teamed, planned, published)

# A further phase is a line here: all the faults are tried on it.
PHASES: dict[str, Phase] = {
    "import": Phase("filled", (imported(0), imported(1), imported(2))),
    "import of two files": Phase("filled", (imported(3), undone, redone)),
    "save": Phase("filled", (*map(saved, range(8)), *map(decided, range(3)))),
    "plan": Phase("filled", (planned, published, planned, published)),
    "undo, redo": Phase("filled", (imported(1), undone, redone, undone, redone)),
    "undo all kinds": Phase("filled", (*_ALL_KINDS, *[undone] * 5, *[redone] * 5)),
    "solve": Phase("small", (solved, solved)),
    "backup": Phase("filled", (backed_up(0), saved(0), kept, backed_up(1), saved(1), kept)),
    "restore": Phase("filled", (backed_up(0), saved(0), restored, saved(1), restored)),
    "restore of a damaged": Phase("damaged", (restored, saved(0))),
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
