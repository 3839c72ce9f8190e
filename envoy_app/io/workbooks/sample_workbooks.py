"""Writes a roster and a demand sheet as an office keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table

_CENTRED = True
ROSTER_COLUMNS = (
    Column("姓名", 13),
    Column("性别", 6, _CENTRED),
    Column("出生年月", 13, _CENTRED),
    Column("身份证号", 22, _CENTRED),
    Column("工作单位", 36),
    Column("职务", 12, _CENTRED),
    Column("职称", 15, _CENTRED),
    Column("学历", 12, _CENTRED),
    Column("专业", 20),
    Column("专业领域", 26),
    Column("联系电话", 15, _CENTRED),
    Column("常驻县(市、区)", 15, _CENTRED),
    Column("服务县(市、区)", 15, _CENTRED),
    Column("团内职务", 10, _CENTRED),
    Column("备注", 18),
)
DEMAND_COLUMNS = (
    Column("序号", 6, _CENTRED),
    Column("县(市、区)", 12),
    Column("乡镇(街道)", 12),
    Column("村/合作社/企业", 30),
    Column("需求产业", 20),
    Column("需求内容", 26),
    Column("服务方式", 11, _CENTRED),
    Column("需要人数", 10, _CENTRED),
    Column("职称要求", 14, _CENTRED),
    Column("期望时间", 26, _CENTRED),
    Column("时长", 8, _CENTRED),
    Column("联系人", 11),
    Column("联系电话", 15, _CENTRED),
    Column("紧急程度", 10, _CENTRED),
)


def write_roster(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write envoys to `path` (.xlsx), header in the first row; values as in `ROSTER_COLUMNS`.

    Raises OSError where the file cannot be written.
    """
    _write(path, "科技特派员名单", TableLayout("", "", ROSTER_COLUMNS), rows)


def write_demands(
    path: Path, title: str, subtitle: str, footnote: str, rows: Sequence[Sequence[object]]
) -> None:
    """Write demands to `path` (.xlsx) under a title; values as in `DEMAND_COLUMNS`.

    Raises OSError where the file cannot be written.
    """
    _write(path, "服务需求", TableLayout(title, subtitle, DEMAND_COLUMNS, footnote), rows)


def _write(path: Path, name: str, layout: TableLayout, rows: Sequence[Sequence[object]]) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    fill_table(sheet, layout, rows)
    book.save(path)
