"""How paper writes dates, lengths, places and people; shared by all documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from envoy_app.domain.coverage import CoverageLine
from envoy_app.domain.plans import PlanInfo, RoleView, VisitView
from envoy_app.domain.time import WEEKDAY_NAMES, SlotTime
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.reports.model import Frame, Source

PLACE_OPEN = "由县里安排"
NOBODY = "—"
_CURES_PRINTED = 2
_NUMERALS = "零一两三四五六七八九"


def frame(source: Source, title: str) -> Frame:
    """Return what the pages of a document carry."""
    info = source.view.info
    return Frame(
        title=title,
        plan=f"{info.title}（{info.state.value}）",
        period=period(info),
        printed=f"{source.printed:%Y-%m-%d %H:%M}",
        sample=info.sample,
    )


def period(info: PlanInfo) -> str:
    """Return the plan's horizon: 2026年12月1日—31日, shorter where month or year repeat."""
    start, end = info.start, info.end
    tail = f"{end.day}日"
    if (start.year, start.month) != (end.year, end.month):
        tail = f"{end.month}月{tail}"
    if start.year != end.year:
        tail = f"{end.year}年{tail}"
    return f"{start.year}年{start.month}月{start.day}日—{tail}"


def length(slots: int) -> str:
    """Return 半天, 全天, 两天, 三天 … for a number of half-days."""
    if slots < 2:
        return "半天"
    if slots == 2:
        return "全天"
    days = slots // 2
    return f"{_NUMERALS[days] if days < len(_NUMERALS) else days}天"


def when(times: Sequence[SlotTime], slots: int) -> tuple[str, str, str]:
    """Return date, weekday and part of the day of a held visit; a span where it takes days."""
    first, last = times[0].date, times[-1].date
    part = times[0].half.label if slots == 1 else length(slots)
    if first == last:
        return f"{first:%m-%d}", _weekday(first), part
    return f"{first:%m-%d} 至\n{last:%m-%d}", f"{_weekday(first)} 至\n{_weekday(last)}", part


def _weekday(day: date) -> str:
    return WEEKDAY_NAMES[day.weekday()]


def window(visit: VisitView) -> str:
    """Return the days a visit may take: 12-01—12-31."""
    if visit.earliest == visit.latest:
        return f"{visit.earliest:%m-%d}"
    return f"{visit.earliest:%m-%d}—{visit.latest:%m-%d}"


def place(visit: VisitView) -> str:
    """Return town and site, or that the county chooses."""
    return visit.place or PLACE_OPEN


def roles(visit: VisitView, vocabulary: Vocabulary) -> str:
    """Return the specialties a visit asks for, one a line, with 2人 where it wants more."""
    return "\n".join(_role(role, vocabulary) for role in visit.roles)


def _role(role: RoleView, vocabulary: Vocabulary) -> str:
    name = vocabulary.name(role.specialty)
    return f"{name} {role.count}人" if role.count > 1 else name


def line_name(line: CoverageLine, vocabulary: Vocabulary) -> str:
    """Return what a coverage line asks for: a specialty, or the county's minimum."""
    return "每月最低次数" if line.specialty is None else vocabulary.name(line.specialty)


def sentence(reasons: Iterable[str]) -> str:
    """Join reasons into one text that ends with a full stop, or say that none is known."""
    parts = [reason.strip().rstrip("。;；") for reason in reasons if reason.strip()]
    return "；".join(dict.fromkeys(parts)) + "。" if parts else "原因未记录。"


def cures(sentences: Sequence[str]) -> str:
    """Return the two best cures a line each; a dash where none is known."""
    return "\n".join(sentences[:_CURES_PRINTED]) or NOBODY
