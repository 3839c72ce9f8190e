"""Puts a backup in the place of the database; what was there before is kept."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from envoy_app.domain.backups import Backup, Reason
from envoy_app.domain.errors import DamagedDatabase, EnvironmentProblem, ForeignFile, InputError
from envoy_app.domain.history import ChangeKind, history_code
from envoy_app.durable import replace_durably, sync_file, sync_folder
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.backups import BackupStore, backup_of, made_text_of, named_for
from envoy_app.persistence.database import check_place
from envoy_app.persistence.faults import told
from envoy_app.persistence.history_check import last_of
from envoy_app.persistence.instance_lock import InstanceLock
from envoy_app.persistence.journal import Journal
from envoy_app.persistence.migrating import TRIES, check_revision, migrate_copy, working_copy
from envoy_app.persistence.sqlite_file import ChangeWatch
from envoy_app.persistence.stamps import Stamp

_BESIDE = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: where the earlier content is (None where there was none)."""

    kept: Path | None
    set_aside: bool
    now: Backup


def preview(source: Path) -> Backup:
    """Return what is in a file that may be restored, or what is wrong with it; it is not changed.

    Raises InputError where there is no such file.
    """
    _check_there(source)
    with told(source), TemporaryDirectory(prefix="envoy-") as folder:
        if not sqlite_file.unfinished(source):
            return backup_of(source)
        copy = Path(folder) / source.name
        _copy_with_rest(source, copy)
        return backup_of(copy)


def restore(source: Path, path: Path, who: str = "") -> Restored:
    """Put the content of `source` in the place of the database at `path`.

    A copy is made, verified and, where its schema is older, migrated; the current database is
    backed up (a damaged one set aside under a new name) before the copy takes its place in one
    step. That `who` restored it is put on record in the copy first, after its migration; "" leaves
    it off the record. Raises InputError where `source` is missing or is the database itself;
    EnvironmentProblem where it is not ours, damaged or newer, where the database is open in
    another window, where the disk refuses. Nothing is changed then.
    """
    _check_there(source)
    check_place(path)
    if path.exists() and source.resolve() == path.resolve():
        raise InputError(f"“{source}”就是正在使用的数据库，请选一个备份文件。")
    with told(path), InstanceLock(path), working_copy(path) as copy, named_for(copy, path):
        return _put(_Coming(source, copy, who), path)


def _check_there(source: Path) -> None:
    if not source.is_file():
        raise InputError(f"找不到备份文件“{source}”，请检查路径。")


def _copy_with_rest(source: Path, copy: Path) -> None:
    shutil.copyfile(source, copy)
    for ending in ("-journal", "-wal"):
        rest = source.with_name(f"{source.name}{ending}")
        if rest.is_file():
            shutil.copyfile(rest, copy.with_name(f"{copy.name}{ending}"))


def _prepare(source: Path, copy: Path) -> None:
    """Make a verified copy of the current schema; sentences name the source."""
    with told(source):
        sqlite_file.check_header(source)
    with told(copy):  # a full disk is about the copy
        _copy_with_rest(source, copy)
    try:
        revision = sqlite_file.inspect(copy)  # takes back what a crash left half-done
        if not revision:
            raise ForeignFile(f"“{source}”是空的数据库，没有可以恢复的内容，请另选一个文件。")
        check_revision(revision, source)
        if revision != schema.HEAD:
            migrate_copy(copy)
        sqlite_file.check_whole(copy)
    except DamagedDatabase as problem:
        raise EnvironmentProblem(
            f"备份“{source}”已损坏，不能恢复，请另选一个，现有数据没有改动。"
        ) from problem
    except EnvironmentProblem as problem:
        raise EnvironmentProblem(str(problem).replace(str(copy), str(source))) from problem


class _Coming:
    """The copy that is to take the database's place."""

    def __init__(self, source: Path, copy: Path, who: str) -> None:
        self.path = copy
        self.source = source
        self._who = who
        self._finished = False
        _prepare(source, copy)

    def finish(self, left: str) -> None:
        """Put the restore on record and the copy on the disk; `left` names what it replaces."""
        if self._finished:  # what it says of the database is out of date
            _prepare(self.source, self.path)
        self._finished = True
        if self._who:
            with told(self.path):
                self._record(left)
        sync_file(self.path)

    def _record(self, left: str) -> None:
        made, contents = made_text_of(self.source), sqlite_file.contents_of_copy(self.path)
        engine = sqlite_file.engine_for(self.path)
        try:
            with Session(engine.execution_options(writes=True)) as session, session.begin():
                journal = Journal(session, Stamp(self._who))
                text = f"恢复备份（{made}，{contents.text}）"
                journal.begin(text, ChangeKind.RESTORE, reason=left)
                journal.store()
        finally:
            sqlite_file.let_go(engine)
        sqlite_file.check_whole(self.path)


def _put(coming: _Coming, path: Path) -> Restored:
    if not sqlite_file.exists(path):
        coming.finish("恢复之前没有数据库")
        replace_durably(coming.path, path)
        return Restored(None, False, backup_of(path))
    with closing(ChangeWatch(path)) as watch:
        for _ in range(TRIES):
            try:
                kept, version = _backed_up(path, watch, coming.source)
            except (DamagedDatabase, ForeignFile) as problem:
                if isinstance(problem, ForeignFile) and not _was_ours(path):
                    raise
                return _put_aside(coming, path)
            coming.finish(_left_behind(kept))
            if watch.version() == version:
                sqlite_file.replace_content(path, coming.path)
                return Restored(kept, False, current(path))
    raise _busy(path)


def _put_aside(coming: _Coming, path: Path) -> Restored:
    coming.finish("恢复之前的数据库已损坏")
    aside = set_aside(path)
    replace_durably(coming.path, path)
    return Restored(aside, True, backup_of(path))


def _backed_up(path: Path, watch: ChangeWatch, source: Path) -> tuple[Path, int]:
    """Back up what is there now, again as long as others write; return backup and version.

    Older backups are thinned, but not the one that is being restored.
    """
    for _ in range(TRIES):
        version = watch.version()
        made = BackupStore(path).make(Reason.RESTORE, spare=source)
        if watch.version() == version:
            return made.path, version
    raise _busy(path)


def _busy(path: Path) -> EnvironmentProblem:
    return EnvironmentProblem(f"数据库“{path}”正被另一个程序不断改动，请关闭它后重试。")


def _left_behind(kept: Path) -> str:
    """Return what names the state that a restore replaces, by its history."""
    number, chain = last_of(kept)
    if not chain:
        return "恢复之前的数据没有改动记录"
    return f"恢复之前有 {number} 次改动，历史校验码 {history_code(chain)}"


def current(path: Path) -> Backup:
    """Return what is in a sound database that is in use."""
    with told(path), closing(sqlite_file.connect(path)) as connection:
        contents = sqlite_file.contents_of(connection)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Backup(path, changed, path.stat().st_size, contents=contents, problem="")


def _was_ours(path: Path) -> bool:
    """Whether what is no database of ours any more can only have been one."""
    try:
        sqlite_file.check_header(path)
    except ForeignFile:
        return path.suffix == ".db" or bool(BackupStore(path).entries())
    return bool(BackupStore(path).entries())


def set_aside(path: Path) -> Path:
    """Keep a damaged database under a new name, with what lies beside it; return that name.

    The file itself stays in place until another replaces it: killed on the way, the damaged
    database is still where it was and is found damaged again, never taken for a new one.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    aside = path.with_name(f"{path.stem}.损坏-{moment}Z{path.suffix}")
    shutil.copyfile(path, aside)
    sync_file(aside)
    for ending in _BESIDE:
        # A journal left in place would be played back into the database that comes.
        rest = path.with_name(f"{path.name}{ending}")
        if rest.exists():
            rest.replace(aside.with_name(f"{aside.name}{ending}"))
    sync_folder(path.parent)
    return aside
