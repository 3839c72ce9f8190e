"""Values of .xls, .et and .xlsb by calamine, with the marks that it leaves out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time

from envoy_app.io.reading.marks import BookMarks, SheetMarks
from envoy_app.io.reading.numbers import date_kind, from_serial
from envoy_app.io.reading.output import Cells, Output, Refused, faulty, plain


def write(content: bytes, marks: BookMarks, output: Output) -> None:
    """Write all worksheets.

    Raises Refused, "hidden-unknown" where calamine and the marks see other sheets; or what
    calamine raises.
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise Refused("encrypted") from error
    found = book.sheets_metadata
    if len(found) != len(marks.sheets):
        raise Refused("hidden-unknown")
    if not any(sheet.worksheet for sheet in marks.sheets):
        raise Refused("no-sheets")
    for index, (known, sheet) in enumerate(zip(found, marks.sheets, strict=True)):
        if sheet.worksheet and known.typ == SheetTypeEnum.WorkSheet:
            output.start_sheet(known.name, hidden=sheet.hidden)
            _write_rows(book.get_sheet_by_index(index), sheet, marks, output)
            hidden = (row + 1 for row in sheet.hidden_rows)
            output.end_sheet(sheet.merges, hidden)


def _write_rows(found: object, sheet: SheetMarks, marks: BookMarks, output: Output) -> None:
    from python_calamine import CalamineSheet

    assert isinstance(found, CalamineSheet)
    left = found.start[1] if found.start else 0
    written = -1
    for row, cells in enumerate(found.iter_rows()):  # from the first row, the first used column
        _write_row(row, left, cells, sheet, marks, output)
        written = row
    for row in sorted(sheet.faults):  # errors below all that calamine gave
        if row > written:
            _write_row(row, 0, [], sheet, marks, output)


def _write_row(
    row: int,
    left: int,
    cells: Sequence[object],
    sheet: SheetMarks,
    marks: BookMarks,
    output: Output,
) -> None:
    faults = sheet.faults.get(row)
    held = Cells()
    for column, value in enumerate(cells, left):
        if value == "" or (faults and column in faults):
            continue
        shown = marks.format_of(sheet.style(row, column))
        held.add(column + 1, plain(_dated(value, shown, marks.date1904)), shown)
    for column, text in sorted((faults or {}).items()):
        shown = marks.format_of(sheet.style(row, column))
        held.add(column + 1, faulty("error", text), shown)
    output.row(row + 1, held)


def _dated(value: object, shown: str, date1904: bool) -> object:
    # calamine does not know the built-in date formats of Chinese Excel (27 to 58).
    if isinstance(value, int | float) and not isinstance(value, bool) and date_kind(shown):
        return from_serial(value, shown, date1904=date1904)
    if type(value) is date:  # other formats tell a date as its first moment
        return datetime.combine(value, time())
    return value
