"""Solves in a child process, so that a crash or a hanging solver never takes the caller along.

The child is `python -m solver.child`. Both sides talk in lines of JSON: the problem and requests
to stop go to its standard input, incumbents, progress and the solution come back. The child ends
by itself when its input is closed, so it does not outlive its parent.
"""

from __future__ import annotations

import logging
import math
import queue
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from solver.checker import check
from solver.explain.shortfalls import with_shortfalls
from solver.instance import Assignment, Instance
from solver.parsing.fields import integer, label
from solver.parsing.outcome import parse_solution
from solver.parsing.sizes import LARGEST_SUM
from solver.serialise import assignment_to_json, instance_to_json, score_to_json
from solver.solution import Progress, Score, Solution, SolveOptions, SolverCrashed
from solver.talk import Message, Talk

_POLL_SECONDS: Final = 0.1
_ASK_SECONDS: Final = 0.6
"""How long the child may take to end by itself once asked."""
_EXPLAIN_SECONDS: Final = 0.25
"""How much longer where its plan is here and only explanations are to come."""
_LATE_SECONDS: Final = 1.5
"""How far beyond the time limit the child may run before it is stopped."""
_STILL_SECONDS: Final = 1.0
"""Between two looks at the clock; more means that the machine or the process was suspended."""
_START_SECONDS: Final = 20.0
"""How long Python may take to start on a slow machine."""
_COUNTED: Final = 30
"""How many times its limit a run may take that counts work, on a slow and busy machine."""

_log = logging.getLogger(__name__)
CHILD_COMMAND: Final = (sys.executable, "-m", "solver.child")
START: Final = "start"
"""Beside a problem on its way to the child: the plan to begin with."""
VISITS: Final = "visits"
"""The kind of visit planning; a request that names none is of this kind."""
UNTRUE: Final = "求解进程给出的结果未通过校验，请重新求解并反馈此问题。"

_KILLED: Final = -9
"""Exit code of what the system ends for want of memory (or somebody else, who knows why)."""
_NO_MEMORY: Final = (
    "MemoryError",
    "bad_alloc",
    "emory allocation",
    "allocate memory",
    "failed to map segment",
    "start new thread",
)

_CRASHED: Final = "crashed"
_LATE: Final = "late"
_RUBBISH: Final = "rubbish"
"""How a child ended that did not end with its last message; so it stands in the statistics."""
_KEPT: Final = {
    _CRASHED: "求解进程意外退出{detail}，已保留此前核对过的最好方案。",
    _LATE: "求解进程到时没有结束，已停止它并保留此前核对过的最好方案。",
    _RUBBISH: "求解进程给出的内容不可信，已停止它并保留此前核对过的最好方案。",
}
_LOST: Final = {
    _CRASHED: "求解进程意外退出{detail}，没有得到方案，请重新求解。",
    _RUBBISH: UNTRUE,
}

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
    patience: float = _ASK_SECONDS,
) -> SolutionT:
    """Solve a task of any kind; arguments and promises as of `solve_in_child`.

    `patience` is how many seconds the child may take to end by itself once asked.
    """
    with _started(command) as child:
        request = {"kind": task.kind, "problem": task.problem(), "options": asdict(options)}
        child.send(request | {"sent": time.time()})
        watch = _Watch(task, options, on_progress, should_cancel, child, patience)
        solution = watch.run()
        if child.words:  # not least of the process that it had started itself
            _log.info("the solving process said:\n%s", child.words)
        return solution


def _started(command: Sequence[str]) -> Talk:
    try:
        return Talk(command, "solver-child")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SolverCrashed(f"求解进程启动不了（{reason}），请关闭其他程序后重试。") from None


@dataclass
class _Watch(Generic[SolutionT, ProgressT]):
    """Follows one child from the first message to the last."""

    task: Task[SolutionT, ProgressT]
    options: SolveOptions
    on_progress: Callable[[ProgressT], None]
    should_cancel: Callable[[], bool]
    child: Talk
    patience: float = _ASK_SECONDS
    best: SolutionT | None = None
    last: SolutionT | None = None
    outcome: SolutionT | None = None
    news: News | None = None
    begin: float = field(default_factory=time.monotonic)
    looked: float = field(default_factory=time.monotonic)

    def run(self) -> SolutionT:
        """Until the last message, the end of the child, or the end of patience."""
        limit = self.options.time_limit * (_COUNTED if self.options.deterministic else 1)
        deadline = self.begin + limit + _START_SECONDS
        cancelled = False
        while True:
            if not cancelled and self.should_cancel():
                cancelled = True
                self.child.send({"stop": True})
                deadline = min(deadline, time.monotonic() + self.patience)
            deadline += self._stood_still()
            if time.monotonic() > deadline:
                return self._without_last_message(cancelled, _LATE)
            try:
                message = self._heard()
            except queue.Empty:
                continue
            if message is None:
                how = _RUBBISH if self.child.rubbish else _CRASHED
                return self._without_last_message(cancelled, how)
            if "started" in message:
                # One that was slow to start still gets half of its time (see `solver.child`).
                end = max(self.begin + limit, time.monotonic() + limit / 2)
                deadline = min(deadline, end + _LATE_SECONDS)
            elif not self._believed(message):
                return self._without_last_message(cancelled, _RUBBISH)
            if "outcome" in message and cancelled:
                deadline += _EXPLAIN_SECONDS
            if self.last is not None:
                return self.last

    def _stood_still(self) -> float:
        """Seconds that this process was not running since it last looked: nor was the child."""
        before, self.looked = self.looked, time.monotonic()
        gap = self.looked - before
        return gap if gap > _STILL_SECONDS else 0.0

    def _heard(self) -> Message | None:
        """The next message; None where there will be no more."""
        alive = self.child.alive
        try:
            return self.child.hear(_POLL_SECONDS)
        except queue.Empty:
            if alive:
                raise
            return None  # it is gone, though somebody holds its output open

    def _believed(self, message: Message) -> bool:
        """Act on a message; false if it is not what it should be or claims what is not so."""
        try:
            progress = self._take(message)
        except Exception:  # whatever a wrong message breaks: nothing of it has been kept
            return False
        if progress is not None:
            self.on_progress(progress)
        return True

    def _take(self, message: Message) -> ProgressT | None:
        """Keep what a message brings; returns the sign of life if it is one."""
        if "progress" in message:
            news = _checked(message["progress"])
            progress = self.task.progress(news, self.best)
            self.news = news
            return progress
        if "incumbent" in message:
            self._verified(message["incumbent"])
        elif "outcome" in message:
            self.outcome = self._verified(message["outcome"])
        elif "started" not in message:
            self.last = self._verified(message["solution"])
        return None

    def _verified(self, data: dict[str, Any]) -> SolutionT:
        solution, holds_plan = self.task.verified(data)
        if self.best is not None and not holds_plan:
            raise SolverCrashed(UNTRUE)  # there is one: it was found and verified
        if self.best is not None and _score_of(solution) > _score_of(self.best):
            raise SolverCrashed(UNTRUE)
        if holds_plan:
            self.best = solution
        return solution

    def _without_last_message(self, cancelled: bool, how: str) -> SolutionT:
        """What is left when the child said nothing at the end, or nothing to be believed."""
        if how == _CRASHED:
            self.child.settle()
        exit_code = self.child.exit_code  # before it is ended, which looks like a want of memory
        for message in self.child.end():
            if how != _RUBBISH and not self._believed(message):
                break
        if self.last is not None:  # it ended well, only what it said was late in coming
            return self.last
        detail = _detail(self.child, exit_code) if how == _CRASHED else ""
        if self.outcome is not None and how != _RUBBISH:
            if how == _CRASHED and not cancelled:
                self._say(_KEPT[how].format(detail=detail))
            return self.outcome
        stats: dict[str, Any] = {"seconds": round(time.monotonic() - self.begin, 3)}
        if not cancelled:
            stats["child"] = how
        if self.best is not None and not cancelled:
            stats["message"] = _KEPT[how].format(detail=detail)
            self._say(stats["message"])
        if self.best is not None or cancelled or how == _LATE:
            status = "cancelled" if cancelled else "unknown"
            news = None if how == _RUBBISH else self.news
            return self.task.stopped(status, self.best, news, stats)
        raise SolverCrashed(_LOST[how].format(detail=detail))

    def _say(self, sentence: str) -> None:
        """Tell whoever watches, as the last sign of life."""
        silent: News = {"seconds": time.monotonic() - self.begin, "score": None, "bounds": None}
        news = (self.news or silent) | {"phase": sentence}
        self.on_progress(self.task.progress(news, self.best))


def _score_of(solution: object) -> Any:  # noqa: ANN401 - tiers of whichever kind
    return getattr(solution, "score", None)


def _detail(child: Talk, exit_code: int | None) -> str:
    """What is known of the end of a child, in brackets; empty if nothing is. The log has it all."""
    _log.error("solving process ended with %s:\n%s", exit_code, child.words)
    if exit_code == _KILLED or any(sign in child.words for sign in _NO_MEMORY):
        return "（可能是内存不足）"
    by_signal = exit_code not in range(256)  # its last words are the frames of threads
    words = "" if by_signal else child.last_words
    return f"（{words}）" if words else ""


def _checked(news: object) -> News:
    """A sign of life that is one; raises whatever is wrong with it."""
    if not isinstance(news, dict) or not math.isfinite(news["seconds"]):
        raise SolverCrashed(UNTRUE)
    label(news["phase"], "phase")
    score, bounds = (
        None if news[key] is None else list(map(_tier, news[key].values()))
        for key in ("score", "bounds")
    )
    # As a whole: the bounds of a lower tier may be those of a better plan that is on its way.
    if score is not None and bounds is not None and bounds > score:
        raise SolverCrashed(UNTRUE)
    return news


def _tier(value: object) -> int:
    tier: int = integer(-LARGEST_SUM, LARGEST_SUM)(value, "")
    return tier


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
        holds_plan = claims_hold(solution.status, solution.score, solution.bounds)
        if holds_plan:
            report = check(self.instance, solution.assignments)
            left_out = {item.visit for item in solution.unscheduled}
            if left_out & {item.visit for item in solution.assignments}:
                raise SolverCrashed(UNTRUE)
            if report.violations or report.score != solution.score:
                raise SolverCrashed(UNTRUE)
        return solution, holds_plan

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
        # numpy: only where it is needed
        from solver.candidates import prepare
        from solver.engine.floors import floors
        from solver.reasons import unscheduled_of

        assert best.score is not None
        tables = prepare(self.instance)
        proven = still_proven(news, best.score) or floors(tables)
        stopped = Solution(
            problem=self.instance.name,
            status="feasible",
            score=best.score,
            bounds=Score(*map(max, floors(tables), proven)),
            assignments=best.assignments,
            unscheduled=unscheduled_of(self.instance, best.assignments, tables),
            stats=stats | {"trace": []},
        )
        return with_shortfalls(self.instance, stopped)


def claims_hold(status: str, score: Sequence[int] | None, bounds: Sequence[int] | None) -> bool:
    """Whether a solution comes with a plan, as its status must say.

    Raises:
        SolverCrashed: Status, score and bounds contradict each other.
    """
    if (status in {"optimal", "feasible"}) != (score is not None):
        raise SolverCrashed(UNTRUE)
    if score is None:
        return False
    proven = bounds is not None and tuple(bounds) == tuple(score)
    above = bounds is not None and any(low > now for low, now in zip(bounds, score, strict=True))
    if above or (status == "optimal" and not proven):
        raise SolverCrashed(UNTRUE)
    return True


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
