"""`envoy teams`: proposes teams for all counties, and writes them where asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from envoy_app.cli.problems import stop_on_interrupt
from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.cli.work import existing
from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import CountyTeam, TeamChange, TeamMember, TeamProgress, TeamProposal

RESERVE = "机动库"
_UNWRITTEN = "以上只是建议，没有写入；要写入请加 --apply，并等它算完。"
Name = Callable[[str], str]


def teams(arguments: argparse.Namespace) -> int:
    """Propose teams; exit 1 where a team lacks something.

    Who stops the run sees the best teams so far, but they are not written.
    """
    with existing(arguments.db) as workspace:
        with stop_on_interrupt() as stopped:
            proposal = workspace.teams.propose(
                arguments.time_limit, on_progress=_news(), should_cancel=stopped
            )
            wanted = arguments.apply and not stopped()
        counties = workspace.reference.gazetteer().by_code
        specialty = workspace.reference.vocabulary().name
        changes = workspace.teams.apply(proposal) if wanted else None
    teller = _Teller(proposal, lambda code: counties[code].name, specialty)
    if arguments.json:
        print_json(teller.as_json(applied=wanted))
    for line in teller.lines():
        say(line)
    say(f"已写入数据库。{changes.description}。" if changes else _UNWRITTEN)
    return NEEDS_ATTENTION if proposal.shortfall else DONE


def _news() -> Callable[[TeamProgress], None]:
    """Return what tells progress, a line for each step forward."""
    told: list[str] = []

    def tell(progress: TeamProgress) -> None:
        if progress.shortfall is None:
            return
        news = f"{progress.phase}  缺口 {progress.shortfall}  变动 {progress.moves} 人"
        if told[-1:] != [news]:
            told.append(news)
            say(f"{progress.seconds:6.1f} 秒  {news}")

    return tell


class _Teller:
    """Puts a proposal into words and into JSON."""

    def __init__(self, proposal: TeamProposal, county: Name, specialty: Name) -> None:
        self._proposal = proposal
        self._county = county
        self._specialty = specialty

    def lines(self) -> Iterator[str]:
        """What people read."""
        proposal = self._proposal
        mark = "（示例）" if proposal.sample else ""
        proof = "已证明是最好的" if proposal.optimal else "时间内尚未证明是最好的"
        yield (
            f"组团建议{mark}：{len(proposal.teams)} 个县团 {proposal.members} 人，"
            f"{RESERVE} {len(proposal.reserve)} 人；缺口 {proposal.shortfall}，"
            f"离开现县团 {proposal.moves} 人，{proof}。"
        )
        yield from proposal.warnings
        for team in proposal.teams:
            yield self._team_line(team)
            for lack in team.lacks:
                yield f"    缺{lack.what} {lack.count}：{lack.reason}"
        moved = sum(change.moves for change in proposal.changes)
        roles = len(proposal.changes) - moved
        yield f"与现在相比，{moved} 人的县团有变，{roles} 人只改角色："
        for change in proposal.changes:
            yield f"  {self._change_line(change)}"

    def as_json(self, applied: bool) -> dict[str, object]:
        """One object for other programs."""
        proposal = self._proposal
        return {
            "status": "optimal" if proposal.optimal else "feasible",
            "sample": proposal.sample,
            "applied": applied,
            "shortfall": proposal.shortfall,
            "moves": proposal.moves,
            "travel_minutes": proposal.travel_minutes,
            "teams": [self._team_json(team) for team in proposal.teams],
            "reserve": [_person(envoy) for envoy in proposal.reserve],
            "changes": [self._change_json(change) for change in proposal.changes],
            "warnings": list(proposal.warnings),
        }

    def _team_line(self, team: CountyTeam) -> str:
        leader = f"团长 {team.leader.name}" if team.leader else "没有团长"
        sizes: dict[str, int] = {}
        for member in team.members:
            if member.group is not None:
                sizes[member.group] = sizes.get(member.group, 0) + 1
        groups = "".join(f"，{self._specialty(code)}组 {size} 人" for code, size in sizes.items())
        return f"  {self._county(team.county)}：{len(team.members)} 人，{leader}{groups}"

    def _change_line(self, change: TeamChange) -> str:
        before, after = change.before, change.after
        if change.moves:
            role = f"（{after.team_role}）" if after.team_role else ""
            return f"{before.name}：{self._place(before)} → {self._place(after)}{role}"
        return (
            f"{before.name}：{self._place(after)}，"
            f"{before.team_role or '无角色'} → {after.team_role}"
        )

    def _place(self, envoy: Envoy) -> str:
        return RESERVE if envoy.team_county is None else self._county(envoy.team_county)

    def _team_json(self, team: CountyTeam) -> dict[str, Any]:
        return {
            "county": team.county,
            "name": self._county(team.county),
            "leader": _person(team.leader) if team.leader else None,
            "members": [_member(member) for member in team.members],
            "shortfall": team.shortfall,
            "lacks": [
                {"what": lack.what, "count": lack.count, "reason": lack.reason}
                for lack in team.lacks
            ],
        }

    def _change_json(self, change: TeamChange) -> dict[str, Any]:
        before, after = change.before, change.after
        return {
            **_person(before),
            "from": before.team_county,
            "to": after.team_county,
            "role_before": before.team_role,
            "role_after": after.team_role,
        }


def _person(envoy: Envoy) -> dict[str, Any]:
    return {"envoy": envoy.id, "name": envoy.name}


def _member(member: TeamMember) -> dict[str, Any]:
    return {**_person(member.envoy), "group": member.group}
