"""Stage "find tables": where the heading is, and which rows below it are people or demands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from envoy_app.domain.imports import ImportKind, OtherRow
from envoy_app.domain.sheets import Area, Sheet, is_helper
from envoy_app.domain.text import compact, is_empty
from envoy_app.io.headers import (
    Column,
    columns_of,
    guess_kind,
    header_key,
    is_grouped,
    is_heading,
    known_columns,
    settle_kinds,
)

_SEARCHED_ROWS = 60  # a heading stands above; titles and notes before it are few
_BLANKS_TOLD = 200  # a stray cell a million rows down must not tell a million blank rows

_EXAMPLES = frozenset({"示例", "样例", "范例", "例", "例如", "填写示例"})
_TOTAL = re.compile(r"^(合计|总计|小计|共计|总人数|合计人数|本页合计)")
_NOTE = re.compile(
    r"^(注|备注|说明|填表说明|填报说明|附注|备考)\s*[:：1１一.、]|^[*※]|^\(?以下空白"
)
_CONTINUED = re.compile(r"^[（(]?\s*(续表|接上页|续上表)")
_FILLING = re.compile(
    r"(填表人|填报人|填报单位|填表单位|填报日期|填表日期|制表人?|审核人?|负责人签字|单位盖章"
    r"|报送单位|推荐单位|联系人|日期|盖章|签章)\s*[:：（(]|[（(](盖章|公章)[)）]|^填报单位"
)
_ATTACHMENT = re.compile(r"^附(件|表|录)\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?\s*\S{0,4}$")
_NUMBERED = re.compile(
    r"^[（(]?[一二三四五六七八九十]+[)）]?\s*[、.．]|^第[一二三四五六七八九十]+[组部]"
)
_GROUP = re.compile(r"(组|团|类|队)\s*([（(]\s*(共)?\d+\s*人?\s*[)）])?$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one sheet: heading rows, columns, and its rows sorted by what they are.

    `headings` maps a data row to the row of the group heading it stands under.
    """

    sheet: Sheet
    kind: ImportKind
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    data_rows: tuple[int, ...] = ()
    other_rows: tuple[OtherRow, ...] = ()
    hidden_rows: tuple[OtherRow, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()

    @property
    def groups(self) -> tuple[tuple[Column, ...], ...]:
        """The columns of each person of a row: all of them, or those of 团长, 成员1, …."""
        if not is_grouped(self.columns):
            return (self.columns,)
        parents = dict.fromkeys(c.parent for c in self.columns if c.kind == "name")
        shared = tuple(column for column in self.columns if column.parent not in parents)
        return tuple(
            shared + tuple(column for column in self.columns if column.parent == parent)
            for parent in parents
        )

    @property
    def rivals(self) -> tuple[Column, ...]:
        """Columns of names that nothing tells apart; () where there is one per person."""
        for group in self.groups:
            names = tuple(column for column in group if column.kind == "name")
            if len(names) > 1:
                return names
        return ()

    def column(self, kind: str) -> Column | None:
        """Return the first column of a kind."""
        return next((column for column in self.columns if column.kind == kind), None)


def find_table(sheet: Sheet, kind: ImportKind) -> Table | None:
    """Return the sheet's table of a kind with its rows sorted, None where it has no heading."""
    if is_helper(sheet):
        return None
    best: tuple[Column, ...] = ()
    where = 0
    for row in sorted(sheet.rows)[:_SEARCHED_ROWS]:
        columns = columns_of(sheet, row, kind)
        if is_heading(columns, kind) and known_columns(columns) > known_columns(best):
            best, where = columns, row
    if not best:
        return None
    first = min((area.first_row for area in sheet.merged if _reaches(area, where)), default=where)
    if any(column.parent for column in best):
        first = min(first, where - 1)
    table = Table(sheet, kind, tuple(range(first, where + 1)), _complete(sheet, where, best, kind))
    return _with_rows(table)


def _reaches(area: Area, row: int) -> bool:
    """Whether a merged heading cell ends in this row and began above it."""
    return area.first_row < row == area.last_row


def weight(table: Table | None) -> int:
    """Return how much of a table's heading is understood, to choose between kinds."""
    return sum(1 for column in table.columns if column.kind != "extra") if table else 0


def _complete(
    sheet: Sheet, row: int, columns: tuple[Column, ...], kind: ImportKind
) -> tuple[Column, ...]:
    """Give columns without a known heading a kind by what they hold, then settle all."""
    kinds = {column.kind for column in columns}
    below = [number for number in sorted(sheet.rows) if number > row]
    headed = {column.index: column for column in columns}
    used = {index for number in below[:50] for index in sheet.rows[number]}
    for index in sorted(used | set(headed)):
        column = headed.get(index, Column(index, "", ""))
        if column.kind:
            continue
        guess = guess_kind(sheet.cell(number, index).text for number in below)
        if guess and guess not in kinds:
            headed[index] = replace(column, kind=guess)
            kinds.add(guess)
    return settle_kinds(tuple(headed[index] for index in sorted(headed)), kind)


def _with_rows(table: Table) -> Table:
    """Sort the sheet's rows into people or demands, hidden ones and others with a reason."""
    sheet = table.sheet
    data: list[int] = []
    others: list[OtherRow] = []
    hidden: list[OtherRow] = []
    headings: list[tuple[int, int]] = []
    heading = 0
    last = max((row for row in sheet.rows if not _is_blank(sheet, row)), default=0)
    for row in _told_rows(sheet, last):
        reason = reason_of(table, row)
        if row in sheet.hidden_rows and row not in table.header_rows:
            if reason != "blank":
                hidden.append(_other(sheet, row, "row"))
        elif reason:
            others.append(_other(sheet, row, reason))
            heading = row if reason == "group-heading" else heading
        else:
            data.append(row)
            if heading:
                headings.append((row, heading))
    return replace(
        table,
        data_rows=tuple(data),
        other_rows=tuple(others),
        hidden_rows=tuple(hidden),
        headings=tuple(headings),
    )


def _told_rows(sheet: Sheet, last: int) -> Iterator[int]:
    """Yield all rows up to the last, blank ones only in short gaps."""
    previous = 0
    for row in sorted(number for number in sheet.rows if number <= last):
        if row - previous <= _BLANKS_TOLD:
            yield from range(previous + 1, row)
        yield row
        previous = row


def _is_blank(sheet: Sheet, row: int) -> bool:
    return all(not cell.text and not cell.fault for cell in sheet.rows.get(row, {}).values())


def _other(sheet: Sheet, row: int, reason: str) -> OtherRow:
    return OtherRow(sheet.name, row, reason, first_text(sheet, row))


def first_text(sheet: Sheet, row: int) -> str:
    """Return the first text of a row, "" for a blank one."""
    return next((text for text in _texts(sheet, row)), "")


def _texts(sheet: Sheet, row: int) -> list[str]:
    cells = sheet.rows.get(row, {})
    return [cells[index].text for index in sorted(cells) if cells[index].text]


def reason_of(table: Table, row: int) -> str:
    """Return why a row is no person and no demand, "" where it is one."""
    sheet = table.sheet
    if row in table.header_rows:
        return "header"
    texts = _texts(sheet, row)
    if row < table.header_rows[0]:
        return _reason_above(texts)
    if _is_blank(sheet, row):
        return "blank"
    if _repeats_heading(table, row):
        return "repeated-header"
    return _reason_below(table, row, texts)


def _reason_above(texts: list[str]) -> str:
    if not texts:
        return "blank"
    if _ATTACHMENT.match(texts[0]):
        return "attachment"
    return "filling-info" if any(map(_FILLING.search, texts)) else "title"


def _repeats_heading(table: Table, row: int) -> bool:
    key = table.column("name") or table.column("county") or table.columns[0]
    if header_key(table.sheet.cell(row, key.index).text) != header_key(key.header):
        return False
    compared = [
        header_key(table.sheet.cell(row, column.index).text) == header_key(column.header)
        for column in table.columns
        if column.header and table.sheet.cell(row, column.index).text
    ]
    return len(compared) >= 3 and sum(compared) >= 0.6 * len(compared)


def _reason_below(table: Table, row: int, texts: list[str]) -> str:
    if not texts:  # only cells at fault, such as formulas never calculated
        return ""
    first = texts[0]
    if compact(first) in _EXAMPLES:
        return "example"
    for pattern, reason in ((_TOTAL, "total"), (_NOTE, "note"), (_CONTINUED, "continued")):
        if pattern.match(compact(first) if pattern is _TOTAL else first):
            return reason
    if _FILLING.match(first):
        return "filling-info"
    filled = _filled(table, row)
    if filled >= 2 or (filled == 1 and _only_key(table, row)):
        return ""
    if _FILLING.search(" ".join(texts)):
        return "filling-info"
    if len(texts) == 1 and (_NUMBERED.match(first) or _GROUP.search(first)):
        return "group-heading"
    if all(compact(text).isdigit() for text in texts):
        return "blank"  # a numbered line of the form that nobody filled in
    return "note"


def _filled(table: Table, row: int) -> int:
    """Return how many understood cells of a row hold something, the running number aside."""
    told = (column for column in table.columns if column.kind not in ("seq", "extra"))
    cells = (table.sheet.cell(row, column.index) for column in told)
    return sum(1 for cell in cells if cell.fault or not is_empty(cell.value))


def _only_key(table: Table, row: int) -> bool:
    """Whether the one filled cell is a name of its own, not a sentence merged over the row."""
    column = table.column("name" if table.kind is ImportKind.ROSTER else "content")
    if column is None or _spans(table.sheet, row):
        return False
    text = table.sheet.cell(row, column.index).text
    extras = (item for item in table.columns if item.kind == "extra")
    if text and any(table.sheet.cell(row, item.index).text for item in extras):
        return True
    return 2 <= len(text) <= 12 and not _GROUP.search(text) and not _NUMBERED.match(text)


def _spans(sheet: Sheet, row: int) -> bool:
    return any(
        area.first_row <= row <= area.last_row and area.last_column - area.first_column >= 3
        for area in sheet.merged
    )


def other_sheet_rows(sheet: Sheet) -> Iterable[OtherRow]:
    """Return the rows of a visible sheet without a table: instructions to the reader."""
    last = max((row for row in sheet.rows if not _is_blank(sheet, row)), default=0)
    for row in islice(_told_rows(sheet, last), _BLANKS_TOLD):
        yield _other(sheet, row, "blank" if _is_blank(sheet, row) else "instructions")


def hidden_sheet_rows(sheet: Sheet, kind: ImportKind) -> Iterable[OtherRow]:
    """Return the rows of a hidden sheet that would count were it shown; they are not imported."""
    table = find_table(sheet, kind)
    rows = table.data_rows if table else tuple(sorted(sheet.rows))[:_BLANKS_TOLD]
    return (_other(sheet, row, "sheet") for row in rows if not _is_blank(sheet, row))
