"""Starts the window: application, theme, first screen or main window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# Before Qt: once PySide6 is loaded, its import hook reads the source of every further module,
# which makes the database layer half a second slower to import.
from envoy_app.services.backups import newest_backup, restore_database
from envoy_app.services.workspace import Workspace, default_database, open_workspace

# isort: split

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from envoy_app.domain.backups import Backup
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import AlreadyOpen, DamagedDatabase, UserError
from envoy_app.domain.imports import ImportKind
from ui import theme
from ui.context import AppContext
from ui.crash import CrashReporter, install_hooks
from ui.first_start import FirstStart
from ui.icons import IconName, icon
from ui.jobs import JobHandle, JobRunner, Progress
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.safekeeping import BackupKeeper
from ui.single import Doorbell, ring
from ui.theme import Scheme

Opener = Callable[[Path], Workspace]


def _open(path: Path) -> Workspace:
    # The user's data folder may not exist yet; only the service makes it, and only for itself.
    return open_workspace(None if path == default_database() else path, sole=True)


class Session(QObject):
    """One run of the application: which database is open and which window shows it."""

    def __init__(self, preferences: Preferences, opener: Opener = _open) -> None:
        super().__init__()
        self.preferences = preferences
        self.crash = CrashReporter(self)
        self._opener = opener
        self.context: AppContext | None = None
        self.window: MainWindow | None = None
        self.first_start: FirstStart | None = None
        self.keeper: BackupKeeper | None = None
        self._bell: Doorbell | None = None
        self._repairs: JobRunner | None = None
        self._offered: tuple[Path, Backup] | None = None
        self.handed_over = False

    def begin(self, path: Path) -> None:
        """Open a database; an empty one, or one that cannot be opened, shows the first screen.

        Where another process has it open, its window comes to the front and `handed_over` is set.
        """
        if not self._open_database(path):
            return
        assert self.context is not None
        if self.context.workspace.is_empty:
            self._offer_backup(self.show_first_start(), path)  # who lost the file has backups
        else:
            self.show_window()

    def show_window(self) -> MainWindow:
        """Show the main window, and close the first screen."""
        assert self.context is not None
        window = MainWindow(self.context)
        self.window = window
        window.show()
        self._drop_first_start()
        if self.keeper is not None:
            self.keeper.stop()
        self.keeper = BackupKeeper(self.context, self)
        self.keeper.start()
        return window

    def show_first_start(self) -> FirstStart:
        """Show the first screen."""
        screen = self.first_start
        if screen is None:
            screen = self.first_start = FirstStart()
            screen.sample_requested.connect(self.load_sample)
            screen.import_requested.connect(self._begin_with_import)
            screen.files_dropped.connect(self._begin_with_files)
            screen.open_requested.connect(self.ask_database)
            screen.blank_requested.connect(self._begin_blank)
            screen.restore_requested.connect(self._restore_backup)
            screen.move(screen.screen().availableGeometry().center() - screen.rect().center())
            screen.show()
        return screen

    def load_sample(self) -> None:
        """Fill the database with the sample on a worker thread, then show the main window."""
        if self.context is None or self.first_start is None:
            return
        context, screen = self.context, self.first_start
        service = context.workspace.sample

        def load(handle: JobHandle) -> Changes:
            def tell(progress: object) -> None:
                # Raising in the callback is how a caller stops: the service rolls back.
                handle.raise_if_cancelled()
                handle.report(_as_progress(progress))

            return service.load(on_progress=tell)

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                screen.show_error(str(error))

        def done(changes: Changes) -> None:
            self.show_window()

        screen.follow(context.jobs.start(self.tr("准备示例数据"), load, done, failed))

    def ask_database(self) -> None:
        """Let the user choose a database file and open it."""
        parent: QWidget | None = self.first_start or self.window
        name, _ = QFileDialog.getOpenFileName(
            parent, self.tr("打开已有数据"), "", self.tr("特派员排班数据 (*.db);;所有文件 (*)")
        )
        if name:
            self.switch_to(Path(name))

    def switch_to(self, path: Path) -> None:
        """Open another database in place of this one; where that fails this one stays."""
        if self._put_in_place(path):
            self.preferences.set_text("database", str(path))

    def _put_in_place(self, path: Path) -> bool:
        before, window = self.context, self.window
        if not self._open_database(path):
            return False
        self.window = None
        self.show_window()
        if window is not None:
            window.close()
            window.deleteLater()
        if before is not None:
            before.jobs.close()
            before.workspace.close()
        return True

    def _reopen(self, sentence: str) -> None:
        """Build the window anew: a backup took the database's place."""
        if self.context is not None and self._put_in_place(self.context.workspace.path):
            window = self.window
            assert window is not None
            window.show_page("settings")
            self.context.notify(sentence)

    def close(self) -> None:
        """Stop jobs and let go of the database."""
        if self.keeper is not None:
            self.keeper.stop()
        if self._bell is not None:
            self._bell.close()
        if self._repairs is not None:
            self._repairs.close()
        if self.context is not None:
            self.context.jobs.close()
            self.context.workspace.close()
            self.context = None
        self.preferences.sync()

    def _open_database(self, path: Path) -> bool:
        try:
            workspace = self._opener(path)
        except UserError as error:
            self._tell(error, path)
            return False
        self._listen(path)
        self.context = AppContext(workspace, self.preferences, self.crash, self)
        self.context.open_database_requested.connect(self.ask_database)
        # Queued: the window that asks is gone afterwards.
        self.context.reopen_requested.connect(self._reopen, Qt.ConnectionType.QueuedConnection)
        return True

    def _tell(self, error: UserError, path: Path) -> None:
        """Say why a database cannot be opened, and offer what is possible."""
        if isinstance(error, AlreadyOpen) and ring(path) and self.first_start is None:
            self.handed_over = self.window is None
        if self.window is not None:
            self.window.strip.show_text(str(error))
        elif not self.handed_over:
            screen = self.show_first_start()
            screen.show_error(str(error))
            screen.set_database_open(self.context is not None)
            screen.take_back_offer()
            if isinstance(error, DamagedDatabase):
                self._offer_backup(screen, path)

    def _offer_backup(self, screen: FirstStart, path: Path) -> None:
        backup = newest_backup(path)
        if backup is not None and backup.contents is not None:
            self._offered = path, backup
            sentence = self.tr("{time} 的备份：{contents}").format(
                time=backup.made_text, contents=backup.contents.text
            )
            screen.offer_backup(sentence)

    def _restore_backup(self) -> None:
        """Put the backup that was offered in the place of a damaged or lost database; open it."""
        if self._offered is None or self.first_start is None:
            return
        (path, backup), screen = self._offered, self.first_start

        def work(handle: JobHandle) -> None:
            restore_database(backup.path, path)

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                screen.show_error(str(error))

        def done(nothing: None) -> None:
            self._put_in_place(path)

        if self._repairs is None:
            self._repairs = JobRunner(failed, self.crash.report, self)
        screen.follow(self._repairs.start(self.tr("恢复备份"), work, done, failed))

    def _listen(self, path: Path) -> None:
        if self._bell is not None:
            self._bell.close()
        self._bell = Doorbell(path, self)
        self._bell.rung.connect(self._come_to_front)

    def _come_to_front(self) -> None:
        shown = self.window or self.first_start
        if shown is not None:
            shown.setWindowState(shown.windowState() & ~Qt.WindowState.WindowMinimized)
            shown.raise_()
            shown.activateWindow()

    def _begin_with_import(self) -> None:
        if self.context is not None:
            self.show_window().open_import(ImportKind.ROSTER)

    def _begin_with_files(self, files: Sequence[Path]) -> None:
        if self.context is not None:
            self.show_window().open_import(files=files)

    def _begin_blank(self) -> None:
        if self.context is not None:
            self.show_window()

    def _drop_first_start(self) -> None:
        if self.first_start is not None:
            self.first_start.close()
            self.first_start.deleteLater()
            self.first_start = None


def _as_progress(progress: object) -> Progress:
    return progress if isinstance(progress, Progress) else Progress(text=str(progress))


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the one QApplication, with Chinese texts in Qt's own dialogs."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(list(argv))
    app.setApplicationName("envoy-scheduling")
    app.setApplicationDisplayName("特派员排班")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)
    return app


def run(argv: Sequence[str], workspace_path: Path | None = None, scheme: str | None = None) -> int:
    """Run the window until it is closed; returns the exit code.

    `workspace_path` None opens the database used last, at first the one in the user's data
    folder. `scheme` is "light" or "dark" for this run, None what the settings say.
    """
    app = make_application(argv)
    preferences = Preferences((workspace_path or default_database()).parent)
    theme.apply_theme(app, Scheme(scheme) if scheme else preferences.scheme)
    app.setWindowIcon(icon(IconName.PLAN, theme.LIGHT.accent))
    session = Session(preferences)
    undo_hooks = install_hooks(session.crash)
    try:
        session.begin(workspace_path or _last_database(preferences))
        return 0 if session.handed_over else app.exec()
    finally:
        session.close()
        undo_hooks()


def _last_database(preferences: Preferences) -> Path:
    stored = preferences.text("database")
    return Path(stored) if stored and Path(stored).exists() else default_database()


if __name__ == "__main__":
    sys.exit(run(sys.argv))
