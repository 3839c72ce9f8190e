"""What can be exported of the plan on view."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.plans import PlanView
from ui.context import AppContext
from ui.exporting import ExportChoice


def plan_exports(context: AppContext, view: PlanView | None) -> tuple[ExportChoice, ...]:
    """Return the files that a version can be written to, none where there is no plan."""
    if view is None:
        return ()
    plan_id = view.info.id
    text = "这一版方案（按县、按特派员、按日、覆盖、未排）…"
    return (
        ExportChoice(
            QCoreApplication.translate("PlanPage", text),
            view.info.title,
            lambda path: context.workspace.exports.plan_workbook(path, plan_id=plan_id),
        ),
    )
