"""The solving process: reads a problem, writes progress and incumbents, then the solution.

Started as `python -m solver.child` by `solver.process`; see there for the messages.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import replace
from typing import IO, Any, Final

from solver.explain.explained import run_explained
from solver.instance import Assignment
from solver.parsing.problem import parse_instance
from solver.process import incumbent_message
from solver.serialise import score_to_json, solution_to_json
from solver.solution import Progress, Score, SolveOptions

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

    def __init__(self, mouth: _Mouth, problem: str) -> None:
        self._mouth = mouth
        self._problem = problem
        self._held_back: tuple[tuple[Assignment, ...], Score] | None = None
        self._sent = float("-inf")

    def incumbent(self, assignments: tuple[Assignment, ...], score: Score) -> None:
        """A better plan."""
        self._held_back = (assignments, score)
        self._flush()

    def progress(self, progress: Progress) -> None:
        """A sign of life."""
        self._flush()
        news = {
            "seconds": progress.seconds,
            "score": score_to_json(progress.score),
            "bounds": score_to_json(progress.bounds),
            "phase": progress.phase,
        }
        self._mouth.say({"progress": news})

    def _flush(self) -> None:
        if self._held_back and time.monotonic() - self._sent >= _INCUMBENT_EVERY:
            self._mouth.say(incumbent_message(self._problem, *self._held_back))
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


def main() -> None:
    """Solve the problem on standard input."""
    mouth = _Mouth(_private_output())
    request = json.loads(sys.stdin.readline())
    instance = parse_instance(request["problem"])
    options = _what_is_left(SolveOptions(**request["options"]), request.get("sent"))
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), name="stop", daemon=True).start()
    mouth.say({"started": True})
    news = _News(mouth, instance.name)
    solution = run_explained(instance, options, news.progress, stop.is_set, news.incumbent)
    mouth.say({"solution": solution_to_json(solution)})
    os._exit(0)  # a solver thread that still runs must not keep the process


if __name__ == "__main__":
    main()
