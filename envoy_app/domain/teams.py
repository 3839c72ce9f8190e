"""Teams (县团): who is or would be on them, what they lack, what a change would bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from envoy_app.domain.people import Envoy

LEADER = "团长"
MEMBER = "成员"
DEPUTY = "副团长"
GROUP_HEAD = "组长"
LEADER_RANK = 2
"""From this title rank on (副高) an envoy may lead a team."""
_GROUP_ENDS = {True: f"组{GROUP_HEAD}", False: f"组{MEMBER}"}


def group_role(group: str, heads: bool) -> str:
    """Return the role of somebody put into a group by hand: 水稻组组长 or 水稻组成员."""
    return f"{group}{_GROUP_ENDS[heads]}"


def group_in_role(role: str) -> str:
    """Return the name of the group that a role was given in by hand, "" where in none."""
    for end in _GROUP_ENDS.values():
        if role.endswith(end):
            return role.removesuffix(end)
    return ""


def plain_role(role: str) -> str:
    """Return a role without the group that it names: 组长 for 水稻组组长."""
    if not group_in_role(role):
        return role
    return GROUP_HEAD if role.endswith(GROUP_HEAD) else MEMBER


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
class TeamNeeds:
    """What a county's team should be: people, locals among them, members by group's specialty."""

    county: str
    least: int
    target: int
    largest: int
    local: int
    groups: tuple[tuple[str, int], ...]


class TeamVerdict(Enum):
    """What is to be said of a change before it is made."""

    ALLOWED = "可以"
    COSTS = "可以，但有损失"
    BROKEN = "不可以"


@dataclass(frozen=True, slots=True)
class TeamImpact:
    """What a change of teams would do, in sentences; `county` None is the reserve (机动库).

    `broken` are the rules against it, `lost` and `cured` what teams lack more and no more, `notes`
    what else to know. `shortfall` and `cost` are the changes of the optimiser's score, `minutes`
    those of the one-way travel between base county and team, all people together.
    """

    county: str | None
    broken: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    cured: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shortfall: int = 0
    cost: int = 0
    minutes: int = 0

    @property
    def verdict(self) -> TeamVerdict:
        """Whether the change may be made, and whether anything is lost by it."""
        if self.broken:
            return TeamVerdict.BROKEN
        return TeamVerdict.COSTS if self.lost or self.notes else TeamVerdict.ALLOWED


@dataclass(frozen=True, slots=True)
class TeamScore:
    """The optimiser's score of teams, or a bound of it: what counts first comes first."""

    shortfall: int
    moves: int
    cost: int


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """A sign of life while teams are being proposed; the tiers are None before the first teams."""

    seconds: float
    phase: str
    shortfall: int | None
    moves: int | None


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
    No teams have a smaller score than `bounds`, each tier given the ones before it at `score`.
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
    score: TeamScore
    bounds: TeamScore

    @property
    def shortfall(self) -> int:
        """All that the teams lack, added up."""
        return sum(team.shortfall for team in self.teams)

    @property
    def members(self) -> int:
        """Envoys on teams."""
        return sum(len(team.members) for team in self.teams)
