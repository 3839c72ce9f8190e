"""A disk that is full at any size, made by the system: no file may grow beyond a limit (POSIX)."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.checking import HALF, WHOLE, Tally
from tests.faults.rounds import is_sentence, problem_of
from tests.faults.workloads import PHASES, Kit


def size_limits(kit: Kit, folder: Path, limits: Iterable[int]) -> Tally:
    """Import while the system refuses to let any file grow beyond a size, as a full disk does."""
    phase, tally = PHASES["import"], Tally()
    known = kit.known("import").states
    for limit in limits:
        stage = kit.stage(folder / "limited", phase.start)
        assert stage.workspace.path == stage.path
        with limited(limit):
            problem = problem_of(stage, phase, 0)
        after = stage.state()
        fine = after.main == known[0].main if problem else after == known[1]
        again = problem_of(stage, phase, 0) if problem else ""
        fine = fine and not again and stage.state() == known[1]
        fine = fine and (not problem or is_sentence(problem))
        tally.add(WHOLE if fine else HALF, f"{limit} bytes: {problem}{again}")
        stage.close()
    return tally


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size (bytes); Python ignores SIGXFSZ."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
