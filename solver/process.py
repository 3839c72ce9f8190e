"""Solves in a child process, so that a crash or a hanging solver never takes the caller along.

The child is `python -m solver.child`. Both sides talk in lines of JSON: the problem and requests
to stop go to its standard input, incumbents, progress and the solution come back. The child ends
by itself when its input is closed, so it does not outlive its parent.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Generic, Protocol, TypeVar

from solver.checker import check
from solver.explain.shortfalls import with_shortfalls
from solver.instance import Assignment, Instance
from solver.parsing.outcome import parse_solution
from solver.parsing.sizes import LARGEST_SUM
from solver.serialise import assignment_to_json, instance_to_json, score_to_json
from solver.solution import Progress, Score, Solution, SolveOptions, SolverCrashed

_POLL_SECONDS: Final = 0.1
_ASK_SECONDS: Final = 0.6
"""How long the child may take to end by itself once asked."""
_EXPLAIN_SECONDS: Final = 0.25
"""How much longer where its plan is here and only explanations are to come."""
_TERMINATE_SECONDS: Final = 0.3
_LATE_SECONDS: Final = 1.5
"""How far beyond the time limit the child may run before it is stopped."""
_START_SECONDS: Final = 20.0
"""How long Python may take to start on a slow machine."""

CHILD_COMMAND: Final = (sys.executable, "-m", "solver.child")
START: Final = "start"
"""Beside a problem on its way to the child: the plan to begin with."""
VISITS: Final = "visits"
"""The kind of visit planning; a request that names none is of this kind."""
UNTRUE: Final = "求解进程给出的方案未通过校验，请重新求解并反馈此问题。"

News = dict[str, Any]
"""A sign of life: `seconds`, `score` and `bounds` by tier or null, `phase`."""

SolutionT = TypeVar("SolutionT")
ProgressT = TypeVar("ProgressT", covariant=True)


def solve_in_child(
    instance: Instance,
    options: SolveOptions,
    on_progress: Callable[[Progress], None],
    should_cancel: Callable[[], bool],
    command: Sequence[str] = CHILD_COMMAND,
    start: Sequence[Assignment] = (),
) -> Solution:
    """Find the best plan in a process of its own; may be called from any thread.

    Args:
        instance: The problem.
        options: Time limit, workers, seed, determinism.
        on_progress: Called from this thread as news arrives.
        should_cancel: Asked every 100 ms; true ends the run within about a second with the best
            plan so far.
        command: How the child is started.
        start: A plan to begin with, as of `solve`.

    Returns:
        As `solve`; every plan was checked on this side again.

    Raises:
        SolverCrashed: The child ended without its last message and had found nothing.
    """
    task = _Visits(instance, tuple(start))
    return run_in_child(task, options, on_progress, should_cancel, command)


class Task(Protocol[SolutionT, ProgressT]):
    """A kind of problem as the parent of a solving process sees it."""

    @property
    def kind(self) -> str:
        """Tells the child which solver to run."""

    def problem(self) -> dict[str, Any]:
        """The problem as JSON data."""

    def verified(self, data: dict[str, Any]) -> tuple[SolutionT, bool]:
        """A solution of the child, judged on this side, and whether it holds a plan.

        Raises:
            SolverCrashed: It is not what it claims to be.
        """

    def progress(self, data: News, best: SolutionT | None) -> ProgressT:
        """A sign of life of the child, beside the best solution so far."""

    def stopped(
        self,
        status: str,
        best: SolutionT | None,
        news: News | None,
        stats: dict[str, Any],
    ) -> SolutionT:
        """The outcome of a child that said nothing at the end.

        Args:
            status: What to say where there is no best solution; with one it is feasible.
            best: The best solution so far.
            news: The last sign of life.
            stats: How it ended.
        """


def run_in_child(
    task: Task[SolutionT, ProgressT],
    options: SolveOptions,
    on_progress: Callable[[ProgressT], None],
    should_cancel: Callable[[], bool],
    command: Sequence[str] = CHILD_COMMAND,
) -> SolutionT:
    """Solve a task of any kind; arguments and promises as of `solve_in_child`."""
    with _Child(command) as child:
        request = {"kind": task.kind, "problem": task.problem(), "options": asdict(options)}
        child.send(request | {"sent": time.time()})
        return _Watch(task, options, on_progress, should_cancel, child).run()


class _Child:
    """The process and the threads that talk with it; a pipe may block, the caller must not."""

    def __init__(self, command: Sequence[str]) -> None:
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._outbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: list[str] = []
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=child_environment(),
            creationflags=flags,
        )
        self._threads = [
            threading.Thread(target=self._write, name="solver-child-in", daemon=True),
            threading.Thread(target=self._read, name="solver-child-out", daemon=True),
            threading.Thread(target=self._read_errors, name="solver-child-err", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def last_words(self) -> str:
        """The last line of its standard error."""
        return self._errors[-1] if self._errors else ""

    def send(self, message: dict[str, Any]) -> None:
        """Tell the child something, without waiting for it to listen."""
        self._outbox.put(message)

    def end(self) -> None:
        """Make sure that it is gone: wait, terminate, kill."""
        for act, seconds in (
            (self._process.terminate, _TERMINATE_SECONDS),
            (self._process.kill, None),
        ):
            if self._process.poll() is not None:
                return
            act()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._outbox.put(None)
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # unsent input to a child that is gone
                _open(stream).close()

    def _write(self) -> None:
        """A child that is gone is noticed elsewhere; here it only stops the writing."""
        stream = _open(self._process.stdin)
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                stream.write(json.dumps(message) + "\n")
                stream.flush()

    def _read(self) -> None:
        for line in _open(self._process.stdout):
            with suppress(json.JSONDecodeError):  # a line cut off by the end of the child
                self.messages.put(json.loads(line))
        self.messages.put(None)

    def _read_errors(self) -> None:
        for line in _open(self._process.stderr):
            if line.strip():
                self._errors.append(line.strip())
                del self._errors[:-20]


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # all three are pipes
    return stream


def child_environment() -> dict[str, str]:
    """The child must find this package, wherever the parent found it, and speak UTF-8."""
    root = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


@dataclass
class _Watch(Generic[SolutionT, ProgressT]):
    """Follows one child from the first message to the last."""

    task: Task[SolutionT, ProgressT]
    options: SolveOptions
    on_progress: Callable[[ProgressT], None]
    should_cancel: Callable[[], bool]
    child: _Child
    best: SolutionT | None = None
    outcome: SolutionT | None = None
    news: News | None = None
    begin: float = field(default_factory=time.monotonic)

    def run(self) -> SolutionT:
        """Until the last message, the end of the child, or the end of patience."""
        deadline = self.begin + self.options.time_limit + _START_SECONDS
        cancelled = False
        while True:
            if not cancelled and self.should_cancel():
                cancelled = True
                self.child.send({"stop": True})
                deadline = min(deadline, time.monotonic() + _ASK_SECONDS)
            if time.monotonic() > deadline:
                return self._without_last_message(cancelled, late=True)
            try:
                message = self.child.messages.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if message is None:
                return self._without_last_message(cancelled, late=False)
            if "started" in message:
                deadline = min(deadline, self.begin + self.options.time_limit + _LATE_SECONDS)
            if "outcome" in message and cancelled:
                deadline += _EXPLAIN_SECONDS
            last = self._take(message)
            if last is not None:
                return last

    def _take(self, message: dict[str, Any]) -> SolutionT | None:
        """Act on a message; returns the solution if it is the last."""
        if "progress" in message:
            self.news = message["progress"]
            self.on_progress(self.task.progress(self.news, self.best))
        elif "incumbent" in message:
            self._verified(message["incumbent"])
        elif "outcome" in message:
            self.outcome = self._verified(message["outcome"])
        elif "solution" in message:
            return self._verified(message["solution"])
        return None

    def _verified(self, data: dict[str, Any]) -> SolutionT:
        solution, holds_plan = self.task.verified(data)
        if holds_plan:
            self.best = solution
        return solution

    def _without_last_message(self, cancelled: bool, late: bool) -> SolutionT:
        """What is left when the child said nothing at the end."""
        self.child.end()
        while not self.child.messages.empty():
            message = self.child.messages.get()
            last = None if message is None else self._take(message)
            if last is not None:
                return last
        if self.outcome is not None:
            return self.outcome
        stats: dict[str, Any] = {"seconds": round(time.monotonic() - self.begin, 3)}
        if not cancelled and not late:
            stats["child"] = "crashed"
        if self.best is not None or cancelled or late:
            status = "cancelled" if cancelled else "unknown"
            return self.task.stopped(status, self.best, self.news, stats)
        detail = f"({self.child.last_words})" if self.child.last_words else ""
        raise SolverCrashed(f"求解进程意外退出{detail}，没有得到方案，请重新求解。")


@dataclass(frozen=True)
class _Visits:
    """Visit planning."""

    instance: Instance
    start: tuple[Assignment, ...] = ()
    kind: str = VISITS

    def problem(self) -> dict[str, Any]:
        start = [assignment_to_json(item) for item in self.start]
        return {**instance_to_json(self.instance), START: start}

    def verified(self, data: dict[str, Any]) -> tuple[Solution, bool]:
        solution = parse_solution(data, self.instance)
        if solution.score is not None:
            report = check(self.instance, solution.assignments)
            if report.violations or report.score != solution.score:
                raise SolverCrashed(UNTRUE)
        return solution, solution.score is not None

    def progress(self, data: News, best: Solution | None) -> Progress:
        plan = best.assignments if best is not None else None
        score, bounds = _score(data["score"]), _score(data["bounds"])
        return Progress(data["seconds"], score, bounds, data["phase"], plan)

    def stopped(
        self,
        status: str,
        best: Solution | None,
        news: News | None,
        stats: dict[str, Any],
    ) -> Solution:
        if best is None:
            return Solution(self.instance.name, status, None, None, (), stats=stats)
        from solver.reasons import unscheduled_of  # numpy: only where it is needed

        assert best.score is not None
        proven = still_proven(news, best.score)
        stopped = Solution(
            problem=self.instance.name,
            status="feasible",
            score=best.score,
            bounds=None if proven is None else Score(*proven),
            assignments=best.assignments,
            unscheduled=unscheduled_of(self.instance, best.assignments),
            stats=stats | {"trace": []},
        )
        return with_shortfalls(self.instance, stopped)


def still_proven(news: News | None, score: Sequence[int]) -> list[int] | None:
    """What the last sign of life proves about a plan.

    The child may have been ahead of the plan that arrived: a bound of a tier that was proven for
    better tiers before it says nothing here.

    Args:
        news: The last sign of life.
        score: The tiers of the plan, in the order of the news.

    Returns:
        A bound per tier, or None where nothing was proven.
    """
    if news is None or news["score"] is None or news["bounds"] is None:
        return None
    then, bounds = list(news["score"].values()), list(news["bounds"].values())
    proven: list[int] = []
    for tier, bound in enumerate(bounds):
        given = all(now <= old for now, old in zip(score[:tier], then, strict=False))
        proven.append(min(bound if given else -LARGEST_SUM, score[tier]))
    return proven


def _score(data: dict[str, int] | None) -> Score | None:
    return None if data is None else Score(**data)


def incumbent_message(
    problem: str, assignments: tuple[Assignment, ...], score: Score
) -> dict[str, Any]:
    """A plan on its way from the child."""
    return {
        "incumbent": {
            "format": "envoy-solution/1",
            "problem": problem,
            "status": "feasible",
            "score": score_to_json(score),
            "assignments": [assignment_to_json(item) for item in assignments],
        }
    }
