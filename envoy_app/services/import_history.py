"""What was imported: the runs and the files themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import ImportFile
from envoy_app.domain.import_memory import ListTrace
from envoy_app.domain.imports import ImportReport, ImportRun, RowStatus
from envoy_app.io.atomic import write_atomically
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.import_gone import History
from envoy_app.services.import_store import run_of, trace_of

_OLD = "这次导入是旧版本程序做的，没有留下可撤销的记录，请在名册或需求中手工修改。"


class ImportHistory:
    """The imports of a workspace."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context
        self._traces: tuple[tuple[object, ...], History] | None = None

    def runs(self) -> tuple[ImportRun, ...]:
        """Return all runs, newest first."""
        with self._context.read() as uow:
            return uow.import_runs.all()

    def traces(self, uow: UnitOfWork) -> History:
        """Return the lists imported so far, newest first; read again only where they changed."""
        mark = uow.import_runs.mark()
        if self._traces is None or self._traces[0] != mark:
            found: list[tuple[ImportRun, ListTrace]] = list(uow.import_runs.traces())
            self._traces = (mark, found)
        return self._traces[1]

    def keep(
        self,
        uow: UnitOfWork,
        files: Sequence[ImportFile],
        reports: Sequence[ImportReport],
        batch_id: str,
    ) -> None:
        """Record the files that were imported, with their contents."""
        for file, report in zip(files, reports, strict=True):
            if not any(row.status is not RowStatus.ERROR for row in report.rows):
                continue
            run = run_of(report, batch_id)
            uow.import_files.keep(report.sha256, file.content)
            uow.import_runs.add([run], {run.id: trace_of(report)})

    def save_original(self, run_id: str, target: Path) -> Path:
        """Write the file that was imported; raises NotFoundError where it was not kept."""
        with self._context.read() as uow:
            content = uow.import_files.content(uow.import_runs.get(run_id).sha256)

        def write(path: Path) -> None:
            path.write_bytes(content)

        return write_atomically(target, write)

    def batch_of(self, run_id: str) -> str:
        """Return the id of the change that a run was a part of.

        Raises InputError where an old version of the program imported it: that cannot be undone.
        """
        with self._context.read() as uow:
            run = uow.import_runs.get(run_id)
        if not run.batch_id:
            raise InputError(_OLD)
        return run.batch_id
