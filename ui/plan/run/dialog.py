"""The run dialog: set up, watch, stop; stays open beside a live window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import PlanView
from envoy_app.services.planning import PlanProgress, PlanRequest
from ui import theme
from ui.context import AppContext
from ui.dialog import LastingDialog
from ui.jobs import Job, JobHandle
from ui.plan.labels import Labels
from ui.plan.run.panels import ResultPanel, RunPanel
from ui.plan.run.setup_form import SetupForm
from ui.plan.run.state import SearchProgress, as_progress

SETUP, RUNNING, RESULT = range(3)


class RunDialog(LastingDialog):
    """Plans on request.

    Signals: `plan_made` the stored PlanView, `running_changed` a bool, `variants_requested` where
    the plan made is to be compared with others.
    """

    plan_made = Signal(object)
    running_changed = Signal(bool)
    variants_requested = Signal()

    def __init__(self, context: AppContext, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._discard = threading.Event()
        self._ending = ""
        self.setWindowTitle(self.tr("排班"))
        self.setModal(False)
        self.setMinimumWidth(theme.px(224))
        self.setMinimumHeight(theme.px(116))
        self.form = SetupForm(context, today)
        self.panel = RunPanel()
        self.result_panel = ResultPanel()
        self._build()
        self.form.readiness_changed.connect(self._readiness)
        self._readiness(self.tr("正在计算工作日和服务"))
        self._show_sheet(SETUP)

    @property
    def running(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None

    def _build(self) -> None:
        self.sheets = QStackedWidget()
        for sheet in (self.form, self.panel, self.result_panel):
            self.sheets.addWidget(sheet)
        self.start_button = self._button(self.tr("开始排班"), self.start, primary=True)
        self.adopt_button = self._button(self.tr("停止并采用"), self.stop_and_adopt, primary=True)
        self.cancel_button = self._button(self.tr("取消"), self.cancel)
        self.hide_button = self._button(self.tr("在后台继续"), self.hide)
        self.again_button = self._button(self.tr("再排一次"), self.set_up)
        self.variants_button = self._button(self.tr("再试几种改法…"), self._try_others)
        self.variants_button.setToolTip(self.tr("换个侧重、多一名专家会怎样：并列比较"))
        self.close_button = self._button(self.tr("关闭"), self.hide)
        self.show_button = self._button(self.tr("查看排班"), self.hide, primary=True)
        self.hide_button.setToolTip(self.tr("关上这个窗口，求解继续，进度在状态栏"))
        row = QHBoxLayout()
        row.addWidget(self.hide_button)
        row.addWidget(self.again_button)
        row.addWidget(self.variants_button)
        row.addStretch(1)
        for button in (self.cancel_button, self.close_button):
            row.addWidget(button)
        for button in (self.start_button, self.adopt_button, self.show_button):
            row.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(3))
        box.addWidget(self.sheets, 1)
        box.addLayout(row)

    def _button(
        self, text: str, action: Callable[[], None], *, primary: bool = False
    ) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("primary", primary)
        button.setAutoDefault(primary)
        button.clicked.connect(lambda: action())
        return button

    def _show_sheet(self, sheet: int) -> None:
        self.sheets.setCurrentIndex(sheet)
        shown = {
            SETUP: (self.start_button, self.close_button),
            RUNNING: (self.adopt_button, self.cancel_button, self.hide_button),
            RESULT: (self.show_button, self.again_button, self.variants_button),
        }
        for buttons in shown.values():
            for button in buttons:
                button.setVisible(button in shown[sheet])
        shown[sheet][0].setDefault(True)

    def open_beside(self) -> None:
        """Show the dialog: the search that runs, else the form."""
        if not self.running:
            self.set_up()
        self.show()
        self.raise_()
        self.activateWindow()

    def set_up(self) -> None:
        """Show the form with fresh figures."""
        self._show_sheet(SETUP)
        self.form.refresh()

    def start(self) -> None:
        """Start planning what the form asks for."""
        if self.running or not self.start_button.isEnabled():
            return
        request = self.form.request
        self.form.shortages.stop()  # the search wants the processor for itself
        self._discard.clear()
        self._ending = ""
        self.panel.start(request.time_limit)
        self._show_sheet(RUNNING)
        self._job = self._context.jobs.start(
            self.tr("排班"), lambda handle: self._run(request, handle), self._done, self._failed
        )
        self._job.progressed.connect(self._progressed)
        self._job.cancel_requested.connect(self._stopping)
        self._enable_running()
        self.running_changed.emit(True)

    def _run(self, request: PlanRequest, handle: JobHandle) -> PlanView:
        def should_cancel() -> bool:
            # Stopping keeps the best plan; giving up must end the run before it is stored.
            if self._discard.is_set():
                raise Cancelled
            return handle.cancelled()

        def tell(progress: PlanProgress) -> None:
            if progress.phase.endswith("。"):  # a sentence: how the search ended out of turn
                self._ending = progress.phase
            handle.report(as_progress(progress, request.time_limit))

        return self._context.workspace.planning.run(request, tell, should_cancel)

    def stop_and_adopt(self) -> None:
        """Ask the search to end and keep the best plan it has."""
        if self._job:
            self._job.cancel()

    def cancel(self) -> None:
        """End the search and keep nothing."""
        if self._job:
            self._discard.set()
            self.panel.say(self.tr("正在取消…"))
            self._job.cancel()

    def _stopping(self) -> None:
        discarding = self._discard.is_set()
        self.panel.say(self.tr("正在取消…") if discarding else self.tr("正在停止，采用最好的方案…"))
        self._enable_running()

    def _progressed(self, progress: object) -> None:
        if not isinstance(progress, SearchProgress) or progress.search is None:
            return
        if self._job and not self._job.cancelling:
            self.panel.take(progress.search)
            self._enable_running()

    def _enable_running(self) -> None:
        stopping = self._job is not None and self._job.cancelling
        found = self.panel.state.found
        self.adopt_button.setEnabled(found and not stopping)
        self.adopt_button.setToolTip(
            self.tr("结束求解，采用目前最好的方案")
            if found
            else self.tr("还没有找到方案；请再等一会儿，或取消")
        )
        self.cancel_button.setEnabled(not self._discard.is_set())
        self.cancel_button.setToolTip(
            self.tr("结束求解，不保存结果") if found else self.tr("结束求解，什么也不改")
        )

    def _done(self, plan: PlanView) -> None:
        self._end()
        reference = self._context.workspace.reference
        labels = Labels(plan, reference.gazetteer(), reference.vocabulary())
        self.result_panel.show_plan(plan, labels, self._ending)
        self._show_sheet(RESULT)
        self.plan_made.emit(plan)

    def _failed(self, error: Exception) -> None:
        wanted = self._job is not None and self._job.cancelling
        self._end()
        self._show_sheet(SETUP)
        if not isinstance(error, Cancelled):
            sentence = str(error)
        elif wanted:
            sentence = self.tr("已取消排班，没有改动任何内容。")
        else:
            sentence = self.tr("排班意外中断，没有改动任何内容，可以再试一次。")
        self.form.tell(sentence)
        self._context.notify(sentence)

    def _end(self) -> None:
        self._job = None
        self.panel.stop()
        self.running_changed.emit(False)

    def _try_others(self) -> None:
        self.hide()
        self.variants_requested.emit()

    def _readiness(self, why_not: str) -> None:
        self.start_button.setEnabled(not why_not)
        self.start_button.setToolTip(why_not)
