"""One transaction: everything in it is stored together or not at all."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from envoy_app.domain.changes import Changes
from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.geography import County
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.import_memory import Origin, OwnTerm
from envoy_app.domain.people import Envoy
from envoy_app.domain.vocabulary import Specialty
from envoy_app.persistence import mappers, tables
from envoy_app.persistence.change_queries import ChangeQueries
from envoy_app.persistence.faults import problem_of, told
from envoy_app.persistence.import_runs import ImportFiles, ImportRunRepository
from envoy_app.persistence.journal import Journal
from envoy_app.persistence.location import FileIdentity, file_identity
from envoy_app.persistence.plans import PlanRepository
from envoy_app.persistence.readable import Unreadable
from envoy_app.persistence.records import by_topic
from envoy_app.persistence.repositories import AmbiguousTerms, Repository, Settings
from envoy_app.persistence.stamps import Stamp
from envoy_app.persistence.undo import ChangeSets

_log = logging.getLogger(__name__)


class UnitOfWork:
    """A transaction as a context manager; without `commit()` it is rolled back.

    Writers queue for the database at the start, so that none fails half-way. Not shared between
    threads: each call makes its own. Storage errors that people can mend (disk full, no
    permission, locked) leave it as EnvironmentProblem.
    """

    def __init__(
        self,
        engine: Engine,
        path: Path,
        actor: str,
        *,
        recorded: bool = False,
        file: FileIdentity | None = None,
    ) -> None:
        """Bind to an engine; nothing is opened before `with`.

        With `recorded` every write must be described, or `commit` raises RuntimeError. `file` is
        which file `path` must still name, None for any.
        """
        self._file = file
        self._engine = engine
        self._recorded = recorded
        self._path = path
        self._stamp = Stamp(actor)

    def __enter__(self) -> Self:
        self._session = Session(self._engine, expire_on_commit=False)
        try:
            self._present()
            with told(self._path):
                self._session.connection()  # BEGIN now: a database in use is told at the start
        except BaseException:
            self._session.close()
            raise
        self._wire(self._session)
        return self

    def _present(self) -> None:
        """Raise EnvironmentProblem where the file is gone or another one has taken its place.

        SQLite would go on writing into what has no name any more, and lose it all at the end.
        """
        if self._file is not None and file_identity(self._path) != self._file:
            raise EnvironmentProblem(
                f"数据库文件“{self._path}”被移走或换掉了，没有写入；请把它放回原处，"
                "或者重新打开程序，从备份恢复。"
            )

    def _wire(self, session: Session) -> None:
        stamp = self._stamp
        self._journal = journal = Journal(session, stamp, must=self._recorded)
        self.changes = ChangeSets(session, stamp, journal)
        self.history = ChangeQueries(session)
        self.settings = Settings(session, stamp, journal)
        self.ambiguous_terms = AmbiguousTerms(session, stamp)
        self.plans = PlanRepository(session, stamp, journal)
        self.import_files = ImportFiles(session, stamp)
        self.import_runs = ImportRunRepository(session, stamp)
        self._wire_people(session, stamp, journal)
        self._wire_reference(session, stamp, journal)

    def _wire_people(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        self.envoys: Repository[tables.EnvoyRow, Envoy] = Repository(
            session,
            stamp,
            tables.EnvoyRow,
            "特派员",
            mappers.envoy_values,
            mappers.envoy_of,
            journal,
        )
        self.demands: Repository[tables.DemandRow, Demand] = Repository(
            session,
            stamp,
            tables.DemandRow,
            "服务需求",
            mappers.demand_values,
            mappers.demand_of,
            journal,
        )
        self.origins: Repository[tables.OriginRow, Origin] = Repository(
            session,
            stamp,
            tables.OriginRow,
            "导入来源",
            mappers.origin_values,
            mappers.origin_of,
            journal,
        )
        self.own_terms: Repository[tables.OwnTermRow, OwnTerm] = Repository(
            session,
            stamp,
            tables.OwnTermRow,
            "同义词",
            mappers.own_term_values,
            mappers.own_term_of,
            journal,
        )

    def _wire_reference(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        self.counties: Repository[tables.CountyRow, County] = Repository(
            session,
            stamp,
            tables.CountyRow,
            "县",
            mappers.county_values,
            mappers.county_of,
            journal,
        )
        self.specialties: Repository[tables.SpecialtyRow, Specialty] = Repository(
            session,
            stamp,
            tables.SpecialtyRow,
            "专业领域",
            mappers.specialty_values,
            mappers.specialty_of,
            journal,
        )
        self.standards: Repository[tables.StandardRow, CoverageStandard] = Repository(
            session,
            stamp,
            tables.StandardRow,
            "覆盖标准",
            mappers.standard_values,
            mappers.standard_of,
            journal,
        )
        self.minimums: Repository[tables.CountyMinimumRow, CountyMinimum] = Repository(
            session,
            stamp,
            tables.CountyMinimumRow,
            "覆盖标准",
            mappers.minimum_values,
            mappers.minimum_of,
            journal,
        )

    def describe(
        self, description: str, kind: ChangeKind = ChangeKind.EDIT, reason: str = ""
    ) -> str:
        """Record what follows, so that undo can take it back; return the id of the change.

        To be called before the first write. `description` is Chinese, for the undo menu; it never
        holds ID numbers or telephone numbers. `reason` is why, where somebody said so.
        """
        return self._journal.begin(description, kind, reason=reason)

    def leave_unrecorded(self) -> None:
        """Let this unit of work write without a description.

        For what people neither see nor take back: marks of imports, that something was printed.
        """
        self._journal.must = False

    @property
    def change_id(self) -> str:
        """The id of the change being recorded, "" before `describe`."""
        return self._journal.change_id

    def commit(self) -> Changes:
        """Store everything done so far; return what was recorded of it.

        Raises EnvironmentProblem where the disk refuses.
        """
        change_id, description = self._journal.change_id, self._journal.description
        with told(self._path):
            records = by_topic(self._journal.store())
            self._present()
            self._session.commit()
        change_id = change_id if self._journal.stored else ""
        if change_id:
            _log.info("written: %s (%s)", description, change_id)
        return Changes(frozenset(records), description, records, change_id)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()  # rolls back what was not committed
        told_here = isinstance(error, DBAPIError | Unreadable)
        if error and told_here and (problem := problem_of(error, self._path)):
            raise problem from error
