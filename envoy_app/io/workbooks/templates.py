"""Forms to fill in: drop-down lists, hints, text formats, an example row, how to fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from envoy_app.domain.demands import MODES, URGENCY_WEIGHTS
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.sheets import HELPER_MARK
from envoy_app.domain.teams import LEADER, MEMBER
from envoy_app.domain.vocabulary import OTHER, Vocabulary
from envoy_app.io.workbooks.demand_workbook import DURATIONS, WANTED_RANKS
from envoy_app.io.workbooks.safe_text import put_text
from envoy_app.io.workbooks.table_sheet import (
    BORDER,
    FONT,
    HEAD_FILL,
    Column,
    TableLayout,
    fill_table,
    set_page,
)
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

ROWS = 1_000
_BOXED_ROWS = 40  # a printed page; lines on all rows would print forty empty pages
EXAMPLE = "示例"
"""What stands in the first cell of the example row; the import leaves such a row out."""

_CENTRED = True
_FILLED_BY = "    ".join(("填报单位：          ", "填报人：      ", "填报日期：    年  月  日"))
_EXAMPLE_FONT = Font(name=FONT, size=10, italic=True, color="7F7F7F")
_NEEDED_FILL = PatternFill("solid", fgColor="FFF2CC")
_BODY = Font(name=FONT, size=10)
_LISTS, _HELP = "选项", "填写说明"
_TITLES = (
    "正高级农艺师", "推广研究员", "研究员", "教授", "正高级畜牧师", "正高级工程师",
    "高级农艺师", "高级畜牧师", "高级兽医师", "高级工程师", "高级经济师", "副研究员", "副教授",
    "农艺师", "畜牧师", "兽医师", "工程师", "经济师", "助理研究员", "讲师",
    "助理农艺师", "助理畜牧师", "助理工程师", "技术员", "无",
)  # fmt: skip
_EDUCATION = ("博士", "硕士", "本科", "大专", "中专", "高中", "初中")
_ROLES = (LEADER, "副团长", "组长", MEMBER)


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of a form.

    `choices` names a list of the sheet 选项; `several` where more than one may be given, parted
    by 、, so that other texts than those of the list are only asked about.
    """

    column: Column
    example: str
    hint: str = ""
    choices: str = ""
    several: bool = False
    needed: bool = False
    length: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    sheet: str
    title: str
    fields: tuple[_Field, ...]
    help: tuple[str, ...]


def _text(header: str, width: float, centred: bool = False) -> Column:
    return Column(header, width, centred, text=True)


_SEQ = _Field(Column("序号", 7, _CENTRED), EXAMPLE, "填 1、2、3……；写“示例”的行不会导入。")
_PHONE_HINT = "填 11 位手机号，多个号码用顿号隔开；座机写成 028-12345678。"
_SPECIALTY_HINT = "从列表中选；有几个专业时用顿号隔开，如：柑橘与柠檬、植物保护。"

_ROSTER = _Form(
    "名册",
    "农业科技特派员名册",
    (
        _SEQ,
        _Field(_text("姓名", 12), "张示例", "填真实姓名，少数民族姓名中间用“·”。", needed=True),
        _Field(Column("性别", 7, _CENTRED), "女", choices="性别"),
        _Field(_text("出生年月", 12, _CENTRED), "1980-05", "写成 1980-05 或 1980-05-12。"),
        _Field(
            _text("身份证号", 22, _CENTRED),
            "",
            "填 18 位号码。本列已设为文本，请直接输入；从别处复制时请选“只粘贴值”。",
            length=(18, 18),
        ),
        _Field(Column("派出单位", 30), "示例县农业农村局", "填单位全称。"),
        _Field(Column("职务", 12), "站长"),
        _Field(
            Column("职称", 16),
            "高级农艺师",
            "从列表中选；列表中没有的可以直接填写。",
            "职称",
            several=True,
        ),
        _Field(Column("学历", 10, _CENTRED), "本科", choices="学历", several=True),
        _Field(Column("所学专业", 16), "果树学", "毕业证上的专业。"),
        _Field(
            Column("专业领域", 26),
            "柑橘与柠檬、植物保护",
            _SPECIALTY_HINT,
            "专业领域",
            several=True,
            needed=True,
        ),
        _Field(_text("联系电话", 16, _CENTRED), "13800000000", _PHONE_HINT),
        _Field(Column("常驻县(市、区)", 15), "蒲江县", "平时上班所在的县(市、区)。", "县(市、区)"),
        _Field(
            Column("服务县(市、区)", 15),
            "蒲江县",
            "所在县团的县(市、区)；服务几个县时用顿号隔开，县团所在县写在最前。",
            "县(市、区)",
            several=True,
        ),
        _Field(Column("团内职务", 11, _CENTRED), MEMBER, choices="团内职务", several=True),
        _Field(_text("服务期限", 20, _CENTRED), "2026-01至2027-12", "写成 2026-01至2027-12。"),
        _Field(Column("备注", 18), ""),
    ),
    (
        "带黄底的列必须填写，其余尽量填全；不知道的留空，不要写“无”或“待定”。",
        "一人一行，不要合并单元格，不要在人员中间插入小标题、合计行或空行。",
        "身份证号、电话、出生年月、服务期限各列已设为文本；从别的表复制时请用“只粘贴值”。",
        "点一下单元格，右边出现小箭头的，可以从列表中选；有几个专业或几个县时用顿号隔开填写。",
        "专业领域请用“选项”表中的名称；其中“常见叫法”也能认得，别的写法导入时会请您选定。",
        "第一行灰字是示例，不会被导入，可以删去。本表最多预设 1000 行，超过也能导入。",
        "填好后把整个文件发给县级协调员，或在程序中点“导入名册”。",
    ),
)
_DEMAND = _Form(
    "服务需求",
    "科技特派员服务需求表",
    (
        _SEQ,
        _Field(Column("县(市、区)", 13), "蒲江县", "从列表中选。", "县(市、区)", needed=True),
        _Field(Column("乡镇(街道)", 14), "示例镇"),
        _Field(Column("村/合作社/企业", 26), "示例柑橘合作社"),
        _Field(
            Column("需求产业", 22),
            "柑橘与柠檬",
            _SPECIALTY_HINT,
            "专业领域",
            several=True,
            needed=True,
        ),
        _Field(
            Column("需求内容", 30),
            "冬季清园和病虫害防治",
            "一两句话写清要解决什么问题。",
            needed=True,
        ),
        _Field(Column("服务方式", 12, _CENTRED), MODES[1], choices="服务方式"),
        _Field(Column("需要人数", 10, _CENTRED), "1", "填 1 至 99 的整数。"),
        _Field(Column("职称要求", 14, _CENTRED), WANTED_RANKS[1], choices="职称要求"),
        _Field(
            _text("期望时间", 24, _CENTRED),
            "2026-12-01至2026-12-10",
            "写成 2026-12-05、2026-12-05上午、2026-12-01至2026-12-10、12月上旬，或写“尽快”。",
        ),
        _Field(Column("时长", 9, _CENTRED), DURATIONS[1], choices="时长"),
        _Field(Column("联系人", 11), "李示例"),
        _Field(_text("联系电话", 16, _CENTRED), "13900000000", _PHONE_HINT),
        _Field(Column("紧急程度", 11, _CENTRED), "一般", choices="紧急程度"),
        _Field(Column("备注", 18), ""),
    ),
    (
        "带黄底的列必须填写，其余尽量填全；不知道的留空。",
        "一条需求一行，不要合并单元格，不要插入小标题、合计行或空行。",
        "需求产业请用“选项”表中的名称；其中“常见叫法”也能认得，别的写法导入时会请您选定。",
        "期望时间可写日期、日期范围、某月或某月上中下旬，或写“尽快”；没有年份的按填报日期推算。",
        "时长只有半天、1天、2天三种；更长的请分几条填。",
        "第一行灰字是示例，不会被导入，可以删去。本表最多预设 1000 行，超过也能导入。",
        "填好后把整个文件发给县级协调员，或在程序中点“导入需求”。",
    ),
)


def write_template(
    path: Path, kind: ImportKind, gazetteer: Gazetteer, vocabulary: Vocabulary, made: datetime
) -> None:
    """Write the form for demands, or for a roster where any other kind is asked for.

    Raises OSError where the file cannot be written.
    """
    form = _DEMAND if kind is ImportKind.DEMAND else _ROSTER
    book = new_workbook(made)
    sheet = book.create_sheet(form.sheet)
    help_sheet, list_sheet = book.create_sheet(_HELP), book.create_sheet(_LISTS)
    ranges = _fill_lists(list_sheet, _choices(kind, gazetteer), _known_as(vocabulary))
    _fill_help(help_sheet, form)
    _fill_form(sheet, form, ranges)
    save_workbook(book, path, made)


def _choices(kind: ImportKind, gazetteer: Gazetteer) -> dict[str, Sequence[str]]:
    counties = {"县(市、区)": [county.name for county in gazetteer.counties]}
    if kind is ImportKind.DEMAND:
        return {
            **counties,
            "服务方式": MODES,
            "职称要求": tuple(WANTED_RANKS.values()),
            "时长": tuple(DURATIONS.values()),
            "紧急程度": tuple(URGENCY_WEIGHTS),
        }
    titles = {"职称": _TITLES, "学历": _EDUCATION, "团内职务": _ROLES}
    return {**counties, "性别": ("男", "女"), **titles}


def _known_as(vocabulary: Vocabulary) -> Mapping[str, str]:
    return {
        item.name: "、".join(item.synonyms) for item in vocabulary.specialties if item.code != OTHER
    }


# The form ------------------------------------------------------------------------------------


def _fill_form(sheet: Worksheet, form: _Form, ranges: Mapping[str, str]) -> None:
    layout = TableLayout(
        form.title,
        _FILLED_BY,
        tuple(field.column for field in form.fields),
    )
    fill_table(sheet, layout, [[field.example for field in form.fields]])
    first = 4
    for number, field in enumerate(form.fields, 1):
        sheet.cell(first, number).font = _EXAMPLE_FONT
        if field.needed:
            sheet.cell(first - 1, number).fill = _NEEDED_FILL
        for row in range(first, first + ROWS):
            _format(sheet.cell(row, number), field.column, boxed=row < first + _BOXED_ROWS)
        if rule := _rule(field, ranges):
            letter = get_column_letter(number)
            rule.add(f"{letter}{first}:{letter}{first + ROWS - 1}")
            sheet.add_data_validation(rule)
    last = get_column_letter(len(form.fields))
    sheet.auto_filter.ref = f"A{first - 1}:{last}{first + ROWS - 1}"
    sheet.sheet_format.defaultRowHeight = 21
    sheet.sheet_format.customHeight = True
    sheet.print_area = None  # what is filled in decides


def _format(cell: Cell | MergedCell, column: Column, *, boxed: bool) -> None:
    cell.alignment = Alignment(
        horizontal="center" if column.centred else "left", vertical="center", wrap_text=True
    )
    if column.text:
        cell.number_format = "@"
    if cell.value is None:
        cell.font = _BODY
    if boxed:
        cell.border = BORDER


def _rule(field: _Field, ranges: Mapping[str, str]) -> DataValidation | None:
    """Return the list, the length or only the hint of a column; None where there is nothing."""
    name = field.column.header
    if field.choices:
        rule = DataValidation(type="list", formula1=ranges[field.choices], allow_blank=True)
        rule.errorStyle = "warning" if field.several else "stop"
        rule.error = (
            "这不是列表中的名称。有几项时请用顿号隔开；确定要这样填请点“是”。"
            if field.several
            else "请从列表中选一项，或按 Esc 取消。"
        )
    elif field.length:
        low, high = map(str, field.length)
        rule = DataValidation(type="textLength", operator="between", formula1=low, formula2=high)
        rule.allow_blank = True
        rule.errorStyle = "warning"
        rule.error = f"{name}应为 {low} 位，请核对；确定要这样填请点“是”。"
    elif field.hint:
        rule = DataValidation(allow_blank=True)
    else:
        return None
    rule.errorTitle = rule.promptTitle = name
    rule.showErrorMessage = bool(rule.error)
    if field.hint:
        rule.prompt = field.hint
        rule.showInputMessage = True
    return rule


# The sheets beside it ----------------------------------------------------------------------


def _fill_lists(
    sheet: Worksheet, choices: Mapping[str, Sequence[str]], known_as: Mapping[str, str]
) -> dict[str, str]:
    """Write the lists side by side; return where each stands, for the drop-downs."""
    _title(sheet, f"{_LISTS}{HELPER_MARK}", "下拉列表用到的名称，请不要改动本表。")
    ranges = {}
    columns = [
        *choices.items(),
        ("专业领域", list(known_as)),
        ("常见叫法", list(known_as.values())),
    ]
    for number, (name, items) in enumerate(columns, 1):
        letter = get_column_letter(number)
        head = sheet.cell(3, number)
        _boxed(head, name, Font(name=FONT, size=10, bold=True))
        head.fill = HEAD_FILL
        for row, item in enumerate(items, 4):
            _boxed(sheet.cell(row, number), item, _BODY)
        widest = max(map(len, items))
        sheet.column_dimensions[letter].width = min(90, max(12, widest * 2 + 3))
        ranges[name] = f"'{_LISTS}'!${letter}$4:${letter}${3 + len(items)}"
    for row, words in enumerate(known_as.values(), 4):
        sheet.row_dimensions[row].height = 15.0 * max(1, -(-len(words) // 46)) + 2
    sheet.freeze_panes = "A4"
    set_page(sheet)
    return ranges


def _fill_help(sheet: Worksheet, form: _Form) -> None:
    _title(sheet, f"{_HELP}{HELPER_MARK}", f"《{form.title}》怎么填")
    sheet.column_dimensions["A"].width = 6
    sheet.column_dimensions["B"].width = 110
    for number, text in enumerate(form.help, 1):
        row = number + 2
        sheet.cell(row, 1, number).font = _BODY
        sheet.cell(row, 1).alignment = Alignment(horizontal="center", vertical="top")
        cell = sheet.cell(row, 2)
        put_text(cell, text)
        cell.font = _BODY
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[row].height = 18 * (1 + len(text) // 56) + 4
    set_page(sheet)


def _title(sheet: Worksheet, title: str, subtitle: str) -> None:
    put_text(sheet["A1"], title)
    sheet["A1"].font = Font(name=FONT, size=14, bold=True)
    put_text(sheet["A2"], subtitle)
    sheet["A2"].font = _BODY
    sheet.row_dimensions[1].height = 28


def _boxed(cell: Cell | MergedCell, text: str, font: Font) -> None:
    put_text(cell, text)
    cell.font = font
    cell.border = BORDER
    cell.alignment = Alignment(vertical="center", wrap_text=True)
