"""What the roster can be filtered by, and the views that come with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.people import Envoy
from ui.roster.rows import RosterRow
from ui.table_views import TableState, View

WITH_TASK, WITHOUT_TASK = "with", "without"
ACTIVE, RETIRED = "active", "retired"
RESERVE, TERM_ENDS, NO_PHONE, NO_ID, NO_SKILL, NO_COUNTY, ON_LEAVE = (
    "reserve",
    "term",
    "phone",
    "id",
    "skill",
    "county",
    "leave",
)
SOON = timedelta(days=90)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RosterFilters", text)


def conditions() -> list[tuple[str, str]]:
    """Return the special conditions with their names."""
    return [
        (RESERVE, _tr("机动库")),
        (TERM_ENDS, _tr("任期将满")),
        (ON_LEAVE, _tr("今后有请假")),
        (NO_PHONE, _tr("缺电话")),
        (NO_ID, _tr("缺身份证号")),
        (NO_SKILL, _tr("缺专业领域")),
        (NO_COUNTY, _tr("缺常驻县")),
    ]


def passing(
    wanted: Mapping[str, str], places: frozenset[str], today: date
) -> Callable[[RosterRow], bool]:
    """Return whether a row passes the filters wanted; empty `places` means anywhere."""
    tests: list[Callable[[RosterRow], bool]] = []
    if state := wanted["state"]:
        tests.append(lambda row: row.envoy.active is (state == ACTIVE))
    if places:
        tests.append(lambda row: row.envoy.base_county in places or row.envoy.team_county in places)
    if code := wanted["specialty"]:
        tests.append(lambda row: any(skill.specialty == code for skill in row.envoy.skills))
    if level := wanted["level"]:
        tests.append(lambda row: row.envoy.title_rank == int(level))
    if task := wanted["task"]:
        tests.append(lambda row: (row.slots > 0) is (task == WITH_TASK))
    if condition := wanted["condition"]:
        tests.append(lambda row: meets(row.envoy, condition, today))
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def meets(envoy: Envoy, condition: str, today: date) -> bool:
    """Whether an envoy meets a condition; one that is unknown, as "" is, all meet."""
    if condition == RESERVE:
        return envoy.team_county is None
    if condition == TERM_ENDS:
        return "" < _last_day(envoy.term_end) <= (today + SOON).isoformat()
    if condition == ON_LEAVE:
        return any(item.end >= today for item in envoy.absences)
    empty = {NO_PHONE: "phones", NO_ID: "id_number", NO_SKILL: "skills", NO_COUNTY: "base_county"}
    return condition not in empty or not getattr(envoy, empty[condition])


def _last_day(term_end: str) -> str:
    """Return the last day a term's end may mean, "" where there is none; for comparing only."""
    return term_end + {0: "", 4: "-12-31", 7: "-31"}.get(len(term_end), "")


def built_in_views() -> tuple[View, ...]:
    """Return the views that are always there; the first is what a newcomer sees."""
    on = {"state": ACTIVE}
    return (
        View(_tr("全部"), TableState(on)),
        View(_tr("本期无任务"), TableState(on | {"task": WITHOUT_TASK}, sort="team")),
        View(_tr("任期将满"), TableState(on | {"condition": TERM_ENDS}, sort="term")),
        View(_tr("缺电话"), TableState(on | {"condition": NO_PHONE}, sort="organisation")),
        View(_tr("机动库"), TableState(on | {"condition": RESERVE}, sort="base")),
        View(_tr("已停用"), TableState({"state": RETIRED})),
    )
