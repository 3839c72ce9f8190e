"""Says a shortage in one Chinese sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from solver.explain.shortage import Shortage
from solver.instance import Instance

_LEVELS: Final = {1: "中级及以上", 2: "副高及以上", 3: "正高"}
_MOST_NAMED: Final = 4


def shortage_text(
    instance: Instance,
    shortage: Shortage,
    specialty_name: Callable[[str], str] = str,
    visit_name: Callable[[str], str] = str,
) -> str:
    """One Chinese sentence: what is short, where, what to do.

    Args:
        instance: The problem.
        shortage: One of `shortages(instance)`.
        specialty_name: How a specialty is written for people.
        visit_name: How a visit is written for people.
    """
    what = "" if shortage.specialty is None else f"“{specialty_name(shortage.specialty)}”"
    if shortage.level is not None:
        what += _LEVELS[shortage.level]
    return _TEMPLATES[shortage.kind].format(
        county="" if shortage.county is None else instance.county_by_id[shortage.county].name,
        what=what,
        need=shortage.need,
        have=shortage.have,
        only=f"只有 {shortage.have} 人" if shortage.have else "没有人",
        count=len(shortage.visits),
        visits=_named([visit_name(name) for name in shortage.visits]),
        days=_days(shortage),
    )


def _named(every: list[str]) -> str:
    names = list(dict.fromkeys(every))
    return "、".join(names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else "")


def _days(shortage: Shortage) -> str:
    if shortage.first is None or shortage.last is None:
        return ""
    first, last = shortage.first, shortage.last
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"


_TEMPLATES: Final = {
    "window": "{county}的下乡服务（{visits}）在允许的日期内没有可用的开始时间，"
    "请放宽时间窗口或检查县里的停办安排。",
    "reach": "{county}的 {count} 次下乡服务（{visits}）需要{what} {need} 人，"
    "共享范围和路程以内{only}，无法安排，请放宽共享范围、路程上限或级别要求。",
    "free": "{county}的下乡服务（{visits}）需要{what} {need} 人，"
    "在允许的时间同时能来的至多 {have} 人（已除去请假、回避和每周半天数不够的），"
    "请放宽时间窗口、调整请假或提高工作量上限。",
    "load": "{days}：{what}的 {count} 次下乡服务（{visits}）共需 {need} 人·半天，"
    "能派的人至多承担 {have} 人·半天，不能全部安排，请增派人员、提高工作量上限或放宽时间窗口。",
    "host": "{days}：{county}须接待 {count} 次下乡服务共 {need} 个半天，"
    "至多能接待 {have} 个半天，不能全部安排，请提高接待上限或放宽时间窗口。",
    "coverage": "{county}的覆盖标准要求{what}下乡服务至少 {need} 次，"
    "可能安排的至多 {have} 次，请补充服务需求或降低标准。",
}
