"""Files on their way into the database: batches are replaced, never changed.

What only concerns one file is done for that file alone; the matching of the files behind it is
done again, since a record can be in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from envoy_app.domain.errors import Cancelled, InputError, UserError
from envoy_app.domain.import_choices import (
    FileChoices,
    ImportBatch,
    ImportFile,
    PastedTable,
    RefusedFile,
    RowChoice,
    SheetChoice,
)
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    ImportRow,
    RowKey,
    RowStatus,
    TermAnswers,
)
from envoy_app.io.reader import content_of, read_content, read_pasted
from envoy_app.io.sources import workbook_files
from envoy_app.services.import_gone import History, find_gone
from envoy_app.services.import_proposals import Stored, Take, Wishes, propose
from envoy_app.services.import_understanding import Remembered, Understanding

Progress = Callable[[str], None]


def read_all(
    paths: Sequence[Path],
    texts: Sequence[PastedTable],
    known: Iterable[ImportFile],
    kind: ImportKind,
    on_progress: Progress | None,
    should_cancel: Callable[[], bool] | None,
) -> tuple[list[ImportFile], list[RefusedFile]]:
    """Read files, those in folders too, and pasted tables; raises Cancelled when asked to stop.

    A file with the content of another is told and left out.
    """
    read: list[ImportFile] = []
    refused: list[RefusedFile] = []
    seen = {file.report.sha256: file.name for file in known}
    files = _files(paths, refused)
    sources: list[Path | PastedTable] = [*files, *texts]
    for number, source in enumerate(sources, 1):
        if should_cancel is not None and should_cancel():
            raise Cancelled
        if on_progress is not None:
            on_progress(f"正在读取“{source.name}”（{number}/{len(sources)}）")
        try:
            file = _read_path(source, kind) if isinstance(source, Path) else _pasted(source, kind)
        except UserError as error:
            refused.append(RefusedFile(source.name, str(error)))
            continue
        mark = file.report.sha256
        if mark in seen:
            sentence = f"文件“{source.name}”与“{seen[mark]}”内容相同，只读取一次。"
            refused.append(RefusedFile(source.name, sentence))
            continue
        seen[mark] = file.name
        read.append(file)
    return read, refused


def _files(paths: Sequence[Path], refused: list[RefusedFile]) -> tuple[Path, ...]:
    try:
        return workbook_files(paths)
    except UserError as error:
        refused.append(RefusedFile(paths[0].name if paths else "", str(error)))
        return ()


def _read_path(path: Path, kind: ImportKind) -> ImportFile:
    content = content_of(path)
    sheets = read_content(path.name, content)
    return replace(_file(path.name, content, kind), path=path, sheets=sheets, saved_at=_saved(path))


def _saved(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _pasted(table: PastedTable, kind: ImportKind) -> ImportFile:
    content = (table.html or table.text).encode("utf-8", "replace")
    file = _file(table.name, content, kind)
    return replace(file, sheets=read_pasted(table), saved_at=datetime.now(UTC))


def _file(name: str, content: bytes, kind: ImportKind) -> ImportFile:
    empty = ImportReport(name, kind, (), sha256=sha256(content).hexdigest())
    return ImportFile(name, None, content, (), empty, FileChoices(kind))


def understood(
    file: ImportFile, reader: Understanding, answers: TermAnswers, known: Remembered
) -> ImportFile:
    """Return a file with a fresh report; rows proposed as new keep the ids they were given."""
    report = reader.report(file.name, file.sheets, file.choices, answers, known)
    before = {
        (row.sheet, row.row, row.part): row
        for row in file.report.rows
        if row.status is RowStatus.NEW
    }
    known_as = (before.get((row.sheet, row.row, row.part)) for row in report.rows)
    rows = tuple(map(_named, report.rows, known_as))
    report = replace(report, rows=rows, sha256=file.report.sha256)
    return replace(file, report=report)


def _named(row: ImportRow, before: ImportRow | None) -> ImportRow:
    """Return a row as read with the id that it was given when it was shown before."""
    if before is None:
        return row
    same = before.values is row.values and before.problems is row.problems
    plain = not (before.changes or before.rivals or before.skipped or before.score)
    if same and plain and before.status is row.status:
        return before  # no second copy
    return replace(row, target_id=before.target_id)


def revised(file: ImportFile, choices: FileChoices) -> ImportFile:
    """Return the file with other choices; rows edited just now keep what the file says of them.

    Where more than cells is changed, that is not known: `with_originals` finds it out.
    """
    before, edited = _edited(file.choices), _edited(choices)
    originals = {
        key: values for key, values in file.originals.items() if (key.sheet, key.row) in edited
    }
    for row in file.report.rows if edited - before else ():
        if (row.sheet, row.row) in edited - before:
            originals[row.key] = row.values
    return replace(file, choices=choices, originals=originals)


def with_originals(
    file: ImportFile, reader: Understanding, answers: TermAnswers, known: Remembered
) -> ImportFile:
    """Return the file with what it says itself of the rows with edited cells, read anew."""
    edited = _edited(file.choices)
    if not edited:
        return replace(file, originals={})
    plain = reader.report(file.name, file.sheets, unedited(file.choices), answers, known)
    originals = {row.key: row.values for row in plain.rows if (row.sheet, row.row) in edited}
    return replace(file, originals=originals)


def unedited(choices: FileChoices) -> FileChoices:
    """Return the choices without the cells that were typed over."""
    sheets = {name: replace(sheet, edits={}) for name, sheet in choices.sheets.items()}
    return replace(
        choices, sheets={name: sheet for name, sheet in sheets.items() if sheet != SheetChoice()}
    )


def _edited(choices: FileChoices) -> set[tuple[str, int]]:
    return {(name, row) for name, sheet in choices.sheets.items() for row, _ in sheet.edits}


def matched(
    batch: ImportBatch, view: Stored, names: Mapping[str, str], take: Take | None = None
) -> list[ImportReport]:
    """Return what each file would do, in turn: each sees what those before it bring.

    `take` is given what is to be stored.
    """
    layer = view.layer()
    return [
        propose(
            file.report,
            Wishes(file.rows, file.saved_at, file.originals),
            layer,
            names,
            take,
            last=left == 0,
        )
        for left, file in zip(reversed(range(len(batch.files))), batch.files, strict=True)
    ]


def proposed(
    batch: ImportBatch, view: Stored, history: History, names: Mapping[str, str]
) -> ImportBatch:
    """Return the batch with all rows matched anew, and who would be gone."""
    return with_reports(batch, matched(batch, view, names), view, history)


def with_reports(
    batch: ImportBatch, reports: Sequence[ImportReport], view: Stored, history: History
) -> ImportBatch:
    """Return the batch with these reports."""
    files = tuple(
        replace(file, report=report) for file, report in zip(batch.files, reports, strict=True)
    )
    gone = find_gone(reports, history, view.envoys)
    asked = {item.envoy_id for item in gone}
    return replace(batch, files=files, gone=gone, retired=batch.retired & asked)


def with_file(batch: ImportBatch, index: int, file: ImportFile) -> ImportBatch:
    """Return the batch with one file in place of another."""
    files = list(batch.files)
    files[index] = file
    return replace(batch, files=tuple(files))


def decided(file: ImportFile, rows: Mapping[RowKey, RowChoice]) -> ImportFile:
    """Return the file with decisions about rows added; an empty choice takes one back.

    Raises InputError where two rows were to be one stored record.
    """
    choices = {**file.rows, **rows}
    choices = {key: choice for key, choice in choices.items() if choice != RowChoice()}
    targets: dict[str, RowKey] = {}
    for key, choice in choices.items():
        if not choice.target or choice.skip:
            continue
        other = targets.setdefault(choice.target, key)
        if other != key:
            raise InputError(
                f"第 {other.row} 行已经并入这条记录，一条记录只能对应一行，"
                f"请先改第 {other.row} 行的选择。"
            )
    return replace(file, rows=choices)


def check_unchanged(batch: ImportBatch, reports: Sequence[ImportReport]) -> bool:
    """Whether the reports say what the user was shown."""
    return all(
        len(file.report.rows) == len(report.rows)
        and all(
            _fate(one) == _fate(other)
            for one, other in zip(file.report.rows, report.rows, strict=True)
        )
        for file, report in zip(batch.files, reports, strict=True)
    )


def _fate(row: ImportRow) -> tuple[object, ...]:
    return (row.status, row.target_id, row.changes)
