"""Changing plans by hand: exact verdicts before, one recorded change after, never a rule broken."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import solver
from envoy_app.domain.editing import (
    BrokenRule,
    Command,
    Edited,
    ReplanScope,
)
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView
from envoy_app.domain.renewing import Renewal
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext
from envoy_app.services.edit_desk import Desk
from envoy_app.services.edit_roster import amend_roster
from envoy_app.services.edit_session import EditSession, differing
from envoy_app.services.edit_verdicts import carried_out, figured, require_sound
from envoy_app.services.plan_figures import with_figures
from envoy_app.services.plan_health import broken_now
from envoy_app.services.plan_instances import (
    amended,
    as_planned,
    assignments_of,
    instances_of,
)
from envoy_app.services.planning import PlanningService, PlanProgress, solved
from envoy_app.services.renewing import Before, Renewing
from envoy_app.services.replanning import adopted, built_from, improves, pinned, request_of

_OPEN: Final = 4


class EditingService:
    """Drafts open for changes; usable from any thread but the UI's, nothing here is instant.

    `plan_id` is the id of one version. A version that is published can be opened and asked, but
    not changed: `revise` makes a draft of it.
    """

    def __init__(self, context: ServiceContext, planning: PlanningService) -> None:
        """Take the workspace's context, and the service that makes and stores plans."""
        self._context = context
        self._planning = planning
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, EditSession] = OrderedDict()

    def open(self, plan_id: str) -> EditSession:
        """Return the session of a version, with the plan as it is stored now.

        Raises NotFoundError where it is not there, EnvironmentProblem where its instance cannot
        be read, InputError where it breaks its own rules.
        """
        with self._lock:
            with self._context.read() as uow:
                info = uow.plans.info(plan_id)
                known = self._sessions.get(plan_id)
                stale = known is None or known.plan.info != info
                view = uow.plans.view(plan_id) if stale else None
            if known is None:
                assert view is not None
                known = self._sessions[plan_id] = EditSession(self._context, view)
            elif view is not None:
                known.reload(view)
            self._sessions.move_to_end(plan_id)
            while len(self._sessions) > _OPEN:
                self._sessions.popitem(last=False)
            return known

    def revise(self, plan_id: str) -> PlanInfo:
        """Copy a version into a draft, the next version of its plan; return its head.

        The copy of a published version counts what it changes: who must be told. Raises as `open`.
        """
        desk = self.revision(plan_id)
        name = self._context.reference.vocabulary().name
        copy = with_figures(desk.view, desk.instance, desk.report, name)
        return self._add(copy, desk.planned, f"修订“{desk.view.info.title}”").info

    def revision(self, plan_id: str) -> Desk:
        """Return a version as the draft that `revise` would make of it; nothing is stored."""
        with self._context.read() as uow:
            view = uow.plans.view(plan_id)
            planned = instances_of(self._context).planned(uow, plan_id)
        planned = as_planned(planned, view)
        bounds = view.info.bounds
        if view.info.state is not PlanState.DRAFT:
            planned = replace(planned, baseline=assignments_of(view.visits))
            bounds = replace(bounds, disruption=0)
        copy = self._copy(replace(view, info=replace(view.info, bounds=bounds)))
        reference = self._context.reference
        instance = amended(planned, copy)
        return Desk(copy, planned, instance, reference.gazetteer(), reference.vocabulary())

    def add_revision(self, desk: Desk, command: Command, reason: str = "") -> Edited:
        """Store a revision with a command carried out on it, as one change.

        Raises EditRefused where a rule would break; else as `EditSession.verdict`.
        """
        after, done = carried_out(desk, command)
        require_sound(desk, after, done)
        stored = figured(after, done)
        with self._context.uow() as uow:
            stored = _numbered(uow, stored)
            number = stored.info.version_no
            uow.describe(f"{done.description}，修订为第{number}版", ChangeKind.PLAN, reason=reason)
            amend_roster(uow, done.amendments, done.absences)
            uow.plans.add(stored, solver.instance_to_json(desk.planned))
            changes = uow.commit()
        return Edited(self._planning.view(stored.info.id), changes, differing(desk.view, stored))

    def _copy(self, view: PlanView) -> PlanView:
        """A version as a draft of its own; what was amended is to be in its instance."""
        info = replace(
            view.info,
            id=new_id(),
            state=PlanState.DRAFT,
            created_at=datetime.now(UTC),
            created_by=self._context.actor,
            record_version=0,
        )
        return replace(view, info=info, amendments=())

    def _add(self, view: PlanView, instance: solver.Instance, description: str) -> PlanView:
        info = view.info
        with self._context.uow() as uow:
            stored = _numbered(uow, view)
            uow.describe(f"{description}为第{stored.info.version_no}版", ChangeKind.PLAN)
            uow.plans.add(stored, solver.instance_to_json(instance))
            uow.commit()
        return self._planning.view(info.id)

    def replan(
        self,
        plan_id: str,
        scope: ReplanScope,
        on_progress: Callable[[PlanProgress], None] = lambda progress: None,
        should_cancel: Callable[[], bool] = lambda: False,
        *,
        time_limit: float = 30,
        workers: int = 2,
        seed: int = 1,
        new_version: bool = False,
    ) -> Edited | PlanView:
        """Plan a selection anew with all else as it is: as one change, or as a version of its own.

        Visits that are left out may always come in. Stopping keeps the best found so far. Raises
        InputError where nothing better was found, or the version is no draft and none of its own
        is wanted; else as `PlanningService.run` and `open`.
        """
        session = self.open(plan_id)
        desk = session.desk
        if desk.view.info.state is not PlanState.DRAFT and not new_version:
            raise InputError(
                f"“{desk.view.info.title}”{desk.view.info.state}，请先修订为新的一版。"
            )
        request = request_of(desk.view.info, time_limit, workers, seed)
        solution = solved(pinned(desk, scope), request, on_progress, should_cancel)
        if not improves(desk, solution):
            raise InputError("在限定时间内没有找到更好的安排，方案没有改动。")
        built = built_from(desk.view, desk.instance)
        found = self._planning.draft(request, built, desk.instance, solution)
        visits = adopted(desk.view, found)
        if not new_version:
            return session.adopt(desk, visits, f"局部重排“{desk.view.info.title}”")
        report = solver.check(desk.instance, assignments_of(visits))
        copy = self._copy(replace(desk.view, visits=visits))
        copy = with_figures(copy, desk.instance, report, desk.vocabulary.name)
        return self._add(
            copy, as_planned(desk.planned, desk.view), f"局部重排“{desk.view.info.title}”"
        )

    def renewal(self, plan_id: str) -> Renewal:
        """Return what `renew` would do; nothing is stored. Raises as it does."""
        return self._renewed(plan_id)[0]

    def renew(self, plan_id: str, seen: Renewal | None = None) -> Renewal:
        """Make the next version of a plan with today's roster, demands, standard and calendar.

        What still stands is kept as it is held; what breaks a rule by now is among those left out,
        with the reason; nothing is solved. A version made from a published one counts what it
        changes. One recorded change. Raises InputError where nothing can be planned any more (as
        `PlanningService.build`), ConflictError where it would not be what was `seen`, else as
        `open`.
        """
        found, instance = self._renewed(plan_id)
        if seen is not None and seen.items != found.items:
            raise ConflictError("名册、需求或方案刚才又变了，请再看一遍要更新的内容。")
        title = f"按现在的数据更新“{found.source.title}”"
        return replace(found, plan=self._add(found.plan, instance, title))

    @no_full_collections()
    def _renewed(self, plan_id: str) -> tuple[Renewal, solver.Instance]:
        with self._context.read() as uow:
            view = uow.plans.view(plan_id)
            planned = instances_of(self._context).planned(uow, plan_id)
            people = {envoy.id: envoy for envoy in uow.envoys.all()}
            demands = {demand.id: demand for demand in uow.demands.all()}
        built = self._planning.build(request_of(view.info, 0, 1, 1))
        reference = self._context.reference
        old = Before(view, planned, people, demands)
        renewing = Renewing(old, built, reference.gazetteer(), reference.vocabulary())
        renewal, instance = renewing.run()
        return replace(renewal, plan=self._copy(renewal.plan)), instance

    @no_full_collections()
    def broken(self, plan_id: str) -> tuple[BrokenRule, ...]:
        """Return every rule that a version breaks by now, each with visit and envoy to jump to.

        By today's roster, working days and demands: people took leave, retired, moved. Raises
        NotFoundError and EnvironmentProblem as `open`.
        """
        with self._context.read() as uow:
            view = uow.plans.view(plan_id)
            instance = instances_of(self._context).of(uow, view)
            people = {envoy.id: envoy for envoy in uow.envoys.all()}
            demands = {demand.id: demand for demand in uow.demands.all()}
        reference = self._context.reference
        return broken_now(
            view,
            instance,
            people,
            demands,
            reference.calendar(),
            reference.gazetteer(),
            reference.vocabulary(),
        )


def _numbered(uow: UnitOfWork, view: PlanView) -> PlanView:
    info = view.info
    number = uow.plans.next_version(info.name, info.start, info.end)
    return replace(view, info=replace(info, version_no=number))
