"""What if (假如): choose variants of the plan on view, watch them solved, compare, keep one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import PlanInfo, PlanView
from envoy_app.domain.whatif import WhatIf, WhatIfResult
from envoy_app.services.planning import PlanRequest
from envoy_app.services.whatif_figures import side_by_side
from ui import theme
from ui.context import AppContext
from ui.dialog import LastingDialog
from ui.exporting import ExportButton, ExportChoice
from ui.icons import IconName
from ui.jobs import Job, JobHandle
from ui.parts import EmptyState, allow, button, label
from ui.plan.change_rows import ChangeRow, ChangeWords
from ui.plan.variants.result import Compared, ResultSheet, titles
from ui.plan.variants.running import RunSheet, VariantsProgress, as_progress
from ui.plan.variants.setup import SetupSheet

EMPTY, SETUP, RUNNING, RESULT = range(4)
# A screen of 1366×768 at 150 % leaves a window of 910×512.
LEAST, ROOM = QSize(840, 470), 0.94


class VariantsDialog(LastingDialog):
    """Stays open beside the window.

    Signals: `plan_kept` the PlanView just stored, `visit_requested` a version's and a visit's id,
    `running_changed` a bool, `planning_requested` where there is no plan yet.
    """

    plan_kept = Signal(object)
    visit_requested = Signal(str, str)
    running_changed = Signal(bool)
    planning_requested = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._compared: Compared | None = None
        self._record = 0
        self._kept: dict[int, PlanInfo] = {}
        self._keeping = False
        self.setWindowTitle(self.tr("假如"))
        self.setModal(False)
        self.setMinimumSize(LEAST)
        self.setup, self.progress, self.results = SetupSheet(context), RunSheet(), ResultSheet()
        self._build()
        self._connect()
        self._show_sheet(EMPTY)

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.sheets = QStackedWidget()
        plan = button(self.tr("先排班…"), self._ask_for_plan, look="primary")
        title, hint = self.tr("还没有排班方案"), self.tr("先排出一个方案，再来比较几种改法。")
        self.sheets.addWidget(EmptyState(IconName.PLAN, title, hint, plan))
        for sheet in (self.setup, self.progress, self.results):
            self.sheets.addWidget(sheet)
        self._build_buttons()
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(2))
        box.addWidget(self.sheets, 1)
        box.addLayout(self._build_foot())
        for part in self.findChildren(QPushButton):
            part.setAutoDefault(False)  # Enter belongs to the list and to the form

    def _build_buttons(self) -> None:
        self.start_button = button(self.tr("开始比较"), self.start, look="primary")
        self.back_button = button(self.tr("回到上次的结果"), lambda: self._show_sheet(RESULT))
        self.hide_button = button(self.tr("在后台继续"), self.hide)
        self.hide_button.setToolTip(self.tr("关上这个窗口，求解继续，进度在状态栏"))
        self.stop_button = button(self.tr("停止，看已有的结果"), self.stop)
        self.stop_button.setToolTip(self.tr("已求解的改法照样比较；没有轮到的留空"))
        self.again_button = button(self.tr("再试几种…"), self.set_up)
        self.keep_button = button(self.tr("保留为新版本"), self.keep, look="primary")
        self.close_button = button(self.tr("关闭"), self.hide)
        self.export = ExportButton(self._context, self._exports)
        self.export.setText(self.tr("导出 Excel"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setProperty("framed", True)
        self.copy_button = button(self.tr("复制"), self._copy, icon=IconName.COPY)
        self.copy_button.setToolTip(self.tr("复制整张对比表，可以贴进 Excel"))
        self.busy = label(look="muted")

    def _build_foot(self) -> QHBoxLayout:
        left = (
            self.hide_button,
            self.export,
            self.copy_button,
            self.again_button,
            self.back_button,
        )
        right = (self.close_button, self.stop_button, self.start_button, self.keep_button)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for part in left:
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.busy)
        for part in right:
            row.addWidget(part)
        return row

    def _connect(self) -> None:
        self.setup.readiness_changed.connect(lambda why_not: allow(self.start_button, why_not))
        self.results.chosen_changed.connect(lambda _place: self._show_keep())
        self.results.visit_requested.connect(self._go_to)
        self.keep_action = QAction(self.tr("保留为新版本"), self)
        self.keep_action.triggered.connect(self.keep)
        self.results.table.addAction(self.keep_action)
        self._context.changed.connect(self._changed)
        self._context.plans.plan_loaded.connect(self._take_plan)

    def _show_sheet(self, sheet: int) -> None:
        self.sheets.setCurrentIndex(sheet)
        shown: dict[int, tuple[QWidget, ...]] = {
            EMPTY: (self.close_button,),
            SETUP: (self.start_button, self.close_button),
            RUNNING: (self.stop_button, self.hide_button),
            RESULT: (
                *(self.export, self.copy_button, self.again_button),
                *(self.close_button, self.keep_button),
            ),
        }
        for parts in shown.values():
            for part in parts:
                part.setVisible(part in shown[sheet])
        self.back_button.setVisible(sheet == SETUP and self._compared is not None)

    # Opening ---------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether variants are being solved."""
        return self._job is not None

    def open_beside(self, *, presets: bool = False) -> None:
        """Show the run under way, else the result for the plan on view, else the choice.

        With `presets` the other presets are chosen where nothing is.
        """
        window = self.parentWidget()
        if window is not None and not self.isVisible():
            self.resize((window.size() * ROOM).expandedTo(LEAST))
            self.move(window.geometry().center() - self.rect().center())
        if not self.running and not self._fits_view():
            self.set_up(presets=presets)
        self.show()
        self.raise_()
        self.activateWindow()

    def _fits_view(self) -> bool:
        """Whether the result shown is of the plan on view, or of one kept from it."""
        plan = self._context.plans.plan
        if plan is None or self._compared is None or self.sheets.currentIndex() != RESULT:
            return False
        kept = (info.id for info in self._kept.values())
        return plan.info.id in {self._compared.plan_id, *kept}

    def set_up(self, *, presets: bool = False) -> None:
        """Show what can be tried on the plan on view; see `open_beside`."""
        plan = self._context.plans.plan
        if plan is None:
            self._show_sheet(EMPTY)
            return
        self.setup.set_up(plan.info, presets=presets)
        self._show_sheet(SETUP)
        self.setup.list.setFocus()

    def _take_plan(self, plan: PlanView | None) -> None:
        """Follow the plan on view as long as nothing is compared yet."""
        sheet = self.sheets.currentIndex()
        if sheet == RESULT:
            self._show_note()
        elif self.isVisible() and plan is not None and sheet == SETUP:
            self.setup.set_up(plan.info)  # leaves the keyboard where it is
        elif self.isVisible() and sheet in (EMPTY, SETUP):
            self.set_up()

    def _ask_for_plan(self) -> None:
        self.hide()
        self.planning_requested.emit()

    # Solving ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Solve the variants chosen, one after the other."""
        plan = self._context.plans.plan
        if self.running or plan is None or not self.start_button.isEnabled():
            return
        request, variants = self.setup.request, self.setup.chosen
        self.setup.tell("")
        self._record = plan.info.record_version
        self.progress.start(variants, plan.info.score, request.time_limit)
        self._show_sheet(RUNNING)
        allow(self.stop_button, "", self.stop_button.toolTip())
        plan_id = plan.info.id
        self._job = self._context.jobs.start(
            self.tr("比较几种改法"),
            lambda handle: self._run(handle, request, variants, plan_id),
            self._done,
            self._failed,
        )
        self._job.progressed.connect(self._progressed)
        self._job.cancel_requested.connect(self._stopping)
        self.running_changed.emit(True)

    def _run(
        self, handle: JobHandle, request: PlanRequest, variants: Sequence[WhatIf], plan_id: str
    ) -> Compared:
        workspace = self._context.workspace
        result = workspace.whatif.run(
            request,
            variants,
            lambda news: handle.report(as_progress(news, request.time_limit)),
            handle.cancelled,
            plan_id,
        )
        changes = tuple(self._changes(result, place, plan_id) for place in range(len(variants)))
        return Compared(
            result, side_by_side(result, [len(rows) for rows in changes]), changes, plan_id
        )

    def _changes(self, result: WhatIfResult, place: int, plan_id: str) -> tuple[ChangeRow, ...]:
        base, plan = result.base.plan, result.variants[place].plan
        if base is None or plan is None:
            return ()
        workspace = self._context.workspace
        # What a demand says is the same for all: only time and people are a variant's doing.
        difference = workspace.comparing.rearranged(base, plan)
        reference = workspace.reference
        words = ChangeWords(difference, reference.gazetteer(), reference.vocabulary(), titles())
        # A variant is not stored: the board shows the visit as it is in the version compared.
        return tuple(replace(row, plan_id=plan_id) for row in words.rows())

    def stop(self) -> None:
        """End the search; what was found is compared."""
        if self._job:
            self._job.cancel()

    def _stopping(self) -> None:
        self.progress.say(self.tr("正在停止，比较已有的结果…"))
        allow(self.stop_button, self.tr("正在停止"))

    def _progressed(self, progress: object) -> None:
        if not isinstance(progress, VariantsProgress) or progress.news is None:
            return
        if self._job and not self._job.cancelling:
            self.progress.take(progress.news)

    def _done(self, compared: Compared) -> None:
        self._end()
        self._compared = compared
        self._kept = {}
        self.results.show_compared(compared)
        self._show_sheet(RESULT)
        self._show_note()
        self._show_keep()
        found = sum(view.plan is not None for view in compared.result.variants)
        self._context.notify(self.tr("已比较 {0} 种改法").format(found))

    def _failed(self, error: Exception) -> None:
        wanted = self._job is not None and self._job.cancelling
        self._end()
        if not isinstance(error, Cancelled):
            sentence = str(error)
        elif wanted:
            sentence = self.tr("已停止，还没有可以比较的结果，没有改动任何内容。")
        else:
            sentence = self.tr("比较意外中断，没有改动任何内容，可以再试一次。")
        self.setup.tell(sentence)
        self._show_sheet(SETUP)
        self._context.notify(sentence)

    def _end(self) -> None:
        self._job = None
        self.progress.stop()
        self.running_changed.emit(False)

    # The result ------------------------------------------------------------------------------

    def _show_note(self) -> None:
        compared = self._compared
        if compared is None:
            return
        plan = self._context.plans.plan
        on_view = plan is not None and plan.info.id == compared.plan_id
        if on_view and plan is not None and plan.info.record_version != self._record:
            sentence = self.tr(
                "这个方案在比较之后又改过，下面是改之前的比较；可以点“再试几种”重新比较。"
            )
        elif not compared.base_is_stored:
            sentence = self.tr(
                "这个方案与现在的名册、需求或标准不同，或手工调整过，所以“现状”一列按现在的数据重新排过。"
            )
        else:
            sentence = ""
        self.results.tell(sentence)

    def _show_keep(self) -> None:
        why_not = self._why_not_keep()
        hint = self.tr("把这种改法的安排存为一版草案；可以撤销")
        allow(self.keep_button, why_not, hint)
        self.keep_action.setEnabled(not why_not)
        self.keep_action.setToolTip(why_not or hint)
        kept = self._kept.get(self.results.table.chosen)
        self.busy.setText(self.tr("已保留为“{0}”").format(kept.title) if kept else "")

    def _why_not_keep(self) -> str:
        compared, view = self._compared, self.results.chosen
        if compared is None or view is None:
            return self.tr("先点表中的一列")
        if self._keeping:
            return self.tr("正在保留")
        if view.plan is None:
            return view.error
        if view is compared.result.base and compared.base_is_stored:
            return self.tr("现状就是已保存的“{0}”").format(view.plan.info.title)
        kept = self._kept.get(self.results.table.chosen)
        return self.tr("已保留为“{0}”").format(kept.title) if kept else ""

    def keep(self) -> None:
        """Store the variant chosen as a draft version."""
        view, place, compared = self.results.chosen, self.results.table.chosen, self._compared
        if view is None or self._why_not_keep():
            return
        self._keeping = True
        self._show_keep()
        service = self._context.workspace.whatif
        self._context.jobs.start(
            self.tr("保留为新版本"),
            lambda _handle: service.keep(view),
            lambda plan: self._keep_done(compared, place, plan),
            self._keep_failed,
        )

    def _keep_done(self, compared: Compared | None, place: int, plan: PlanView) -> None:
        self._keeping = False
        if compared is self._compared:
            self._kept[place] = plan.info
        self._show_keep()
        self.plan_kept.emit(plan)

    def _keep_failed(self, error: Exception) -> None:
        self._keeping = False
        self._show_keep()
        if not isinstance(error, Cancelled):
            self._context.show_error(error)

    def _changed(self, changes: Changes) -> None:
        """Forget what was kept where the keeping was undone."""
        if not self._kept or not changes.touches(Topic.PLANS):
            return
        planning = self._context.workspace.planning
        self._context.jobs.start(
            self.tr("读取各版方案"),
            lambda _handle: planning.plans(),
            self._forget,
            key="variants-kept",
            quiet=True,
        )

    def _forget(self, plans: tuple[PlanInfo, ...]) -> None:
        known = {info.id for info in plans}
        self._kept = {place: info for place, info in self._kept.items() if info.id in known}
        self._show_keep()

    def _go_to(self, row: ChangeRow) -> None:
        kept = self._kept.get(self.results.table.chosen)
        self.hide()
        self.visit_requested.emit(kept.id if kept else row.plan_id, row.visit_id)

    def _copy(self) -> None:
        self.results.table.copy()
        self._context.notify(self.tr("已复制对比表，可以贴进 Excel"))

    def _exports(self) -> Sequence[ExportChoice]:
        compared = self._compared
        if compared is None:
            return ()
        exports = self._context.workspace.exports
        return (
            ExportChoice(
                self.tr("指标对比、改法、变化…"),
                self.tr("{0}几种改法对比").format(compared.table.title),
                lambda path: exports.variants_workbook(path, compared.result),
            ),
        )
