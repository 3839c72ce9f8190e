"""The SQLite file itself: is it ours and sound, how to open and back it up.

Everything that only SQLite has lives here and in `location`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from envoy_app.domain.backups import Contents
from envoy_app.domain.errors import (
    DamagedDatabase,
    EnvironmentProblem,
    ForeignFile,
    InputError,
)
from envoy_app.persistence import schema
from envoy_app.persistence.faults import told

APPLICATION_ID = 0x7E1ADA51  # marks the file as ours in SQLite's header
BUSY_MILLISECONDS = 10_000
# Write-ahead logging lost data around checkpoints ("WAL reset bug") before this release.
SAFE_WAL_VERSION = (3, 51, 3)
_MAGIC = b"SQLite format 3\x00"
# Tables whose newest row tells when people last changed something.
_CHANGED_BY_PEOPLE = ("envoy", "demand", "plan_version", "setting", "import_run", "change_set")
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
        with suppress(sqlite3.Error), closing(connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def check_folder(path: Path) -> None:
    """Raise InputError where the folder for a new database is missing or `path` is a folder."""
    if path.is_dir():
        raise InputError(f"“{path}”是文件夹，不是数据库文件，请指明文件名。")
    if not path.parent.is_dir():
        raise InputError(f"找不到文件夹“{path.parent}”，请先建立它或换一个位置。")


def inspect(path: Path) -> str:
    """Return the schema revision of an existing database after checking that it is sound.

    Returns "" for one without any table: its making was broken off. Raises DamagedDatabase where
    it is damaged, ForeignFile where it is not ours. The file is not changed, but for what a crash
    left half-done, which is rolled back.
    """
    # Through SQLite alone: closing another handle of a file drops this process's POSIX locks.
    with _damage_told(path), told(path), closing(connect(path)) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return ""
        check_ours(connection, path)
        _check_sound(connection, path)
        return _checked_revision(connection, path)


def unfinished(path: Path) -> bool:
    """Whether a crash left a transaction beside the file, so that it is not whole by itself."""
    beside = (path.with_name(f"{path.name}{ending}") for ending in ("-journal", "-wal"))
    return any(rest.is_file() and rest.stat().st_size for rest in beside)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Whatever else SQLite says of a file that it cannot read means damage."""
    try:
        yield
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise damaged(path) from error


def damaged(path: Path) -> DamagedDatabase:
    """Return the sentence for a database that cannot be read."""
    return DamagedDatabase(f"数据库“{path}”已损坏，请从备份恢复，本程序没有改动它。")


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading while others may write; ends what a crash left half-done."""
    # Not mode=ro: that could not roll back what a crash left half-done.
    uri = path.absolute().as_uri() + "?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_MILLISECONDS / 1000)
    connection.execute("PRAGMA query_only=ON")
    return connection


def connect_still(path: Path) -> sqlite3.Connection:
    """Open a finished file that nobody writes, such as a backup; leaves nothing beside it."""
    return sqlite3.connect(path.absolute().as_uri() + "?immutable=1", uri=True)


def check_header(path: Path) -> None:
    """Raise ForeignFile where a file that nobody has open does not begin as a database does."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise EnvironmentProblem(f"无法读取数据库“{path}”，请检查文件权限或换一个位置。") from error
    if start != _MAGIC:
        raise ForeignFile(f"“{path}”不是本程序的数据库文件，请另选一个文件。")


def check_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ForeignFile for another program's database."""
    number = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name='alembic_version'")
    if number != APPLICATION_ID or tables.fetchone() is None:
        raise ForeignFile(f"“{path}”是其他程序的数据库，本程序没有改动它，请另选一个文件。")


def _checked_revision(connection: sqlite3.Connection, path: Path) -> str:
    revision = revision_of(connection)
    if not revision or (revision == schema.HEAD and schema.missing(connection)):
        raise damaged(path)
    return revision


def _check_sound(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged(path)


def check_whole(path: Path, counts: Mapping[str, int] | None = None, *, deep: bool = True) -> None:
    """Check a finished copy: ours, its pages sound (where `deep`), the rows that it must have.

    Raises DamagedDatabase, or EnvironmentProblem where it is not ours.
    """
    with _damage_told(path), told(path):
        check_header(path)
        with closing(connect_still(path)) as connection:
            check_ours(connection, path)
            _checked_revision(connection, path)
            if deep:
                _check_sound(connection, path)
            if counts is not None and counts_of(connection) != counts:
                raise damaged(path)


def counts_of(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    ).fetchall()
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
        for (name,) in names
    }


def contents_of(connection: sqlite3.Connection) -> Contents:
    """Return what people want to know of a database before they restore it; any of our schemas."""
    counts = counts_of(connection)
    moments = [
        connection.execute(f'SELECT max(updated_at) FROM "{name}"').fetchone()[0]
        for name in _CHANGED_BY_PEOPLE
        if name in counts
    ]
    newest = max((text for text in moments if text), default=None)
    envoys = 0
    if "envoy" in counts:  # who has left is on no list that people see
        envoys = connection.execute("SELECT count(*) FROM envoy WHERE active").fetchone()[0]
    return Contents(
        revision=revision_of(connection),
        envoys=envoys,
        demands=counts.get("demand", 0),
        plans=counts.get("plan", 0),
        newest_change=datetime.fromisoformat(newest).replace(tzinfo=UTC) if newest else None,
    )


def contents_of_copy(path: Path) -> Contents:
    """Return what is in a finished copy; raises DamagedDatabase where it cannot be read."""
    with _damage_told(path), told(path), closing(connect_still(path)) as connection:
        return contents_of(connection)


def revision_of(connection: sqlite3.Connection) -> str:
    """Return the revision of the schema, "" where there is none."""
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


class ChangeWatch:
    """Tells whether a database was changed: SQLite counts others' commits for a connection."""

    def __init__(self, path: Path) -> None:
        """Bind to a database; it is opened at the first question."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._last = 0

    def version(self) -> int:
        """Return a number that differs after every commit; for one thread at a time."""
        with told(self._path):
            return self._read()

    def _read(self) -> int:
        return int(self._connected().execute("PRAGMA data_version").fetchone()[0])

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = self._path.absolute().as_uri() + "?mode=rw"
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=BUSY_MILLISECONDS / 1000, check_same_thread=False
            )
        return self._connection

    def glance(self) -> int:
        """Return the same without waiting; the number from before while somebody is writing."""
        with suppress(sqlite3.Error):
            if self._connection is None:
                self._last = self.version()
                self._connected().execute("PRAGMA busy_timeout=0")
            else:
                self._last = self._read()
        return self._last

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def snapshot(path: Path, target: Path) -> dict[str, int]:
    """Copy a database as it is at one moment through SQLite's backup API; return its row counts.

    Others may read meanwhile; `target` is a new file and not yet on the disk for certain.
    """
    with told(path), closing(connect(path)) as source:
        source.isolation_level = None
        source.execute("BEGIN")
        counts = counts_of(source)
        with told(target), closing(sqlite3.connect(target)) as copy:
            # A copy cut short is thrown away, so it needs no journal of its own.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            _copy_pages(source, copy)
    return counts


def replace_content(path: Path, source: Path) -> None:
    """Give the database at `path` the content of another, in one transaction of SQLite's own.

    Not by renaming: a process that has the old file open would go on writing into it unseen. Who
    is waiting for the lock sees the new content; a crash on the way is rolled back.
    """
    with told(path), closing(connect_still(source)) as new, closing(_connect_writing(path)) as old:
        _copy_pages(new, old)
        _remove_empty_journal(old)


def _connect_writing(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000)
    if journal_mode(sqlite3.sqlite_version_info) == "TRUNCATE":  # WAL is kept in the file
        connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _remove_empty_journal(connection: sqlite3.Connection) -> None:
    """Remove what TRUNCATE leaves, unless others work with it."""
    if journal_mode(sqlite3.sqlite_version_info) == "TRUNCATE":
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA journal_mode=DELETE")


def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy all pages; a lock that others do not let go of ends it (Python would try for ever)."""
    until = monotonic() + BUSY_MILLISECONDS / 1000

    def step(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, progress=step, sleep=0.05)


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
    event.listen(engine, "checkin", _leave_no_transaction)
    return engine


def reading_engine_for(path: Path) -> Engine:
    """Return an engine for looking at a database with what the program reads it with by itself.

    Nothing is written, not even the journal mode.
    """
    return create_engine("sqlite://", creator=lambda: connect(path), hide_parameters=True)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours; the driver would start late and deferred
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous=FULL")


def _leave_no_transaction(connection: sqlite3.Connection | None, _record: object) -> None:
    """Roll back what a commit that failed (somebody reads for too long) left open.

    SQLite keeps such a transaction, so that the commit could be tried again; SQLAlchemy takes it
    for ended, and the next user of the connection could not begin one.
    """
    if connection is not None and connection.in_transaction:
        connection.rollback()


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
