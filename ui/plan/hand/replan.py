"""Planning a part of the plan on view anew, all else left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.editing import Edited
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plan_changes import PlanDifference
from envoy_app.domain.plans import PlanView
from ui.context import AppContext
from ui.parts import allow
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.replan_sheets import ReplanForm, ReplanOutcome
from ui.plan.hand.replan_words import Part
from ui.plan.run.search_dialog import RESULT, SETUP, Ask, Interrupted, SearchDialog, Tell

Found = tuple[Edited | PlanView, PlanDifference]


class ReplanDialog(SearchDialog):
    """Says what may change, searches, and shows what changed.

    Signals: `replanned` the ids of the visits that changed, `visit_requested` a plan's id and a
    visit's.
    """

    replanned = Signal(object)
    visit_requested = Signal(str, str)

    def __init__(
        self, context: AppContext, editor: PlanEditor, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, parent)
        self._editor = editor
        self._plan: PlanView | None = None
        self._nothing = ""
        self._change = ""
        self._held = False
        self.setWindowTitle(self.tr("局部重排"))
        self.form = ReplanForm()
        self.outcome = ReplanOutcome(context)
        names = self.tr("开始重排"), self.tr("再排一次"), self.tr("查看排班")
        self._build(self.form, self.outcome, names)
        self.undo_button = self._button(self.tr("撤销这次重排"), self.take_back)
        self._add_to_result(self.undo_button)
        self.form.readiness_changed.connect(self._ready)
        self.form.as_version.toggled.connect(lambda _on: self._allow())
        self.outcome.visit_requested.connect(self.visit_requested)
        self._editor.state_changed.connect(self._allow)
        self._context.undo.steps_changed.connect(self._allow)
        self.set_up()

    def ask(self, plan: PlanView | None, parts: Sequence[Part], chosen: int = 0) -> None:
        """Offer parts of a plan, one of them chosen; a search that runs is shown instead."""
        if not self.running:
            self._plan = plan
            self.form.show_plan(plan, parts, chosen)
        self.open_beside()

    @override
    def set_up(self) -> None:
        self._show_sheet(SETUP)
        self.form.look_at(self._shown())

    def _ready(self, why_not: str) -> None:
        self._nothing = why_not
        self._allow()

    def _allow(self) -> None:
        """Say why nothing can be started, and whether the last change can be taken back."""
        held = "" if self.form.new_version or self._editor.read_only else self._editor.why_not
        allow(self.start_button, self._nothing or held)
        gone = self.tr("已经撤销，或只能在“历史”页撤销")
        allow(self.undo_button, "" if self._step() else gone)

    # The search ------------------------------------------------------------------------------

    @override
    def start(self) -> None:
        self._allow()
        plan, part = self._shown(), self.form.chosen
        if self.running or plan is None or part is None or not self.start_button.isEnabled():
            return
        self._held = not self.form.new_version
        if self._held:
            self._editor.hold(self.tr("正在局部重排，停止或完成后才能改动"))
        self._search(
            self.tr("局部重排"),
            self.form.time_limit,
            partial(self._work, plan, part, self.form.time_limit, self.form.new_version),
            self._done,
            self._failed,
        )

    def _shown(self) -> PlanView | None:
        """The plan asked about, as it is by now."""
        shown, plan = self._context.plans.plan, self._plan
        same = shown is not None and plan is not None and shown.info.id == plan.info.id
        return shown if same else plan

    def _work(
        self, plan: PlanView, part: Part, limit: float, new: bool, tell: Tell, ask: Ask
    ) -> Found:
        workspace = self._context.workspace
        found = workspace.editing.replan(
            plan.info.id, part.scope, tell, ask, time_limit=limit, new_version=new
        )
        after = found.plan if isinstance(found, Edited) else found
        return found, workspace.comparing.compare_views(plan, after)

    def _done(self, found: Found) -> None:
        made, difference = found
        ids = tuple(change.shown.id for change in difference.visits)
        if isinstance(made, Edited):
            self._change = made.changes.change_id
            self._plan = made.plan
            self._editor.take(made)
            hint = self.tr("双击一行在排班表上查看。按 Ctrl+Z 可以撤销整次重排。")
        else:
            self._change = ""
            self._plan = made
            self._context.plans.put(made)
            text = self.tr("重排的结果存为 {0}").format(made.info.title)
            self._context.publish(Changes(frozenset({Topic.PLANS}), text))
            hint = self.tr("已存为“{0}”，原来的一版没有变。").format(made.info.title)
        self.outcome.show_difference(difference, self._ending, hint)
        self._show_sheet(RESULT)
        self.undo_button.setVisible(isinstance(made, Edited))
        self._allow()
        self.replanned.emit(ids)

    def _failed(self, error: Exception) -> None:
        if self._held:
            self._editor.release()
        self.set_up()
        if isinstance(error, Cancelled):
            sentence = self.tr("已取消局部重排，方案没有改动。")
        elif isinstance(error, Interrupted):
            sentence = self.tr("局部重排意外中断，方案没有改动，可以再试一次。")
        else:
            sentence = str(error)
        self.form.tell(sentence)
        self._context.notify(sentence)

    # Taking it back --------------------------------------------------------------------------

    def _step(self) -> bool:
        """Whether the last search is still the newest change."""
        steps = self._context.undo.steps.undo
        return bool(self._change and steps and steps[0].id == self._change)

    def take_back(self) -> None:
        """Take back what the last search has changed."""
        if self._step():
            self._context.undo.turn()
            self.hide()
