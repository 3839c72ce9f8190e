"""Which visits a plan would leave out to save most, within the weight it may leave out."""

from __future__ import annotations

from typing import Final

import numpy as np

from solver.facts import Bools, Ints

_LARGEST_TABLE: Final = 4_000_000


def leave_out(gains: Ints, weights: Ints, room: int) -> tuple[int, Bools]:
    """The most that can be gained by leaving out visits of a total weight of at most `room`.

    An exact dynamic programme over the weight; where that would be too large the bound of
    G. Dantzig (1957): by gain per weight, the last one in part, rounded up.

    Args:
        gains: Gain per visit: shape [v].
        weights: Weight per visit, at least 1: shape [v].
        room: Weight that may be left out.

    Returns:
        The gain (never too low) and a choice.
    """
    out = np.zeros(len(gains), dtype=np.bool_)
    items = np.flatnonzero((gains > 0) & (weights <= room))
    if int(weights[items].sum()) <= room:
        out[items] = True
        return int(gains[items].sum()), out
    if room * len(items) > _LARGEST_TABLE:
        return _by_density(gains, weights, room, items, out)
    table = np.zeros((len(items) + 1, room + 1), dtype=np.int64)
    for n, item in enumerate(items.tolist()):
        weight = int(weights[item])
        table[n + 1] = table[n]
        taken = table[n, : room + 1 - weight] + gains[item]
        np.maximum(table[n + 1, weight:], taken, out=table[n + 1, weight:])
    left = room
    for n in range(len(items), 0, -1):
        if table[n, left] != table[n - 1, left]:
            out[items[n - 1]] = True
            left -= int(weights[items[n - 1]])
    return int(table[-1, room]), out


def _by_density(
    gains: Ints, weights: Ints, room: int, items: Ints, out: Bools
) -> tuple[int, Bools]:
    total = 0
    for item in items[np.argsort(-(gains[items] / weights[items]), kind="stable")].tolist():
        gain, weight = int(gains[item]), int(weights[item])
        if weight > room:
            # One more unit for the rounding of the densities that made the order.
            return total - (-gain * room // weight) + (total + gain) // 2**40 + 1, out
        out[item], room, total = True, room - weight, total + gain
    return total, out
