"""The import pipeline up to the point where stored records come in.

open → find tables → map columns → normalise cells; matching and writing are the service's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from envoy_app.domain.errors import InputError
from envoy_app.domain.findings import Finding
from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    ImportRow,
    OtherRow,
    SheetQuestion,
)
from envoy_app.domain.sheets import Sheet
from envoy_app.io.understanding.demand_rows import read_demands
from envoy_app.io.understanding.duplicates import flag_duplicates
from envoy_app.io.understanding.group_headings import subjects
from envoy_app.io.understanding.roster_rows import SheetCounty, read_people
from envoy_app.io.understanding.row_reader import Lexicon, ReadRow
from envoy_app.io.understanding.sheet_reading import (
    Remembered,
    SheetResult,
    corrected_columns,
    read_sheet,
)
from envoy_app.io.understanding.table_rows import Table, hidden_sheet_rows, other_sheet_rows
from envoy_app.io.understanding.term_questions import term_questions

_NEEDED = {
    ImportKind.AUTO: "名册要有“姓名”，需求表要有“县(市、区)”和“需求内容”",
    ImportKind.ROSTER: "名册要有“姓名”一列",
    ImportKind.DEMAND: "需求表要有“县(市、区)”和“需求内容”等列",
}
_TOLD = (SheetQuestion.RIVAL_NAMES, SheetQuestion.SIDEWAYS)


def understand(
    file: str,
    sheets: Sequence[Sheet],
    choices: FileChoices,
    lexicon: Lexicon,
    remembered: Remembered | None = None,
) -> ImportReport:
    """Return what sheets hold and what must be asked; `file` is the name to show.

    `remembered` are earlier corrections: layout → heading → kind of column. Raises nothing for
    what a workbook may contain: `require_rows` tells why nothing was taken.
    """
    results = [read_sheet(sheet, choices, lexicon, remembered or {}) for sheet in sheets]
    read = _read(results, choices, lexicon)
    rows = tuple(item.row for item in read)
    return ImportReport(
        file=file,
        kind=_main_kind(rows, results, choices),
        rows=rows,
        other_rows=tuple(row for result in results for row in _other_rows(result)),
        hidden_rows=tuple(row for result in results for row in _hidden_rows(result)),
        columns={
            result.sheet.name: tuple(c.header for c in result.reading.columns if c.header)
            for result in results
            if result.taken
        },
        sheets=tuple(result.reading for result in results),
        terms=term_questions(read, lexicon),
    )


def require_rows(report: ImportReport, kind: ImportKind = ImportKind.AUTO) -> None:
    """Raise the InputError that tells why nothing of a file can be taken unasked."""
    if any(sheet.taken for sheet in report.sheets):
        return
    shown = {sheet.name for sheet in report.sheets if not sheet.hidden}
    if not any(row.sheet in shown for row in report.other_rows):
        raise InputError(
            f"文件“{report.file}”中没有可见的内容，请检查是否选错了文件或工作表被隐藏。"
        )
    for sheet in report.sheets:
        asked = any(question in _TOLD for question in sheet.questions)
        if (asked or (sheet.columns and not sheet.questions)) and sheet.sentence:
            raise InputError(f"文件“{report.file}”的工作表“{sheet.name}”：{sheet.sentence}")
    raise InputError(
        f"在文件“{report.file}”中没有找到表头（{_NEEDED[kind]}），请检查表头文字或另选文件。"
    )


def corrections(report: ImportReport, choices: FileChoices) -> dict[str, dict[str, str]]:
    """Return what to remember of the user's mapping: layout → heading → kind of column."""
    found: dict[str, dict[str, str]] = {}
    for sheet in report.sheets:
        if kinds := corrected_columns(sheet, choices.sheet(sheet.name)):
            found.setdefault(sheet.layout, {}).update(kinds)
    return found


def _main_kind(
    rows: Iterable[ImportRow], results: Iterable[SheetResult], choices: FileChoices
) -> ImportKind:
    """Return the kind of most rows, or of the sheets where there are none."""
    counted = Counter(row.kind for row in rows)
    counted = counted or Counter(result.reading.kind for result in results if result.tables)
    if counted:
        return counted.most_common(1)[0][0]
    return ImportKind.DEMAND if choices.kind is ImportKind.DEMAND else ImportKind.ROSTER


def _read(results: Sequence[SheetResult], choices: FileChoices, lexicon: Lexicon) -> list[ReadRow]:
    tables = [table for result in results for table in result.taken]
    counties = sheet_counties([t for t in tables if t.kind is ImportKind.ROSTER], lexicon)
    read: list[ReadRow] = []
    for table in tables:
        if table.kind is ImportKind.DEMAND:
            read.extend(read_demands(table, lexicon))
        else:
            read.extend(read_people(table, lexicon, counties.get(table.sheet.name)))
    return flag_duplicates(read, lexicon)


def sheet_counties(tables: Sequence[Table], lexicon: Lexicon) -> Mapping[str, SheetCounty]:
    """Return the county each sheet stands for, where a workbook has a sheet per county.

    Only sheets without a county column count. One sheet named after a county is enough where it
    is the only one; of several, those whose name is no county are told (汶川).
    """
    named: dict[str, SheetCounty] = {}
    for table in tables:
        if table.column("team") is None and table.column("base") is None:
            codes, finding = _named_county(table.sheet.name, lexicon)
            code = codes[0] if len(codes) == 1 else None
            said = code is None and finding is None  # the user said that the name tells nothing
            named[table.sheet.name] = SheetCounty(code, "" if said else table.sheet.name)
    return named if any(item.code for item in named.values()) else {}


def _named_county(name: str, lexicon: Lexicon) -> tuple[tuple[str, ...], Finding | None]:
    """Return the counties that a sheet's name says: 金堂县, 2.简阳, 彭州市名单(5人)."""
    told = lexicon.counties.resolve(name)
    for words in subjects(name) if told[1] else ():
        codes, finding = lexicon.counties.resolve(words)
        if codes and not finding:
            return codes, None
    return told


def _other_rows(result: SheetResult) -> Iterable[OtherRow]:
    if result.taken or result.sheet.hidden:
        for table in result.tables:
            if not table.sideways:
                yield from table.other_rows
    else:
        asked = "asked" if result.reading.questions else "skipped"
        yield from other_sheet_rows(result.sheet, asked if result.tables else "instructions")


def _hidden_rows(result: SheetResult) -> Iterable[OtherRow]:
    if result.sheet.hidden and not result.reading.taken:
        yield from hidden_sheet_rows(result.sheet, result.tables)
        return
    for table in result.taken:
        yield from table.hidden_rows
