"""What an import found, as marks for the sender's own file: which cells, how bad, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from envoy_app.domain.imports import ImportReport, ImportRow, OtherRow, RowStatus
from envoy_app.domain.problems import Problem, ProblemCode
from envoy_app.domain.sheets import Sheet, column_letter, column_number
from envoy_app.io.marking.style_marks import Mark

_WHERE = re.compile(r"^第 \d+ 行(?:“[^”]*”)?：")
# What the program's user can do; the sender of the file can only write another word.
_FOR_USERS = re.compile(
    r"，(?:请核对后重填，或)?请?说明一次它指(?:哪一类|哪里)(?:，以后不再询问)?。?$"
)
_FOR_SENDERS = "，请改成准确的名称。"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_OUTCOMES = {
    Mark.REFUSED: "这一行没有导入",
    Mark.DOUBTFUL: "这一格没有采用",
    Mark.CHOICE: "等您选定",
}
_TO_CHOOSE = (
    ProblemCode.UNKNOWN_COUNTY, ProblemCode.UNKNOWN_SPECIALTY, ProblemCode.AMBIGUOUS_SPECIALTY
)  # fmt: skip
_ROWS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the list of problems; row 0 where it is about a whole sheet."""

    sheet: str
    row: int
    column: int
    header: str
    value: str
    text: str
    outcome: str
    mark: Mark | None = None

    @property
    def place(self) -> str:
        """The cell in A1 style, "" for a sheet."""
        return f"{column_letter(self.column)}{self.row}" if self.row else ""


@dataclass(slots=True)
class SheetMarks:
    """The marks of one sheet by row and column: the fill, and the texts of the comment."""

    fills: dict[tuple[int, int], Mark] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, place: tuple[int, int], mark: Mark, text: str) -> None:
        """Mark a cell; the worse mark wins, all texts stay."""
        ranks = list(Mark)
        known = self.fills.get(place, mark)
        self.fills[place] = min(known, mark, key=ranks.index)
        told = self.texts.get(place, "")
        if text not in told.split("\n"):
            self.texts[place] = f"{told}\n{text}" if told else text


def remarks_of(report: ImportReport, sheets: Sequence[Sheet]) -> tuple[Remark, ...]:
    """Return all that is to be told of a file, in the order of its sheets and rows."""
    by_name = {sheet.name: sheet for sheet in sheets}
    remarks = [
        _remark(row, problem, by_name)
        for row in report.rows
        if not row.skipped
        for problem in row.problems
    ]
    order = {name: number for number, name in enumerate(by_name)}
    remarks.sort(key=lambda item: (order.get(item.sheet, len(order)), item.row, item.column))
    return (*_sheet_remarks(report), *remarks)


def marks_of(remarks: Sequence[Remark], sheets: Sequence[Sheet]) -> Mapping[str, SheetMarks]:
    """Return the marks by sheet, each on a cell that can be seen: a merged range's first."""
    by_name = {sheet.name: sheet for sheet in sheets}
    marks: dict[str, SheetMarks] = {}
    for remark in remarks:
        sheet = by_name.get(remark.sheet)
        if sheet is None or remark.mark is None or not remark.row:
            continue
        place = _shown_place(sheet, remark.row, remark.column)
        marks.setdefault(sheet.name, SheetMarks()).add(place, remark.mark, remark.text)
    return {
        name: SheetMarks(dict(sorted(item.fills.items())), dict(sorted(item.texts.items())))
        for name, item in marks.items()
    }


def _remark(row: ImportRow, problem: Problem, sheets: Mapping[str, Sheet]) -> Remark:
    place = _CELL.fullmatch(problem.cell)
    at = (
        (int(place[2]), column_number(place[1])) if place else (row.row, _first_column(row, sheets))
    )
    mark = _mark(row, problem)
    return Remark(
        sheet=row.sheet,
        row=at[0],
        column=at[1],
        header=problem.column,
        value=problem.value,
        text=_FOR_USERS.sub(_FOR_SENDERS, _WHERE.sub("", problem.message)),
        outcome=_OUTCOMES[mark],
        mark=mark,
    )


def _mark(row: ImportRow, problem: Problem) -> Mark:
    if row.status is RowStatus.ERROR:
        return Mark.REFUSED
    return Mark.CHOICE if problem.candidates or problem.code in _TO_CHOOSE else Mark.DOUBTFUL


def _first_column(row: ImportRow, sheets: Mapping[str, Sheet]) -> int:
    sheet = sheets.get(row.sheet)
    return min(sheet.rows.get(row.row, {1: None}), default=1) if sheet else 1


def _shown_place(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    for area in sheet.merged:
        if (
            area.first_row <= row <= area.last_row
            and area.first_column <= column <= area.last_column
        ):
            return area.first_row, area.first_column
    return row, column


def _sheet_remarks(report: ImportReport) -> Iterator[Remark]:
    """Tell what is asked of whole sheets, and which hidden rows wait."""
    for reading in report.sheets:
        if reading.questions and reading.sentence:
            yield Remark(reading.name, 0, 0, "", "", reading.sentence, "等您决定")
    hidden: dict[str, list[OtherRow]] = {}
    for row in report.hidden_rows:
        hidden.setdefault(row.sheet, []).append(row)
    for name, rows in hidden.items():
        yield Remark(name, 0, 0, "", "", _hidden_text(rows), "没有导入")


def _hidden_text(rows: Sequence[OtherRow]) -> str:
    if all(row.reason == "sheet" for row in rows):
        return f"这个工作表是隐藏的，其中 {len(rows)} 行没有导入；需要导入请取消隐藏。"
    named = "、".join(str(row.row) for row in rows[:_ROWS_NAMED])
    more = "等" if len(rows) > _ROWS_NAMED else ""
    return f"第 {named} {more}行是隐藏行或被筛选掉了，没有导入；需要导入请取消隐藏。"
