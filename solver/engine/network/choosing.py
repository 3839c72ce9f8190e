"""Exact models of what a flow cannot settle, with the few people whom a better plan can have.

Prices of a flow tell how much every plan costs at least that has a given arc (`Relaxed.extra`). So
if only arcs of an extra up to a limit are offered, then

    cost >= min(cost of the model, bound of the prices + limit + 1)

and a model of two or four people per seat often is all that it takes for a proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np

from solver.engine.linear import Expression, Programme
from solver.engine.model import Model
from solver.engine.network.placing import Crews, narrowed
from solver.engine.network.shape import Shape
from solver.facts import Bools, Ints
from solver.plan import Plan
from solver.tables import Tables

_MOST_DUTIES: Final = 60_000


def when_model(tables: Tables, crews: Crews) -> Model | None:
    """The natural model that holds all visits with people of crews; None if it is too large."""
    narrow = narrowed(tables, crews, {})
    seats = [seat for n in crews for seat in narrow.visits[n].seats]
    if sum(int(seat.open.sum()) for seat in seats) > _MOST_DUTIES:
        return None
    model = Model(Plan(narrow), crews)
    model.add_tiers()
    model.hold_all(crews)
    return model


class WhoModel(Programme):
    """Which visits are held and with whom, whenever; whole visits, which a flow cannot promise.

    Args:
        shape: The network.
        arcs: Those that are offered.
        room: Weight of visits of the shape that may be left out.

    Attributes:
        cost: Cost of a plan.
    """

    def __init__(self, shape: Shape, arcs: Bools, room: int) -> None:
        super().__init__()
        idle = int(shape.tables.facts.fairness[:, 0].sum())
        self.shape, self.cost = shape, Expression(constant=idle)
        self._arcs = np.flatnonzero(arcs)
        self._seats()
        self.row(
            [(v, int(weight)) for v, weight in enumerate(shape.weights)],
            least=int(shape.weights.sum()) - room,
        )
        self._limits(shape.group, np.ones(len(shape.group_pool), dtype=np.int64))
        self._limits(shape.group_pool[shape.group], shape.pool_most)
        self._fairness()

    def chosen(self, values: Sequence[float]) -> tuple[Bools, Bools]:
        """Visits that are held, and arcs that are used: [v], [a]."""
        visits = len(self.shape.visits)
        used = np.zeros(len(self.shape.envoy), dtype=np.bool_)
        found = np.array(values[: visits + len(self._arcs)]) > 0.5
        used[self._arcs] = found[visits:]
        return found[:visits], used

    def _seats(self) -> None:
        """A variable for each visit, then one for each arc; seats of visits held are filled."""
        shape = self.shape
        terms = [
            [(int(visit), -int(count))]
            for visit, count in zip(shape.seat_visit, shape.seat_count, strict=True)
        ]
        for _ in shape.visits:
            self.variable()
        for arc in self._arcs.tolist():
            var = self.variable()
            self.cost.add(var, int(shape.cost[arc]))
            terms[shape.seat[arc]].append((var, 1))
        for row in terms:
            self.row(row, least=0, most=0)

    def _limits(self, keys: Ints, most: Ints) -> None:
        """So many arcs of a key at most."""
        for key, terms in self._by(keys).items():
            self.row(terms, most=int(most[key]))

    def _fairness(self) -> None:
        """Unary growth of the number of visits, as in `solver.score.cost`."""
        for envoy, terms in self._by(self.shape.envoy).items():
            steps = self.shape.steps[envoy, : int(self.shape.most[envoy])].tolist()
            if not any(steps):
                self.row(terms, most=len(steps))
                continue
            grown = [(self.variable(integer=False), step) for step in steps]
            for var, step in grown:
                self.cost.add(var, step)
            self.row([*terms, *((var, -1) for var, _ in grown)], least=0, most=0)

    def _by(self, keys: Ints) -> dict[int, list[tuple[int, int]]]:
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for var, key in enumerate(keys[self._arcs].tolist(), len(self.shape.visits)):
            found[key].append((var, 1))
        return found
