"""A draft plan on the desk: its visits, its instance, what the checker says; nothing is stored.

A command is drafted and applied to a desk, which gives another desk; the difference of what the
checker says of both is the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import solver
from envoy_app.domain.editing import Absent
from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.plan_instances import (
    VisitMaker,
    amended_people,
    assignments_of,
)
from envoy_app.services.rule_words import visit_name
from solver.explain.delta import Checked, check_again
from solver.explain.targets import Targets

NO_VISIT: Final = "方案里没有这项下乡服务，请刷新后再试。"
NO_PERSON: Final = "这位特派员没有参加这次排班，请重新选择。"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a command does to a plan.

    Attributes:
        description: For the history, Chinese.
        changed: Visits as they become, by id.
        added: New visits.
        removed: Visits that go.
        amendments: More changes of people and counties.
        absences: What is to be noted in the roster.
        locks: Whether it is the locks that the command changes; else they stand against it.
        loosened: Whether bounds that were proved hold no more.
    """

    description: str
    changed: Mapping[str, VisitView] = field(default_factory=dict)
    added: tuple[VisitView, ...] = ()
    removed: frozenset[str] = frozenset()
    amendments: tuple[Mapping[str, Any], ...] = ()
    absences: tuple[Absent, ...] = ()
    locks: bool = False
    loosened: bool = False


@dataclass(frozen=True)
class Desk:
    """One state of a plan.

    Attributes:
        view: The plan; its figures are of what was stored, not of this state.
        planned: The instance as it was planned.
        instance: As the plan stands, with the locks that stand against a command.
        held_by: Visits whose locks are not those of the view but of an earlier one.
        kept: The verdicts on drags made last, whose ground the next ones stand on.
        checked: A plan before that the checker was asked about.
    """

    view: PlanView
    planned: solver.Instance
    instance: solver.Instance
    gazetteer: Gazetteer
    vocabulary: Vocabulary
    held_by: Mapping[str, VisitView] = field(default_factory=dict)
    kept: dict[str, Targets] = field(default_factory=dict)
    checked: Checked | None = None

    @cached_property
    def visits(self) -> dict[str, VisitView]:
        """The visits by id."""
        return {visit.id: visit for visit in self.view.visits}

    @cached_property
    def assignments(self) -> tuple[solver.Assignment, ...]:
        """What is held."""
        return assignments_of(self.view.visits)

    @cached_property
    def report(self) -> solver.CheckReport:
        """What the checker says."""
        known = self.checked
        if known is None:
            return solver.check(self.instance, self.assignments)
        return check_again(known, self.instance, self.assignments)

    @cached_property
    def targets(self) -> Targets:
        """The verdicts on drags; only for plans that break no rule."""
        known = self.kept.get("targets")
        if known is None:
            known = Targets(self.instance, self.assignments)
        else:
            known = known.after(self.instance, self.assignments)
        self.kept["targets"] = known
        return known

    def visit(self, key: str) -> VisitView:
        """Return a visit; raises NotFoundError."""
        if key not in self.visits:
            raise NotFoundError(NO_VISIT)
        return self.visits[key]

    def person(self, key: str) -> str:
        """Return the name of an envoy who can be sent; raises NotFoundError."""
        if key not in self.instance.envoy_by_id:
            raise NotFoundError(NO_PERSON)
        card = self.view.envoys.get(key)
        return card.name if card else key

    def name(self, key: str) -> str:
        """Return what a visit is called; raises NotFoundError."""
        visit = self.visit(key)
        county = self.gazetteer.by_code.get(visit.county)
        short = county.short_name if county else visit.county
        return visit_name(short, self.vocabulary.short(visit.roles[0].specialty))

    def next_day(self, day: date, days: int) -> date | None:
        """Return the working day some working days later, None beyond the plan."""
        at = self.view.days.index(day) + days if day in self.view.days else len(self.view.days)
        return self.view.days[at] if at < len(self.view.days) else None

    def after(self, draft: Draft) -> Desk:
        """The desk with a draft applied; this one stays as it is."""
        visits = tuple(
            draft.changed.get(visit.id, visit)
            for visit in self.view.visits
            if visit.id not in draft.removed
        )
        amendments = (*self.view.amendments, *draft.amendments)
        view = replace(self.view, visits=(*visits, *draft.added), amendments=amendments)
        held_by = {key: value for key, value in self.held_by.items() if key not in draft.removed}
        for key in draft.changed:
            if draft.locks:
                held_by.pop(key, None)
            else:
                held_by.setdefault(key, self.visits[key])
        changed = [*draft.changed.values(), *draft.added]
        instance = self._instance(changed, held_by, draft.removed, draft.amendments)
        checked = Checked(self.instance, self.assignments, self.report)
        return replace(self, view=view, instance=instance, held_by=held_by, checked=checked)

    def _instance(
        self,
        changed: Iterable[VisitView],
        held_by: Mapping[str, VisitView],
        removed: frozenset[str],
        amendments: tuple[Mapping[str, Any], ...],
    ) -> solver.Instance:
        maker = VisitMaker(self.planned)
        made = {view.id: maker.visit(view, held_by.get(view.id)) for view in changed}
        known = self.instance.visit_by_id
        instance = amended_people(self.instance, amendments)
        if not removed and all(known.get(key) == visit for key, visit in made.items()):
            return instance
        visits = [made.pop(v.id, v) for v in instance.visits if v.id not in removed]
        return replace(instance, visits=(*visits, *made.values()))

    def settled(self, stored: PlanView) -> Desk:
        """The desk of a plan that was stored like this: all locks are its own."""
        known = self.instance.visit_by_id
        maker = VisitMaker(self.planned)
        own = {key: maker.visit(self.visits[key]) for key in self.held_by}
        instance = self.instance
        if any(known[key] != visit for key, visit in own.items()):
            visits = tuple(own.get(visit.id, visit) for visit in instance.visits)
            instance = replace(instance, visits=visits)
        checked = Checked(self.instance, self.assignments, self.report)
        desk = replace(self, view=stored, instance=instance, held_by={}, checked=checked)
        kept = ["visits", "assignments"]
        kept += ["report", "targets"] if instance is self.instance else []
        # What was found out of the same visits holds for the plan that was stored.
        desk.__dict__.update({k: self.__dict__[k] for k in kept if k in self.__dict__})
        return desk
