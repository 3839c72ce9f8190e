"""What is said of teams and their changes; the one place of these words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envoy_app.domain.teams import LEADER, TeamLack

RESERVE = "机动库"


def lack_text(lack: TeamLack) -> str:
    """Return a lack for a card: 少 2 人, 没有团长, 水稻组少 1 人."""
    return _lacking(lack, lack.count)


def lack_words(county: str, before: Sequence[TeamLack], after: Sequence[TeamLack]) -> Iterator[str]:
    """Sentences on what a team lacks more than before."""
    had = {lack.what: lack.count for lack in before}
    for lack in after:
        more = lack.count - had.get(lack.what, 0)
        if more > 0:
            yield f"{county}{_lacking(lack, more)}。"


def cured_words(
    county: str, before: Sequence[TeamLack], after: Sequence[TeamLack]
) -> Iterator[str]:
    """Sentences on what a team lacks less than before."""
    has = {lack.what: lack.count for lack in after}
    for lack in before:
        fewer = lack.count - has.get(lack.what, 0)
        if fewer > 0:
            yield f"{county}{_gaining(lack.what, fewer)}。"


def _lacking(lack: TeamLack, count: int) -> str:
    what = lack.what
    if what == LEADER:
        return "团长职称不够" if lack.reason.startswith(LEADER) else "没有团长"
    if what == "人数":
        return f"少 {count} 人"
    if what == "本县人员":
        return f"少 {count} 名本县人员"
    return f"{what.removesuffix('人员')}少 {count} 人"


def _gaining(what: str, count: int) -> str:
    if what == LEADER:
        return "有了团长"
    if what == "人数":
        return f"补上 {count} 人"
    if what == "本县人员":
        return f"补上 {count} 名本县人员"
    return f"{what.removesuffix('人员')}补上 {count} 人"
