"""Starts the window: application, theme, first screen or main window."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from envoy_app.domain.backups import Backup
from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import AlreadyOpen, DamagedDatabase, UserError
from envoy_app.domain.imports import ImportKind
from envoy_app.services.backups import newest_backup, restore_database
from envoy_app.services.logs import WINDOW_LOG, Log, open_log
from envoy_app.services.recovery import LastRun, Recovery, Where, start_window
from envoy_app.services.workspace import Workspace, default_database, open_workspace
from ui import memory, theme
from ui.context import AppContext
from ui.crash import CrashReporter, install_hooks, log_qt_messages
from ui.crash_dialog import Moment
from ui.first_start import FirstStart
from ui.garbage import Collector
from ui.icons import IconName, icon
from ui.jobs import JobHandle, JobRunner, Progress
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.recovery import WhereKeeper
from ui.safekeeping import BackupKeeper
from ui.single import Doorbell, ring
from ui.theme import Scheme
from ui.warming import Warmer

Opener = Callable[[Path], Workspace]
FAILED = 3
FIRST_PAGE = "ui.overview.page"
AWAKE_MS = 500
SETTLED_MS = 6_000  # until the first page and the search stand
_log = logging.getLogger(__name__)


def _open(path: Path) -> Workspace:
    # The user's data folder may not exist yet; only the service makes it, and only for itself.
    return open_workspace(None if path == default_database() else path, sole=True)


class Session(QObject):
    """One run of the application: which database is open and which window shows it."""

    def __init__(
        self, preferences: Preferences, opener: Opener = _open, log: Log | None = None
    ) -> None:
        super().__init__()
        self.preferences = preferences
        self.crash = CrashReporter(self, log.folder if log else None)
        self.crash.restart_requested.connect(self.restart, Qt.ConnectionType.QueuedConnection)
        self.restarting: Path | None = None
        self._faults = log.faults if log else {}
        self._recovery: Recovery | None = None
        self._last: LastRun | None = None
        self.where: WhereKeeper | None = None
        self._opener = opener
        self.context: AppContext | None = None
        self.window: MainWindow | None = None
        self.first_start: FirstStart | None = None
        self.keeper: BackupKeeper | None = None
        self.warmer: Warmer | None = None
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
            self.keeper.deleteLater()
        self.keeper = BackupKeeper(self.context, self)
        self.keeper.start()
        self._keep_where(window)
        if self.warmer is not None:
            self.warmer.stop()
            self.warmer.deleteLater()
        self.warmer = Warmer(self.context, window, self)
        self.warmer.start()
        return window

    def _keep_where(self, window: MainWindow) -> None:
        assert self.context is not None
        assert self._recovery is not None
        if self.where is not None:
            self.where.stop()
            self.where.deleteLater()
        self.where = WhereKeeper(self.context, window, self._recovery, self)
        last, self._last = self._last, None
        self.where.start(last, self._faults.pop(last.process, "") if last else "")

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
            # The page that comes next: loaded while somebody reads, not when the window appears.
            QTimer.singleShot(0, lambda: import_module(FIRST_PAGE))
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
        if self.where is not None:
            self.where.stop()
        if not self._open_database(path):
            if self.where is not None:
                self.where.timer.start()
            return False
        self.window = None
        self.show_window()
        if window is not None:
            window.close()
            window.deleteLater()
        if before is not None:
            before.jobs.close()
            before.workspace.close()
            before.deleteLater()  # after its window
        return True

    def _reopen(self, sentence: str) -> None:
        """Build the window anew: a backup took the database's place."""
        if self.context is not None and self._put_in_place(self.context.workspace.path):
            window = self.window
            assert window is not None
            window.show_page("settings")
            self.context.notify(sentence)

    def restart(self) -> None:
        """Close the window; `run` starts it again where it is now, in a new process."""
        if self.context is not None and self.window is not None:
            self.restarting = self.context.workspace.path
            self.window.close()  # it remembers its size
            QApplication.exit()

    def close(self) -> None:
        """Stop jobs and let go of the database; what fails on the way is reported, and all done."""
        where = self._where_at_last()
        context, self.context = self.context, None
        ends: list[Callable[[], object]] = [
            part.stop for part in (self.keeper, self.where, self.warmer) if part is not None
        ]
        if self.window is not None and self.window.isVisible():
            ends.append(self.window.close)
        ends += [part.close for part in (self._bell, self._repairs) if part is not None]
        if context is not None:
            ends += [context.jobs.close, context.workspace.close]
        ends += [lambda: self._end_recovery(where), self.preferences.sync]
        for end in ends:
            try:
                end()
            except Exception as error:
                self.crash.report(error)

    def _where_at_last(self) -> Where | None:
        if self.restarting is None or self.where is None:
            return None
        try:
            return self.where.where()
        except Exception as error:
            self.crash.report(error)
            return None

    def _end_recovery(self, where: Where | None) -> None:
        recovery, self._recovery = self._recovery, None
        if recovery is not None:
            try:
                recovery.end(where, resume=self.restarting is not None)
            except UserError as error:
                _log.info("the end of the session was not written: %s", error)

    def _open_database(self, path: Path) -> bool:
        try:
            workspace = self._opener(path)
        except UserError as error:
            self._tell(error, path)
            return False
        self._listen(path)
        self._end_recovery(None)
        self._recovery = Recovery(workspace.path)
        self._last = self._recovery.begin()
        self.context = AppContext(workspace, self.preferences, self.crash, self)
        self.crash.restartable = True
        self.crash.told.connect(self.context.error_shown)
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


def run(
    argv: Sequence[str],
    workspace_path: Path | None = None,
    scheme: str | None = None,
    log: Log | None = None,
) -> int:
    """Run the window until it is closed; returns the exit code: 3 where it could not start.

    `workspace_path` None opens the database used last, at first the one in the user's data
    folder. `scheme` is "light" or "dark" for this run, None what the settings say. `log` is the
    log of this process, None opens one.
    """
    if log is None:
        log = open_log(WINDOW_LOG)
        try:
            return run(argv, workspace_path, scheme, log)
        finally:
            log.close()
    memory.share_heaps()
    app = make_application(argv)
    preferences = Preferences((workspace_path or default_database()).parent)
    theme.apply_theme(app, Scheme(scheme) if scheme else preferences.scheme)
    app.setWindowIcon(icon(IconName.PLAN, theme.LIGHT.accent))
    session = Session(preferences, log=log)
    with ExitStack() as hooks:
        hooks.callback(install_hooks(session.crash))
        hooks.callback(log_qt_messages())
        collector = Collector(app)
        collector.start()
        hooks.callback(collector.stop)
        code = _lead(app, session, workspace_path or _last_database(preferences))
    _start_again(session)
    return code


def _lead(app: QApplication, session: Session, path: Path) -> int:
    """Lead a session from its first to its last moment; errors at both ends are shown, too."""
    try:
        session.begin(path)
    except Exception as error:
        session.crash.report(error)
        session.close()
        session.crash.show_rest(Moment.STARTING)
        return FAILED
    # What is there by now stays; looking through all of it each time would stop the window.
    QTimer.singleShot(SETTLED_MS, gc.freeze)
    with _ended_by_signal(app):
        code = 0 if session.handed_over else app.exec()
    session.close()
    session.crash.show_rest(Moment.CLOSING)
    return code


@contextmanager
def _ended_by_signal(app: QApplication) -> Iterator[None]:
    """End well where the system asks the process to end, as it does when it shuts down."""
    before = signal.signal(signal.SIGTERM, lambda *_: app.quit())
    # Python looks for signals only when it runs, and a quiet window does not.
    awake = QTimer(interval=AWAKE_MS)
    awake.timeout.connect(lambda: None)
    awake.start()
    try:
        yield
    finally:
        awake.stop()
        signal.signal(signal.SIGTERM, before)


def _start_again(session: Session) -> None:
    if session.restarting is not None:
        try:
            start_window(session.restarting)
        except OSError as error:
            _log.error("the window could not be started again", exc_info=error)


def _last_database(preferences: Preferences) -> Path:
    stored = preferences.text("database")
    return Path(stored) if stored and Path(stored).exists() else default_database()


if __name__ == "__main__":
    sys.exit(run(sys.argv))
