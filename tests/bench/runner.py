"""One method on one problem, in a process of its own: `python -m tests.bench.runner METHOD FILE`.

Prints a line of JSON for every news: `{"seconds", "score", "bounds"}`, the seconds counted from
the moment at which the problem has been read; every score is that of a plan the checker accepts.
The last line is `{"status", "plan"}`, the plan only for visits.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from solver import (
    Instance,
    SolveOptions,
    check,
    parse_instance,
    solve_in_child,
)
from solver.serialise import assignment_to_json
from solver.teams import TEAMS_FORMAT, TeamsInstance, parse_teams, solve_teams_in_child
from tests.bench import greedy, natural

TELL_EVERY = 0.2
"""Seconds between news of a method that has very many."""


class Teller:
    """Prints news with the time at which they came."""

    def __init__(self, began: float) -> None:
        self._began = began

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    def __call__(self, score: Sequence[int] | None, bounds: Sequence[int | None] | None) -> None:
        self.line(score=score and list(score), bounds=bounds and list(bounds))

    def line(self, **more: Any) -> None:
        print(json.dumps({"seconds": round(self.seconds, 3)} | more), flush=True)


def ours(case: Instance | TeamsInstance, options: SolveOptions, tell: Teller) -> dict[str, Any]:
    """The product, as the application starts it."""

    def hear(news: Any) -> None:
        tell(news.score, news.bounds)

    if isinstance(case, TeamsInstance):
        formed = solve_teams_in_child(case, options, hear, lambda: False)
        tell(formed.score, formed.bounds)
        return {"status": formed.status}
    found = solve_in_child(case, options, hear, lambda: False)
    tell(found.score, found.bounds)
    plan = [assignment_to_json(item) for item in found.assignments]
    return {"status": found.status, "plan": plan}


def naturally(
    solve: Callable[[natural.Task, float, int, int, natural.Tell], None],
) -> Callable[[Instance | TeamsInstance, SolveOptions, Teller], dict[str, Any]]:
    """A general solver on the natural model."""

    def run(case: Instance | TeamsInstance, options: SolveOptions, tell: Teller) -> dict[str, Any]:
        teams = isinstance(case, TeamsInstance)
        task = natural.teams_task(case) if teams else natural.visits_task(case)
        left = options.time_limit - tell.seconds
        if left > 0:
            solve(task, left, options.workers, options.seed, tell)
        return {"status": "ended"}

    return run


def dispatched(
    case: Instance | TeamsInstance, options: SolveOptions, tell: Teller
) -> dict[str, Any]:
    """The greedy dispatcher; forms no teams."""
    if isinstance(case, TeamsInstance):
        return {"status": "does not form teams"}
    best: dict[int, greedy.Place] = {}
    told = -TELL_EVERY
    dispatcher: greedy.Dispatcher | None = None

    def say() -> None:
        assert dispatcher is not None
        report = check(case, dispatcher.assignments(best))
        assert not report.violations, report.violations[0]
        tell(report.score, None)

    def hear(now: greedy.Dispatcher, held: dict[int, greedy.Place]) -> None:
        nonlocal best, told, dispatcher
        best, dispatcher = held, now
        if tell.seconds - told >= TELL_EVERY:
            told = tell.seconds
            say()

    greedy.dispatch(case, lambda: tell.seconds, options.time_limit, hear, options.seed)
    if dispatcher is None:
        return {"status": "nothing found"}
    say()
    plan = [assignment_to_json(item) for item in dispatcher.assignments(best)]
    return {"status": "ended", "plan": plan}


METHODS: dict[str, Callable[[Any, SolveOptions, Teller], dict[str, Any]]] = {
    "ours": ours,
    "cp-sat": naturally(natural.cpsat),
    "highs": naturally(natural.highs),
    "greedy": dispatched,
}
SILENT = frozenset({"highs"})
"""Methods that tell nothing before their time is over: they run once for every moment."""


def main() -> None:
    """Run a method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    data = json.loads(words.problem.read_text(encoding="utf-8"))
    case = parse_teams(data) if data["format"] == TEAMS_FORMAT else parse_instance(data)
    options = SolveOptions(time_limit=words.limit, workers=words.workers, seed=words.seed)
    tell = Teller(time.perf_counter())
    tell.line(**METHODS[words.method](case, options, tell))


if __name__ == "__main__":
    main()
