"""设置, 备份: the list of backups with what is in each, one now, and restoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.backups import Backup, Reason
from envoy_app.domain.errors import UserError
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.settings.restore_dialog import RestoreDialog
from ui.tables import RIGHT, Column, TableView

ROWS_SHOWN = 7


def tr(text: str) -> str:
    """Translate a text of this card."""
    return QCoreApplication.translate("BackupCard", text)


def moment_text(moment: datetime | None) -> str:
    """Return a moment in the time of this computer."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def size_text(size: int) -> str:
    """Return a file's size in MB."""
    return f"{size / 1_000_000:.1f} MB"


def _contents(item: Backup, key: str) -> str:
    return str(getattr(item.contents, key)) if item.contents else ""


def _state(item: Backup) -> str:
    return tr("已核对") if item.usable else tr("不能用")


def _columns() -> list[Column[Backup]]:
    px = theme.px

    def count(key: str, title: str) -> Column[Backup]:
        return Column(
            key,
            title,
            lambda item: _contents(item, key),
            sort=lambda item: getattr(item.contents, key) if item.contents else -1,
            align=RIGHT,
            width=px(17),
        )

    return [
        Column("time", tr("备份时间"), lambda item: item.made_text, width=px(34)),
        Column("reason", tr("原因"), lambda i: i.reason.value if i.reason else "", width=px(16)),
        count("envoys", tr("特派员")),
        count("demands", tr("需求")),
        count("plans", tr("方案")),
        Column(
            "newest",
            tr("最后更改"),
            lambda item: moment_text(item.contents.newest_change) if item.contents else "",
            width=px(34),
        ),
        Column(
            "size",
            tr("大小"),
            lambda item: size_text(item.size),
            sort=lambda item: item.size,
            align=RIGHT,
            width=px(18),
        ),
        Column(
            "state",
            tr("状态"),
            _state,
            tooltip=lambda item: item.problem or tr("打开过，内容完整"),
            color=lambda item: "muted" if item.usable else "danger",
            width=px(16),
            flex=1,
        ),
    ]


class BackupCard(QWidget):
    """Lists the backups, newest first."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.table: TableView[Backup] = TableView(
            _columns(), self.tr("备份"), row_height=theme.ROW_DENSE
        )
        self.table.setFixedHeight(theme.ROW_DENSE * (ROWS_SHOWN + 1) + theme.px(2))
        self.table.selectionModel().selectionChanged.connect(self._show_buttons)
        self.empty = label(look="muted")
        self.note_label = label(look="muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.note_label)
        layout.addWidget(self.empty)
        layout.addWidget(self.table)
        layout.addLayout(self._build_buttons())
        context.backup_made.connect(self.read)
        self._show(())
        self.empty.setText(self.tr("正在读取备份…"))

    def _build_buttons(self) -> QHBoxLayout:
        self.make_button = button(self.tr("立即备份"), self.make, icon=IconName.SAVE)
        self.restore_button = button(self.tr("恢复选中的备份…"), self._restore_chosen)
        self.file_button = button(self.tr("从文件恢复…"), self._ask_file, icon=IconName.FILE)
        self.folder_button = button(
            self.tr("打开备份文件夹"), self._open_folder, icon=IconName.FOLDER
        )
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for part in (self.make_button, self.restore_button, self.file_button, self.folder_button):
            row.addWidget(part)
        row.addStretch(1)
        return row

    # Showing ------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the list again; each backup is opened and checked off the UI thread."""
        service = self._context.workspace.backups

        def work(handle: JobHandle) -> tuple[Backup, ...]:
            return service.entries()

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                self.empty.setText(str(error))

        self._context.jobs.start(
            self.tr("读取备份"), work, self._show, failed, key="backup-list", quiet=True
        )

    def _show(self, backups: Sequence[Backup]) -> None:
        self.table.set_rows(backups)
        self.table.setVisible(bool(backups))
        self.empty.setText(self.tr("还没有备份。"))
        self.empty.setVisible(not backups)
        self.note_label.setText(
            self.tr(
                "每次启动、每半小时有更改时，以及导入、升级、恢复之前自动备份，旧的逐渐归并为每天、"
                "每周、每月一份，共占 {size}。建议不时把最新的一份拷到 U 盘。"
            ).format(size=size_text(sum(item.size for item in backups)))
        )
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self.table.current_row() if self.table.selected_rows() else None
        why = "" if chosen else self.tr("先在上面选一份备份")
        allow(self.restore_button, why or (chosen.problem or "" if chosen else ""))
        missing = not self._context.workspace.backups.folder.exists()
        allow(self.folder_button, self.tr("还没有备份") if missing else "")

    # Acting -------------------------------------------------------------------------------

    def make(self) -> None:
        """Make a backup now."""
        service = self._context.workspace.backups

        def work(handle: JobHandle) -> Backup | None:
            return service.make(Reason.MANUAL)

        def done(made: Backup | None) -> None:
            if made is not None:
                text = self.tr("已备份并核对：{name}").format(name=made.path.name)
                self._context.notify(text)
            self.read()

        self._context.jobs.start(self.tr("备份"), work, done)

    def _restore_chosen(self) -> None:
        chosen = self.table.current_row()
        if chosen is not None:
            self.offer(chosen.path)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("从文件恢复"), "", self.tr("特派员排班数据 (*.db);;所有文件 (*)")
        )
        if name:
            self.offer(Path(name))

    def offer(self, source: Path) -> None:
        """Show what is in a file beside what is here now, and restore it where that is wanted."""
        service = self._context.workspace.backups

        def work(handle: JobHandle) -> tuple[Backup, Backup]:
            return service.current(), service.preview(source)

        def show(found: tuple[Backup, Backup]) -> None:
            now, then = found
            if then.problem:
                text = self.tr("“{name}”不能恢复：{why}").format(name=source.name, why=then.problem)
                self._context.error_shown.emit(text)
                return
            dialog = RestoreDialog(now, then, source, self)
            dialog.accepted.connect(lambda: self.restore(source))
            dialog.open()

        self._context.jobs.start(self.tr("查看备份"), work, show)

    def restore(self, source: Path) -> None:
        """Put a backup in the place of what is here now; the window is built anew after it."""
        if any(not job.quiet for job in self._context.jobs.jobs):
            self._context.error_shown.emit(
                self.tr("有任务正在运行，请等它完成或停止它，再恢复备份。")
            )
            return
        service = self._context.workspace.backups

        def work(handle: JobHandle) -> str:
            done = service.restore(source)
            kept = done.kept.name if done.kept else ""
            return self.tr("已恢复；恢复之前的数据备份为 {name}").format(name=kept)

        self._context.jobs.start(self.tr("恢复备份"), work, self._context.reopen_requested.emit)

    def _open_folder(self) -> None:
        folder = self._context.workspace.backups.folder
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
