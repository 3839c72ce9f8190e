"""What somebody typed of a demand, read into facts, with one sentence for each wrong field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from envoy_app.domain.demand_terms import read_window
from envoy_app.domain.demands import URGENCY_WEIGHTS, Demand, DemandState
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.phones import read_phones
from envoy_app.domain.text import cleaned
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import OTHER

LENGTHS = {1: "半天", 2: "1 天", 4: "2 天", 6: "3 天", 10: "5 天"}
"""How long a visit may last: half-days, and what people call it."""
MOST_PEOPLE = 20
FIXED_STATES = frozenset({DemandState.ASSIGNED, DemandState.DONE})
FIXED_FIELDS = (
    "county",
    "town",
    "site",
    "specialties",
    "headcount",
    "min_rank",
    "window_start",
    "window_end",
    "asap",
    "half",
    "slots",
)
"""What a plan has settled once somebody is sent: where, when, what for and who."""
_AS_TYPED = ("county", "specialties", "headcount", "min_rank", "asap", "half", "slots", "urgency")
_TEXTS = ("town", "site", "content", "mode", "contact")
_DAYS = ("window_start", "window_end")


@dataclass(frozen=True, slots=True)
class DemandDraft:
    """A demand's facts as typed; a field is a demand's field of that name, days are texts."""

    county: str = ""
    town: str = ""
    site: str = ""
    specialties: tuple[str, ...] = ()
    content: str = ""
    mode: str = ""
    headcount: int = 1
    min_rank: int = 0
    window_start: str = ""
    window_end: str = ""
    asap: bool = False
    half: HalfDay | None = None
    slots: int = 1
    contact: str = ""
    phone: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a demand may name: codes of counties and specialties, and which day is today."""

    counties: Collection[str]
    specialties: Collection[str]
    today: date


@dataclass(frozen=True, slots=True)
class DemandReading:
    """The demand that a draft makes, and sentences by field.

    `problems` cannot be right and are not stored; `warnings` may be meant.
    """

    demand: Demand
    problems: dict[str, str]
    warnings: dict[str, str]


def draft_of(demand: Demand) -> DemandDraft:
    """Return a demand as a form shows it first."""
    values: dict[str, Any] = {
        name: getattr(demand, name) for name in (*_AS_TYPED, *_TEXTS, "phone")
    }
    values |= {name: _day_text(getattr(demand, name)) for name in _DAYS}
    return DemandDraft(**values)


def read_draft(
    draft: DemandDraft, base: Demand, known: Known, *, new: bool = False
) -> DemandReading:
    """Return what a draft makes of `base`; what is left as it was is never found wrong.

    Of a new demand everything counts as typed.
    """
    problems: dict[str, str] = {}
    typed = draft_of(base)
    values: dict[str, Any] = {name: getattr(draft, name) for name in _AS_TYPED}
    for name in _TEXTS:
        same = getattr(draft, name) == getattr(typed, name)
        values[name] = getattr(base, name) if same else cleaned(getattr(draft, name))
    for name in _DAYS:
        values[name] = getattr(base, name)
        if getattr(draft, name) != getattr(typed, name):
            values[name], sentence = _day(getattr(draft, name), known.today)
            problems |= {name: sentence} if sentence else {}
    values["phone"] = base.phone
    if draft.phone != base.phone:
        values["phone"], sentence = _phone(draft.phone)
        problems |= {"phone": sentence} if sentence else {}
    demand = replace(base, **values)
    wrong = (*_wrong(demand, base, known, new=new), *_settled(demand, base))
    for field, sentence in wrong:
        problems.setdefault(field, sentence)
    return DemandReading(demand, problems, dict(_doubtful(demand, base, known, new=new)))


def settled_problems(demand: Demand, before: Demand) -> dict[str, str]:
    """Return a sentence for each field that differs although a plan has settled it."""
    return dict(_settled(demand, before))


def why_settled(demand: Demand) -> str:
    """Return why time and place of a demand cannot be changed, "" where they can."""
    if demand.state is DemandState.ASSIGNED:
        return "这条需求已派员，时间、地点、专业和人数以方案为准，要改请在“排班”页改方案。"
    if demand.state is DemandState.DONE:
        return "这条需求已完成，时间、地点、专业和人数是服务记录，不能再改。"
    return ""


def _settled(demand: Demand, before: Demand) -> Iterator[tuple[str, str]]:
    if before.state in FIXED_STATES:
        for name in FIXED_FIELDS:
            if getattr(demand, name) != getattr(before, name):
                yield name, why_settled(before)


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str, today: date) -> tuple[date | None, str]:
    """Return the day typed; without its year it is the next one of that month."""
    if not (text := cleaned(text)):
        return None, ""
    window, finding = read_window(text, today)
    if finding is not None or window.start is None or window.start != window.end:
        return None, "日期请写成 2026-12-03 或 12-03。"
    return window.start, ""


def _phone(text: str) -> tuple[str, str]:
    phones, finding = read_phones(text)
    wrong = "电话位数不对；手机 11 位，座机带区号，多个用顿号隔开。"
    return "、".join(phones), wrong if finding else ""


def _touched(demand: Demand, base: Demand, fields: Collection[str]) -> bool:
    return any(getattr(demand, name) != getattr(base, name) for name in fields)


def _wrong(demand: Demand, base: Demand, known: Known, *, new: bool) -> Iterator[tuple[str, str]]:
    """Yield what cannot be right, where a side of it was changed."""
    checks = (*_what(demand, known), *_when(demand))
    for fields, wrong, sentence in checks:
        if wrong and (new or _touched(demand, base, fields)):
            yield fields[0], sentence


Check = tuple[tuple[str, ...], bool, str]


def _what(demand: Demand, known: Known) -> Iterator[Check]:
    codes = demand.specialties
    yield ("county",), demand.county not in known.counties, "请选择是哪个县的需求。"
    yield ("specialties",), not codes, "请至少选一个专业领域。"
    unknown = any(code not in known.specialties for code in codes)
    yield ("specialties",), unknown, "有的专业不在专业目录里，请重新选择。"
    twice = len(set(codes)) < len(codes)
    yield ("specialties",), twice, "同一个专业选了两次，请去掉一个。"
    nothing = not (demand.content or demand.site)
    yield ("content", "site"), nothing, "内容和地点至少填一项，好知道去做什么。"
    crowd = not 1 <= demand.headcount <= MOST_PEOPLE
    yield ("headcount",), crowd, f"人数应在 1 到 {MOST_PEOPLE} 之间。"
    yield ("min_rank",), demand.min_rank not in RANK_NAMES, "职称要求请从列表里选。"
    yield ("urgency",), demand.urgency not in URGENCY_WEIGHTS, "请选择一般、较急或紧急。"


def _when(demand: Demand) -> Iterator[Check]:
    start, end = demand.window_start, demand.window_end
    yield ("slots",), demand.slots not in LENGTHS, "时长只能是半天、1、2、3 或 5 天。"
    part = demand.half is not None and demand.slots > 1
    yield ("half", "slots"), part, "一天以上的服务不分上下午，请改为不限。"
    both = demand.asap and not (start is None and end is None)
    yield ("asap", *_DAYS), both, "“尽快”和具体日期只能选一样。"
    if start and end:
        yield ("window_end", "window_start"), end < start, "最晚日期早于最早日期，请核对。"
        days = (end - start).days + 1
        short = 0 < days < demand.slots / 2
        length = LENGTHS.get(demand.slots, "")
        sentence = f"从最早到最晚只有 {days} 天，安排不下 {length}的服务。"
        yield ("window_end", "window_start", "slots"), short, sentence


def _doubtful(
    demand: Demand, base: Demand, known: Known, *, new: bool
) -> Iterator[tuple[str, str]]:
    """Yield what is stored all the same, but may be a slip."""
    end = demand.window_end
    if end and end < known.today and (new or _touched(demand, base, _DAYS)):
        yield "window_end", "这段日期已经过去，不会纳入以后的排班。"
    if demand.specialties == (OTHER,) and (new or _touched(demand, base, ("specialties",))):
        yield "specialties", "只选了“其他”，很难找到对口的人，最好再选一个具体专业。"
