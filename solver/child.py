"""The solving process: reads a problem, writes progress and incumbents, then the solution.

Started as `python -m solver.child` by `solver.process`; see there for the messages.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import IO, Any, Final

from solver.process import VISITS, incumbent_message
from solver.solution import Progress, SolveOptions
from solver.teams.process import TEAMS
from solver.teams.solution import TeamsProgress

_INCUMBENT_EVERY: Final = 0.4
"""Seconds between plans sent, at least; the last one held back follows with the progress."""


class _Mouth:
    """Writes messages; solvers that print cannot get in between."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def say(self, message: dict[str, Any]) -> None:
        """One message, one line. A parent that is gone ends this process."""
        try:
            self._stream.write(json.dumps(message) + "\n")
            self._stream.flush()
        except OSError:
            os._exit(1)


class _News:
    """Passes on progress, and plans not too often."""

    def __init__(self, mouth: _Mouth, message: Callable[..., dict[str, Any]]) -> None:
        """Take what makes the message of a plan and its score."""
        self._mouth = mouth
        self._message = message
        self._held_back: tuple[object, object] | None = None
        self._sent = float("-inf")

    def incumbent(self, plan: object, score: object) -> None:
        """A better plan."""
        self._held_back = (plan, score)
        self._flush()

    def progress(self, progress: Progress | TeamsProgress) -> None:
        """A sign of life."""
        self._flush()
        news = {
            "seconds": progress.seconds,
            "score": progress.score and progress.score._asdict(),
            "bounds": progress.bounds and progress.bounds._asdict(),
            "phase": progress.phase,
        }
        self._mouth.say({"progress": news})

    def _flush(self) -> None:
        if self._held_back and time.monotonic() - self._sent >= _INCUMBENT_EVERY:
            self._mouth.say(self._message(*self._held_back))
            self._held_back, self._sent = None, time.monotonic()


def _listen(stop: threading.Event) -> None:
    """Wait for a request to stop; a closed input means that the parent is gone."""
    for line in sys.stdin:
        if json.loads(line).get("stop"):
            stop.set()
    os._exit(1)


def _private_output() -> IO[str]:
    """Keep the pipe to the parent for messages, and send what libraries print to stderr."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "w", encoding="utf-8")


def _what_is_left(options: SolveOptions, sent: float | None) -> SolveOptions:
    """The time limit less what it took to start; a run that counts work keeps it all."""
    if sent is None or options.deterministic:
        return options
    late = max(0.0, time.time() - sent)  # the clocks of two processes: no monotonic time
    return replace(options, time_limit=max(options.time_limit / 2, options.time_limit - late))


def _solve_visits(
    problem: object, options: SolveOptions, mouth: _Mouth, stop: threading.Event
) -> dict[str, Any]:
    from solver.engine.driver import run
    from solver.parsing.problem import parse_instance
    from solver.serialise import solution_to_json

    instance = parse_instance(problem)
    news = _News(mouth, partial(incumbent_message, instance.name))
    return solution_to_json(run(instance, options, news.progress, stop.is_set, news.incumbent))


def _solve_teams(
    problem: object, options: SolveOptions, mouth: _Mouth, stop: threading.Event
) -> dict[str, Any]:
    from solver.teams.engine import run_teams
    from solver.teams.parsing import parse_teams
    from solver.teams.process import teams_message
    from solver.teams.serialise import teams_solution_to_json

    instance = parse_teams(problem)
    news = _News(mouth, partial(teams_message, instance.name))
    solution = run_teams(instance, options, news.progress, stop.is_set, news.incumbent)
    return teams_solution_to_json(solution)


_SOLVERS: Final = {VISITS: _solve_visits, TEAMS: _solve_teams}
"""By kind; each imports what it needs, so that a child starts fast."""


def main() -> None:
    """Solve the problem on standard input."""
    mouth = _Mouth(_private_output())
    request = json.loads(sys.stdin.readline())
    options = _what_is_left(SolveOptions(**request["options"]), request.get("sent"))
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), name="stop", daemon=True).start()
    mouth.say({"started": True})
    solve = _SOLVERS[request.get("kind", VISITS)]
    mouth.say({"solution": solve(request["problem"], options, mouth, stop)})
    os._exit(0)  # a solver thread that still runs must not keep the process


if __name__ == "__main__":
    main()
