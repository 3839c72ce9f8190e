"""`envoy import`: reads rosters and demands, writes them, and marks up copies for the senders."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.cli.work import for_reading, writable
from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import ImportBatch, ImportFile
from envoy_app.domain.imports import ImportKind, ImportReport, RowStatus
from envoy_app.io.marking.annotated import conversion_note
from envoy_app.io.sources import workbook_files
from envoy_app.io.understanding.importing import require_rows
from envoy_app.services.imports import ImportService, report_json

SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it was read; `named` where the user named it, not the folder it lies in."""

    batch: ImportBatch
    named: bool


def import_files(arguments: argparse.Namespace) -> int:
    """Import workbooks, those of folders too; all are read before the first is written.

    A file named on the command line that gives nothing stops all; one of a folder is told and
    left out. The others are stored in one transaction.
    """
    kind = ImportKind(arguments.kind)
    with for_reading(arguments.db) as workspace:
        imports = workspace.imports
        read = [
            _Source(imports.open([path], kind=kind), named)
            for path, named in _files(arguments.files)
        ]
        copies = _annotate(imports, [source.batch for source in read], arguments.annotated)
    batches = list(_usable(read, kind))
    if not arguments.dry_run:
        with writable(arguments.db) as workspace:
            files = tuple(file for batch in batches for file in batch.files)
            # All together: either every file is stored or none, and one undo takes them back.
            whole = workspace.imports.refresh(ImportBatch(files))
            batches = [workspace.imports.apply_batch(whole)[0]]
    files = tuple(file for batch in batches for file in batch.files)
    reports = [file.report for file in files]
    if arguments.json:
        _print(files, copies)
    for report in reports:
        _tell(report)
    _tell_copies(copies)
    left = len(files) < len(read) or any(report.problem_count for report in reports)
    return NEEDS_ATTENTION if left else DONE


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield the files named, in the place of a folder those in it; and whether it was named."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        found = workbook_files([path])
        if not found:
            raise InputError(f"文件夹“{path}”里没有表格文件，请检查是否选错了文件夹。")
        yield from ((file, False) for file in found)


def _usable(read: Sequence[_Source], kind: ImportKind) -> Iterator[ImportBatch]:
    """Yield what can be imported; raise InputError where nothing is, or a named file gives none."""
    faults = [(source, _fault(source.batch, kind)) for source in read]
    told = [fault for _, fault in faults if fault]
    stops = any(fault and source.named for source, fault in faults) or len(told) == len(read)
    if stops:
        for sentence in told[1:]:
            say(sentence)
        raise InputError(told[0])
    for source, fault in faults:
        if fault:
            say(fault)
        else:
            yield source.batch


def _fault(batch: ImportBatch, kind: ImportKind) -> str:
    """Return why nothing of a file can be imported, "" where something can."""
    if batch.refused:
        return batch.refused[0].sentence
    try:
        require_rows(batch.files[0].report, kind)
    except InputError as error:
        return str(error)
    return ""


def _annotate(
    imports: ImportService, batches: Sequence[ImportBatch], target: Path | None
) -> dict[Path, tuple[Path, str]]:
    """Write the copies that were asked for; a file that gives nothing gets one all the same.

    Returns the copy of each file, and what to tell of its format.
    """
    if target is None:
        return {}
    read = [(batch, batch.files[0]) for batch in batches if batch.files]
    targets = list(_targets([file for _, file in read], target))
    originals = {file.path.resolve() for _, file in read if file.path}
    for path in targets:
        if path.resolve() in originals:
            raise InputError(
                f"“{path}”就是要导入的文件，批注要另存，请在 --annotated 后换个文件名。"
            )
    return {
        file.path or path: (
            imports.annotate(batch, 0, path), conversion_note(file.name, file.content)
        )
        for (batch, file), path in zip(read, targets, strict=True)
    }  # fmt: skip


def _targets(files: Sequence[ImportFile], target: Path) -> Iterator[Path]:
    """Yield a copy's path for each file: the one named, or with the file's name behind it."""
    if len(files) == 1:
        yield target
        return
    taken: set[str] = set()
    for file in files:
        stem = f"{target.stem}-{Path(file.name).stem}"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}({number})", number + 1
        taken.add(name)
        yield target.with_name(f"{name}{target.suffix}")


def _print(files: Sequence[ImportFile], copies: Mapping[Path, tuple[Path, str]]) -> None:
    objects = []
    for file in files:
        found = report_json(file.report)
        if file.path and file.path in copies:
            found["annotated"] = str(copies[file.path][0])
        objects.append(found)
    print_json(objects[0] if len(objects) == 1 else {"files": objects})


def _tell(report: ImportReport) -> None:
    counts = "、".join(f"{status.label} {report.count(status)}" for status in RowStatus)
    done = "已写入" if report.applied else "只看不写"
    name = Path(report.file).name
    say(f"{name}（{done}）：共 {len(report.rows)} 行，{counts}")
    if not report.rows:
        say("  表头下面没有填写内容，没有可以导入的行，请填好后再导入。")
    for sheet in report.sheets:
        if sheet.questions and sheet.sentence:
            say(f"  工作表“{sheet.name}”：{sheet.sentence}")
    lines = [
        f"  {row.sheet} 第 {row.row} 行 {problem.column}：{problem.message}"
        for row in report.rows
        for problem in row.problems
    ]
    for line in lines[:SHOWN_PROBLEMS]:
        say(line)
    if len(lines) > SHOWN_PROBLEMS:
        say(f"  ……还有 {len(lines) - SHOWN_PROBLEMS} 处，加 --json 看全部")


def _tell_copies(copies: Mapping[Path, tuple[Path, str]]) -> None:
    for path, note in copies.values():
        say(f"已另存批注“{path}”。{note}")
