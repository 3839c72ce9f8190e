"""Today's teams as the roster has them: who leads, who is in which group, what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import LEADER, CountyTeam, TeamLack, TeamMember
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.team_instances import BuiltTeams


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
    teams = tuple(_team(county, envoys, vocabulary) for county in built.problem["counties"])
    reserve = tuple(envoy for envoy in envoys if envoy.team_county is None)
    return CurrentTeams(teams, reserve)


def _team(county: Mapping[str, Any], envoys: Sequence[Envoy], vocabulary: Vocabulary) -> CountyTeam:
    people = [envoy for envoy in envoys if envoy.team_county == county["id"]]
    leader = next((envoy for envoy in people if envoy.team_role == LEADER), None)
    wanted = {group["specialty"]: group["min_members"] for group in county["groups"]}
    groups = _groups(people, wanted)
    members = [TeamMember(e, groups.get(e.id), leads=e is leader) for e in people]
    members.sort(key=lambda item: (not item.leads, item.group is None, item.group or ""))
    return CountyTeam(
        county["id"], tuple(members), tuple(_lacks(county, members, wanted, vocabulary))
    )


def _groups(people: Sequence[Envoy], wanted: Mapping[str, int]) -> dict[str, str]:
    """Return the group of each envoy by id: as many wanted places filled as can be, then the rest.

    Places are filled by augmenting paths (Kuhn's matching of a bipartite graph), so that nobody
    who can do two things takes the only place of somebody who can do one.
    """
    able = {
        envoy.id: [s.specialty for s in envoy.skills if s.specialty in wanted] for envoy in people
    }
    places = [code for code, count in wanted.items() for _ in range(count)]
    held: dict[str, int] = {}  # envoy → place

    def fill(place: int, tried: set[str]) -> bool:
        for envoy, codes in able.items():
            if places[place] in codes and envoy not in tried:
                tried.add(envoy)
                if envoy not in held or fill(held[envoy], tried):
                    held[envoy] = place
                    return True
        return False

    for place in range(len(places)):
        fill(place, set())
    chosen = {envoy: places[place] for envoy, place in held.items()}
    return {envoy: chosen.get(envoy, codes[0]) for envoy, codes in able.items() if codes}


def _lacks(
    county: Mapping[str, Any],
    members: Sequence[TeamMember],
    wanted: Mapping[str, int],
    vocabulary: Vocabulary,
) -> Iterator[TeamLack]:
    size, locals_ = len(members), sum(m.envoy.base_county == county["id"] for m in members)
    if size < county["min_size"]:
        yield TeamLack(
            "人数", county["min_size"] - size, f"现有 {size} 人，最少 {county['min_size']} 人。"
        )
    if locals_ < county["min_local"]:
        reason = f"常驻本县的 {locals_} 人，最少 {county['min_local']} 人。"
        yield TeamLack("本县人员", county["min_local"] - locals_, reason)
    if not any(member.leads for member in members):
        yield TeamLack(LEADER, 1, "还没有定团长。")
    for code, count in wanted.items():
        own = sum(member.group == code for member in members)
        if own < count:
            name = vocabulary.name(code)
            yield TeamLack(
                f"{name}组人员", count - own, f"{name}组现有 {own} 人，最少 {count} 人。"
            )
