"""The counties' demands as a workbook, in the columns that the import reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from envoy_app.domain.demands import Demand
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

SHEET = "服务需求"
_CENTRED = True
COLUMNS = (
    Column("序号", 6, _CENTRED),
    Column("县(市、区)", 12),
    Column("乡镇(街道)", 13),
    Column("村/合作社/企业", 28),
    Column("需求产业", 22),
    Column("需求内容", 30),
    Column("服务方式", 11, _CENTRED),
    Column("需要人数", 10, _CENTRED),
    Column("职称要求", 13, _CENTRED),
    Column("期望时间", 25, _CENTRED, text=True),
    Column("时长", 8, _CENTRED),
    Column("联系人", 11),
    Column("联系电话", 15, _CENTRED, text=True),
    Column("紧急程度", 10, _CENTRED),
    Column("状态", 10, _CENTRED),
    Column("状态说明", 20),
)
WANTED_RANKS = {0: "不限", 1: "中级及以上", 2: "副高及以上", 3: "正高"}
DURATIONS = {1: "半天", 2: "1天", 4: "2天"}


def write_demand_workbook(
    path: Path,
    demands: Sequence[Demand],
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    made: datetime,
) -> None:
    """Write demands to `path` (.xlsx); the import reads it back with no difference.

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    mark = "（示例数据）" if any(demand.sample for demand in demands) else ""
    subtitle = f"共 {len(demands)} 条    导出时间 {made:%Y-%m-%d %H:%M}"
    layout = TableLayout(f"科技特派员服务需求汇总表{mark}", subtitle, COLUMNS)
    counties = {county.code: county.name for county in gazetteer.counties}
    rows = [
        (
            number, counties.get(demand.county, demand.county), demand.town, demand.site,
            "、".join(map(vocabulary.name, demand.specialties)), demand.content, demand.mode,
            demand.headcount, WANTED_RANKS[demand.min_rank], window_text(demand),
            duration_text(demand.slots), demand.contact, demand.phone, demand.urgency,
            demand.state.value, demand.state_reason,
        )
        for number, demand in enumerate(demands, 1)
    ]  # fmt: skip
    fill_table(book.create_sheet(SHEET), layout, rows)
    save_workbook(book, path, made)


def window_text(demand: Demand) -> str:
    """Return when a demand may be met, in the words the import reads."""
    half = demand.half.label if demand.half else ""
    start, end = demand.window_start, demand.window_end
    if start and end:
        return f"{start}{half}" if start == end else f"{start}至{end}{half}"
    if end:
        return f"{end}前"
    if start:
        return f"{start}起"
    return "尽快" if demand.asap else ""


def duration_text(slots: int) -> str:
    """Return a length in half-days as people write it."""
    return DURATIONS.get(slots, f"{slots / 2:g}天")
