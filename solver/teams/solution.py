"""What comes out of team formation: teams, reserve, score, bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class TeamsScore(NamedTuple):
    """The three tiers, minimised in this order; compares lexicographically."""

    shortfall: int
    moves: int
    cost: int


@dataclass(frozen=True)
class Member:
    """An envoy on a team, and the specialty of the group he or she is in, if any."""

    envoy: str
    group: str | None = None


@dataclass(frozen=True)
class Team:
    """The team of a county."""

    county: str
    leader: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Formation:
    """Who is on which team, and who is in the reserve."""

    teams: tuple[Team, ...]
    reserve: tuple[str, ...]


@dataclass(frozen=True)
class TeamsConflict:
    """Fixed teams that cannot hold together with another rule; the message is Chinese."""

    code: str
    county: str
    envoys: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class TeamsSolution:
    """The outcome of a run (`envoy-teams-solution/1`); `formation` None where none was found."""

    problem: str
    status: str
    score: TeamsScore | None
    bounds: TeamsScore | None
    formation: Formation | None
    conflicts: tuple[TeamsConflict, ...] = ()
    stats: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamsProgress:
    """A sign of life of a run: what is known so far, and what is being done (Chinese)."""

    seconds: float
    score: TeamsScore | None
    bounds: TeamsScore | None
    phase: str
