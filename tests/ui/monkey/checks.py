"""What must hold whatever the monkey did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog

import solver
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import UserError
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.services.backups import examine_database
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.workspace import Workspace

MOST_OF_A_KIND = 3
"""Dialogs of one class that may wait hidden for their next use."""
_NO_BACKUP = "还没有备份"  # the run may be shorter than the time until the first


def unsound_plans(workspace: Workspace) -> Iterator[str]:
    """Stored plans that break a hard rule of the instance they were made from."""
    for info in workspace.planning.plans():
        view = workspace.planning.view(info.id)
        with workspace.context.read() as uow:
            instance = instances_of(workspace.context).of(uow, view)
        report = solver.check(instance, assignments_of(view.visits))
        for item in report.violations:
            yield f"{info.title}: {item.message}"
        if ScoreView(*report.score) != view.info.score:
            yield f"{info.title}: stored score {view.info.score}, checked {report.score}"


def damage(path: Path) -> Iterator[str]:
    """What `envoy doctor` finds: the file, the schema, the chain of changes, the seals."""
    for problem in examine_database(path).problems:
        if not problem.startswith(_NO_BACKUP):
            yield problem


def unlike_after_undo(workspace: Workspace, tell) -> Iterator[str]:
    """What differs once the newest change was taken back and done again; `tell` gets Changes."""
    before = _content(workspace)
    try:
        undone: Changes = workspace.history.undo()
    except UserError:  # nothing to undo, or changed since: the user is asked
        return
    tell(undone)
    tell(workspace.history.redo())
    after = _content(workspace)
    for name, content in before.items():
        if after[name] != content:
            yield f"{name} not as before after undo and redo: {undone.description}"


def _content(workspace: Workspace) -> dict[str, object]:
    planning = workspace.planning
    return {
        "roster": workspace.roster.envoys(include_inactive=True),
        "demands": workspace.demands.demands(),
        "plans": tuple(_plan(planning.view(info.id)) for info in planning.plans()),
        "standards": workspace.reference.standards(),
    }


def _plan(view: PlanView) -> PlanView:
    """A plan but for the number that counts how often it was written."""
    return replace(view, info=replace(view.info, record_version=0))


def left_dialogs() -> Iterator[str]:
    """Dialogs that pile up unseen: each page may keep one for its next use."""
    kept = Counter(
        type(widget).__name__
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog)
    )
    for name, count in kept.items():
        if count > MOST_OF_A_KIND:
            yield f"{count} of {name} are left"
