"""What of a demand can be edited: its words for people, what differs, and edits that met others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import ConflictError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.shown_numbers import masked_phone
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.demand_draft import LENGTHS

FIELD_WORDS = {
    "county": "县",
    "town": "乡镇",
    "site": "地点",
    "specialties": "专业领域",
    "content": "内容",
    "mode": "形式",
    "headcount": "人数",
    "min_rank": "职称",
    "window_start": "最早日期",
    "window_end": "最晚日期",
    "asap": "尽快",
    "half": "上下午",
    "slots": "时长",
    "contact": "联系人",
    "phone": "电话",
    "urgency": "紧急程度",
    "state": "状态",
    "state_reason": "原因",
}
"""The fields that people edit, in the order in which they are told."""
_SHORT = {"window_start": "日期", "window_end": "日期", "asap": "日期"}
_NOTHING = "空"


class DemandConflict(ConflictError):
    """Someone else changed the demand meanwhile; nothing was written.

    `current` is the demand as it is now, `fields` what differs from what was edited.
    """

    def __init__(self, sentence: str, current: Demand, fields: tuple[str, ...]) -> None:
        """`sentence` is what people are told."""
        super().__init__(sentence)
        self.current = current
        self.fields = fields


def demand_title(demand: Demand) -> str:
    """Return what people call a demand: its content, or where it is."""
    return demand.content or " ".join(part for part in (demand.town, demand.site) if part)


def changed_fields(before: Demand, after: Demand) -> tuple[str, ...]:
    """Return the names of the fields that differ, in the order of FIELD_WORDS."""
    return tuple(name for name in FIELD_WORDS if getattr(before, name) != getattr(after, name))


def edit_words(after: Demand, fields: Sequence[str]) -> str:
    """Return the description of an edit: 修改服务需求“柑橘冬管”：日期、人数."""
    words = "、".join(dict.fromkeys(_SHORT.get(name, FIELD_WORDS[name]) for name in fields))
    return f"修改服务需求“{demand_title(after)}”：{words}"


def merged(base: Demand, mine: Demand, current: Demand) -> Demand:
    """Return `current` with what `mine` changed against `base`; mine wins where both changed."""
    values: dict[str, Any] = {name: getattr(mine, name) for name in changed_fields(base, mine)}
    return replace(current, **values)


class Words:
    """Values of a demand's fields as people read them; phones are masked."""

    def __init__(self, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        """Take the names of counties and specialties."""
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary

    def value(self, demand: Demand, field: str) -> str:
        """Return a field's value in words, 空 where there is none."""
        value = getattr(demand, field)
        special: dict[str, Callable[[Any], str]] = {
            "county": self._county,
            "specialties": lambda codes: "、".join(map(self._vocabulary.name, codes)),
            "headcount": "{} 人".format,
            "min_rank": lambda rank: f"{RANK_NAMES.get(rank, rank)}及以上" if rank else "不限",
            "window_start": lambda day: day.isoformat() if day else "不限",
            "window_end": lambda day: day.isoformat() if day else "不限",
            "asap": lambda asap: "是" if asap else "否",
            "half": lambda half: half.label if half else "不限",
            "slots": lambda slots: LENGTHS.get(slots, f"{slots} 个半天"),
            "phone": lambda phone: "、".join(map(masked_phone, phone.split("、"))),
        }
        return (special[field](value) if field in special else str(value)) or _NOTHING

    def differences(self, before: Demand, after: Demand) -> str:
        """Return what differs: 人数由“1 人”改为“2 人”；…."""
        return "；".join(
            f"{FIELD_WORDS[name]}由“{self.value(before, name)}”改为“{self.value(after, name)}”"
            for name in changed_fields(before, after)
        )

    def _county(self, code: str) -> str:
        county = self._counties.get(code)
        return county.name if county else code
