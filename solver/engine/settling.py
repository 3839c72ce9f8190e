"""Settles the upper tiers, beside a plan that mostly stays as it is.

Coverage, weight left out and disruption are decided by few visits: those that are left out, those
that cannot stay, and those in their way. They are modelled in full, all others as
`solver.engine.kept` has it; the best of that bounds every plan. Where it uses a hint, the visits
concerned are modelled too, and so on: until the bound is the score, or the solution is a plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.exact import Improvement, at_most
from solver.engine.highs import solve_highs
from solver.engine.insertion import fits
from solver.engine.kept import Freedom, KeptModel
from solver.engine.linear import Expression, Programme, Row
from solver.engine.outcome import Outcome
from solver.engine.record import Record
from solver.engine.search import construct
from solver.engine.warm_start import place_in_force
from solver.facts import Ints
from solver.plan import Crew, Held, Plan
from solver.solution import Score
from solver.tables import Tables, VisitTable

_TIERS: Final = 3
_DISRUPTION: Final = 2
_NEAR: Final = 3
"""Visits near to one that must change, whose people are modelled as well."""
_LARGEST: Final = 60_000
"""Seats x starts of visits modelled in full, from which on the model is no help any more."""
_FREE_AT_FIRST: Final = 10_000
"""The same for visits that are held, but not as in the plan in force."""
_ROUNDS: Final = 60
_ROUND_SECONDS: Final = 8.0
_MARGIN: Final = 1.0
_WORK_SHARE: Final = 0.05


class Settling:
    """Round after round of one growing model; each is a job for a plan and its score.

    Attributes:
        before: Where visits stand beside which the model looks for better.
        freedom: Of each possible visit, how much of it is modelled.
        size: Seats x starts of the visits that are modelled in full.
    """

    def __init__(self, record: Record, tables: Tables, near: Sequence[Ints]) -> None:
        self.record, self.tables = record, tables
        self._near = near
        self._beside: set[int] = set()
        self._reached: set[int] = set()
        self.before: dict[int, Held] = {}
        self.freedom: dict[int, Freedom] = {}
        self.size = 0
        self._rounds = 0
        self._bound = -1
        self._stuck = False

    def jobs(self, until: float) -> Iterator[Settling]:
        """Itself, while a tier is unproven and the model still grows.

        Args:
            until: Seconds of the run after which it is not worth while.
        """
        while not (self.settled or self.over) and self.record.seconds < until:
            yield self

    @property
    def settled(self) -> bool:
        """Whether the scores of all three upper tiers are proven."""
        return self.record.score is not None and self._tier() is None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to try, or it would take too long."""
        return self._stuck or self.size > _LARGEST or self._rounds >= _ROUNDS

    def __call__(self, held: dict[int, Held], score: Score) -> Improvement | None:
        """Solve the first tier that is not proven; free what it must change to do better."""
        self.begin(held)
        tier = self._tier()
        if tier is None or self.over:
            return None
        self._rounds += 1
        model = KeptModel(self.tables, self.before, self.freedom)
        values = self._solve(model, tier, score)
        if values is None:
            self._stuck = True
            return None
        self._stuck = self._bound < model.tiers[tier].value(values)  # time was too short
        asked = model.hinted(values)
        places = model.crews(values.__getitem__)
        if asked:
            self._free_around(asked, tier)
        elif tier in self._reached:  # and yet its plan was not taken
            self._stuck = True
        else:
            self._reached.add(tier)
        return self._completed({n: at for n, at in places.items() if n not in asked}, score)

    def free(self, asked: Mapping[int, Freedom]) -> None:
        """Model more of some visits."""
        for visit, freedom in asked.items():
            self.freedom[visit] = freedom
            self.size += size_of(self.tables.visits[visit]) * (freedom is Freedom.FULL)

    @property
    def freed(self) -> list[int]:
        """Visits that are not just kept."""
        return [n for n, freedom in self.freedom.items() if freedom is not Freedom.KEPT]

    def keep_what_was_not_asked(self) -> None:
        """Take back the freedom of visits that only stood near to others."""
        for visit in self._beside:
            self.freedom[visit] = Freedom.KEPT
        self._beside = set()

    def begin(self, held: dict[int, Held]) -> None:
        """Free what is left out and what stands not as in the plan in force; once only."""
        if self.freedom:
            return
        self.before = dict(held)
        beside = Plan(self.tables)
        possible = [visit for visit in self.tables.visits if visit.possible]
        self.freedom = {visit.index: Freedom.KEPT for visit in possible}
        self.free({v.index: Freedom.FULL for v in possible if v.index not in held})
        if self.record.instance.baseline:
            changed = {v.index: self._changed(beside, v) for v in possible if v.index in held}
            asked = {n: freedom for n, freedom in changed.items() if freedom is not Freedom.KEPT}
            if sum(size_of(self.tables.visits[n]) for n in asked) <= _FREE_AT_FIRST:
                self.free(asked)

    def _free_around(self, asked: Mapping[int, Freedom], tier: int) -> None:
        """What a solution asks for, and in advance a few visits that it will ask for next."""
        everything = tier < _DISRUPTION  # starts cost nothing yet
        self.free({n: Freedom.FULL if everything else freedom for n, freedom in asked.items()})
        self._beside.difference_update(asked)
        for visit in asked:
            kept = (n for n in self._near[visit].tolist() if self._is_kept(n))
            new = dict.fromkeys(islice(kept, _NEAR), Freedom.CREW)
            self.free(new)
            self._beside.update(new)

    def _is_kept(self, visit: int) -> bool:
        pinned = self.tables.visits[visit].pinned
        return not pinned and self.freedom.get(visit) is Freedom.KEPT

    def _changed(self, beside: Plan, visit: VisitTable) -> Freedom:
        """What a held visit needs to come nearer to the plan in force."""
        now, before = self.before[visit.index], place_in_force(beside, visit)
        if before is None:
            return Freedom.FULL
        if before.start != now.start:
            return Freedom.FULL
        return Freedom.KEPT if _people(before.crew) <= _people(now.crew) else Freedom.CREW

    def _solve(self, model: KeptModel, tier: int, score: Score) -> Sequence[float] | None:
        """Lowest value of a tier, and of those solutions one that is near to the plan before."""
        changes = model.changes
        most = changes.constant + sum(model.upper[hint] for hint in model.hints)
        goal = model.tiers[tier].times(1 + most).plus(changes)
        rows = [at_most(model.tiers[n], score[n]) for n in range(tier)]
        outcome = solve_part(self.record, model, goal, rows)
        self._bound = -1
        if outcome.bound is not None:
            self._bound = -((most - outcome.bound) // (1 + most))  # `most` changes are all
            self.record.raise_bound(tier, tuple(score[:tier]), self._bound)
        return outcome.values

    def _completed(self, places: dict[int, tuple[int, Crew]], score: Score) -> Improvement | None:
        """The plan of what a solution says for certain, and whatever finds room beside it."""
        plan = Plan(self.tables)
        for index, (start, crew) in places.items():
            plan.add(index, start, crew)
        for index, place in self.before.items():
            if index not in plan.held and fits(plan, index, place):
                plan.add(index, place.start, place.crew)
        construct(plan)
        if plan.missing_pins or plan.score() >= score:
            return None
        return Improvement({}, {n: (at.start, at.crew) for n, at in plan.held.items()})

    def _tier(self) -> int | None:
        """The first tier that is not proven."""
        bounds, score = self.record.bounds(), self.record.score
        if bounds is None or score is None:
            return None
        return next((n for n in range(_TIERS) if bounds[n] < score[n]), None)


def solve_part(
    record: Record,
    programme: Programme,
    objective: Expression,
    rows: Sequence[Row],
    hint: Mapping[int, int] | None = None,
    seconds: float = _ROUND_SECONDS,
) -> Outcome:
    """A programme of moderate size, for some seconds or, in deterministic runs, so much work."""
    options = record.options
    left = record.left - _MARGIN
    if options.deterministic:
        work = options.time_limit * _WORK_SHARE
        limits = Limits(max(0.1, left), 1, options.seed, work)
        return solve_cpsat(programme, objective, rows, limits, hint, record.stopped)
    if left <= 0:
        return Outcome()
    return solve_highs(programme, objective, rows, time.monotonic() + min(seconds, left), hint)


def size_of(visit: VisitTable) -> int:
    """Seats x starts."""
    return sum(int(seat.open.sum()) for seat in visit.seats)


def _people(crew: Crew) -> frozenset[int]:
    return frozenset(person for people in crew for person in people)
