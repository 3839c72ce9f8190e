"""The import dialog: choose, check, apply. Nothing is written before the last step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.domain.imports import ImportKind, ImportReport, RowStatus
from ui import theme
from ui.context import AppContext
from ui.dialog import Dialog
from ui.icons import IconName
from ui.imports.drop_area import DropArea, dropped_files
from ui.imports.report_view import ReportView
from ui.jobs import Job, JobHandle, Progress
from ui.parts import ElidedLabel, MessageStrip, button, label

KIND_NAMES = {ImportKind.ROSTER: "名册", ImportKind.DEMAND: "需求表"}


class ImportDialog(Dialog):
    """Not modal: the window stays alive while files are read and written."""

    def __init__(
        self, context: AppContext, kind: ImportKind = ImportKind.AUTO, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._kind = kind
        self._reports: list[ImportReport] = []
        self._job: Job | None = None
        self._writing = False
        titles = {
            ImportKind.ROSTER: self.tr("导入名册"),
            ImportKind.DEMAND: self.tr("导入需求"),
        }
        self.setWindowTitle(titles.get(kind, self.tr("导入")))
        self.setAcceptDrops(True)
        room = self.screen().availableGeometry()
        self.resize(min(theme.px(250), room.width() - 40), min(theme.px(150), room.height() - 60))
        self._build_content()
        self._show_state()

    @property
    def reports(self) -> tuple[ImportReport, ...]:
        """What was read so far."""
        return tuple(self._reports)

    @property
    def busy(self) -> bool:
        """Whether files are being read or written."""
        return self._job is not None

    # Building ---------------------------------------------------------------------------

    def _build_content(self) -> None:
        self.strip = MessageStrip()
        self.drop_area = DropArea()
        self.drop_area.files_chosen.connect(self.read_files)
        self.view = ReportView(self._context.workspace.reference.gazetteer())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.drop_area)
        self.stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.strip)
        layout.addLayout(self._build_head())
        layout.addWidget(self.stack, 1)
        layout.addLayout(self._build_foot())

    def _build_head(self) -> QHBoxLayout:
        self.file_combo = QComboBox()
        self.file_combo.setAccessibleName(self.tr("文件"))
        self.file_combo.setMinimumWidth(theme.px(60))
        self.file_combo.currentIndexChanged.connect(self._show_report)
        self.summary = ElidedLabel()
        self.only_problems = QCheckBox(self.tr("只看有问题的"))
        self.only_problems.toggled.connect(self.view.show_only_problems)
        self.again_button = button(self.tr("换文件"), self.drop_area.choose, icon=IconName.FOLDER)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.file_combo)
        row.addWidget(self.summary, 1)
        row.addWidget(self.only_problems)
        row.addWidget(self.again_button)
        return row

    def _build_foot(self) -> QHBoxLayout:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(3))
        self.bar.setFixedWidth(theme.px(40))
        self.bar.setAccessibleName(self.tr("进度"))
        self.state_label = label(wrap=True)
        self.apply_button = button(
            self.tr("导入"), self.apply, icon=IconName.IMPORT, look="primary"
        )
        self.close_button = button(self.tr("关闭"), self._stop_or_close)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.bar)
        row.addWidget(self.state_label, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.apply_button)
        return row

    # Reading ----------------------------------------------------------------------------

    def read_files(self, files: Sequence[Path]) -> None:
        """Read files on a worker thread; the reports replace those shown."""
        if self.busy:
            return
        service, kind = self._context.workspace.imports, self._kind

        def read(handle: JobHandle) -> tuple[list[ImportReport], list[str]]:
            reports: list[ImportReport] = []
            problems: list[str] = []
            for number, path in enumerate(files):
                handle.raise_if_cancelled()
                handle.report(Progress(number, len(files), path.name))
                try:
                    reports.append(service.read(path, kind))
                except UserError as error:
                    problems.append(str(error))
            return reports, problems

        names = "、".join(path.name for path in files)
        self._start(
            self._context.jobs.start(
                self.tr("读取 {names}").format(names=names), read, self._take, self._fail
            )
        )

    def _take(self, found: tuple[list[ImportReport], list[str]]) -> None:
        reports, problems = found
        self._job = None
        if reports:
            self._reports = reports
            self.file_combo.blockSignals(True)
            self.file_combo.clear()
            self.file_combo.addItems([Path(report.file).name for report in reports])
            self.file_combo.blockSignals(False)
            self._show_report()
        if problems:
            self.strip.show_text("\n".join(problems))
        self._show_state()

    def _show_report(self) -> None:
        if not self._reports:
            return
        report = self._reports[max(0, self.file_combo.currentIndex())]
        self.summary.set_full_text(self._summary(report))
        self.only_problems.setEnabled(report.problem_count > 0)
        self.only_problems.setToolTip(
            "" if report.problem_count else self.tr("这个文件没有发现问题")
        )
        self.view.show_report(report)

    def _summary(self, report: ImportReport) -> str:
        parts = [KIND_NAMES.get(report.kind, "")]
        parts += [f"{status.label} {report.count(status)}" for status in RowStatus]
        parts.append(self.tr("问题 {n}").format(n=report.problem_count))
        skipped = len(report.other_rows) + len(report.hidden_rows)
        if skipped:
            parts.append(self.tr("标题、合计等跳过 {n} 行").format(n=skipped))
        return " · ".join(part for part in parts if part)

    # Applying ---------------------------------------------------------------------------

    @property
    def _writable(self) -> int:
        wanted = (RowStatus.NEW, RowStatus.UPDATE)
        return sum(
            report.count(status)
            for report in self._reports
            if not report.applied
            for status in wanted
        )

    def apply(self) -> None:
        """Write all files' new and changed rows, each file in one transaction."""
        if self.busy or not self._writable:
            return
        service, reports = self._context.workspace.imports, self.reports

        def write(handle: JobHandle) -> list[tuple[ImportReport, Changes | None]]:
            done: list[tuple[ImportReport, Changes | None]] = []
            for number, report in enumerate(reports):
                handle.report(Progress(number, len(reports), Path(report.file).name))
                done.append((report, None) if report.applied else service.apply(report))
            return done

        self._writing = True
        self._start(
            self._context.jobs.start(self.tr("写入数据库"), write, self._written, self._fail)
        )

    def _written(self, done: list[tuple[ImportReport, Changes | None]]) -> None:
        self._job = None
        self._writing = False
        self._reports = [report for report, _ in done]
        for _, changes in done:
            if changes is not None:
                self._context.publish(changes)
        self._show_report()
        self._show_state()

    # State ------------------------------------------------------------------------------

    def _start(self, job: Job) -> None:
        self._job = job
        self.strip.clear()
        job.progressed.connect(self._advance)
        self.bar.setRange(0, 0)
        self._show_state()

    def _advance(self, progress: object) -> None:
        if isinstance(progress, Progress) and progress.total > 1:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)

    def _fail(self, error: Exception) -> None:
        self._job = None
        self._writing = False
        if not isinstance(error, Cancelled):
            self.strip.show_text(str(error))
        self._show_state()

    def _show_state(self) -> None:
        read = bool(self._reports)
        self.stack.setCurrentWidget(self.view if read else self.drop_area)
        self.file_combo.setVisible(len(self._reports) > 1)
        for part in (self.summary, self.only_problems, self.again_button):
            part.setVisible(read)
        self.bar.setVisible(self.busy)
        self.drop_area.choose_button.setEnabled(not self.busy)
        self.again_button.setEnabled(not self.busy)
        count = self._writable
        self.apply_button.setVisible(read)
        self.apply_button.setEnabled(bool(count) and not self.busy)
        self.apply_button.setText(
            self.tr("导入 {n} 行").format(n=count) if count else self.tr("导入")
        )
        self.apply_button.setToolTip("" if count else self.tr("没有可以新增或更新的行"))
        # One transaction, soon over: stopping half way would only hide what was written.
        self.close_button.setEnabled(not self._writing)
        self.close_button.setToolTip(self.tr("正在写入，请稍候") if self._writing else "")
        self.close_button.setText(self.tr("停止") if self.busy else self.tr("关闭"))
        self.state_label.setText(self._state_text(count))

    def _state_text(self, count: int) -> str:
        if self._job is not None:
            return f"{self._job.title} …"
        if not self._reports:
            return ""
        if all(report.applied for report in self._reports):
            return self.tr("已导入。可以关闭本窗口，或换一个文件。")
        errors = sum(report.count(RowStatus.ERROR) for report in self._reports)
        if errors:
            return self.tr("有误的 {n} 行不会导入，在原文件中改好后可以再导入一次。").format(
                n=errors
            )
        if not count:
            return self.tr("文件内容与名册一致，没有要写入的行。")
        return self.tr("核对无误后点“导入”，不满意可以直接关闭。")

    def _stop_or_close(self) -> None:
        if self._job is not None:
            self._job.cancel()
        else:
            self.close()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()) and not self.busy:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.read_files(dropped_files(event.mimeData()))
        event.acceptProposedAction()

    @override
    def reject(self) -> None:
        self.close()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._writing:
            event.ignore()
            return
        if self._job is not None:
            self._job.drop()
            self._job = None
        super().closeEvent(event)
