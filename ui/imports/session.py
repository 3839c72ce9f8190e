"""The import being worked on: one batch, changed step by step on worker threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, ConflictError
from envoy_app.domain.import_choices import (
    FileChoices,
    ImportBatch,
    PastedTable,
    RowChoice,
    SheetChoice,
)
from envoy_app.domain.imports import ImportKind, RowKey, TermAnswers
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.import_kept import found_choices, kept_choices, paths_of
from ui.context import AppContext
from ui.imports.collecting import set_aside, take_back
from ui.imports.sheet_facts import SheetFacts, sheet_facts
from ui.imports.totals import FileTotals, file_totals
from ui.jobs import Job, JobHandle, Progress

UNDO_LIMIT = 50
UNDO_ROWS = 200_000  # rows of reports that undo may hold on to

Facts = tuple[Mapping[str, SheetFacts], ...]


@dataclass(frozen=True)
class State:
    """A batch with what is to be shown of its sheets."""

    batch: ImportBatch
    facts: Facts = ()
    totals: tuple[FileTotals, ...] = ()
    changes: Changes | None = None


@dataclass(eq=False)
class _Step:
    """One change of the batch. A newer step with the same key makes an older one needless."""

    title: str
    run: Callable[[ImportBatch, JobHandle], ImportBatch | tuple[ImportBatch, Changes]]
    key: object = None
    exclusive: bool = False


@dataclass(eq=False)
class _Undo:
    """How to take a step back: the state before it, or the choices of its file."""

    step: _Step
    state: State | None = None
    file: int = -1
    choices: FileChoices | None = None


class ImportSession(QObject):
    """Holds the batch; its changes run one after another, and never on the window's thread.

    `state_changed` follows every new batch, `busy_changed` every start and end of work,
    `applied` carries Changes, `failed` a sentence.
    """

    state_changed = Signal()
    busy_changed = Signal()
    progressed = Signal(object)
    applied = Signal(object)
    failed = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._state = State(ImportBatch())
        self._wanted: dict[int, FileChoices] = {}
        self._queue: list[_Step] = []
        self._running: tuple[_Step, Job] | None = None
        self._undo: list[_Undo] = []

    # What is known -----------------------------------------------------------------------

    @property
    def batch(self) -> ImportBatch:
        """The batch as the services last returned it."""
        return self._state.batch

    @property
    def facts(self) -> Facts:
        """What is to be shown, per file by the names of its sheets."""
        return self._state.facts

    @property
    def totals(self) -> tuple[FileTotals, ...]:
        """Sums over the rows of each file."""
        return self._state.totals

    @property
    def busy(self) -> bool:
        """Whether anything is being worked out."""
        return self._running is not None

    @property
    def locked(self) -> bool:
        """Whether files come, go or are written, so that nothing can be decided meanwhile."""
        steps = [*self._queue, *([self._running[0]] if self._running else [])]
        return any(step.exclusive for step in steps)

    @property
    def title(self) -> str:
        """What is being done."""
        return self._running[0].title if self._running else ""

    @property
    def can_undo(self) -> bool:
        """Whether a correction can be taken back."""
        return bool(self._undo)

    def whereabouts(self) -> dict[str, object]:
        """Return the files here and their corrections as plain JSON; empty once imported."""
        files = self.batch.files
        if not files or all(file.report.applied for file in files):
            return {}
        choices = {number: self.choices(number) for number in range(len(files))}
        return {"files": paths_of(self.batch), "kept": kept_choices(self.batch, choices)}

    def choices(self, file: int) -> FileChoices:
        """Return the choices of a file, with those that are still being worked out."""
        return self._wanted.get(file, self.batch.files[file].choices)

    # Changes -----------------------------------------------------------------------------

    def open(
        self,
        paths: Sequence[Path],
        texts: Sequence[PastedTable] = (),
        kind: ImportKind = ImportKind.AUTO,
        kept: object = None,
    ) -> None:
        """Read files, folders and pasted tables, beside those already read.

        `kept` are corrections of an earlier run, as `services.import_kept` keeps them.
        """
        service = self._context.workspace.imports

        def run(batch: ImportBatch, handle: JobHandle) -> ImportBatch:
            def tell(progress: object) -> None:
                handle.raise_if_cancelled()
                handle.report(progress if isinstance(progress, Progress) else _progress(progress))

            if not batch.files and not batch.refused:
                opened = service.open(
                    paths, texts=texts, kind=kind, on_progress=tell, should_cancel=handle.cancelled
                )
                for file, choices in found_choices(opened, kept).items():
                    opened = service.revise(opened, file, choices)
                return opened
            return service.add(
                batch, paths, texts=texts, on_progress=tell, should_cancel=handle.cancelled
            )

        self._undo.clear()
        self._submit(_Step(self.tr("读取文件"), run, exclusive=True))

    def revise_sheet(self, file: int, sheet: str, choice: SheetChoice) -> None:
        """Understand a sheet again with other choices."""
        choices = self.choices(file)
        self.revise(file, replace(choices, sheets={**choices.sheets, sheet: choice}))

    def revise(self, file: int, choices: FileChoices) -> None:
        """Understand a file again with other choices; the latest ones count."""
        before = self.choices(file)
        if before == choices:
            return
        self._wanted[file] = choices
        service = self._context.workspace.imports
        step = _Step(
            self.tr("重新核对"),
            lambda batch, handle: service.revise(batch, file, choices),
            key=("revise", file),
        )
        self._submit(step, _Undo(step, file=file, choices=before))

    def answer(self, answers: TermAnswers) -> None:
        """Say what words stand for, in all files."""
        service = self._context.workspace.imports
        self._change(self.tr("应用答复"), lambda batch: service.answer(batch, answers))

    def decide(self, file: int, rows: Mapping[RowKey, RowChoice]) -> None:
        """Decide about rows."""
        service = self._context.workspace.imports
        self._change(self.tr("应用选择"), lambda batch: service.decide(batch, file, rows))

    def retire(self, envoy_ids: Collection[str]) -> None:
        """Say who of those gone from the list is to be retired."""
        service, wanted = self._context.workspace.imports, frozenset(envoy_ids)
        self._change(self.tr("应用选择"), lambda batch: service.retire(batch, wanted))

    def drop(self, file: int) -> None:
        """Leave a file out."""
        service = self._context.workspace.imports
        self._undo.clear()
        step = _Step(
            self.tr("移除文件"), lambda batch, handle: service.drop(batch, file), exclusive=True
        )
        self._submit(step)

    def drop_refused(self, name: str) -> None:
        """Forget a file that could not be read."""
        refused = tuple(item for item in self.batch.refused if item.name != name)
        self._take(replace(self._state, batch=replace(self.batch, refused=refused)))

    def apply(self) -> None:
        """Write what is proposed, in one transaction."""
        service = self._context.workspace.imports
        self._undo.clear()
        step = _Step(
            self.tr("写入数据库"),
            lambda batch, handle: service.apply_batch(batch),
            exclusive=True,
        )
        self._submit(step)

    def reconsider(self) -> None:
        """Match all files again, after what was stored has changed."""
        service = self._context.workspace.imports

        def run(batch: ImportBatch, handle: JobHandle) -> ImportBatch:
            files = (
                replace(file, report=replace(file.report, applied=False)) for file in batch.files
            )
            return service.refresh(replace(batch, files=tuple(files)))

        self._submit(_Step(self.tr("重新核对"), run, exclusive=True))

    def clear(self) -> None:
        """Forget the batch; what is being worked out is dropped."""
        if self._running is not None:
            self._running[1].drop()
        self._running = None
        self._queue.clear()
        self._undo.clear()
        self._wanted.clear()
        self._take(State(ImportBatch()))
        take_back()
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Stop what is being worked out."""
        if self._running is not None:
            self._running[1].cancel()

    def undo(self) -> None:
        """Take back the latest correction that is not written yet."""
        if not self._undo or self.locked:
            return
        entry = self._undo.pop()
        self._forget(entry.step)
        if entry.file >= 0 and entry.choices is not None:
            self._wanted[entry.file] = entry.choices
        if entry.state is not None:
            self._take(entry.state)
        elif entry.choices is not None:
            service, file, choices = self._context.workspace.imports, entry.file, entry.choices
            self._submit(
                _Step(
                    self.tr("重新核对"),
                    lambda batch, handle: service.revise(batch, file, choices),
                    key=("revise", file),
                )
            )
        self.busy_changed.emit()

    # Work --------------------------------------------------------------------------------

    def _change(self, title: str, run: Callable[[ImportBatch], ImportBatch]) -> None:
        step = _Step(title, lambda batch, handle: run(batch))
        self._submit(step, _Undo(step))

    def _submit(self, step: _Step, undo: _Undo | None = None) -> None:
        if undo is not None:
            self._undo.append(undo)
            rows = sum(len(file.report.rows) for file in self.batch.files)
            keep = max(3, min(UNDO_LIMIT, UNDO_ROWS // max(1, rows)))
            del self._undo[:-keep]
        if step.key is not None:
            self._queue = [item for item in self._queue if item.key != step.key]
            if self._running is not None and self._running[0].key == step.key:
                self._running[1].drop()
                self._running = None
                self._queue.insert(0, step)
                self._next(fresh=False)
                return
        self._queue.append(step)
        self._next()

    def _next(self, *, fresh: bool = True) -> None:
        if self._running is not None or not self._queue:
            self.busy_changed.emit()
            return
        step, before = self._queue.pop(0), self._state
        for entry in self._undo:
            if entry.step is step and fresh:
                entry.state = before

        def work(handle: JobHandle) -> State:
            with no_full_collections():
                found = step.run(before.batch, handle)
                batch, changes = found if isinstance(found, tuple) else (found, None)
                state = _state_of(batch, before, changes)
                set_aside(sum(len(file.report.rows) for file in batch.files))
            return state

        job = self._context.jobs.start(
            step.title, work, lambda state: self._done(state), self._fail, quiet=not step.exclusive
        )
        job.progressed.connect(self.progressed)
        self._running = (step, job)
        self.busy_changed.emit()

    def _done(self, state: State) -> None:
        self._running = None
        changes = state.changes
        self._take(replace(state, changes=None))
        if changes is not None:
            self.applied.emit(changes)
        self._next()

    def _fail(self, error: Exception) -> None:
        if self._running is not None:
            failed = self._running[0]
            self._undo = [entry for entry in self._undo if entry.step is not failed]
        self._running = None
        self._queue.clear()
        self._wanted.clear()
        if not isinstance(error, Cancelled):
            self.failed.emit(str(error))
        self.state_changed.emit()
        if isinstance(error, ConflictError):
            self.reconsider()
        self.busy_changed.emit()

    def _forget(self, step: _Step) -> None:
        """Take a step out of the queue, or drop its job where it runs."""
        self._queue = [item for item in self._queue if item is not step]
        if self._running is not None and self._running[0] is step:
            self._running[1].drop()
            self._running = None

    def _take(self, state: State) -> None:
        self._state = state
        if not self._queue:
            self._wanted.clear()
        self.state_changed.emit()


def _state_of(batch: ImportBatch, before: State, changes: Changes | None) -> State:
    """Return a batch with its facts and sums; those of a file that is the same are kept."""
    places = {id(file): place for place, file in enumerate(before.batch.files)}
    facts: list[Mapping[str, SheetFacts]] = []
    totals: list[FileTotals] = []
    for file in batch.files:
        place = places.get(id(file))
        facts.append(sheet_facts(file) if place is None else before.facts[place])
        totals.append(file_totals(file) if place is None else before.totals[place])
    return State(batch, tuple(facts), tuple(totals), changes)


def _progress(told: object) -> Progress:
    if isinstance(told, tuple) and len(told) >= 2:
        done, total, *rest = cast(tuple[object, ...], told)
        return Progress(int(str(done)), int(str(total)), str(rest[0]) if rest else "")
    return Progress(text=str(told))
