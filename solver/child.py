"""The solving process: reads a problem, writes progress and incumbents, then the solution.

Started as `python -m solver.child` by `solver.process`; see there for the messages.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import IO, Any, Final

from solver.explain.preflight import SHORTAGES
from solver.process import START, VISITS, incumbent_message
from solver.solution import Progress, SolveOptions
from solver.teams.process import TEAMS, teams_message
from solver.teams.solution import TeamsProgress

Message = Callable[[Any, Any], dict[str, Any]]
"""Puts a plan and its score into a message."""
ShouldStop = Callable[[], bool]
Solve = Callable[[SolveOptions, "_News", ShouldStop], dict[str, Any]]
"""Runs until it ends or is asked to stop; returns the solution as JSON data."""

_INCUMBENT_EVERY: Final = 0.4
"""Seconds between plans sent, at least; one held back follows when they are over."""


class _Mouth:
    """Writes messages, from any thread; solvers that print cannot get in between."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, message: dict[str, Any]) -> None:
        """One message, one line. A parent that is gone ends this process."""
        try:
            with self._lock:
                self._stream.write(json.dumps(message) + "\n")
                self._stream.flush()
        except OSError:
            os._exit(1)


class _News:
    """Passes on progress, and plans not too often.

    A thread of its own sends what was held back: an exact step may say nothing for a long time,
    and a parent that loses patience, or this process, must not lose the best plan.
    """

    def __init__(self, mouth: _Mouth, message: Message) -> None:
        self._mouth = mouth
        self._message = message
        self._held_back: tuple[Any, Any] | None = None
        self._sent = float("-inf")
        self._lock = threading.Lock()

    def incumbent(self, plan: object, score: object) -> None:
        """A better plan."""
        with self._lock:
            self._held_back = (plan, score)
        self.flush()

    def keep_sending(self) -> None:
        """Send what is held back, for ever; runs on a thread of its own."""
        while True:
            time.sleep(_INCUMBENT_EVERY)
            self.flush()

    def progress(self, progress: Progress | TeamsProgress) -> None:
        """A sign of life."""
        self.flush()
        news = {
            "seconds": progress.seconds,
            "score": progress.score and progress.score._asdict(),
            "bounds": progress.bounds and progress.bounds._asdict(),
            "phase": progress.phase,
        }
        self._mouth.say({"progress": news})

    def outcome(self, solution: dict[str, Any]) -> None:
        """The outcome before it is explained; it counts where the explanations come too late."""
        self._mouth.say({"outcome": solution})

    def flush(self, at_once: bool = False) -> None:
        """Send the plan held back, if there is one and it is time."""
        with self._lock:
            due = at_once or time.monotonic() - self._sent >= _INCUMBENT_EVERY
            if self._held_back and due:
                self._mouth.say(self._message(*self._held_back))
                self._held_back, self._sent = None, time.monotonic()


def _listen(stop: threading.Event, news: _News) -> None:
    """Wait for a request to stop; a closed input means that the parent is gone."""
    for line in sys.stdin:
        if json.loads(line).get("stop"):
            stop.set()
            news.flush(at_once=True)
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


def _visits(problem: dict[str, Any]) -> tuple[Message, Solve]:
    from solver.explain.explained import run_explained
    from solver.parsing.problem import parse_assignments, parse_instance
    from solver.serialise import solution_to_json

    start = parse_assignments(problem.pop(START, ()))
    instance = parse_instance(problem)

    def solve(options: SolveOptions, news: _News, stop: ShouldStop) -> dict[str, Any]:
        solution = run_explained(
            instance,
            options,
            news.progress,
            stop,
            news.incumbent,
            lambda found: news.outcome(solution_to_json(found)),
            start,
        )
        return solution_to_json(solution)

    return partial(incumbent_message, instance.name), solve


def _teams(problem: dict[str, Any]) -> tuple[Message, Solve]:
    from solver.teams.engine import run_teams
    from solver.teams.parsing import parse_teams
    from solver.teams.serialise import teams_solution_to_json

    instance = parse_teams(problem)

    def solve(options: SolveOptions, news: _News, stop: ShouldStop) -> dict[str, Any]:
        solution = run_teams(instance, options, news.progress, stop, news.incumbent)
        return teams_solution_to_json(solution)

    return partial(teams_message, instance.name), solve


def _shortages(problem: object) -> tuple[Message, Solve]:
    from solver.explain.shortage import shortage_to_json
    from solver.explain.shortages import shortages
    from solver.parsing.problem import parse_instance

    instance = parse_instance(problem)

    def solve(options: SolveOptions, news: _News, stop: ShouldStop) -> dict[str, Any]:
        return {"shortages": list(map(shortage_to_json, shortages(instance)))}

    return lambda plan, score: {}, solve  # it finds no plans on its way


_KINDS: Final = {VISITS: _visits, TEAMS: _teams, SHORTAGES: _shortages}
"""How a problem of each kind is read; each imports what it needs, so that a child starts fast."""


def main() -> None:
    """Solve the problem on standard input."""
    # Ctrl+C reaches the whole group; the parent decides and asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()  # a crash in a library leaves its frames with the parent
    mouth = _Mouth(_private_output())
    request = json.loads(sys.stdin.readline())
    message, solve = _KINDS[request.get("kind", VISITS)](request["problem"])
    options = _what_is_left(SolveOptions(**request["options"]), request.get("sent"))
    stop = threading.Event()
    news = _News(mouth, message)
    threading.Thread(target=_listen, args=(stop, news), name="stop", daemon=True).start()
    threading.Thread(target=news.keep_sending, name="news", daemon=True).start()
    mouth.say({"started": True})
    mouth.say({"solution": solve(options, news, stop.is_set)})
    os._exit(0)  # a solver thread that still runs must not keep the process


if __name__ == "__main__":
    main()
