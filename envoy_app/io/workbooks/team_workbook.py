"""The teams (县团) as a workbook: a summary, the list of members, and the reserve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES, Envoy
from envoy_app.domain.teams import CountyTeam
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

_CENTRED = True
_PLACE = (Column("市", 9, _CENTRED), Column("县(市、区)", 13))
_SUMMARY = (
    *_PLACE,
    Column("人数", 7, _CENTRED),
    Column("副高及以上", 11, _CENTRED),
    Column("常驻本县", 10, _CENTRED),
    Column("姓名", 12, group="团长"),
    Column("派出单位", 30, group="团长"),
    Column("联系电话", 14, _CENTRED, group="团长", text=True),
    Column("产业组（人数）", 40),
    Column("数量", 7, _CENTRED, group="还缺"),
    Column("缺什么", 26, group="还缺"),
    Column("说明", 40, group="还缺"),
)
_PERSON = (
    Column("姓名", 12),
    Column("派出单位", 32),
    Column("职务", 12),
    Column("职称", 14),
    Column("级别", 8, _CENTRED),
    Column("专业领域", 26),
    Column("联系电话", 14, _CENTRED, text=True),
    Column("常驻县(市、区)", 13),
)
_MEMBERS = (*_PLACE, Column("团内职务", 10, _CENTRED), Column("产业组", 22), *_PERSON)
_SENIOR = 2


def write_team_workbook(
    path: Path,
    teams: Sequence[CountyTeam],
    reserve: Sequence[Envoy],
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    made: datetime,
) -> None:
    """Write teams and reserve to `path` (.xlsx). Raises OSError where it cannot be written."""
    book = new_workbook(made)
    tables = _Tables(teams, reserve, gazetteer, vocabulary)
    people = [member.envoy for team in teams for member in team.members] + list(reserve)
    mark = "（示例数据）" if any(envoy.sample for envoy in people) else ""
    count = sum(len(team.members) for team in teams)
    subtitle = (
        f"{len(teams)} 个县团 {count} 人，机动库 {len(reserve)} 人    "
        f"导出时间 {made:%Y-%m-%d %H:%M}"
    )
    sheets = (
        ("各县县团", "一县一团汇总表", _SUMMARY, tables.summary()),
        ("县团名单", "县团成员名单", _MEMBERS, tables.members()),
        ("机动库", "机动库名单", (Column("序号", 6, _CENTRED), *_PERSON), tables.reserve()),
    )
    for name, title, columns, rows in sheets:
        layout = TableLayout(f"{title}{mark}", subtitle, columns)
        fill_table(book.create_sheet(name), layout, list(rows))
    save_workbook(book, path, made)


class _Tables:
    """The rows of each sheet."""

    def __init__(
        self,
        teams: Sequence[CountyTeam],
        reserve: Sequence[Envoy],
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
    ) -> None:
        order = {county.code: place for place, county in enumerate(gazetteer.counties)}
        self._teams = sorted(teams, key=lambda team: order[team.county])
        self._reserve = reserve
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary

    def summary(self) -> Iterator[tuple[object, ...]]:
        """Yield a row per county."""
        for team in self._teams:
            people = [member.envoy for member in team.members]
            leader = team.leader
            groups = Counter(member.group for member in team.members if member.group)
            yield (
                *self._place(team.county), len(people),
                sum(envoy.title_rank >= _SENIOR for envoy in people),
                sum(envoy.base_county == team.county for envoy in people),
                *((leader.name, leader.organisation, leader.phone) if leader else ("", "", "")),
                "、".join(f"{self._vocabulary.name(code)} {n}人" for code, n in groups.items()),
                team.shortfall or "",
                "\n".join(f"{lack.what} {lack.count}" for lack in team.lacks),
                "\n".join(lack.reason for lack in team.lacks),
            )  # fmt: skip

    def members(self) -> Iterator[tuple[object, ...]]:
        """Yield a row per member, the leader of each county first."""
        for team in self._teams:
            for member in team.members:
                group = self._vocabulary.name(member.group) if member.group else ""
                role = member.envoy.team_role
                yield (*self._place(team.county), role, group, *self._person(member.envoy))

    def reserve(self) -> Iterator[tuple[object, ...]]:
        """Yield a row per envoy on no team."""
        for number, envoy in enumerate(self._reserve, 1):
            yield (number, *self._person(envoy))

    def _person(self, envoy: Envoy) -> tuple[object, ...]:
        return (
            envoy.name, envoy.organisation, envoy.post, envoy.title,
            RANK_NAMES.get(envoy.title_rank, ""),
            "、".join(self._vocabulary.name(skill.specialty) for skill in envoy.skills),
            envoy.phone, self._place(envoy.base_county)[1],
        )  # fmt: skip

    def _place(self, code: str | None) -> tuple[str, str]:
        county = self._counties.get(code or "")
        return (county.city, county.name) if county else ("", code or "")
