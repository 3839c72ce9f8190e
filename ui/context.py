"""What pages share: the workspace, the jobs, one selection, and the ways to speak to the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import UserError
from ui.conflict_store import ConflictStore
from ui.crash import CrashReporter
from ui.jobs import JobRunner
from ui.plan_store import PlanStore
from ui.preferences import Preferences
from ui.undo import UndoKeeper

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace


class Selection(QObject):
    """The one selection that runs through all pages; None is nothing selected."""

    county_changed = Signal(object)
    envoy_changed = Signal(object)
    visit_changed = Signal(object)
    demand_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._county: str | None = None
        self._envoy: str | None = None
        self._visit: str | None = None
        self._demand: str | None = None

    @property
    def county(self) -> str | None:
        """Code of the county that filters the pages."""
        return self._county

    @county.setter
    def county(self, code: str | None) -> None:
        if code != self._county:
            self._county = code
            self.county_changed.emit(code)

    @property
    def envoy(self) -> str | None:
        """Id of the envoy looked at."""
        return self._envoy

    @envoy.setter
    def envoy(self, envoy_id: str | None) -> None:
        if envoy_id != self._envoy:
            self._envoy = envoy_id
            self.envoy_changed.emit(envoy_id)

    @property
    def visit(self) -> str | None:
        """Id of the visit looked at."""
        return self._visit

    @visit.setter
    def visit(self, visit_id: str | None) -> None:
        if visit_id != self._visit:
            self._visit = visit_id
            self.visit_changed.emit(visit_id)

    @property
    def demand(self) -> str | None:
        """Id of the demand looked at."""
        return self._demand

    @demand.setter
    def demand(self, demand_id: str | None) -> None:
        if demand_id != self._demand:
            self._demand = demand_id
            self.demand_changed.emit(demand_id)


class AppContext(QObject):
    """Handed to every page; holds no logic of its own.

    Signals: `changed` carries Changes after every write, `navigate_requested` a page key,
    `notified` a sentence for the status bar, `error_shown` a sentence for the message strip,
    `reopen_requested` what to say once the database, replaced by a backup, is open anew,
    `history_requested` a HistoryQuestion, or None for the whole history, `absence_requested` an
    AbsenceQuestion: who takes the visits of somebody who cannot come, `part_requested` a page key
    and what to show there (see `Page.show_part`).
    """

    changed = Signal(object)
    navigate_requested = Signal(str)
    part_requested = Signal(str, object)
    notified = Signal(str)
    error_shown = Signal(str)
    import_requested = Signal(object)
    open_database_requested = Signal()
    reopen_requested = Signal(str)
    backup_made = Signal()
    history_requested = Signal(object)
    absence_requested = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        crash: CrashReporter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.preferences = preferences
        self.crash = crash
        self.selection = Selection(self)
        self.jobs = JobRunner(self.show_error, crash.report, self)
        self.plans = PlanStore(workspace, self.jobs, self)
        self.changed.connect(self.plans.on_changed)
        self.conflicts = ConflictStore(workspace, self.jobs, self.plans, self)
        self.changed.connect(self.conflicts.on_changed)
        self.undo = UndoKeeper(self)

    def publish(self, changes: Changes) -> None:
        """Tell all pages what a service just wrote, and the user too."""
        self.changed.emit(changes)
        if changes.description:
            self.notify(changes.description)

    def navigate(self, page_key: str) -> None:
        """Ask the window to show a page."""
        self.navigate_requested.emit(page_key)

    def go(self, page_key: str, part: Mapping[str, str]) -> None:
        """Ask the window to show a page, and there what `part` names (see `Page.show_part`)."""
        self.part_requested.emit(page_key, dict(part))

    def request_import(self, kind: object = None) -> None:
        """Ask the window to show the page of imports; `kind` says which list the user came from."""
        self.import_requested.emit(kind)

    def notify(self, text: str) -> None:
        """Show a passing sentence in the status bar."""
        self.notified.emit(text)

    def show_error(self, error: Exception) -> None:
        """Show a UserError's sentence; anything else goes to the crash dialog."""
        if isinstance(error, UserError):
            self.error_shown.emit(str(error))
        else:
            self.crash.report(error)
