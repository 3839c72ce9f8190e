"""The plan the window looks at: read once, off the UI thread, for all pages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.plans import PlanView
from ui.jobs import JobHandle, JobRunner

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace


class PlanStore(QObject):
    """Holds the latest plan version, or the one chosen; `plan_loaded` follows each reading."""

    plan_loaded = Signal(object)

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._plan: PlanView | None = None
        self._wanted: str | None = None
        self._known = ""
        self.loaded = False

    @property
    def plan(self) -> PlanView | None:
        """The plan on view; None while there is none."""
        return self._plan

    def show_plan(self, plan_id: str | None) -> None:
        """Look at another version; None is the latest."""
        self._wanted = plan_id
        self.reload()

    def put(self, plan: PlanView, change_id: str = "") -> None:
        """Take a plan just made, or as a change left it: told of that, it is not read again."""
        self._wanted = plan.info.id
        self._known = change_id
        self._take(plan)

    def on_changed(self, changes: Changes) -> None:
        """Read again when plans changed."""
        known = changes.change_id and changes.change_id == self._known
        self._known = ""  # told once; the same change done again is another matter
        if changes.touches(Topic.PLANS) and not known:
            self.reload()

    def reload(self) -> None:
        """Read the plan on a worker thread."""
        wanted, workspace = self._wanted, self._workspace

        def read(handle: JobHandle) -> PlanView | None:
            plan = self._read(wanted)
            if plan is not None:
                # The board names holidays, and a year's table of them takes a while to make.
                workspace.reference.calendar().name(plan.info.start)
            return plan

        def done(plan: PlanView | None) -> None:
            if self._wanted == wanted and (plan is None or plan.info.id != wanted):
                self._wanted = None  # gone: the latest from now on
            self._take(plan)

        self._jobs.start(self.tr("读取排班方案"), read, done, key="plan-store", quiet=True)

    def _read(self, wanted: str | None) -> PlanView | None:
        planning = self._workspace.planning
        if wanted:
            with suppress(NotFoundError):  # the planning of this version was taken back
                return planning.view(wanted)
        return planning.latest()

    def _take(self, plan: PlanView | None) -> None:
        self._plan = plan
        self.loaded = True
        self.plan_loaded.emit(plan)
