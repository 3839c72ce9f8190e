"""Corrections of a sheet as new choices: pure functions from one SheetChoice to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from envoy_app.domain.import_choices import SheetChoice
from envoy_app.domain.imports import SheetQuestion, SheetReading

SINGLE_KINDS = frozenset({"name", "id", "gender", "birth"})


def with_edit(choice: SheetChoice, row: int, column: int, text: str, original: str) -> SheetChoice:
    """Return the choice with a cell typed over; typing what the file has takes the edit back."""
    edits = {place: typed for place, typed in choice.edits.items() if place != (row, column)}
    if text != original:
        edits[row, column] = text
    return replace(choice, edits=edits)


def with_rows(choice: SheetChoice, rows: Iterable[int], taken: bool) -> SheetChoice:
    """Return the choice with rows taken or left out."""
    return replace(choice, rows={**choice.rows, **dict.fromkeys(rows, taken)})


def with_kind(choice: SheetChoice, reading: SheetReading, column: int, kind: str) -> SheetChoice:
    """Return the choice with what a column holds.

    There is one column of names in a table (in each group of columns): another one gives way.
    """
    columns = dict(choice.columns)
    parents = {item.index: item.parent for item in reading.columns}
    if kind in SINGLE_KINDS:
        for other in reading.columns:
            same = other.kind == kind and other.parent == parents.get(column, "")
            if same and other.index != column:
                columns[other.index] = ""
    columns[column] = kind
    return replace(choice, columns=columns)


def open_questions(
    reading: SheetReading, choice: SheetChoice, hidden: Iterable[int]
) -> tuple[SheetQuestion, ...]:
    """Return what is still asked about a sheet with these hidden rows."""
    rows = tuple(hidden)
    answered = {
        SheetQuestion.HIDDEN_SHEET: choice.take is not None,
        SheetQuestion.HIDDEN_ROWS: all(row in choice.rows for row in rows),
        SheetQuestion.NO_HEADING: choice.heading is not None or choice.take is not None,
        SheetQuestion.RIVAL_NAMES: "name" in choice.columns.values() or choice.take is False,
        SheetQuestion.SIDEWAYS: choice.sideways is not None or choice.take is False,
    }
    return tuple(question for question in reading.questions if not answered[question])
