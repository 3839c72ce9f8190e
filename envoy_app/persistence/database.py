"""Opens a database: checks its place and soundness, makes or migrates it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.faults import told
from envoy_app.persistence.location import check_location
from envoy_app.persistence.unit_of_work import UnitOfWork


class Database:
    """An open database, usable from any thread; hands out units of work."""

    def __init__(self, path: Path, engine: Engine) -> None:
        """Take over an engine on a database of the current schema."""
        self.path = path
        self._engine = engine
        self._writing_engine = engine.execution_options(writes=True)

    def writing(self, actor: str) -> UnitOfWork:
        """Return a unit of work that may write; writers take turns."""
        return UnitOfWork(self._writing_engine, self.path, actor)

    def reading(self, actor: str) -> UnitOfWork:
        """Return a unit of work for reading; it sees the database at one moment."""
        return UnitOfWork(self._engine, self.path, actor)

    def close(self) -> None:
        """Let go of the file, leaving nothing beside it."""
        sqlite_file.let_go(self._engine)


def open_database(path: Path) -> Database:
    """Open the database at `path`, made where absent, migrated (after a backup) where older.

    Raises EnvironmentProblem for a network or synced folder, a newer schema, a damaged or foreign
    file, missing rights, a full disk; InputError where the folder does not exist. A file that is
    refused is left untouched.
    """
    check_location(path)
    sqlite_file.check_folder(path)
    sqlite_file.settle(path)
    is_new = not sqlite_file.exists(path)
    revision = "" if is_new else sqlite_file.inspect(path)
    if revision and revision not in schema.REVISIONS:
        raise EnvironmentProblem(
            f"数据库“{path}”由更新版本的程序建立，请先升级本程序再打开，数据没有改动。"
        )
    if revision and revision != schema.HEAD:
        sqlite_file.backup(path, sqlite_file.backup_name(path, revision))
    engine = sqlite_file.engine_for(path)
    if revision != schema.HEAD:
        _migrate(engine, path, is_new)
    return Database(path, engine)


def _migrate(engine: Engine, path: Path, is_new: bool) -> None:
    try:
        with told(path), engine.execution_options(writes=True).begin() as connection:
            schema.upgrade(connection)
            if is_new:
                sqlite_file.mark_ours(connection)
    except BaseException:
        sqlite_file.let_go(engine)
        if is_new and not sqlite_file.exists(path):  # rolled back: nobody else made it meanwhile
            with suppress(OSError):
                path.unlink()
        raise
