"""The one registry of rule names and meanings, as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class RuleText:
    """Name of a rule and the sentence that says what it asks for."""

    name: str
    meaning: str


_TEXTS: Final = MappingProxyType(
    {
        "SKILL": RuleText("专业与级别", "每个席位的特派员须具备该专业且级别达标，一人只占一席。"),
        "AVAILABILITY": RuleText("可用时间", "特派员在请假、授课等不可用的半天不派员。"),
        "OVERLAP": RuleText("时间冲突", "特派员在同一个半天只能在一处。"),
        "WINDOW": RuleText(
            "时间窗口",
            "下乡服务须在允许的日期和半天开始；多日服务须为同一周内连续的工作日，且县里未停办。",
        ),
        "WEEK_LOAD": RuleText("周工作量", "特派员每周的半天数不超过其上限。"),
        "TOTAL_LOAD": RuleText("总工作量", "特派员在排班期内的半天数不超过其上限。"),
        "TRAVEL": RuleText("路程上限", "特派员从常驻县到服务县的单程时间不超过其上限。"),
        "SHARING": RuleText("共享范围", "特派员只能派往其共享范围内的县。"),
        "TRANSFER": RuleText("同日转场", "特派员同一天上下午在两县服务时，转场时间不超过上限。"),
        "HOST": RuleText("县接待能力", "一个县在同一个半天接待的下乡服务不超过其上限。"),
        "SERIES": RuleText("系列间隔", "同一系列的下乡服务，开始日期须隔开规定的天数。"),
        "PIN": RuleText("锁定", "锁定的下乡服务须按锁定的时间和人员举行。"),
        "EXCLUDE": RuleText("回避人员", "需求方要求回避的特派员不派往该次服务。"),
        "FORMAT": RuleText("方案格式", "方案中的编号、日期和席位数须与问题一致。"),
    }
)

RULE_CODES: Final = tuple(_TEXTS)


def rule_text(code: str) -> RuleText:
    """Chinese name and meaning of a rule.

    Raises:
        KeyError: There is no rule with this code.
    """
    return _TEXTS[code]
