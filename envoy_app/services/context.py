"""What every service gets: the database, who acts, and the reference data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from envoy_app.domain.plans import PlanState
from envoy_app.persistence.database import Database
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.backups import BackupService
from envoy_app.services.reference import ReferenceService

PRINTED_SETTING = "printed"
PLAN_MARKS = "plan-mark/"
"""Begins the keys of settings that say what was done with one version of a plan."""
PRINTED = "printed"


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

    def note_printed(self, plan_id: str | None = None) -> None:
        """Remember that a document of a version was made, of the newest where None.

        A version is marked only once it is published: paper of a draft is nothing to send.
        """
        with self.uow() as uow:
            wanted = [PRINTED_SETTING]
            infos = uow.plans.infos()
            printed = next((item for item in infos if plan_id in (None, item.id)), None)
            if printed is not None and printed.state is PlanState.PUBLISHED:
                wanted.append(f"{PLAN_MARKS}{PRINTED}/{printed.id}")
            missing = [key for key in wanted if not uow.settings.get(key, False)]
            if missing:
                uow.leave_unrecorded()  # nothing that anybody would take back
                for key in missing:
                    uow.settings.put(key, True)
                uow.commit()
