"""Kills a process at random moments of one phase, and looks at what is left, many times.

A program of its own, since it forks: `python -m tests.faults.kill_rounds PHASE COUNT FOLDER`.
Each child dies of a timer whose signal nobody handles, so also in the middle of a call of SQLite.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from envoy_app.domain.backups import Reason
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.backups import BackupStore
from envoy_app.persistence.database import open_database
from envoy_app.persistence.restore import restore
from tests.factories import make_envoy

STORED = Path(__file__).parents[1] / "persistence" / "stored"


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def old_database(path: Path) -> None:
    path.write_bytes(gzip.decompress((STORED / "0001.db.gz").read_bytes()))


def new_database(path: Path, envoys: int) -> None:
    database = open_database(path)
    with database.writing("test") as uow:
        uow.envoys.add([make_envoy(base_county=None, team_county=None) for _ in range(envoys)])
        uow.commit()
    database.close()


class Phase:
    """What is done to a database, and what must be there whenever it is cut off."""

    def __init__(self, folder: Path) -> None:
        self.start = folder / "start"
        self.start.mkdir()
        self.prepare(self.start / "a.db")

    def prepare(self, path: Path) -> None:
        """Make the database to begin with."""
        raise NotImplementedError

    def act(self, path: Path) -> None:
        """What is killed."""
        raise NotImplementedError

    def check(self, path: Path) -> str:
        """Look at what is left; return what it is."""
        raise NotImplementedError


class Migrate(Phase):
    def prepare(self, path: Path) -> None:
        old_database(path)
        self.before = content(path)
        done = path.with_name("done.db")
        shutil.copyfile(path, done)
        open_database(done).close()
        self.after = self.people(done)
        shutil.rmtree(done.with_name("done.db-备份"))
        done.unlink()

    def people(self, path: Path) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT * FROM envoy ORDER BY id").fetchall()

    def act(self, path: Path) -> None:
        open_database(path).close()

    def check(self, path: Path) -> str:
        revision = sqlite_file.inspect(path)
        if revision != schema.HEAD:
            assert content(path) == self.before
        open_database(path).close()  # the next start does it, or has nothing to do
        assert self.people(path) == self.after
        good = BackupStore(path).newest_good()
        assert good is not None
        assert content(good.path) == self.before
        return "new" if revision == schema.HEAD else "old"


class Backup(Phase):
    def prepare(self, path: Path) -> None:
        new_database(path, 40)
        self.before = content(path)
        BackupStore(path).make(Reason.START)
        new_database(path, 1)
        self.after = content(path)

    def act(self, path: Path) -> None:
        BackupStore(path).make(Reason.CHANGE)

    def check(self, path: Path) -> str:
        sqlite_file.inspect(path)
        assert content(path) == self.after
        store = BackupStore(path)
        entries = [store.look(item) for item in store.entries()]
        assert entries
        assert all(item.usable for item in entries)
        assert all(content(item.path) in (self.before, self.after) for item in entries)
        return "new" if content(entries[0].path) == self.after else "old"


class Restore(Phase):
    def prepare(self, path: Path) -> None:
        new_database(path, 40)
        self.wanted = content(path)
        shutil.copyfile(path, path.with_name("wanted.db"))
        new_database(path, 60)
        self.before = content(path)

    def act(self, path: Path) -> None:
        restore(path.with_name("wanted.db"), path)

    def check(self, path: Path) -> str:
        sqlite_file.inspect(path)
        found = content(path)
        assert found in (self.before, self.wanted)
        if found == self.wanted:
            kept = BackupStore(path).newest_good()
            assert kept is not None
            assert content(kept.path) == self.before
        restore(path.with_name("wanted.db"), path)
        assert content(path) == self.wanted
        return "new" if found == self.wanted else "old"


class RestoreDamaged(Restore):
    def prepare(self, path: Path) -> None:
        super().prepare(path)
        data = bytearray(path.read_bytes())
        data[4096:40000] = b"\x5a" * (40000 - 4096)
        path.write_bytes(data)
        self.damaged = bytes(data)

    def check(self, path: Path) -> str:
        is_new = path.read_bytes() != self.damaged
        if is_new:
            assert content(path) == self.wanted
            assert any(f.read_bytes() == self.damaged for f in path.parent.glob("a.损坏-*Z.db"))
        else:
            restore(path.with_name("wanted.db"), path)
            assert content(path) == self.wanted
        return "new" if is_new else "old"


PHASES: dict[str, Callable[[Path], Phase]] = {
    "migrate": Migrate,
    "backup": Backup,
    "restore": Restore,
    "restore-damaged": RestoreDamaged,
}


def run(phase: Phase, folder: Path, seconds: float) -> bool:
    """Run the phase in a child that dies after `seconds` (0: never); return whether it died."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            phase.act(folder / "a.db")
        except BaseException:
            os._exit(1)
        signal.setitimer(signal.ITIMER_REAL, 0)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the phase failed by itself"
    return os.WIFSIGNALED(status)


def main(name: str, count: int, folder: Path) -> None:
    """Print how often the phase was killed and what was there afterwards."""
    phase = PHASES[name](folder)
    rng = random.Random(count)
    spent = []
    for n in range(2):
        shutil.copytree(phase.start, folder / f"try{n}")
        began = time.perf_counter()
        assert not run(phase, folder / f"try{n}", 0)
        spent.append(time.perf_counter() - began)
    figures = {"killed": 0, "old": 0, "new": 0}
    for n in range(count):
        place = folder / str(n)
        shutil.copytree(phase.start, place)
        figures["killed"] += run(phase, place, rng.uniform(0.0005, min(spent) * 1.1))
        figures[phase.check(place / "a.db")] += 1
        shutil.rmtree(place)
    sys.stdout.write(f"{name} {figures}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
