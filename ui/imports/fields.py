"""Names of fields and rows as people say them, and which columns a field comes from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.conditions import CONDITIONS
from envoy_app.domain.field_names import DEMAND_FIELDS, ENVOY_FIELDS
from envoy_app.domain.imports import ImportKind

FIELD_NAMES: Mapping[str, str] = {
    **DEMAND_FIELDS,
    **ENVOY_FIELDS,
    "specialties": ENVOY_FIELDS["skills"],
    "team_counties": ENVOY_FIELDS["team_county"],
    "slot": DEMAND_FIELDS["half"],
    "weight": "权重",
    "levels": "专业级别",
}

FIELD_KINDS: Mapping[str, tuple[str, ...]] = {
    "id_number": ("id",),
    "phones": ("phone",),
    "organisation": ("org", "orgpost"),
    "post": ("post", "orgpost", "titlepost"),
    "title": ("title", "titlepost"),
    "education": ("edu", "degree"),
    "major": ("major", "schoolmajor", "specmajor"),
    "specialties": ("spec", "specmajor", "field"),
    "base_county": ("base", "path"),
    "team_county": ("team", "path"),
    "team_counties": ("team", "path"),
    "team_role": ("role",),
    "term_start": ("term",),
    "term_end": ("term",),
    "headcount": ("count",),
    "min_rank": ("rank",),
    "window_start": ("when",),
    "window_end": ("when",),
    "asap": ("when",),
    "half": ("when", "length"),
    "slots": ("length",),
    **{item.field: (item.kind,) for item in CONDITIONS},
}

ROW_REASONS: Mapping[str, str] = {
    "title": "标题，不导入",
    "attachment": "附件编号，不导入",
    "filling-info": "填报信息，不导入",
    "instructions": "填表说明，不导入",
    "header": "表头",
    "repeated-header": "重复的表头，不导入",
    "group-heading": "分组标题，不是一条记录",
    "total": "合计，不导入",
    "note": "说明文字，不导入",
    "continued": "续页说明，不导入",
    "example": "填写示例，不导入",
    "asked": "等您在上面答复后再导入",
    "skipped": "您选择了不导入这张表",
    "blank": "没有内容",
    "row": "隐藏的行，没有导入",
    "filter": "被筛选掉的行，没有导入",
    "hidden": "隐藏的行，没有导入",
    "sheet": "在隐藏的工作表中，没有导入",
}

KIND_NAMES: Mapping[ImportKind, str] = {
    ImportKind.ROSTER: "名册",
    ImportKind.DEMAND: "需求",
    ImportKind.AUTO: "",
}


def tr(text: str) -> str:
    """Return a text of the import page in the user's language."""
    return QCoreApplication.translate("Import", text)


def field_name(field: str) -> str:
    """Return a field's name, the field itself where it has none."""
    return tr(FIELD_NAMES.get(field, field))


def field_kinds(field: str) -> tuple[str, ...]:
    """Return the kinds of columns a field may come from, the likeliest first."""
    return FIELD_KINDS.get(field, (field,))


def row_reason(reason: str) -> str:
    """Return why a row is no person or demand; a reason without a name is shown as it is."""
    return tr(ROW_REASONS.get(reason, reason))
