"""Scores and bounds over time: `python -m tests.bench.bench_solver [--limit 60] [files…]`.

Without files it draws months of its own (see `tests.solver.generate`). Each instance runs in a
process of its own; a row tells score, bounds and gap of the cost after 10 seconds, 60 seconds and
at the limit, and the most memory that the solving processes took together. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from solver import Instance, Progress, Score, SolveOptions, parse_instance, solve_in_child
from tests.solver.generate import month_like

MOMENTS = (10.0, 60.0)
COLUMNS = "{:34} {:>5} {:>28} {:>28} {:>7} {:>6}"


@dataclass
class Watch:
    """What was known at some moments, and the peak of memory (MiB) of all child processes."""

    limit: float
    seen: dict[float, tuple[Score, Score]] = field(default_factory=dict)
    placed: float | None = None
    peak: float = 0.0

    def __call__(self, progress: Progress) -> None:
        self.peak = max(self.peak, _resident() / 2**20)
        if progress.score is None or progress.bounds is None:
            return
        if self.placed is None and progress.bounds[:2] == progress.score[:2]:
            self.placed = progress.seconds
        for moment in (*MOMENTS, self.limit):
            if progress.seconds <= moment:
                self.seen[moment] = (progress.score, progress.bounds)


def _resident() -> int:
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def measure(name: str, instance: Instance, limit: float) -> None:
    watch = Watch(limit)
    began = time.perf_counter()
    solution = solve_in_child(instance, SolveOptions(time_limit=limit), watch, lambda: False)
    seconds = time.perf_counter() - began
    if solution.score is not None and solution.bounds is not None:
        watch.seen[limit] = (solution.score, solution.bounds)
    for moment in sorted({*MOMENTS, limit}):
        if moment <= limit and moment in watch.seen:
            _row(name, moment, *watch.seen[moment], watch.peak)
    placed = "never" if watch.placed is None else f"{watch.placed:.1f} s"
    print(f"    {solution.status}; {seconds:.1f} s; upper tiers proven after {placed}", flush=True)


def _row(name: str, moment: float, score: Score, bounds: Score, peak: float) -> None:
    gap = (score.cost - bounds.cost) / max(1, abs(score.cost))
    cells = (" ".join(map(str, score)), " ".join(map(str, bounds)), f"{gap:.2%}")
    print(COLUMNS.format(name[:34], f"{moment:.0f} s", *cells, f"{peak:.0f}"), flush=True)


def _instances(files: list[Path], seeds: int) -> dict[str, Callable[[], Instance]]:
    def read(file: Path) -> Instance:
        return parse_instance(json.loads(file.read_text("utf-8")))

    def draw(seed: int) -> Instance:
        return parse_instance(month_like(seed))

    if files:
        return {file.name: lambda file=file: read(file) for file in files}
    return {f"month-like, seed {s}": lambda s=s: draw(s) for s in range(1, seeds + 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds per instance")
    parser.add_argument("--seeds", type=int, default=2, help="months drawn without files")
    arguments = parser.parse_args()
    print(COLUMNS.format("instance", "after", "score", "bounds", "gap", "MiB"))
    for name, instance in _instances(arguments.files, arguments.seeds).items():
        measure(name, instance(), arguments.limit)


if __name__ == "__main__":
    main()
