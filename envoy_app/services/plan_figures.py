"""The figures of a version: they follow from its instance and its visits, whoever changed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import solver
from envoy_app.domain.errors import ConflictError
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.plan_results import cost_view, coverage_views
from envoy_app.services.rule_words import RuleWords

NO_BOUND = ScoreView(0, 0, 0, 0)


def with_figures(
    view: PlanView,
    instance: solver.Instance,
    report: solver.CheckReport,
    specialty_name: Callable[[str], str],
) -> PlanView:
    """Return a version with score, cost, status and coverage as the checker has them.

    It is optimal only where the score is at the bounds that were proved.
    """
    score = ScoreView(*report.score)
    status = "optimal" if score == view.info.bounds else "feasible"
    cost = cost_view(report, instance)
    coverage = coverage_views(instance, report, view.visits, specialty_name)
    info = replace(view.info, score=score, cost=cost, status=status)
    return replace(view, info=info, coverage=coverage)


def refresh_figures(context: ServiceContext, uow: UnitOfWork) -> None:
    """Make the figures anew of all versions whose visits were brought back in this transaction.

    Raises ConflictError where a plan would break a rule then, InputError where one is published,
    NotFoundError where one is not there any more: nothing is to be stored then.
    """
    for plan_id in uow.plans.edited():
        view = uow.plans.view(plan_id)
        instance = instances_of(context).of(uow, view)
        assignments = assignments_of(view.visits)
        report = solver.check(instance, assignments)
        gazetteer, vocabulary = context.reference.gazetteer(), context.reference.vocabulary()
        if report.violations:
            words = RuleWords(instance, assignments, view, gazetteer, vocabulary)
            first = words.broken(report.violations[0]).text.rstrip("。")
            raise ConflictError(
                f"这样撤销或恢复后，“{view.info.title}”会违反规则（{first}），"
                "所以没有做，请先撤销后来的改动。"
            )
        uow.plans.put_figures(with_figures(view, instance, report, vocabulary.name))
