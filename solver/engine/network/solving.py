"""Tries an instance as a network: a plan from the cheapest flow, and the proof from its prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.linear import Expression, Programme
from solver.engine.network.assigning import Assigned, assign, assign_weight
from solver.engine.network.choosing import WhoModel, when_model
from solver.engine.network.placing import place
from solver.engine.network.proof import Relaxed
from solver.engine.network.rewards import Rewards
from solver.engine.network.shape import Shape, Traits, applicable, free_shape, timed_shape
from solver.engine.outcome import Outcome
from solver.engine.record import Record
from solver.engine.search import construct
from solver.facts import Bools, Ints
from solver.parsing.sizes import LARGEST_SUM
from solver.plan import Plan
from solver.solution import Score

_COST: Final = 3
_CHOICES: Final = (2, 4, 8, 16)
"""People per seat, on average, whom an exact model offers."""
_WORK_SHARE: Final = 0.2
"""Share of the time limit for one exact model, as time and as counted work."""
_MOST_WORK: Final = 10.0


def solve_network(record: Record, plan: Plan) -> Plan | None:
    """Offer plans to the record and raise its bounds, where the instance is a network.

    Work is counted and not timed: the same instance gives the same plan.

    Args:
        record: Of the run.
        plan: One that is known.

    Returns:
        The best plan found, proven or not; None if it is not better than the known one.
    """
    traits = None if record.over() else applicable(plan.tables)
    if traits is None:
        return None
    record.report("按最小费用流分配")
    network = _Network(record, traits)
    network.run()
    return network.best


class _Network:
    def __init__(self, record: Record, traits: Traits) -> None:
        self.record, self.traits = record, traits
        self.tables = traits.tables
        self.best: Plan | None = None
        self.seats = max(sum(seat.count for seat in v.seats) for v, _ in traits.visits)
        """Of the largest visit."""

    def run(self) -> None:
        """First with starts forgotten, then with starts or else an exact model of what is left."""
        timed = timed_shape(self.traits) if self.traits.settled else None
        shape = timed or free_shape(self.traits)
        found = self._try(shape)
        if found is None or self.record.over():
            return
        timed = None if timed else timed_shape(self.traits)
        if timed is not None:
            shape, found = timed, self._try(timed)
        if found is None or self.record.over():
            return
        if found.full.all() or self.seats > 1:  # else the flow was exact: something else forbids
            self._choose(shape, found)

    def _try(self, shape: Shape) -> Assigned | None:
        """The plan of a flow and what its prices prove."""
        found = assign(shape, Rewards(shape))
        if found is None:
            return None
        used = np.zeros(len(shape.envoy), dtype=np.bool_)
        used[found.chosen] = True
        self._place(shape, found.full, used, _starts(shape, found))
        assert self.record.score is not None  # there was a plan before
        relaxed = Relaxed(shape, found.prices)
        self._note(relaxed, self.record.score)
        self._note(relaxed, self._hoped())
        return found

    def _note(self, relaxed: Relaxed, score: Score) -> None:
        for bound in relaxed.bounds(score):
            self.record.raise_bound(*bound)

    def _hoped(self) -> Score:
        """The upper tiers as good as they may become: most often they do."""
        hoped = self.record.bounds()
        assert hoped is not None
        return hoped

    def _place(self, shape: Shape, held: Bools, arcs: Bools, starts: Mapping[int, int]) -> None:
        crews = crews_of(shape, held, arcs)
        self._offer(place(self.tables, crews, starts, self.record.options.seed, self.record.over))

    def _choose(self, shape: Shape, found: Assigned) -> None:
        """Exact models with few people in each seat, then with more."""
        hoped = self._hoped()
        everything = bool(found.full.all())
        if not everything:
            weight = int(shape.weights.sum()) + shape.lost - hoped.unscheduled
            found = assign_weight(shape, Rewards(shape), weight) or found
        relaxed = Relaxed(shape, found.prices)
        extra = np.sort(relaxed.extra)
        unscheduled = shape.lost if everything else hoped.unscheduled
        least = relaxed.all_held if everything else relaxed.cost(hoped)
        for choices in _CHOICES:
            last = min(choices * int(shape.seat_count.sum()), len(extra)) - 1
            arcs = relaxed.extra <= extra[last]
            outcome = self._when(shape, arcs) if everything else self._who(shape, arcs, unscheduled)
            if outcome is None or (outcome.bound is None and not outcome.infeasible):
                return
            others = least + int(extra[last]) + 1
            bound = others if outcome.bound is None else min(outcome.bound, others)
            self.record.raise_bound(_COST, (LARGEST_SUM, unscheduled, LARGEST_SUM), bound)
            if self.record.over() or not outcome.finished:
                return

    def _when(self, shape: Shape, arcs: Bools) -> _Outcome | None:
        """Hold everything, with starts, at the least cost with people of some arcs."""
        everything = np.ones(len(shape.visits), dtype=np.bool_)
        model = when_model(self.tables, crews_of(shape, everything, arcs))
        if model is None:
            return None
        outcome = self._solve(model, model.cost)
        if outcome.values is not None:
            plan = Plan(self.tables)
            for index, (start, crew) in model.crews(outcome.values.__getitem__).items():
                plan.add(index, start, crew)
            self._offer(plan)
        return outcome

    def _who(self, shape: Shape, arcs: Bools, unscheduled: int) -> _Outcome | None:
        """Hold visits of so much weight, whenever, at the least cost with people of some arcs."""
        model = WhoModel(shape, arcs, unscheduled - shape.lost)
        outcome = self._solve(model, model.cost)
        if outcome.values is not None:
            self._place(shape, *model.chosen(outcome.values), {})
        return outcome

    def _solve(self, model: Programme, cost: Expression) -> _Outcome:
        """For a share of the time; a known plan as a hint only leads astray."""
        record, options = self.record, self.record.options
        work = min(_MOST_WORK, _WORK_SHARE * options.time_limit)
        seconds = record.left if options.deterministic else min(work, record.left)
        limits = Limits(max(0.1, seconds), 1, options.seed, work)
        found = solve_cpsat(model, cost, (), limits, should_stop=record.stopped)
        return _Outcome(found.values, found.bound, found.infeasible, cost)

    def _offer(self, found: Plan) -> None:
        """Offer a plan and what can be added to it."""
        plan = Plan(self.tables)
        plan.restore(found.held)
        if len(plan.held) < len(self.traits.visits):
            construct(plan)
        if self.record.offer(plan):
            self.best = plan


@dataclass(frozen=True)
class _Outcome(Outcome):
    """What an exact model came to."""

    cost: Expression = field(default_factory=Expression)

    @property
    def finished(self) -> bool:
        """Whether there is nothing better with the people offered."""
        if self.values is None:
            return self.infeasible
        value = sum(factor * round(self.values[n]) for n, factor in self.cost.terms.items())
        return self.bound == self.cost.constant + value


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
