"""The absence assistant: what somebody's leave does to a plan, judged choice by choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from envoy_app.domain.absences import (
    AbsenceDone,
    AbsenceVerdict,
    Leave,
    OptionVerdict,
    PlanHit,
)
from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.editing import AbsenceHit, AbsenceOption, Absent, Several
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.absences import absence_hits, away_from, opening, record
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext
from envoy_app.services.edit_desk import Desk, Draft
from envoy_app.services.edit_verdicts import (
    carried_out,
    cost_change,
    judged,
    score_change,
    told_of,
)
from envoy_app.services.plan_comparing import ComparingService
from envoy_app.services.plan_figures import with_figures
from envoy_app.services.roster_leave import span, with_leave
from envoy_app.services.score_words import change_words

if TYPE_CHECKING:
    from envoy_app.services.editing import EditingService
    from envoy_app.services.roster import RosterService


def absents_of(leave: Leave, reason: str = "") -> tuple[Absent, ...]:
    """Return a leave as the fewest absences of whole days and halves, by start."""
    slots = span(leave.first, leave.last)
    return tuple(
        Absent(leave.envoy, item.start, item.end, item.half, reason)
        for item in with_leave((), slots, reason)
    )


class AbsenceCase:
    """One leave and one plan: the visits hit, their options, and the verdict on any choice.

    It keeps the plan as it was when it was asked; may be asked from any thread, one at a time.
    """

    def __init__(
        self,
        leave: Leave,
        plans: tuple[PlanHit, ...],
        plan: PlanView | None,
        desk: Desk | None,
        comparing: ComparingService,
    ) -> None:
        """Take the versions concerned, and the one treated with its desk (of its revision)."""
        self.leave = leave
        self.plans = plans
        self.plan = plan
        self.desk = desk
        self._comparing = comparing
        self._absents = absents_of(leave)
        self.hits: tuple[AbsenceHit, ...] = ()
        if desk is not None:
            self._away = away_from(desk, self._absents)
            self.hits = absence_hits(desk, self._absents)
            self._ways = [self._ways_of(desk, hit) for hit in self.hits]

    @property
    def revises(self) -> bool:
        """Whether the plan must be revised first: it is published."""
        return bool(self.hits) and self.plan is not None and _fixed(self.plan.info)

    @property
    def notes_plan(self) -> bool:
        """Whether the plan is to know of the leave: it may send the person on one of the days."""
        if self.plan is None or self.desk is None or (_fixed(self.plan.info) and not self.hits):
            return False
        return any(item.start <= day <= item.end for item in self._absents for day in self._days)

    @property
    def _days(self) -> Sequence[date]:
        return self.plan.days if self.plan else ()

    def visit(self, hit: AbsenceHit) -> VisitView:
        """Return a visit hit, as it is planned."""
        assert self.desk is not None
        return self.desk.visit(hit.visit)

    def command(self, chosen: Sequence[int], reason: str = "") -> Several:
        """Return all that is to be done, with an option (its number) for each hit."""
        assert self.desk is not None
        commands = tuple(hit.options[at].command for hit, at in zip(self.hits, chosen, strict=True))
        return record(absents_of(self.leave, reason), commands, self.desk.person(self.leave.envoy))

    @no_full_collections()
    def judge(self, chosen: Sequence[int]) -> AbsenceVerdict:
        """Return what comes of an option (its number) for each hit, and of each other one."""
        assert self.desk is not None
        assert self.plan is not None
        command = self.command(chosen)
        whole, _ = carried_out(self.desk, command)
        options = tuple(self._options(whole, at, chosen[at]) for at in range(len(self.hits)))
        after = with_figures(whole.view, whole.instance, whole.report, whole.vocabulary.name)
        found = self._comparing.compare_views(self.plan, after)
        # Who is away is called first: nobody else needs to know before.
        notices = sorted(found.notices, key=lambda item: item.envoy_id != self.leave.envoy)
        return AbsenceVerdict(
            judged(self.desk, whole, command.description),
            options,
            replace(found, notices=tuple(notices)),
        )

    # Inside ----------------------------------------------------------------------------------

    def _ways_of(self, desk: Desk, hit: AbsenceHit) -> list[tuple[VisitView, VisitView]]:
        """Each option's visit with the locks opened that stand against it, and as it becomes."""
        found = []
        for option in hit.options:
            lock = opening(desk.visit(hit.visit), option.command)
            opened = carried_out(self._away, lock)[0] if lock else self._away
            after, _ = carried_out(self._away, option.command)
            found.append((opened.visit(hit.visit), after.visit(hit.visit)))
        return found

    def _with(self, desk: Desk, at: int, option: int) -> Desk:
        """A desk with another option for one hit."""
        opened, after = self._ways[at][option]
        # What an option before opened is locked again, but for what this one opens.
        desk = desk.after(Draft("", {after.id: opened}, locks=True))
        return desk.after(Draft("", {after.id: after}))

    def _options(self, whole: Desk, at: int, chosen: int) -> tuple[OptionVerdict, ...]:
        assert self.desk is not None
        hit = self.hits[at]
        was = whole.after(Draft("", {hit.visit: self.desk.visit(hit.visit)}, locks=True))
        off = self._with(whole, at, _left_out(self._ways[at]))
        known = Counter(off.report.violations)
        found = []
        for number, option in enumerate(hit.options):
            desk = whole if number == chosen else self._with(whole, at, number)
            new = Counter(desk.report.violations) - known
            held = len(desk.assignments) - len(was.assignments)
            words = change_words(score_change(was, desk), cost_change(was, desk), held)
            verdict = OptionVerdict(told_of(desk, new.elements()), words)
            found.append(_with_person(verdict, desk, option, hit.visit))
        return tuple(found)


def _fixed(info: PlanInfo) -> bool:
    return info.state is not PlanState.DRAFT


def _left_out(ways: Sequence[tuple[VisitView, VisitView]]) -> int:
    return next(number for number, (_, after) in enumerate(ways) if not after.held)


def _with_person(
    verdict: OptionVerdict, desk: Desk, option: AbsenceOption, visit: str
) -> OptionVerdict:
    """The verdict with how far and how busy somebody is who would come instead."""
    if option.envoy is None:
        return verdict
    key, item = option.envoy.id, desk.visit(visit)
    assert item.start is not None
    week = item.start.date.isocalendar()[:2]
    times = [
        time.date
        for other in desk.view.held
        if key in other.envoys
        for time in other.slot_times(desk.view.days)
    ]
    person = desk.instance.envoy_by_id[key]
    return replace(
        verdict,
        travel_minutes=desk.instance.travel.between(person.base, item.county),
        week_slots=sum(day.isocalendar()[:2] == week for day in times),
        plan_slots=len(times),
    )


class AbsenceService:
    """Opens cases and stores what was chosen; usable from any thread but the UI's."""

    def __init__(
        self, context: ServiceContext, editing: EditingService, roster: RosterService
    ) -> None:
        """Take the workspace's context and the services that store."""
        self._context = context
        self._editing = editing
        self._roster = roster
        self._comparing = ComparingService(context)

    def case(self, leave: Leave, plan_id: str | None, *, exact: bool = False) -> AbsenceCase:
        """Return what a leave does to a version, archived ones excepted.

        Where that version does not send the person then, and another one does, it is that one,
        a published one first; unless `exact` is asked for. The case has no plan where none is
        concerned. Raises as `EditingService.open`.
        """
        plans = self._plans(leave, plan_id)
        info = _treated(plans, plan_id, exact=exact)
        if info is None:
            return AbsenceCase(leave, plans, None, None, self._comparing)
        desk = self._editing.open(info.id).desk
        plan = desk.view
        if leave.envoy not in desk.instance.envoy_by_id:
            return AbsenceCase(leave, plans, plan, None, self._comparing)
        if _fixed(plan.info):
            desk = self._editing.revision(plan.info.id)
        # The session's own notes are for its threads; these are this case's.
        return AbsenceCase(leave, plans, plan, replace(desk, kept={}), self._comparing)

    def adopt(self, case: AbsenceCase, chosen: Sequence[int], reason: str = "") -> AbsenceDone:
        """Note the leave in roster and plan and do what was chosen for each hit, as one change.

        A version that is published stays as it is: a draft, the next version, is made with it.
        The changes are empty where all was noted before. Raises EditRefused where a rule would
        break; else as `EditSession.do`.
        """
        leave = case.leave
        if not case.notes_plan or case.desk is None or case.plan is None:
            slots = span(leave.first, leave.last)
            return AbsenceDone(
                self._roster.set_leave(leave.envoy, slots, reason=reason, leave=True)
            )
        command = case.command(chosen, reason)
        if case.revises:
            edited = self._editing.add_revision(case.desk, command, reason)
        else:
            edited = self._editing.open(case.plan.info.id).do(command, reason)
        return AbsenceDone(edited.changes, edited.plan)

    def _plans(self, leave: Leave, wished: str | None) -> tuple[PlanHit, ...]:
        """The versions hit, newest first, and the one wished for."""
        with self._context.read() as uow:
            open_now = {
                info.id: info
                for info in uow.plans.infos()
                if info.state is not PlanState.ARCHIVED
                and info.start <= leave.last.date
                and leave.first.date <= info.end
            }
            sent = uow.plans.sent(leave.envoy, open_now)
        calendar = self._context.reference.calendar()
        hits = Counter(
            key
            for key, start, slots in sent
            if any(leave.first <= time <= leave.last for time in _times(start, slots, calendar))
        )
        return tuple(
            PlanHit(info, hits[key]) for key, info in open_now.items() if hits[key] or key == wished
        )


def _treated(plans: Sequence[PlanHit], wished: str | None, *, exact: bool) -> PlanInfo | None:
    own = next((item for item in plans if item.info.id == wished), None)
    others = [item for item in plans if item.visits and item is not own]
    if own is not None and (exact or own.visits or not others):
        return own.info
    others.sort(key=lambda item: item.info.state is not PlanState.PUBLISHED)
    return others[0].info if others else None


def _times(start: SlotTime, slots: int, calendar: WorkCalendar) -> list[SlotTime]:
    """The half-days of a visit, on working days."""
    if slots == 1:
        return [start]
    found: list[SlotTime] = []
    day = start.date
    while len(found) < slots:
        if day == start.date or calendar.is_working(day):
            found += (SlotTime(day, half) for half in HalfDay)
        day += timedelta(days=1)
    return found
