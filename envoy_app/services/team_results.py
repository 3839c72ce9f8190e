"""Turns the optimiser's teams into a proposal: leaders, lacks and why, changes from today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import (
    LEADER,
    LEADER_RANK,
    MEMBER,
    CountyTeam,
    TeamChange,
    TeamLack,
    TeamMember,
    TeamProposal,
    TeamScore,
    group_in_role,
)
from envoy_app.services.team_instances import BuiltTeams
from solver import teams

Name = Callable[[str], str]


def proposal_of(
    built: BuiltTeams,
    instance: teams.TeamsInstance,
    solution: teams.TeamsSolution,
    report: teams.TeamsReport,
    specialty_name: Name,
) -> TeamProposal:
    """Return the proposal for a solution that has teams and passed its check."""
    formation = solution.formation or teams.Formation((), ())
    proven = bool(solution.bounds and solution.bounds[0] == report.score.shortfall)
    why = _Reasons(instance, proven, specialty_name)
    lacks = {item.county: tuple(why.lacks(item)) for item in report.breakdown.shortfalls}
    found = tuple(
        CountyTeam(team.county, _members(team, built), lacks[team.county])
        for team in formation.teams
    )
    reserve = tuple(built.envoys[envoy] for envoy in formation.reserve)
    weight = instance.weights.travel_minute
    return TeamProposal(
        teams=found,
        reserve=reserve,
        changes=tuple(_changes(found, reserve, specialty_name)),
        optimal=solution.status == "optimal",
        moves=report.score.moves,
        travel_minutes=report.breakdown.travel // weight,
        seconds=float(solution.stats.get("seconds", 0.0)),
        warnings=built.warnings,
        sample=any(envoy.sample for envoy in built.envoys.values()),
        score=TeamScore(*report.score),
        bounds=TeamScore(*(solution.bounds or (0, 0, 0))),
    )


def _members(team: teams.Team, built: BuiltTeams) -> tuple[TeamMember, ...]:
    """The leader first, then by group."""
    people = [TeamMember(built.envoys[item.envoy], item.group) for item in team.members]
    able = [member.envoy for member in people if member.envoy.title_rank >= LEADER_RANK]
    leader = max(able, key=lambda envoy: _fitness(envoy, team.county), default=None)
    people = [replace(member, leads=member.envoy is leader) for member in people]
    people.sort(key=lambda member: (not member.leads, member.group is None, member.group or ""))
    return tuple(people)


def _fitness(envoy: Envoy, county: str) -> tuple[bool, int, bool]:
    """Who leads, of those who may: today's leader, then the higher title, then a local."""
    leads_now = envoy.team_county == county and envoy.team_role == LEADER
    return leads_now, envoy.title_rank, envoy.base_county == county


def _changes(
    found: tuple[CountyTeam, ...], reserve: tuple[Envoy, ...], specialty_name: Name
) -> Iterator[TeamChange]:
    """Those whose team or role differs from today's, in the order of the teams."""
    for team in found:
        for member in team.members:
            group = specialty_name(member.group) if member.group else ""
            after = placed(member.envoy, team.county, leads=member.leads, group=group)
            if after is not None:
                yield TeamChange(member.envoy, after)
    for envoy in reserve:
        if envoy.team_county is not None:
            yield TeamChange(envoy, in_reserve(envoy))


def in_reserve(envoy: Envoy) -> Envoy:
    """The envoy on no team."""
    return replace(envoy, team_county=None, team_counties=(), team_role="")


def placed(envoy: Envoy, county: str, *, leads: bool = False, group: str = "") -> Envoy | None:
    """The envoy on a team, or None where nothing changes.

    `group` is the name of the group that counts on him or her, "" where none does.
    """
    stays = envoy.team_county == county
    role = _role(envoy, stays, leads, group)
    if stays and role == envoy.team_role:
        return None
    counties = envoy.team_counties if stays else (county,)
    return replace(envoy, team_county=county, team_counties=counties, team_role=role)


def _role(envoy: Envoy, stays: bool, leads: bool, group: str) -> str:
    """A role in the same team stays (副团长, 组长), unless it is the leader's.

    So does the group it names, unless another one counts on the person.
    """
    if leads:
        return LEADER
    if not stays or envoy.team_role == LEADER:
        return MEMBER
    elsewhere = group and group_in_role(envoy.team_role) not in ("", group)
    return MEMBER if elsewhere else envoy.team_role


class _Reasons:
    """Says why a team lacks something: by supply and demand, or by the proof."""

    def __init__(self, instance: teams.TeamsInstance, proven: bool, specialty_name: Name) -> None:
        self._instance = instance
        self._proven = proven
        self._name = specialty_name

    def lacks(self, short: teams.CountyShortfall) -> Iterator[TeamLack]:
        """What a county's team lacks, with the reason of each."""
        if short.size:
            yield TeamLack("人数", short.size, self._of_size())
        if short.local:
            yield TeamLack("本县人员", short.local, self._of_locals(short.county))
        if short.leader:
            yield TeamLack(LEADER, short.leader, self._of_leader())
        for specialty, count in short.groups:
            if count:
                name = f"{self._name(specialty)}组人员"
                yield TeamLack(name, count, self._of_group(specialty))

    def _of_size(self) -> str:
        people = len(self._instance.envoys)
        wanted = sum(county.min_size for county in self._instance.counties)
        if people < wanted:
            return f"全库只有 {people} 人，各团最少共需 {wanted} 人。"
        return self._elsewhere

    def _of_locals(self, county: str) -> str:
        locals_ = sum(envoy.base == county for envoy in self._instance.envoys)
        if locals_ < self._instance.county_by_id[county].min_local:
            return f"常驻本县的只有 {locals_} 人。"
        return self._elsewhere

    def _of_leader(self) -> str:
        able = sum(envoy.can_lead for envoy in self._instance.envoys)
        wanted = len(self._instance.counties)
        if able < wanted:
            return f"副高以上职称的只有 {able} 人，共有 {wanted} 个团。"
        return self._elsewhere

    def _of_group(self, specialty: str) -> str:
        able = sum(specialty in envoy.specialties for envoy in self._instance.envoys)
        wanted = sum(
            group.min_members
            for county in self._instance.counties
            for group in county.groups
            if group.specialty == specialty
        )
        if able < wanted:
            return f"有{self._name(specialty)}专业的只有 {able} 人，各团共需 {wanted} 人。"
        return self._elsewhere

    @property
    def _elsewhere(self) -> str:
        if self._proven:
            return "已证明各团的缺口合计不能再少，这里补上别处就会缺。"
        return "限定时间内没有找到补上的办法，请延长求解时间再试。"
