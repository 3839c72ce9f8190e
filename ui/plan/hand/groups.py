"""Visits that are changed together: those of a county, an envoy, a day, a week, or selected; no Qt.

A group holds what the board shows: what a search has dimmed is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from envoy_app.domain.editing import Command, Lock, ReplanScope, Several, TakeOff
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import day_label
from ui.plan.board.layout import BoardLayout, BoardMode, RowKind
from ui.plan.board.marking import Head, HeadKind, lit
from ui.plan.board.timeline import Timeline
from ui.plan.labels import Labels, lock_word, weekday_range


class GroupKind(Enum):
    """What holds a group together."""

    VISITS = "visits"
    COUNTY = "county"
    CITY = "city"
    ENVOY = "envoy"
    TEAM = "team"
    DAYS = "days"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Group:
    """Visits that are held, by start, and what they are called together.

    `key` is the code of a county or a team's county, or the id of an envoy.
    """

    kind: GroupKind
    title: str
    visits: tuple[VisitView, ...]
    key: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The visits' ids."""
        return tuple(visit.id for visit in self.visits)

    @property
    def locked(self) -> int:
        """How many have their date or their people locked."""
        return sum(visit.locked for visit in self.visits)

    @property
    def dates(self) -> int:
        """How many have their date locked."""
        return sum(visit.date_locked for visit in self.visits)

    @property
    def people(self) -> int:
        """How many have their people locked."""
        return sum(visit.people_locked for visit in self.visits)

    @property
    def scope(self) -> ReplanScope:
        """What may change when the group is planned anew."""
        if not self.visits:
            return ReplanScope(unscheduled_only=True)
        return ReplanScope(visits=frozenset(self.ids))


def _sorted(visits: Iterable[VisitView]) -> tuple[VisitView, ...]:
    """Each once, by start."""
    once = {visit.id: visit for visit in visits}.values()
    held = [(visit.start, visit.county, visit.id, visit) for visit in once if visit.start]
    return tuple(item[-1] for item in sorted(held, key=lambda item: item[:-1]))


def held_group(kind: GroupKind, title: str, visits: Iterable[VisitView]) -> Group:
    """Return the group of some visits that are held, whether the board shows them or not."""
    return Group(kind, title, _sorted(visits))


def visits_group(visits: Iterable[VisitView]) -> Group:
    """Return the group of visits that were selected one by one."""
    own = _sorted(visits)
    return Group(GroupKind.VISITS, f"所选 {len(own)} 项服务", own)


def all_group(layout: BoardLayout) -> Group:
    """Return the group of all visits that the board shows."""
    return Group(GroupKind.ALL, "显示的全部服务", _sorted(chip.visit for chip in lit(layout)))


def row_group(layout: BoardLayout, index: int) -> Group:
    """Return the group of a row; that of a heading has the rows below it."""
    row = layout.rows[index]
    rows = [row]
    if row.kind is RowKind.GROUP:
        for other in layout.rows[index + 1 :]:
            if other.kind is RowKind.GROUP:
                break
            rows.append(other)
    visits = (chip.visit for one in rows for chip in one.chips if not chip.dimmed)
    if row.kind is not RowKind.GROUP:
        kind = GroupKind.COUNTY if row.kind is RowKind.COUNTY else GroupKind.ENVOY
        return Group(kind, row.title, _sorted(visits), row.key)
    kind = GroupKind.CITY if layout.mode is BoardMode.COUNTY else GroupKind.TEAM
    return Group(kind, row.title, _sorted(visits), row.key.partition(":")[2])


def head_group(layout: BoardLayout, timeline: Timeline, head: Head) -> Group:
    """Return the group of the days under a heading."""
    if head.kind is HeadKind.ALL:
        return all_group(layout)
    wanted = set(head.days)
    places = {column.index for column in timeline.columns if column.day in wanted}
    visits = (
        chip.visit
        for chip in lit(layout)
        if not places.isdisjoint(range(chip.first // 2, chip.last // 2 + 1))
    )
    return Group(GroupKind.DAYS, head_title(head), _sorted(visits))


def head_title(head: Head) -> str:
    """Return what a heading's days are called: 12-03 周四, 第 49 周（12-01 至 12-04）."""
    if head.kind is HeadKind.DAY:
        return day_label(head.days[0])
    number = head.days[0].isocalendar().week
    return f"第 {number} 周（{weekday_range(head.days[0], head.days[-1])}）"


def locking(group: Group, *, dates: bool | None, people: bool | None) -> Command | None:
    """Return the command that locks or unlocks a group, None where it changes nothing."""
    ids = tuple(
        visit.id
        for visit in group.visits
        if dates not in (None, visit.date_locked) or people not in (None, visit.people_locked)
    )
    if not ids:
        return None
    verb = "锁定" if dates or people else "解锁"
    parts = {"日期": dates, "人员": people}
    what = "和".join(name for name, value in parts.items() if value is not None)
    text = f"{verb}{named(group, len(ids))}的{what}"
    return Several((Lock(ids, dates, people),), text)


def taking_off(group: Group) -> Command | None:
    """Return the command that holds nothing of a group any more but what is locked."""
    free = tuple(TakeOff(visit.id) for visit in group.visits if not visit.locked)
    if not free:
        return None
    return Several(free, f"取消安排{named(group, len(free))}")


def named(group: Group, count: int) -> str:
    """Return how many visits of a group something is done to."""
    if group.kind in (GroupKind.VISITS, GroupKind.ALL):
        return f" {count} 项服务"
    return f"{group.title} {count} 项服务"


HEADER = (
    "县",
    "日期",
    "时长",
    "专业领域",
    "地点",
    "形式",
    "内容",
    "特派员",
    "锁定",
    "联系人",
    "电话",
)


def as_cells(group: Group, labels: Labels) -> list[tuple[str, ...]]:
    """Return a group as rows of a sheet, the header first."""
    return [HEADER, *(_cells(visit, labels) for visit in group.visits)]


def _cells(visit: VisitView, labels: Labels) -> tuple[str, ...]:
    return (
        labels.county(visit.county),
        labels.when(visit),
        labels.length(visit),
        labels.specialties(visit),
        visit.place,
        visit.mode,
        visit.content,
        labels.names(visit),
        lock_word(visit),
        visit.contact,
        visit.contact_phone,
    )


def group_facts(group: Group, labels: Labels) -> tuple[tuple[str, str], ...]:
    """Return the figures of a group: visits, days, counties, people and their half-days, locks."""
    visits = group.visits
    if not visits:
        return (("服务", "没有已排的服务"),)
    counties = dict.fromkeys(labels.county_short(visit.county) for visit in visits)
    people = dict.fromkeys(envoy for visit in visits for envoy in visit.envoys)
    effort = sum(visit.slots * len(visit.envoys) for visit in visits)
    times = [slot.date for visit in visits for slot in visit.slot_times(labels.plan.days)]
    locks = f"日期 {group.dates} 项，人员 {group.people} 项" if group.locked else "没有"
    return (
        ("服务", f"{len(visits)} 项"),
        ("日期", weekday_range(min(times), max(times))),
        ("县", _counted(list(counties), "个")),
        ("特派员", _counted([labels.named((key,)) for key in people], "人")),
        ("投入", f"{effort} 人·半天"),
        ("已锁定", locks),
    )


def told_of(group: Group, labels: Labels) -> str:
    """Return a group and its figures in one sentence, for assistive technology."""
    facts = "，".join(f"{name} {value}" for name, value in group_facts(group, labels))
    return f"{group.title}：{facts}"


def _counted(names: list[str], unit: str, told: int = 4) -> str:
    shown = "、".join(filter(None, names[:told]))
    return f"{len(names)} {unit}：{shown}" + (" 等" if len(names) > told else "")
