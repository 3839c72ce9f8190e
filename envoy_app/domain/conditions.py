"""Terms of service that only rosters written by this program hold: how they read in a cell.

Offices do not send these columns; they are there so that a roster that went out comes in again
with no difference. Each kind of column has a writer and a reader that undo each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from envoy_app.domain.people import RANK_NAMES, Absence, Envoy, Sharing, default_level
from envoy_app.domain.text import cleaned, compact, one_line
from envoy_app.domain.time import HalfDay

_LEVELS = {RANK_NAMES[level]: level for level in (1, 2, 3)}
_HALVES = {half.label: half for half in HalfDay}
_ABSENCE = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:至(\d{4}-\d{2}-\d{2}))?(上午|下午)?(?:（(.*)）)?", re.DOTALL
)
_MOST = 9_999
_ACTIVE, _RETIRED = "在册", "停用"
Name = Callable[[str], str]
"""From a specialty's code to its name; for reading from its name to its code, "" where unknown."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of column.

    `field` is the key among an import's values; `write` gives a cell's text ("" for what needs no
    telling), `read` the value as JSON has it, None where the text cannot be used.
    """

    kind: str
    field: str
    header: str
    write: Callable[[Envoy, Name], str]
    read: Callable[[str, Name], object | None]


def own_levels(envoy: Envoy) -> tuple[tuple[str, int], ...]:
    """Return the specialties whose level was set by hand, with it, by code."""
    usual = default_level(envoy.title_rank)
    return tuple(sorted((s.specialty, s.level) for s in envoy.skills if s.level != usual))


def condition_fields(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the terms of service among an import's values, in the record's types.

    `levels` stays a tuple of (code, level): it changes the skills, which other columns name.
    """
    found: dict[str, Any] = {}
    for item in CONDITIONS:
        value = values.get(item.field)
        if value is not None:
            found[item.field] = _TYPED.get(item.field, lambda plain: plain)(value)
    return found


def condition_item(item: object) -> str:
    """Return one thing of a list as people read it: an absence, a specialty's level, a text."""
    if isinstance(item, Absence):
        return _absence_text(item)
    if isinstance(item, tuple) and len(item) == 2:
        return f"{item[0]}：{RANK_NAMES.get(item[1], item[1])}"
    return str(item)


def _number(kind: str, field: str, header: str) -> Condition:
    def write(envoy: Envoy, _name: Name) -> str:
        return str(getattr(envoy, field))

    def read(text: str, _code: Name) -> int | None:
        digits = compact(text).removesuffix(".0")
        usable = digits.isascii() and digits.isdigit() and int(digits) <= _MOST
        return int(digits) if usable else None

    return Condition(kind, field, header, write, read)


def _write_levels(envoy: Envoy, name: Name) -> str:
    return "、".join(f"{name(code)}：{RANK_NAMES[level]}" for code, level in own_levels(envoy))


def _read_levels(text: str, code: Name) -> dict[str, int] | None:
    found = {}
    for part in compact(text).replace(":", "：").split("、"):
        name, _, level = part.rpartition("：")
        if not code(name) or level not in _LEVELS:
            return None
        found[code(name)] = _LEVELS[level]
    return dict(sorted(found.items()))


def _read_sharing(text: str, _code: Name) -> str | None:
    return next((item.value for item in Sharing if item.label == compact(text)), None)


def _read_active(text: str, _code: Name) -> bool | None:
    return {_ACTIVE: True, "是": True, _RETIRED: False, "否": False}.get(compact(text))


def _write_absences(envoy: Envoy, _name: Name) -> str:
    return "\n".join(map(_absence_text, envoy.absences))


def _absence_text(absence: Absence) -> str:
    end = f"至{absence.end}" if absence.end != absence.start else ""
    half = absence.half.label if absence.half else ""
    reason = f"（{one_line(absence.reason)}）" if absence.reason else ""
    return f"{absence.start}{end}{half}{reason}"


def _read_absences(text: str, _code: Name) -> list[list[str]] | None:
    found = []
    for line in filter(None, map(cleaned, text.splitlines())):
        match = _ABSENCE.fullmatch(line)
        if match is None:
            return None
        start, end, half, reason = (part or "" for part in match.groups())
        entry = [start, end or start, _HALVES[half].value if half else "", reason]
        if not _is_absence(entry):
            return None
        found.append(entry)
    return found


def _is_absence(entry: list[str]) -> bool:
    try:
        return date.fromisoformat(entry[0]) <= date.fromisoformat(entry[1])
    except ValueError:
        return False


def _absences(entries: list[list[str]]) -> tuple[Absence, ...]:
    return tuple(
        Absence(
            date.fromisoformat(start), date.fromisoformat(end), HalfDay(half) if half else None, why
        )
        for start, end, half, why in entries
    )


_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "levels": lambda levels: tuple(sorted(levels.items())),
    "sharing": Sharing,
    "absences": _absences,
}
CONDITIONS: tuple[Condition, ...] = (
    Condition("levels", "levels", "专业级别", _write_levels, _read_levels),
    Condition(
        "sharing", "sharing", "共享范围", lambda envoy, _: envoy.sharing.label, _read_sharing
    ),
    _number("week", "max_slots_week", "每周最多(半天)"),
    _number("month", "max_slots_month", "每月最多(半天)"),
    _number("target", "target_days_year", "年度服务(天)"),
    _number("travel", "max_travel_minutes", "单程最多(分钟)"),
    Condition("absences", "absences", "不能出勤", _write_absences, _read_absences),
    Condition(
        "active",
        "active",
        "在册",
        lambda envoy, _: _ACTIVE if envoy.active else _RETIRED,
        _read_active,
    ),
)
"""All kinds, in the order of their columns."""
