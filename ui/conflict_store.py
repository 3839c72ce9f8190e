"""The rules that the plan on view breaks by now: asked once, off the UI thread, for all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.errors import UserError
from envoy_app.domain.plans import PlanView
from ui.jobs import Job, JobHandle, JobRunner
from ui.plan_store import PlanStore

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace

# Several changes in a row, and the work that follows each, are over before it is asked.
DELAY_MS = 300


class ConflictStore(QObject):
    """Keeps what today's roster, calendar and demands say of the plan on view.

    `conflicts_changed` follows each answer, and a plan about which nothing is known yet.
    """

    conflicts_changed = Signal()

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, plans: PlanStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._job: Job | None = None
        self._plan_id = ""
        self._broken: tuple[BrokenRule, ...] | None = None
        self._why_unknown = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._ask)
        plans.plan_loaded.connect(self._look_at)

    @property
    def plan_id(self) -> str:
        """The version that was asked about; "" while there is none."""
        return self._plan_id

    @property
    def broken(self) -> tuple[BrokenRule, ...] | None:
        """The rules that the plan on view breaks; None while that is not known."""
        return self._broken

    @property
    def why_unknown(self) -> str:
        """Why it cannot be known, in a sentence; "" while it is known or found out."""
        return self._why_unknown

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._timer.isActive() or self._job is not None

    def on_changed(self, changes: Changes) -> None:
        """Ask again when what the plan stands on changed; `plan_loaded` tells of the plan."""
        if self._plan_id and changes.touches(Topic.ROSTER, Topic.DEMANDS, Topic.SETTINGS):
            self._ask_soon()

    def _look_at(self, plan: PlanView | None) -> None:
        plan_id = plan.info.id if plan else ""
        if plan_id != self._plan_id:
            self._plan_id = plan_id
            self._take(None)
        if plan_id:
            self._ask_soon()

    def _ask_soon(self) -> None:
        self._drop()
        self._timer.start()

    def _drop(self) -> None:
        """What was asked about an older state is of no use."""
        self._timer.stop()
        if self._job is not None:
            self._job.drop()
            self._job = None

    def _ask(self) -> None:
        plan_id, workspace = self._plan_id, self._workspace
        if self._jobs.closed or not plan_id:
            return

        def work(handle: JobHandle) -> tuple[BrokenRule, ...]:
            return workspace.editing.broken(plan_id)

        self._job = self._jobs.start(
            self.tr("核对现在的名册和日历"),
            work,
            self._answered,
            self._failed,
            key="conflicts",
            quiet=True,
        )

    def _answered(self, broken: tuple[BrokenRule, ...]) -> None:
        self._job = None
        self._take(broken)

    def _failed(self, error: Exception) -> None:
        self._job = None
        known = isinstance(error, UserError)
        self._take(None, str(error) if known else self.tr("没有核对成功，按 F5 再试"))

    def _take(self, broken: tuple[BrokenRule, ...] | None, why_unknown: str = "") -> None:
        if broken is None:
            self._drop()
        self._broken, self._why_unknown = broken, why_unknown
        self.conflicts_changed.emit()
