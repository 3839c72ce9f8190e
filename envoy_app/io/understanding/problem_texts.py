"""The Chinese sentence of every problem: where, what, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from envoy_app.domain.findings import Finding
from envoy_app.domain.problems import Problem, ProblemCode
from envoy_app.domain.sheets import column_letter

_SENTENCES: dict[str, str] = {
    ProblemCode.MISSING_NAME: "{where}：没有填写姓名，请补填后再导入这一行。",
    ProblemCode.BAD_NAME: "{where}：姓名“{value}”中有不该有的字符，请改正，一格只填一人。",
    ProblemCode.BAD_TEXT: "{where}：“{value}”中有显示不出的字，请向填报人核对后重填。",
    ProblemCode.BAD_GENDER: "{where}：“{value}”不是性别，请填男或女。",
    ProblemCode.BAD_ID: "{where}：“{value}”的位数、出生日期或校验位不对，请核对后重填。",
    ProblemCode.ID_PRECISION_LOST: (
        "{where}：号码曾存成数字，后几位已丢失，请把该列设为文本格式后重新填写。"
    ),
    ProblemCode.ID_MISMATCH: "{where}：“{value}”与身份证号不一致，请核对两处后改正。",
    ProblemCode.BAD_PHONE: "{where}：“{value}”不是完整的电话号码，请核对后重填。",
    ProblemCode.BAD_DATE: "{where}：“{value}”看不出是哪一天，请写成 2026-12-05 这样的日期。",
    ProblemCode.BAD_COUNT: "{where}：“{value}”不能作为数量，请{count_advice}。",
    ProblemCode.UNKNOWN_COUNTY: "{where}：“{value}”不是都市圈内的县（市、区），{choice}。",
    ProblemCode.UNKNOWN_SPECIALTY: (
        "{where}：“{value}”不在专业领域词表中，请说明一次它指哪一类，以后不再询问。"
    ),
    ProblemCode.AMBIGUOUS_SPECIALTY: "{where}：“{value}”范围太宽，{choice}。",
    ProblemCode.DUPLICATE_PERSON: "{where}：与{earlier}是同一个人，请只保留一行。",
    ProblemCode.BAD_VALUE: "{where}：“{value}”看不懂，请照导出的名册那样填写，或清空这一格。",
    ProblemCode.FORMULA_NOT_CALCULATED: (
        "{where}：公式没有计算结果，请用 Excel 或 WPS 打开并保存一次再导入。"
    ),
    ProblemCode.CELL_ERROR: "{where}：单元格显示“{value}”，公式出错，请改正后再导入。",
}

_EMPTY_SENTENCES: dict[str, str] = {
    ProblemCode.UNKNOWN_COUNTY: "{where}：没有填写县（市、区），请补填后再导入这一行。",
    ProblemCode.UNKNOWN_SPECIALTY: "{where}：没有填写，从需求内容也看不出专业，请补填。",
}
_ONCE = {
    ProblemCode.UNKNOWN_COUNTY: "请核对后重填，或说明一次它指哪里",
    ProblemCode.AMBIGUOUS_SPECIALTY: "请说明一次它指哪一类",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the column's heading, the row and the column.

    In a `sideways` table rows and columns are those of the turned sheet; what people are told is
    the cell of their own.
    """

    header: str
    row: int
    column: int
    sideways: bool = False

    @property
    def cell(self) -> str:
        """The cell in A1 style, "" where the value stands in none."""
        if not self.column:
            return ""
        row, column = (self.column, self.row) if self.sideways else (self.row, self.column)
        return f"{column_letter(column)}{row}"

    @property
    def words(self) -> str:
        """The place in words."""
        line = f"{column_letter(self.row)} 列" if self.sideways else f"第 {self.row} 行"
        return f"{line}“{one_line(self.header)}”" if self.header else line


def problem_of(
    finding: Finding, place: Place, name_of: Callable[[str], str], earlier: str = ""
) -> Problem:
    """Return the problem of a cell; `name_of` turns candidate codes into Chinese names."""
    sentences = _SENTENCES if finding.value else {**_SENTENCES, **_EMPTY_SENTENCES}
    column = one_line(place.header)
    days = "长" in column or "天" in column
    text = sentences[finding.code].format(
        where=place.words,
        value=one_line(finding.value),
        choice=_choice(finding, name_of),
        count_advice="写成半天、1 天或 2 天" if days else "填 1 至 99",
        earlier=earlier,
    )
    return Problem(str(finding.code), column, text, place.cell, finding.value, finding.candidates)


def fault_problem(fault: str, place: Place, value: str) -> Problem:
    """Return the problem of a cell without a usable value: an error or a formula not calculated."""
    error = fault == "error"
    code = ProblemCode.CELL_ERROR if error else ProblemCode.FORMULA_NOT_CALCULATED
    text = _SENTENCES[code].format(where=place.words, value=value)
    return Problem(str(code), one_line(place.header), text, place.cell, value)


def one_line(text: str) -> str:
    """Return a heading as written but for line breaks, which a sentence cannot hold."""
    return text.replace("\r", "").replace("\n", "")


def _choice(finding: Finding, name_of: Callable[[str], str]) -> str:
    once = _ONCE.get(finding.code, "请核对后重填")
    if not finding.candidates:
        return once
    names = "、".join(dict.fromkeys(map(name_of, finding.candidates)))
    return f"可能是{names}，{once}"
