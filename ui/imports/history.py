"""The imports so far: when, who, which file, what came of it; taken back or fetched again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, ConflictError
from envoy_app.domain.imports import ImportRun
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.imports.fields import KIND_NAMES, tr
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.tables import RIGHT, Column, TableView


def _count(run: ImportRun, key: str) -> int:
    return run.summary.get(key, 0)


def _time(run: ImportRun) -> str:
    return f"{run.created_at.astimezone():%Y-%m-%d %H:%M}" if run.created_at else ""


def _count_column(key: str, title: str) -> Column[ImportRun]:
    return Column(
        key,
        title,
        lambda run: str(_count(run, key)),
        sort=lambda run: _count(run, key),
        align=RIGHT,
        width=theme.px(14),
    )


def _columns() -> list[Column[ImportRun]]:
    px = theme.px
    return [
        Column("time", tr("时间"), _time, width=px(34)),
        Column("who", tr("操作人"), lambda run: run.created_by, width=px(22)),
        Column("file", tr("文件"), lambda run: run.file, width=px(60), flex=1),
        Column("kind", tr("类型"), lambda run: KIND_NAMES.get(run.kind, ""), width=px(14)),
        _count_column("new", tr("新增")),
        _count_column("update", tr("更新")),
        Column(
            "state",
            tr("状态"),
            lambda run: tr("已撤销") if run.undone_at else tr("已导入"),
            width=px(18),
            color=lambda run: "muted" if run.undone_at else "accent",
        ),
    ]


class HistoryView(QWidget):
    """The table with its buttons.

    `refused` carries a sentence, the run's id where a part can still be taken back, and whether
    it was to be done again; `shown` follows each reading.
    """

    refused = Signal(str, str, bool)
    shown = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.table: TableView[ImportRun] = TableView(
            _columns(), self.tr("以前的导入"), row_height=theme.ROW_DENSE
        )
        self.table.selectionModel().selectionChanged.connect(self._show_buttons)
        self.undo_button = button(self.tr("撤销这次导入"), self._undo_chosen)
        self.redo_button = button(self.tr("重新导入"), self._redo_chosen)
        self.original_button = button(
            self.tr("取出原文件…"), self.save_original, icon=IconName.SAVE
        )
        head = QHBoxLayout()
        head.addWidget(label(self.tr("以前的导入"), look="heading"))
        head.addStretch(1)
        self.buttons = QWidget()
        acts = QHBoxLayout(self.buttons)
        acts.setContentsMargins(0, 0, 0, 0)
        for part in (self.original_button, self.redo_button, self.undo_button):
            acts.addWidget(part)
        head.addWidget(self.buttons)
        self.empty = label(
            self.tr("还没有导入过。导入过的文件都留底，可以取出原文件，也可以整次撤销。"),
            look="muted",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(head)
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        self._show_rows(())

    # Showing -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the imports again."""
        workspace = self._context.workspace

        def read(handle: JobHandle) -> tuple[ImportRun, ...]:
            # Asked for here: its imports are what takes the time.
            return tuple(workspace.imports.history())

        self._context.jobs.start(
            self.tr("读取导入记录"), read, self._show_rows, key="import-history", quiet=True
        )

    def _show_rows(self, runs: Sequence[ImportRun]) -> None:
        before = self.table.current_row() if self.table.selected_rows() else None
        self.table.set_rows(runs)
        if before is not None:
            self.table.choose(lambda run: run.id == before.id)
        self.table.setVisible(bool(runs))
        self.empty.setVisible(not runs)
        self.buttons.setVisible(bool(runs))
        self._show_buttons()
        self.shown.emit()

    def _show_buttons(self) -> None:
        run = self.table.current_row() if self.table.selected_rows() else None
        why = "" if run else self.tr("先在下面选一次导入")
        undone = self.tr("这次导入已经撤销") if run and run.undone_at else ""
        together = self._together(run)
        hint = self.tr("同时导入的 {n} 个文件一起撤销").format(n=together) if together > 1 else ""
        allow(self.undo_button, why or undone, hint)
        self.undo_button.setVisible(not undone)
        self.redo_button.setVisible(bool(undone))
        self.redo_button.setToolTip(self.tr("把撤销了的内容再写回去"))
        missing = self.tr("这次导入没有保留原文件") if run and not run.has_original else ""
        allow(self.original_button, why or missing)

    def _together(self, run: ImportRun | None) -> int:
        rows = self.table.rows_model.rows
        batch = run.batch_id if run is not None else ""
        return sum(1 for item in rows if batch and item.batch_id == batch)

    # Acting ------------------------------------------------------------------------------

    def _undo_chosen(self) -> None:
        run = self.table.current_row()
        if run is not None:
            self.undo(run.id)

    def _redo_chosen(self) -> None:
        run = self.table.current_row()
        if run is not None:
            self.undo(run.id, again=True)

    def undo(self, run_id: str, *, leave_changed: bool = False, again: bool = False) -> None:
        """Take an import back, or do it `again`; records changed since may be left as they are."""
        service = self._context.workspace.imports

        def work(handle: JobHandle) -> Changes:
            change = service.redo if again else service.undo
            return change(run_id, leave_changed=leave_changed)

        def failed(error: Exception) -> None:
            if not isinstance(error, Cancelled):
                partial = isinstance(error, ConflictError) and not leave_changed
                self.refused.emit(str(error), run_id if partial else "", again)

        title = self.tr("重新导入") if again else self.tr("撤销导入")
        self._context.jobs.start(title, work, self._context.publish, failed)

    def save_original(self) -> None:
        """Ask where to, and write the file as it was imported."""
        run = self.table.current_row()
        if run is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, self.tr("取出原文件"), run.file)
        if name:
            self.save_original_to(run, Path(name))

    def save_original_to(self, run: ImportRun, target: Path) -> None:
        """Write the file as it was imported."""
        service = self._context.workspace.imports

        def work(handle: JobHandle) -> Path:
            return service.save_original(run.id, target)

        def done(path: Path) -> None:
            self._context.notify(self.tr("原文件已存为 {path}").format(path=path))

        self._context.jobs.start(self.tr("取出原文件"), work, done, lambda error: self._say(error))

    def _say(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self.refused.emit(str(error), "", False)
