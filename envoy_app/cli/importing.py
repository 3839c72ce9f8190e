"""`envoy import`: reads rosters and demands, writes them, and marks up copies for the senders."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.cli.work import for_reading, writable
from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import ImportBatch
from envoy_app.domain.imports import ImportKind, ImportReport, RowStatus
from envoy_app.io.annotated import conversion_note
from envoy_app.io.importing import require_rows
from envoy_app.services.imports import ImportService, report_json

SHOWN_PROBLEMS = 20


def import_files(arguments: argparse.Namespace) -> int:
    """Import workbooks, those of folders too; all are read before the first is written."""
    kind = ImportKind(arguments.kind)
    with for_reading(arguments.db) as workspace:
        batch = workspace.imports.open(arguments.files, kind=kind)
        copies = _annotate(workspace.imports, batch, arguments.annotated, arguments.files)
    _require(batch, kind)
    if not arguments.dry_run:
        with writable(arguments.db) as workspace:
            batch, _ = workspace.imports.apply_batch(workspace.imports.refresh(batch))
    reports = [file.report for file in batch.files]
    if arguments.json:
        _print(reports, copies)
    for report in reports:
        _tell(report)
    _tell_copies(batch, copies)
    return NEEDS_ATTENTION if any(report.problem_count for report in reports) else DONE


def _require(batch: ImportBatch, kind: ImportKind) -> None:
    """Raise InputError where a file cannot be read or gives nothing: then nothing is written."""
    for refused in batch.refused[1:]:
        say(refused.sentence)
    if batch.refused:
        raise InputError(batch.refused[0].sentence)
    for file in batch.files:
        require_rows(file.report, kind)


def _annotate(
    imports: ImportService, batch: ImportBatch, target: Path | None, sources: Sequence[Path]
) -> list[Path]:
    """Write the copies that were asked for; a file that gives nothing gets one all the same."""
    if target is None:
        return []
    targets = list(_targets(batch, target))
    originals = {path.resolve() for path in sources}
    originals |= {file.path.resolve() for file in batch.files if file.path}
    for path in targets:
        if path.resolve() in originals:
            raise InputError(
                f"“{path}”就是要导入的文件，批注要另存，请在 --annotated 后换个文件名。"
            )
    return [imports.annotate(batch, number, path) for number, path in enumerate(targets)]


def _targets(batch: ImportBatch, target: Path) -> Iterator[Path]:
    """Yield a copy's path for each file: the one named, or with the file's name behind it."""
    if len(batch.files) == 1:
        yield target
        return
    taken: set[str] = set()
    for file in batch.files:
        stem = f"{target.stem}-{Path(file.name).stem}"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}({number})", number + 1
        taken.add(name)
        yield target.with_name(f"{name}{target.suffix}")


def _print(reports: Sequence[ImportReport], copies: Sequence[Path]) -> None:
    objects = [report_json(report) for report in reports]
    for found, path in zip(objects, copies, strict=False):
        found["annotated"] = str(path)
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


def _tell_copies(batch: ImportBatch, copies: Sequence[Path]) -> None:
    for file, path in zip(batch.files, copies, strict=False):
        say(f"已另存批注“{path}”。{conversion_note(file.name, file.content)}")
