"""The plan on view, open for changes by hand: prepared and changed off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.editing import Command, CureView, Edited, EditVerdict
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView
from ui.context import AppContext
from ui.jobs import Job, JobHandle
from ui.read_only import read_only_hint

if TYPE_CHECKING:
    from envoy_app.services.edit_session import EditSession

T = TypeVar("T")
Told = Callable[[EditVerdict | str], None]


class PlanEditor(QObject):
    """Keeps a session on the plan on view, and carries out one command at a time.

    Signals: `state_changed` whenever `why_not` may differ, `edited` an Edited once it is on view.
    """

    state_changed = Signal()
    edited = Signal(object)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: PlanView | None = None
        self._session: EditSession | None = None
        self._why_not = ""
        self._busy = ""
        self._opening: Job | None = None
        self._asking = False
        self._next: tuple[Command, Told] | None = None

    @property
    def why_not(self) -> str:
        """Why nothing can be changed now, "" where it can."""
        return self._busy or self._why_not

    @property
    def read_only(self) -> bool:
        """Whether the plan on view is no draft: it must be revised first."""
        return self._view is not None and self._view.info.state is not PlanState.DRAFT

    def look_at(self, view: PlanView | None) -> None:
        """Take the plan on view, and prepare it unless that is done already."""
        self._view = view
        if view is None or self.read_only:
            self._drop(read_only_hint(view.info) if view else self.tr("还没有排班方案"))
        elif self._session is None or self._session.plan.info != view.info:
            self._open(view)

    def leave(self) -> None:
        """Prepare nothing while nobody looks; `look_at` begins anew."""
        if self._opening is not None:
            self._drop("")

    def _drop(self, why_not: str) -> None:
        if self._opening is not None:
            self._opening.drop()
        self._session, self._opening, self._why_not = None, None, why_not
        self.state_changed.emit()

    def _open(self, view: PlanView) -> None:
        workspace, plan_id = self._context.workspace, view.info.id

        def work(handle: JobHandle) -> EditSession:
            # Asked for here: its modules take a quarter of a second to load.
            session = workspace.editing.open(plan_id)
            handle.raise_if_cancelled()
            session.prepare()
            return session

        self._drop(self.tr("正在准备手工调整，请稍候…"))
        self._opening = self._context.jobs.start(
            self.tr("准备手工调整"),
            work,
            self._opened,
            self._not_opened,
            key="edit-open",
            quiet=True,
        )

    def _opened(self, session: EditSession) -> None:
        self._session, self._opening, self._why_not = session, None, ""
        self.state_changed.emit()
        if self._view is not None and session.plan.info != self._view.info:
            # Changed while it was read: what is stored now is what is shown.
            self._context.plans.put(session.plan)

    def _not_opened(self, error: Exception) -> None:
        known = isinstance(error, UserError)
        self._opening = None
        self._why_not = str(error) if known else self.tr("没有准备好手工调整，按 F5 再试")
        self.state_changed.emit()

    # Asking ----------------------------------------------------------------------------------

    def ask(self, question: Callable[[EditSession], T], done: Callable[[T], None]) -> None:
        """Ask something of the session off the UI thread; the newest question counts."""
        session = self._session
        if session is None:
            return
        self._context.jobs.start(
            self.tr("判断每一处"),
            lambda handle: question(session),
            done,
            self._tell,
            key="edit-targets",
            quiet=True,
        )

    def verdict(self, command: Command, told: Told) -> None:
        """Ask for the exact verdict on a command; of those that wait only the newest is asked.

        `told` hears the verdict, or the sentence why the command does not fit the plan.
        """
        self._next = command, told
        self._ask()

    def forget(self) -> None:
        """Nobody waits for verdicts any more."""
        self._next = None

    def _ask(self) -> None:
        session = self._session
        if self._asking or self._next is None or session is None:
            return
        (command, told), self._next = self._next, None
        self._asking = True

        def heard(answer: EditVerdict | str) -> None:
            self._asking = False
            told(answer)
            self._ask()

        def failed(error: Exception) -> None:
            heard(str(error) if isinstance(error, UserError) else "")

        self._context.jobs.start(
            self.tr("判断一处改动"),
            lambda handle: session.verdict(command),
            heard,
            failed,
            quiet=True,
        )

    def cures(self, visit: str, done: Callable[[tuple[CureView, ...]], None]) -> None:
        """Look for proved cures of a visit left out; takes some seconds."""
        session = self._session
        if self.may() and session is not None:
            self._context.jobs.start(
                self.tr("查找可行的办法"),
                lambda handle: session.cures(visit),
                done,
                self._tell,
                key="edit-cures",
            )

    # Doing -----------------------------------------------------------------------------------

    def may(self) -> bool:
        """Whether something can be changed now; else the status bar says why not."""
        if self.why_not:
            self._context.notify(self.why_not)
        return not self.why_not

    def do(self, command: Command) -> bool:
        """Carry a command out; return whether it was begun. What is refused says why."""
        session = self._session
        if not self.may() or session is None:
            return False
        self._set_busy(self.tr("正在保存上一步改动，请稍候"))
        self._context.jobs.start(
            self.tr("调整方案"), lambda handle: session.do(command), self.take, self._refused
        )
        return True

    def hold(self, why: str) -> None:
        """Let nothing be changed while something longer works on the plan, till `release`."""
        self._set_busy(why)

    def release(self) -> None:
        """What held the plan has ended."""
        self._set_busy("")

    def take(self, edited: Edited) -> None:
        """Show a change of the plan that was carried out."""
        self._set_busy("")
        shown = self._view
        if shown is not None and shown.info.id == edited.plan.info.id:
            self._view = edited.plan
            self._context.plans.put(edited.plan, edited.changes.change_id)
        self._context.publish(edited.changes)
        self.edited.emit(edited)

    def _refused(self, error: Exception) -> None:
        self._set_busy("")
        self._tell(error)

    def revise(self) -> None:
        """Make a draft of the published version on view, and show it."""
        view, editing = self._view, self._context.workspace.editing
        if view is None or self._busy:
            self._context.notify(self.why_not)
            return
        plan_id = view.info.id
        self._set_busy(self.tr("正在修订为新的一版，请稍候"))
        self._context.jobs.start(
            self.tr("修订为新的一版"),
            lambda handle: editing.revise(plan_id),
            self._revised,
            self._refused,
        )

    def _revised(self, info: PlanInfo) -> None:
        self._set_busy("")
        self._context.plans.show_plan(info.id)
        text = self.tr("已修订为 {0}，可以手工调整了").format(info.title)
        self._context.publish(Changes(frozenset({Topic.PLANS}), text))

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._context.notify(str(error))

    def _set_busy(self, why: str) -> None:
        self._busy = why
        self.state_changed.emit()
