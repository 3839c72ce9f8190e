"""Sheets made in memory and the look-ups every reader needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from envoy_app.domain.findings import Raw
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import ImportKind, ImportReport
from envoy_app.domain.sheets import Area, Cell, Sheet
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.io.reader import read_workbook
from envoy_app.io.understanding.importing import require_rows, understand
from envoy_app.io.understanding.row_reader import Lexicon

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 20)


@cache
def lexicon() -> Lexicon:
    return Lexicon(shipped_gazetteer(), shipped_vocabulary(), TODAY)


def sheet(
    rows: Sequence[Sequence[Raw | Cell]],
    name: str = "Sheet1",
    *,
    hidden: bool = False,
    hidden_rows: Iterable[int] = (),
    merged: Iterable[tuple[int, int, int, int]] = (),
) -> Sheet:
    cells: dict[int, Mapping[int, Cell]] = {}
    for number, row in enumerate(rows, 1):
        kept = {
            index: value if isinstance(value, Cell) else Cell(value)
            for index, value in enumerate(row, 1)
            if value is not None
        }
        if kept:
            cells[number] = kept
    areas = tuple(Area(*bounds) for bounds in merged)
    return Sheet(name, cells, hidden, frozenset(hidden_rows), areas)


def report(*sheets: Sheet, kind: ImportKind = ImportKind.AUTO) -> ImportReport:
    found = understand("名册.xlsx", sheets, FileChoices(kind), lexicon())
    require_rows(found, kind)
    return found


def read_file(path: Path) -> ImportReport:
    found = understand(path.name, read_workbook(path), FileChoices(), lexicon())
    require_rows(found)
    return found


def codes(of: ImportReport, row: int) -> list[str]:
    return [problem.code for item in of.rows if item.row == row for problem in item.problems]
