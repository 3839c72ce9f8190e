"""A plan as a workbook: by county, by envoy, by day, coverage, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from envoy_app.domain.coverage import CountyCoverage
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import EnvoyCard, PlanView, RoleView, VisitView
from envoy_app.domain.time import WEEKDAY_NAMES
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

_CENTRED = True
_WHEN = (Column("日期", 13, _CENTRED), Column("星期", 12, _CENTRED), Column("时段", 8, _CENTRED))
_WHERE = (Column("市", 9, _CENTRED), Column("县（市、区）", 12), Column("地点", 26))
_WHAT = (Column("服务方式", 11, _CENTRED), Column("专业领域", 22), Column("服务内容", 24))
_WHO = (Column("特派员", 12), Column("派出单位", 30), Column("联系电话", 14, _CENTRED, text=True))
_CONTACT = (Column("县联系人", 12), Column("联系人电话", 14, _CENTRED, text=True))

_TITLES = {
    "按县": "下乡服务安排（按县）",
    "按特派员": "下乡服务安排（按特派员）",
    "按日": "下乡服务安排（按日）",
}

Row = Sequence[object]


def write_plan_workbook(
    path: Path, view: PlanView, gazetteer: Gazetteer, vocabulary: Vocabulary, made: datetime
) -> None:
    """Write the plan's workbook to `path` (.xlsx). It holds no formulas, only texts and numbers.

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    tables = _Tables(view, gazetteer, vocabulary)
    mark = "（示例数据）" if view.info.sample else ""
    subtitle = (
        f"{view.info.title}（{view.info.state.value}）    服务期 {view.info.start:%Y-%m-%d} 至 "
        f"{view.info.end:%Y-%m-%d}    导出时间 {made:%Y-%m-%d %H:%M}"
    )
    for name, columns, rows in tables.sheets():
        sheet = book.create_sheet(name)
        fill_table(
            sheet, TableLayout(f"{_TITLES.get(name, name)}{mark}", subtitle, columns), list(rows)
        )
    save_workbook(book, path, made)


class _Tables:
    """The rows of each sheet."""

    def __init__(self, view: PlanView, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self._view = view
        self._counties = gazetteer.by_code
        self._order = {county.code: place for place, county in enumerate(gazetteer.counties)}
        self._vocabulary = vocabulary

    def sheets(self) -> Iterator[tuple[str, tuple[Column, ...], Iterable[Row]]]:
        """Yield name, columns and rows of every sheet, in order."""
        yield "按县", (*_WHERE[:2], *_WHEN, _WHERE[2], *_WHAT, *_WHO, *_CONTACT), self._by_county()
        yield "按特派员", (*_WHO, *_WHEN, *_WHERE, *_WHAT, *_CONTACT), self._by_envoy()
        yield "按日", (*_WHEN, *_WHERE, *_WHAT, *_WHO, *_CONTACT), self._by_day()
        yield "覆盖情况", _COVERAGE, self._coverage()
        yield "未排服务", _LEFT, self._left()

    def _by_county(self) -> Iterator[Row]:
        for visit in sorted(self._view.held, key=lambda item: self._county_key(item)):
            where, when = self._where(visit), self._when(visit)
            for role, envoy in _seats(visit):
                what, who = self._what(visit, role), self._who(envoy)
                yield (*where[:2], *when, where[2], *what, *who, *_contact(visit))

    def _by_envoy(self) -> Iterator[Row]:
        seats = [(role, envoy, visit) for visit in self._view.held for role, envoy in _seats(visit)]
        names = {envoy: self._who(envoy) for _, envoy, _ in seats}
        # Units get their people's lists together; two people of one name stay apart by id.
        seats.sort(key=lambda seat: (names[seat[1]][1], *names[seat[1]], seat[1], seat[2].start))
        for role, envoy, visit in seats:
            when, where, what = self._when(visit), self._where(visit), self._what(visit, role)
            yield (*names[envoy], *when, *where, *what, *_contact(visit))

    def _by_day(self) -> Iterator[Row]:
        for visit in sorted(self._view.held, key=lambda item: self._day_key(item)):
            when, where = self._when(visit), self._where(visit)
            for role, envoy in _seats(visit):
                what, who = self._what(visit, role), self._who(envoy)
                yield (*when, *where, *what, *who, *_contact(visit))

    def _coverage(self) -> Iterator[Row]:
        ordered = sorted(self._view.coverage, key=lambda item: self._order[item.county])
        for item in ordered:
            county = self._counties[item.county]
            head = (county.city, county.name, item.state.label, item.visits_held)
            yield from self._coverage_lines(item, (*head, item.visits_wanted))

    def _coverage_lines(self, item: CountyCoverage, head: Row) -> Iterator[Row]:
        if not item.lines:
            yield (*head, "（无覆盖标准）", 0, 0, 0, "")
        for line in item.lines:
            what = "每月最低次数" if line.specialty is None else self._name(line.specialty)
            yield (*head, what, line.needed, line.held, line.shortfall, line.reason)

    def _left(self) -> Iterator[Row]:
        for visit in self._view.unscheduled:
            wanted = "、".join(
                f"{self._name(role.specialty)} {role.count}人" for role in visit.roles
            )
            where = self._where(visit)
            yield (
                *where, visit.origin.value, _day(visit.earliest), _day(visit.latest),
                _length(visit.slots), visit.mode, wanted, visit.content, *_contact(visit),
                "；".join(visit.reasons), "\n".join(visit.cures),
            )  # fmt: skip

    def _name(self, code: str) -> str:
        return self._vocabulary.name(code)

    def _county_key(self, visit: VisitView) -> tuple[object, ...]:
        return (self._order[visit.county], visit.start, visit.id)

    def _day_key(self, visit: VisitView) -> tuple[object, ...]:
        return (visit.start, self._order[visit.county], visit.id)

    def _where(self, visit: VisitView) -> tuple[str, str, str]:
        county = self._counties[visit.county]
        return county.city, county.name, visit.place or "由县里安排"

    def _when(self, visit: VisitView) -> tuple[str, str, str]:
        times = visit.slot_times(self._view.days)
        first, last = times[0].date, times[-1].date
        part = times[0].half.label if visit.slots == 1 else _length(visit.slots)
        if first == last:
            return _day(first), WEEKDAY_NAMES[first.weekday()], part
        weekdays = f"{WEEKDAY_NAMES[first.weekday()]}至{WEEKDAY_NAMES[last.weekday()]}"
        return f"{_day(first)}\n至 {_day(last)}", weekdays, part

    def _what(self, visit: VisitView, role: RoleView) -> tuple[str, str, str]:
        return visit.mode, self._name(role.specialty), visit.content

    def _who(self, envoy: str) -> tuple[str, str, str]:
        card: EnvoyCard | None = self._view.envoys.get(envoy)
        return (card.name, card.organisation, card.phone) if card else (envoy, "", "")


_COVERAGE = (
    *_WHERE[:2],
    Column("覆盖情况", 10, _CENTRED),
    Column("已排", 8, _CENTRED, group="服务次数"),
    Column("应排", 8, _CENTRED, group="服务次数"),
    Column("专业领域", 24, group="覆盖标准"),
    Column("应达到", 9, _CENTRED, group="覆盖标准"),
    Column("已达到", 9, _CENTRED, group="覆盖标准"),
    Column("缺", 7, _CENTRED, group="覆盖标准"),
    Column("原因", 50),
)
_LEFT = (
    *_WHERE,
    Column("来源", 10, _CENTRED),
    Column("最早", 12, _CENTRED),
    Column("最晚", 12, _CENTRED),
    Column("时长", 8, _CENTRED),
    _WHAT[0],
    Column("所需专业", 22),
    _WHAT[2],
    *_CONTACT,
    Column("原因", 36),
    Column("办法（任选一项）", 36),
)


def _seats(visit: VisitView) -> Iterator[tuple[RoleView, str]]:
    for role in visit.roles:
        for envoy in role.envoys:
            yield role, envoy


def _contact(visit: VisitView) -> tuple[str, str]:
    return visit.contact, visit.contact_phone


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _length(slots: int) -> str:
    days = {1: "半天", 2: "全天", 4: "两天", 6: "三天"}
    return days.get(slots, f"{slots / 2:g}天")
