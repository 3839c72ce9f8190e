"""Today's teams as the roster has them: who leads, who is in which group, what they lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envoy_app.domain.people import RANK_NAMES, Envoy
from envoy_app.domain.teams import (
    LEADER,
    LEADER_RANK,
    CountyTeam,
    TeamLack,
    TeamMember,
    group_in_role,
)
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.team_instances import BuiltTeams, base_of


@dataclass(frozen=True, slots=True)
class CurrentTeams:
    """The teams of all counties in their order, and the envoys on none (机动库)."""

    teams: tuple[CountyTeam, ...]
    reserve: tuple[Envoy, ...]


def current_teams(
    built: BuiltTeams, envoys: Sequence[Envoy], vocabulary: Vocabulary
) -> CurrentTeams:
    """Return today's teams, measured by what team formation asks of a team.

    Args:
        built: the team formation problem, for what each county's team needs.
        envoys: all active envoys.
        vocabulary: for the names of the groups.
    """
    on: dict[str | None, list[Envoy]] = {}
    for envoy in envoys:
        on.setdefault(envoy.team_county, []).append(envoy)
    teams = tuple(
        team_of(county, on.get(county["id"], ()), vocabulary)
        for county in built.problem["counties"]
    )
    return CurrentTeams(teams, tuple(on.get(None, ())))


def team_of(
    county: Mapping[str, Any], people: Sequence[Envoy], vocabulary: Vocabulary
) -> CountyTeam:
    """Return the team that some people make in a county of the problem.

    The first 团长 leads. A role like 水稻组成员 says the group; all others are put where they
    leave the least lacking.
    """
    leader = next((envoy for envoy in people if envoy.team_role == LEADER), None)
    wanted = {group["specialty"]: group["min_members"] for group in county["groups"]}
    groups = _groups(people, wanted, {vocabulary.name(code): code for code in wanted})
    members = [TeamMember(e, groups.get(e.id), leads=e is leader) for e in people]
    members.sort(key=lambda item: (not item.leads, item.group is None, item.group or ""))
    return CountyTeam(
        county["id"], tuple(members), tuple(_lacks(county, members, wanted, vocabulary))
    )


def _groups(
    people: Sequence[Envoy], wanted: Mapping[str, int], codes: Mapping[str, str]
) -> dict[str, str]:
    """Return the group of each envoy by id: as many wanted places filled as can be, then the rest.

    Places are filled by augmenting paths (Kuhn's matching of a bipartite graph), so that nobody
    who can do two things takes the only place of somebody who can do one. `codes` has the
    specialties of the groups by name: whom a role puts into one of them stays there.
    """
    able = {
        envoy.id: [s.specialty for s in envoy.skills if s.specialty in wanted] for envoy in people
    }
    told = {
        envoy.id: code
        for envoy in people
        if (code := codes.get(group_in_role(envoy.team_role))) in able[envoy.id] and code
    }
    taken = Counter(told.values())
    places = [code for code, count in wanted.items() for _ in range(count - taken[code])]
    held: dict[str, int] = {}  # envoy → place

    def fill(place: int, tried: set[str]) -> bool:
        for envoy, known in able.items():
            if places[place] in known and envoy not in tried and envoy not in told:
                tried.add(envoy)
                if envoy not in held or fill(held[envoy], tried):
                    held[envoy] = place
                    return True
        return False

    for place in range(len(places)):
        fill(place, set())
    chosen = told | {envoy: places[place] for envoy, place in held.items()}
    return {envoy: chosen.get(envoy, known[0]) for envoy, known in able.items() if known}


def _lacks(
    county: Mapping[str, Any],
    members: Sequence[TeamMember],
    wanted: Mapping[str, int],
    vocabulary: Vocabulary,
) -> Iterator[TeamLack]:
    size, locals_ = len(members), sum(base_of(m.envoy) == county["id"] for m in members)
    if size < county["min_size"]:
        yield TeamLack(
            "人数", county["min_size"] - size, f"现有 {size} 人，最少 {county['min_size']} 人。"
        )
    if locals_ < county["min_local"]:
        reason = f"常驻本县的 {locals_} 人，最少 {county['min_local']} 人。"
        yield TeamLack("本县人员", county["min_local"] - locals_, reason)
    leader = next((member.envoy for member in members if member.leads), None)
    if leader is None:
        yield TeamLack(LEADER, 1, "还没有定团长。")
    elif leader.title_rank < LEADER_RANK:
        rank = RANK_NAMES.get(leader.title_rank, "")
        yield TeamLack(LEADER, 1, f"团长{leader.name}的职称级别是{rank}，要副高以上。")
    for code, count in wanted.items():
        own = sum(member.group == code for member in members)
        if own < count:
            name = vocabulary.name(code)
            yield TeamLack(
                f"{name}组人员", count - own, f"{name}组现有 {own} 人，最少 {count} 人。"
            )
