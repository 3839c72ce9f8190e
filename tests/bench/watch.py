"""Runs a method in a process of its own and writes down what it says, and how much it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

POLL_SECONDS = 0.1
GRACE = 60.0
"""Seconds beyond the limit after which a method is ended: building a model may take long."""


@dataclass
class News:
    """What was known at a time."""

    seconds: float
    score: tuple[int, ...] | None
    bounds: tuple[int | None, ...] | None


@dataclass
class Course:
    """A run from start to end.

    Attributes:
        news: In order of time.
        peak: Most memory of the process and all below it, MiB.
        status: What it said at the end, or how it ended.
        plan: The assignments, if it told them.
    """

    news: list[News] = field(default_factory=list)
    peak: float = 0.0
    status: str = ""
    seconds: float = 0.0
    plan: list[dict[str, Any]] | None = None

    def at(self, moment: float) -> News | None:
        """The last that was known at a moment."""
        known = [item for item in self.news if item.seconds <= moment]
        return known[-1] if known else None

    @property
    def first(self) -> float | None:
        """Seconds until the first plan."""
        return next((item.seconds for item in self.news if item.score is not None), None)

    @property
    def placed(self) -> float | None:
        """Seconds until the first two tiers were proven and stayed so; for teams all but one."""
        proven = None
        for item in self.news:
            if not _proves(item):
                proven = None
            elif proven is None:
                proven = item.seconds
        return proven

    def within(self, share: float) -> float | None:
        """Seconds until the last tier was proven within a share of itself, those before it too."""
        for item in self.news:
            gap = gap_of(item)
            if gap is not None and gap <= share:
                return item.seconds
        return None


def _proves(item: News) -> bool:
    return bool(item.score and item.bounds) and item.score[:2] == item.bounds[:2]


def gap_of(item: News | None) -> float | None:
    """How far the last tier may be from the best; None where a tier before it is open."""
    if item is None or item.score is None or item.bounds is None:
        return None
    *before, cost = item.score
    *proven, bound = item.bounds
    if before != proven or bound is None:
        return None
    return (cost - bound) / max(1, abs(cost))


def resident(process: psutil.Process) -> float:
    """Memory of a process and of all below it, MiB."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def run(method: str, problem: dict[str, Any], limit: float, workers: int, seed: int) -> Course:
    """Run a method on a problem."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        path.write_text(json.dumps(problem), encoding="utf-8")
        options = ["--limit", str(limit), "--workers", str(workers), "--seed", str(seed)]
        return _watched(["-m", "tests.bench.runner", method, str(path), *options], limit)


def _watched(words: Sequence[str], limit: float) -> Course:
    course = Course()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.PIPE, stderr=errors, encoding="utf-8"
        )
        reader = threading.Thread(target=_read, args=(child, course), daemon=True)
        reader.start()
        polls = int((limit + GRACE) / POLL_SECONDS)
        while reader.is_alive() and polls > 0:
            course.peak = max(course.peak, _resident_of(child))
            reader.join(POLL_SECONDS)
            polls -= 1
        if reader.is_alive():
            course.status = "ended by force"
            _end(child)
        if child.wait() != 0 and not course.status:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip().splitlines()
            course.status = f"failed: {said[-1] if said else child.returncode}"
    return course


def _resident_of(child: subprocess.Popen[str]) -> float:
    try:
        return resident(psutil.Process(child.pid))
    except psutil.NoSuchProcess:
        return 0.0


def _end(child: subprocess.Popen[str]) -> None:
    below = psutil.Process(child.pid).children(recursive=True)
    for one in [*below, psutil.Process(child.pid)]:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue


def _read(child: subprocess.Popen[str], course: Course) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        item = json.loads(line)
        course.seconds = item["seconds"]
        if "status" in item:
            course.status, course.plan = item["status"], item.get("plan")
            return
        score, bounds = item["score"], item["bounds"]
        course.news.append(News(item["seconds"], score and tuple(score), bounds and tuple(bounds)))
