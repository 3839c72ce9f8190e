"""Who takes which seat of a network, at the least cost: the flow through its shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.engine.network.flow import Circulation
from solver.engine.network.rewards import Rewards
from solver.engine.network.shape import Shape
from solver.facts import Bools, Floats, Ints


@dataclass(frozen=True)
class Assigned:
    """A cheapest way to fill the seats.

    Attributes:
        chosen: Arcs that are used.
        share: Share of the seats of each visit that is filled: [v].
        prices: What one more in each seat would cost: [m].
    """

    chosen: Ints
    share: Floats
    prices: Ints

    @property
    def full(self) -> Bools:
        """Whether all seats of a visit are filled: [v]."""
        return self.share >= 1.0


def assign(shape: Shape, rewards: Rewards) -> Assigned | None:
    """Fill seats so that rewards less costs are highest; None where numbers are too large."""
    net = Circulation()
    centre = int(net.add_nodes(1)[0])
    seats = net.add_nodes(len(shape.seat_visit))
    tails = _envoys(net, shape, centre)
    used = net.add_arcs(tails, seats[shape.seat], np.ones_like(tails), shape.cost)
    if not net.fits(rewards.largest):
        return None
    rewards.add(net, seats, centre)
    flow = net.solve()
    if flow is None:
        return None
    chosen = np.flatnonzero(flow.amounts[used] > 0)
    filled = np.bincount(shape.seat_visit[shape.seat[chosen]], minlength=len(shape.visits))
    return Assigned(chosen, filled / shape.seats, flow.prices[seats] - flow.prices[centre])


def assign_weight(shape: Shape, rewards: Rewards, weight: int) -> Assigned | None:
    """The cheapest way to fill seats of visits of a weight, parts of visits counting as parts.

    Its prices are those of the least reward that fetches so much: better than any that come first.
    """
    low, high, best = 0, rewards.point, None
    while high - low > 1:
        point = (low + high) // 2
        found = assign(shape, Rewards(shape, point))
        if found is None:
            return None
        if float(found.share @ shape.weights) >= weight:
            high, best = point, found
        else:
            low = point
    return best


def _envoys(net: Circulation, shape: Shape, centre: int) -> Ints:
    """Nodes from the centre to the arcs; returns the tail of each arc.

    A week or a group that cannot bind gets no node: what is in it hangs on what it is in.
    """
    envoys = net.add_nodes(len(shape.most))
    net.add_steps(np.full(len(envoys), centre), envoys, shape.most, shape.steps)
    groups = np.bincount(shape.group_pool, minlength=len(shape.pool_most))
    most = np.minimum(shape.most[shape.pool_envoy], groups)
    pools = _nodes(net, envoys[shape.pool_envoy], shape.pool_most < most, shape.pool_most)
    sizes = np.bincount(shape.group, minlength=len(shape.group_pool))
    one = np.ones(len(sizes), dtype=np.int64)
    return _nodes(net, pools[shape.group_pool], sizes > 1, one)[shape.group]


def _nodes(net: Circulation, parents: Ints, needed: Bools, capacities: Ints) -> Ints:
    """A node below each parent where one is needed, else the parent itself."""
    nodes = parents.copy()
    nodes[needed] = net.add_nodes(int(needed.sum()))
    used = parents[needed]
    net.add_arcs(used, nodes[needed], capacities[needed], np.zeros_like(used))
    return nodes
