"""Workbooks of what is stored: roster, demands, teams, plans and changes; templates to fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import Envoy
from envoy_app.domain.plan_changes import PlanDifference
from envoy_app.domain.whatif import WhatIfResult
from envoy_app.io.atomic import write_atomically
from envoy_app.io.workbooks.changes_workbook import (
    write_announcement_workbook,
    write_changes_workbook,
)
from envoy_app.io.workbooks.demand_workbook import write_demand_workbook
from envoy_app.io.workbooks.plan_workbook import write_plan_workbook
from envoy_app.io.workbooks.roster_workbook import write_roster_workbook
from envoy_app.io.workbooks.team_workbook import write_team_workbook
from envoy_app.io.workbooks.templates import write_template
from envoy_app.io.workbooks.variants_workbook import write_variants_workbook
from envoy_app.services.context import ServiceContext
from envoy_app.services.current_teams import current_teams
from envoy_app.services.plan_comparing import ComparingService
from envoy_app.services.plan_source import stored_plan
from envoy_app.services.team_instances import TeamInputs, build_teams
from envoy_app.services.whatif_figures import side_by_side


def _local_now() -> datetime:
    return datetime.now().astimezone()


class ExportService:
    """Writes workbooks and pictures, each whole or not at all. May be called from any thread.

    A workbook's name without .xlsx gets it; every method returns the path written and raises
    InputError where the file cannot be written.
    """

    def __init__(
        self,
        context: ServiceContext,
        *,
        now: Callable[[], datetime] = _local_now,
    ) -> None:
        """`now` is replaced in tests."""
        self._context = context
        self._now = now

    def plan_workbook(self, target: Path, plan_id: str | None = None) -> Path:
        """Write a plan version (the newest where None).

        Raises:
            InputError: no plan yet, or the file cannot be written.
            NotFoundError: no plan has this id.
        """
        view = stored_plan(self._context, plan_id)
        reference, made = self._context.reference, self._now()
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        return _written(
            target, lambda path: write_plan_workbook(path, view, gazetteer, vocabulary, made)
        )

    def picture(self, path: Path, data: bytes) -> Path:
        """Write a picture that is made already."""

        def write(target: Path) -> None:
            target.write_bytes(data)

        return write_atomically(path, write)

    def changes_workbook(self, target: Path, plan_id: str, against: str | None = None) -> Path:
        """Write how a plan version differs from another, and who must be told.

        Where `against` is None it is the version of the same plan in force; where none is, all
        who are in the version are told of their visits.

        Raises:
            InputError: the file cannot be written.
            NotFoundError: a version does not exist.
        """
        comparing = ComparingService(self._context)
        if against is None:
            difference = comparing.against_published(plan_id)
        else:
            difference = comparing.compare(against, plan_id)
        if difference is not None:
            return self.difference_workbook(target, difference)
        info, notices = stored_plan(self._context, plan_id).info, comparing.announcement(plan_id)
        made = self._now()
        return _written(target, lambda path: write_announcement_workbook(path, info, notices, made))

    def difference_workbook(self, target: Path, difference: PlanDifference) -> Path:
        """Write a difference between any two versions or variants."""
        reference, made = self._context.reference, self._now()
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        return _written(
            target,
            lambda path: write_changes_workbook(path, difference, gazetteer, vocabulary, made),
        )

    def variants_workbook(self, target: Path, result: WhatIfResult) -> Path:
        """Write variants of a plan side by side, and what each would change.

        Raises:
            InputError: the file cannot be written.
        """
        base, comparing = result.base.plan, ComparingService(self._context)
        found = {
            view.name: comparing.rearranged(base, view.plan)
            for view in result.variants
            if base is not None and view.plan is not None
        }
        counts = [len(found[v.name].visits) if v.name in found else 0 for v in result.variants]
        table, made = side_by_side(result, counts), self._now()
        reference = self._context.reference
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        return _written(
            target,
            lambda path: write_variants_workbook(
                path, table, tuple(found.items()), gazetteer, vocabulary, made
            ),
        )

    def roster_workbook(self, target: Path, *, envoys: Sequence[Envoy] | None = None) -> Path:
        """Write envoys, all active ones where None; the import reads them back the same."""
        people = self._active() if envoys is None else tuple(envoys)
        reference, made = self._context.reference, self._now()
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        return _written(
            target, lambda path: write_roster_workbook(path, people, gazetteer, vocabulary, made)
        )

    def demands_workbook(self, target: Path) -> Path:
        """Write all demands; the import reads them back the same."""
        with self._context.read() as uow:
            demands = uow.demands.all()
        reference, made = self._context.reference, self._now()
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        return _written(
            target, lambda path: write_demand_workbook(path, demands, gazetteer, vocabulary, made)
        )

    def teams_workbook(self, target: Path) -> Path:
        """Write today's teams: leaders, members, groups, what each lacks, and the reserve.

        Raises:
            InputError: nobody has a team or a base county yet, or the file cannot be written.
        """
        envoys = self._active()
        reference, made = self._context.reference, self._now()
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        inputs = TeamInputs(gazetteer, reference.travel(), reference.standards(), envoys)
        found = current_teams(build_teams(inputs), envoys, vocabulary)
        return _written(
            target,
            lambda path: write_team_workbook(
                path, found.teams, found.reserve, gazetteer, vocabulary, made
            ),
        )

    def template(self, kind: ImportKind, target: Path) -> Path:
        """Write an empty form for a roster or for demands, with drop-down lists."""
        reference = self._context.reference
        gazetteer, vocabulary = reference.gazetteer(), reference.vocabulary()
        made = self._now()
        return _written(
            target, lambda path: write_template(path, kind, gazetteer, vocabulary, made)
        )

    def _active(self) -> tuple[Envoy, ...]:
        with self._context.read() as uow:
            return tuple(envoy for envoy in uow.envoys.all() if envoy.active)


def _written(target: Path, write: Callable[[Path], None]) -> Path:
    return write_atomically(_workbook_name(target), write)


def _workbook_name(target: Path) -> Path:
    # Excel refuses a workbook under another ending, and the user would blame the file.
    return target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")
