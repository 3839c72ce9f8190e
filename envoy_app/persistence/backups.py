"""Backups: verified copies in a folder beside the database, thinned as they age.

A backup's name holds when (UTC) and why it was made and the beginning of its content's SHA-256, so
that a copy which rots on the disk is known for what it is without a list beside it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from envoy_app.domain.backups import Backup, Reason, superseded
from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.durable import make_folder, replace_durably
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.faults import told

_NAME = re.compile(r"^(\d{8}T\d{6}\d{3})Z-([^-.]+)-([0-9a-f]{16})\.db$")
_MOMENT = "%Y%m%dT%H%M%S%f"
PART = ".part"
FOLDER_ENDING = "-备份"
_HEADER = 100
# What differs between two copies of the same: counters of changes, SQLite's version.
_COUNTERS = (slice(24, 28), slice(40, 44), slice(92, 100))
_BLOCK = 1 << 20
LEFT_OVER = timedelta(hours=1)


def folder_of(path: Path) -> Path:
    """Return where the backups of a database are."""
    return path.with_name(f"{path.name}{FOLDER_ENDING}")


def refuse_backup(path: Path) -> None:
    """Raise InputError where `path` is one of our backups: opening would change it."""
    if _NAME.match(path.name) and path.parent.name.endswith(FOLDER_ENDING):
        raise InputError(
            f"“{path}”是备份，不能直接打开，以免改动它；请用设置页的备份或 envoy restore 恢复它，"
            "或复制到别处再打开。"
        )


class BackupStore:
    """The backups of one database; usable from any thread and several processes at once."""

    def __init__(self, path: Path) -> None:
        """Bind to a database; nothing is made before `make`."""
        self.path = path
        self.folder = folder_of(path)
        self._looked_at: dict[tuple[Path, int, float], Backup] = {}

    def make(
        self, reason: Reason, now: datetime | None = None, spare: Path | None = None
    ) -> Backup:
        """Make and verify a backup, then thin the older ones; return the one that stands for now.

        Where nothing changed since the newest one, that one is returned. `spare` is a backup in
        use, which stays. Raises
        EnvironmentProblem where it cannot be made, DamagedDatabase where the database is unsound;
        older backups stay then.
        """
        moment = now or datetime.now(UTC)
        with told(self.folder):
            make_folder(self.folder)
            with _part(self.folder) as part, named_for(part, self.folder):
                take(self.path, part)
                digest = digest_of(part)
                same = self._newest_like(digest, reason)
                if same is not None:
                    return same
                target = self.folder / _name(moment, reason, digest)
                replace_durably(part, target)
            self.thin(moment, spare)
            return self.look(_entry(target))

    def _newest_like(self, digest: str, reason: Reason) -> Backup | None:
        """Return the newest backup where it holds the same and stays as long."""
        newest = next(iter(self.entries()), None)
        if newest is None or newest.digest != digest:
            return None
        if reason.lasting and not (newest.reason and newest.reason.lasting):
            return None
        found = self.look(newest)
        return found if found.usable else None

    def entries(self) -> tuple[Backup, ...]:
        """Return the backups, newest first, not looked into."""
        if not self.folder.is_dir():
            return ()
        found = []
        with told(self.folder):
            for path in self.folder.iterdir():
                if _NAME.match(path.name):
                    with suppress(FileNotFoundError):  # another process thinned meanwhile
                        found.append(_entry(path))
        return tuple(sorted(found, key=lambda item: item.path.name, reverse=True))

    def look(self, backup: Backup) -> Backup:
        """Return a backup with its contents and what is wrong with it; a known one at once."""
        key = backup.path, backup.size, backup.made_at.timestamp()
        if key not in self._looked_at:
            self._looked_at[key] = looked_into(backup)
        return self._looked_at[key]

    def newest_good(self) -> Backup | None:
        """Return the newest backup that is sound and that this program can restore."""
        return next((item for item in map(self.look, self.entries()) if item.usable), None)

    def thin(self, now: datetime, spare: Path | None = None) -> None:
        """Remove backups that a newer one stands for, and what broken-off ones left behind.

        None is removed for one that is not sound, nor is `spare`.
        """
        entries = self.entries()
        made = [(item.made_at.astimezone(), bool(item.reason and item.reason.lasting))
                for item in entries]  # fmt: skip
        for index, by in superseded(made, now.astimezone()).items():
            spared = spare is not None and entries[index].path.name == spare.name
            if not spared and self.look(entries[by]).usable:
                entries[index].path.unlink(missing_ok=True)
        _clear(self.folder, ".", now)
        _clear(self.path.parent, working_prefix(self.path), now)


def working_prefix(path: Path) -> str:
    """Return how the names of working copies beside a database begin."""
    return f".{path.stem}-"


def _clear(folder: Path, prefix: str, now: datetime) -> None:
    """Remove working copies of processes that did not come to their end."""
    for rest in folder.iterdir():
        if rest.name.startswith(prefix) and PART in rest.name:
            with suppress(OSError):
                if now.timestamp() - rest.stat().st_mtime > LEFT_OVER.total_seconds():
                    rest.unlink()


def take(path: Path, target: Path) -> None:
    """Copy a database into a new file and verify the copy: sound, ours, all rows there.

    Raises DamagedDatabase where the database itself is unsound.
    """
    counts = sqlite_file.snapshot(path, target)
    with named_for(target, path):
        sqlite_file.check_whole(target, counts)


def export(path: Path, target: Path) -> Backup:
    """Write a verified backup to where people want it, in one step; a file there is replaced.

    Raises InputError where the target is a database in use or its folder is missing,
    EnvironmentProblem where it cannot be written.
    """
    sqlite_file.check_folder(target)
    if target.resolve() == path.resolve() or _in_use(target):
        raise InputError(f"“{target}”是正在使用的数据库，不能当备份写入，请换一个文件名。")
    with told(target), _part(target.parent) as part, named_for(part, target):
        take(path, part)
        replace_durably(part, target)
        return looked_into(_entry(target))


def _in_use(path: Path) -> bool:
    beside = ("-journal", "-wal", ".lock")
    return any(path.with_name(f"{path.name}{ending}").exists() for ending in beside)


def looked_into(backup: Backup) -> Backup:
    """Return a backup with its contents, or with what is wrong with it."""
    try:
        with told(backup.path):
            if backup.digest and digest_of(backup.path) != backup.digest:
                return replace(backup, problem="文件内容与备份时不同，已损坏。")
        # One that we named was checked page by page before it got its name.
        sqlite_file.check_whole(backup.path, deep=not backup.digest)
        contents = sqlite_file.contents_of_copy(backup.path)
    except EnvironmentProblem as problem:
        return replace(backup, problem=str(problem))
    return replace(backup, contents=contents, problem=newer_problem(contents.revision))


def newer_problem(revision: str) -> str:
    """Return the sentence for a schema that this program does not know yet, "" for a known one."""
    return "" if revision in schema.REVISIONS else "由更新版本的程序建立，请先升级本程序。"


def backup_of(path: Path) -> Backup:
    """Return any database file as a backup, looked into."""
    with told(path):
        return looked_into(_entry(path))


def made_text_of(path: Path) -> str:
    """Return when a backup or another database file was made, for people."""
    with told(path):
        return _entry(path).made_text


def digest_of(path: Path) -> str:
    """Return what stands for a file's content in its name: the beginning of a SHA-256.

    Two backups of an unchanged database have the same.
    """
    with path.open("rb") as file:
        header = bytearray(file.read(_HEADER))
        for counter in _COUNTERS:
            header[counter] = bytes(len(header[counter]))
        found = sha256(header)
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()[:16]


@contextmanager
def _part(folder: Path) -> Iterator[Path]:
    """Hand out a new file's name; whatever is left of it goes."""
    path = folder / f".{secrets.token_hex(6)}{PART}"
    try:
        yield path
    finally:
        remove(path)


def remove(path: Path) -> None:
    """Remove a working copy and what SQLite left beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


@contextmanager
def named_for(copy: Path, path: Path) -> Iterator[None]:
    """Tell people of the file they know, not of the working copy that met the trouble."""
    try:
        yield
    except EnvironmentProblem as problem:
        raise type(problem)(str(problem).replace(str(copy), str(path))) from problem


def _name(moment: datetime, reason: Reason, digest: str) -> str:
    text = moment.astimezone(UTC).strftime(_MOMENT)[:-3]
    return f"{text}Z-{reason.value}-{digest}.db"


def _entry(path: Path) -> Backup:
    size, changed = path.stat().st_size, path.stat().st_mtime
    parts = _NAME.match(path.name)
    if parts is None:
        return Backup(path, datetime.fromtimestamp(changed, UTC), size)
    moment = datetime.strptime(f"{parts[1]}000", _MOMENT).replace(tzinfo=UTC)
    reason = next((item for item in Reason if item.value == parts[2]), None)
    return Backup(path, moment, size, reason, parts[3])
