"""The SQLite file itself: is it ours and sound, how to open and back it up.

Everything that only SQLite has lives here and in `location`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.persistence.faults import told

APPLICATION_ID = 0x7E1ADA51  # marks the file as ours in SQLite's header
BUSY_MILLISECONDS = 10_000
# Write-ahead logging lost data around checkpoints ("WAL reset bug") before this release.
SAFE_WAL_VERSION = (3, 51, 3)
_MAGIC = b"SQLite format 3\x00"
# Chinese as it is takes half the room of escapes.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def exists(path: Path) -> bool:
    """Whether there is something to open (an empty file counts as nothing)."""
    return path.is_file() and path.stat().st_size > 0


def settle(path: Path) -> None:
    """Let SQLite roll back what a crash left half-done, so that the file can be judged.

    Until then its first page may be missing, and a database that was never finished is not empty
    yet. A file that cannot be rolled back stays as it is; `inspect` tells what is wrong with it.
    """
    left = (path.with_name(path.name + ending) for ending in ("-journal", "-wal"))
    if path.is_file() and any(map(exists, left)):
        with suppress(sqlite3.Error), closing(_connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def check_folder(path: Path) -> None:
    """Raise InputError where the folder for a new database is missing or `path` is a folder."""
    if path.is_dir():
        raise InputError(f"“{path}”是文件夹，不是数据库文件，请指明文件名。")
    if not path.parent.is_dir():
        raise InputError(f"找不到文件夹“{path.parent}”，请先建立它或换一个位置。")


def inspect(path: Path) -> str:
    """Return the schema revision of an existing database after checking that it is sound.

    Raises EnvironmentProblem where it is not ours or damaged. The file is not changed.
    """
    with _damage_told(path), told(path):
        _check_header(path)
        with closing(_connect(path)) as connection:
            _check_ours(connection, path)
            _check_sound(connection, path)
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(found[0]) if found else ""


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Whatever else SQLite says of a file that it cannot read means damage."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise EnvironmentProblem(
            f"数据库“{path}”已损坏，请从备份恢复，本程序没有改动它。"
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    # Not mode=ro: that could not roll back what a crash left half-done.
    uri = path.absolute().as_uri() + "?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_MILLISECONDS / 1000)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise EnvironmentProblem(f"无法读取数据库“{path}”，请检查文件权限或换一个位置。") from error
    if start != _MAGIC:
        raise EnvironmentProblem(f"“{path}”不是本程序的数据库文件，请另选一个文件。")


def _check_ours(connection: sqlite3.Connection, path: Path) -> None:
    number = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name='alembic_version'")
    if number != APPLICATION_ID or tables.fetchone() is None:
        raise EnvironmentProblem(f"“{path}”是其他程序的数据库，本程序没有改动它，请另选一个文件。")


def _check_sound(connection: sqlite3.Connection, path: Path) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise EnvironmentProblem(f"数据库“{path}”已损坏，请从备份恢复，本程序没有改动它。")


def backup(path: Path, target: Path) -> Path:
    """Copy a database through SQLite's backup API, safe while others read; return `target`."""
    with (
        told(target),
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    with told(target):
        _sync_folder(target.parent)
    return target


def _sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; else a power cut may undo a removed journal."""
    if os.name != "posix":  # Windows cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems refuse
            os.fsync(handle)
    finally:
        os.close(handle)


def backup_name(path: Path, revision: str) -> Path:
    """Return where the copy made before a migration goes, beside the database."""
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return path.with_name(f"{path.stem}.{revision}.{moment}.bak{path.suffix}")


def journal_mode(version: tuple[int, ...]) -> str:
    """Return the journal mode that is safe with this version of SQLite.

    TRUNCATE, not DELETE: with synchronous=FULL SQLite does not wait until the removal of the
    journal is on the disk, so a power cut can bring it back and with it undo what was acknowledged
    (sqlite.org/pragma.html#pragma_synchronous, EXTRA; Windows cannot sync folders at all). A
    shortened journal is synced.
    """
    return "WAL" if version >= SAFE_WAL_VERSION else "TRUNCATE"


def engine_for(path: Path) -> Engine:
    """Return an engine whose connections keep the promises in SPEC.md (Traps, SQLite).

    Transactions begin IMMEDIATE with the execution option `writes`, so that a writer waits its
    turn at the start instead of failing in the middle.
    """
    engine = create_engine(
        f"sqlite:///{path.absolute().as_posix()}",
        connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        json_serializer=_ENCODER.encode,
        hide_parameters=True,  # else errors, and with them the log, hold names and numbers
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours; the driver would start late and deferred
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous=FULL")


def let_go(engine: Engine) -> None:
    """Close an engine; the empty journal that TRUNCATE leaves goes unless others work with it."""
    if journal_mode(sqlite3.sqlite_version_info) == "TRUNCATE":
        with suppress(SQLAlchemyError), engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # the mode changes outside of transactions only
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    engine.dispose()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def mark_ours(connection: Connection) -> None:
    """Write our application id into a new database's header."""
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
