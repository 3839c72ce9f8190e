"""Rounds of faults, for the tests (few) and for the table of figures (thousands)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.pool import ConnectionPoolEntry

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.persistence import sqlite_file
from envoy_app.services.workspace import open_workspace
from tests.faults import power, vfs
from tests.faults.checking import HALF, LOST, WHOLE, Tally, judged, lay_out
from tests.faults.vfs import Operation, Verdict, watched
from tests.faults.workloads import PHASES, Kit, Phase, Stage, State, take
from tests.faults.workloads import run as run_phase

# SQLITE_CANTOPEN and the kinds of SQLITE_IOERR.
_ERRORS = {"open": 14, "write": 778, "sync": 1034, "truncate": 1546, "delete": 2570, "read": 266}
WRITES = frozenset({"open", "write", "truncate", "sync", "delete"})


@contextmanager
def weaker(mode: str, synchronous: str) -> Iterator[None]:
    """Let the product use another journal and wait for less than it should."""
    prepare = sqlite_file._prepare

    def prepared(connection: sqlite_file.sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        prepare(connection, entry)
        connection.execute(f"PRAGMA synchronous={synchronous}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_file, "journal_mode", lambda version: mode)
        patch.setattr(sqlite_file, "_prepare", prepared)
        yield


def power_cuts(
    kit: Kit, folder: Path, name: str, count: int, seed: int = 1, *, twice: bool = False
) -> Tally:
    """Cut the power `count` times in a phase and open what is left.

    With `twice` the power is cut again while that is opened, and then it is opened once more.
    """
    phase, tally = PHASES[name], Tally()
    known = kit.known(name).states
    stage = kit.stage(folder / "recorded", phase.start)
    recording = power.Recording(stage.folder)
    with recording.running():
        run_phase(stage, phase, recording.acknowledge)
    left = Stage(folder / "cut", kit)
    for cut in power.cuts(recording, count, seed):
        lay_out(left.folder, cut.files)
        if twice and not left.untouched:
            again = power.Recording(left.folder)
            with again.running():
                open_workspace(left.path, actor="张三").close()
            lay_out(left.folder, next(power.cuts(again, 1, seed + tally.total)).files)
        tally.add(*judged(left, known, cut.acknowledged))
    return tally


@dataclass
class Failing:
    """Lets the n-th writing call fail, and with `lasting` those after it until it is mended."""

    at: int
    code: int = 0  # 0: the input/output error of the call
    lasting: bool = False
    part: bool = False  # half of the data is written first
    kinds: frozenset[str] = WRITES
    seen: int = 0
    mended: bool = False

    def __call__(self, call: Operation) -> Verdict | None:
        if call.kind not in self.kinds:
            return None
        self.seen += 1
        if self.mended or not (self.seen == self.at or (self.lasting and self.seen > self.at)):
            return None
        part = len(call.data) // 2 if self.part else 0
        return vfs.fail(self.code or _ERRORS[call.kind], part)


_WRITE, _READ = frozenset({"write"}), frozenset({"read"})

# The disk gets full and stays so; one call fails; the disk is gone for good; it cannot be read.
KINDS: dict[str, Callable[[int], Failing]] = {
    "full": lambda at: Failing(at, vfs.SQLITE_FULL, lasting=True, part=True, kinds=_WRITE),
    "once": lambda at: Failing(at),
    "gone": lambda at: Failing(at, lasting=True, part=True),
    "read": lambda at: Failing(at, kinds=_READ),
    "gone, read": lambda at: Failing(at, lasting=True, kinds=_READ),
}


def failing_writes(kit: Kit, folder: Path, name: str, count: int | None, seed: int = 1) -> Tally:
    """Let every k-th call of a phase fail (or `count` of them), in every way.

    After each the old contents must be there, one sentence told, and the same step must succeed in
    the same workspace once the disk is well again.
    """
    phase, tally, known = PHASES[name], Tally(), kit.known(name)
    draw = random.Random(seed)
    chosen = [
        (kind, at)
        for kind, make in KINDS.items()
        for at in range(1, sum(known.calls[call] for call in make(1).kinds) + 1)
    ]
    if count is not None:
        chosen = draw.sample(chosen, min(count, len(chosen)))
    for kind, at in chosen:
        failing = KINDS[kind](at)
        stage = kit.stage(folder / "failing", phase.start)
        verdict, words = _failed_and_mended(stage, phase, known.states, failing)
        tally.add(verdict, f"{kind}, call {at}: {words}")
    return tally


def _failed_and_mended(
    stage: Stage,
    phase: Phase,
    known: Sequence[State],
    failing: Failing,
) -> tuple[str, str]:
    number = 0
    with watched(failing, reads=True):
        while number < len(phase.steps):
            problem = problem_of(stage, phase, number)
            failing.mended = failing.mended or bool(problem)
            if problem and number == 0 and phase.opens:
                stage.__dict__.pop("workspace", None)
                continue
            after = stage.state()
            fine = (
                after.between(known[number], known[number + 1])
                if problem
                else after == known[number + 1]
            )
            if not fine:
                verdict = LOST if after in known else HALF
                return verdict, f"step {number}, {problem}"
            if problem and not is_sentence(problem):
                return "no sentence", problem
            # Told as failed though stored: only where it was the sync after the last write.
            number += not problem or after == known[number + 1]
        stage.close()
    return WHOLE, ""


def problem_of(stage: Stage, phase: Phase, number: int) -> str:
    try:
        take(stage, phase, number)
    except EnvironmentProblem as error:
        return str(error)
    return ""


def is_sentence(text: str) -> bool:
    return text.endswith("。") and text.count("。") == 1
