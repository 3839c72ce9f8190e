"""The run dialog: set up, watch, stop; stays open beside a live window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import PlanView
from ui.context import AppContext
from ui.parts import allow
from ui.plan.labels import Labels
from ui.plan.run.panels import ResultPanel
from ui.plan.run.search_dialog import RESULT, RUNNING, SETUP, Interrupted, SearchDialog
from ui.plan.run.setup_form import SetupForm

__all__ = ["RESULT", "RUNNING", "SETUP", "RunDialog"]


class RunDialog(SearchDialog):
    """Plans on request.

    Signals: `plan_made` the stored PlanView, `part_requested` the number of a part of the plan on
    view that is to be planned anew instead, `variants_requested` where the plan made is to be
    compared with others.
    """

    plan_made = Signal(object)
    part_requested = Signal(int)
    variants_requested = Signal()

    def __init__(self, context: AppContext, today: date, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setWindowTitle(self.tr("排班"))
        self.form = SetupForm(context, today)
        self.result_panel = ResultPanel()
        names = self.tr("开始排班"), self.tr("再排一次"), self.tr("查看排班")
        self._build(self.form, self.result_panel, names)
        self.variants_button = self._button(self.tr("再试几种改法…"), self._try_others)
        self.variants_button.setToolTip(self.tr("换个侧重、多一名专家会怎样：并列比较"))
        self._add_to_result(self.variants_button)
        self.form.readiness_changed.connect(self._readiness)
        self.form.scope.currentIndexChanged.connect(lambda _place: self._allow())
        self._why_not = ""
        self._readiness(self.tr("正在计算工作日和服务"))
        self._show_sheet(SETUP)

    def offer_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Offer parts of the plan on view, each with what it may change, besides a whole plan."""
        self.form.offer_parts(parts)

    @override
    def set_up(self) -> None:
        self._show_sheet(SETUP)
        self.form.refresh()

    @override
    def start(self) -> None:
        if self.running or not self.start_button.isEnabled():
            return
        if (part := self.form.part) is not None:
            self.hide()
            self.part_requested.emit(part)
            return
        request = self.form.request
        self.form.shortages.stop()  # the search wants the processor for itself
        planning = self._context.workspace.planning
        self._search(
            self.tr("排班"),
            request.time_limit,
            lambda tell, ask: planning.run(request, tell, ask),
            self._done,
            self._failed,
        )

    def _done(self, plan: PlanView) -> None:
        reference = self._context.workspace.reference
        labels = Labels(plan, reference.gazetteer(), reference.vocabulary())
        self.result_panel.show_plan(plan, labels, self._ending)
        self._show_sheet(RESULT)
        self.plan_made.emit(plan)

    def _failed(self, error: Exception) -> None:
        self._show_sheet(SETUP)
        if isinstance(error, Cancelled):
            sentence = self.tr("已取消排班，没有改动任何内容。")
        elif isinstance(error, Interrupted):
            sentence = self.tr("排班意外中断，没有改动任何内容，可以再试一次。")
        else:
            sentence = str(error)
        self.form.tell(sentence)
        self._context.notify(sentence)

    def _try_others(self) -> None:
        self.hide()
        self.variants_requested.emit()

    def _readiness(self, why_not: str) -> None:
        self._why_not = why_not
        self._allow()

    def _allow(self) -> None:
        whole = self.form.part is None
        allow(self.start_button, self._why_not if whole else "")
        self.start_button.setText(self.tr("开始排班") if whole else self.tr("下一步…"))
