"""Builds team formation problems (problem-format.md §2) from the database."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import LEADER_RANK
from envoy_app.services.instances import NAMED_PEOPLE, skill_levels

FORMAT = "envoy-teams/1"
WEIGHTS = {"travel_minute": 1, "preference_step": 20, "size_gap": 15, "level_gap": 5}
# Shares of the average team, were everyone on one: the rest is room for the reserve (机动库) and
# for counties that need more than others.
TARGET_SHARE = 0.85
LEAST_SHARE = 0.6
LARGEST_SHARE = 1.2
# One of so many of a smallest team lives in the county: somebody must know the way.
PEOPLE_PER_LOCAL = 4
MOST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class TeamInputs:
    """All that the teams depend on; `travel` in minutes, rows and columns as the gazetteer."""

    gazetteer: Gazetteer
    travel: tuple[tuple[int, ...], ...]
    standards: tuple[CoverageStandard, ...]
    envoys: tuple[Envoy, ...]


@dataclass(frozen=True, slots=True)
class TeamSizes:
    """How many a team has at least, ideally and at most, and how many of them locals."""

    least: int
    target: int
    largest: int
    local: int


@dataclass(frozen=True, slots=True)
class BuiltTeams:
    """The problem as JSON, the envoys who take part by id, and what to tell beside it."""

    problem: dict[str, Any]
    envoys: dict[str, Envoy]
    warnings: tuple[str, ...]


def build_teams(inputs: TeamInputs) -> BuiltTeams:
    """Return the team formation problem; raises InputError where nobody can take part."""
    active = [envoy for envoy in inputs.envoys if envoy.active]
    present = [envoy for envoy in active if envoy.base_county or envoy.team_county]
    if not present:
        raise InputError("没有可以组团的特派员，请先导入名册，并填好常驻县。")
    counties = inputs.gazetteer.counties
    sizes = team_sizes(len(present), len(counties))
    problem = {
        "format": FORMAT,
        "name": "一县一团",
        "counties": [_county(county, inputs.standards, sizes) for county in counties],
        "travel": {
            "ids": [county.code for county in counties],
            "minutes": [list(row) for row in inputs.travel],
        },
        "envoys": [_envoy(envoy) for envoy in present],
        "weights": dict(WEIGHTS),
    }
    envoys = {envoy.id: envoy for envoy in present}
    return BuiltTeams(problem, envoys, _warnings(e for e in active if e.id not in envoys))


def team_sizes(envoys: int, counties: int) -> TeamSizes:
    """Return the sizes of every team, from how many envoys there are for how many counties."""
    average = envoys / counties
    least = max(1, math.floor(LEAST_SHARE * average))
    return TeamSizes(
        least=least,
        target=max(least, round(TARGET_SHARE * average)),
        largest=max(least + 1, math.ceil(LARGEST_SHARE * average)),
        local=max(1, least // PEOPLE_PER_LOCAL),
    )


def _county(
    county: County, standards: Iterable[CoverageStandard], sizes: TeamSizes
) -> dict[str, Any]:
    own = [standard for standard in standards if standard.county == county.code]
    return {
        "id": county.code,
        "name": county.name,
        "city": county.city,
        "min_size": sizes.least,
        "target_size": sizes.target,
        "max_size": sizes.largest,
        "min_local": sizes.local,
        "groups": _groups(own, sizes.least),
    }


def _groups(standards: list[CoverageStandard], people: int) -> list[dict[str, Any]]:
    """Groups for what the county needs most, as large as one visit of it takes.

    A smallest team can fill them all, so that small rosters are not asked for the impossible.
    """
    leading = sorted(standards, key=lambda item: -item.visits_per_month * item.headcount)
    wanted: dict[str, int] = {}
    for standard in leading:
        left = people - sum(wanted.values())
        if len(wanted) < MOST_GROUPS and left > 0 and standard.specialty not in wanted:
            wanted[standard.specialty] = min(standard.headcount, left)
    return [{"specialty": name, "min_members": count} for name, count in wanted.items()]


def base_of(envoy: Envoy) -> str | None:
    """Return where an envoy lives as far as is known: the county of the team, where no other."""
    return envoy.base_county or envoy.team_county


def _envoy(envoy: Envoy) -> dict[str, Any]:
    return {
        "id": envoy.id,
        "base": base_of(envoy),
        "specialties": skill_levels(envoy),
        "can_lead": envoy.title_rank >= LEADER_RANK,
        "current_team": envoy.team_county,
        "fixed_team": None,
        "preferences": [],
    }


def _warnings(homeless: Iterable[Envoy]) -> tuple[str, ...]:
    names = [envoy.name for envoy in homeless]
    if not names:
        return ()
    listed = "、".join(names[:NAMED_PEOPLE]) + ("等" if len(names) > NAMED_PEOPLE else "")
    return (f"{len(names)} 名特派员没有常驻县和县团，未参加组团：{listed}，请补全后再组团。",)
