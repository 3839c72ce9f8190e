"""What if: variants of a plan solved and laid beside it; one may be kept as a version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import solver
from envoy_app.domain.coverage import CoverageLine
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError, NotFoundError
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import PlanView, Preset, ScoreView
from envoy_app.domain.whatif import NewExpert, WhatIf, WhatIfResult, WhatIfView
from envoy_app.services.context import ServiceContext
from envoy_app.services.instances import BuiltInstance
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.plan_results import score_view
from envoy_app.services.planning import PlanningService, PlanRequest
from envoy_app.services.whatif_results import figures_view, moves_view, tier_changes
from envoy_app.services.whatif_variants import supposed_cards, variant_of
from solver import whatif

SUGGESTED_EXPERTS = 3


@dataclass(frozen=True, slots=True)
class WhatIfProgress:
    """A sign of life: the plan as it is is number 0 of `count`, the variants follow."""

    seconds: float
    number: int
    count: int
    name: str
    phase: str
    score: ScoreView | None


class WhatIfService:
    """Compares variants of a plan; usable from any thread, nothing is written but by `keep`."""

    def __init__(self, context: ServiceContext, planning: PlanningService) -> None:
        """Take the workspace's context, and the service that makes and stores plans."""
        self._context = context
        self._planning = planning

    def suggestions(self, request: PlanRequest, plan_id: str | None = None) -> tuple[WhatIf, ...]:
        """Return variants worth trying: other weights, looser limits, whom the plan lacks most.

        Args:
            request: As for planning.
            plan_id: The version that is looked at, the newest where None.

        Raises:
            NotFoundError: There is no such version.
        """
        presets = (
            WhatIf(name=preset.value, preset=preset)
            for preset in Preset
            if preset is not request.preset
        )
        looser = (
            WhatIf(name="共享放宽一级", widen_sharing=1),
            WhatIf(name="时间放宽两天", wider_windows=2),
            WhatIf(name="每人每周多半天", more_slots_week=1),
            WhatIf(name="各县多接待一次", more_hosts=1),
        )
        return (*presets, *looser, *self._lacking(plan_id))

    def _lacking(self, plan_id: str | None) -> tuple[WhatIf, ...]:
        """One more expert of what a plan lacks, where it lacks it most; worst first."""
        plan = self._planning.latest() if plan_id is None else self._planning.view(plan_id)
        lines = [line for item in plan.coverage for line in item.lines] if plan else []
        short: Counter[str] = Counter()
        for line in lines:
            if line.specialty is not None:
                short[line.specialty] += line.shortfall
        lacking = [key for key, missing in short.most_common(SUGGESTED_EXPERTS) if missing]
        return tuple(self._expert(key, lines) for key in lacking)

    def _expert(self, specialty: str, lines: Sequence[CoverageLine]) -> WhatIf:
        here = [line for line in lines if line.specialty == specialty]
        county = max(here, key=lambda line: line.shortfall).county
        name = f"增加一名{self._context.reference.vocabulary().name(specialty)}特派员"
        return WhatIf(name=name, experts=(NewExpert(county, specialty),))

    def named(self, item: WhatIf) -> WhatIf:
        """Return a variant with a name, made of what it changes where it has none.

        Raises:
            InputError: It changes nothing, or names no county.
        """
        return replace(item, name=self._variant(item).name)

    def words(self, item: WhatIf) -> str:
        """Return what a variant changes; raises InputError as `named` does."""
        return self._variant(replace(item, name="")).name

    def run(
        self,
        request: PlanRequest,
        variants: Sequence[WhatIf],
        on_progress: Callable[[WhatIfProgress], None] = lambda progress: None,
        should_cancel: Callable[[], bool] = lambda: False,
        plan_id: str | None = None,
    ) -> WhatIfResult:
        """Solve a range as it is and with each variant, and compare.

        Args:
            request: As for planning; `time_limit` is for all together.
            variants: At least one; names differ.
            on_progress: Called from this thread.
            should_cancel: Stopping keeps what was found; variants not solved yet say so.
            plan_id: A stored version to take for the plan as it is, where it was planned from the
                very data that there are now; otherwise the range is planned anew.

        Raises:
            InputError: There is nothing to plan, or a variant changes nothing or does not fit.
            NotFoundError: There is no such version.
            Cancelled: It was stopped before the plan as it is was found.
            EnvironmentProblem: The solving process of the plan as it is died.
            PlanRejected: A plan broke a rule when checked.
        """
        built = self._planning.build(request)
        instance = solver.parse_instance(built.problem)
        wanted = self._variants(variants, instance)
        known = None if plan_id is None else self._stored(plan_id, instance)
        options = solver.SolveOptions(request.time_limit, request.workers, request.seed)

        def tell(news: whatif.VariantProgress) -> None:
            score = score_view(news.progress.score)
            phase = news.progress.phase
            on_progress(
                WhatIfProgress(news.seconds, news.number, news.count, news.name, phase, score)
            )

        base = None if known is None else known.solution
        outcomes = whatif.solve_variants(instance, wanted, options, tell, should_cancel, base)
        _require_plan(outcomes[0])
        drafts = _Drafts(self._context, self._planning, request, built, outcomes, known)
        found = whatif.compare(outcomes, drafts.names)
        first, *others = map(drafts.view, (None, *variants), outcomes, found)
        return WhatIfResult(first, tuple(others))

    def keep(self, view: WhatIfView, name: str = "") -> PlanView:
        """Store a variant's plan as a version; return it as stored.

        Without a name it is the next version of the plan that was asked for; with people in it
        who are not in the roster, a plan of its own, named after the variant.

        Raises:
            InputError: The variant has no plan.
        """
        if view.plan is None:
            raise InputError(f"“{view.name}”没有可以保存的方案：{view.error}")
        own = view.plan.info.name
        title = name.strip() or (f"{own}（{view.name}）" if view.supposed else own)
        info = replace(view.plan.info, id=new_id(), name=title)
        return self._planning.store(replace(view.plan, info=info), view.problem)

    def _variants(
        self, variants: Sequence[WhatIf], instance: solver.Instance
    ) -> tuple[whatif.Variant, ...]:
        if not variants:
            raise InputError("请至少选一种改法再比较。")
        wanted = tuple(map(self._variant, variants))
        names = [variant.name for variant in wanted]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise InputError(f"有两种改法都叫“{name}”，请改一个名称。")
        try:
            for variant in wanted:
                variant.apply(instance)
        except whatif.VariantError as error:
            raise InputError(f"改法不适用于现有数据：{error}。") from None
        return wanted

    def _variant(self, item: WhatIf) -> whatif.Variant:
        reference = self._context.reference
        counties = {county.code: county.name for county in reference.gazetteer().counties}
        return variant_of(item, counties, reference.vocabulary().name)

    def _stored(self, plan_id: str, instance: solver.Instance) -> _Known | None:
        """A stored version as a solution, if it was planned from this very instance."""
        with self._context.read() as uow:
            view = uow.plans.view(plan_id)
            try:
                stored = instances_of(self._context).of(uow, view)
            except EnvironmentProblem:
                return None
        if replace(stored, name=instance.name) != instance:
            return None
        assignments = assignments_of(view.visits)
        report = solver.check(instance, assignments)
        if report.violations:
            return None
        bounds = solver.Score(*map(min, _tiers(view.info.bounds), report.score))
        unscheduled = tuple(solver.Unscheduled(v.id) for v in view.visits if not v.held)
        solution = solver.Solution(
            instance.name, view.info.status, report.score, bounds, assignments, unscheduled
        )
        return _Known(solution, view)


def _tiers(score: ScoreView) -> tuple[int, int, int, int]:
    return score.coverage, score.unscheduled, score.disruption, score.cost


def _require_plan(base: whatif.Outcome) -> None:
    if base.solution.score is not None:
        return
    if base.solution.status == "cancelled":
        raise Cancelled
    if base.solution.status == "infeasible":
        raise InputError(f"按现有锁定{base.error}请解除部分锁定后再比较。")
    raise EnvironmentProblem(base.error)


@dataclass(frozen=True, slots=True)
class _Known:
    """A stored version that is taken for the plan as it is."""

    solution: solver.Solution
    view: PlanView


class _Drafts:
    """Puts outcomes into records, each with a plan that could be stored."""

    def __init__(
        self,
        context: ServiceContext,
        planning: PlanningService,
        request: PlanRequest,
        built: BuiltInstance,
        outcomes: Sequence[whatif.Outcome],
        known: _Known | None,
    ) -> None:
        self._planning = planning
        self._request = request
        self._built = built
        self._known = known
        specialty = context.reference.vocabulary().name
        self._supposed = {
            key: card
            for outcome in outcomes
            for key, card in supposed_cards(outcome, built.cards, specialty).items()
        }
        people = {**built.cards, **self._supposed}
        self.names = solver.Names(envoy=lambda key: people[key].name, specialty=specialty)

    def view(
        self, wanted: WhatIf | None, outcome: whatif.Outcome, found: whatif.Comparison
    ) -> WhatIfView:
        """Everything about one outcome."""
        bare = WhatIfView(found.name, found.changes, found.error)
        if found.figures is None or found.cost_as_base is None:
            return bare
        built = self._changed(outcome.instance)
        return replace(
            bare,
            plan=self._plan(wanted, outcome, built),
            bounds=score_view(found.bounds),
            same_weights=found.same_weights,
            cost_as_base=found.cost_as_base,
            figures=figures_view(found.figures),
            differences=tier_changes(found.differences),
            moves=moves_view(found.moves, outcome.instance),
            supposed=tuple(key for key in built.cards if key in self._supposed),
            problem=built.problem,
        )

    def _plan(
        self, wanted: WhatIf | None, outcome: whatif.Outcome, built: BuiltInstance
    ) -> PlanView:
        if self._known is not None and outcome.solution is self._known.solution:
            return self._known.view
        preset = wanted.preset if wanted is not None else None
        request = replace(self._request, preset=preset or self._request.preset)
        return self._planning.draft(request, built, outcome.instance, outcome.solution)

    def _changed(self, instance: solver.Instance) -> BuiltInstance:
        """What a stored plan keeps beside an instance that was changed."""
        own = self._built
        cards: Mapping[str, object] = instance.envoy_by_id
        more = {key: card for key, card in self._supposed.items() if key in cards}
        visits = tuple(
            replace(
                view,
                earliest=instance.visit_by_id[view.id].earliest,
                latest=instance.visit_by_id[view.id].latest,
            )
            for view in own.visits
        )
        problem = solver.instance_to_json(instance)
        return replace(own, problem=problem, visits=visits, cards={**own.cards, **more})


__all__ = ["NotFoundError", "WhatIfProgress", "WhatIfService"]
