"""Kills a process at work: `python -m tests.faults.killing FOLDER KILLS|steps [PHASE...]`.

Each round forks a child that takes the steps of a phase and acknowledges each through a pipe, and
kills it with SIGKILL: after a random time, or exactly at a random call of SQLite's on its files
(a write is cut off in its middle), or between the steps that the program itself takes with files
(a copy is cut off in its middle; with "steps" at each of these, one after the other). Whatever the
child had started must end by itself; then the database is opened and compared. Prints a JSON object
a phase. A process of its own, since forking one that has threads is unsafe.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import random
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.faults.checking import WHOLE, Tally, judged
from tests.faults.rounds import WRITES
from tests.faults.vfs import Operation, Verdict, available, watched
from tests.faults.workloads import PHASES, Kit, Stage, make_kit, run

FAILED = 9  # exit code of a child that met an error instead of its end
PATIENCE = 600  # looks whether what a killed child had started has ended
_ADOPT = 36  # prctl: PR_SET_CHILD_SUBREAPER, orphans of ours become our children


def _die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@dataclass
class Deadly:
    """Kills the process at the n-th writing call, after a part of its data was written."""

    at: int
    share: float
    seen: int = 0

    def __call__(self, call: Operation) -> Verdict | None:
        self.seen += call.kind in WRITES
        if self.seen < self.at:
            return None
        return Verdict(_die, int(len(call.data) * self.share))


_STEPS = ("fsync", "replace", "rename", "unlink", "remove", "mkdir")  # of the module os


@contextmanager
def dying_between(at: int) -> Iterator[None]:
    """Let the process die before its n-th own step with files; of a copy a half is made."""
    seen = itertools.count(1)

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*words: Any, **options: Any) -> Any:
            if next(seen) == at:
                if call is shutil.copyfile:
                    data = Path(words[0]).read_bytes()
                    Path(words[1]).write_bytes(data[: len(data) // 2])
                _die()
            return call(*words, **options)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in _STEPS:
            patch.setattr(os, name, deadly(getattr(os, name)))
        patch.setattr(shutil, "copyfile", deadly(shutil.copyfile))
        yield


@dataclass
class Round:
    """One phase, with what is known about it."""

    name: str
    kit: Kit
    folder: Path

    def __post_init__(self) -> None:
        self.phase, self.known = PHASES[self.name], self.kit.known(self.name)

    def _stage(self) -> Stage:
        return self.kit.stage(self.folder / "killed", self.phase.start)

    def kill(self, draw: random.Random) -> tuple[str, str] | None:
        """Kill one child and judge what it left; None where it was done before."""
        stage = self._stage()
        fault: AbstractContextManager[None] = nullcontext()
        limit, where = float("inf"), ""
        if draw.random() < 0.2:
            return self.kill_between(draw.randint(1, 24))
        if available() and draw.random() < 0.6:
            deadly = Deadly(draw.randint(1, self.known.writes), draw.random())
            fault, where = watched(deadly), f"call {deadly.at}"
        else:
            limit = draw.uniform(0, self.known.seconds)
            where = f"after {limit * 1000:.0f} ms"
        return self._killed(stage, fault, limit, where)

    def kill_between(self, step: int) -> tuple[str, str] | None:
        """Kill a child at one of its own steps with files; None where it has not so many."""
        return self._killed(self._stage(), dying_between(step), float("inf"), f"step {step}")

    def _killed(
        self, stage: Stage, fault: AbstractContextManager[None], limit: float, where: str
    ) -> tuple[str, str] | None:
        done, status = self._child(stage, fault, limit)
        if status not in (0, -signal.SIGKILL):
            return "broken", f"{where}: the child ended with {status}"
        if alive := _left_behind():
            return "left behind", f"{where}: {alive}"
        verdict, words = judged(stage, self.known.states, done)
        if status == 0 and verdict == WHOLE:
            return None
        return verdict, f"{where}: {words}"

    def _child(
        self, stage: Stage, fault: AbstractContextManager[None], limit: float
    ) -> tuple[int, int]:
        """Return how many steps a child acknowledged, and how it ended."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _work(lambda: self._steps(stage, fault, writing))
        os.close(writing)
        done = _acknowledged(reading, child, limit)
        os.close(reading)
        return done, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _steps(self, stage: Stage, fault: AbstractContextManager[None], writing: int) -> None:
        with fault:
            run(stage, self.phase, lambda: os.write(writing, b"."))


def adopt_orphans() -> None:
    """Let what a killed child had started become a child of this process, to be seen (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def _left_behind() -> str:
    """Return what the killed child had started and what does not end, "" where nothing is left."""
    for _ in range(PATIENCE):
        alive = psutil.Process().children(recursive=True)
        if not alive:
            return ""
        psutil.wait_procs(alive, timeout=0.05)
    words = [" ".join(item.cmdline()) for item in alive]
    for item in alive:
        item.kill()
    return "; ".join(words)


def _work(steps: Callable[[], None]) -> None:
    """Be the child: nothing of the parent's runs after the steps."""
    code = FAILED
    try:
        steps()
        code = 0
    finally:
        os._exit(code)


def _acknowledged(reading: int, child: int, limit: float) -> int:
    """Count acknowledgements until the child's end; kill it when the time is up."""
    end, done = time.monotonic() + limit, 0
    while True:
        left = None if limit == float("inf") else max(0.0, end - time.monotonic())
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            os.kill(child, signal.SIGKILL)
            limit = float("inf")
            continue
        data = os.read(reading, 100)
        if not data:
            return done
        done += len(data)


def kills(kit: Kit, folder: Path, name: str, count: int, seed: int = 1) -> Tally:
    """Kill `count` children in a phase."""
    round_, tally, draw = Round(name, kit, folder), Tally(), random.Random(seed)
    while tally.total < count:
        if outcome := round_.kill(draw):
            tally.add(*outcome)
    return tally


def kills_between(kit: Kit, folder: Path, name: str) -> Tally:
    """Kill a child at every one of its own steps with files."""
    round_, tally = Round(name, kit, folder), Tally()
    for step in itertools.count(1):
        outcome = round_.kill_between(step)
        if outcome is None:
            return tally
        tally.add(*outcome)
    raise AssertionError("there is always a last step")


def main(words: list[str]) -> None:
    """Print what became of each phase's kills."""
    adopt_orphans()
    folder = Path(words[0])
    kit = make_kit(folder / "kit")
    for name in words[2:] or PHASES:
        if words[1] == "steps":
            tally = kills_between(kit, folder / "work", name)
        else:
            tally = kills(kit, folder / "work", name, int(words[1]))
        print(json.dumps({"phase": name, "counts": tally.counts, "wrong": tally.wrong}))  # noqa: T201  the answer


if __name__ == "__main__":
    main(sys.argv[1:])
