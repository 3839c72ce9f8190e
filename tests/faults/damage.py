"""Damages a database file and opens it: told in a sentence, or harmless; never written to."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from envoy_app.domain.errors import UserError
from envoy_app.services.workspace import Workspace, open_workspace
from tests.faults.checking import Tally
from tests.faults.workloads import PHASES, Kit, Phase, run

TOLD, HARMLESS, CRASHED, WRITTEN = "told", "harmless", "crashed", "written"
PAGE = 4096
_FULL = Phase("filled", (*PHASES["undo, redo"].steps, *PHASES["plan"].steps))


def _flip(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 1, 2, 8))):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _head(data: bytearray, draw: random.Random) -> None:
    data[draw.randrange(100)] = draw.randrange(256)


def _page_head(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data) // PAGE) * PAGE
    data[start + draw.randrange(12)] = draw.randrange(256)


def _burst(data: bytearray, draw: random.Random) -> None:
    start, size = draw.randrange(len(data)), draw.randint(1, 600)
    size = min(size, len(data) - start)
    data[start : start + size] = draw.randbytes(size)


def _sectors(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data) // 512) * 512
    data[start : start + 512] = bytes(512)


def _page(data: bytearray, draw: random.Random) -> None:
    start, size = draw.randrange(len(data) // PAGE) * PAGE, PAGE * draw.choice((1, 1, 4))
    filled = draw.choice((bytes, draw.randbytes))(PAGE * 4)[:size]
    data[start : start + size] = filled[: len(data) - start]


def _swapped(data: bytearray, draw: random.Random) -> None:
    one, two = (draw.randrange(len(data) // PAGE) * PAGE for _ in range(2))
    first, second = data[one : one + PAGE], data[two : two + PAGE]
    data[one : one + PAGE], data[two : two + PAGE] = second, first


def _cut(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(len(data)) :]


def _longer(data: bytearray, draw: random.Random) -> None:
    data += draw.randbytes(draw.randint(1, 3 * PAGE))


KINDS: dict[str, Callable[[bytearray, random.Random], None]] = {
    "bits flipped": _flip,
    "head of the file": _head,
    "head of a page": _page_head,
    "a burst of rubbish": _burst,
    "a sector of zeros": _sectors,
    "pages overwritten": _page,
    "pages swapped": _swapped,
    "cut off": _cut,
    "something appended": _longer,
}


def full_database(kit: Kit, folder: Path) -> bytes:
    """Return a database with imports, an undo, changes and plans in it."""
    stage = kit.stage(folder, "filled")
    run(stage, _FULL, lambda: None)
    return stage.path.read_bytes()


def read_all(workspace: Workspace) -> tuple[object, ...]:
    """Read everything that the window, the command line and an import read."""
    reference, planning = workspace.reference, workspace.planning
    with workspace.context.read() as uow:
        stored = (
            uow.changes.all(),
            list(uow.import_runs.traces()),
            uow.origins.all(),
            [uow.plans.instance(info.id) for info in uow.plans.infos()],
            [
                uow.import_files.content(run.sha256)
                for run in uow.import_runs.all()
                if run.has_original
            ],
        )
    return (
        stored,
        workspace.roster.envoys(include_inactive=True),
        workspace.demands.demands(),
        workspace.imports.history(),
        [planning.view(info.id) for info in planning.plans()],
        reference.gazetteer().counties,
        reference.vocabulary(),
        reference.standards(),
        reference.minimums(),
        reference.calendar(),
        workspace.overview.figures(),
    )


def damaged(content: bytes, folder: Path, number: int, kind: str) -> tuple[str, str]:
    """Damage a copy, open and read it; return what came of it, and the sentence or the error."""
    path, data = folder / "a.db", bytearray(content)
    KINDS[kind](data, random.Random(f"{kind} {number}"))
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    verdict, words = _opened(path)
    if path.read_bytes() != data:
        return WRITTEN, f"{verdict} {words}"
    return verdict, words


def _opened(path: Path) -> tuple[str, str]:
    try:
        workspace = open_workspace(path, actor="test")
        try:
            read_all(workspace)
        finally:
            workspace.close()
    except UserError as error:
        return TOLD, str(error)
    except Exception as error:
        return CRASHED, f"{type(error).__name__}: {error}"
    return HARMLESS, ""


def mutations(content: bytes, folder: Path, count: int) -> dict[str, Tally]:
    """Damage a database `count` times, each kind in turn; return what came of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    tallies = {kind: Tally() for kind in KINDS}
    for number in range(count):
        kind = tuple(KINDS)[number % len(KINDS)]
        verdict, words = damaged(content, folder, number, kind)
        tallies[kind].counts[verdict] += 1
        if verdict in (CRASHED, WRITTEN):
            tallies[kind].wrong.append(f"{kind} {number}: {verdict}, {words}")
    return tallies
