"""Owns the bounding process: tells it of plans, notes the bounds that it proves.

To the process: the problem, then `{"given": [coverage, unscheduled, disruption], "cost": c,
"reached": bool}` for plans that are known, whether or not they reach those tiers yet. From it:
`{"given", "bound", "done"}`, now and then with `"likely"`, pairs of a visit and a start that is
worth trying, and with `"promising"`, the duties that a better plan may have, and `"beyond"`, what
plans with others cost at least. It is helpful, not needed: if it dies the run goes on without it.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any, Final

from solver.engine.promise import Promise
from solver.engine.record import Record
from solver.process import child_environment
from solver.serialise import instance_to_json
from solver.tables import Tables

COMMAND: Final = (sys.executable, "-m", "solver.bounding.child")
_COST: Final = 3
_HOPEFUL: Final = 0.4
"""Share of the time in which the upper tiers are expected to reach their bounds yet."""


class Bounder:
    """The process and the threads that talk with it.

    Attributes:
        likely: Positions of promising starts of each visit; empty until they are known.
        promise: Duties worth trying; None until they are known.
    """

    def __init__(self, record: Record, tables: Tables) -> None:
        self._record, self._tables = record, tables
        self.promise: Promise | None = None
        self.likely: dict[int, list[int]] = {}
        self._bounds: queue.Queue[dict[str, Any]] = queue.Queue()
        self._outbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._told: dict[str, Any] | None = None
        self._answered: tuple[int, ...] | None = None
        self._process = subprocess.Popen(
            list(COMMAND),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._outbox.put(instance_to_json(record.instance))
        self._threads = [
            threading.Thread(target=self._write, name="bounder-in", daemon=True),
            threading.Thread(target=self._read, name="bounder-out", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether it is still raising the bound for the present score."""
        if self._process.poll() is not None or self._record.score is None:
            return False
        return self._answered != self._given()

    def exchange(self) -> None:
        """Tell what is new, note what was proven; from the thread of the record, often."""
        if self._record.score is not None:
            given, score = self._given(), self._record.score
            reached = all(now <= then for now, then in zip(score, given, strict=False))
            known = {"given": list(given), "cost": score.cost, "reached": reached}
            if known != self._told:
                self._told = known
                self._outbox.put(known)
        while not self._bounds.empty():
            message = self._bounds.get()
            given = tuple(message["given"])
            self._record.raise_bound(_COST, given, message["bound"])
            if "likely" in message:
                self.likely = _by_visit(message["likely"])
            if "promising" in message:
                columns, beyond = message["promising"], message["beyond"]
                self.promise = Promise(self._tables, columns, given, beyond, message["done"])
            if message["done"]:
                self._answered = given

    def close(self) -> None:
        """End it at once; there is nothing to wait for."""
        self._process.kill()
        self._outbox.put(None)
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # unsent input to a process that is gone
                assert stream is not None
                stream.close()

    def _given(self) -> tuple[int, ...]:
        """The tiers to bound the cost for: at first what they may become, then what they are.

        A bound for better tiers is worth nothing until they are reached; but mostly they are,
        and other tiers mean to begin anew.
        """
        score, bounds = self._record.score, self._record.bounds()
        assert score is not None
        assert bounds is not None
        hopeful = self._record.seconds < _HOPEFUL * self._record.options.time_limit
        return tuple(bounds[:_COST] if hopeful else score[:_COST])

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                stream.write(json.dumps(message) + "\n")
                stream.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        for line in stream:
            with suppress(json.JSONDecodeError):  # a line cut off by the end of the process
                self._bounds.put(json.loads(line))


def _by_visit(pairs: list[list[int]]) -> dict[int, list[int]]:
    starts: dict[int, list[int]] = {}
    for visit, position in pairs:
        starts.setdefault(visit, []).append(position)
    return starts
