"""What of an envoy can be edited: its words for people, what differs, and edits that met others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES, Absence, Envoy
from envoy_app.domain.shown_numbers import masked_id, masked_phone
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary

FIELD_WORDS = {
    "name": "姓名",
    "gender": "性别",
    "birth": "出生",
    "id_number": "身份证号",
    "phones": "电话",
    "organisation": "派出单位",
    "post": "职务",
    "title": "职称",
    "education": "学历",
    "major": "专业",
    "skills": "专业领域",
    "base_county": "常驻县",
    "team_county": "县团",
    "team_role": "团内角色",
    "term_start": "任期开始",
    "term_end": "任期结束",
    "sharing": "共享范围",
    "max_slots_week": "每周上限",
    "max_slots_month": "每月上限",
    "target_days_year": "年度目标",
    "max_travel_minutes": "单程上限",
    "absences": "请假",
    "remarks": "备注",
    "active": "状态",
}
"""The fields that people edit, in the order in which they are told."""

_UNITS = {
    "max_slots_week": "个半天",
    "max_slots_month": "个半天",
    "target_days_year": "天",
    "max_travel_minutes": "分钟",
}
_FOLLOWERS = {"team_county": ("team_counties",), "title": ("title_rank",)}
_NOTHING = "空"


class EditRefused(InputError):
    """Facts that cannot be right; `problems` has one sentence by field. Nothing was written."""

    def __init__(self, problems: dict[str, str]) -> None:
        """Take the problems."""
        super().__init__(next(iter(problems.values()), ""))
        self.problems = problems


class EditConflict(ConflictError):
    """Someone else changed the envoy meanwhile; nothing was written.

    `current` is the envoy as it is now, `fields` what differs from what was edited.
    """

    def __init__(self, sentence: str, current: Envoy, fields: tuple[str, ...]) -> None:
        """`sentence` is what people are told."""
        super().__init__(sentence)
        self.current = current
        self.fields = fields


def changed_fields(before: Envoy, after: Envoy) -> tuple[str, ...]:
    """Return the names of the fields that differ, in the order of FIELD_WORDS."""
    return tuple(name for name in FIELD_WORDS if getattr(before, name) != getattr(after, name))


def edit_words(after: Envoy, fields: Sequence[str]) -> str:
    """Return the description of an edit: 修改特派员“陈梅”：职称、电话."""
    words = "、".join(FIELD_WORDS[name] for name in fields)
    return f"修改特派员“{after.name}”" + (f"：{words}" if words else "")


def merged(base: Envoy, mine: Envoy, current: Envoy) -> Envoy:
    """Return `current` with what `mine` changed against `base`; mine wins where both changed."""
    values: dict[str, Any] = {}
    for name in changed_fields(base, mine):
        for field in (name, *_FOLLOWERS.get(name, ())):
            values[field] = getattr(mine, field)
    return replace(current, **values)


class Words:
    """Values of an envoy's fields as people read them; ID numbers and phones are masked."""

    def __init__(self, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        """Take the names of counties and specialties."""
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary

    def value(self, envoy: Envoy, field: str) -> str:
        """Return a field's value in words, 空 where there is none."""
        value = getattr(envoy, field)
        special: dict[str, Callable[[Any], str]] = {
            "skills": self._skills,
            "base_county": self._county,
            "team_county": self._county,
            "id_number": masked_id,
            "phones": lambda phones: "、".join(map(masked_phone, phones)),
            "sharing": lambda sharing: sharing.label,
            "absences": lambda absences: "、".join(map(absence_words, absences)),
            "active": lambda active: "在岗" if active else "停用",
        }
        text = special[field](value) if field in special else str(value)
        return f"{text} {_UNITS[field]}" if field in _UNITS else text or _NOTHING

    def differences(self, before: Envoy, after: Envoy) -> str:
        """Return what differs: 电话由“138****0001”改为“139****0002”；…."""
        return "；".join(
            f"{FIELD_WORDS[name]}由“{self.value(before, name)}”改为“{self.value(after, name)}”"
            for name in changed_fields(before, after)
        )

    def _county(self, code: str | None) -> str:
        county = self._counties.get(code or "")
        return county.name if county else code or ""

    def _skills(self, skills: tuple[Any, ...]) -> str:
        return "、".join(
            f"{self._vocabulary.name(skill.specialty)}（{RANK_NAMES.get(skill.level, '')}）"
            for skill in skills
        )


def absence_words(item: Absence) -> str:
    """Return an absence as people read it: 12-07 周一 — 12-11 周五 教学周."""
    days = day_label(item.start)
    if item.end != item.start:
        days += f" — {day_label(item.end)}"
    parts = (days, item.half.label if item.half else "", item.reason)
    return " ".join(part for part in parts if part)
