"""Minimum-cost circulations, and the prices of their nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.facts import Ints

_LARGEST: Final = 2**60
"""The solver multiplies costs by the number of nodes and must stay inside 64 bits."""
_MOST_PASSES: Final = 400
"""Of the way to the prices. It takes some dozens; prices that are not final prove less."""


@dataclass(frozen=True)
class Flow:
    """A cheapest circulation.

    Attributes:
        amounts: Flow on each arc.
        prices: Cheapest way to each node over what is left of the arcs.
    """

    amounts: Ints
    prices: Ints


class Circulation:
    """Nodes and arcs in the making; capacities are whole, costs of either sign."""

    def __init__(self) -> None:
        self.nodes = 0
        self._arcs: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._count = 0

    def add_nodes(self, count: int) -> Ints:
        """New nodes; returns their numbers."""
        first, self.nodes = self.nodes, self.nodes + count
        return np.arange(first, self.nodes, dtype=np.int64)

    def add_arcs(self, tails: Ints, heads: Ints, capacities: Ints, costs: Ints) -> slice:
        """New arcs; returns their places in the flow."""
        self._arcs.append((tails, heads, capacities, costs))
        first, self._count = self._count, self._count + len(tails)
        return slice(first, self._count)

    def add_steps(self, tails: Ints, heads: Ints, most: Ints, steps: Ints) -> None:
        """Arcs for `most` units in a row, the first, second, ... at the steps of the row: [n, k].

        Steps must not fall, or later units would come first; the last goes on for ever.
        """
        last = steps.shape[1] - 1
        used = (np.arange(last + 1)[None, :] < most[:, None]).astype(np.int64)
        used[:, last] = np.maximum(0, most - last)
        new = np.ones(steps.shape, dtype=np.bool_)
        new[:, 1:] = steps[:, 1:] != steps[:, :-1]
        first = np.flatnonzero(new)
        row = first // (last + 1)
        capacities = np.add.reduceat(used.ravel(), first)
        self.add_arcs(tails[row], heads[row], capacities, steps.ravel()[first])

    def fits(self, cost: int) -> bool:
        """Whether sums of costs up to this on the nodes so far stay exact."""
        return cost < _LARGEST // (self.nodes + 2) ** 2

    def solve(self) -> Flow | None:
        """The cheapest circulation; None if the solver has trouble with it."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # takes a while to load

        tails, heads, capacities, costs = (
            np.concatenate(column) for column in zip(*self._arcs, strict=True)
        )
        solver = SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        if solver.solve() != SimpleMinCostFlow.OPTIMAL:
            return None
        amounts = np.asarray(solver.flows(np.arange(len(tails))), dtype=np.int64)
        more, less = amounts < capacities, amounts > 0
        return Flow(
            amounts,
            shortest_ways(
                self.nodes,
                np.concatenate([tails[more], heads[less]]),
                np.concatenate([heads[more], tails[less]]),
                np.concatenate([costs[more], -costs[less]]),
            ),
        )


def shortest_ways(nodes: int, tails: Ints, heads: Ints, costs: Ints) -> Ints:
    """Cheapest way to each node from anywhere, by R. Bellman (1958); no circle is negative."""
    order = np.argsort(heads, kind="stable")
    tails, costs, heads = tails[order], costs[order], heads[order]
    first = np.flatnonzero(np.diff(heads, prepend=-1))
    targets = heads[first]
    found = np.zeros(nodes, dtype=np.int64)
    for _ in range(min(nodes, _MOST_PASSES)):
        nearer = np.minimum.reduceat(found[tails] + costs, first)
        better = nearer < found[targets]
        if not better.any():
            break
        found[targets[better]] = nearer[better]
    return found
