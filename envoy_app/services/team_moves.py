"""Changes of teams by hand: what each would do, exactly, before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from envoy_app.domain.people import Envoy, Sharing
from envoy_app.domain.teams import (
    DEPUTY,
    GROUP_HEAD,
    LEADER,
    LEADER_RANK,
    MEMBER,
    CountyTeam,
    TeamImpact,
    TeamNeeds,
    group_in_role,
    group_role,
    plain_role,
)
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.current_teams import current_teams, team_of
from envoy_app.services.team_instances import BuiltTeams
from envoy_app.services.team_results import in_reserve, placed
from envoy_app.services.team_words import RESERVE, cured_words, lack_words
from solver import teams

Changed = Mapping[str, Envoy]
"""Envoys as they would be, by id."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What stays while people move: the problem, the names, the day that counts as today."""

    built: BuiltTeams
    vocabulary: Vocabulary
    today: date


class TeamDesk:
    """The teams as they are (or would be), and what any change of them would do.

    Nothing is written. Every verdict is the difference of two reports of the optimiser's checker,
    on the teams that the change touches.
    """

    def __init__(
        self,
        facts: DeskFacts,
        envoys: Sequence[Envoy],
        instance: teams.TeamsInstance | None = None,
    ) -> None:
        """Take all active envoys; `instance` is the problem parsed, where somebody did already."""
        self.facts = facts
        self.envoys = {envoy.id: envoy for envoy in envoys}
        self._order = {envoy.id: place for place, envoy in enumerate(envoys)}
        self._instance = instance or teams.parse_teams(facts.built.problem)
        self._counties = {item["id"]: item for item in facts.built.problem["counties"]}
        found = current_teams(facts.built, envoys, facts.vocabulary)
        self.teams = {team.county: team for team in found.teams}
        self.reserve = found.reserve

    @cached_property
    def needs(self) -> Mapping[str, TeamNeeds]:
        """What each county's team should be."""
        return {county.id: _needs(county) for county in self._instance.counties}

    @property
    def shortfall(self) -> int:
        """All that the teams lack, added up."""
        return sum(team.shortfall for team in self.teams.values())

    def name(self, county: str | None) -> str:
        """The name of a county, or 机动库."""
        return RESERVE if county is None else str(self._counties[county]["name"])

    def minutes(self, envoy: Envoy, county: str | None) -> int:
        """One-way minutes from where the envoy lives to a county; 0 for the reserve."""
        person = self._instance.envoy_by_id.get(envoy.id)
        if person is None or county is None:
            return 0
        return self._instance.travel.between(person.base, county)

    def formation(self) -> teams.Formation:
        """The teams as the optimiser's checker reads them."""
        known = self._instance.envoy_by_id
        reserve = tuple(envoy.id for envoy in self.reserve if envoy.id in known)
        return teams.Formation(tuple(map(_read, self.teams.values())), reserve)

    def with_changes(self, changed: Changed) -> TeamDesk:
        """The desk as it would be after changes."""
        envoys = [changed.get(key, envoy) for key, envoy in self.envoys.items()]
        return TeamDesk(self.facts, envoys, self._instance)

    # Changes --------------------------------------------------------------------------------

    def moved(self, ids: Iterable[str], county: str | None) -> Changed:
        """Envoys after a move to a team or the reserve; who is there already is left out."""
        changed: dict[str, Envoy] = {}
        for envoy in (self.envoys[key] for key in ids):
            if envoy.team_county != county:
                after = in_reserve(envoy) if county is None else placed(envoy, county)
                changed[envoy.id] = after or envoy
        return changed

    def with_role(self, envoy_id: str, role: str) -> Changed:
        """Envoys after one got another role; who led the team until now becomes a member."""
        envoy = self.envoys[envoy_id]
        group = group_in_role(envoy.team_role)
        if group and role not in (LEADER, DEPUTY):
            role = group_role(group, role == GROUP_HEAD)
        changed = {envoy_id: replace(envoy, team_role=role)}
        if role == LEADER:
            changed |= {
                other.id: replace(other, team_role=MEMBER)
                for other in self._on(envoy.team_county)
                if other.team_role == LEADER and other.id != envoy_id
            }
        return changed

    def with_group(self, envoy_id: str, specialty: str | None) -> Changed:
        """Envoys after one was put into a group by hand; None leaves it to the program."""
        envoy = self.envoys[envoy_id]
        role = plain_role(envoy.team_role)
        if specialty is not None:
            role = group_role(self.facts.vocabulary.name(specialty), role == GROUP_HEAD)
        return {envoy_id: replace(envoy, team_role=role)}

    # Verdicts -------------------------------------------------------------------------------

    def targets(self, ids: Sequence[str]) -> dict[str | None, TeamImpact]:
        """What moving people would do, for every team and the reserve."""
        return {county: self.judge_move(ids, county) for county in (*self.teams, None)}

    def judge_move(self, ids: Sequence[str], county: str | None) -> TeamImpact:
        """What moving people to a team or the reserve would do."""
        changed = self.moved(ids, county)
        if not changed:
            return TeamImpact(county, broken=(f"已经在{_place(self.name(county))}。",))
        return self.judge(changed, county)

    def judge(self, changed: Changed, county: str | None = None) -> TeamImpact:
        """What any changes would do; `county` is where the people go."""
        touched = self._touched(changed)
        after = {key: self._team(key, changed) for key in touched}
        report = self._report(after.values(), changed)
        before = self._report((self.teams[key] for key in touched), changed)
        return TeamImpact(
            county=county,
            broken=tuple(self._broken(changed, report, before)),
            lost=tuple(
                words
                for key in touched
                for words in lack_words(self.name(key), self.teams[key].lacks, after[key].lacks)
            ),
            cured=tuple(
                words
                for key in touched
                for words in cured_words(self.name(key), self.teams[key].lacks, after[key].lacks)
            ),
            notes=tuple(self._notes(changed)),
            shortfall=report.score.shortfall - before.score.shortfall,
            cost=report.score.cost - before.score.cost,
            minutes=report.breakdown.travel - before.breakdown.travel,
        )

    def _touched(self, changed: Changed) -> tuple[str, ...]:
        places = {self.envoys[key].team_county for key in changed}
        places |= {envoy.team_county for envoy in changed.values()}
        return tuple(county for county in self.teams if county in places)

    def _on(self, county: str | None) -> tuple[Envoy, ...]:
        if county is None:
            return self.reserve
        return tuple(member.envoy for member in self.teams[county].members)

    def _team(self, county: str, changed: Changed) -> CountyTeam:
        people = [envoy for envoy in self._on(county) if envoy.id not in changed]
        people += [envoy for envoy in changed.values() if envoy.team_county == county]
        people.sort(key=lambda envoy: self._order[envoy.id])  # of two 团长 the first one leads
        return team_of(self._counties[county], people, self.facts.vocabulary)

    def _report(self, found: Iterable[CountyTeam], changed: Changed) -> teams.TeamsReport:
        """The checker's report on some teams and whoever changes, as a problem of their own."""
        formed = tuple(map(_read, found))
        joined = {member.envoy for team in formed for member in team.members}
        reserve = tuple(key for key in changed if key not in joined)
        known = self._instance.envoy_by_id
        part = teams.TeamsInstance(
            self._instance.name,
            tuple(self._instance.county_by_id[team.county] for team in formed),
            self._instance.travel,
            tuple(known[key] for key in (*joined, *reserve) if key in known),
            self._instance.weights,
        )
        return teams.check_teams(part, teams.Formation(formed, reserve))

    # Words ----------------------------------------------------------------------------------

    def _broken(
        self, changed: Changed, report: teams.TeamsReport, before: teams.TeamsReport
    ) -> Iterator[str]:
        for envoy in changed.values():
            now = self.envoys[envoy.id]
            if envoy.team_county != now.team_county and envoy.base_county is None:
                yield f"{envoy.name}没有常驻县，请先在“特派员”页补上。"
            elif envoy.team_role == LEADER != now.team_role and envoy.title_rank < LEADER_RANK:
                yield f"{envoy.name}的职称不到副高，不能任团长。"
        stood = {(item.code, item.county, item.envoy) for item in before.violations}
        for item in report.violations:
            if item.code == "MAX_SIZE":
                # A team that is too large may get smaller, never larger.
                if self._grows(item.county, changed):
                    yield item.message
            elif item.code != "LEADER" and (item.code, item.county, item.envoy) not in stood:
                yield item.message

    def _grows(self, county: str | None, changed: Changed) -> bool:
        after = sum(envoy.team_county == county for envoy in changed.values())
        return after > sum(self.envoys[key].team_county == county for key in changed)

    def _notes(self, changed: Changed) -> Iterator[str]:
        """What speaks against a move though no rule forbids it."""
        for envoy in changed.values():
            county = envoy.team_county
            if county is None or county == self.envoys[envoy.id].team_county:
                continue
            yield from self._narrowed(envoy, county)
            minutes = self.minutes(envoy, county)
            if minutes > envoy.max_travel_minutes:
                yield (
                    f"{envoy.name}单程 {minutes} 分钟，超过本人上限 "
                    f"{envoy.max_travel_minutes} 分钟，排班时派不到这里。"
                )
            if envoy.term_is_over(self.facts.today):
                yield f"{envoy.name}的任期已于 {envoy.term_end} 届满。"

    def _narrowed(self, envoy: Envoy, county: str) -> Iterator[str]:
        """Where the person can be sent from now on, where sharing follows the team elsewhere."""
        home, city = self.envoys[envoy.id].home, self._city(county)
        if envoy.sharing is Sharing.COUNTY and home != county:
            yield f"{envoy.name}只在本县共享，以后只能派到{self.name(county)}。"
        if envoy.sharing is Sharing.CITY and self._city(home) != city:
            yield f"{envoy.name}只在本市共享，以后只能派到{city}各县。"

    def _city(self, county: str | None) -> str:
        return str(self._counties[county]["city"]) if county in self._counties else ""


def _place(name: str) -> str:
    return name if name == RESERVE else f"{name}团"


def _needs(county: teams.TeamCounty) -> TeamNeeds:
    return TeamNeeds(
        county=county.id,
        least=county.min_size,
        target=county.target_size,
        largest=county.max_size,
        local=county.min_local,
        groups=tuple((group.specialty, group.min_members) for group in county.groups),
    )


def _read(team: CountyTeam) -> teams.Team:
    leader = team.leader
    members = tuple(teams.Member(item.envoy.id, item.group) for item in team.members)
    return teams.Team(team.county, leader.id if leader else None, members)
