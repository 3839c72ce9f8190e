"""Runs a solve from start to end: pins, construction, search, neighbourhoods, proofs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, partial
from typing import Final

import numpy as np

from solver.candidates import Prepared
from solver.conflicts_text import MINIMAL
from solver.engine.alone import Alone
from solver.engine.beginning import begun
from solver.engine.bounder import Bounder
from solver.engine.conflicts import Core, plan_or_core
from solver.engine.cpsat import Limits
from solver.engine.exact import Exact, Improvement
from solver.engine.floors import raise_floors
from solver.engine.neighbourhoods import Neighbourhoods
from solver.engine.network.solving import solve_network
from solver.engine.placement import Placement
from solver.engine.promise import Promise
from solver.engine.record import OnIncumbent, OnProgress, Record, ShouldStop
from solver.engine.replanning import Replanning
from solver.engine.search import Search, construct, key_of
from solver.engine.settling import Settling
from solver.engine.warm_start import keep_in_force
from solver.instance import Assignment, Instance
from solver.plan import Held, Plan
from solver.reasons import unscheduled_of
from solver.solution import Score, Solution, SolveOptions
from solver.tables import Tables

_EXACT_SIZE: Final = 60_000
"""Seats x starts up to which the whole instance is given to an exact solver."""
_SMALL_SIZE: Final = 15_000
_TINY_SIZE: Final = 3_000
"""Up to which the exact solver needs no better start."""
_ROUNDS_PER_SECOND: Final = 500
"""What a slow machine manages; the measure of work of deterministic runs."""
_ROUNDS_PER_VISIT: Final = 150
"""After so many the search alone has little more to give."""
_FIRST_ROOM: Final = 2.0
"""Seconds for one visit, doubled each time that something is still left out."""
_ROOM_SHARE: Final = 0.1
"""Share of the time for making room before the search, and again after its first part."""
_PLACEMENT_FIRST: Final = 0.15
"""Share of the time until which it is tried to prove that before anything else."""
_SETTLING_UNTIL: Final = 0.4
"""Share of the time after which the upper tiers are left to the search."""
_REPLANNING_UNTIL: Final = 0.7
"""The same for the visits that may change after a disturbance."""
_CHEAPENED: Final = 400
"""Visits at most that are cheapened at once, at their starts."""
_PLACEMENT_UNTIL: Final = 0.35
"""Share of the time after which what is left out needs no more proof."""
_NEIGHBOURHOOD_SECONDS: Final = 6.0
_NEIGHBOURHOOD_SHARE: Final = 0.05
"""Of the time, for one neighbourhood."""
_DECISIVE_SIZE: Final = 12_000
"""Promising duties up to which a model of them all is solved."""
_MARGIN: Final = 1.2
"""Seconds kept for building a programme and for writing down the end."""

Job = Callable[[dict[int, Held], Score], Improvement | None]
"""Takes a plan and its score, may return new places for some of its visits."""


def run(
    instance: Instance,
    options: SolveOptions,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    on_incumbent: OnIncumbent | None = None,
    prepared: Prepared | None = None,
    start: Sequence[Assignment] = (),
) -> Solution:
    """Solve an instance in this process; see `solver.solve`."""
    record = Record(instance, options, on_progress, should_stop, on_incumbent)
    record.report()
    tables = (prepared or Prepared(instance)).tables
    raise_floors(record, tables)
    limits = Limits(options.time_limit, options.workers, options.seed)
    try:
        plan = plan_or_core(tables, limits, should_stop)
    except TimeoutError:
        return _solution(record, tables, "cancelled" if record.stopped() else "unknown")
    if isinstance(plan, Core):
        return _solution(record, tables, "infeasible", plan)
    record.report("构造初始方案")
    warm = begun(plan, start) if start else None
    if warm is not None:
        record.offer(warm)
    keep_in_force(plan)
    construct(plan)
    record.offer(plan)
    plan = plan if warm is None or key_of(plan) < key_of(warm) else warm
    plan = solve_network(record, plan) or plan
    if not record.over():
        _Improver(record, tables, plan).run()
    return _solution(record, tables)


class _Improver:
    """Destroy and repair in this thread, exact solvers beside it."""

    def __init__(self, record: Record, tables: Tables, plan: Plan) -> None:
        self.record = record
        self.tables = tables
        self.options = record.options
        self.search = Search(plan, self.options.seed)
        self.beside = record.options.workers > 1 and not record.options.deterministic
        self.size = sum(int(s.open.sum()) for v in tables.visits if v.possible for s in v.seats)
        self._making_room = False
        self.bounder: Bounder | None = None

    def run(self) -> None:
        """Until time is up, somebody asks, or the plan is proven."""
        try:
            self._run()
        finally:
            if self.bounder:
                self.bounder.close()

    def _run(self) -> None:
        if self.record.over():
            return
        if not self.record.instance.baseline:
            self._bound_beside()
        self._work(self._settling_jobs())
        if self.record.over():
            return
        self._bound_beside()
        if self.size > _SMALL_SIZE and not self.options.deterministic and not self._placed():
            self._work(self._room_jobs(0.0))
            self._work(self._placement.jobs(_PLACEMENT_FIRST * self.options.time_limit))
        self.record.report("改进方案")
        self._search_until(self._heat, self._warm_enough)
        self._work(self._jobs())
        if not self.options.deterministic:
            self._search_until(lambda rounds: 1.0, lambda: False)

    def _bound_beside(self) -> None:
        """Start the bounding process where it helps; most replans are settled without."""
        if self.bounder is None and self.beside and self.size > _TINY_SIZE:
            self.bounder = Bounder(self.record, self.tables)

    def _news(self) -> None:
        """Bounds from the process beside, signs of life to whoever watches."""
        if self.bounder:
            self.bounder.exchange()
        self.record.report()

    def _search_until(self, heat: Callable[[int], float], over: Callable[[], bool]) -> None:
        def finished() -> bool:
            self._news()
            return over() or self.record.over()

        self.search.run(heat, finished, self._offer)

    def _offer(self) -> None:
        self.record.offer(self.search.plan)

    def _heat(self, rounds: int) -> float:
        """Progress of the cooling, by work in deterministic runs and by time in others."""
        return self._progress(rounds, self._shares[1])

    def _warm_enough(self) -> bool:
        return self._progress(self.search.rounds, self._shares[0]) >= 1.0

    def _cooled(self) -> bool:
        return self._heat(self.search.rounds) >= 1.0

    def _progress(self, rounds: int, share: float) -> float:
        by_size = rounds / (_ROUNDS_PER_VISIT * max(1, len(self.tables.visits)))
        limit = self.options.time_limit * share
        if self.options.deterministic:
            return max(by_size, rounds / max(1.0, limit * _ROUNDS_PER_SECOND))
        return max(by_size, self.record.seconds / max(0.001, limit))

    @property
    def _shares(self) -> tuple[float, float]:
        """Shares of the time: for the search alone, and until it has cooled down."""
        if self.options.deterministic:
            return (0.5, 0.5) if self.size <= _EXACT_SIZE else (0.9, 0.9)
        if self.size <= _SMALL_SIZE:
            return 0.06, 0.06
        if self.size <= _EXACT_SIZE:
            return 0.15, 0.15
        return 0.1, (0.3 if self.beside else 0.6)

    def _work(self, jobs: Iterator[Job]) -> None:
        """One job at a time in a thread; this one searches on meanwhile, or only reports.

        The solvers leave the interpreter to this thread while they work.
        """
        pool = ThreadPoolExecutor(1, "solver-job")
        try:
            for job in jobs:
                future: Future[Improvement | None]
                future = pool.submit(job, dict(self.search.best), self.search.best_score)
                if self.beside and not (self._making_room or self._cooled()):
                    self._search_until(self._heat, future.done)
                self._wait(future)
                if not future.done():  # asked to stop: the job ends by its own limit
                    return
                self._adopt(future.result())
                if self.record.over():
                    return
        finally:
            pool.shutdown(wait=False)  # who asked to stop does not wait for it

    def _wait(self, future: Future[Improvement | None]) -> None:
        while not future.done() and not self.record.stopped():
            self._news()
            try:
                future.result(timeout=0.1)
            except TimeoutError:
                continue

    def _adopt(self, found: Improvement | None) -> None:
        if found is None:
            return
        plan = Plan(self.tables)
        for index, place in found.base.items():
            if index not in found.places and index not in found.replaced:
                plan.add(index, place.start, place.crew)
        for index, (start, crew) in found.places.items():
            plan.add(index, start, crew)
        if self.record.offer(plan):
            self.search.adopt(dict(plan.held))

    def _jobs(self) -> Iterator[Job]:
        """What the exact solvers do, in order, as long as there is time."""
        exact = Exact(self.record, self.tables)
        self.record.report("证明覆盖与安排的下界")
        if self.size > _SMALL_SIZE and not self.options.deterministic:
            yield from self._placement.jobs(_PLACEMENT_UNTIL * self.options.time_limit)
        if self.size <= _EXACT_SIZE:
            yield from exact.proofs()
        if not self.bounder and self.size > _TINY_SIZE:
            self.record.report("证明成本的下界")
            yield self._alone
        if self.options.deterministic:
            if self.size <= _SMALL_SIZE:
                yield exact.cheapest_counted
            return
        if self.bounder:
            yield from self._neighbourhood_jobs(0.0, exact)
            return
        yield from self._neighbourhood_jobs(self.record.left * self._exact_share, exact)
        if self.record.left > 2 * _MARGIN and self.size <= _EXACT_SIZE:
            self.record.report("精确求解成本")
            yield exact.cheapest

    @property
    def _exact_share(self) -> float:
        """Share of the remaining time that is kept for the whole model."""
        if self.size <= _TINY_SIZE:
            return 1.0
        return 0.75 if self.size <= _SMALL_SIZE else 0.5 if self.size <= _EXACT_SIZE else 0.0

    def _settling_jobs(self) -> Iterator[Job]:
        """What decides the upper tiers, alone on its core; after a replan the cost as well."""
        if self.size <= _SMALL_SIZE and not self.record.instance.baseline:
            return
        self.record.report("证明覆盖、安排与变动的下界")
        settling = Settling(self.record, self.tables, self.search.near)
        self._making_room = True
        yield from settling.jobs(self._until(_SETTLING_UNTIL))
        if self.record.instance.baseline:
            self.record.report("精确求解可以变动的部分")
            yield from Replanning(self.record, settling).jobs(self._until(_REPLANNING_UNTIL))
        chosen = [n for n in settling.freed if n in self.search.best][:_CHEAPENED]
        if chosen and not self.record.over() and not self.options.deterministic:
            yield partial(self._cheapened, chosen, self._job_seconds(0.0))
        self._making_room = False

    def _cheapened(
        self, chosen: list[int], seconds: float, held: dict[int, Held], score: Score
    ) -> Improvement | None:
        """Visits that were placed for the upper tiers alone get the cheapest people."""
        return self._neighbourhoods.cheapen(chosen, 0, seconds, held, score)

    def _until(self, share: float) -> float:
        """Seconds of the run; a run that counts its work has no clock."""
        return math.inf if self.options.deterministic else share * self.options.time_limit

    def _neighbourhood_jobs(self, keep: float, exact: Exact) -> Iterator[Job]:
        """Neighbourhood after neighbourhood, until `keep` seconds are left.

        As soon as few duties are promising, all of them at once.
        """
        neighbourhoods = self._neighbourhoods

        def job(held: dict[int, Held], score: Score) -> Improvement | None:
            if self.bounder:
                neighbourhoods.likely = self.bounder.likely
            neighbourhoods.promise = self._promise
            return neighbourhoods.improve(held, score, self._job_seconds(keep))

        yield from self._room_jobs(keep)
        if not self.beside:
            self._search_until(self._heat, self._cooled)
        self.record.report("局部精确改进")
        tried: Promise | None = None
        while self.search.best and self.record.left > keep + 1.5 * _MARGIN:
            promise = self._promise
            if promise and promise is not tried and self._decisive(promise):
                tried = promise
                self.record.report("精确求解成本")
                yield partial(exact.promised, promise, exact.deadline(1.0) - keep)
                self.record.report("局部精确改进")
            else:
                yield job

    @property
    def _promise(self) -> Promise | None:
        return (self.bounder or self._alone).promise

    def _decisive(self, promise: Promise) -> bool:
        """Whether a model of what is promising is small enough, and worth it."""
        score = self.record.score
        if score is None or not promise.settled or promise.given != tuple(score[:3]):
            return False
        return promise.size <= _DECISIVE_SIZE

    def _room_jobs(self, keep: float) -> Iterator[Job]:
        """Room for each visit left out, alone on its core: nothing else counts as much."""
        rooms = self.record.seconds + _ROOM_SHARE * self.options.time_limit
        seconds = _FIRST_ROOM
        while self.record.left > keep + 1.5 * _MARGIN and self.record.seconds < rooms:
            self._making_room = True
            self.record.report("为未安排的服务腾出位置")
            for index in self._neighbourhoods.left_out(self.search.best):
                if self._placed() or self.record.seconds >= rooms:
                    break
                if index not in self.search.best:
                    limit = min(seconds, self._job_seconds(keep))
                    yield partial(self._neighbourhoods.make_room, index, limit)
            self._making_room = False
            if self._placed() or seconds >= _NEIGHBOURHOOD_SECONDS:
                return
            seconds *= 2
        self._making_room = False

    @cached_property
    def _alone(self) -> Alone:
        return Alone(self.record, self.tables)

    @cached_property
    def _placement(self) -> Placement:
        return Placement(self.record, self.tables)

    @cached_property
    def _neighbourhoods(self) -> Neighbourhoods:
        return Neighbourhoods(self.tables, np.random.default_rng(self.options.seed))

    def _job_seconds(self, keep: float) -> float:
        longest = min(_NEIGHBOURHOOD_SECONDS, _NEIGHBOURHOOD_SHARE * self.options.time_limit)
        return max(0.2, min(longest, self.record.left - keep - _MARGIN))

    def _placed(self) -> bool:
        """Whether the first two tiers are proven: no visit more can be held."""
        bounds, score = self.record.bounds(), self.record.score
        return bounds is not None and score is not None and bounds[:2] == score[:2]


def _solution(
    record: Record, tables: Tables, status: str = "", core: Core | None = None
) -> Solution:
    return finish(
        record.instance,
        tables,
        record,
        status or ("optimal" if record.proven() else "feasible" if record.score else "unknown"),
        core,
    )


def finish(
    instance: Instance,
    tables: Tables,
    record: Record,
    status: str,
    core: Core | None,
) -> Solution:
    """Write down the outcome of a run."""
    record.close()
    if record.score is None and status == "unknown" and record.stopped():
        status = "cancelled"
    assignments = record.assignments or ()
    reasons = () if record.assignments is None else unscheduled_of(instance, assignments, tables)
    stats = {
        "seconds": round(record.seconds, 3),
        "seconds_to_first": record.first_seconds and round(record.first_seconds, 3),
        "trace": list(record.trace()),
        "rejected_plans": record.rejected,
        **({MINIMAL: core.minimal} if core else {}),
        "withdrawn_bounds": record.withdrawn,
    }
    return Solution(
        problem=instance.name,
        status=status,
        score=record.score,
        bounds=record.bounds(),
        assignments=assignments,
        unscheduled=reasons,
        conflicts=core.conflicts if core else (),
        stats=stats,
    )
