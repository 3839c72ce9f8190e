"""Tries an instance as a network: a plan from the cheapest flow, and the proof from its prices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solver.engine.network.assigning import Assigned, assign
from solver.engine.network.placing import place
from solver.engine.network.proof import bounds
from solver.engine.network.rewards import Rewards
from solver.engine.network.shape import (
    Shape,
    Traits,
    applicable,
    free_shape,
    timed_shape,
)
from solver.engine.record import Record
from solver.facts import Bools, Ints
from solver.plan import Plan
from solver.tables import Tables


def solve_network(record: Record, tables: Tables) -> Plan | None:
    """Offer plans to the record and raise its bounds; None where the instance is no network.

    All work is counted, none is timed: the same instance gives the same plan.

    Returns:
        The best plan found, proven or not.
    """
    traits = applicable(tables)
    if traits is None:
        return None
    record.report("按最小费用流分配")
    network = _Network(record, traits)
    network.run()
    return network.best


class _Network:
    def __init__(self, record: Record, traits: Traits) -> None:
        self.record, self.traits = record, traits
        self.best: Plan | None = None

    def run(self) -> None:
        """First with starts forgotten, then with starts if they can be part of the network."""
        self._try(free_shape(self.traits))
        if self.record.over():
            return
        timed = timed_shape(self.traits)
        if timed is not None:
            self._try(timed)

    def _try(self, shape: Shape) -> None:
        rewards = Rewards(shape)
        found = assign(shape, rewards)
        if found is None:
            return
        self._place(shape, found)
        if self.record.score is None:
            return
        for tier, given, bound in bounds(shape, rewards, found.prices, self.record.score):
            self.record.raise_bound(tier, given, bound)

    def _place(self, shape: Shape, found: Assigned) -> None:
        used = np.zeros(len(shape.envoy), dtype=np.bool_)
        used[found.chosen] = True
        held = int(found.full.sum())
        starts = _starts(shape, found)
        for arcs in (used, used | (found.slack <= 0)):
            plan = place(
                self.traits.tables,
                crews_of(shape, found.full, arcs),
                starts,
                self.record.options.seed,
                lambda plan: len(plan.held) == held,
                self.record.over,
            )
            self._offer(plan)
            if len(plan.held) == held:
                return

    def _offer(self, plan: Plan) -> None:
        if self.record.offer(plan):
            self.best = Plan(self.traits.tables)
            self.best.restore(plan.held)


def crews_of(shape: Shape, held: Bools, arcs: Bools) -> dict[int, list[Ints]]:
    """Envoys of some arcs, by visit and role, for visits that are held."""
    chosen = np.flatnonzero(arcs & held[shape.seat_visit[shape.seat]])
    chosen = chosen[np.argsort(shape.seat[chosen], kind="stable")]
    cuts = np.searchsorted(shape.seat[chosen], np.arange(len(shape.seat_visit) + 1))
    crews: dict[int, list[Ints]] = {}
    for seat in np.flatnonzero(held[shape.seat_visit]).tolist():
        people = shape.envoy[chosen[cuts[seat] : cuts[seat + 1]]]
        crews.setdefault(int(shape.visits[shape.seat_visit[seat]]), []).append(people)
    return crews


def _starts(shape: Shape, found: Assigned) -> Mapping[int, int]:
    """Starts that the flow has settled."""
    chosen = found.chosen[shape.start[found.chosen] >= 0]
    visits = shape.visits[shape.seat_visit[shape.seat[chosen]]]
    return dict(zip(visits.tolist(), shape.start[chosen].tolist(), strict=True))
