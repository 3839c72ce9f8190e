"""Corrections of files that are not imported yet, as plain JSON: they outlive a crash."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from envoy_app.domain.import_choices import FileChoices, ImportBatch, ImportFile, SheetChoice
from envoy_app.domain.imports import ImportKind

Kept = dict[str, Any]


def kept_choices(batch: ImportBatch, choices: Mapping[int, FileChoices]) -> dict[str, Kept]:
    """Return the corrections of a batch by the paths of its files; pasted tables have none."""
    return {
        str(file.path): {"stamp": _stamp(file), "choices": _to_json(choices[number])}
        for number, file in enumerate(batch.files)
        if file.path is not None and choices[number] != FileChoices()
    }


def found_choices(batch: ImportBatch, kept: object) -> dict[int, FileChoices]:
    """Return the corrections that were kept for files that have not changed since, by number.

    `kept` comes from a file and may hold anything; what cannot be understood is left out.
    """
    found: dict[int, FileChoices] = {}
    for number, file in enumerate(batch.files):
        entry = kept.get(str(file.path)) if isinstance(kept, Mapping) else None
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            if entry is not None and entry["stamp"] == _stamp(file):
                found[number] = _from_json(entry["choices"])
    return found


def paths_of(batch: ImportBatch) -> list[str]:
    """Return where the files of a batch lie."""
    return [str(Path(file.path).absolute()) for file in batch.files if file.path is not None]


def _stamp(file: ImportFile) -> list[object]:
    return [len(file.content), str(file.saved_at)]


def _to_json(choices: FileChoices) -> Kept:
    sheets = {name: _sheet_to_json(sheet) for name, sheet in choices.sheets.items()}
    return {"kind": choices.kind.value, "sheets": sheets}


def _from_json(data: Mapping[str, Any]) -> FileChoices:
    sheets = {str(name): _sheet_of(sheet) for name, sheet in data["sheets"].items()}
    return FileChoices(ImportKind(data["kind"]), sheets)


def _sheet_to_json(sheet: SheetChoice) -> Kept:
    return {
        "take": sheet.take,
        "kind": sheet.kind.value if sheet.kind else None,
        "heading": sheet.heading,
        "columns": [[column, kind] for column, kind in sheet.columns.items()],
        "rows": [[row, taken] for row, taken in sheet.rows.items()],
        "sideways": sheet.sideways,
        "edits": [[row, column, text] for (row, column), text in sheet.edits.items()],
    }


def _sheet_of(data: Mapping[str, Any]) -> SheetChoice:
    heading = data["heading"]
    return SheetChoice(
        take=_flag(data["take"]),
        kind=ImportKind(data["kind"]) if data["kind"] is not None else None,
        heading=int(heading) if heading is not None else None,
        columns={int(column): str(kind) for column, kind in data["columns"]},
        rows={int(row): bool(taken) for row, taken in data["rows"]},
        sideways=_flag(data["sideways"]),
        edits={(int(row), int(column)): str(text) for row, column, text in data["edits"]},
    )


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
