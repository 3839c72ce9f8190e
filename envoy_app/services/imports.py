"""Importing rosters and demands: read files, settle what is doubtful, write in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from envoy_app.domain.backups import Reason
from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.import_choices import (
    FileChoices,
    ImportBatch,
    ImportFile,
    PastedTable,
    RowChoice,
)
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    ImportRun,
    RowKey,
    Term,
    TermAnswers,
)
from envoy_app.io.marking.annotated import annotated_name, conversion_note, write_annotated
from envoy_app.io.understanding.importing import corrections, require_rows
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext
from envoy_app.services.history import HistoryService
from envoy_app.services.import_history import ImportHistory
from envoy_app.services.import_json import report_json
from envoy_app.services.import_proposals import (
    Stored,
    Wishes,
    kinds,
    propose,
    read_stored,
    stored_mark,
)
from envoy_app.services.import_session import (
    Progress,
    check_unchanged,
    decided,
    matched,
    proposed,
    read_all,
    revised,
    understood,
    unedited,
    with_file,
    with_originals,
    with_reports,
)
from envoy_app.services.import_store import (
    Writer,
    description,
    learn,
    proposes,
    retire,
    run_of,
    summary,
    trace_of,
)
from envoy_app.services.import_understanding import Understanding, remember, remembered

__all__ = ["ImportService", "report_json", "summary"]


class ImportService:
    """Reads files and applies what they propose; callable from any thread."""

    def __init__(self, context: ServiceContext, today: Callable[[], date] = date.today) -> None:
        """Take the workspace's context; `today` dates demands that name no year."""
        self._context = context
        self._reader = Understanding(context, today)
        self._past = ImportHistory(context)
        self._changes = HistoryService(context)
        self._stored: Stored | None = None

    def read(self, path: Path, kind: ImportKind = ImportKind.AUTO) -> ImportReport:
        """Return what a file holds and what importing it would do; nothing is written.

        Raises InputError with one sentence where the file cannot be read or nothing can be taken
        of it unasked.
        """
        batch = self.open([path], kind=kind)
        if batch.refused:
            raise InputError(batch.refused[0].sentence)
        report = batch.files[0].report
        require_rows(report, kind)
        return report

    def apply(self, report: ImportReport) -> tuple[ImportReport, Changes]:
        """Write what a report proposes, all rows without errors or nothing.

        The rows are matched again inside the transaction, so that what was stored since the
        report was made counts. Returns the report as applied. A backup is made before; where it
        cannot be made, EnvironmentProblem is raised and nothing is written.
        """
        self._context.backups.make(Reason.IMPORT)
        with self._context.uow() as uow:
            applied, changes = self._apply(uow, report, describe=True)
            stored = uow.commit()
        return applied, replace(changes, records=stored.records, change_id=stored.change_id)

    def apply_within(self, uow: UnitOfWork, report: ImportReport) -> tuple[ImportReport, Changes]:
        """Write what a report proposes as a part of the caller's transaction, which commits it.

        The caller describes the change before, if it is to be taken back.
        """
        return self._apply(uow, report, describe=False)

    @no_full_collections()
    def _apply(
        self, uow: UnitOfWork, report: ImportReport, *, describe: bool
    ) -> tuple[ImportReport, Changes]:
        stored = self._view(uow)
        writer = Writer(uow, stored.origins, hold=True)
        done = propose(report, Wishes(), stored.layer(), self._names(), writer.take, last=True)
        text = description([done])
        # Marks of rows recognised for the first time are nothing to take back.
        writes = proposes(done)
        batch_id = _described(uow, text, writes=writes) if describe else uow.change_id
        topics = writer.finish()
        if topics:
            run = run_of(done, batch_id)
            uow.import_runs.add([run], {run.id: trace_of(done)})
        return replace(done, applied=True), Changes(topics, text)

    def open(
        self,
        paths: Sequence[Path],
        *,
        texts: Sequence[PastedTable] = (),
        kind: ImportKind = ImportKind.AUTO,
        on_progress: Progress | None = None,
        should_cancel: Callable[[], bool] | None = None,
    ) -> ImportBatch:
        """Read files (folders are searched) and pasted tables; nothing is written.

        A file that cannot be read is told in `refused`, the others go on. `on_progress` is told
        in Chinese what is being read; where `should_cancel` says so, Cancelled is raised.
        """
        return self.add(
            ImportBatch(),
            paths,
            texts=texts,
            kind=kind,
            on_progress=on_progress,
            should_cancel=should_cancel,
        )

    @no_full_collections()
    def add(
        self,
        batch: ImportBatch,
        paths: Sequence[Path],
        *,
        texts: Sequence[PastedTable] = (),
        kind: ImportKind = ImportKind.AUTO,
        on_progress: Progress | None = None,
        should_cancel: Callable[[], bool] | None = None,
    ) -> ImportBatch:
        """Return the batch with further files, read as `open` does."""
        files, refused = read_all(paths, texts, batch.files, kind, on_progress, should_cancel)
        known = self._remembered()
        read = [understood(file, self._reader, batch.answers, known) for file in files]
        return self.refresh(
            replace(batch, files=(*batch.files, *read), refused=(*batch.refused, *refused))
        )

    @no_full_collections()
    def refresh(self, batch: ImportBatch) -> ImportBatch:
        """Return the batch matched with what is stored now."""
        with self._context.read() as uow:
            view, history = self._view(uow), self._past.traces(uow)
        return proposed(batch, view, history, self._names())

    def revise(self, batch: ImportBatch, file: int, choices: FileChoices) -> ImportBatch:
        """Return the batch with a file read again, as corrected."""
        before = batch.files[file]
        only_cells = unedited(before.choices) == unedited(choices)
        return self._reread(batch, {file: revised(before, choices)}, same_reading=only_cells)

    def answer(self, batch: ImportBatch, answers: TermAnswers) -> ImportBatch:
        """Return the batch with words explained; the files that ask about them are read again."""
        given = {**batch.answers, **answers}
        fresh = {term for term, codes in answers.items() if batch.answers.get(term) != codes}
        known_before = fresh & (batch.answers.keys() | self.own_terms().keys())
        again = {
            index: file
            for index, file in enumerate(batch.files)
            if known_before or fresh & {question.term for question in file.report.terms}
        }
        return self._reread(replace(batch, answers=given), again, same_reading=False)

    @no_full_collections()
    def _reread(
        self, batch: ImportBatch, files: Mapping[int, ImportFile], *, same_reading: bool
    ) -> ImportBatch:
        """Understand files again; `same_reading` where only cells were typed over."""
        known = self._remembered()
        for index, file in files.items():
            if not same_reading:
                file = with_originals(file, self._reader, batch.answers, known)
            batch = with_file(batch, index, understood(file, self._reader, batch.answers, known))
        return self.refresh(batch)

    def decide(
        self, batch: ImportBatch, file: int, rows: Mapping[RowKey, RowChoice]
    ) -> ImportBatch:
        """Return the batch with decisions about rows; raises InputError for an impossible one."""
        return self.refresh(with_file(batch, file, decided(batch.files[file], rows)))

    def retire(self, batch: ImportBatch, envoy_ids: Collection[str]) -> ImportBatch:
        """Return the batch with exactly these of the gone envoys to be retired."""
        asked = {gone.envoy_id for gone in batch.gone}
        return replace(batch, retired=frozenset(envoy_ids) & asked)

    def drop(self, batch: ImportBatch, file: int) -> ImportBatch:
        """Return the batch without a file."""
        files = (*batch.files[:file], *batch.files[file + 1 :])
        return self.refresh(replace(batch, files=files))

    @no_full_collections()
    def apply_batch(self, batch: ImportBatch) -> tuple[ImportBatch, Changes]:
        """Write what a batch proposes, with what the user explained and corrected, or nothing.

        Raises ConflictError where the stored records were changed since the batch was shown so
        that another thing would be written: `refresh` shows it. A backup is made before; where it
        cannot be made, EnvironmentProblem is raised.
        """
        self._context.backups.make(Reason.IMPORT)
        with self._context.uow() as uow:
            stored, history = self._view(uow), self._past.traces(uow)
            done, changes = self._write_batch(uow, batch, stored)
            written = uow.commit()
        self._context.reference.refresh_terms()
        changes = replace(changes, records=written.records, change_id=written.change_id)
        reports = [replace(report, applied=True) for report in done]
        return with_reports(batch, reports, stored, history), changes

    def _write_batch(
        self, uow: UnitOfWork, batch: ImportBatch, stored: Stored
    ) -> tuple[list[ImportReport], Changes]:
        shown = [file.report for file in batch.files]
        text = description(shown)
        corrected = [corrections(file.report, file.choices) for file in batch.files]
        asked = batch.retired or batch.answers or any(corrected)
        writes = asked or any(map(proposes, shown))
        batch_id = _described(uow, text, writes=bool(writes))
        writer = Writer(uow, stored.origins, hold=len(batch.files) > 1)
        done = matched(batch, stored, self._names(), writer.take)
        if not check_unchanged(batch, done):  # what was written so far is rolled back
            raise ConflictError(
                "名册或需求在您核对期间改过，导入的内容与您看到的不同，请再核对一遍后导入。"
            )
        topics = set(writer.finish())
        if retire(uow, batch.retired):
            topics.add(Topic.ROSTER)
        if learn(uow, batch.answers) + sum(remember(uow, found) for found in corrected):
            topics.add(Topic.SETTINGS)
        if topics:
            self._past.keep(uow, batch.files, done, batch_id)
        return done, Changes(frozenset(topics), text)

    def annotate(self, batch: ImportBatch, file: int, target: Path) -> Path:
        """Write a copy of the user's own file with the doubtful cells marked; return its path."""
        own = batch.files[file]
        return write_annotated(own.content, own.name, own.sheets, own.report, target)

    def annotated_name(self, batch: ImportBatch, file: int) -> tuple[str, str]:
        """Return the name to offer for a file's annotated copy, and what to tell of its format."""
        own = batch.files[file]
        name = annotated_name(own.name, own.content)
        return name, conversion_note(own.name, own.content)

    def history(self) -> tuple[ImportRun, ...]:
        """Return the files imported so far, newest first; those taken back too."""
        return self._past.runs()

    def save_original(self, run_id: str, target: Path) -> Path:
        """Write the file that was imported; raises NotFoundError where it was not kept."""
        return self._past.save_original(run_id, target)

    def undo(self, run_id: str, *, leave_changed: bool = False) -> Changes:
        """Take back all that was imported with a run.

        Raises UndoConflict naming the records that were changed since; `leave_changed` leaves
        those as they are and takes the rest back.
        """
        batch = self._past.batch_of(run_id)
        return self._changes.undo(batch, leave_changed=leave_changed)

    def redo(self, run_id: str, *, leave_changed: bool = False) -> Changes:
        """Do again what `undo` took back; raises ConflictError as that does."""
        batch = self._past.batch_of(run_id)
        return self._changes.redo(batch, leave_changed=leave_changed)

    def own_terms(self) -> TermAnswers:
        """Return the words that users explained."""
        return self._context.reference.own_terms()

    def forget_term(self, term: Term) -> Changes:
        """Forget what a word stands for: the next file that has it is asked about again."""
        with self._context.uow() as uow:
            text = f"不再记住“{term.text}”的含义"
            uow.describe(text, ChangeKind.TERM)
            uow.own_terms.remove([own.id for own in uow.own_terms.all() if own.term == term])
            changes = uow.commit()
        self._context.reference.refresh_terms()
        return changes

    def _remembered(self) -> dict[str, dict[str, str]]:
        with self._context.read() as uow:
            return remembered(uow)

    def _names(self) -> dict[str, str]:
        reference = self._context.reference
        names = {county.code: county.name for county in reference.gazetteer().counties}
        return names | {item.code: item.name for item in reference.vocabulary().specialties}

    def _view(self, uow: UnitOfWork) -> Stored:
        """Return what is stored, read again only where it changed."""
        known = self._stored
        if known is None or known.mark != stored_mark(uow):
            how = known.kinds if known else kinds(self._context.reference.gazetteer())
            self._stored = known = read_stored(uow, how)
        return known


def _described(uow: UnitOfWork, text: str, *, writes: bool) -> str:
    """Begin an import's change; return its id, "" where nothing but marks will be written."""
    if writes:
        return uow.describe(text, ChangeKind.IMPORT)
    uow.leave_unrecorded()  # rows recognised for the first time: nothing to take back
    return ""
