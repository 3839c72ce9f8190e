"""The rows of the envoy table: an envoy, what the plan gives him, and the texts to find him by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES, Envoy
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.shown_numbers import masked_phone
from envoy_app.domain.time import SlotTime
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.search import pinyin_keys, search_key
from ui.tables import RIGHT, Column

ROLE_ORDER = ("团长", "副团长", "组长", "成员")


@dataclass(frozen=True)
class RosterRow:
    """One line of the table; `slots` are half-days in the plan on view, `spelled` is pinyin."""

    envoy: Envoy
    specialties: str
    base: str
    team: str
    key: str
    slots: int = 0
    visits: int = 0
    spelled: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Roster", text)


def make_rows(
    envoys: Sequence[Envoy], gazetteer: Gazetteer, vocabulary: Vocabulary
) -> tuple[RosterRow, ...]:
    """Return the rows with their search texts; spells pinyin, so not for the UI thread."""
    counties = gazetteer.by_code
    names = {code: item.name for code, item in vocabulary.by_code.items()}

    def place(code: str | None) -> str:
        return counties[code].short_name if code is not None and code in counties else ""

    def row(envoy: Envoy) -> RosterRow:
        known = [names.get(skill.specialty, skill.specialty) for skill in envoy.skills]
        texts = (envoy.organisation, *known, *envoy.phones, envoy.title)
        places = (place(envoy.base_county), place(envoy.team_county))
        key = search_key(envoy.name, (*texts, *places))
        spelled = next(iter(pinyin_keys(envoy.name)), "")
        return RosterRow(envoy, "、".join(known), *places, key, spelled=spelled)

    return tuple(row(envoy) for envoy in envoys)


def with_plan(rows: Sequence[RosterRow], plan: PlanView | None) -> tuple[RosterRow, ...]:
    """Return the rows with the load that a plan gives each envoy."""
    by_envoy = visits_by_envoy(plan)
    return tuple(
        replace(
            row,
            slots=sum(visit.slots for visit in by_envoy.get(row.envoy.id, ())),
            visits=len(by_envoy.get(row.envoy.id, ())),
        )
        for row in rows
    )


def visits_by_envoy(plan: PlanView | None) -> Mapping[str, Sequence[VisitView]]:
    """Return the visits a plan holds, by envoy, in order of time."""
    found: dict[str, list[VisitView]] = {}
    for visit in plan.visits if plan else ():
        if visit.start is not None:
            for envoy in visit.envoys:
                found.setdefault(envoy, []).append(visit)
    for visits in found.values():
        visits.sort(key=_start)
    return found


def _start(visit: VisitView) -> SlotTime:
    assert visit.start is not None
    return visit.start


def _role_rank(row: RosterRow) -> tuple[int, str]:
    role = row.envoy.team_role
    return (ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER), role)


def _state(row: RosterRow) -> str:
    return _tr("在岗") if row.envoy.active else _tr("停用")


def roster_columns() -> list[Column[RosterRow]]:
    """Return the columns of the envoy table."""
    px = theme.px
    return [
        Column(
            "name",
            _tr("姓名"),
            lambda row: row.envoy.name,
            width=px(20),
            sort=lambda row: row.spelled,
        ),
        Column(
            "organisation",
            _tr("派出单位"),
            lambda row: row.envoy.organisation,
            width=px(40),
            flex=2,
        ),
        Column("title", _tr("职称"), lambda row: row.envoy.title, width=px(22), flex=1),
        Column(
            "level",
            _tr("级别"),
            lambda row: RANK_NAMES.get(row.envoy.title_rank, ""),
            sort=lambda row: row.envoy.title_rank,
            width=px(12),
        ),
        Column("specialties", _tr("专业领域"), lambda row: row.specialties, width=px(36), flex=2),
        Column("base", _tr("常驻县"), lambda row: row.base, width=px(14)),
        Column("team", _tr("县团"), lambda row: row.team, width=px(14)),
        Column("role", _tr("角色"), lambda row: row.envoy.team_role, sort=_role_rank, width=px(13)),
        Column(
            "slots",
            _tr("本期半天"),
            lambda row: str(row.slots) if row.slots else "",
            sort=lambda row: row.slots,
            align=RIGHT,
            width=px(18),
            tooltip=lambda row: _tr("方案中 {visits} 次，共 {slots} 个半天").format(
                visits=row.visits, slots=row.slots
            ),
        ),
        Column("phone", _tr("电话"), lambda row: masked_phone(row.envoy.phone), width=px(25)),
        Column(
            "state",
            _tr("状态"),
            _state,
            width=px(13),
            color=lambda row: None if row.envoy.active else "muted",
            hidden=True,
        ),
        Column(
            "term",
            _tr("任期至"),
            lambda row: row.envoy.term_end,
            sort=lambda row: row.envoy.term_end or None,
            width=px(18),
            hidden=True,
        ),
        Column("post", _tr("职务"), lambda row: row.envoy.post, width=px(24), hidden=True),
        Column(
            "education", _tr("学历"), lambda row: row.envoy.education, width=px(16), hidden=True
        ),
        Column(
            "sharing",
            _tr("共享范围"),
            lambda row: row.envoy.sharing.label,
            width=px(20),
            hidden=True,
        ),
        Column(
            "week",
            _tr("每周上限"),
            lambda row: str(row.envoy.max_slots_week),
            sort=lambda row: row.envoy.max_slots_week,
            align=RIGHT,
            width=px(18),
            hidden=True,
        ),
        Column(
            "month",
            _tr("每月上限"),
            lambda row: str(row.envoy.max_slots_month),
            sort=lambda row: row.envoy.max_slots_month,
            align=RIGHT,
            width=px(18),
            hidden=True,
        ),
        Column("remarks", _tr("备注"), lambda row: row.envoy.remarks, width=px(40), hidden=True),
    ]
