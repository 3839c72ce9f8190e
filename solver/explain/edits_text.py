"""Says a repair in one Chinese sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from solver.explain.edits import Edit
from solver.instance import Instance

_SCOPES: Final = {"county": "本县", "city": "本市", "metro": "都市圈"}
_LEVELS: Final = {1: "中级及以上", 2: "副高及以上", 3: "正高"}
_HALVES: Final = {"AM": "上午", "PM": "下午"}


@dataclass(frozen=True)
class Names:
    """How ids are written for people; without more they stand as they are."""

    envoy: Callable[[str], str] = str
    specialty: Callable[[str], str] = str


def repair_text(instance: Instance, edit: Edit, names: Names | None = None) -> str:
    """One Chinese sentence that says what to change, to stand where cures are told.

    Args:
        instance: The problem before the change.
        edit: One of `unscheduled[].repairs`.
        names: How envoys and specialties are written.

    Raises:
        ValueError: The kind of change is unknown.
        KeyError: A key is missing, or it names what the problem does not have.
    """
    say = _SAYINGS.get(str(edit.get("edit")))
    if say is None:
        raise ValueError(f"unknown edit {edit.get('edit')!r}")
    return say(instance, edit, names or Names()) + "。"


def _window(instance: Instance, edit: Edit, names: Names) -> str:
    visit = instance.visit_by_id[edit["visit"]]
    before = f"{_day(visit.earliest)}至{_day(visit.latest)}"
    first, last = date.fromisoformat(edit["earliest"]), date.fromisoformat(edit["latest"])
    return f"将时间窗口由{before}放宽到{_day(first)}至{_day(last)}"


def _sharing(instance: Instance, edit: Edit, names: Names) -> str:
    before = _SCOPES[instance.envoy_by_id[edit["envoy"]].sharing]
    scope = _SCOPES[edit["sharing"]]
    return f"将特派员{names.envoy(edit['envoy'])}的共享范围由{before}放宽到{scope}"


def _week_load(instance: Instance, edit: Edit, names: Names) -> str:
    before = instance.envoy_by_id[edit["envoy"]].max_slots_per_week
    who = names.envoy(edit["envoy"])
    return f"将特派员{who}每周的半天数上限由 {before} 提高到 {edit['to']}"


def _level(instance: Instance, edit: Edit, names: Names) -> str:
    role = instance.visit_by_id[edit["visit"]].roles[edit["role"]]
    before, after = _LEVELS[role.min_level], _LEVELS[edit["to"]]
    return f"将“{names.specialty(role.specialty)}”席位的级别要求由{before}降为{after}"


def _free(instance: Instance, edit: Edit, names: Names) -> str:
    when = _day(date.fromisoformat(edit["date"])) + _HALVES[edit["slot"]]
    return f"请特派员{names.envoy(edit['envoy'])}腾出{when}"


def _host(instance: Instance, edit: Edit, names: Names) -> str:
    county = instance.county_by_id[edit["county"]]
    before = county.max_visits_per_slot
    return f"将{county.name}同一个半天接待的下乡服务上限由 {before} 次提高到 {edit['to']} 次"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


_SAYINGS: Final[dict[str, Callable[[Instance, Edit, Names], str]]] = {
    "extend_window": _window,
    "set_sharing": _sharing,
    "raise_week_load": _week_load,
    "lower_level": _level,
    "free_slot": _free,
    "raise_host": _host,
}
