"""Backups by themselves: at the start, and every half hour in which something changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from envoy_app.domain.backups import Backup, Reason
from envoy_app.domain.errors import UserError
from ui.context import AppContext
from ui.jobs import JobHandle

FIRST_MS = 3_000  # the window and its first page come before
EVERY_MS = 30 * 60 * 1000


class BackupKeeper(QObject):
    """Runs while a window is open; a backup that fails is told in the message strip."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.first = QTimer(self)
        self.first.setSingleShot(True)
        self.first.setInterval(FIRST_MS)
        self.first.timeout.connect(lambda: self.run(Reason.START))
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self.timer.timeout.connect(lambda: self.run(Reason.CHANGE))

    def start(self) -> None:
        """Make the first one soon, off the UI thread, and the others as time goes by."""
        self.first.start()
        self.timer.start()

    def stop(self) -> None:
        """Make no more."""
        self.first.stop()
        self.timer.stop()

    def run(self, reason: Reason) -> None:
        """Make a backup where something changed since the last one."""
        service = self._context.workspace.backups

        def work(handle: JobHandle) -> Backup | None:
            return service.make(reason)

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                text = self.tr("自动备份没有做成，数据本身已保存：{why}").format(why=error)
                self._context.error_shown.emit(text)

        def done(made: Backup | None) -> None:
            if made is not None:
                self._context.backup_made.emit()

        self._context.jobs.start(
            self.tr("自动备份"), work, done, failed, key="backup-keeper", quiet=True
        )
