"""Stage "sort rows": which rows of a table are people or demands, and why the others are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from envoy_app.domain.imports import ImportKind, OtherRow, SheetQuestion
from envoy_app.domain.names import looks_like_name
from envoy_app.domain.sheets import EMPTY, RowMemory, Sheet
from envoy_app.domain.text import compact, is_empty
from envoy_app.io.understanding.group_headings import (
    heads_behind_number,
    heads_with_notes,
    is_group_heading,
    may_head_a_group,
)
from envoy_app.io.understanding.headers import Column, header_key, is_grouped

_USUAL = 2  # a name with a usual surname
_BLANKS_TOLD = 200  # a stray cell a million rows down must not tell a million blank rows

_EXAMPLES = frozenset({"示例", "样例", "范例", "例", "例如", "填写示例"})
_TOTAL = re.compile(
    r"^(合计|总计|小计|共计|总人数|合计人数|本页合计|本页小计|累计|人数合计)"
    r"|^[^,，。]{2,12}(?:合计|小计|总计)(?:[:：]?\d+[人名]?)?$"
)
_NOTE = re.compile(
    r"^(注|备注|说明|填表说明|填报说明|附注|备考|注意事项|提示)\s*[:：1１一.、]|^[*※]|^\(?以下空白"
    r"|^填表说明$|^说明$"
)
_CONTINUED = re.compile(r"^[（(]?\s*(续表|接上页|续上表|转下页|接下页|续前表)")
_FILLING = re.compile(
    r"(填表人|填报人|填报单位|填表单位|填报日期|填表日期|填报时间|填表时间|制表人?|审核人?"
    r"|负责人签字|单位盖章|报送单位|推荐单位|联系人|联系电话|经办人|复核人?|日期|盖章|签章)"
    r"\s*[:：（(]|[（(](盖章|公章|签字)[)）]|^填报单位"
)
_ATTACHMENT = re.compile(r"^附(件|表|录)\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?\s*\S{0,4}$")
_NUMERAL = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）]?[、.．]?$")
_LABEL = re.compile(
    r"^(?=[^:：]{2,10}[:：])[^:：]*(负责|领导|审核|审批|经办|联系|填表|填报|制表|单位|日期|电话|签|盖章"
    r"|分管|校对|复核|抄送|主管|时间|地址|人数)"
)
_ENDING = re.compile(
    r"(?:备注|附?注|说明|填表说明|联系人|联系电话|联系方式|经办人?|(?:填表|填报|制表|审核|审批|复核|校对)人?"
    r"|(?:主要|分管)?领导|(?:主要|分管)?(?:领导|负责人)(?:意见|审核|审批|签字|签名|签章)?|负责人"
    r"|(?:单位|部门)?(?:意见|盖章|公章|签字|签章)|填报单位|填表日期|填报日期|日期|时间|地址|电话|传真|邮箱)"
    r"[:：]?"
)
_EXAMPLE = re.compile(r"^[（(\[【]?(示例|样例|填写示例|填报示例|举例|例)[)）\]】]?[:：]?(?=.|$)")
_EXAMPLE_MARK = frozenset(
    {"例", "示例", "样例", "（示例）", "(示例)", "填写示例", "填报示例", "举例"}
)
_COUNTED = re.compile(r"^[（(]?(\d{1,2}|[①-⑳]|[A-Z])[)）]?$")
_ENGLISH = re.compile(r"^[A-Za-z][A-Za-z .,/()'&-]*$")
_DAY = re.compile(r"^\d{4}[-./年]\d{1,2}[-./月](\d{1,2}日?)?$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one sheet: heading rows, columns, and its rows sorted by what they are.

    `first` and `last` bound the rows that belong to it. `headings` maps a data row to the row of
    the group heading it stands under, one of `group_rows`. `question` tells what must be asked
    before it is taken; `form` that it is the form of one person, not a table. A `sideways` table
    is read from the turned sheet: its rows are the columns of the user's own.
    """

    sheet: Sheet
    kind: ImportKind
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    first: int = 1
    last: int = 0
    data_rows: tuple[int, ...] = ()
    other_rows: tuple[OtherRow, ...] = ()
    hidden_rows: tuple[OtherRow, ...] = ()
    headings: Mapping[int, int] = field(default_factory=dict)
    group_rows: tuple[int, ...] = ()
    question: SheetQuestion | None = None
    form: bool = False
    sideways: bool = False
    layout: str = ""

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


def _never(_: str) -> bool:
    return False


def with_rows(
    table: Table, decided: Mapping[int, bool], names_group: Callable[[str], bool] = _never
) -> Table:
    """Sort the table's rows into people or demands, hidden ones and others with a reason.

    `decided` are rows that the user takes though they are hidden or look like notes, or leaves.
    `names_group` tells whether a line names what groups are named after: 水稻.
    """
    sheet = table.sheet
    sorter = _Sorter(table, names_group)
    data: list[int] = []
    others: list[OtherRow] = []
    hidden: list[OtherRow] = []
    headings: dict[int, int] = {}
    groups: list[int] = []
    # What a row is hangs on its own cells and on these.
    stamp = (table.header_rows, table.columns, table.first == 1, names_group)
    memory: RowMemory[str] = sheet.memory(
        ("reason", table.kind, table.header_rows[:1]), stamp, sheet.under_touched()
    )
    for row in _told_rows(sheet, table.first, table.last or last_row(sheet)):
        reason = memory.of(row, sorter.reason)
        choice = None if row in table.header_rows else decided.get(row)
        if choice is False and reason != "blank":
            others.append(_other(sheet, row, "skipped"))
        elif row in sheet.hidden_rows and not choice and row not in table.header_rows:
            if reason != "blank":
                hidden.append(_other(sheet, row, "row"))
        elif reason and not (choice and reason != "blank"):
            others.append(_other(sheet, row, reason))
            # A line that may head a group ends the one above: nobody below it belongs there.
            if reason == "group-heading" or (groups and reason == "note" and _may_head(sheet, row)):
                groups.append(row)
        else:
            if groups and sorter.may_head(row) and not (data and sorter.may_head(data[-1])):
                groups.append(row)  # 省级 in the column of names: nobody below belongs above
            data.append(row)
            if groups:
                headings[row] = groups[-1]
    return replace(
        table,
        data_rows=tuple(data),
        other_rows=tuple(others),
        hidden_rows=tuple(hidden),
        headings=headings,
        group_rows=tuple(groups),
    )


def _may_head(sheet: Sheet, row: int) -> bool:
    texts = set(_texts(sheet, row))
    return len(texts) == 1 and may_head_a_group(texts.pop())


def heading_cell(sheet: Sheet, row: int) -> tuple[int, str]:
    """Return the column and the text of a group heading, past a number in a cell of its own."""
    cells = sheet.rows[row]
    told = sorted(index for index, cell in cells.items() if cell.text)
    if heads_behind_number([cells[index].text for index in told]):
        return told[1], cells[told[1]].text
    column = next((index for index in told if not _NUMERAL.match(cells[index].text)), told[0])
    return column, cells[column].text


def last_row(sheet: Sheet) -> int:
    """Return the last row that holds something, 0 where none does."""
    from_below = sorted(sheet.rows, reverse=True)
    return next((row for row in from_below if not is_blank(sheet, row)), 0)


def _told_rows(sheet: Sheet, first: int, last: int) -> Iterator[int]:
    """Yield all rows up to the last, blank ones only in short gaps."""
    previous = first - 1
    for row in sorted(number for number in sheet.rows if first <= number <= last):
        if row - previous <= _BLANKS_TOLD:
            yield from range(previous + 1, row)
        yield row
        previous = row


def is_blank(sheet: Sheet, row: int) -> bool:
    """Whether a row holds nothing, not even a cell at fault."""
    return not any(cell.text or cell.fault for cell in sheet.rows.get(row, {}).values())


def _other(sheet: Sheet, row: int, reason: str) -> OtherRow:
    return OtherRow(sheet.name, row, reason, first_text(sheet, row))


def first_text(sheet: Sheet, row: int) -> str:
    """Return the first text of a row, "" for a blank one."""
    cells = sheet.rows.get(row, {})
    return next((text for index in sorted(cells) if (text := cells[index].text)), "")


def _texts(sheet: Sheet, row: int) -> list[str]:
    cells = sheet.rows.get(row, {})
    return [text for index in sorted(cells) if (text := cells[index].text)]


class _Sorter:
    """Tells of each row of a table whether it is a person or demand, and else why not."""

    def __init__(self, table: Table, names_group: Callable[[str], bool]) -> None:
        self._table = table
        self._names_group = names_group
        self._sheet = table.sheet
        told = [column for column in table.columns if column.kind not in ("seq", "extra", "")]
        self._told = [column.index for column in told]
        self._extras = [column.index for column in table.columns if column.kind == "extra"]
        kinds = ("name", "nameorg") if table.kind is ImportKind.ROSTER else ("content",)
        key = next((column for kind in kinds if (column := table.column(kind))), None)
        self._key = key.index if key else 0
        repeated = table.column("name") or table.column("county") or (table.columns or (None,))[0]
        self._repeated = repeated
        self._wide_rows = {
            row
            for area in table.sheet.merged
            if area.last_column - area.first_column >= 3
            for row in range(area.first_row, min(area.last_row, area.first_row + 1000) + 1)
        }

    def reason(self, row: int) -> str:
        """Return why a row is no person and no demand, "" where it is one."""
        table = self._table
        if row in table.header_rows:
            return "header"
        cells = self._sheet.rows.get(row, {})
        if table.header_rows and row < table.header_rows[0]:
            texts = _texts(self._sheet, row)
            if row == table.header_rows[0] - 1 and self._heads_table(texts):
                return "group-heading"
            return _reason_above(texts, first=table.first == 1)
        first = next((text for index in sorted(cells) if (text := cells[index].text)), "")
        if not first and not any(cell.fault for cell in cells.values()):
            return "blank"
        if self._repeats_heading(row):
            return "repeated-header"
        return self._reason_below(row, first)

    def _repeats_heading(self, row: int) -> bool:
        key = self._repeated
        if key is None or not key.header:
            return False
        text = self._sheet.cell(row, key.index).text
        if text[:1] != key.header[:1] or header_key(text) != header_key(key.header):
            return False
        compared = [
            header_key(self._sheet.cell(row, column.index).text) == header_key(column.header)
            for column in self._table.columns
            if column.header and self._sheet.cell(row, column.index).text
        ]
        return len(compared) >= 3 and sum(compared) >= 0.6 * len(compared)

    def _reason_below(self, row: int, first: str) -> str:
        if not first:  # only cells at fault, such as formulas never calculated
            return ""
        if reason := _reason_of_text(first):
            return reason
        if _FILLING.match(first):
            return "filling-info"
        texts = _texts(self._sheet, row)
        if self._heads_group(row, texts):
            return "group-heading"
        if reason := self._reason_beside(row, texts):
            return reason
        filled = self._filled(row)
        if filled >= 2 or (filled == 1 and self._only_key(row)):
            return ""
        if _FILLING.search(" ".join(texts)):
            return "filling-info"
        if all(compact(text).isdigit() for text in texts):
            return "blank"  # a numbered line of the form that nobody filled in
        return "note"

    def _heads_table(self, texts: list[str]) -> bool:
        """Whether the line above the heading is that of the first group: 一、水稻组."""
        if len(texts) != 1 or not self._names_group(texts[0]):
            return False
        return is_group_heading(texts[0]) and compact(texts[0])[-1] not in "县市区"

    def _heads_group(self, row: int, texts: list[str]) -> bool:
        """Whether a row is a line that heads a group, alone or with its number of people."""
        cells = self._sheet.rows[row]
        if len(texts) > 2 and len(set(texts)) == 1:
            texts = texts[:1]  # a merged line that was taken apart and filled
        if len(texts) > 1:
            return heads_with_notes(texts) or heads_behind_number(texts)
        text = texts[0]
        if _FILLING.search(text):
            return False
        if is_group_heading(text):
            return True
        in_key = self._key in cells and row not in self._wide_rows
        return self._names_group(text) and not (in_key and looks_like_name(text) == _USUAL)

    def may_head(self, row: int) -> bool:
        """Whether a row taken for a person holds but a name, and that not of the usual sort."""
        cells = self._sheet.rows[row]
        if self._key not in cells or sum(1 for cell in cells.values() if cell.text) > 1:
            return False
        return looks_like_name(cells[self._key].text) < _USUAL

    def _reason_beside(self, row: int, texts: list[str]) -> str:
        """Return why a row with many cells is none all the same: a label, an example, numbers."""
        table = self._table
        key = self._sheet.cell(row, self._key).text if self._key else ""
        if table.kind is ImportKind.ROSTER and (_LABEL.match(key) or _DAY.match(compact(key))):
            return "filling-info"
        if not texts[0][0].isdigit() and (reason := self._reason_of_label(row, compact(texts[0]))):
            return reason
        if texts[0] in _EXAMPLE_MARK or (key and _EXAMPLE.match(key) and key[0] in "（([【"):
            return "example"
        if table.header_rows and row - table.header_rows[-1] <= 2 and len(texts) >= 3:
            if all(_COUNTED.match(text) for text in texts):
                return "note"  # 1, 2, 3 … below the heading count its columns
            if all(_ENGLISH.match(text) for text in texts):
                return "repeated-header"
        if len(texts) == 2 and _NUMERAL.match(texts[0]) and not texts[1].isdigit():
            return "group-heading"
        return ""

    def _reason_of_label(self, row: int, text: str) -> str:
        """Return why a row is none whose first cell is a label: 联系人 in the column of numbers."""
        if not _ENDING.fullmatch(text):
            return ""
        number = self._table.column("seq")
        cells = self._sheet.rows[row]
        running = number is not None and number.index == min(i for i in cells if cells[i].text)
        if not (running or text[-1] == ":"):
            return ""
        return "note" if text[0] in "备注附说" else "filling-info"

    def _filled(self, row: int) -> int:
        """Return how many understood cells of a row hold something, the running number aside."""
        cells = self._sheet.rows.get(row, {})
        found = (cells.get(index, EMPTY) for index in self._told)
        return sum(1 for cell in found if cell.fault or not is_empty(cell.value))

    def _only_key(self, row: int) -> bool:
        """Whether the one filled cell is a name of its own, not a sentence merged over the row."""
        if not self._key or row in self._wide_rows:
            return False
        text = self._sheet.cell(row, self._key).text
        if text and any(self._sheet.cell(row, index).text for index in self._extras):
            return True
        number = self._table.column("seq")
        if number and not self._sheet.filled_down(row, number.index).text:
            # Without a running number, and no usual name: 粮食, a line between the people.
            return looks_like_name(text) == _USUAL
        return 2 <= len(text) <= 12


def _reason_of_text(text: str) -> str:
    if compact(text) in _EXAMPLES:
        return "example"
    for pattern, reason in ((_TOTAL, "total"), (_NOTE, "note"), (_CONTINUED, "continued")):
        if pattern.match(compact(text) if pattern is _TOTAL else text):
            return reason
    return ""


def _reason_above(texts: list[str], *, first: bool) -> str:
    if not texts:
        return "blank"
    if not first and (reason := _reason_of_text(texts[0])):
        return reason  # what ends the table above
    if _ATTACHMENT.match(texts[0]):
        return "attachment"
    return "filling-info" if any(map(_FILLING.search, texts)) else "title"


def other_sheet_rows(sheet: Sheet, reason: str = "instructions") -> Iterable[OtherRow]:
    """Return the rows of a visible sheet of which nothing is taken, with the reason."""
    for row in islice(_told_rows(sheet, 1, last_row(sheet)), _BLANKS_TOLD):
        yield _other(sheet, row, "blank" if is_blank(sheet, row) else reason)


def hidden_sheet_rows(sheet: Sheet, tables: Iterable[Table]) -> Iterable[OtherRow]:
    """Return the rows of a hidden sheet that would count were it shown; they are not imported."""
    tables = tuple(tables)
    rows = tuple(row for table in tables for row in table.data_rows)
    if not tables:
        rows = tuple(sorted(sheet.rows))[:_BLANKS_TOLD]
    return (_other(sheet, row, "sheet") for row in rows if not is_blank(sheet, row))
