"""A dialog that starts a search, shows how it goes and what came of it; the window stays live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.errors import Cancelled
from envoy_app.services.planning import PlanProgress
from ui import theme
from ui.context import AppContext
from ui.dialog import LastingDialog
from ui.jobs import Job, JobHandle
from ui.plan.run.panels import RunPanel
from ui.plan.run.state import SearchProgress, as_progress

SETUP, RUNNING, RESULT = range(3)
T = TypeVar("T")
Tell = Callable[[PlanProgress], None]
Ask = Callable[[], bool]


class SearchDialog(LastingDialog):
    """Three sheets: what is asked for, the search, what came of it.

    Signals: `running_changed` a bool.
    """

    running_changed = Signal(bool)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._discard = threading.Event()
        self._ending = ""
        self.setModal(False)
        self.setMinimumWidth(theme.px(224))
        self.setMinimumHeight(theme.px(116))
        self.panel = RunPanel()

    @property
    def running(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None

    # Building --------------------------------------------------------------------------------

    def _build(self, form: QWidget, result: QWidget, names: tuple[str, str, str]) -> None:
        """Put the sheets in place; `names` are those of the buttons that start, repeat and show."""
        self.sheets = QStackedWidget()
        for sheet in (form, self.panel, result):
            self.sheets.addWidget(sheet)
        self.start_button = self._button(names[0], self.start, primary=True)
        self.adopt_button = self._button(self.tr("停止并采用"), self.stop_and_adopt, primary=True)
        self.cancel_button = self._button(self.tr("取消"), self.cancel)
        self.hide_button = self._button(self.tr("在后台继续"), self.hide)
        self.again_button = self._button(names[1], self.set_up)
        self.close_button = self._button(self.tr("关闭"), self.hide)
        self.show_button = self._button(names[2], self.hide, primary=True)
        self.hide_button.setToolTip(self.tr("关上这个窗口，求解继续，进度在状态栏"))
        self._on_sheet = {
            SETUP: [self.start_button, self.close_button],
            RUNNING: [self.adopt_button, self.cancel_button, self.hide_button],
            RESULT: [self.show_button, self.again_button],
        }
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.hide_button)
        self.foot.addWidget(self.again_button)
        self.foot.addStretch(1)
        for button in (self.cancel_button, self.close_button):
            self.foot.addWidget(button)
        for button in (self.start_button, self.adopt_button, self.show_button):
            self.foot.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(3))
        box.addWidget(self.sheets, 1)
        box.addLayout(self.foot)

    def _button(
        self, text: str, action: Callable[[], None], *, primary: bool = False
    ) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("primary", primary)
        button.setAutoDefault(primary)
        button.clicked.connect(lambda: action())
        return button

    def _add_to_result(self, button: QPushButton) -> None:
        """Let a button stand with those of the last sheet."""
        self.foot.insertWidget(2, button)
        self._on_sheet[RESULT].append(button)

    def _show_sheet(self, sheet: int) -> None:
        self.sheets.setCurrentIndex(sheet)
        for buttons in self._on_sheet.values():
            for button in buttons:
                button.setVisible(button in self._on_sheet[sheet])
        self._on_sheet[sheet][0].setDefault(True)

    def open_beside(self) -> None:
        """Show the dialog: the search that runs, else the form."""
        if not self.running:
            self.set_up()
        self.show()
        self.raise_()
        self.activateWindow()

    def set_up(self) -> None:
        """Show the form with fresh figures."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the search that the form asks for."""
        raise NotImplementedError

    # The search ------------------------------------------------------------------------------

    def _search(
        self,
        title: str,
        limit: float,
        work: Callable[[Tell, Ask], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `work` on a job with ways to tell how it goes and to ask whether to stop.

        Stopping keeps the best there is; giving up makes the question raise Cancelled, so that
        the work ends before anything is stored.
        """
        self._discard.clear()
        self._ending = ""
        self.panel.start(limit)
        self._show_sheet(RUNNING)

        def run(handle: JobHandle) -> T:
            def should_cancel() -> bool:
                if self._discard.is_set():
                    raise Cancelled
                return handle.cancelled()

            def tell(progress: PlanProgress) -> None:
                if progress.phase.endswith("。"):  # a sentence: how the search ended out of turn
                    self._ending = progress.phase
                handle.report(as_progress(progress, limit))

            return work(tell, should_cancel)

        def heard(value: T) -> None:
            self._end()
            done(value)

        def refused(error: Exception) -> None:
            wanted = self._job is not None and self._job.cancelling
            self._end()
            failed(error if wanted or not isinstance(error, Cancelled) else Interrupted())

        self._job = self._context.jobs.start(title, run, heard, refused)
        self._job.progressed.connect(self._progressed)
        self._job.cancel_requested.connect(self._stopping)
        self._enable_running()
        self.running_changed.emit(True)

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

    def _end(self) -> None:
        self._job = None
        self.panel.stop()
        self.running_changed.emit(False)


class Interrupted(Exception):
    """The search ended although nobody asked for it; the crash dialog has told why."""
