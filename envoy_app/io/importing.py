"""The import pipeline up to the point where stored records come in.

open → find tables → map columns → normalise cells; matching and writing are the service's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from envoy_app.domain.errors import InputError
from envoy_app.domain.findings import Finding
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, OtherRow, RowStatus
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.sheets import Sheet
from envoy_app.io.demand_rows import read_demands
from envoy_app.io.problem_texts import problem_of
from envoy_app.io.reader import read_workbook
from envoy_app.io.roster_rows import SheetCounty, find_twin, identity_keys, read_people
from envoy_app.io.row_reader import Lexicon
from envoy_app.io.tables import Table, find_table, hidden_sheet_rows, other_sheet_rows, weight

_NAMES = {ImportKind.ROSTER: "名册", ImportKind.DEMAND: "需求表"}
_NEEDED = {
    ImportKind.AUTO: "名册要有“姓名”，需求表要有“县(市、区)”和“需求内容”",
    ImportKind.ROSTER: "名册要有“姓名”一列",
    ImportKind.DEMAND: "需求表要有“县(市、区)”和“需求内容”等列",
}


def read_file(path: Path, kind: ImportKind, lexicon: Lexicon) -> ImportReport:
    """Return what a workbook holds, every row NEW or ERROR; nothing is matched yet.

    Raises InputError where the file cannot be read or no heading is found.
    """
    return understand(path.name, read_workbook(path), kind, lexicon)


def understand(
    file: str, sheets: Sequence[Sheet], kind: ImportKind, lexicon: Lexicon
) -> ImportReport:
    """Return what sheets hold; `file` is the name to show. Raises InputError as `read_file`."""
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if not any(sheet.rows for sheet in visible):
        raise InputError(f"文件“{file}”中没有可见的内容，请检查是否选错了文件或工作表被隐藏。")
    tables = _tables(visible, kind)
    if not tables:
        raise InputError(
            f"在文件“{file}”中没有找到表头（{_NEEDED[kind]}），请检查表头文字或另选文件。"
        )
    for table in tables:
        if rivals := table.rivals:
            letters = "、".join(f"{column.letter} 列" for column in rivals)
            raise InputError(
                f"文件“{file}”的工作表“{table.sheet.name}”中 {letters} 的表头都是姓名，"
                "请只保留一列或改名后再导入。"
            )
    found = tables[0].kind
    rows = _rows(tables, lexicon)
    return ImportReport(
        file=file,
        kind=found,
        rows=tuple(rows),
        other_rows=tuple(_other_rows(visible, tables)),
        hidden_rows=tuple(_hidden_rows(sheets, tables)),
        columns={table.sheet.name: tuple(c.header for c in table.columns) for table in tables},
    )


def _tables(sheets: Iterable[Sheet], kind: ImportKind) -> list[Table]:
    """Return the tables of the kind asked for, or of the kind that explains the file better."""
    kinds = (ImportKind.ROSTER, ImportKind.DEMAND) if kind is ImportKind.AUTO else (kind,)
    sheets = list(sheets)
    choices = [[table for sheet in sheets if (table := find_table(sheet, k))] for k in kinds]
    return max(choices, key=lambda tables: sum(map(weight, tables)))


def _rows(tables: Sequence[Table], lexicon: Lexicon) -> list[ImportRow]:
    if tables[0].kind is ImportKind.DEMAND:
        return [row for table in tables for row in read_demands(table, lexicon)]
    counties = sheet_counties(tables, lexicon)
    people = [
        row
        for table in tables
        for row in read_people(table, lexicon, counties.get(table.sheet.name))
    ]
    return flag_duplicates(people, tables, lexicon)


def sheet_counties(tables: Sequence[Table], lexicon: Lexicon) -> dict[str, SheetCounty]:
    """Return the county each sheet stands for, where a workbook has a sheet per county.

    Only sheets without a county column count. One sheet named after a county is enough where it
    is the only one; of several, those whose name is no county are told (汶川).
    """
    named: dict[str, SheetCounty] = {}
    for table in tables:
        if table.column("team") is None and table.column("base") is None:
            codes, _ = lexicon.counties.resolve(table.sheet.name)
            code = codes[0] if len(codes) == 1 else None
            named[table.sheet.name] = SheetCounty(code, table.sheet.name)
    return named if any(item.code for item in named.values()) else {}


def flag_duplicates(
    people: Sequence[ImportRow], tables: Sequence[Table], lexicon: Lexicon
) -> list[ImportRow]:
    """Return the rows with later rows of a person already seen marked as errors."""
    by_sheet = {table.sheet.name: table for table in tables}
    seen: dict[tuple[str, ...], ImportRow] = {}
    result = []
    for row in people:
        twin = find_twin(row.values, seen)
        for key, _ in identity_keys(row.values):
            seen.setdefault(key, row)
        if twin is None:
            result.append(row)
            continue
        column = by_sheet[row.sheet].column(twin.kind)
        earlier = f"第 {twin.row.row} 行"
        if twin.row.sheet != row.sheet:
            earlier = f"工作表“{twin.row.sheet}”{earlier}"
        problem = problem_of(
            Finding(ProblemCode.DUPLICATE_PERSON, str(row.values["name"] or "")),
            row.row,
            column.header if column else "",
            f"{column.letter}{row.row}" if column else "",
            lexicon.name,
            earlier,
        )
        result.append(replace(row, status=RowStatus.ERROR, problems=(*row.problems, problem)))
    return result


def _other_rows(sheets: Iterable[Sheet], tables: Sequence[Table]) -> Iterable[OtherRow]:
    by_sheet = {table.sheet.name: table for table in tables}
    for sheet in sheets:
        table = by_sheet.get(sheet.name)
        yield from table.other_rows if table else other_sheet_rows(sheet)


def _hidden_rows(sheets: Iterable[Sheet], tables: Sequence[Table]) -> Iterable[OtherRow]:
    for table in tables:
        yield from table.hidden_rows
    for sheet in sheets:
        if sheet.hidden:
            yield from hidden_sheet_rows(sheet, tables[0].kind)
