"""One draft open for changes by hand: verdicts before they are made, and making them."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date

from envoy_app.domain.editing import (
    Command,
    CopyVisit,
    Crew,
    CureView,
    Edited,
    EditVerdict,
    PersonVerdict,
    SeatVerdict,
    StartVerdict,
    SwapVerdict,
)
from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.plans import PlanView, ScoreView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext
from envoy_app.services.edit_cures import find_cures
from envoy_app.services.edit_desk import NO_PERSON, NO_VISIT, Desk, Draft
from envoy_app.services.edit_roster import amend_roster
from envoy_app.services.edit_verdicts import carried_out, figured, judged, require_sound, told_of
from envoy_app.services.plan_instances import instances_of
from envoy_app.services.rule_words import rules_named
from solver.explain.targets import SeatTarget, StartTarget

_TOLD = 2


class EditSession:
    """Keeps what is prepared of one plan; safe to use from any thread, never the UI's.

    After an undo or another's change `EditingService.open` gives the session with the new plan.
    """

    def __init__(self, context: ServiceContext, view: PlanView) -> None:
        """Take a version as it is stored; raises as `EditingService.open`."""
        self._context = context
        self._lock = threading.RLock()
        self._desk = self._read(view)

    def _read(self, view: PlanView) -> Desk:
        reference = self._context.reference
        instances = instances_of(self._context)
        with self._context.read() as uow:
            planned = instances.planned(uow, view.info.id)
            instance = instances.of(uow, view)
        desk = Desk(view, planned, instance, reference.gazetteer(), reference.vocabulary())
        if desk.report.violations:
            why = "；".join(
                rule.text.rstrip("。") for rule in told_of(desk, desk.report.violations[:_TOLD])
            )
            raise InputError(
                f"“{view.info.title}”本身违反规则（{why}），不能手工调整，请重新排班。"
            )
        return desk

    @property
    def plan(self) -> PlanView:
        """The plan as it is stored."""
        return self._desk.view

    @property
    def desk(self) -> Desk:
        """The plan with its instance, as a state that does not change."""
        return self._desk

    def reload(self, view: PlanView) -> None:
        """Take the plan as it is stored now."""
        with self._lock:
            kept = self._desk.kept
            self._desk = replace(self._read(view), kept=kept)

    def prepare(self) -> None:
        """Do now what the first verdicts on a drag would wait for."""
        with self._lock:
            targets = self._desk.targets
            targets.prepare()

    @no_full_collections()
    def verdict(self, command: Command) -> EditVerdict:
        """Judge a command before it is done.

        Raises NotFoundError and InputError where it does not fit the plan, in a sentence.
        """
        with self._lock:
            after, done = carried_out(self._desk, command)
            return judged(self._desk, after, done.description)

    @no_full_collections()
    def do(self, command: Command, reason: str = "") -> Edited:
        """Carry a command out and store it as one change that can be undone.

        Raises EditRefused where a hard rule would break: no stored plan does. NotFoundError and
        InputError as `verdict`; ConflictError where the plan was changed elsewhere, InputError
        where it is published.
        """
        with self._lock:
            before = self._desk
            after, done = carried_out(before, command)
            return self._store(before, after, done, ChangeKind.EDIT, reason)

    def adopt(self, before: Desk, visits: tuple[VisitView, ...], description: str) -> Edited:
        """Take visits as they were planned anew from a desk, as one change; raises as `do`.

        ConflictError too where the plan was changed while it was planned.
        """
        with self._lock:
            if before.view is not self._desk.view:
                raise ConflictError("重排期间这个方案又改过，重排的结果没有采用，请再重排一次。")
            known = before.visits
            changed = {visit.id: visit for visit in visits if known.get(visit.id) is not visit}
            done = Draft(description, changed)
            return self._store(before, before.after(done), done, ChangeKind.PLAN, "")

    def _store(
        self, before: Desk, after: Desk, done: Draft, kind: ChangeKind, reason: str
    ) -> Edited:
        require_sound(before, after, done)
        stored = figured(after, done)
        with self._context.uow() as uow:
            uow.describe(done.description, kind, reason=reason)
            amend_roster(uow, done.amendments, done.absences)
            uow.plans.save(before.view, stored)
            changes = uow.commit()
        number = before.view.info.record_version + 1
        stored = replace(stored, info=replace(stored.info, record_version=number))
        self._desk = after.settled(stored)
        return Edited(stored, changes, differing(before.view, stored))

    @no_full_collections()
    def starts(self, visit: str, crew: Crew | None = None) -> tuple[StartVerdict, ...]:
        """Return the verdict on every half-day of the plan as the start of a visit.

        With the people it has or `crew`; to a visit that is left out at each start those come who
        do best there. `Move` or `Place` with the same start does just that; but more than half a
        day begins in the morning, and its afternoons are told as not allowed. Raises NotFoundError
        where the visit or somebody is not there, InputError where the people do not fill the seats.
        """
        with self._lock:
            self._desk.visit(visit)
            try:
                found = self._desk.targets.starts(visit, crew)
            except KeyError as error:
                raise NotFoundError(NO_PERSON) from error
            except ValueError as error:
                raise InputError("每个席位须派一位不同的特派员，请补齐。") from error
        return tuple(map(_start, found))

    @no_full_collections()
    def seats(
        self, envoy: str, leaving: str | None = None, visits: Container[str] | None = None
    ) -> tuple[SeatVerdict, ...]:
        """Return the verdict on a person's taking every seat of another visit, or of some `visits`.

        Dragged from the visit `leaving` the two swap seats (`SwapPeople`), else the person comes
        instead (`Replace`). Visits that he or she is on are no targets, nor people who are on
        `leaving` themselves. Raises NotFoundError where the person or visit is not there.
        """
        with self._lock:
            try:
                found = self._desk.targets.seats(envoy, leaving, visits)
            except KeyError as error:
                raise NotFoundError(NO_PERSON if leaving is None else NO_VISIT) from error
        return tuple(map(_seat, found))

    @no_full_collections()
    def additions(self, envoy: str) -> tuple[SeatVerdict, ...]:
        """Return the verdict on a person's joining each role of another visit (`AddPerson`).

        Raises NotFoundError where the person is not there.
        """
        with self._lock:
            try:
                found = self._desk.targets.additions(envoy)
            except KeyError as error:
                raise NotFoundError(NO_PERSON) from error
        return tuple(map(_seat, found))

    @no_full_collections()
    def people(
        self, visit: str, leaving: str | None = None, role: int = 0
    ) -> tuple[PersonVerdict, ...]:
        """Return the verdict on everybody else for the seat of `leaving` (`Replace`).

        Without `leaving` on their coming as one more in a role (`AddPerson`). Raises NotFoundError
        where the visit is not held or the person not on it.
        """
        with self._lock:
            try:
                found = self._desk.targets.people(visit, leaving, role)
            except KeyError as error:
                raise NotFoundError(NO_VISIT) from error
        return tuple(
            PersonVerdict(item.envoy, rules_named(item.codes), ScoreView(*item.change))
            for item in found
        )

    @no_full_collections()
    def swaps(self, visit: str, others: Iterable[str]) -> tuple[SwapVerdict, ...]:
        """Return the verdict on a visit's trading its time with each of some (`SwapVisits`).

        Raises NotFoundError where one is not held.
        """
        with self._lock:
            try:
                found = self._desk.targets.swaps(visit, others)
            except KeyError as error:
                raise NotFoundError(NO_VISIT) from error
        return tuple(
            SwapVerdict(item.visit, rules_named(item.codes), ScoreView(*item.change))
            for item in found
        )

    @no_full_collections()
    def copies(self, visit: str) -> tuple[StartVerdict, ...]:
        """Return the verdict on holding a copy of a visit at every half-day (`CopyVisit`).

        With the people who do best there. Raises NotFoundError where it is not there.
        """
        with self._lock:
            after, _ = carried_out(self._desk, CopyVisit(visit))
            (new,) = after.visits.keys() - self._desk.visits.keys()
            found = after.targets.starts(new)
            # Held at once it never counts as left out.
            weight = after.visits[new].weight
        made = map(_start, found)
        return tuple(
            replace(one, change=replace(one.change, unscheduled=one.change.unscheduled + weight))
            for one in made
        )

    def cures(self, visit: str) -> tuple[CureView, ...]:
        """Return changes that let a visit that is left out be held, proved on the plan as it is.

        Takes some seconds. Raises NotFoundError where it is not there, InputError where it is held.
        """
        return find_cures(self._desk, visit)

    def select(
        self,
        week_of: date | None = None,
        county: str | None = None,
        envoy: str | None = None,
    ) -> tuple[str, ...]:
        """Return the visits held in a week, in a county, by an envoy: what one `Lock` takes."""
        return tuple(
            visit.id
            for visit in self._desk.view.held
            if visit.start is not None
            and (week_of is None or _same_week(visit.start.date, week_of))
            and county in (None, visit.county)
            and (envoy is None or envoy in visit.envoys)
        )


def _start(item: StartTarget) -> StartVerdict:
    return StartVerdict(
        SlotTime(item.assignment.date, HalfDay(item.assignment.slot)),
        item.assignment.roles,
        rules_named(item.codes),
        ScoreView(*item.change),
    )


def _seat(item: SeatTarget) -> SeatVerdict:
    change = ScoreView(*item.change)
    return SeatVerdict(item.visit, item.role, item.leaving, rules_named(item.codes), change)


def _same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def differing(before: PlanView, after: PlanView) -> frozenset[str]:
    """Return the ids of the visits that are in one version only, or not the same in both."""
    old = {visit.id: visit for visit in before.visits}
    new = {visit.id: visit for visit in after.visits}
    changed = {key for key, visit in new.items() if old.get(key) is not visit}
    return frozenset(changed | (old.keys() - new.keys()))
