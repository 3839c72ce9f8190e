"""When: starts for visits whose people are (nearly) settled, by the search on a small instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from solver.engine.search import Search, construct
from solver.facts import Bools, Ints
from solver.plan import Plan
from solver.tables import Seat, Tables, VisitTable

_ROUNDS_PER_VISIT: Final = 8

Crews = Mapping[int, Sequence[Ints]]
"""Envoys of each role of the visits that are to be held, perhaps more than it has seats."""


def place(
    tables: Tables,
    crews: Crews,
    starts: Mapping[int, int],
    seed: int,
    over: Callable[[], bool],
) -> Plan:
    """A plan that holds as many of the visits as can be found a start, with people of their crews.

    Args:
        tables: The instance.
        crews: Who may go where; other visits are not held.
        starts: Positions of starts that are settled.
        seed: Of the search.
        over: Whether to end in any case; the work is counted, so nothing else ends it.
    """
    plan = Plan(narrowed(tables, crews, starts))
    construct(plan)
    if len(plan.held) == len(crews):
        return plan
    search = Search(plan, seed)
    rounds = _ROUNDS_PER_VISIT * len(crews)

    def finished() -> bool:
        return len(search.best) == len(crews) or search.rounds >= rounds or over()

    search.run(lambda now: now / rounds, finished, lambda: None)
    plan.restore(search.best)
    return plan


def narrowed(tables: Tables, crews: Crews, starts: Mapping[int, int]) -> Tables:
    """The same visits with nobody in their seats but the crews; positions stay what they are."""
    nobody = np.zeros(0, dtype=np.int64)
    visits = []
    for visit in tables.visits:
        crew = crews.get(visit.index, [nobody] * len(visit.seats))
        offered = _offered(visit, starts.get(visit.index))
        seats = (_narrowed(*pair, offered) for pair in zip(visit.seats, crew, strict=True))
        visits.append(replace(visit, seats=tuple(seats)))
    return Tables(tables.facts, tuple(visits))


def _offered(visit: VisitTable, start: int | None) -> Bools:
    positions = np.arange(len(visit.starts))
    return np.ones(len(positions), dtype=np.bool_) if start is None else positions == start


def _narrowed(seat: Seat, crew: Ints, offered: Bools) -> Seat:
    rows = np.flatnonzero(np.isin(seat.people, crew))
    return replace(
        seat,
        people=seat.people[rows],
        open=seat.open[rows] & offered,
        forced=(),
        lending=seat.lending[rows],
        trip=seat.trip[rows],
        base=seat.base[rows],
        week_room=seat.week_room[rows],
        total_room=seat.total_room[rows],
    )
