"""What the cards and lists of the team page show, as immutable rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.people import RANK_NAMES, Envoy
from envoy_app.domain.teams import LEADER, CountyTeam, TeamMember, TeamNeeds
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.team_words import lack_text
from ui.search import search_key

if TYPE_CHECKING:
    from envoy_app.services.team_moves import TeamDesk


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teams", text)


@dataclass(frozen=True)
class MemberRow:
    """A person in a list: what is painted, and the tooltip with all the rest."""

    envoy: Envoy
    leads: bool
    role: str
    rank: str
    chips: tuple[tuple[str, str], ...]
    place: str
    expired: bool
    facts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The row for screen readers and the clipboard."""
        skills = "、".join(name for _, name in self.chips)
        return " ".join(p for p in (self.envoy.name, self.role, self.rank, skills, self.place) if p)

    @property
    def tooltip(self) -> str:
        """All that is known, a line each."""
        return "\n".join((self.envoy.name, *(f"{name}：{text}" for name, text in self.facts)))


@dataclass(frozen=True)
class GroupFacts:
    """A group (产业组) on a card: how many are in it of how many wanted."""

    code: str
    name: str
    short: str
    own: int
    wanted: int


@dataclass(frozen=True)
class CardFacts:
    """A team on its card."""

    county: County
    team: CountyTeam
    needs: TeamNeeds
    groups: tuple[GroupFacts, ...]
    rows: tuple[MemberRow, ...]
    state: CoverageState
    lacks: str

    @property
    def leader(self) -> str:
        """The leader with the title's rank, or that there is none."""
        leader = self.team.leader
        if leader is None:
            return _tr("还没有团长")
        return f"{LEADER} {leader.name} {RANK_NAMES.get(leader.title_rank, '')}"

    @property
    def size(self) -> str:
        """How many of how many."""
        needs = self.needs
        return _tr("{n} 人 / {least}–{largest}").format(
            n=len(self.rows), least=needs.least, largest=needs.largest
        )

    @property
    def spoken(self) -> str:
        """The whole card for screen readers."""
        groups = "，".join(f"{g.name}组 {g.own}/{g.wanted}" for g in self.groups)
        return (
            "，".join(
                part
                for part in (self.county.name, self.county.city, self.size, self.leader, groups)
                if part
            )
            + f"。{self.lacks}"
        )


class RowMaker:
    """Makes rows of a desk; no pinyin, so it is quick."""

    def __init__(self, desk: TeamDesk, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self._desk = desk
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary
        self._names = {item.code: item.name for item in vocabulary.specialties}

    def cards(self) -> tuple[CardFacts, ...]:
        """The cards of all counties."""
        return tuple(self._card(team) for team in self._desk.teams.values())

    def reserve(self) -> tuple[MemberRow, ...]:
        """The reserve."""
        return tuple(self._row(TeamMember(envoy)) for envoy in self._desk.reserve)

    def _card(self, team: CountyTeam) -> CardFacts:
        needs = self._desk.needs[team.county]
        own = Counter(member.group for member in team.members)
        lacks = "；".join(lack_text(lack) for lack in team.lacks)
        return CardFacts(
            county=self._counties[team.county],
            team=team,
            needs=needs,
            groups=tuple(
                GroupFacts(code, self._name(code), self._vocabulary.short(code), own[code], count)
                for code, count in needs.groups
            ),
            rows=tuple(map(self._row, team.members)),
            state=_state(team),
            lacks=lacks or _tr("齐备"),
        )

    def _name(self, code: str) -> str:
        return self._names.get(code, code)

    def _row(self, member: TeamMember) -> MemberRow:
        envoy = member.envoy
        # The group comes first: it is what the person is on the team for.
        codes = sorted(
            (skill.specialty for skill in envoy.skills), key=lambda code: code != member.group
        )
        return MemberRow(
            envoy=envoy,
            leads=member.leads,
            role=envoy.team_role,
            rank=RANK_NAMES.get(envoy.title_rank, ""),
            chips=tuple((code, self._vocabulary.brief(code)) for code in codes),
            place=self._short(envoy.base_county),
            expired=envoy.term_is_over(self._desk.facts.today),
            facts=tuple(self._facts(member)),
        )

    def _short(self, code: str | None) -> str:
        if code is None:
            return _tr("缺常驻县")
        return self._counties[code].short_name if code in self._counties else code

    def _facts(self, member: TeamMember) -> Sequence[tuple[str, str]]:
        envoy = member.envoy
        skills = "、".join(
            f"{self._name(skill.specialty)}（{RANK_NAMES.get(skill.level, '')}）"
            for skill in envoy.skills
        )
        minutes = self._desk.minutes(envoy, envoy.team_county)
        way = _tr("，到县团单程 {n} 分钟").format(n=minutes) if minutes else ""
        term = " 至 ".join(part for part in (envoy.term_start, envoy.term_end) if part)
        if term and envoy.term_is_over(self._desk.facts.today):
            term += _tr("（已届满）")
        group = _tr("{name}组").format(name=self._name(member.group)) if member.group else ""
        return (
            (_tr("单位"), envoy.organisation or "—"),
            (_tr("职称"), " ".join(p for p in (envoy.title, _rank(envoy)) if p) or "—"),
            (_tr("专业"), skills or "—"),
            (_tr("团内"), " · ".join(p for p in (envoy.team_role, group) if p) or "—"),
            (_tr("常驻"), f"{self._short(envoy.base_county)}{way}"),
            (_tr("共享"), envoy.sharing.label),
            (_tr("任期"), term or _tr("未填")),
        )


def _rank(envoy: Envoy) -> str:
    return f"（{RANK_NAMES.get(envoy.title_rank, '')}）"


def _state(team: CountyTeam) -> CoverageState:
    """Without a leader or enough people a team cannot work; other lacks leave it in part able."""
    if not team.lacks:
        return CoverageState.COVERED
    grave = any(lack.what in (LEADER, "人数") for lack in team.lacks)
    return CoverageState.UNCOVERED if grave else CoverageState.PARTIAL


def people_keys(desk: TeamDesk, vocabulary: Vocabulary) -> Mapping[str, str]:
    """Return what a search looks into, by id of the person; spells pinyin, not for the UI."""
    names = {item.code: item.name for item in vocabulary.specialties}
    return {
        envoy.id: _spelled(
            envoy.name,
            (envoy.organisation, *(names.get(s.specialty, "") for s in envoy.skills)),
        )
        for envoy in desk.envoys.values()
    }


@lru_cache(maxsize=8192)
def _spelled(name: str, others: tuple[str, ...]) -> str:
    return search_key(name, others)


def county_keys(counties: Sequence[County]) -> Mapping[str, str]:
    """Return what a search looks into, by code of the county; spells pinyin."""
    return {item.code: search_key(item.short_name, (item.name, *item.aliases)) for item in counties}
