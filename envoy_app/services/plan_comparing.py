"""Plan versions side by side: what changed, what that means, and who must be told."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from envoy_app.domain.plan_changes import (
    Notice,
    PlanDifference,
    PlanSummary,
    Publication,
    VisitChangeKind,
)
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView
from envoy_app.domain.time import SlotTime
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.compared_figures import figures, summary_of
from envoy_app.services.context import ServiceContext
from envoy_app.services.plan_matching import visit_changes
from envoy_app.services.plan_notices import VisitWords, all_notices, change_notices
from envoy_app.services.publishing import effects_of, siblings


class ComparingService:
    """Compares any two versions or variants; callable from any thread, writes nothing."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context
        self._known: dict[tuple[str, int], PlanSummary] = {}
        self._lock = threading.Lock()

    def versions(self) -> tuple[PlanSummary, ...]:
        """Return all versions of all plans with their key figures, newest first."""
        with self._context.read() as uow:
            return tuple(self._summary(uow, info) for info in uow.plans.infos())

    def _summary(self, uow: UnitOfWork, info: PlanInfo) -> PlanSummary:
        """Read a version once as long as nothing of it was written: they are large."""
        key = info.id, info.record_version
        with self._lock:
            found = self._known.get(key)
        if found is None:
            found = summary_of(uow.plans.view(info.id))
            with self._lock:
                self._known[key] = found
        return found

    def compare(self, before_id: str, after_id: str) -> PlanDifference:
        """Return how two versions, of one plan or of two, differ; raises NotFoundError."""
        with self._context.read() as uow:
            before, after = uow.plans.view(before_id), uow.plans.view(after_id)
        return self.compare_views(before, after)

    def compare_views(self, before: PlanView, after: PlanView) -> PlanDifference:
        """Return how two plans differ, stored or not: a variant, a draft under work."""
        changes = visit_changes(before, after)
        return PlanDifference(
            before=before,
            after=after,
            figures=figures(before, after, self._context.reference.gazetteer()),
            visits=changes,
            notices=change_notices(changes, self._words(after, before)),
        )

    def rearranged(self, before: PlanView, after: PlanView) -> PlanDifference:
        """Return what `compare_views` does, without visits of which only the facts differ."""
        found = self.compare_views(before, after)
        moved = (item for item in found.visits if item.kind is not VisitChangeKind.FACTS)
        return replace(found, visits=tuple(moved))

    def against_published(self, plan_id: str) -> PlanDifference | None:
        """Return how a version differs from the one of its plan in force, None if there is none.

        The version in force itself is compared with the newest one that was archived: the one
        whose place it took, where versions are published in their order. Raises NotFoundError.
        """
        with self._context.read() as uow:
            info = uow.plans.info(plan_id)
            before = _in_force_before(uow, info)
        return self.compare(before.id, plan_id) if before else None

    def announcement(self, plan_id: str) -> tuple[Notice, ...]:
        """Return everybody in a version, told of all visits; raises NotFoundError."""
        with self._context.read() as uow:
            view = uow.plans.view(plan_id)
        return all_notices(view, self._words(view))

    def publication(self, plan_id: str) -> Publication:
        """Return what publishing a draft would do, and whom to tell.

        Raises InputError where the version is no draft, NotFoundError where there is none.
        """
        with self._context.read() as uow:
            effects = effects_of(uow, plan_id)
            views = [uow.plans.view(item.id) for item in effects.overlapping]
            own = uow.plans.view(plan_id) if views else None
        before = effects.archived[0].id if effects.archived else None
        difference = self.compare(before, plan_id) if before else None
        return Publication(
            info=effects.info,
            archived=effects.archived,
            assigned=len(effects.assigned),
            reopened=len(effects.reopened),
            withdrawn=len(effects.withdrawn),
            difference=difference,
            notices=difference.notices if difference else self.announcement(plan_id),
            overlapping=effects.overlapping,
            double_booked=len(_clashing(own, views)) if own else 0,
        )

    def _words(self, *views: PlanView) -> VisitWords:
        reference = self._context.reference
        return VisitWords(reference.gazetteer(), reference.vocabulary(), views)


def _in_force_before(uow: UnitOfWork, info: PlanInfo) -> PlanInfo | None:
    others = [item for item in siblings(uow, info) if item.id != info.id]
    wanted = PlanState.ARCHIVED if info.state is PlanState.PUBLISHED else PlanState.PUBLISHED
    found = [item for item in others if item.state is wanted]
    return max(found, key=lambda item: item.version_no, default=None)


def _clashing(view: PlanView, others: Iterable[PlanView]) -> frozenset[str]:
    """Return the envoys whom a plan and others send to two places at a time."""
    busy = {key for other in others for key in _duties(other)}
    return frozenset(envoy for envoy, time in _duties(view) if (envoy, time) in busy)


def _duties(view: PlanView) -> Iterator[tuple[str, SlotTime]]:
    for visit in view.held:
        for time in visit.slot_times(view.days):
            for envoy in visit.envoys:
                yield envoy, time
