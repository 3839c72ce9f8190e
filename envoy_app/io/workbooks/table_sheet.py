"""Sheets as an office lays them out: title, shaded header, borders, widths, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from envoy_app.io.workbooks.safe_text import put_text

_LINE = Side(style="thin", color="A6A6A6")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
HEAD_FILL = PatternFill("solid", fgColor="E4E4E4")
FONT = "微软雅黑"
# Made once: a plan has thirty thousand cells, and openpyxl compares each style by its fields.
_BODY = Font(name=FONT, size=10)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_ONE_LINE = Alignment(horizontal="left", vertical="center")
LONGEST_ROW = 10  # lines of the tallest row; longer text is read in the cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column: header, width in characters of the default font, and how cells sit.

    `group` is the heading above it, one cell over all neighbours of the same group. `text` keeps
    the cells text whatever somebody types into them. Without `wrap` long texts stay on one line
    and make no row higher.
    """

    header: str
    width: float
    centred: bool = False
    group: str = ""
    text: bool = False
    wrap: bool = True


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A sheet's texts above the table, and its columns. Empty texts leave out their row.

    `printed` is how many columns go on paper, 0 for all: the rest is for the screen.
    """

    title: str
    subtitle: str
    columns: tuple[Column, ...]
    footnote: str = ""
    printed: int = 0

    @property
    def paper_width(self) -> int:
        """How many columns go on paper."""
        return self.printed or len(self.columns)


def fill_table(sheet: Worksheet, layout: TableLayout, rows: Sequence[Sequence[object]]) -> None:
    """Fill an empty sheet. Numbers and dates stay what they are, all else becomes text."""
    first = _headings(sheet, layout)
    top = _header_rows(sheet, layout.columns, first)
    for offset, values in enumerate(rows, 1):
        _body_row(sheet, layout.columns, top + offset, values)
    last = top + len(rows)
    if layout.footnote:
        _footnote(sheet, layout, last + 1)
    _set_up(sheet, layout, (first, top), (last, last + bool(layout.footnote)))


def _headings(sheet: Worksheet, layout: TableLayout) -> int:
    """Write title and subtitle over the table's width; return the header's row."""
    row = 1
    styles = ((layout.title, 16.0, True, 30.0), (layout.subtitle, 10.0, False, 18.0))
    for text, size, bold, height in styles:
        if not text:
            continue
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=layout.paper_width)
        cell = sheet.cell(row, 1)
        put_text(cell, text)
        cell.font = Font(name=FONT, size=size, bold=bold)
        cell.alignment = Alignment(horizontal="center", vertical="center")
        sheet.row_dimensions[row].height = height
        row += 1
    return row


def _header_rows(sheet: Worksheet, columns: Sequence[Column], row: int) -> int:
    """Write the header and, where columns are grouped, the row above; return the lower row."""
    last = row + any(column.group for column in columns)
    for number, column in enumerate(columns, 1):
        for line in range(row, last + 1):
            _head(sheet.cell(line, number))
        put_text(sheet.cell(row, number), column.group or column.header)
        if column.group:
            put_text(sheet.cell(last, number), column.header)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[last].height = 24
    if last > row:
        sheet.row_dimensions[row].height = 20
        _merge_header(sheet, columns, row)
    return last


def _head(cell: Cell | MergedCell) -> None:
    cell.font = Font(name=FONT, size=10, bold=True)
    cell.fill = HEAD_FILL
    cell.border = BORDER
    cell.alignment = _CENTRE


def _merge_header(sheet: Worksheet, columns: Sequence[Column], row: int) -> None:
    number = 1
    for group, members in groupby(columns, key=lambda column: column.group or id(column)):
        count = len(list(members))
        last_row = row if isinstance(group, str) else row + 1
        sheet.merge_cells(
            start_row=row, end_row=last_row, start_column=number, end_column=number + count - 1
        )
        number += count


def _body_row(
    sheet: Worksheet, columns: Sequence[Column], row: int, values: Sequence[object]
) -> None:
    lines = 1
    for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        cell = sheet.cell(row, number)
        if isinstance(value, int | float | date):
            cell.value = value
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
        else:
            put_text(cell, value)
        if column.text:
            cell.number_format = "@"
        cell.font = _BODY
        cell.border = BORDER
        cell.alignment = _CENTRE if column.centred else _LEFT if column.wrap else _ONE_LINE
        if column.wrap:
            lines = max(lines, _lines(str(value), column.width))
    sheet.row_dimensions[row].height = 16.5 * min(lines, LONGEST_ROW) + 1.5


def _lines(text: str, width: float) -> int:
    """Estimate wrapped lines: a Chinese character takes two widths, at 10 points a bit less."""
    room = max(1.0, width - 1)

    def taken(part: str) -> float:
        return sum(1.9 if ord(letter) > 0x2E7F else 1.0 for letter in part)

    return sum(max(1, int(-(-taken(part) // room))) for part in text.split("\n"))


def _footnote(sheet: Worksheet, layout: TableLayout, row: int) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=layout.paper_width)
    cell = sheet.cell(row, 1)
    put_text(cell, layout.footnote)
    cell.font = Font(name=FONT, size=9)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _set_up(
    sheet: Worksheet, layout: TableLayout, header: tuple[int, int], ends: tuple[int, int]
) -> None:
    """Freeze, filter and lay out for paper; `ends` are the last row of data and of the sheet."""
    right = get_column_letter(len(layout.columns))
    sheet.freeze_panes = f"A{header[1] + 1}"
    sheet.auto_filter.ref = f"A{header[1]}:{right}{max(ends[0], header[1])}"
    sheet.print_area = f"A1:{get_column_letter(layout.paper_width)}{ends[1]}"
    sheet.print_title_rows = f"{header[0]}:{header[1]}"
    set_page(sheet)


def set_page(sheet: Worksheet) -> None:
    """Lay a sheet out for A4 across, as wide as the page, pages numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4 (ECMA-376, ST_PaperSize)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    footer = _HeaderFooterPart(text="第 &P 页/共 &N 页")
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=footer)
