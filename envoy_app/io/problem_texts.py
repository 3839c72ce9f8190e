"""The Chinese sentence of every problem: where, what, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from envoy_app.domain.findings import Finding
from envoy_app.domain.problems import Problem, ProblemCode

NOT_CALCULATED = "FORMULA_NOT_CALCULATED"
CELL_ERROR = "CELL_ERROR"

_SENTENCES: dict[str, str] = {
    ProblemCode.MISSING_NAME: "{where}：没有填写姓名，请补填后再导入这一行。",
    ProblemCode.BAD_ID: "{where}：“{value}”的位数、出生日期或校验位不对，请核对后重填。",
    ProblemCode.ID_PRECISION_LOST: (
        "{where}：号码存成了数字，后几位已丢失，请把该列设为文本格式后重新填写。"
    ),
    ProblemCode.BAD_PHONE: "{where}：“{value}”不是完整的电话号码，请核对后重填。",
    ProblemCode.BAD_DATE: "{where}：“{value}”看不出是哪一天，请写成 2026-12-05 这样的日期。",
    ProblemCode.BAD_COUNT: "{where}：“{value}”不能作为数量，请{count_advice}。",
    ProblemCode.UNKNOWN_COUNTY: "{where}：“{value}”不是都市圈内的县（市、区），{choice}。",
    ProblemCode.UNKNOWN_SPECIALTY: (
        "{where}：“{value}”不在专业领域词表中，请改用词表中的名称，或在设置里添加同义词。"
    ),
    ProblemCode.AMBIGUOUS_SPECIALTY: "{where}：“{value}”范围太宽，{choice}。",
    ProblemCode.DUPLICATE_PERSON: "{where}：与{earlier}是同一个人，请只保留一行。",
    ProblemCode.BAD_VALUE: "{where}：“{value}”看不懂，请照导出的名册那样填写，或清空这一格。",
    NOT_CALCULATED: "{where}：公式没有计算结果，请用 Excel 或 WPS 打开并保存一次再导入。",
    CELL_ERROR: "{where}：单元格显示“{value}”，公式出错，请改正后再导入。",
}

_EMPTY_SENTENCES: dict[str, str] = {
    ProblemCode.UNKNOWN_COUNTY: "{where}：没有填写县（市、区），请补填后再导入这一行。",
    ProblemCode.UNKNOWN_SPECIALTY: "{where}：没有填写，从需求内容也看不出专业，请补填。",
}


def problem_of(
    finding: Finding,
    row: int,
    column: str,
    cell: str,
    name_of: Callable[[str], str],
    earlier: str = "",
) -> Problem:
    """Return the problem of a cell; `name_of` turns candidate codes into Chinese names."""
    sentences = _SENTENCES if finding.value else {**_SENTENCES, **_EMPTY_SENTENCES}
    text = sentences[finding.code].format(
        where=f"第 {row} 行“{one_line(column)}”" if column else f"第 {row} 行",
        value=finding.value,
        choice=_choice(finding.candidates, name_of),
        count_advice="写成半天、1 天或 2 天" if "长" in column or "天" in column else "填 1 至 99",
        earlier=earlier,
    )
    return Problem(
        str(finding.code), one_line(column), text, cell, finding.value, finding.candidates
    )


def fault_problem(fault: str, row: int, column: str, cell: str, value: str) -> Problem:
    """Return the problem of a cell without a usable value: an error or a formula not calculated."""
    code = CELL_ERROR if fault == "error" else NOT_CALCULATED
    where = f"第 {row} 行“{one_line(column)}”"
    text = _SENTENCES[code].format(where=where, value=value)
    return Problem(code, one_line(column), text, cell, value)


def one_line(text: str) -> str:
    """Return a heading as written but for line breaks, which a sentence cannot hold."""
    return text.replace("\r", "").replace("\n", "")


def _choice(candidates: tuple[str, ...], name_of: Callable[[str], str]) -> str:
    if not candidates:
        return "请核对后重填"
    names = "、".join(dict.fromkeys(map(name_of, candidates)))
    return f"可能是{names}，请选定后重填"
