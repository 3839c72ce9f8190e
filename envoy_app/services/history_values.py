"""Stored values in words, as the history shows them; personal numbers are masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from envoy_app.domain.conditions import condition_item
from envoy_app.domain.people import RANK_NAMES, Absence, Sharing
from envoy_app.domain.shown_numbers import masked_id, masked_phone
from envoy_app.domain.time import HalfDay, day_label
from envoy_app.reports.wording import length

Name = Callable[[str], str]
_TOPICS = {"specialty": "专业领域", "county": "县"}
_STATUS = {"optimal": "已证明最优", "feasible": "可行"}


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code or id; each gives the code itself where nothing is known."""

    county: Name
    specialty: Name
    envoy: Name
    demand: Name

    def code(self, code: str) -> str:
        """Return the name of a code that is a specialty's or a county's."""
        name = self.specialty(code)
        return name if name != code else self.county(code)


Format = Callable[[Any, Names], str]


def plain(value: Any, _: Names) -> str:  # noqa: ANN401  JSON of any shape
    """Return a value that holds no codes: 是 or 否, a list joined by 、, the rest as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def in_words(table: str, column: str, value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    """Return a column's stored value for people; one of another shape as it is."""
    if value is None:
        return _NOTHING.get((table, column), "")
    try:
        return _FORMATS.get(table, {}).get(column, plain)(value, names)
    except (TypeError, ValueError, LookupError, AttributeError):
        return str(value)  # from another version of the program: better than none


def period(start: date | str, end: date | str) -> str:
    """Return a range of days: 2026-12-01 至 2026-12-31."""
    return f"{start} 至 {end}"


def when(day: str | None, half: str | None) -> str:
    """Return when a visit is held: 12-03 周四 上午; 未排 where it is not."""
    if not day:
        return "未排"
    return (
        f"{day_label(date.fromisoformat(str(day)))} {HalfDay(half).label if half else ''}".strip()
    )


def _counted(unit: str) -> Format:
    return lambda value, _: f"{value} {unit}"


def _listed(item: Callable[[Any, Names], str]) -> Format:
    return lambda value, names: "、".join(item(each, names) for each in value)


def _level(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    return RANK_NAMES.get(value, str(value))


def _at_least(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    if not value:
        return "不限"
    return RANK_NAMES[value] + ("及以上" if value < max(RANK_NAMES) else "")


def _skill(value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    code, level = value
    return f"{names.specialty(code)} · {RANK_NAMES[level]}"


def _role(value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    code, level, count = value
    return f"{names.specialty(code)} · {_at_least(level, names)} {count} 人"


def _absence(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    half = HalfDay(value["half"]) if value["half"] else None
    start, end = (date.fromisoformat(value[name]) for name in ("start", "end"))
    return condition_item(Absence(start, end, half, value["reason"]))


def _county(value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    return names.county(value) if value else ""


def _specialty(value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    return names.specialty(value)


def _code(value: Any, names: Names) -> str:  # noqa: ANN401  JSON
    return names.code(value)


def _half(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    return HalfDay(value).label


def _phones(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    return "、".join(map(masked_phone, value.split("、")))


def _length(value: Any, _: Names) -> str:  # noqa: ANN401  JSON
    return length(value)


_COUNTIES, _SPECIALTIES = _listed(_county), _listed(_specialty)
_FORMATS: Mapping[str, Mapping[str, Format]] = {
    "envoy": {
        "id_number": lambda value, _: masked_id(value),
        "phones": _listed(lambda value, _: masked_phone(value)),
        "title_rank": _level,
        "skills": _listed(_skill),
        "base_county": _county,
        "team_county": _county,
        "team_counties": _COUNTIES,
        "sharing": lambda value, _: Sharing(value).label,
        "max_slots_week": _counted("个半天"),
        "max_slots_month": _counted("个半天"),
        "target_days_year": _counted("天"),
        "max_travel_minutes": _counted("分钟"),
        "absences": _listed(_absence),
    },
    "demand": {
        "county": _county,
        "specialties": _SPECIALTIES,
        "headcount": _counted("人"),
        "phone": _phones,
        "min_rank": _at_least,
        "half": _half,
        "slots": _length,
    },
    "coverage_standard": {
        "county": _county,
        "specialty": _specialty,
        "headcount": _counted("人"),
        "min_level": _at_least,
        "slots": _length,
        "min_gap_days": _counted("天"),
    },
    "plan_version": {
        "status": lambda value, _: _STATUS.get(value, str(value)),
        "seconds": lambda value, _: f"{value:.0f} 秒",
    },
    "plan_visit": {
        "county": _county,
        "roles": _listed(_role),
        "slots": _length,
        "start_half": _half,
        "contact_phone": _phones,
        "demand_id": lambda value, names: names.demand(value),
    },
    "plan_seat": {"envoy": lambda value, names: names.envoy(value)},
    "own_term": {
        "topic": lambda value, _: _TOPICS.get(value, str(value)),
        "codes": _listed(_code),
    },
}
# What it means that nothing is stored.
_NOTHING: Mapping[tuple[str, str], str] = {
    ("demand", "half"): "不限",
    ("demand", "window_start"): "不限",
    ("demand", "window_end"): "不限",
    ("plan_visit", "start_date"): "未排",
}
