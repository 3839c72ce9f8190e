"""What was imported: the runs, the files themselves, and taking an import back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import ImportFile
from envoy_app.domain.import_memory import ListTrace
from envoy_app.domain.imports import ImportReport, ImportRun, RowStatus
from envoy_app.io.atomic import write_atomically
from envoy_app.persistence.undo import Reverted
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext
from envoy_app.services.import_gone import History
from envoy_app.services.import_store import run_of, trace_of

_TOPICS = {
    "envoy": Topic.ROSTER,
    "demand": Topic.DEMANDS,
    "own_term": Topic.SETTINGS,
    "setting": Topic.SETTINGS,
}
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

    def undo(self, run_id: str, *, leave_changed: bool) -> Changes:
        """Take back the import that a run was a part of."""
        return self._turn(run_id, _undo, undone=True, leave_changed=leave_changed)

    def redo(self, run_id: str, *, leave_changed: bool) -> Changes:
        """Do again what was taken back."""
        return self._turn(run_id, _redo, undone=False, leave_changed=leave_changed)

    @no_full_collections()
    def _turn(
        self,
        run_id: str,
        turn: Callable[[UnitOfWork, str, bool], Reverted],
        *,
        undone: bool,
        leave_changed: bool,
    ) -> Changes:
        with self._context.uow() as uow:
            run = uow.import_runs.get(run_id)
            if not run.batch_id:
                raise InputError(_OLD)
            done = turn(uow, run.batch_id, leave_changed)
            uow.import_runs.mark_undone(run.batch_id, undone=undone)
            uow.commit()
        self._context.reference.refresh_terms()
        topics = frozenset(_TOPICS[table] for table in done.tables if table in _TOPICS)
        left = f"，{len(done.left)} 条后来改过的记录没有动" if done.left else ""
        return Changes(topics, done.change_set.description + left)


def _undo(uow: UnitOfWork, batch_id: str, leave_changed: bool) -> Reverted:
    text = f"撤销：{uow.changes.get(batch_id).description}"
    return uow.changes.undo(batch_id, text, leave_changed=leave_changed)


def _redo(uow: UnitOfWork, batch_id: str, leave_changed: bool) -> Reverted:
    undo = uow.changes.undone_by(batch_id)
    text = f"恢复：{uow.changes.get(batch_id).description}"
    return uow.changes.undo(undo.id, text, leave_changed=leave_changed, kind="redo")
