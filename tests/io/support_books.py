"""Workbooks made for tests of what goes out: with what openpyxl would drop on saving."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Font, PatternFill

HEAD = ("序号", "姓名", "性别", "身份证号", "工作单位", "专业领域", "联系电话", "服务县")
PEOPLE = (
    (1, "陈梅", "女", "", "示例县农业农村局", "柑橘", "13900000001", "蒲江县"),
    (2, "王强", "男", "", "示例县畜牧站", "畜牧", "1390000", "大邑县"),
    (3, None, "男", "", "示例县畜牧站", "生猪", "13900000003", "大邑县"),
    (4, "李刚", "男", "110101199003071234", "示例县农机站", "英语翻译", "13900000004", "浦江县"),
)
"""Row 4 (王强) has a broad word and a short phone, row 5 no name, row 6 three bad cells."""


def rich_book(path: Path) -> Path:
    """A roster below a title, with chart, colours, comments, rules, and parts of other programs."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名 册'1"
    sheet.append(["农业科技特派员名册"])
    sheet.append(HEAD)
    for person in PEOPLE:
        sheet.append(person)
    sheet["A1"].font = Font(size=18, bold=True)
    sheet["F4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["F4"].font = Font(color="FFFF0000", italic=True)
    sheet["F4"].comment = Comment("张三：请核实 & 补充", "张三")
    sheet["E3"].comment = Comment("不动这一条", "张三")
    sheet.conditional_formatting.add("A3:A6", ColorScaleRule("min", None, "FF0000", "max"))
    sheet.freeze_panes = "A3"
    sheet.column_dimensions["E"].width = 30
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=2, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "J3")
    other = book.create_sheet("汇总")
    other["A1"] = "=COUNTA('名 册''1'!B3:B6)"
    memory = BytesIO()
    book.save(memory)
    _with_foreign_parts(memory, path)
    return path


def _with_foreign_parts(memory: BytesIO, path: Path) -> None:
    """Add what only Excel writes: extensions in the sheet, a macro, a picture."""
    extension = (
        b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b"<x14:conditionalFormattings/></ext></extLst></worksheet>"
    )
    with zipfile.ZipFile(memory) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</worksheet>", extension)
            target.writestr(item, data)
        target.writestr("xl/vbaProject.bin", bytes(range(256)) * 40)
        target.writestr("xl/media/image1.png", b"\x89PNG" + bytes(range(256)))


def parts(path: Path) -> dict[str, bytes]:
    """All parts of a package by name."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        assert len(names) == len(set(names))
        return {name: package.read(name) for name in names}


def formulas(path: Path) -> int:
    """How many cells of a workbook hold a formula."""
    return sum(
        data.count(b"<f>") + data.count(b"<f ") + data.count(b"<f/>")
        for name, data in parts(path).items()
        if name.startswith("xl/worksheets/")
    )
