"""The status bar: running jobs with progress and stop, last message, last saved, database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStatusBar, QWidget

from ui import theme
from ui.icons import IconName
from ui.jobs import Job, JobRunner, Progress
from ui.parts import ElidedLabel, label, tool_button

MESSAGE_MS = 12_000


class JobStrip(QWidget):
    """The oldest running job; more are counted."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self.title_label = label()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(theme.px(36))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(3))
        self.bar.setAccessibleName(self.tr("后台任务进度"))
        self.more_label = label(look="muted")
        self.stop_button = tool_button(IconName.STOP, self.tr("停止任务"), self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        layout.setSpacing(theme.px(2))
        for part in (self.title_label, self.bar, self.stop_button, self.more_label):
            layout.addWidget(part)
        jobs.jobs_changed.connect(self._show)
        self._show()

    @property
    def job(self) -> Job | None:
        """The job shown."""
        return self._job

    def _show(self) -> None:
        seen = [job for job in self._jobs.jobs if not job.quiet and not job.stale]
        first = seen[0] if seen else None
        self.setVisible(first is not None)
        self.more_label.setText(
            self.tr("另有 {n} 项").format(n=len(seen) - 1) if len(seen) > 1 else ""
        )
        if first is not self._job:
            self._job = first
            if first is not None:
                first.progressed.connect(self._advance)
                first.cancel_requested.connect(self._show_title)
                self.bar.setRange(0, 0)
                self._advance(first.progress)
                self._show_title()

    def _show_title(self) -> None:
        if self._job is not None:
            note = self.tr("正在停止 …") if self._job.cancelling else "…"
            self.title_label.setText(f"{self._job.title} {note}")
            self.stop_button.setEnabled(not self._job.cancelling)

    def _advance(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.bar.setToolTip(progress.text)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()


class StatusBar(QStatusBar):
    """Jobs on the left, facts on the right."""

    def __init__(self, jobs: JobRunner, database: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.jobs = JobStrip(jobs)
        self.saved_label = label(look="muted")
        self.path_label = ElidedLabel(str(database), Qt.TextElideMode.ElideMiddle)
        self.path_label.setProperty("muted", True)
        self.path_label.setMaximumWidth(theme.px(80))
        self.path_label.setAccessibleName(self.tr("数据库位置"))
        self._show_file_time(database)
        self.addWidget(self.jobs)
        self.addPermanentWidget(self.saved_label)
        self.addPermanentWidget(self.path_label)

    def say(self, text: str) -> None:
        """Show a passing sentence."""
        self.showMessage(text, MESSAGE_MS)

    def _show_file_time(self, database: Path) -> None:
        if database.exists():
            written = datetime.fromtimestamp(database.stat().st_mtime, tz=UTC).astimezone()
            self.saved_label.setText(
                self.tr("上次保存 {time}").format(time=f"{written:%m-%d %H:%M}")
            )

    def mark_saved(self) -> None:
        """Show that something was saved just now."""
        now = datetime.now().astimezone()
        self.saved_label.setText(self.tr("已保存 {time}").format(time=f"{now:%H:%M}"))
