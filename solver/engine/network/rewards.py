"""The upper tiers as rewards for seats that are filled, large enough to come first.

With B1 for a visit that coverage asks for, B2 for a point of weight and costs between `least` and
`most`, the sum  B1 x coverage + B2 x unscheduled + cost  is least for the lexicographically best
plan as soon as

    B2 > most - least      and      B1 > B2 x (all weights) + most - least.

A seat earns its share of its visit's B2 x weight, so B2 is a multiple of all numbers of seats.

Coverage rules nest: those of a county around those of its specialties. So where every visit has one
seat, what coverage pays for the n-th visit falls with n at every level, which is a flow; elsewhere
a visit may fill some of its seats for nothing, and coverage is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from solver.engine.network.flow import Circulation
from solver.engine.network.shape import Shape, rank_in_runs
from solver.facts import Ints

_LARGEST: Final = 2**60
"""Larger rewards do not go into a flow."""


@dataclass(frozen=True)
class Level:
    """Sets of visits (or of sets) and what each further one of them earns.

    Attributes:
        member: The set of each visit, or of each set of the level before.
        steps: Reward of the first, second, ... visit, negative, never falling: shape [n, k].
    """

    member: Ints
    steps: Ints


class Rewards:
    """Rewards of a shape.

    Args:
        shape: The network.
        point: Another B2, for prices that do not put weight before cost.

    Attributes:
        least, most: No plan costs less, or more.
        point: B2, of a point of weight.
        visit: B1, of a visit that coverage asks for.
        levels: Specialties of a county, then counties; empty where coverage does not count.
        largest: No reward or cost is larger.
    """

    def __init__(self, shape: Shape, point: int | None = None) -> None:
        self.shape = shape
        fairness = shape.tables.facts.fairness
        loads = fairness[:, : shape.tables.facts.slot_count + 1]
        low = np.full(len(shape.seat_visit), 0, dtype=np.int64)
        high = low.copy()
        np.minimum.at(low, shape.seat, shape.cost)
        np.maximum.at(high, shape.seat, shape.cost)
        self.least = int(loads.min(axis=1).sum() + (low * shape.seat_count).sum())
        self.most = int(loads.max(axis=1).sum() + (high * shape.seat_count).sum())
        first = (self.most - self.least + 1) * _common_multiple(shape.seats)
        self.point = first if point is None else point
        self.visit = self.point * (int(shape.weights.sum()) + 1)
        rules = len(shape.tables.facts.instance.coverage)
        self.largest = self.point * int(shape.weights.max(initial=1))
        nested = bool(np.all(shape.seats == 1)) and self.largest + self.visit * rules < _LARGEST
        self.levels = self._levels() if rules and nested else []
        self.largest += self.visit * rules if self.levels else 0

    def add(self, net: Circulation, seats: Ints, centre: int) -> None:
        """Arcs from the seats back to the centre."""
        shape = self.shape
        each = -self.point * shape.weights[shape.seat_visit] // shape.seats[shape.seat_visit]
        if not self.levels:
            net.add_arcs(seats, np.full(len(seats), centre), shape.seat_count, each)
            return
        inner, outer = self.levels
        sets, counties = net.add_nodes(len(inner.steps)), net.add_nodes(len(outer.steps))
        net.add_arcs(seats, sets[inner.member[shape.seat_visit]], shape.seat_count, each)
        many = np.int64(len(shape.visits))
        net.add_steps(sets, counties[outer.member], np.full(len(sets), many), inner.steps)
        net.add_steps(
            counties, np.full(len(counties), centre), np.full(len(counties), many), outer.steps
        )

    def least_held(self, prices: Ints) -> int:
        """Least sum of what visits cost and both tiers of the visits of the shape, exactly.

        Args:
            prices: What holding each visit costs: [v].
        """
        values = prices - self.point * self.shape.weights
        whole = self.point * (int(self.shape.weights.sum()) + self.shape.lost)
        if not self.levels:
            return whole + int(np.minimum(values, 0).sum())
        inner, outer = self.levels
        values, member = _stepped(values, inner.member, inner.steps)
        values, _ = _stepped(values, outer.member[member], outer.steps)
        asked = sum(rule.min_visits for rule in self.shape.tables.facts.instance.coverage)
        return whole + self.visit * asked + int(np.minimum(values, 0).sum())

    def _levels(self) -> list[Level]:
        tables = self.shape.tables
        rules = tables.facts.instance.coverage
        visits = [tables.visits[n] for n in self.shape.visits]
        counties = {county: n for n, county in enumerate(sorted({v.county for v in visits}))}
        sets: dict[tuple[int, tuple[int, ...]], int] = {}
        member = [sets.setdefault((v.county, v.rules), len(sets)) for v in visits]
        of_set = [[n for n in key[1] if rules[n].specialty is not None] for key in sets]
        of_county: list[set[int]] = [set() for _ in counties]
        for county, numbers in sets:
            around = {n for n in numbers if rules[n].specialty is None}
            of_county[counties[county]] |= around
        parents = [counties[county] for county, _ in sets]
        return [
            Level(np.array(member), self._steps(of_set)),
            Level(np.array(parents), self._steps(of_county)),
        ]

    def _steps(self, numbers: list[list[int]] | list[set[int]]) -> Ints:
        """Rewards of rules that ask for visits of the same set; none after the last: [n, k]."""
        rules = self.shape.tables.facts.instance.coverage
        most = max((rules[n].min_visits for asking in numbers for n in asking), default=0)
        steps = np.zeros((len(numbers), min(most, len(self.shape.visits)) + 1), dtype=np.int64)
        for row, asking in enumerate(numbers):
            for n in asking:
                steps[row, : rules[n].min_visits] -= self.visit
        return steps


def _common_multiple(numbers: Ints) -> int:
    return math.lcm(*np.unique(numbers).tolist())


def _stepped(values: Ints, member: Ints, steps: Ints) -> tuple[Ints, Ints]:
    """Values with the reward of their rank in their set, and their sets."""
    order = np.lexsort((values, member))
    member = member[order]
    rank = rank_in_runs(member)
    return values[order] + steps[member, np.minimum(rank, steps.shape[1] - 1)], member
