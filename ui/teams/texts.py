"""Sentences of the team page: verdicts, figures, what is proven."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.teams import TeamImpact, TeamProposal, TeamVerdict
from envoy_app.services.team_words import RESERVE
from ui.icons import IconName

if TYPE_CHECKING:
    from envoy_app.services.team_moves import TeamDesk

MARKS = {
    TeamVerdict.ALLOWED: ("✓", IconName.CHECK, "covered"),
    TeamVerdict.COSTS: ("▲", IconName.WARNING, "partial"),
    TeamVerdict.BROKEN: ("✕", IconName.ERROR, "uncovered"),
}
"""Sign, icon and theme token of each verdict: shape and colour say the same."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teams", text)


def place_name(desk: TeamDesk, county: str | None) -> str:
    """Return 龙泉驿区团 or 机动库."""
    return RESERVE if county is None else _tr("{name}团").format(name=desk.name(county))


def signed(number: int) -> str:
    """Return a number with its sign, a true minus; 0 without."""
    return f"{number:+d}".replace("-", "−") if number else "0"


def impact_lines(impact: TeamImpact) -> tuple[str, ...]:
    """Return the sentences of a verdict, what counts most first."""
    if impact.broken:
        return impact.broken
    return (*impact.lost, *impact.notes, *impact.cured)


def impact_short(impact: TeamImpact) -> str:
    """Return the verdict in a few words, for a card."""
    lines = impact_lines(impact)
    if not lines:
        return figures(impact)
    said = lines[0].removesuffix("。")
    if impact.broken or not impact.shortfall:
        return said
    return _tr("缺口 {n}：{why}").format(n=signed(impact.shortfall), why=said)


def figures(impact: TeamImpact) -> str:
    """Return what a change does to the score."""
    change = _tr("缺口 {n}").format(n=signed(impact.shortfall))
    parts = [change if impact.shortfall else _tr("缺口不变")]
    if impact.minutes:
        parts.append(_tr("单程 {n} 分钟").format(n=signed(impact.minutes)))
    return "，".join(parts)


def proof(proposal: TeamProposal) -> str:
    """Return how good a proposal is proven to be, in one sentence."""
    if proposal.optimal:
        return _tr("已证明最优：缺口不能再少，变动的人不能再少，路程和规模也不能再好。")
    score, bounds = proposal.score, proposal.bounds
    if bounds.shortfall < score.shortfall:
        return _tr("时间内尚未证明最优：缺口 {n}，理论上最少不低于 {m}。").format(
            n=score.shortfall, m=bounds.shortfall
        )
    if bounds.moves < score.moves:
        return _tr("已证明缺口不能再少；离开现县团 {n} 人，理论上最少不低于 {m} 人。").format(
            n=score.moves, m=bounds.moves
        )
    # Rounded up: a promise of at most 1.8 % must not hide 1.84 %.
    gap = ceil((score.cost - bounds.cost) * 1000 / max(1, score.cost)) / 10
    return _tr("已证明缺口和变动都不能再少；路程和规模离理论最优不超过 {n:.1f} %。").format(n=gap)
