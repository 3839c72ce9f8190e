"""Proposed teams (县团): who would be on them, what they lack, what would change."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_app.domain.people import Envoy

LEADER = "团长"
MEMBER = "成员"
LEADER_RANK = 2
"""From this title rank on (副高) an envoy may lead a team."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """An envoy on a proposed team; `group` is the specialty of the 产业组, None outside of one."""

    envoy: Envoy
    group: str | None = None
    leads: bool = False


@dataclass(frozen=True, slots=True)
class TeamLack:
    """One thing a team lacks: what, how much of it, and why (a sentence)."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class CountyTeam:
    """The proposed team of a county."""

    county: str
    members: tuple[TeamMember, ...]
    lacks: tuple[TeamLack, ...]

    @property
    def leader(self) -> Envoy | None:
        """The 团长, if there is one."""
        return next((member.envoy for member in self.members if member.leads), None)

    @property
    def shortfall(self) -> int:
        """All that is lacking, added up."""
        return sum(lack.count for lack in self.lacks)


@dataclass(frozen=True, slots=True)
class TeamChange:
    """An envoy whose team or role would change; None is the reserve (机动库)."""

    before: Envoy
    after: Envoy

    @property
    def moves(self) -> bool:
        """Whether the team changes, not only the role in it."""
        return self.before.team_county != self.after.team_county


@dataclass(frozen=True, slots=True)
class TeamProposal:
    """Teams for all counties, beside today's.

    `optimal` tells that no better teams exist; `moves` counts those who leave a team of today.
    """

    teams: tuple[CountyTeam, ...]
    reserve: tuple[Envoy, ...]
    changes: tuple[TeamChange, ...]
    optimal: bool
    moves: int
    travel_minutes: int
    seconds: float
    warnings: tuple[str, ...]
    sample: bool

    @property
    def shortfall(self) -> int:
        """All that the teams lack, added up."""
        return sum(team.shortfall for team in self.teams)

    @property
    def members(self) -> int:
        """Envoys on teams."""
        return sum(len(team.members) for team in self.teams)
