"""The bounding process: reads a problem and what is known of plans, writes proven bounds.

Started as `python -m solver.bounding.child` by `solver.engine.bounder`; see there for the
messages. It ends when its input is closed, so it does not outlive the process that started it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import sys
import threading
from typing import IO, Any, Final

import numpy as np

from solver.bounding.ascent import Ascent
from solver.bounding.relaxation import Given, Relaxation, Space, space_of
from solver.candidates import prepare
from solver.parsing.problem import parse_instance

_LEAST_NEWS: Final = 1
_HINTS_EVERY: Final = 100
"""Steps between two reports of likely starts and promising duties."""
_FARTHER: Final = 50
"""A cost that must lie above the bound is taken to do so by one part of so many."""
_LIKELY: Final = 0.05
"""Share of a visit from which on a start is worth trying."""


class Climber:
    """Follows what is known: other tiers mean another relaxation, a better plan a nearer target."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._ascent: Ascent | None = None
        self._told: int | None = None
        self._state = (True, False)
        self._reached = False

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do until more is known."""
        return self._ascent is None or self._ascent.done

    def hear(self, given: Given, cost: int, reached: bool) -> dict[str, Any] | None:
        """A plan of this cost is known; it reaches the tiers, or comes near to them.

        Returns what there is to tell at once.
        """
        ascent = self._ascent
        if ascent is None or ascent.relaxation.given != given:
            # Prices that are far from good yet only mislead.
            point = None if ascent is None or ascent.rough else ascent.best
            ascent = self._ascent = Ascent(Relaxation(self._space, given), cost, point)
            self._told, self._state, before = None, (True, False), None
        else:
            before = ascent.target
            better = reached and self._reached
            ascent.target = min(ascent.target, cost) if better else cost
        self._reached = reached
        self._look_farther()
        nearer = before is not None and ascent.target < before
        return self._news(hints=True) if nearer and ascent.settled else None

    def climb(self) -> dict[str, Any] | None:
        """One step; what there is to tell."""
        ascent = self._ascent
        assert ascent is not None
        ascent.climb()
        self._look_farther()
        assert ascent.bound is not None
        better = self._told is None or ascent.bound >= self._told + _LEAST_NEWS
        state = (ascent.rough, ascent.settled)
        hints = ascent.done or state != self._state or ascent.steps % _HINTS_EVERY == 0
        self._state = state
        return self._news(hints) if better or hints else None

    def _news(self, hints: bool) -> dict[str, Any]:
        ascent = self._ascent
        assert ascent is not None
        self._told = ascent.bound
        given = list(ascent.relaxation.given)
        told: dict[str, Any] = {"given": given, "bound": ascent.bound, "done": ascent.done}
        told["settled"] = ascent.settled
        if not hints:
            return told
        return told | {"likely": _likely(ascent)} | ({} if ascent.rough else _promising(ascent))

    def _look_farther(self) -> None:
        """A plan that does not reach the tiers may cost less than one that does: no end there."""
        ascent = self._ascent
        if ascent is not None and ascent.bound is not None and not self._reached:
            ascent.target = max(ascent.target, ascent.bound + abs(ascent.bound) // _FARTHER + 1)


def _likely(ascent: Ascent) -> list[list[int]]:
    """Pairs of a visit and the position of a start that the schedules often chose."""
    duties = ascent.relaxation.duties
    often = np.flatnonzero(ascent.shares > _LIKELY)
    visits = duties.visits[duties.start_visit[often]]
    pairs: list[list[int]] = np.stack([visits, duties.start_position[often]], axis=1).tolist()
    return pairs


def _promising(ascent: Ascent) -> dict[str, Any]:
    """Visit, position of the start and envoy of each promising duty, and what others cost."""
    found = ascent.promising()
    columns = found.columns(ascent.relaxation.duties)
    return {"promising": [column.tolist() for column in columns], "beyond": found.beyond}


def _listen(stream: IO[str], news: queue.Queue[dict[str, Any]]) -> None:
    for line in stream:
        news.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Bound until the input is closed."""
    faulthandler.enable()  # a crash in a library leaves its frames with the parent
    space = space_of(prepare(parse_instance(json.loads(sys.stdin.readline()))))
    if space is None:
        return
    news: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin, news), name="news", daemon=True).start()
    climber = Climber(space)
    while True:
        while climber.idle or not news.empty():
            message = news.get()
            told = climber.hear(Given(*message["given"]), message["cost"], message["reached"])
            _say(told)
        _say(climber.climb())


def _say(told: dict[str, Any] | None) -> None:
    if told is not None:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
