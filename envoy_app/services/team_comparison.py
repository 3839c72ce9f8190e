"""A proposal of teams beside today's: member by member, county by county, whole or in part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import (
    LEADER,
    MEMBER,
    CountyTeam,
    TeamChange,
    TeamImpact,
    TeamProposal,
)
from envoy_app.services.team_moves import Changed, TeamDesk


@dataclass(frozen=True, slots=True)
class ComparedChange:
    """One envoy of a proposal; `why` says what the change improves, `minutes` the way saved (−)."""

    change: TeamChange
    why: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ComparedCounty:
    """A team as it is and as it would be with the changes taken."""

    before: CountyTeam
    after: CountyTeam


@dataclass(frozen=True, slots=True)
class TakenPart:
    """What taking some of the changes would do; `envoys` is what would be written."""

    envoys: tuple[Envoy, ...]
    counties: tuple[ComparedCounty, ...]
    impact: TeamImpact

    @property
    def before(self) -> int:
        """All that the teams lack today."""
        return sum(item.before.shortfall for item in self.counties)

    @property
    def after(self) -> int:
        """All that the teams would lack."""
        return sum(item.after.shortfall for item in self.counties)


class TeamComparison:
    """A proposal beside the teams from which it was made; nothing is written."""

    def __init__(self, desk: TeamDesk, proposal: TeamProposal) -> None:
        """Compare; takes a moment for a large proposal, so not on the UI thread."""
        self.desk = desk
        self.proposal = proposal
        self._after = {change.after.id: change.after for change in proposal.changes}
        formed = desk.with_changes(self._after)
        self.rows = tuple(_compared(desk, formed, change) for change in proposal.changes)

    def part(self, chosen: Collection[str]) -> TakenPart:
        """What taking the changes of these envoys, and no others, would do."""
        changed = {key: envoy for key, envoy in self._after.items() if key in chosen}
        changed |= self._stepping_down(changed)
        formed = self.desk.with_changes(changed)
        return TakenPart(
            envoys=tuple(changed.values()),
            counties=tuple(
                ComparedCounty(team, formed.teams[key]) for key, team in self.desk.teams.items()
            ),
            impact=self.desk.judge(changed) if changed else TeamImpact(None),
        )

    def _stepping_down(self, changed: Changed) -> Mapping[str, Envoy]:
        """Leaders of today whose place somebody takes though their own change was not chosen."""
        taken = {envoy.team_county for envoy in changed.values() if envoy.team_role == LEADER}
        return {
            key: replace(envoy, team_role=MEMBER)
            for key, envoy in self.desk.envoys.items()
            if envoy.team_role == LEADER and envoy.team_county in taken and key not in changed
        }


def _compared(desk: TeamDesk, formed: TeamDesk, change: TeamChange) -> ComparedChange:
    before, after = change.before, change.after
    was = desk.minutes(before, before.team_county)
    will = desk.minutes(after, after.team_county)
    between = before.team_county is not None and after.team_county is not None
    saved = was - will if between else 0
    why = "；".join(_why(desk, formed, change, saved)) or "与其他调整配套"
    return ComparedChange(change, why, -saved)


def _why(desk: TeamDesk, formed: TeamDesk, change: TeamChange, saved: int) -> Iterator[str]:
    """What would be lacking without this change, were all the others made; else what it saves."""
    undone = formed.judge({change.before.id: change.before})
    needed = tuple(line.removesuffix("。") for line in undone.lost)
    if needed:
        yield f"否则{'、'.join(needed)}"
    if any("最多" in line for line in undone.broken):
        yield f"给{desk.name(change.before.team_county)}团腾出位置"
    if saved > 0:
        yield f"单程少 {saved} 分钟"
    if not needed and saved <= 0 and change.moves:
        yield from _balance(desk, change)


def _balance(desk: TeamDesk, change: TeamChange) -> Iterator[str]:
    """Whether a team of today comes nearer to its size."""
    old, new = change.before.team_county, change.after.team_county
    if old is not None and len(desk.teams[old].members) > desk.needs[old].target:
        yield f"{desk.name(old)}团人数偏多"
    if new is not None and len(desk.teams[new].members) < desk.needs[new].target:
        yield f"{desk.name(new)}团人数偏少"
