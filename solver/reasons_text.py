"""Says in one Chinese sentence why a visit is not held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from solver.instance import Instance
from solver.solution import Reason
from solver.texts import rule_text


def explain_text(
    instance: Instance,
    reasons: Sequence[Reason],
    specialty_name: Callable[[str], str] = str,
) -> str:
    """One Chinese sentence that says why a visit is not held.

    Args:
        instance: The problem.
        reasons: The counts of one visit, from `Unscheduled.reasons`.
        specialty_name: How a specialty is written for people.
    """
    if not reasons:
        return "未找到可行的安排。"
    if len(reasons) == 1 and reasons[0].code == "WINDOW":
        return "允许的日期内没有可用的开始时间，请放宽时间窗口或检查县里的停办安排。"
    parts = [_part(instance, reason, specialty_name) for reason in reasons]
    return "，".join(parts) + "。"


def _part(instance: Instance, reason: Reason, specialty_name: Callable[[str], str]) -> str:
    if reason.code == "SKILL":
        visit = instance.visit_by_id.get(reason.visit)
        if visit is None or reason.role is None or reason.role >= len(visit.roles):
            return f"专业与级别合格的有 {reason.left} 人"
        role = visit.roles[reason.role]
        wanted = f"“{specialty_name(role.specialty)}”{_LEVELS[role.min_level]}"
        return f"需要{wanted} {role.count} 人，名册中合格的有 {reason.left} 人"
    template = _TEMPLATES.get(reason.code, rule_text(reason.code).name + "之后余 {left}")
    return template.format(left=reason.left)


_LEVELS: Final = {1: "中级及以上", 2: "副高及以上", 3: "正高"}
_TEMPLATES: Final = {
    "PIN": "未锁定在其他席位的 {left} 人",
    "EXCLUDE": "除去须回避的余 {left} 人",
    "SHARING": "共享范围内 {left} 人",
    "TRAVEL": "路程以内 {left} 人",
    "AVAILABILITY": "时间可用 {left} 人",
    "OVERLAP": "未被其他服务占用 {left} 人",
    "WEEK_LOAD": "周工作量有余 {left} 人",
    "TOTAL_LOAD": "总工作量有余 {left} 人",
    "TRANSFER": "转场来得及 {left} 人",
    "HOST": "县里接待得下的开始时间有 {left} 个",
    "SERIES": "与同系列隔得开的开始时间有 {left} 个",
    "WINDOW": "各席位能同时到齐的开始时间有 {left} 个",
}
