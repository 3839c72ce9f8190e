"""What became of a setting, in words: the days of the calendar that changed, not all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from envoy_app.domain.column_kinds import column_kinds
from envoy_app.domain.geography import TravelRule
from envoy_app.domain.history import FieldChange
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.time import WEEKDAY_NAMES
from envoy_app.services.context import PLAN_MARKS, PRINTED_SETTING
from envoy_app.services.import_understanding import LAYOUTS
from envoy_app.services.reference import (
    CALENDAR_DAYS,
    CALENDAR_SETTING,
    SEASONAL_SETTING,
    TRAVEL_SETTING,
)

Json = Any
_OFFICIAL = "按国家安排"
_TRAVEL = {"detour": "绕行系数", "speed_kmh": "平均车速", "within_minutes": "县内单程"}
_UNITS = {"speed_kmh": " 公里/小时", "within_minutes": " 分钟"}
_LONGEST = 80
_TITLES = {
    CALENDAR_SETTING: "工作日历",
    TRAVEL_SETTING: "行程",
    SEASONAL_SETTING: "覆盖标准",
    PRINTED_SETTING: "打印",
}


def setting_title(key: str) -> str:
    """Return what a setting is called."""
    if key.startswith(LAYOUTS):
        return "导入时更正的列"
    if key.startswith(CALENDAR_DAYS):
        return _TITLES[CALENDAR_SETTING]
    if key.startswith(PLAN_MARKS):
        return "排班方案的登记"
    return _TITLES.get(key, "设置")


def setting_changes(key: str, before: Json, after: Json) -> tuple[FieldChange, ...]:
    """Return what of a setting changed; None where it was or is not set."""
    tell: Callable[[Json, Json], Iterable[FieldChange]]
    tell = _columns if key.startswith(LAYOUTS) else _TELLERS.get(key, _whole)
    try:
        if key.startswith(CALENDAR_DAYS):
            day = key.removeprefix(CALENDAR_DAYS)
            before, after = (_of_day(day, each) for each in (before, after))
            tell = _days
        found = tuple(tell(before, after))
    except (TypeError, ValueError, LookupError, AttributeError):
        found = tuple(_whole(before, after))  # from another version of the program
    return tuple(item for item in found if item.before != item.after)


def _days(before: Json, after: Json) -> Iterable[FieldChange]:
    was, now = _by_day(before or {}), _by_day(after or {})
    for day in sorted(was.keys() | now.keys()):
        title = f"{day} {WEEKDAY_NAMES[date.fromisoformat(day).weekday()]}"
        yield FieldChange(title, was.get(day, _OFFICIAL), now.get(day, _OFFICIAL))


def _of_day(day: str, edit: Json) -> Json:
    """Return one day's setting as the calendar of all days had it."""
    if edit is None or edit["kind"] is None:
        return {}
    return {{"off": "off", "work": "on"}[edit["kind"]]: {day: edit["name"]}}


def _by_day(edits: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    kinds = {"off": "休息", "on": "上班"}
    return {
        day: f"{kinds[kind]}（{name}）" if name else kinds[kind]
        for kind, days in edits.items()
        for day, name in days.items()
    }


def _travel(before: Json, after: Json) -> Iterable[FieldChange]:
    usual = {field.name: field.default for field in fields(TravelRule)}
    was, now = {**usual, **(before or {})}, {**usual, **(after or {})}
    for name, title in _TRAVEL.items():
        unit = _UNITS.get(name, "")
        yield FieldChange(title, f"{was[name]:g}{unit}", f"{now[name]:g}{unit}")


def _columns(before: Json, after: Json) -> Iterable[FieldChange]:
    was, now = ((each or {}).get("columns", {}) for each in (before, after))
    names = {**column_kinds(ImportKind.ROSTER), **column_kinds(ImportKind.DEMAND)}
    for heading in dict.fromkeys((*was, *now)):
        first, last = (_kind(each, heading, names) for each in (was, now))
        yield FieldChange(f"列“{heading}”", first, last)


def _kind(columns: Mapping[str, str], heading: str, names: Mapping[str, str]) -> str:
    kind = columns.get(heading)
    return "" if kind is None else names.get(kind, kind) or "不导入"


def _seasonal(before: Json, after: Json) -> Iterable[FieldChange]:
    yield FieldChange("按农时增减场次", _yes(before), _yes(after))


def _yes(value: Json) -> str:
    return "是" if value else "否"


def _whole(before: Json, after: Json) -> Iterable[FieldChange]:
    yield FieldChange("内容", _short(before), _short(after))


def _short(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _yes(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_TELLERS: Mapping[str, Callable[[Json, Json], Iterable[FieldChange]]] = {
    CALENDAR_SETTING: _days,
    TRAVEL_SETTING: _travel,
    SEASONAL_SETTING: _seasonal,
}
