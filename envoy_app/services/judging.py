"""Judges changes of a plan by hand before they are made: who could come instead, and at what cost.

Everything is exact: the difference of what the checker says after and before. A plan version is
judged against the very instance it was solved from, as the roster was then.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import solver
from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.plans import EnvoyCard, PlanView, ScoreView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.context import ServiceContext
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.rule_words import BrokenRule, RuleWords

if TYPE_CHECKING:  # numpy: only where somebody asks
    from solver.explain.judge import Judge
    from solver.explain.ranking import Candidate
    from solver.explain.verdict import Verdict

NEITHER = "这项服务或这位特派员不在方案里"


@dataclass(frozen=True, slots=True)
class CandidateView:
    """Somebody for a seat: the change of score, the rules broken, one-way minutes to the county."""

    envoy: EnvoyCard
    change: ScoreView
    broken: tuple[BrokenRule, ...]
    travel_minutes: int

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.broken


@dataclass(frozen=True, slots=True)
class RankingView:
    """All envoys for one seat of a visit, best first.

    `start` is when the visit is held, or where one that is left out was tried; `None` where
    nobody is left who could be tried.
    """

    visit: str
    role: int
    leaving: str | None
    start: SlotTime | None
    candidates: tuple[CandidateView, ...]

    @property
    def allowed(self) -> int:
        """Number of people who break no rule."""
        return sum(candidate.allowed for candidate in self.candidates)


@dataclass(frozen=True, slots=True)
class GainView:
    """A visit that would gain by an envoy: when, in whose place (nobody's where left out)."""

    visit: VisitView
    start: SlotTime
    leaving: EnvoyCard | None
    change: ScoreView


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What a change would do: the rules newly broken and no longer broken, and the score."""

    change: ScoreView
    broken: tuple[BrokenRule, ...]
    cured: tuple[BrokenRule, ...]

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken by it."""
        return not self.broken


class JudgingService:
    """Keeps the judge of the plan asked about last; safe to use from any thread."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context
        self._lock = threading.Lock()
        self._latest: PlanJudge | None = None

    def judge(self, plan: PlanView) -> PlanJudge:
        """Return the judge of a plan; call it off the UI thread, the first takes a moment.

        A plan that was edited since keeps what is prepared of its version. Raises NotFoundError
        where the version is not stored, EnvironmentProblem where its instance cannot be read.
        """
        with self._lock:
            latest = self._latest
            if latest is None or latest.plan.info.id != plan.info.id:
                self._latest = self._new(plan)
            elif latest.plan is not plan and _content(latest.plan) != _content(plan):
                self._latest = self._again(plan, latest)
            assert self._latest is not None
            return self._latest

    def _new(self, plan: PlanView) -> PlanJudge:
        return self._of(plan, self._instance(plan), None)

    def _again(self, plan: PlanView, latest: PlanJudge) -> PlanJudge:
        """The judge of a plan that was edited; an instance that is the same keeps what was made."""
        instance = self._instance(plan)
        if instance == latest.instance:
            return self._of(plan, latest.instance, latest.judge)
        return self._of(plan, instance, None)

    def _instance(self, plan: PlanView) -> solver.Instance:
        with self._context.read() as uow:
            return instances_of(self._context).of(uow, plan)

    def _of(self, plan: PlanView, instance: solver.Instance, before: Judge | None) -> PlanJudge:
        from solver.explain.judge import Judge

        assignments = assignments_of(plan.visits)
        judge = Judge(instance, assignments) if before is None else before.after(assignments)
        judge.prepare()
        reference = self._context.reference
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        words = RuleWords(instance, assignments, plan, gazetteer, vocabulary)
        return PlanJudge(plan, instance, judge, words)


def _content(plan: PlanView) -> tuple[object, ...]:
    return plan.visits, plan.amendments


class PlanJudge:
    """Answers about one plan: a ranking in some 30 ms, a verdict in a few."""

    def __init__(
        self, plan: PlanView, instance: solver.Instance, judge: Judge, words: RuleWords
    ) -> None:
        """Take the plan, and what was prepared of it."""
        self.plan = plan
        self.instance = instance
        self.judge = judge
        self._words = words
        self._visits = {visit.id: visit for visit in plan.visits}
        self._lock = threading.Lock()  # a judge remembers what it has found out

    def rank(
        self, visit: str, role: int, leaving: str | None = None, *, extra: bool = False
    ) -> RankingView:
        """Return all who are not on a visit, ranked for one seat.

        Those who break nothing come first, those without the specialty or level last, since
        nothing can be agreed with them; between, fewest rules broken, best score. `leaving` is
        whose seat it is; by default a free one, else that of the role's first person. A visit
        left out is tried where fewest rules are broken. With `extra` nobody goes: the role
        takes one more. Raises NotFoundError where visit or person is not there.
        """
        with self._lock, _known(NEITHER):
            if extra:
                found = self.judge.additions(visit, role)
            else:
                found = self.judge.candidates(visit, role, leaving)
            county = self.instance.visit_by_id[visit].county
        start = None
        if found:
            start = SlotTime(found[0].assignment.date, HalfDay(found[0].assignment.slot))
        found = tuple(sorted(found, key=_unqualified))
        views = tuple(self._candidate(item, role, county) for item in found)
        return RankingView(visit, role, leaving, start, views)

    def gains(self, envoy: str, most: int = 20) -> tuple[GainView, ...]:
        """Return visits that would gain if an envoy came in free time, best first.

        Raises NotFoundError where the envoy was not in the roster that was planned with.
        """
        with self._lock, _known("这位特派员没有参加这次排班"):
            found = self.judge.gains(envoy, most)
        return tuple(map(self._gain, found))

    def move(
        self, visit: str, start: SlotTime, roles: Sequence[Sequence[str]] | None = None
    ) -> VerdictView:
        """Judge holding a visit at a start, with its people or those of each role given."""
        with self._lock, _known(NEITHER):
            return self._verdict(self.judge.move(visit, start.date, start.half.value, roles))

    def drop(self, visit: str) -> VerdictView:
        """Judge not holding a visit."""
        with self._lock:
            return self._verdict(self.judge.drop(visit))

    def replace(self, visit: str, leaving: str, coming: str) -> VerdictView:
        """Judge sending somebody else to a seat."""
        with self._lock, _known(NEITHER):
            return self._verdict(self.judge.replace(visit, leaving, coming))

    def swap(self, visit: str, envoy: str, other_visit: str, other_envoy: str) -> VerdictView:
        """Judge two envoys of two visits taking each other's seats."""
        with self._lock, _known(NEITHER):
            return self._verdict(self.judge.swap(visit, envoy, other_visit, other_envoy))

    def _candidate(self, item: Candidate, role: int, county: str) -> CandidateView:
        person = self.instance.envoy_by_id[item.envoy]
        words = self._words
        return CandidateView(
            envoy=self.plan.envoys[item.envoy],
            change=ScoreView(*item.change),
            broken=tuple(
                words.of_candidate(each, item.envoy, role, item.assignment)
                for each in item.violations
            ),
            travel_minutes=self.instance.travel.between(person.base, county),
        )

    def _gain(self, item: Candidate) -> GainView:
        visit = self._visits[item.assignment.visit]
        gone = next((name for name in visit.envoys if name not in item.assignment.envoys), None)
        return GainView(
            visit=visit,
            start=SlotTime(item.assignment.date, HalfDay(item.assignment.slot)),
            leaving=None if gone is None else self.plan.envoys.get(gone),
            change=ScoreView(*item.change),
        )

    def _verdict(self, verdict: Verdict) -> VerdictView:
        return VerdictView(
            change=ScoreView(*verdict.change),
            broken=tuple(map(self._words.broken, verdict.violations)),
            cured=tuple(map(self._words.broken, verdict.cured)),
        )


def _unqualified(item: Candidate) -> bool:
    return any(each.code == "SKILL" and each.envoy == item.envoy for each in item.violations)


@contextmanager
def _known(what: str) -> Iterator[None]:
    """Say in a sentence that an id is not there."""
    try:
        yield
    except KeyError as error:
        raise NotFoundError(f"{what}，请重新选择。") from error
