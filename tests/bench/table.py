"""Instances times methods: what each knew after some seconds, and what it took."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.instances import carried, loads
from tests.bench.runner import SILENT
from tests.bench.watch import Course, News, gap_of, run

OURS, GREEDY = "ours", "greedy"
HEAD = (
    *("instance", "method", "after s", "score", "bounds", "gap %"),
    *("first plan s", "tiers 1–2 s", "peak MiB", "vs greedy", "status"),
)
NOTHING = "–"


@dataclass(frozen=True)
class Settings:
    """How to run."""

    methods: Sequence[str]
    moments: Sequence[float]
    workers: int
    seed: int

    @property
    def limit(self) -> float:
        return self.moments[-1]


Row = tuple[str, ...]


def rows_of(name: str, problem: dict[str, Any], settings: Settings) -> Iterator[Row]:
    """The rows of one instance, as the methods end; the dispatcher goes first."""
    order = sorted(settings.methods, key=lambda method: (method != GREEDY, method != OURS))
    greedy: Course | None = None
    for method in order:
        moments = settings.moments if method in SILENT else settings.moments[-1:]
        courses = [_course(method, problem, moment, settings) for moment in moments]
        if method == GREEDY:
            greedy = courses[0]
        for n, moment in enumerate(settings.moments):
            course = courses[n] if method in SILENT else courses[0]
            known = course.at(moment if n < len(settings.moments) - 1 else float("inf"))
            yield _row(name, method, moment, course, known, greedy)


def _course(method: str, problem: dict[str, Any], limit: float, settings: Settings) -> Course:
    return run(method, problem, limit, settings.workers, settings.seed)


def _row(
    name: str, method: str, moment: float, course: Course, known: News | None, greedy: Course | None
) -> Row:
    gap = gap_of(known)
    return (
        name,
        method,
        f"{moment:g}",
        _tiers(known and known.score),
        _tiers(known and known.bounds),
        NOTHING if gap is None else f"{100 * gap:.2f}",
        _seconds(course.first),
        _seconds(course.placed),
        f"{course.peak:.0f}",
        compared(course, greedy, moment) if greedy and method == OURS else "",
        course.status,
    )


def compared(ours: Course, greedy: Course, until: float) -> str:
    """When we were behind the dispatcher: `never`, or the seconds of it in all and the last."""
    times = sorted({item.seconds for item in (*ours.news, *greedy.news) if item.seconds <= until})
    behind, last = 0.0, 0.0
    for n, now in enumerate(times):
        theirs, mine = greedy.at(now), ours.at(now)
        if theirs is None or theirs.score is None:
            continue
        if mine is None or mine.score is None or mine.score > theirs.score:
            end = times[n + 1] if n + 1 < len(times) else until
            behind, last = behind + end - now, end
    return "never behind" if behind == 0 else f"behind {behind:.1f} s, until {last:.1f} s"


def year_row(months: Sequence[dict[str, Any]], method: str, settings: Settings) -> Iterator[Row]:
    """Twelve months planned one after another; loads are carried on. One row for the whole.

    Every month has the whole limit.
    """
    load: dict[str, int] = {}
    total: list[Course] = []
    for month in months:
        problem = carried(month, load)
        course = _course(method, problem, settings.limit, settings)
        total.append(course)
        if course.plan is None:
            break
        for envoy, slots in loads(problem, course.plan).items():
            load[envoy] = load.get(envoy, 0) + slots
    ends = [course.at(float("inf")) for course in total]
    found = [item for item in ends if item is not None and item.score is not None]
    score = tuple(map(sum, zip(*(item.score for item in found if item.score), strict=True)))
    known = [item.bounds for item in found if item.bounds and None not in item.bounds]
    whole = len(known) == len(months)
    bounds = tuple(map(sum, zip(*known, strict=True))) if whole else None  # type: ignore[arg-type]
    seconds = sum(course.seconds for course in total)
    gap = gap_of(News(seconds, score, bounds)) if len(found) == len(months) else None
    yield (
        f"year, {len(found)} months",
        method,
        f"{seconds:.0f}",
        _tiers(score or None),
        _tiers(bounds),
        NOTHING if gap is None else f"{100 * gap:.2f}",
        _seconds(max((c.first for c in total if c.first is not None), default=None)),
        _seconds(max((c.placed for c in total if c.placed is not None), default=None)),
        f"{max(course.peak for course in total):.0f}",
        "",
        f"least and most load {min(load.values(), default=0)}–{max(load.values(), default=0)}",
    )


GROWTH_HEAD = (
    *("envoys", "visits", "tiers 1–2 s", "5 % s", "3 % s", "1 % s", "0.5 % s"),
    *("gap at the end %", "peak MiB"),
)


def growth_row(problem: dict[str, Any], settings: Settings) -> Row:
    """How long a problem takes until its cost is proven within some shares of the best."""
    course = _course(OURS, problem, settings.limit, settings)
    gap = gap_of(course.at(float("inf")))
    return (
        str(len(problem["envoys"])),
        str(len(problem["visits"])),
        _seconds(course.placed),
        *(_seconds(course.within(share)) for share in (0.05, 0.03, 0.01, 0.005)),
        NOTHING if gap is None else f"{100 * gap:.2f}",
        f"{course.peak:.0f}",
    )


def _tiers(tiers: Sequence[int | None] | None) -> str:
    if tiers is None:
        return NOTHING
    return "/".join("?" if tier is None else str(tier) for tier in tiers)


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:.1f}"


def show(head: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    """Print rows as they come; returns them."""
    kept = []
    widths = [max(len(cell), 9) for cell in head]
    widths[:2] = [max(widths[0], 18), max(widths[1], 8)]
    for n, cell in enumerate(head):
        if cell in ("score", "bounds"):
            widths[n] = 24
    print("  ".join(cell.ljust(width) for cell, width in zip(head, widths, strict=True)))
    for row in rows:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)), flush=True)
        kept.append(row)
    return kept


def write(path: Path, head: Sequence[str], rows: Sequence[Row]) -> None:
    """Write a table: Markdown for `.md`, otherwise CSV."""
    if path.suffix == ".md":
        lines = [head, ["---"] * len(head), *rows]
        text = "".join("| " + " | ".join(line) + " |\n" for line in lines)
    else:
        buffer = io.StringIO()
        csv.writer(buffer).writerows([head, *rows])
        text = buffer.getvalue()
    path.write_text(text, encoding="utf-8")
