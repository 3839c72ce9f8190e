"""The instance flattened for pricing: starts, demands and duties as plain arrays.

A *start* is a visit at one of its first slots. A *demand* is a start together with seats that the
same people may fill; it wants exactly `count` of them if the visit is held there. A *duty* is an
envoy in a seat of a demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.facts import Bools, Ints
from solver.tables import Seat, Tables, VisitTable


@dataclass(frozen=True)
class Duties:
    """Arrays over starts [s], demands [m] and duties [d].

    Attributes:
        tables: What it was made of.
        visits: Index of each visit that has starts: shape [v].
        first_start: Where the starts of each such visit begin, and the end: shape [v + 1].
        start_visit, start_position: Row in `visits` and position in its table: shape [s].
        demand_start, demand_count: Shape [m].
        envoy, demand, price: Who, for what, at which cost in travel (the day for itself) and
            sharing; half-day duties without travel: shape [d].
        slot, length, county: Where a duty lies: shape [d].
    """

    tables: Tables
    visits: Ints
    first_start: Ints
    start_visit: Ints
    start_position: Ints
    demand_start: Ints
    demand_count: Ints
    envoy: Ints
    demand: Ints
    price: Ints
    slot: Ints
    length: Ints
    county: Ints


def flatten(tables: Tables) -> Duties:
    """Every duty that the rules allow by itself."""
    starts: list[Ints] = []
    visits: list[int] = []
    demands: list[tuple[Ints, Ints]] = []
    duties: list[tuple[Ints, ...]] = []
    start_count = demand_count = 0
    for visit in tables.visits:
        offered = offered_starts(visit)
        if not len(offered):
            continue
        visits.append(visit.index)
        starts.append(offered)
        numbers = start_count + np.arange(len(offered))
        for seat, rows, count in _parts(visit):
            demands.append((numbers, np.full(len(offered), count)))
            duties.append(_duties(visit, seat, rows, offered, demand_count))
            demand_count += len(offered)
        start_count += len(offered)
    sizes = [len(found) for found in starts]
    joined = [_join(column) for column in zip(*demands, strict=True)] or [_join(())] * 2
    columns = [_join(column) for column in zip(*duties, strict=True)] or [_join(())] * 6
    return Duties(
        tables,
        np.array(visits, dtype=np.int64),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.repeat(np.arange(len(sizes)), sizes),
        _join(starts),
        *joined,
        *columns,
    )


def tour_pairs(tables: Tables) -> int:
    """Pairs of a morning's and an afternoon's county over all envoys and days, near or not."""
    size = (len(tables.facts.instance.envoys), tables.facts.slot_count)
    counties = np.zeros(size, dtype=np.int64)
    halves = [visit for visit in tables.visits if visit.slots == 1 and visit.possible]
    for county in {visit.county for visit in halves}:
        here = np.zeros(size, dtype=np.bool_)
        for visit in halves:
            if visit.county == county:
                for seat in visit.seats:
                    here[np.ix_(seat.people, visit.starts)] |= seat.open
        counties += here
    return int((counties[:, ::2] * counties[:, 1::2]).sum())


def _join(parts: object) -> Ints:
    found = list(parts)  # type: ignore[call-overload]  # any sequence of arrays
    return np.concatenate(found).astype(np.int64) if found else np.zeros(0, dtype=np.int64)


def offered_starts(visit: VisitTable) -> Ints:
    """Positions of starts with people enough for every role."""
    if not visit.possible:
        return np.zeros(0, dtype=np.int64)
    enough = np.ones(len(visit.starts), dtype=np.bool_)
    for seat in visit.seats:
        enough &= seat.open.sum(axis=0) >= seat.count
        for row in seat.forced:
            enough &= seat.open[row]
    return np.flatnonzero(enough)


def _parts(visit: VisitTable) -> Iterator[tuple[Seat, Ints, int]]:
    """Seats with the people (positions in the seat) that may fill them; pinned people apart."""
    for seat in visit.seats:
        forced = np.array(seat.forced, dtype=np.int64)
        for row in forced:
            yield seat, np.array([row]), 1
        if seat.count > len(forced):
            yield seat, np.setdiff1d(np.arange(len(seat.people)), forced), seat.count - len(forced)


def _duties(
    visit: VisitTable, seat: Seat, rows: Ints, offered: Ints, first_demand: int
) -> tuple[Ints, ...]:
    mask: Bools = seat.open[np.ix_(rows, offered)]
    row, column = np.nonzero(mask)
    price = seat.lending[rows[row]]
    if visit.slots > 1:
        price = price + seat.trip[rows[row]]
    size = len(row)
    return (
        seat.people[rows[row]],
        first_demand + column,
        price,
        visit.starts[offered[column]],
        np.full(size, visit.slots),
        np.full(size, visit.county),
    )
