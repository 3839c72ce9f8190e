"""What a column of a roster or of a demand table can hold, with its name for people."""

from __future__ import annotations

from collections.abc import Mapping

from envoy_app.domain.conditions import CONDITIONS
from envoy_app.domain.imports import ImportKind

_ROSTER: Mapping[str, str] = {
    "seq": "序号",
    "name": "姓名",
    "nameorg": "姓名及单位职务",
    "gender": "性别",
    "birth": "出生年月",
    "id": "身份证号",
    "org": "派出单位",
    "post": "职务",
    "orgpost": "单位及职务",
    "title": "职称",
    "titlepost": "职务职称",
    "edu": "学历",
    "degree": "学历学位",
    "major": "所学专业",
    "schoolmajor": "毕业院校及专业",
    "spec": "专业领域",
    "specmajor": "专业（作专业领域）",
    "field": "服务产业",
    "phone": "联系电话",
    "base": "常驻县(市、区)",
    "path": "归属区域",
    "team": "服务县(市、区)",
    "role": "团内职务",
    "term": "服务期限",
    "remarks": "备注",
    **{item.kind: item.header for item in CONDITIONS},
}
_DEMAND: Mapping[str, str] = {
    "seq": "序号",
    "county": "县(市、区)",
    "town": "乡镇(街道)",
    "site": "村/合作社/企业",
    "spec": "需求产业",
    "content": "需求内容",
    "mode": "服务方式",
    "count": "需要人数",
    "rank": "职称要求",
    "when": "期望时间",
    "length": "时长",
    "contact": "联系人",
    "phone": "联系电话",
    "urgency": "紧急程度",
}


def column_kinds(kind: ImportKind) -> Mapping[str, str]:
    """Return the kinds of columns of a roster or demand table, each with its Chinese name."""
    return _DEMAND if kind is ImportKind.DEMAND else _ROSTER
