"""Sheets that lie on their side: headings down a column, a person per column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from envoy_app.domain.import_choices import SheetChoice
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.sheets import TYPED, Area, Cell, Sheet
from envoy_app.io.understanding.headers import match_heading

_WIDEST = 300  # a sheet on its side has few rows: they are its headings
_HEADING_COLUMNS = 3


def lies_sideways(sheet: Sheet, kind: ImportKind) -> bool:
    """Whether the headings of a sheet stand below each other in one of its first columns."""
    if not sheet.rows or max(sheet.rows) > _WIDEST:
        return False
    wanted = {"name"} if kind is ImportKind.ROSTER else {"content", "spec"}
    for column in range(1, _HEADING_COLUMNS + 1):
        texts = [sheet.cell(row, column).text for row in sorted(sheet.rows)]
        kinds = {match_heading(text, kind).kind for text in texts} - {""}
        if len(kinds) >= 3 and kinds & wanted and 2 * len(kinds) >= sum(map(bool, texts)):
            return True
    return False


def turned(sheet: Sheet) -> Sheet:
    """Return the sheet with rows and columns exchanged; hidden rows become plain columns."""
    rows: dict[int, dict[int, Cell]] = {}
    for row, cells in sheet.rows.items():
        for column, cell in cells.items():
            rows.setdefault(column, {})[row] = cell
    merged = tuple(
        Area(area.first_column, area.first_row, area.last_column, area.last_row)
        for area in sheet.merged
    )
    return Sheet(sheet.name, rows, sheet.hidden, frozenset(), merged, sheet.plain)


def edited(sheet: Sheet, choice: SheetChoice) -> Sheet:
    """Return the sheet with the cells that the user typed over; "" empties one."""
    if not choice.edits:
        return sheet
    rows: dict[int, Mapping[int, Cell]] = dict(sheet.rows)
    for (row, column), text in choice.edits.items():
        cells = dict(rows.get(row, {}))
        cells.pop(column, None)
        if text:
            cells[column] = Cell(text, TYPED)
        rows[row] = cells
    rows = {row: cells for row, cells in rows.items() if cells}
    return replace(sheet, rows=rows, touched=frozenset(row for row, _ in choice.edits))
