"""Demands as counties send them, drawn from a seed, with their truth."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from envoy_app.domain.sheets import Cell
from tests.io import spellings as sp
from tests.io.layouts import Book, Entry, Page, headings
from tests.io.spellings import Spelling, pick


def _split(text: str) -> list[str]:
    return text.split()


DEMAND = _split(
    "seq county town site spec content mode count rank when length contact phone urgency"
)
RANKS = {
    "副高及以上": 2,
    "中级及以上": 1,
    "不限": 0,
    "研究员": 3,
    "高级农艺师以上": 2,
    "农艺师以上": 1,
}
RANKS |= {
    "正高级": 3,
    "初级以上": 0,
    "副高级及以上职称": 2,
    "正高及以上": 3,
    "讲师以上": 1,
    "无": 0,
}
LENGTHS = {
    "半天": 1,
    "0.5天": 1,
    "1天": 2,
    "一天": 2,
    "两天": 4,
    "2天": 4,
    "3小时": 1,
    "1": 2,
    "1个工作日": 2,
}
LENGTHS |= {"半日": 1, "全天": 2, "2日": 4, "二天": 4}
THIRDS = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 0),
    "中下旬": (11, 0),
    "": (1, 0),
    "份": (1, 0),
}


def window(rng: random.Random, filled: date) -> tuple[Spelling, bool]:
    """Return a window and whether it asks for help at once."""
    if rng.random() < 0.03:
        return Spelling(
            pick(rng, ["待定", "农闲时", "另行通知", "13月", "2月30日"]), (None, None), "BAD_DATE"
        ), False
    if rng.random() < 0.1:
        return Spelling(pick(rng, ["尽快", "尽快安排", "越快越好", "急需"]), (None, None)), True
    start = filled + timedelta(days=rng.randrange(300))
    end = start + timedelta(days=rng.randint(1, 8))
    s, e = f"{start.month}月{start.day}日", f"{end.month}月{end.day}日"
    both, day = (start.isoformat(), end.isoformat()), (start.isoformat(), start.isoformat())
    forms: list[tuple[Any, tuple[str, str]]] = [
        (f"{s}—{e}", both),
        (f"{s}至{e}", both),
        (f"{s}-{e}", both),
    ]
    forms += [
        (f"{start}至{end}", both),
        (f"{start:%Y.%m.%d}-{end:%m.%d}", both),
        (s, day),
        (f"{s}上午", day),
    ]
    forms += [
        (f"{s}（周三）", day),
        (f"{start:%Y/%m/%d}", day),
        (f"{start.year}年{s}", day),
        (f"{s}下午", day),
    ]
    forms += [(Cell(datetime(start.year, start.month, start.day), "yyyy/m/d"), day)]  # noqa: DTZ001
    if start.month == end.month:
        forms += [(f"{s}-{end.day}日", both)]
    third = pick(rng, list(THIRDS))
    low, high = THIRDS[third]
    last = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    period = (start.replace(day=low).isoformat(), last.replace(day=high or last.day).isoformat())
    forms += [
        (f"{start.month}月{third}", period),
        (f"{start.year}年{start.month}月{third}", period),
    ]
    return Spelling(*pick(rng, forms)), False


def demands(rng: random.Random, count: int, *, plain: bool = False) -> Book:
    """Return a book of demands."""
    book, page = Book(), Page("服务需求")
    filled = date(2026, rng.choice([11, 12]), 1)
    page.put("科技特派员服务需求汇总表（示例）")
    page.put(f"填报单位：示例市农业农村局    填报日期：{filled.year}年{filled.month}月1日")
    page.put(*headings(rng, DEMAND, "demand"))
    for number in range(count):
        values, entry = _demand(rng, filled)
        entry.sheet = page.title
        entry.row = page.put(number + 1, *values)
        book.entries.append(entry)
    page.put("注：期望时间可填具体日期、旬或月份。")
    book.sheets.append(page.sheet(plain=plain))
    return book


def _demand(rng: random.Random, filled: date) -> tuple[list[Any], Entry]:
    place, spec, (when, asap) = sp.county(rng), sp.specialties(rng), window(rng, filled)
    content = "现场问题诊断"
    within = spec.raw if spec.truth and not spec.may and rng.random() < 0.1 else None
    heads = rng.randint(1, 9)
    count = Spelling(
        pick(rng, [heads, str(heads), f"{heads}人", f"{heads}名", f"{heads}位"]), heads
    )
    if rng.random() < 0.02:
        count = Spelling(pick(rng, [-1, "多人", 0, "若干", 200, "2-3人"]), None, "BAD_COUNT")
    rank, length = pick(rng, list(RANKS)), pick(rng, list(LENGTHS))
    caller, _ = sp.name(rng, "男")
    number = sp.phone(rng, sp.mobile(rng))
    urgency = pick(rng, ["一般", "较急", "紧急", None])
    entry = Entry("", 0)
    entry.fields = {
        "county": (place.truth or [None])[0],
        "specialties": spec.truth,
        "headcount": count.truth,
        "min_rank": RANKS[rank],
        "window_start": when.truth[0],
        "window_end": when.truth[1],
        "asap": asap,
        "slots": LENGTHS[length],
        "contact": caller.truth,
        "phone": (number.truth or [None])[0],
        "urgency": urgency,
    }
    told = (place, spec, count, when, number)
    entry.planted = {cell.problem for cell in told} - {""}
    entry.may = set(spec.may)
    text = f"{within}，{content}" if within else content
    values = [place.raw, "永兴街道", "示例村", None if within else spec.raw, text, "现场指导"]
    values += [count.raw, rank, when.raw, length, caller.raw, number.raw, urgency]
    return values, entry
