"""What the fields of records are called on the screen, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from envoy_app.domain.conditions import CONDITIONS
from envoy_app.domain.standard_edits import LIMITS

_CONDITION_NAMES = {
    item.field: item.header.replace("(", "（").replace(")", "）") for item in CONDITIONS
}
ENVOY_FIELDS: Mapping[str, str] = {
    "name": "姓名",
    "gender": "性别",
    "birth": "出生年月",
    "id_number": "身份证号",
    "phones": "联系电话",
    "organisation": "派出单位",
    "post": "职务",
    "title": "职称",
    "title_rank": "职称级别",
    "education": "学历",
    "major": "所学专业",
    "skills": "专业领域",
    "base_county": "常驻县",
    "team_county": "服务县",
    "team_counties": "服务县（全部）",
    "team_role": "团内职务",
    "term_start": "服务起",
    "term_end": "服务止",
    **{name: text for name, text in _CONDITION_NAMES.items() if name != "levels"},
    "remarks": "备注",
    "sample": "示例",
}
DEMAND_FIELDS: Mapping[str, str] = {
    "county": "县",
    "town": "乡镇",
    "site": "地点",
    "specialties": "专业领域",
    "content": "需求内容",
    "mode": "服务方式",
    "headcount": "人数",
    "min_rank": "职称要求",
    "window_start": "最早日期",
    "window_end": "最晚日期",
    "asap": "尽快",
    "half": "上下午",
    "slots": "时长",
    "contact": "联系人",
    "phone": "联系电话",
    "urgency": "紧急程度",
    "state": "状态",
    "state_reason": "原因",
    "sample": "示例",
}
STANDARD_FIELDS: Mapping[str, str] = {
    "county": "县",
    "specialty": "专业领域",
    **{name: title for name, (title, _, _) in LIMITS.items()},
}
PLAN_FIELDS: Mapping[str, str] = {
    "state": "状态",
    "period": "日期",
    "preset": "侧重点",
    "held": "已排服务",
    "status": "求解结果",
    "score": "得分",
    "bounds": "理论下界",
    "cost": "费用",
    "seconds": "求解用时",
    "sample": "示例",
}
VISIT_FIELDS: Mapping[str, str] = {
    "county": "县",
    "roles": "人员要求",
    "slots": "时长",
    "earliest": "最早日期",
    "latest": "最晚日期",
    "weight": "权重",
    "origin": "来源",
    "start_date": "服务日期",
    "start_half": "上下午",
    "town": "乡镇",
    "site": "地点",
    "content": "服务内容",
    "mode": "服务方式",
    "contact": "联系人",
    "contact_phone": "联系电话",
    "demand_id": "服务需求",
    "date_locked": "时间已锁定",
    "people_locked": "人员已锁定",
    "reasons": "未排原因",
    "cures": "解决办法",
}
COUNTY_FIELDS: Mapping[str, str] = {
    "name": "名称",
    "short_name": "简称",
    "city": "所属市",
    "kind": "类别",
    "seat_lon": "驻地经度",
    "seat_lat": "驻地纬度",
    "label_lon": "标注经度",
    "label_lat": "标注纬度",
    "area_km2": "面积（平方公里）",
    "towns_total": "乡镇数",
    "industries": "主导产业",
    "industry_confidence": "产业资料的把握",
    "aliases": "别名",
    "old_codes": "旧代码",
    "zones": "功能区",
}
SPECIALTY_FIELDS: Mapping[str, str] = {
    "name": "名称",
    "group": "大类",
    "synonyms": "同义词",
    "own_synonyms": "自定同义词",
}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "envoy": ENVOY_FIELDS,
    "demand": DEMAND_FIELDS,
    "coverage_standard": STANDARD_FIELDS,
    "county_minimum": {"min_visits": "最低场次"},
    "plan_version": PLAN_FIELDS,
    "plan_visit": VISIT_FIELDS,
    "plan_seat": {"envoy": "特派员"},
    "own_term": {"topic": "类别", "text": "词语", "codes": "含义"},
    "county": COUNTY_FIELDS,
    "specialty": SPECIALTY_FIELDS,
    "setting": {"value": "内容"},
}
"""By the kind of record; what a kind has besides is for the program and shown to nobody."""

INNER_FIELDS: Mapping[str, frozenset[str]] = {
    "plan_version": frozenset(
        {
            "plan_id",
            "version_no",
            "instance",
            "frozen",
            "coverage",
            "amendments",
            "discarded",
            "seal",
        }
    ),
    "plan_visit": frozenset({"plan_version_id", "visit", "position", "by_hand"}),
    "plan_seat": frozenset({"plan_visit_id", "plan_version_id", "role", "position", "slots"}),
}
"""What is for the program: where a record belongs, whole inputs, seals."""
