"""What is to be formed: the team formation problem as small frozen records.

Field names are those of the interchange format `envoy-teams/1`; times are whole minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from solver.instance import Travel

TOP_LEVEL: Final = 3
"""The highest level in a specialty; each level below it has its price in a group."""


@dataclass(frozen=True)
class Group:
    """A group (产业组) that a team wants: at least so many members of one specialty."""

    specialty: str
    min_members: int


@dataclass(frozen=True)
class TeamCounty:
    """A county and the team it wants."""

    id: str
    name: str
    city: str
    min_size: int
    target_size: int
    max_size: int
    min_local: int
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class TeamEnvoy:
    """A person who joins a team or stays in the reserve."""

    id: str
    base: str
    specialties: Mapping[str, int]
    can_lead: bool
    current_team: str | None
    fixed_team: str | None
    preferences: tuple[str, ...]
    exclude: tuple[str, ...] = ()

    def may_join(self, county: str) -> bool:
        """Whether neither `fixed_team` nor `exclude` stands against it."""
        return self.fixed_team in (None, county) and county not in self.exclude


@dataclass(frozen=True)
class TeamWeights:
    """Prices of the cost tier."""

    travel_minute: int
    preference_step: int
    size_gap: int
    level_gap: int


@dataclass(frozen=True)
class TeamsInstance:
    """A whole team formation problem; build it by hand or with `parse_teams`."""

    name: str
    counties: tuple[TeamCounty, ...]
    travel: Travel
    envoys: tuple[TeamEnvoy, ...]
    weights: TeamWeights

    @cached_property
    def county_by_id(self) -> dict[str, TeamCounty]:
        """Counties by id."""
        return {county.id: county for county in self.counties}

    @cached_property
    def envoy_by_id(self) -> dict[str, TeamEnvoy]:
        """Envoys by id."""
        return {envoy.id: envoy for envoy in self.envoys}
