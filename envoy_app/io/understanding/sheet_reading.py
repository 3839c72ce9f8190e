"""What is told of each sheet: its tables, its columns, and what only the user can decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from envoy_app.domain.import_choices import FileChoices, SheetChoice
from envoy_app.domain.imports import ColumnReading, ImportKind, SheetQuestion, SheetReading
from envoy_app.domain.sheets import Sheet, column_letter
from envoy_app.io.understanding.column_mapping import ColumnMapper, column_keys
from envoy_app.io.understanding.contents import ContentReader
from envoy_app.io.understanding.headers import EXACT, Column
from envoy_app.io.understanding.row_reader import Lexicon
from envoy_app.io.understanding.sideways import edited, lies_sideways, turned
from envoy_app.io.understanding.table_rows import Table
from envoy_app.io.understanding.tables import TableSearch, find_tables, weight

Remembered = Mapping[str, Mapping[str, str]]
_KINDS = (ImportKind.ROSTER, ImportKind.DEMAND)
_NOUNS = {ImportKind.ROSTER: "人", ImportKind.DEMAND: "条需求"}


@dataclass(frozen=True, slots=True)
class SheetResult:
    """A sheet with its tables; `tables` are empty where nothing in it looks like records."""

    sheet: Sheet
    tables: tuple[Table, ...]
    reading: SheetReading

    @property
    def taken(self) -> tuple[Table, ...]:
        """The tables whose rows are taken."""
        return self.tables if self.reading.taken else ()


def read_sheet(
    sheet: Sheet, choices: FileChoices, lexicon: Lexicon, remembered: Remembered
) -> SheetResult:
    """Return what one sheet holds, by the user's choices first of all."""
    choice = choices.sheet(sheet.name)
    sheet = edited(sheet, choice)
    kind = choice.kind or choices.kind
    kinds = _KINDS if kind is ImportKind.AUTO else (kind,)
    searches = [
        TableSearch(
            one,
            ColumnMapper(one, ContentReader(lexicon, one), choice.columns, remembered),
            choice.heading,
            choice.rows,
        )
        for one in kinds
    ]
    tables = _tables(sheet, searches, choice)
    return SheetResult(sheet, tables, _reading(sheet, tables, choice, kinds[0]))


def _tables(
    sheet: Sheet, searches: Sequence[TableSearch], choice: SheetChoice
) -> tuple[Table, ...]:
    """Return the tables of a sheet as it stands, or as it lies where that says more."""
    upright = () if choice.sideways else find_tables(sheet, searches)
    if choice.sideways is False or any(table.form for table in upright):
        return upright
    if not choice.sideways and not any(lies_sideways(sheet, one.kind) for one in searches):
        return upright
    lying = find_tables(turned(sheet), searches)
    if not choice.sideways and weight(lying) <= weight(upright):
        return upright
    return tuple(replace(table, sideways=True) for table in lying) or upright


def _reading(
    sheet: Sheet, tables: tuple[Table, ...], choice: SheetChoice, kind: ImportKind
) -> SheetReading:
    if not tables:
        told = "没有找到名册或需求的表头，这张表没有导入。" if sheet.rows else "这张表是空的。"
        return SheetReading(sheet.name, kind, taken=False, hidden=sheet.hidden, sentence=told)
    main = max(tables, key=lambda table: len(table.data_rows))
    questions = _questions(sheet, tables, choice)
    blocking = [item for item in questions if item is not SheetQuestion.HIDDEN_ROWS]
    form = main.form and choice.heading is None
    taken = choice.take if choice.take is not None else not blocking and not form
    if main.rivals and not choice.take:
        taken = False
    return SheetReading(
        sheet.name,
        main.kind,
        taken=taken,
        hidden=sheet.hidden,
        header_rows=tuple(row for table in tables for row in table.header_rows),
        columns=tuple(map(_column_reading, main.columns)),
        questions=questions,
        sentence=_sentence(main, tables, questions, form=form and not taken),
        layout=main.layout,
    )


def _column_reading(column: Column) -> ColumnReading:
    kind = "" if column.kind == "extra" else column.kind
    known = kind or column.confidence
    return ColumnReading(
        column.index,
        column.header,
        kind,
        min(column.confidence, EXACT) if known else 0,
        column.reason or ("表头没有登记过" if column.header else "没有表头，内容也看不出"),
        column.parent,
    )


def _questions(
    sheet: Sheet, tables: Sequence[Table], choice: SheetChoice
) -> tuple[SheetQuestion, ...]:
    """Return what is still to be asked; `take` answers all but hidden rows and rival names."""
    found = []
    if any(table.hidden_rows for table in tables):
        undecided = [
            row.row for table in tables for row in table.hidden_rows if row.row not in choice.rows
        ]
        found += [SheetQuestion.HIDDEN_ROWS] if undecided else []
    if choice.take is not None:
        return tuple(found)
    if sheet.hidden:
        found.append(SheetQuestion.HIDDEN_SHEET)
    if any(table.question for table in tables) and choice.heading is None:
        found.append(SheetQuestion.NO_HEADING)
    if any(table.rivals for table in tables):
        found.append(SheetQuestion.RIVAL_NAMES)
    if any(table.sideways for table in tables) and choice.sideways is None:
        found.append(SheetQuestion.SIDEWAYS)
    return tuple(found)


def _sentence(
    main: Table, tables: Sequence[Table], questions: Sequence[SheetQuestion], *, form: bool
) -> str:
    count = sum(len(table.data_rows) for table in tables)
    hidden = sum(len(table.hidden_rows) for table in tables)
    noun = _NOUNS[main.kind]
    letters = "、".join(_letter(main, column) for column in main.rivals[:6])
    letters += " 等" if len(main.rivals) > 6 else ""
    row = "行" if main.sideways else "列"
    told = {
        SheetQuestion.HIDDEN_SHEET: f"这张工作表是隐藏的，有 {count} {noun}，要导入请勾选。",
        SheetQuestion.HIDDEN_ROWS: f"有 {hidden} 行被隐藏或筛掉，没有导入，要导入请勾选这些行。",
        SheetQuestion.NO_HEADING: (
            "没有找到表头，各列按内容猜测，请核对每列是什么，或指出表头在哪一行。"
        ),
        SheetQuestion.RIVAL_NAMES: f"{letters} 的表头都是姓名，请选定其中一{row}作为姓名。",
        SheetQuestion.SIDEWAYS: f"这张表是横排的，一列一人，共 {count} {noun}，请确认后导入。",
    }
    sentences = [told[question] for question in questions]
    if form:
        sentences.append("看上去是一人一张的登记表，请改成一行一人的名单，或指出表头在哪一行。")
    return "".join(sentences)


def _letter(table: Table, column: Column) -> str:
    if table.sideways:
        return f"第 {column.index} 行"
    return f"{column_letter(column.index)} 列"


def corrected_columns(reading: SheetReading, choice: SheetChoice) -> dict[str, str]:
    """Return the kinds that the user gave to columns, by the keys of their headings."""
    columns = [Column(c.index, c.header, c.kind, c.parent) for c in reading.columns]
    keys = column_keys(columns)
    return {
        key: choice.columns[column.index]
        for column, key in zip(columns, keys, strict=True)
        if column.index in choice.columns
    }
