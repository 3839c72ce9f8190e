"""One edit of many envoys: what it would change, before it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from envoy_app.domain.field_names import ENVOY_FIELDS
from envoy_app.domain.people import Envoy, Sharing, Skill, default_level


class BulkField(StrEnum):
    """What can be set for many at once; but for the last two the name of an envoy's field."""

    SHARING = "sharing"
    WEEK = "max_slots_week"
    MONTH = "max_slots_month"
    TARGET = "target_days_year"
    TRAVEL = "max_travel_minutes"
    TERM_START = "term_start"
    TERM_END = "term_end"
    ORGANISATION = "organisation"
    ROLE = "team_role"
    ACTIVE = "active"
    ADD_SPECIALTY = "add_specialty"
    REMOVE_SPECIALTY = "remove_specialty"

    @property
    def field(self) -> str:
        """The envoy's field that this changes."""
        return "skills" if self in _OF_SKILLS else self.value

    @property
    def label(self) -> str:
        """What it does, for people."""
        special = {BulkField.ADD_SPECIALTY: "增加专业", BulkField.REMOVE_SPECIALTY: "去掉专业"}
        return special.get(self) or ENVOY_FIELDS[self.value]


_OF_SKILLS = (BulkField.ADD_SPECIALTY, BulkField.REMOVE_SPECIALTY)
BULK_ROLES = ("成员", "组长", "副团长")
"""A team has one leader: 团长 is not given to many."""


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """What to set; `level` 0 gives an added specialty the level of each one's title."""

    field: BulkField
    value: object
    level: int = 0


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What an edit would do: pairs of before and after, how many have it, and who cannot have it.

    `refused` holds envoys with the reason.
    """

    edit: BulkEdit
    changes: tuple[tuple[Envoy, Envoy], ...]
    same: int
    refused: tuple[tuple[Envoy, str], ...]


def preview_bulk(envoys: Iterable[Envoy], edit: BulkEdit) -> BulkPreview:
    """Return what an edit would change; nothing is written."""
    changes: list[tuple[Envoy, Envoy]] = []
    refused: list[tuple[Envoy, str]] = []
    same = 0
    for envoy in envoys:
        if sentence := _objection(envoy, edit):
            refused.append((envoy, sentence))
        elif (after := _edited(envoy, edit)) != envoy:
            changes.append((envoy, after))
        else:
            same += 1
    return BulkPreview(edit, tuple(changes), same, tuple(refused))


def _objection(envoy: Envoy, edit: BulkEdit) -> str:
    if edit.field is BulkField.ROLE and envoy.team_county is None:
        return "在机动库，没有团内角色"
    if edit.field is BulkField.ROLE and envoy.team_role == "团长":
        return "是团长，请到他的资料里改"
    if edit.field is BulkField.TERM_END and str(edit.value) < envoy.term_start:
        return f"任期从 {envoy.term_start} 开始，不能更早结束"
    if edit.field is BulkField.TERM_START and "" < envoy.term_end < str(edit.value):
        return f"任期到 {envoy.term_end} 结束，不能更晚开始"
    return ""


def _edited(envoy: Envoy, edit: BulkEdit) -> Envoy:
    special: dict[BulkField, Callable[[Envoy, BulkEdit], Envoy]] = {
        BulkField.ADD_SPECIALTY: _with_specialty,
        BulkField.REMOVE_SPECIALTY: _without_specialty,
        BulkField.SHARING: lambda one, it: replace(one, sharing=Sharing(str(it.value))),
    }
    if edit.field in special:
        return special[edit.field](envoy, edit)
    return replace(envoy, **{edit.field.value: edit.value})  # type: ignore[arg-type]  # by name


def _with_specialty(envoy: Envoy, edit: BulkEdit) -> Envoy:
    if any(skill.specialty == edit.value for skill in envoy.skills):
        return envoy
    skill = Skill(str(edit.value), edit.level or default_level(envoy.title_rank))
    return replace(envoy, skills=(*envoy.skills, skill))


def _without_specialty(envoy: Envoy, edit: BulkEdit) -> Envoy:
    left = tuple(skill for skill in envoy.skills if skill.specialty != edit.value)
    return replace(envoy, skills=left)
