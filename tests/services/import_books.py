"""Small workbooks for the tests of imports."""

from __future__ import annotations

from pathlib import Path

import openpyxl

HEAD = ("姓名", "身份证号", "联系电话", "工作单位", "职称", "专业特长", "服务县", "备注")
MEI = ("陈梅", "510000198806246680", "19000006713", "甲站", "农艺师", "茶叶", "金堂", None)


def write_book(path: Path, *rows, head=HEAD, sheet: str = "Sheet") -> Path:
    """Write rows below a heading; returns the path."""
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in (head, *rows):
        made.active.append(row)
    made.save(path)
    return path


def person(number: int, county: str = "金堂", **values):
    """Return a row of somebody with a phone, without an ID number."""
    cells = {
        "name": f"张{chr(0x4E00 + number * 7)}{chr(0x5200 + number * 11)}",
        "id": None,
        "phone": f"1900000{number:04d}",
        "office": "甲站",
        "title": "农艺师",
        "spec": "茶叶",
        "county": county,
        "remarks": None,
    }
    return tuple((cells | values).values())
