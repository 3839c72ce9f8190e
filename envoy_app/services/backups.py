"""Keeping the data safe: backups, restoring them, looking whether all is well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Lock

from envoy_app.domain.backups import Backup, Health, Reason
from envoy_app.domain.errors import UserError
from envoy_app.persistence import doctor, restore
from envoy_app.persistence.backups import BackupStore, export
from envoy_app.persistence.database import Database
from envoy_app.persistence.restore import Restored
from envoy_app.persistence.sqlite_file import ChangeWatch
from envoy_app.services.actor import system_user


class BackupService:
    """The backups of one open database; usable from any thread."""

    def __init__(self, database: Database, actor: str) -> None:
        """Bind to an open database; `actor` is who restores."""
        self._database = database
        self._actor = actor
        self._store = BackupStore(database.path)
        self._watch = ChangeWatch(database.path)
        self._taking_turns = Lock()
        self._saved: int | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._taking_turns:
            self._watch.close()

    @property
    def folder(self) -> Path:
        """Where the backups are; made with the first of them."""
        return self._store.folder

    def make(self, reason: Reason) -> Backup | None:
        """Back up the database where it changed since the last time; None where it did not.

        A database without envoys, demands and plans has nothing to lose and is backed up only by
        hand. Raises EnvironmentProblem where the backup cannot be made or does not verify.
        """
        with self._taking_turns:
            return self._make(reason)

    def _make(self, reason: Reason) -> Backup | None:
        version = (
            self._watch.version()
        )  # before the copy: a change meanwhile counts as one after it
        if reason is not Reason.MANUAL and (version == self._saved or self._is_empty()):
            return None
        made = self._store.make(reason)
        self._saved = version
        return made

    def _is_empty(self) -> bool:
        with self._database.reading("") as uow:
            return not (uow.envoys.any() or uow.demands.any() or uow.plans.infos())

    def entries(self) -> tuple[Backup, ...]:
        """Return the backups, newest first, looked into."""
        return tuple(self._store.look(item) for item in self._store.entries())

    def newest_at(self) -> datetime | None:
        """Return when the newest backup was made, not looked into; None where there is none."""
        return max((item.made_at for item in self._store.entries()), default=None)

    def current(self) -> Backup:
        """Return what is in the database now, to compare with."""
        return restore.current(self._database.path)

    def preview(self, source: Path) -> Backup:
        """Return what is in any file that may be restored, or what is wrong with it."""
        return restore.preview(source)

    def restore(self, source: Path) -> Restored:
        """Put a backup in the database's place, after a backup of what is there now.

        Everything read before is stale then: open the workspace anew. The restore itself is on
        record in the history of what is restored. Raises as `restore_database` does.
        """
        return restore.restore(source, self._database.path, self._actor)


def restore_database(source: Path, path: Path) -> Restored:
    """Put a backup in the place of the database at `path`, which may be damaged or missing.

    Who is logged in stands in the history as the one who did. Raises InputError or
    EnvironmentProblem with one sentence; nothing is changed then.
    """
    return restore.restore(source, path, system_user())


def newest_backup(path: Path) -> Backup | None:
    """Return the newest backup of a database that is sound, also where the database is not."""
    try:
        return BackupStore(path).newest_good()
    except UserError:
        return None


def export_backup(path: Path, target: Path) -> Backup:
    """Write a verified backup to a file of people's choice; an older one there is replaced."""
    return export(path, target)


def examine_database(path: Path) -> Health:
    """Look at a database, its journal and its backups without changing anything."""
    return doctor.examine(path)
