"""The cheapest people for the seats of one visit: a small assignment problem, solved exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from solver.facts import Ints
from solver.plan import Crew

NEVER: Final = 2**52
"""Price of a person who may not sit; sums of many stay in 64 bits."""
REAL: Final = NEVER // 2
"""Sums that are no price of a real crew are above this, even with preferred people among them."""


def cheapest_crew(
    prices: Sequence[Ints], counts: Sequence[int], forced: tuple[int, int] | None = None
) -> tuple[int, Crew] | None:
    """Fill every seat with a person of its own at the least price.

    Args:
        prices: Per role what each envoy would cost: [envoys] each; `NEVER` is forbidden.
        counts: Seats per role.
        forced: A role and an envoy who must have one of its seats.

    Returns:
        The price and the envoys per role, or None where the seats cannot be filled.
    """
    seats = [role for role, count in enumerate(counts) for _ in range(count)]
    total, crew = 0, [list[int]() for _ in counts]
    if forced is not None:
        role, person = forced
        seats.remove(role)
        crew[role].append(person)
        total = int(prices[role][person])
    people = _shortlist(prices, sorted(set(seats)), len(seats) + 1)
    people = [person for person in people if forced is None or person != forced[1]]
    if len(people) < len(seats):
        return None
    table = [[min(NEVER, int(prices[role][person])) for person in people] for role in seats]
    for seat, column in enumerate(_assign(table)):
        total += table[seat][column]
        crew[seats[seat]].append(people[column])
    return (total, tuple(map(tuple, crew))) if total < REAL else None


def _shortlist(prices: Sequence[Ints], roles: Sequence[int], size: int) -> list[int]:
    """The cheapest of each role; with as many as there are seats nobody dearer is needed."""
    found: dict[int, None] = {}
    for role in roles:
        nearest = np.argsort(prices[role], kind="stable")[:size]
        found.update(dict.fromkeys(nearest.tolist()))
    return list(found)


def _assign(table: list[list[int]]) -> list[int]:
    """Column of each row at least total price; rows are not more than columns.

    Shortest augmenting paths with potentials: R. Jonker and A. Volgenant, "A shortest augmenting
    path algorithm for dense and sparse linear assignment problems" (1987).
    """
    columns = len(table[0]) if table else 0
    row_of = [-1] * (columns + 1)  # the last column is where each search starts
    gain_row, gain_column = [0] * len(table), [0] * (columns + 1)
    for row in range(len(table)):
        row_of[columns] = row
        way = _search(table, row_of, gain_row, gain_column)
        column, before = way[0], way[1]
        while column != columns:
            row_of[column] = row_of[before[column]]
            column = before[column]
    place = [0] * len(table)
    for column in range(columns):
        if row_of[column] >= 0:
            place[row_of[column]] = column
    return place


def _search(
    table: list[list[int]], row_of: list[int], gain_row: list[int], gain_column: list[int]
) -> tuple[int, list[int]]:
    """Dijkstra from the waiting row to the nearest free column; keeps the potentials."""
    columns = len(gain_column) - 1
    at, before = columns, [columns] * (columns + 1)
    distance: list[float] = [float("inf")] * columns
    done = [False] * (columns + 1)
    while row_of[at] >= 0:
        done[at] = True
        row = row_of[at]
        for column in range(columns):
            step = table[row][column] - gain_row[row] - gain_column[column]
            if not done[column] and step < distance[column]:
                distance[column], before[column] = step, at
        nearest = min((c for c in range(columns) if not done[c]), key=distance.__getitem__)
        rest = int(distance[nearest])
        for column in range(columns + 1):
            if done[column]:
                gain_row[row_of[column]] += rest
                gain_column[column] -= rest
            elif column < columns:
                distance[column] -= rest
        at = nearest
    return at, before
