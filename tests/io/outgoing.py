"""Envoys and demands as an import could have stored them, for what goes out and comes in again."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from envoy_app.domain.demands import MODES, URGENCY_WEIGHTS, Demand
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.idnumber import check_digit
from envoy_app.domain.names import is_legible
from envoy_app.domain.people import Absence, Envoy, Sharing, Skill, default_level
from envoy_app.domain.text import one_line
from envoy_app.domain.time import HalfDay
from envoy_app.domain.titles import read_title

COUNTIES = tuple(county.code for county in shipped_gazetteer().counties)
SPECIALTIES = tuple(f"S{number:02d}" for number in range(1, 27))
NAMES = (
    "陈梅", "欧阳修远", "阿木·伍各", "买买提·尔肯·艾力", "㛃䶮", "𬭚𠮷", "Anna Müller", "司马光",
)  # fmt: skip
TITLES = ("", "农艺师", "高级农艺师", "推广研究员", "副教授", "畜牧师", "助理研究员", "无业能手")
_LETTERS = (
    "甲乙丙柑橘𠮷㛃·（）()=+-@＝＋－＠#%&<>\"'“”；，。、/\\ \n\t*?!~|{}[]_x000A_0123456789AbZ"
)
_DASHES = {"", "/", "\\", "-", "--", "—", "——", "－", "／", "、", "."}
_FIRST = date(2026, 12, 1)


def _stored(text: str) -> str:
    """Return a text as an import stores it: on one line, a dash for nothing is nothing."""
    line = one_line(text)
    return "" if line in _DASHES else line


# What an import would ask about (??, where characters were lost) is told, not taken in silence.
free_text = st.text(_LETTERS, max_size=12).map(_stored).filter(is_legible)
mobiles = st.integers(13_000_000_000, 19_999_999_999).map(str)
fixed_lines = st.integers(20_000_000, 89_999_999).map(lambda number: f"028-{number}")
days = st.integers(0, 60).map(lambda number: _FIRST + timedelta(days=number))
births = st.dates(date(1950, 1, 1), date(2004, 1, 1))
months = st.sampled_from(("2024", "2025-03", "2026-01-15"))


def id_number(birth: date, gender: str, number: int) -> str:
    first = f"510104{birth:%Y%m%d}{number * 2 + (gender != '女'):03d}"
    return first + check_digit(first)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    start = draw(days)
    half = draw(st.sampled_from((None, *HalfDay)))
    reason = draw(st.sampled_from(("", "请假", "教学周（期末）", "=开会；下乡")))
    length = 0 if half else draw(st.integers(0, 5))
    return Absence(start, start + timedelta(days=length), half, reason)


@st.composite
def envoys(draw: st.DrawFn, number: int) -> Envoy:
    """One envoy; telephones and ID numbers are those of nobody else."""
    gender = draw(st.sampled_from(("", "男", "女")))
    born = draw(births)
    title = draw(st.sampled_from(TITLES))
    rank = read_title(title)[1] if draw(st.booleans()) or not title else draw(st.integers(0, 3))
    codes = draw(st.lists(st.sampled_from(SPECIALTIES), unique=True, max_size=4))
    levels = (default_level(rank), 1, 2, 3)
    teams = tuple(draw(st.lists(st.sampled_from(COUNTIES), unique=True, max_size=3)))
    # Two people of one name and one number would be one person.
    more = (f"137{number:08d}", f"028-8{number:07d}")
    phones = (f"139{number:08d}", *(phone for phone in more if draw(st.booleans())))
    term = draw(st.one_of(st.just(("", "")), st.tuples(months, st.sampled_from(("", "2027-12")))))
    return Envoy(
        id=f"envoy-{number}",
        name=draw(st.sampled_from(NAMES)),
        gender=gender,
        birth=draw(st.sampled_from(("", f"{born:%Y-%m}", born.isoformat()))),
        id_number=id_number(born, gender, number) if gender and draw(st.booleans()) else "",
        phones=phones,
        organisation=draw(free_text),
        post=draw(free_text),
        title=title,
        title_rank=rank,
        education=draw(st.sampled_from(("", "博士", "硕士", "本科", "大专", "中专"))),
        major=draw(free_text),
        skills=tuple(Skill(code, draw(st.sampled_from(levels))) for code in codes),
        base_county=draw(st.one_of(st.none(), st.sampled_from(COUNTIES))),
        team_county=teams[0] if teams else None,
        team_counties=teams,
        team_role=draw(st.sampled_from(("", "团长", "成员", "副团长"))),
        term_start=term[0],
        term_end=term[1],
        sharing=draw(st.sampled_from(Sharing)),
        max_slots_week=draw(st.integers(0, 14)),
        max_slots_month=draw(st.integers(0, 60)),
        target_days_year=draw(st.integers(0, 366)),
        max_travel_minutes=draw(st.integers(0, 600)),
        absences=tuple(draw(st.lists(absences(), max_size=2))),
        remarks=draw(free_text),
        active=draw(st.booleans()),
    )


@st.composite
def rosters(draw: st.DrawFn) -> list[Envoy]:
    return [draw(envoys(number)) for number in range(1, draw(st.integers(1, 12)) + 1)]


@st.composite
def windows(draw: st.DrawFn) -> dict[str, object]:
    """When a demand may be met, in every form the import knows."""
    start, half = draw(days), draw(st.sampled_from((None, *HalfDay)))
    end = start + timedelta(days=draw(st.integers(0, 20)))
    return draw(
        st.sampled_from(
            (
                {},
                {"asap": True},
                {"window_end": end},
                {"window_start": start, "window_end": start, "half": half},
                {"window_start": start, "window_end": end, "half": half},
            )
        )
    )


@st.composite
def demands(draw: st.DrawFn, number: int) -> Demand:
    return Demand(
        id=f"demand-{number}",
        county=draw(st.sampled_from(COUNTIES)),
        town=draw(free_text),
        site=draw(free_text),
        specialties=tuple(
            draw(st.lists(st.sampled_from(SPECIALTIES), unique=True, min_size=1, max_size=3))
        ),
        content=f"第{number}项{draw(free_text)}".strip(),
        mode=draw(st.sampled_from(("", *MODES))),
        headcount=draw(st.integers(1, 99)),
        min_rank=draw(st.integers(0, 3)),
        slots=draw(st.sampled_from((1, 2, 4))),
        contact=draw(st.sampled_from(("", *NAMES))),
        phone=draw(st.one_of(st.just(""), mobiles, fixed_lines)),
        urgency=draw(st.sampled_from(("", *URGENCY_WEIGHTS))),
        **draw(windows()),
    )


@st.composite
def demand_lists(draw: st.DrawFn) -> list[Demand]:
    return [draw(demands(number)) for number in range(1, draw(st.integers(1, 12)) + 1)]
