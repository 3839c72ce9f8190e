"""Owns the bounding process: tells it of plans, notes the bounds that it proves.

To the process: the problem, then `{"given": [coverage, unscheduled, disruption], "cost": c,
"reached": bool}` for plans that are known, whether or not they reach those tiers yet. From it:
`{"given", "bound", "done", "settled"}`, now and then with `"likely"`, pairs of a visit and a start
that is worth trying, and with `"promising"`, the duties that a better plan may have, and
`"beyond"`, what plans with others cost at least. It is helpful, not needed: if it dies, says what
cannot be understood or claims a bound above a plan that is known, the run goes on without it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from solver.engine.promise import Promise
from solver.engine.record import Record
from solver.parsing.fields import Parser, integer, list_of, row_of
from solver.parsing.sizes import LARGEST_SUM
from solver.serialise import instance_to_json
from solver.tables import Tables
from solver.talk import Message, Talk

_log = logging.getLogger(__name__)
COMMAND: Final = (sys.executable, "-m", "solver.bounding.child")
_COST: Final = 3
_HOPEFUL: Final = 0.4
"""Share of the time in which the upper tiers are expected to reach their bounds yet."""
_AT_ONCE: Final = 50
"""Messages heard at most before the search goes on."""
_TIER: Final = integer(-LARGEST_SUM, LARGEST_SUM)
_TIERS: Final = row_of(*[_TIER] * _COST)


class Bounder:
    """The process, and what it has said.

    Attributes:
        likely: Positions of promising starts of each visit; empty until they are known.
        promise: Duties worth trying; None until they are known.
    """

    def __init__(self, record: Record, tables: Tables) -> None:
        self._record, self._tables = record, tables
        self.promise: Promise | None = None
        self.likely: dict[int, list[int]] = {}
        self._told: Message | None = None
        self._answered: tuple[int, ...] | None = None
        self._talk: Talk | None = None
        self._pairs: Parser = list_of(
            row_of(integer(0, len(record.instance.visits) - 1), integer(0))
        )
        with suppress(OSError):  # no room for one more process
            self._talk = Talk(COMMAND, "bounder", leads=False)
            self._talk.send(instance_to_json(record.instance))

    @property
    def busy(self) -> bool:
        """Whether it is still raising the bound for the present score."""
        if self._talk is None or not self._talk.alive or self._record.score is None:
            return False
        return self._answered != self._given()

    def exchange(self) -> None:
        """Tell what is new, note what was proven; from the thread of the record, often."""
        if self._talk is not None and not self._exchanged(self._talk):
            _tell_end(self._talk)
            self.close()

    def _exchanged(self, talk: Talk) -> bool:
        """Whether to go on with it: it is there, makes sense, and no bound has proved wrong."""
        if self._record.score is not None:
            given, score = self._given(), self._record.score
            reached = all(now <= then for now, then in zip(score, given, strict=False))
            known = {"given": list(given), "cost": score.cost, "reached": reached}
            if known != self._told:
                self._told = known
                talk.send(known)
        try:
            for message in talk.said(_AT_ONCE):
                self._take(message)
        except Exception:  # whatever a wrong message breaks
            return False
        return not talk.finished and not self._record.withdrawn

    def close(self) -> None:
        """End it at once; there is nothing to wait for."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    def _take(self, message: Message) -> None:
        given, bound = _TIERS(message["given"], "given"), _TIER(message["bound"], "bound")
        if "likely" in message:
            self.likely = _by_visit(self._pairs(message["likely"], "likely"))
        if "promising" in message:
            beyond = _TIER(message["beyond"], "beyond")
            settled = bool(message["settled"])
            columns = message["promising"]
            self.promise = Promise(self._tables, columns, given, beyond, settled)
        self._record.raise_bound(_COST, given, bound)
        if message["done"]:
            self._answered = given

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


def _tell_end(talk: Talk) -> None:
    """Log how it ended, where that was not of its own will.

    Where no log is set up this goes to the standard error, and so to the parent's log.
    """
    if talk.finished:
        talk.settle()
    if talk.exit_code or talk.rubbish:
        _log.warning("bounding process ended with %s:\n%s", talk.exit_code, talk.words)


def _by_visit(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    starts: dict[int, list[int]] = {}
    for visit, position in pairs:
        starts.setdefault(visit, []).append(position)
    return starts
