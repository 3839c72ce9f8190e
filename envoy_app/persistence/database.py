"""Opens a database: checks its place and soundness, makes or migrates it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from typing_extensions import override

from envoy_app.domain.backups import Backup
from envoy_app.domain.errors import DamagedDatabase, EnvironmentProblem, ForeignFile
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.backups import BackupStore, refuse_backup
from envoy_app.persistence.faults import told
from envoy_app.persistence.location import check_location, file_identity
from envoy_app.persistence.migrating import check_revision, migrate
from envoy_app.persistence.unit_of_work import UnitOfWork


class _Reading(UnitOfWork):
    """A unit of work for reading that its thread can find again while it is open."""

    opened: list[UnitOfWork]

    @override
    def __enter__(self) -> Self:
        entered = super().__enter__()
        self.opened.append(entered)
        return entered

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.opened.remove(self)
        super().__exit__(kind, error, trace)


class _Opened(threading.local):
    """What each thread is reading in, the last opened last."""

    def __init__(self) -> None:
        self.readers: list[UnitOfWork] = []


class Database:
    """An open database, usable from any thread; hands out units of work."""

    def __init__(self, path: Path, engine: Engine) -> None:
        """Take over an engine on a database of the current schema."""
        self.path = path
        self._engine = engine
        self._file = file_identity(path)
        self._writing_engine = engine.execution_options(writes=True)
        self._opened = _Opened()

    def writing(self, actor: str, *, recorded: bool = False) -> UnitOfWork:
        """Return a unit of work that may write; writers take turns.

        With `recorded` it must describe what it does.
        """
        return UnitOfWork(
            self._writing_engine, self.path, actor, recorded=recorded, file=self._file
        )

    def reading(self, actor: str) -> UnitOfWork:
        """Return a unit of work for reading; it sees the database at one moment."""
        unit = _Reading(self._engine, self.path, actor, file=self._file)
        unit.opened = self._opened.readers
        return unit

    def reading_along(self, actor: str) -> AbstractContextManager[UnitOfWork]:
        """Return the unit of work in which this thread is reading already, else a new one.

        With a rollback journal a second one would wait for a writer that waits for the first.
        """
        readers = self._opened.readers
        waits = sqlite_file.journal_mode(sqlite3.sqlite_version_info) != "WAL"
        return nullcontext(readers[-1]) if readers and waits else self.reading(actor)

    def close(self) -> None:
        """Let go of the file, leaving nothing beside it."""
        sqlite_file.let_go(self._engine)


def check_place(path: Path) -> None:
    """Raise EnvironmentProblem or InputError where no database can be at `path`."""
    check_location(path)
    sqlite_file.check_folder(path)
    refuse_backup(path)


def open_database(path: Path) -> Database:
    """Open the database at `path`, made where absent, migrated (after a backup) where older.

    Raises DamagedDatabase, whose sentence names the newest good backup; EnvironmentProblem for a
    network or synced folder, a newer schema, a foreign file, missing rights, a full disk;
    InputError where the folder does not exist. A file that is refused is left untouched.
    """
    check_place(path)
    sqlite_file.settle(path)
    revision = _revision_of(path)
    if revision:
        check_revision(revision, path)
        if revision != schema.HEAD:
            migrate(path)
    engine = sqlite_file.engine_for(path)
    if not revision:
        _create(engine, path)
    return Database(path, engine)


def _revision_of(path: Path) -> str:
    """Return the revision of a sound database, "" where there is none yet."""
    try:
        if sqlite_file.exists(path) and (revision := sqlite_file.inspect(path)):
            return revision
    except (DamagedDatabase, ForeignFile) as problem:
        newest = _newest_good(path)
        # Where we made backups there was a database of ours, whatever is left of it.
        if newest or isinstance(problem, DamagedDatabase):
            raise _damaged(path, newest) from problem
        raise
    if path.is_file() and (newest := _newest_good(path)):
        raise _damaged(path, newest)  # emptied: a new one would hide that all is gone
    return ""


def _newest_good(path: Path) -> Backup | None:
    try:
        return BackupStore(path).newest_good()
    except EnvironmentProblem:  # a folder that cannot be read: the damage is what matters
        return None


def _damaged(path: Path, newest: Backup | None) -> DamagedDatabase:
    where = (
        f"最新的完好备份是“{newest.path}”（{newest.made_text}），可以恢复它。"
        if newest
        else "也没有找到可用的备份，请把它发给维护人员。"
    )
    return DamagedDatabase(f"数据库“{path}”已损坏，本程序没有改动它；{where}")


def _create(engine: Engine, path: Path) -> None:
    try:
        with told(path), engine.execution_options(writes=True).begin() as connection:
            schema.upgrade(connection)
            sqlite_file.mark_ours(connection)
    except BaseException:
        sqlite_file.let_go(engine)
        if not sqlite_file.exists(path):  # rolled back: nobody else made it meanwhile
            with suppress(OSError):
                path.unlink()
        raise
