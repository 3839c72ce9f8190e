"""The optimiser measured: `python -m tests.bench` prints a table of instances times methods.

    python -m tests.bench                                   everything at 60 s, about an hour
    python -m tests.bench --limit 300 --out table.md        the same at 10, 60 and 300 s
    python -m tests.bench month week --methods ours greedy --seeds 2
    python -m tests.bench problem.json --methods ours       instances from files
    python -m tests.bench --growth                          how the time to 1 % grows with size
    python -m tests.bench.main_job                          import, plan, print, window (see there)

Every method runs in a process of its own; memory is that of the process with all below it. HiGHS
tells nothing on the way and therefore runs once for each moment. `year` plans twelve months one
after another, each with the whole limit. Nothing is asserted: machines are noisy.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.bench.instances import DRAWN, YEAR, Missing, months, read
from tests.bench.runner import METHODS
from tests.bench.table import (
    GROWTH_HEAD,
    HEAD,
    Row,
    Settings,
    growth_row,
    rows_of,
    show,
    write,
    year_row,
)
from tests.solver.generate import month_like

MOMENTS = (10.0, 60.0, 300.0)
SIZES = (0.25, 0.5, 1.0, 2.0)


def _rows(words: argparse.Namespace) -> Iterator[Row]:
    for seed in range(words.seed, words.seed + words.seeds):
        settings = Settings(words.methods, _moments(words.limit), words.workers, seed)
        for name in words.instances or [*DRAWN, YEAR]:
            try:
                yield from _instance(name, seed, settings)
            except Missing as error:
                yield (name, *[""] * (len(HEAD) - 2), f"not here: {error}")


def _instance(name: str, seed: int, settings: Settings) -> Iterator[Row]:
    if name == YEAR:
        for method in settings.methods:
            yield from year_row(months(seed), method, settings)
    elif name in DRAWN:
        yield from rows_of(f"{name} {seed}", DRAWN[name](seed), settings)
    else:
        yield from rows_of(Path(name).stem, read(Path(name)), settings)


def _growth(words: argparse.Namespace) -> Iterator[Row]:
    settings = Settings(["ours"], _moments(words.limit), words.workers, words.seed)
    for size in SIZES:
        envoys, visits = round(520 * size), round(700 * size)
        yield growth_row(month_like(words.seed, envoys, visits), settings)


def _moments(limit: float) -> tuple[float, ...]:
    return (*(moment for moment in MOMENTS if moment < limit), limit)


def _name(text: str) -> str:
    if text in DRAWN or text == YEAR or Path(text).is_file():
        return text
    known = ", ".join([*DRAWN, YEAR])
    raise argparse.ArgumentTypeError(f"{text!r} is neither a file nor one of {known}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("instances", nargs="*", type=_name, help="names or files; all by default")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each run")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of the first draw")
    parser.add_argument("--seeds", type=int, default=1, help="draws of each instance")
    parser.add_argument("--growth", action="store_true", help="time to 1 %% against size")
    parser.add_argument("--out", type=Path, help="also write the table: .md or .csv")
    words = parser.parse_args()
    head = GROWTH_HEAD if words.growth else HEAD
    kept = show(head, _growth(words) if words.growth else _rows(words))
    if words.out:
        write(words.out, head, kept)


if __name__ == "__main__":
    main()
