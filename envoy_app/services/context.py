"""What every service gets: the database, who acts, and the reference data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from envoy_app.persistence.database import Database
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.backups import BackupService
from envoy_app.services.reference import ReferenceService

PRINTED_SETTING = "printed"


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """Shared by the services of one workspace; safe to use from any thread."""

    database: Database
    actor: str
    reference: ReferenceService
    backups: BackupService
    shared: dict[str, Any] = field(default_factory=dict)
    """What services keep for each other, by name; each is made by who needs it first."""

    @property
    def path(self) -> Path:
        """The database file."""
        return self.database.path

    def uow(self) -> UnitOfWork:
        """Return a transaction for one change by the user, which must be described.

        `with context.uow() as uow: …; uow.describe("…"); …; return uow.commit()`: read first,
        describe before the first write, return what the commit says was changed.
        """
        return self.database.writing(self.actor, recorded=True)

    def read(self) -> UnitOfWork:
        """Return a transaction for reading; do not write or commit in it."""
        return self.database.reading(self.actor)

    def printed_in(self, uow: UnitOfWork) -> bool:
        """Whether a document was ever made from this database."""
        return bool(uow.settings.get(PRINTED_SETTING, False))

    def note_printed(self) -> None:
        """Remember that a document was made; the checklist shows it."""
        with self.uow() as uow:
            if not self.printed_in(uow):
                uow.leave_unrecorded()  # nothing that anybody would take back
                uow.settings.put(PRINTED_SETTING, True)
                uow.commit()
