"""Runs of equal keys in sorted arrays: the least of each, and where it stands."""

from __future__ import annotations

import numpy as np

from solver.facts import Ints

NEVER = 2**46
"""Cost of what is not offered; sums of a few of them stay in 64 bits."""


def ranges(first: Ints, last: Ints) -> Ints:
    """All numbers of `range(first[n], last[n])`, one range after the other."""
    sizes = last - first
    ends = np.cumsum(sizes)
    count = int(ends[-1]) if len(ends) else 0
    found: Ints = np.arange(count) + np.repeat(first - (ends - sizes), sizes)
    return found


class Runs:
    """Consecutive parts of an array; none of them is empty.

    Args:
        sizes: Length of each part: shape [n].
    """

    def __init__(self, sizes: Ints) -> None:
        self.last = np.cumsum(sizes)
        self.first = self.last - sizes

    def __len__(self) -> int:
        return len(self.first)

    def least(self, values: Ints) -> Ints:
        """Least value of each run."""
        if not len(self.first):
            return np.zeros(0, dtype=np.int64)
        found: Ints = np.minimum.reduceat(values, self.first)
        return found

    def where(self, values: Ints, runs: Ints, value: Ints) -> Ints:
        """The first place in each given run where its value stands; -1 if nowhere."""
        first, last = self.first[runs], self.last[runs]
        places = ranges(first, last)
        sizes = last - first
        hits = np.flatnonzero(values[places] == np.repeat(value, sizes))
        which = np.searchsorted(np.cumsum(sizes), hits, side="right")
        chosen = np.full(len(runs), -1, dtype=np.int64)
        chosen[which[::-1]] = places[hits[::-1]]
        return chosen


class Groups(Runs):
    """Runs of equal keys after sorting: `order` sorts, `keys` tells the key of each run."""

    def __init__(self, keys: Ints) -> None:
        self.order = np.argsort(keys, kind="stable")
        ordered = keys[self.order]
        new = np.ones(len(keys), dtype=np.bool_)
        new[1:] = ordered[1:] != ordered[:-1]
        first = np.flatnonzero(new)
        self.keys = ordered[first]
        super().__init__(np.diff(np.append(first, len(keys))))
