"""Migrations on a copy: the database gets the new schema only when the copy has verified."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.durable import sync_file
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.backups import PART, BackupStore, newer_problem, remove, working_prefix
from envoy_app.persistence.faults import told
from envoy_app.persistence.instance_lock import InstanceLock

LOCK_SECONDS = 10.0  # another process that migrates the same database is done by then
TRIES = 5  # how often to begin again because others wrote meanwhile
# Never fewer after a migration than before, whatever becomes of other tables.
_KEPT = ("envoy", "demand", "plan", "plan_version", "plan_visit")


@contextmanager
def working_copy(path: Path) -> Iterator[Path]:
    """Hand out the name of a file beside the database; whatever is left of it goes."""
    copy = path.with_name(f"{working_prefix(path)}{secrets.token_hex(4)}{PART}")
    try:
        yield copy
    finally:
        remove(copy)


def migrate(path: Path) -> None:
    """Bring the database at `path` to the current schema after a backup.

    Killed at any moment, the old or the new database is there. Raises EnvironmentProblem where it
    is open elsewhere, where the backup or the copy cannot be made or does not verify; the
    database is untouched then.
    """
    with InstanceLock(path, wait=LOCK_SECONDS):
        if sqlite_file.inspect(path) == schema.HEAD:
            return  # another process was faster
        for _ in range(TRIES):
            if _migrated(path):
                return
    raise EnvironmentProblem(f"数据库“{path}”正被另一个程序不断改动，请关闭它后重试。")


def _migrated(path: Path) -> bool:
    """Migrate by way of a copy; False, and nothing done, where others wrote meanwhile."""
    with (
        closing(sqlite_file.ChangeWatch(path)) as watch,
        told(path),
        working_copy(path) as copy,
    ):
        version = watch.version()
        BackupStore(path).make(Reason.MIGRATION)
        sqlite_file.snapshot(path, copy)
        migrate_copy(copy)
        sync_file(copy)
        if watch.version() != version:
            return False
        sqlite_file.replace_content(path, copy)
        return True


def migrate_copy(copy: Path) -> None:
    """Bring a copy that nobody else uses to the current schema, and verify it.

    Raises EnvironmentProblem where it does not verify.
    """
    before = _counts(copy)
    engine = sqlite_file.engine_for(copy)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            schema.upgrade(connection)
    finally:
        engine.dispose()
    sqlite_file.check_whole(copy)
    after = _counts(copy)
    lost = [name for name in _KEPT if after.get(name, 0) < before.get(name, 0)]
    if lost or _revision(copy) != schema.HEAD:
        raise EnvironmentProblem(
            "数据库升级后核对不符，已放弃升级，原数据没有改动，请把备份发给维护人员。"
        )


def check_revision(revision: str, path: Path) -> None:
    """Raise EnvironmentProblem for a schema newer than this program."""
    if newer_problem(revision):
        raise EnvironmentProblem(
            f"数据库“{path}”由更新版本的程序建立，请先升级本程序再打开，数据没有改动。"
        )


def _counts(copy: Path) -> dict[str, int]:
    with closing(sqlite_file.connect_still(copy)) as connection:
        return sqlite_file.counts_of(connection)


def _revision(copy: Path) -> str:
    with closing(sqlite_file.connect_still(copy)) as connection:
        return sqlite_file.revision_of(connection)
