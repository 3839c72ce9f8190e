"""What somebody typed of an envoy, read into facts, with one sentence for each wrong field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from envoy_app.domain.dates import partial_date, read_birth
from envoy_app.domain.idnumber import birth_of, gender_of, read_id_number
from envoy_app.domain.names import name_is_sound, read_name
from envoy_app.domain.people import Envoy, Sharing, Skill
from envoy_app.domain.phones import read_phones
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.teams import LEADER
from envoy_app.domain.text import cleaned
from envoy_app.domain.titles import rank_of

_TERM = re.compile(r"(\d{4})(?:[-./年](\d{1,2})月?(?:[-./]?(\d{1,2})日?)?)?年?")
_TEXTS = ("organisation", "post", "title", "education", "major", "remarks")


@dataclass(frozen=True, slots=True)
class EnvoyDraft:
    """An envoy's facts as typed; a field is an envoy's field of that name, `phones` one text."""

    name: str = ""
    gender: str = ""
    birth: str = ""
    id_number: str = ""
    phones: str = ""
    organisation: str = ""
    post: str = ""
    title: str = ""
    education: str = ""
    major: str = ""
    skills: tuple[Skill, ...] = ()
    base_county: str | None = None
    team_county: str | None = None
    team_role: str = ""
    term_start: str = ""
    term_end: str = ""
    sharing: Sharing = Sharing.METRO
    max_slots_week: int = 4
    max_slots_month: int = 8
    target_days_year: int = 24
    max_travel_minutes: int = 180
    remarks: str = ""


_AS_TYPED = (
    "gender",
    "skills",
    "base_county",
    "team_role",
    "sharing",
    "max_slots_week",
    "max_slots_month",
    "target_days_year",
    "max_travel_minutes",
)


@dataclass(frozen=True, slots=True)
class DraftReading:
    """The envoy that a draft makes, and a sentence by field for what cannot be right."""

    envoy: Envoy
    problems: dict[str, str]


def draft_of(envoy: Envoy) -> EnvoyDraft:
    """Return an envoy as a form shows it first."""
    same = (*_AS_TYPED, *_TEXTS, "name", "birth", "id_number", "term_start", "term_end")
    values: dict[str, Any] = {name: getattr(envoy, name) for name in same}
    return EnvoyDraft(**values, phones="、".join(envoy.phones), team_county=envoy.team_county)


def read_draft(draft: EnvoyDraft, base: Envoy, today: date) -> DraftReading:
    """Return what a draft makes of `base`; what is left as it was is never found wrong.

    A new ID number tells birth and gender where they are empty.
    """
    problems: dict[str, str] = {}
    typed = draft_of(base)
    values: dict[str, Any] = {name: getattr(draft, name) for name in _AS_TYPED}
    values |= {name: cleaned(getattr(draft, name)) for name in _TEXTS}
    for name, read in _READERS.items():
        if getattr(draft, name) == getattr(typed, name):
            values[name] = getattr(base, name)
        else:
            values[name], sentence = read(draft, today)
            if sentence:
                problems[name] = sentence
    if values["title"] != base.title:
        values["title_rank"] = rank_of(values["title"]) or 0
    values |= _team(draft, base)
    envoy = replace(base, **values)
    if not envoy.name:
        problems["name"] = "请填写姓名。"
    problems |= {
        field: sentence for field, sentence in _contradictions(envoy, base) if field not in problems
    }
    return DraftReading(_completed(envoy, base), problems)


def same_id(envoy: Envoy, others: Iterable[Envoy]) -> str:
    """Return a sentence where somebody else has the same ID number, "" where nobody has."""
    for other in others:
        if envoy.id_number and other.id_number == envoy.id_number and other.id != envoy.id:
            where = f"（{other.organisation}）" if other.organisation else ""
            state = "" if other.active else "，已停用"
            return f"这个身份证号已经登记给“{other.name}”{where}{state}，请核对是不是同一人。"
    return ""


def second_leader(envoy: Envoy, others: Iterable[Envoy]) -> str:
    """Return a sentence where the team has a leader already, "" where it has not."""
    if envoy.team_role != LEADER or not envoy.active:
        return ""
    for other in others:
        leads = other.active and other.team_role == LEADER and other.id != envoy.id
        if leads and other.team_county == envoy.team_county:
            return f"这个县团已有团长“{other.name}”，请先改他的角色。"
    return ""


def _name(draft: EnvoyDraft, today: date) -> tuple[str, str]:
    name, _ = read_name(draft.name)
    return name, "" if name_is_sound(name) else "姓名里有不该有的字符，请核对。"


def _id_number(draft: EnvoyDraft, today: date) -> tuple[str, str]:
    number, finding = read_id_number(draft.id_number)
    if finding is None:
        return number, ""
    if finding.code == ProblemCode.ID_PRECISION_LOST:
        return number, "身份证号的末几位被表格软件抹成了 0，请按证件重新填写。"
    digits = len(finding.value)
    if digits != 18:
        return number, f"身份证号应是 18 位，现在是 {digits} 位。"
    return number, "身份证号的出生日期或校验位不对，请按证件核对。"


def _phones(draft: EnvoyDraft, today: date) -> tuple[tuple[str, ...], str]:
    phones, finding = read_phones(draft.phones)
    return phones, "电话位数不对；手机 11 位，座机带区号，多个用顿号隔开。" if finding else ""


def _birth(draft: EnvoyDraft, today: date) -> tuple[str, str]:
    birth, finding = read_birth(draft.birth, "", draft.id_number, today)
    return birth, "出生日期请写成 1975-10 或 1975-10-08。" if finding else ""


def read_term_text(text: str) -> tuple[str, str]:
    """Return the end of a term as typed, YYYY to YYYY-MM-DD, and what is wrong with it."""
    text = cleaned(text).replace(" ", "")
    if not text:
        return "", ""
    wrong = "任期请写成 2026、2026-01 或 2026-01-31。"
    if (found := _TERM.fullmatch(text)) is None:
        return "", wrong
    year, month, day = (int(part) if part else None for part in found.groups())
    if month is None:
        return found[1], ""
    value = partial_date(year or 0, month, day)
    return value, "" if value else wrong


_READERS: dict[str, Callable[[EnvoyDraft, date], tuple[Any, str]]] = {
    "name": _name,
    "id_number": _id_number,
    "phones": _phones,
    "birth": _birth,
    "term_start": lambda draft, today: read_term_text(draft.term_start),
    "term_end": lambda draft, today: read_term_text(draft.term_end),
}


def _team(draft: EnvoyDraft, base: Envoy) -> dict[str, Any]:
    if draft.team_county == base.team_county:
        return {}
    counties = (draft.team_county,) if draft.team_county else ()
    return {"team_county": draft.team_county, "team_counties": counties}


def _contradictions(envoy: Envoy, base: Envoy) -> Iterable[tuple[str, str]]:
    """Yield what does not fit together, where either side of it was changed."""

    def touched(*fields: str) -> bool:
        return any(getattr(envoy, name) != getattr(base, name) for name in fields)

    number = envoy.id_number
    if number and touched("id_number", "birth") and envoy.birth:
        born = birth_of(number)
        if born is not None and not born.isoformat().startswith(envoy.birth):
            yield "birth", f"与身份证号里的出生日期 {born} 不一致。"
    if number and touched("id_number", "gender") and envoy.gender not in ("", gender_of(number)):
        yield "gender", f"与身份证号里的性别“{gender_of(number)}”不一致。"
    if touched("term_start", "term_end") and "" < envoy.term_end[:7] < envoy.term_start[:7]:
        yield "term_end", "任期结束早于开始，请核对。"
    if touched("max_slots_week", "max_slots_month") and (
        envoy.max_slots_month < envoy.max_slots_week
    ):
        yield "max_slots_month", "每月上限小于每周上限，请核对。"
    if touched("team_county", "team_role") and envoy.team_role and envoy.team_county is None:
        yield "team_role", "没有县团就没有团内角色，请先选县团或清空角色。"
    codes = [skill.specialty for skill in envoy.skills]
    if len(set(codes)) < len(codes):
        yield "skills", "同一个专业填了两次，请去掉一个。"


def _completed(envoy: Envoy, base: Envoy) -> Envoy:
    if not envoy.id_number or envoy.id_number == base.id_number:
        return envoy
    born = birth_of(envoy.id_number)
    return replace(
        envoy,
        birth=envoy.birth or (born.isoformat() if born else ""),
        gender=envoy.gender or gender_of(envoy.id_number),
    )
